package dedup

import (
	"slices"
	"strings"
	"time"

	"oped/text"
)

// headed reports whether a text has a headline and the beginning of the text under it, after at most a sentence
// or two of its own.
func headed(s, title, under string) bool {
	head := text.FoldedWords(title)
	if len(head) < 2 {
		return false
	}
	head = append(head, firstWords(under, 3)...)
	for words := firstWords(s, len(head)+greeting); len(words) >= len(head); words = words[1:] {
		if slices.Equal(words[:len(head)], head) {
			return true
		}
	}
	return false
}

// greeting is the number of words a roundup may have before its first piece.
const greeting = 30

// firstWords returns the first n folded words of a text.
func firstWords(s string, n int) []string {
	all := text.FoldedWords(s[:min(len(s), 64*n)])
	return all[:min(len(all), n)]
}

// likeness is the degree of agreement of two headlines.
type likeness int

const (
	otherTitles likeness = iota
	alikeTitles          // versions of one
	sameTitles
)

// titleLikeness compares two headlines. One of a single word counts as different, as "Editorial".
func titleLikeness(a, b *reading) likeness {
	short, long := a.heading(), b.heading()
	if len(short.words) > len(long.words) {
		short, long = long, short
	}
	x, y := short.words, long.words
	if a.c.spend(len(x)); len(x) < 2 {
		return otherTitles
	}
	if slices.Equal(x, y) || len(x) >= tellingWords && (slices.Equal(x, long.uncredited()) ||
		slices.ContainsFunc(long.signed, func(s signed) bool { return slices.Equal(x, s.words) && s.by(a, b) })) {
		return sameTitles
	}
	if numberedOtherwise(short, long) {
		return otherTitles
	}
	both, weight := 0, 0
	for _, w := range x {
		if !tells(w) {
			continue
		}
		weight++
		if long.has(w) {
			both++
		}
	}
	if both >= 2 && both*5 >= weight*3 {
		return alikeTitles
	}
	return otherTitles
}

// uncredited returns the words of a headline without its credit: "Talks resume - Reuters". The credit has at
// most four words, after a dash or bar between spaces. nil: it has none.
func (h *heading) uncredited() []string {
	at := -1
	for _, mark := range []string{" - ", " | "} { // any dash folds to the first one
		at = max(at, strings.LastIndex(h.folded, mark))
	}
	if at < 0 {
		return nil
	}
	credit := len(text.FoldedWords(h.folded[at:]))
	if credit == 0 || credit > creditWords {
		return nil
	}
	return h.words[:len(h.words)-credit]
}

// creditWords is the greatest number of words of a credit in a headline.
const creditWords = 4

// signed is a headline that may have a credit: its words without it, and the words of the credit.
type signed struct{ words, credit []string }

// signatures returns the readings of a headline with a credit of a form that other headlines have, too: "X (Hill
// Post)", "X: Hill Post", "Hill Post: X", "X | Hill Post | Opinion". They count for a known publisher only.
func (h *heading) signatures() (all []signed) {
	add := func(credit, before, behind string) {
		name, from := text.FoldedWords(credit), len(text.FoldedWords(before))
		to := len(h.words) - len(text.FoldedWords(behind))
		if n := len(name); 0 < n && n <= creditWords && from < to {
			all = append(all, signed{h.words[from:to], name})
		}
	}
	if at := strings.LastIndex(h.folded, " ("); at > 0 && strings.HasSuffix(h.folded, ")") {
		add(h.folded[at:], "", h.folded[at:])
	}
	if at := strings.Index(h.folded, ": "); at > 0 {
		add(h.folded[:at], h.folded[:at], "")
		at = strings.LastIndex(h.folded, ": ")
		add(h.folded[at:], "", h.folded[at:])
	}
	for _, mark := range []string{" - ", " | "} { // any dash folds to the first one
		parts := strings.SplitN(h.folded, mark, 4)
		for _, part := range parts[min(1, len(parts)-1):] {
			if len(parts) == 3 {
				add(part, "", parts[1]+mark+parts[2])
			}
		}
	}
	return all
}

