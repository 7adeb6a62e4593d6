package parse

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"oped"
	"oped/text"
)

// meter counts what one document costs. What it cuts is still part of the hash of its entry, so that two entries that
// differ behind a limit stay two.
type meter struct {
	ctx     context.Context
	resolve oped.Budget // bytes of addresses that may still be resolved
	limits  oped.Limits // reached since the last call of take
	rest    *digest     // of all that was cut since then; nil: nothing was
}

// newMeter makes the meter of a document of n bytes. Resolving addresses costs the bytes of both and may add no more
// than the document could have spelled out itself: short documents stay short.
func newMeter(ctx context.Context, n int) *meter {
	return &meter{ctx: ctx, resolve: oped.NewBudget(min(oped.MaxDocument, 1<<20+4*n))}
}

// late reports whether the context has ended.
func (m *meter) late() bool { return m.ctx.Err() != nil }

// cut notes that a limit was reached, and what the whole value was.
func (m *meter) cut(limit oped.Limit, whole string) {
	m.limits.Add(limit)
	if m.rest == nil {
		m.rest = newDigest()
	}
	m.rest.add(whole)
}

// take is what was cut since the last call.
func (m *meter) take() (limits oped.Limits, rest string) {
	limits = m.limits
	if m.rest != nil {
		rest = string(m.rest.Sum(nil))
	}
	m.limits, m.rest = nil, nil
	return limits, rest
}

// resume goes on with what take gave.
func (m *meter) resume(limits oped.Limits, rest string) {
	m.limits, m.rest = slices.Clip(limits), nil
	if rest != "" {
		m.rest = newDigest()
		m.rest.add(rest)
	}
}

// field is a value of one line, as far as it is kept.
func (m *meter) field(s string) string { return m.clip(s, oped.MaxField, oped.FieldLimit) }

// byline is a value that names people, as far as it is kept.
func (m *meter) byline(s string) string {
	if len(s) > oped.MaxField {
		m.cut(oped.FieldLimit, s)
	}
	return text.ClipByline(s, oped.MaxField)
}

// html is a text of an entry, as far as it is kept. No tag is cut in two.
func (m *meter) html(s string) string {
	if len(s) <= oped.MaxContent {
		return s
	}
	m.cut(oped.ContentLimit, s)
	return clipHTML(s, oped.MaxContent)
}

// clipHTML is the beginning of an HTML fragment, at most n bytes, without the beginning of a tag or reference at its
// end.
func clipHTML(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = text.Clip(s, n)
	tail := max(0, len(s)-oped.MaxAddress)
	if at := strings.LastIndexByte(s[tail:], '<'); at >= 0 && strings.IndexByte(s[tail+at:], '>') < 0 {
		return s[:tail+at]
	}
	tail = max(0, len(s)-maxReference)
	if at := strings.LastIndexByte(s[tail:], '&'); at >= 0 && strings.IndexByte(s[tail+at:], ';') < 0 {
		return s[:tail+at]
	}
	return s
}

func (m *meter) clip(s string, n int, limit oped.Limit) string {
	if len(s) <= n {
		return s
	}
	m.cut(limit, s)
	return text.Clip(s, n)
}

// identity is an id. One that is too long ends with the hash of the whole: it is the same at the next poll, and another
// one is not.
func (m *meter) identity(id string) string {
	if len(id) <= oped.MaxField {
		return id
	}
	m.limits.Add(oped.FieldLimit)
	h := newDigest()
	h.add(id)
	sum := hex.EncodeToString(h.Sum(nil))
	return text.Clip(id, oped.MaxField-len(sum)-1) + "-" + sum
}
