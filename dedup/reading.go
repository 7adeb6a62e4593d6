package dedup

import (
	"slices"

	"oped"
	"oped/text"
)

// reading is what a comparison needs of an entry. Its text is read when it comes to that.
type reading struct {
	*oped.Entry
	address string          // canonical
	common  map[uint64]bool // fingerprints that are its publisher's furniture

	scanned  bool
	words    []string // keys of the text, with and without learned furniture; none if it has too few words
	shingles []uint64 // of the author's own words, in order
	set      []uint64 // the same, in ascending order, each once
	whole    []uint64 // the same, with those of what looks like an author's note: a cut piece may have it in its midst
	numbers  []uint64 // hashes of the words in digits, in ascending order, each once
}

func read(e *oped.Entry, common map[uint64]bool) *reading {
	return &reading{Entry: e, address: CanonicalURL(e.URL), common: common}
}

// scan reads the text, once.
func (r *reading) scan() *reading {
	if r.scanned {
		return r
	}
	r.scanned = true
	var ts text.Tokens
	ts.Scan(r.Text)
	ts.MarkZones()
	var words []string
	if key := textKey(&ts); key != "" {
		words = []string{key}
	}
	if len(r.Furniture) > 0 {
		ts.MarkZones(r.Furniture...)
		words = Learned(words, &ts)
	}
	if r.words == nil {
		r.words = words
	}
	var common func(uint64) bool
	if len(r.common) > 0 {
		common = func(print uint64) bool { return r.common[print] }
	}
	r.shingles = own(AppendShingles(nil, &ts), common)
	r.set = slices.Compact(slices.Sorted(slices.Values(r.shingles)))
	r.whole = r.set
	if slices.ContainsFunc(ts.List, func(w text.Token) bool { return w.Zone == text.Bio }) {
		r.whole = slices.Compact(slices.Sorted(slices.Values(withNotes(&ts, common))))
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

// withNotes are the shingles of a text and of the author's notes in it.
func withNotes(ts *text.Tokens, common func(uint64) bool) []uint64 {
	all := *ts
	all.List = slices.Clone(ts.List)
	for i := range all.List {
		if w := &all.List[i]; w.Zone == text.Bio {
			w.Zone = text.Body
		}
	}
	return own(AppendShingles(nil, &all), common)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// sameWords tells whether two readings have a key of their texts in common.
func sameWords(a, b *reading) bool {
	a.scan()
	b.scan()
	return slices.ContainsFunc(a.words, func(key string) bool { return slices.Contains(b.words, key) })
}

// has tells how many of some shingles stand in the text.
func (r *reading) has(shingles []uint64) int {
	n := 0
	for _, s := range shingles {
		if _, ok := slices.BinarySearch(r.set, s); ok {
			n++
		}
	}
	return n
}

// shared is how many values two ascending lists have in common.
func shared(a, b []uint64) int {
	n := 0
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

// ownRun is the longest run of shingles of one text of which none stands in another, runOf the longest of which all do.
func ownRun(a, b *reading) int { return longest(a, b, 0) }
func runOf(a, b *reading) int  { return longest(a, b, 1) }

func longest(a, b *reading, there int) int {
	best, n := 0, 0
	for i := range a.shingles {
		n++
		if b.has(a.shingles[i:i+1]) != there {
			n = 0
		}
		best = max(best, n)
	}
	return best
}
