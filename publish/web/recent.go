package web

import (
	"container/list"
	"sync"

	"oped/publish"
)

// recent caches the most recently requested pages within a limit of memory.
type recent struct {
	mu     sync.Mutex
	limit  int // bytes
	bytes  int
	byName map[string]*list.Element
	order  list.List // of *recentPage, most recent first
}

type recentPage struct {
	rep   *publish.Rendered
	bytes int // when it was added
}

func newRecent(limit int) *recent { return &recent{limit: limit, byName: map[string]*list.Element{}} }

// get returns the cached page, or nil if it is missing or has another version.
func (r *recent) get(p *publish.Page) *publish.Rendered {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.byName[p.Name]
	if at == nil || at.Value.(*recentPage).rep.Page.Version != p.Version {
		return nil
	}
	r.order.MoveToFront(at)
	return at.Value.(*recentPage).rep
}

// put adds a page and drops the least recently used ones.
func (r *recent) put(rep *publish.Rendered) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at := r.byName[rep.Page.Name]; at != nil {
		r.drop(at)
	}
	kept := &recentPage{rep, rep.Size()}
	r.bytes += kept.bytes
	r.byName[rep.Page.Name] = r.order.PushFront(kept)
	for r.bytes > r.limit && r.order.Len() > 1 {
		r.drop(r.order.Back())
	}
}

func (r *recent) drop(at *list.Element) {
	kept := r.order.Remove(at).(*recentPage)
	delete(r.byName, kept.rep.Page.Name)
	r.bytes -= kept.bytes
}
