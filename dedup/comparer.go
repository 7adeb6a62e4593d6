package dedup

import (
	"context"
	"math"
	"slices"
	"strings"

	"oped"
	"oped/text"
)

// A Comparer compares entries with each other. It reads each text and each headline once, remembers the common
// parts of two texts, and counts its steps. Its answers do not depend on earlier comparisons until its budget
// is used up. Then [Comparer.Find] compares no more, and every other method takes two pieces for different. The
// functions of the same names in this package have no budget. A Comparer is not safe for concurrent use.
type Comparer struct {
	texts
	ctx       context.Context
	titles    memo[*heading]
	folds     memo[string]
	addresses memo[string] // canonical, by address
	forms     memo[[]string]
}

// memo is a pure function of a string, computed once for each string. A computation takes a step a byte.
type memo[T any] struct {
	budget *oped.Budget
	known  map[string]T
	make   func(string) T
}

func (m *memo[T]) of(s string) T {
	have, ok := m.known[s]
	if !ok {
		m.budget.Spend(len(s))
		have = m.make(s)
		m.known[s] = have
	}
	return have
}

// texts remembers the facts read from texts.
type texts struct {
	budget *oped.Budget
	bytes  int // of texts in scans and runs
	scans  map[scanKey]*scanned
	runs   map[string][]uint64 // by text
	common map[[2]*scanned]*common
	tokens text.Tokens // memory for reading texts
}

// maxRead is the number of bytes of text a Comparer remembers. Its memory for them is some three times as
// large. Beyond it, the Comparer forgets all texts and reads them again if needed.
const maxRead = 8 << 20

// NewComparer returns a Comparer with a budget of steps. It takes no step after ctx has ended. A step is a byte
// of text read, or a five-word phrase compared with another text.
func NewComparer(ctx context.Context, steps int) *Comparer {
	budget := oped.NewBudget(steps)
	c := &Comparer{
		texts:     texts{budget: &budget},
		ctx:       ctx,
		titles:    memo[*heading]{&budget, map[string]*heading{}, newHeading},
		folds:     memo[string]{&budget, map[string]string{}, text.Fold},
		addresses: memo[string]{&budget, map[string]string{}, CanonicalURL},
		forms:     memo[[]string]{&budget, map[string][]string{}, plainForms},
	}
	c.forget()
	return c
}

// unbounded returns a Comparer without a budget.
func unbounded() *Comparer { return NewComparer(context.Background(), math.MaxInt) }

// Left returns the number of steps left. It is 0 once the budget is used up.
func (c *Comparer) Left() int { return c.budget.Left() }

// spent reports whether the budget is used up, or the caller has gone.
func (c *Comparer) spent() bool { return c.budget.Left() == 0 || c.ctx.Err() != nil }

// Shared returns the number of fingerprints shared by two texts. Both lists are in ascending order.
func (c *Comparer) Shared(a, b []uint64) int {
	c.spend(min(len(a), len(b)))
	return shared(a, b)
}

// Canonical returns the [CanonicalURL] of an address.
func (c *Comparer) Canonical(address string) string { return c.addresses.of(address) }

// forget drops everything read from texts.
func (c *texts) forget() {
	c.bytes = 0
	c.scans, c.runs, c.common = map[scanKey]*scanned{}, map[string][]uint64{}, map[[2]*scanned]*common{}
}

// spend counts steps. Work in progress is finished, even if it takes more than was left.
func (c *texts) spend(steps int) { c.budget.Spend(steps) }

// reads counts the bytes of a text to be read, and makes room for it.
func (c *texts) reads(s string) {
	c.spend(len(s) + 1)
	if c.bytes+len(s) > maxRead {
		c.forget()
	}
	c.bytes += len(s)
}

// scanKey identifies the scan of a text.
type scanKey struct {
	text, boilerplate string
	common            bool
}

// scanned holds the parts of a text needed for comparisons.
type scanned struct {
	keys     []string // of the text, with and without learned boilerplate; none if it has too few words
	shingles []uint64 // of the author's own words, in order
	set      []uint64 // the distinct shingles, in ascending order
	whole    []uint64 // set and the shingles of author's notes: those of a cut piece may be in its middle
	numbers  []uint64 // distinct hashes of the words with digits, in ascending order

	vocabulary []uint64 // see [reading.vocabulary]; nil until needed
}

// unread stands for a text not read yet.
var unread scanned

// common holds the common parts of two texts computed so far; -1 for the others.
type common struct {
	shared int    // shingles in the set of the first one and the whole of the second
	runs   [2]int // longest runs of the first one's shingles: none of them in the second, all of them in it
}

// between returns the memory for two texts.
func (c *texts) between(a, b *scanned) *common {
	c.spend(1)
	pair := [2]*scanned{a, b}
	if c.common[pair] == nil {
		c.common[pair] = &common{-1, [2]int{-1, -1}}
	}
	return c.common[pair]
}

// sharing returns the number of shingles of one text's set in the whole of another one.
func (c *texts) sharing(a, b *scanned) int {
	have := c.between(a, b)
	if have.shared < 0 {
		c.spend(len(a.set) + len(b.whole))
		have.shared = shared(a.set, b.whole)
	}
	return have.shared
}

// longest returns the length of the longest run of one text's shingles with none in another text, or with all
// in it.
func (c *texts) longest(a, b *scanned, all bool) int {
	have := &c.between(a, b).runs[0]
	if all {
		have = &c.between(a, b).runs[1]
	}
	if *have < 0 {
		c.spend(2 * len(a.shingles))
		*have = longest(a, b, all)
	}
	return *have
}

// heading is a headline prepared for comparison.
type heading struct {
	folded string
	words  []string
	set    map[string]bool // of the words, if they are many
	signed []signed
}

func newHeading(title string) *heading {
	h := &heading{folded: text.Fold(title), words: text.FoldedWords(title)}
	h.signed = h.signatures()
	if len(h.words) > 16 {
		h.set = make(map[string]bool, len(h.words))
		for _, w := range h.words {
			h.set[w] = true
		}
	}
	return h
}

// has reports whether a headline has a word.
func (h *heading) has(word string) bool {
	if h.set != nil {
		return h.set[word]
	}
	return slices.Contains(h.words, word)
}

// overlap returns the share of the shorter text's three-word phrases found in the longer one, from 0 to 1. It
// returns false if one of them has too few words.
func (c *texts) overlap(a, b string) (float64, bool) {
	short, long := c.runsOf(a), c.runsOf(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < fewWords {
		return 0, false
	}
	c.spend(len(short))
	return float64(shared(short, long)) / float64(len(short)), true
}

// runsOf returns the distinct hashes of a text's three-word phrases, folded, in ascending order.
func (c *texts) runsOf(s string) []uint64 {
	if have, ok := c.runs[s]; ok {
		return have
	}
	c.reads(s)
	var ts text.Tokens
	ts.Scan(s)
	var all []uint64
	var run []byte
	for i := 2; i < len(ts.List); i++ {
		run = append(append(run[:0], ts.Folded(i-2)...), ' ')
		run = append(append(run, ts.Folded(i-1)...), ' ')
		all = append(all, wordHash(append(run, ts.Folded(i)...)))
	}
	slices.Sort(all)
	c.runs[s] = slices.Compact(all)
	return c.runs[s]
}

// boilerplateKey returns stretches of a text as a string.
func boilerplateKey(stretches [][2]int) string {
	if len(stretches) == 0 {
		return ""
	}
	var b strings.Builder
	for _, s := range stretches {
		for _, at := range s {
			for range 5 {
				b.WriteByte(byte(at))
				at >>= 8
			}
		}
	}
	return b.String()
}
