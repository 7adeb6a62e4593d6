package dedup

import (
	"slices"

	"oped"
	"oped/text"
)

// reading is an entry prepared for comparison. Its text is read only if needed.
type reading struct {
	*oped.Entry
	*scanned // its text, after scan

	c       *Comparer
	address string          // canonical
	common  map[uint64]bool // fingerprints of its publisher's boilerplate
	words   []string        // keys of the text known before reading it; nil: use those read
	names   []string        // of the authors, folded; nil until needed
}

func read(e *oped.Entry, common map[uint64]bool) *reading { return unbounded().read(e, common) }

func (c *Comparer) read(e *oped.Entry, common map[uint64]bool) *reading {
	return &reading{
		Entry:   e,
		scanned: &unread,
		c:       c,
		address: c.Canonical(e.URL),
		common:  common,
	}
}

// scan reads the text, once.
func (r *reading) scan() *reading {
	if r.scanned != &unread {
		return r
	}
	key := scanKey{r.Text, boilerplateKey(r.Boilerplate), len(r.common) > 0}
	have := r.c.scans[key]
	if have == nil {
		r.c.reads(r.Text)
		have = scanText(r.Entry, r.common, &r.c.tokens)
		r.c.scans[key] = have
	}
	r.scanned = have
	return r
}

// textKeys returns the keys of the text.
func (r *reading) textKeys() []string {
	if r.words != nil {
		return r.words
	}
	return r.scan().keys
}

// heading returns the prepared headline.
func (r *reading) heading() *heading { return r.c.titles.of(r.Title) }

// scanText reads a text; ts is memory for it.
func scanText(e *oped.Entry, boilerplate map[uint64]bool, ts *text.Tokens) *scanned {
	r := &scanned{}
	ts.Scan(e.Text)
	ts.MarkZones()
	if key := textKey(ts); key != "" {
		r.keys = []string{key}
	}
	if len(e.Boilerplate) > 0 {
		ts.MarkZones(e.Boilerplate...)
		r.keys = Learned(r.keys, ts)
	}
	var common func(uint64) bool
	if len(boilerplate) > 0 {
		common = func(fingerprint uint64) bool { return boilerplate[fingerprint] }
	}
	r.shingles = own(appendShingles(nil, ts), common)
	r.set = distinct(r.shingles)
	r.whole = r.set
	if slices.ContainsFunc(ts.List, func(w text.Token) bool { return w.Zone == text.Bio }) {
		r.whole = distinct(withNotes(ts, common))
	}
	for i := range ts.List {
		if w := ts.Folded(i); !ts.List[i].Zone.Beside() && slices.ContainsFunc(w, isDigit) {
			r.numbers = append(r.numbers, wordHash(w))
		}
	}
	slices.Sort(r.numbers)
	r.numbers = slices.Compact(r.numbers)
	return r
}

// distinct returns the distinct values in ascending order.
func distinct(values []uint64) []uint64 {
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.Compact(values)
}

// withNotes returns the shingles of a text including its author's notes.
func withNotes(ts *text.Tokens, common func(uint64) bool) []uint64 {
	all := *ts
	all.List = slices.Clone(ts.List)
	for i := range all.List {
		if w := &all.List[i]; w.Zone == text.Bio {
			w.Zone = text.Body
		}
	}
	return own(appendShingles(nil, &all), common)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// sameWords reports whether two readings have a common key of their texts.
func sameWords(a, b *reading) bool {
	a.scan()
	b.scan()
	keys := b.textKeys()
	return slices.ContainsFunc(a.textKeys(), func(key string) bool { return slices.Contains(keys, key) })
}

// has returns the number of the given shingles in the text.
func (r *scanned) has(shingles []uint64) int {
	n := 0
	for _, s := range shingles {
		if _, ok := slices.BinarySearch(r.set, s); ok {
			n++
		}
	}
	return n
}

// shared returns the number of common values of two ascending lists. It searches the values of a much shorter
// list in the other.
func shared(a, b []uint64) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	n := 0
	if len(a)*16 < len(b) {
		for _, v := range a {
			i, ok := slices.BinarySearch(b, v)
			if b = b[i:]; ok {
				n++
			}
		}
		return n
	}
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			n++
			a, b = a[1:], b[1:]
		}
	}
	return n
}

// longestOwnRun returns the longest run of one text's shingles with none in another, runOf the longest with all
// in it.
func longestOwnRun(a, b *reading) int    { return a.c.longest(a.scanned, b.scanned, false) }
func longestSharedRun(a, b *reading) int { return a.c.longest(a.scanned, b.scanned, true) }

func longest(a, b *scanned, all bool) int {
	best, n := 0, 0
	for i := range a.shingles {
		n++
		if (b.has(a.shingles[i:i+1]) == 1) != all {
			n = 0
		}
		best = max(best, n)
	}
	return best
}
