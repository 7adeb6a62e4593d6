package publish

import (
	"bytes"
	"context"
	"sync"

	"oped/publish/coding"
)

// Rendered is a page with its body, made when it is rendered, and its codings, each made on the first
// request. Several goroutines may use it.
type Rendered struct {
	Page Page

	mu   sync.Mutex
	body [coding.Codings][]byte // nil: not made yet
}

// NewRendered makes a Rendered of a page that is not rendered yet.
func NewRendered(p *Page) *Rendered { return &Rendered{Page: *p} }

// Render makes the body.
func (r *Rendered) Render(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.body[coding.Identity] != nil {
		return nil
	}
	var b bytes.Buffer
	if err := r.Page.Render(ctx, &b); err != nil {
		return err
	}
	r.body[coding.Identity] = b.Bytes()
	r.Page.Render = nil // it may hold rows
	if r.Page.said != nil {
		r.Page.Meta.Signals = *r.Page.said
	}
	return nil
}

// Plain returns the body, or nil if it was not rendered.
func (r *Rendered) Plain() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.body[coding.Identity]
}

// Encoded returns the rendered body in a coding. It is made once.
func (r *Rendered) Encoded(e *coding.Encoder, c coding.Coding) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.body[c] == nil {
		small, err := e.Encode(c, r.body[coding.Identity])
		if err != nil {
			return nil, err
		}
		r.body[c] = small
	}
	return r.body[c], nil
}

// Size returns the approximate memory of the page, in bytes.
func (r *Rendered) Size() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 1024
	for _, b := range r.body {
		n += cap(b)
	}
	return n
}