// by reports whether the credit is the publisher of one of two entries.
func (s *signed) by(a, b *reading) bool {
	return slices.ContainsFunc([]string{a.Publisher, a.Source, b.Publisher, b.Source}, func(paper string) bool {
		return paper != "" && slices.Equal(bareName(text.FoldedWords(paper)), bareName(s.credit))
	})
}

// bareName returns the words of a newspaper's name without "the" before it.
func bareName(words []string) []string {
	if len(words) > 1 && words[0] == "the" {
		return words[1:]
	}
	return words
}

// tellingWords is the number of words in a headline from which it may be one piece's alone.
const tellingWords = 3

// headlineKeys returns the keys shared by entries of one day with the same headline, with and without its
// credit.
func (h *heading) headlineKeys(published time.Time) []string {
	var keys []string
	add := func(words []string) {
		if len(words) < tellingWords {
			return
		}
		key := headlinePrefix + new(hasher).sum(append(slices.Clip(words), day(published))...)
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	add(h.words)
	add(h.uncredited())
	for _, s := range h.signed {
		add(s.words)
	}
	return keys
}

// sameHeadline reports whether two entries have nothing but their headline and their day in common: what they
// are about, but not whether they are one piece. A feed with both has two.
func sameHeadline(a, b *reading) bool {
	return titleLikeness(a, b) == sameTitles && len(a.heading().words) >= tellingWords && !sameFeed(a, b) &&
		!otherDays(a, b) && !authorsDisagree(a, b)
}

// tells reports whether a word of a headline says what it is about.
func tells(word string) bool { return len(word) >= 3 && !fillers[word] }

// fillers are words common to any two headlines.
var fillers = setOf(
	"the and for are was has have will with from that this its his her not but who what why how says say said " +
		"published کے کی کا کو میں سے نے پر اور ہے ہیں")

// numberedOtherwise reports whether two headlines have different ordinals: the first match, the second match.
func numberedOtherwise(x, y *heading) bool {
	counts := func(x, y *heading) bool {
		return slices.ContainsFunc(x.words, func(w string) bool { return (ordinals[w] || urduCardinals[w]) && !y.has(w) })
	}
	return counts(x, y) && counts(y, x)
}

// countOtherwise reports whether two lists of words have numbers, and none in common: four killed, all six killed.
func countOtherwise(x, y []string) bool {
	return slices.ContainsFunc(x, isNumber) && slices.ContainsFunc(y, isNumber) &&
		!slices.ContainsFunc(x, func(w string) bool { return isNumber(w) && slices.Contains(y, w) })
}

func isNumber(word string) bool {
	return cardinals[word] || urduCardinals[word] || slices.ContainsFunc([]byte(word), isDigit)
}

func samePublisher(a, b *reading) bool {
	return sameFeed(a, b) || a.Publisher != "" && a.c.folds.of(a.Publisher) == a.c.folds.of(b.Publisher)
}

// oneAuthorOrPublisher reports whether two entries come from one publisher, or one author.
func oneAuthorOrPublisher(a, b *reading) bool { return samePublisher(a, b) || authorsAgree(a, b) }

// authorsAgree reports whether two entries have a common author, authorsDisagree whether both have authors and
// none in common.
func authorsAgree(a, b *reading) bool { return len(a.Authors) > 0 && wrote(a, b) }

func authorsDisagree(a, b *reading) bool {
	return len(a.Authors) > 0 && len(b.Authors) > 0 && !wrote(a, b)
}

func wrote(a, b *reading) bool {
	x, y := a.authors(), b.authors()
	a.c.spend(8 * len(x) * len(y))
	for _, n := range x {
		for _, m := range y {
			if n != "" && (n == m || strings.Contains(n, m) && m != "" || strings.Contains(m, n)) {
				return true
			}
		}
	}
	return false
}

// longName is the number of bytes compared of an author's folded name.
const longName = 256

// authors returns the folded names of an entry's authors.
func (r *reading) authors() []string {
	if r.names == nil && len(r.Authors) > 0 {
		r.names = make([]string, len(r.Authors))
		for i, a := range r.Authors {
			name := r.c.folds.of(a.Name)
			r.names[i] = name[:min(len(name), longName)]
		}
	}
	return r.names
}
