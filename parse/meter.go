package parse

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"oped"
	"oped/text"
)

// meter counts the cost of one document. Values it cuts are still part of the hash of their entry, so that two
// entries with a difference only beyond a limit stay two.
type meter struct {
	ctx     context.Context
	resolve oped.Budget // bytes of addresses left to resolve
	limits  oped.Limits // reached since the last call of take
	rest    *hasher     // of all values cut since then; nil for none
}

// newMeter returns the meter of a document of n bytes. Resolving addresses costs the bytes of both, and may add
// no more than the document could have spelled out itself: short documents stay short.
func newMeter(ctx context.Context, n int) *meter {
	return &meter{ctx: ctx, resolve: oped.NewBudget(min(oped.MaxDocument, 1<<20+4*n))}
}

// expired reports whether the context has ended.
func (m *meter) expired() bool { return m.ctx.Err() != nil }

// cut notes a limit reached, and the whole value.
func (m *meter) cut(limit oped.Limit, whole string) {
	m.limits.Add(limit)
	if m.rest == nil {
		m.rest = newHasher()
	}
	m.rest.add(whole)
}

// take returns the limits reached since the last call, and a hash of the values cut.
func (m *meter) take() (limits oped.Limits, rest string) {
	limits = m.limits
	if m.rest != nil {
		rest = string(m.rest.Sum(nil))
	}
	m.limits, m.rest = nil, nil
	return limits, rest
}

// resume continues from the results of an earlier take.
func (m *meter) resume(limits oped.Limits, rest string) {
	m.limits, m.rest = slices.Clip(limits), nil
	if rest != "" {
		m.rest = newHasher()
		m.rest.add(rest)
	}
}

// field returns the kept part of a value of one line.
func (m *meter) field(s string) string { return m.clip(s, oped.MaxField, oped.FieldLimit) }

// byline returns the kept part of a value with names of people.
func (m *meter) byline(s string) string {
	if len(s) > oped.MaxField {
		m.cut(oped.FieldLimit, s)
	}
	return text.ClipByline(s, oped.MaxField)
}

// html returns the kept part of an entry's text. It cuts no tag in two.
func (m *meter) html(s string) string {
	if len(s) <= oped.MaxContent {
		return s
	}
	m.cut(oped.ContentLimit, s)
	return clipHTML(s, oped.MaxContent)
}

// clipHTML returns the beginning of an HTML fragment, at most n bytes, without a partial tag or reference at
// its end.
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

// identity returns an id. A long one is cut and ends with the hash of the whole: it stays the same at the next
// poll, and differs from other ids.
func (m *meter) identity(id string) string {
	if len(id) <= oped.MaxField {
		return id
	}
	m.limits.Add(oped.FieldLimit)
	h := newHasher()
	h.add(id)
	sum := hex.EncodeToString(h.Sum(nil))
	return text.Clip(id, oped.MaxField-len(sum)-1) + "-" + sum
}
