package dedup

import (
	"context"
	"math"
	"slices"
	"strings"

	"oped"
	"oped/text"
)

// A Comparer compares entries with each other. It reads each text and each headline once, remembers what two texts have
// in common, and counts what that takes. What it answers does not depend on what it compared before, until its budget
// is used up: then Find compares no more, and whatever else is asked takes two pieces for two. The functions of this
// package that do the same compare without a budget. It is not for concurrent use.
type Comparer struct {
	ctx       context.Context
	budget    oped.Budget
	bytes     int // of texts in scans and runs
	scans     map[scanKey]*scanned
	runs      map[string][]uint64 // by text
	common    map[[2]*scanned]*common
	titles    map[string]*heading
	folds     map[string]string
	addresses map[string]string // canonical, by address
	forms     map[string][]string
	tokens    text.Tokens // memory to read texts in
}

// maxRead is how many bytes of texts a Comparer remembers. What it read of them takes some three times as many. Then it
// forgets, and reads a text again that is asked for again.
const maxRead = 8 << 20

// NewComparer makes a Comparer that takes so many steps at most, and none after ctx has ended. A step is a byte of a
// text that is read, or one run of five words of a text that is compared with another one.
func NewComparer(ctx context.Context, steps int) *Comparer {
	c := &Comparer{
		ctx:       ctx,
		budget:    oped.NewBudget(steps),
		titles:    map[string]*heading{},
		folds:     map[string]string{},
		addresses: map[string]string{},
		forms:     map[string][]string{},
	}
	c.forget()
	return c
}

// unbounded makes a Comparer that takes as many steps as it needs.
func unbounded() *Comparer { return NewComparer(context.Background(), math.MaxInt) }

// forget drops what was read of texts.
func (c *Comparer) forget() {
	c.bytes, c.scans, c.runs, c.common = 0, map[scanKey]*scanned{}, map[string][]uint64{}, map[[2]*scanned]*common{}
}

// Left is how many steps remain.
func (c *Comparer) Left() int { return c.budget.Left() }

// spent reports whether the budget is used up, or nobody waits for an answer any more.
func (c *Comparer) spent() bool { return c.budget.Left() == 0 || c.ctx.Err() != nil }

// spend counts steps. Work that has begun is finished, also if it takes more than was left.
func (c *Comparer) spend(steps int) { c.budget.Spend(steps) }

// reads counts the bytes of a text that is read, and makes room for it.
func (c *Comparer) reads(s string) {
	c.spend(len(s) + 1)
	if c.bytes+len(s) > maxRead {
		c.forget()
	}
	c.bytes += len(s)
}

// scanKey is what a scanned text depends on.
type scanKey struct {
	text, boilerplate string
	common            bool
}

// scanned is what a comparison needs of a text.
type scanned struct {
	keys     []string // of the text, with and without learned furniture; none if it has too few words
	shingles []uint64 // of the author's own words, in order
	set      []uint64 // the same, in ascending order, each once
	whole    []uint64 // the same, with those of what looks like an author's note: a cut piece may have it in its midst
	numbers  []uint64 // hashes of the words in digits, in ascending order, each once
}

// unread is a text that was not read.
var unread scanned

// common is what two texts have in common, as far as it was asked for; -1: it was not.
type common struct {
	shared int    // shingles of the first one's set that the whole of the second one has
	runs   [2]int // the longest runs of shingles of the first one of which the second one has none, and all
}

// between is what the memory has on two texts.
func (c *Comparer) between(a, b *scanned) *common {
	c.spend(1)
	pair := [2]*scanned{a, b}
	if c.common[pair] == nil {
		c.common[pair] = &common{-1, [2]int{-1, -1}}
	}
	return c.common[pair]
}

// sharing is how many shingles of one text's set appear in the whole of another one.
func (c *Comparer) sharing(a, b *scanned) int {
	have := c.between(a, b)
	if have.shared < 0 {
		c.spend(len(a.set) + len(b.whole))
		have.shared = shared(a.set, b.whole)
	}
	return have.shared
}

// longest is the longest run of shingles of one text of which another text has none, or all.
func (c *Comparer) longest(a, b *scanned, all bool) int {
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

// heading is a headline as it is compared.
type heading struct {
	folded string
	words  []string
	set    map[string]bool // of the words, where they are many
}

func (c *Comparer) heading(title string) *heading {
	if have := c.titles[title]; have != nil {
		return have
	}
	c.spend(len(title))
	h := &heading{folded: text.Fold(title), words: text.FoldedWords(title)}
	if len(h.words) > 16 {
		h.set = make(map[string]bool, len(h.words))
		for _, w := range h.words {
			h.set[w] = true
		}
	}
	c.titles[title] = h
	return h
}

// has reports whether a headline has a word.
func (h *heading) has(word string) bool {
	if h.set != nil {
		return h.set[word]
	}
	return slices.Contains(h.words, word)
}

// fold is text.Fold of a name.
func (c *Comparer) fold(name string) string { return remembered(c, name, c.folds, text.Fold) }

// Shared is how many fingerprints two texts share; both lists are in ascending order.
func (c *Comparer) Shared(a, b []uint64) int {
	c.spend(min(len(a), len(b)))
	return shared(a, b)
}

// Canonical is CanonicalURL of an address.
func (c *Comparer) Canonical(address string) string {
	return remembered(c, address, c.addresses, CanonicalURL)
}

// plainForms are the plain forms of a canonical address.
func (c *Comparer) plainForms(at string) []string {
	return remembered(c, at, c.forms, plainForms)
}

// remembered is what make makes of a string, made once.
func remembered[T any](c *Comparer, s string, memory map[string]T, make func(string) T) T {
	if have, ok := memory[s]; ok {
		return have
	}
	c.spend(len(s))
	memory[s] = make(s)
	return memory[s]
}

// overlap is how many of the shorter text's runs of three words appear in the longer one, from 0 to 1. false: one of
// them says too little.
func (c *Comparer) overlap(a, b string) (float64, bool) {
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

// runsOf are hashes of the runs of three folded words of a text, in ascending order, each once.
func (c *Comparer) runsOf(s string) []uint64 {
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

// boilerplateKey is stretches of a text as a string.
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
