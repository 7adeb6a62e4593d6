package dedup

import (
	"slices"
	"strings"

	"oped/text"
)

// headed tells whether a text has, after a sentence or two of its own at most, a headline and what stands under that headline.
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

// greeting is how many words a digest may have before its first piece.
const greeting = 30

// firstWords are the first n folded words of a text.
func firstWords(s string, n int) []string {
	all := text.FoldedWords(s[:min(len(s), 64*n)])
	return all[:min(len(all), n)]
}

// likeness is how far two headlines agree.
type likeness int

const (
	otherTitles likeness = iota
	alikeTitles          // versions of one
	sameTitles
)

// titleLikeness tells how far two headlines agree. One of a single word says nothing: "Editorial".
func titleLikeness(a, b *reading) likeness {
	short, long := a.heading(), b.heading()
	if len(short.words) > len(long.words) {
		short, long = long, short
	}
	x, y := short.words, long.words
	if a.c.spend(len(x)); len(x) < 2 {
		return otherTitles
	}
	if slices.Equal(x, y) {
		return sameTitles
	}
	if numberedOtherwise(short, long) {
		return otherTitles
	}
	both, weight := 0, 0
	for _, w := range x {
		if len(w) < 3 || fillers[w] {
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

// fillers are words that any two headlines have in common.
var fillers = setOf("the and for are was has have will with from that this its his her not but who what why how says say said published کے کی کا کو میں سے نے پر اور ہے ہیں")

// numberedOtherwise tells whether two headlines count, and not the same: the first match, the second match.
func numberedOtherwise(x, y *heading) bool {
	counts := func(x, y *heading) bool {
		return slices.ContainsFunc(x.words, func(w string) bool { return ordinals[w] && !y.has(w) })
	}
	return counts(x, y) && counts(y, x)
}

// countOtherwise tells whether two headlines name numbers, and none in common: four killed, all six killed.
func countOtherwise(x, y *heading) bool {
	number := func(w string) bool { return cardinals[w] || slices.ContainsFunc([]byte(w), isDigit) }
	return slices.ContainsFunc(x.words, number) && slices.ContainsFunc(y.words, number) &&
		!slices.ContainsFunc(x.words, func(w string) bool { return number(w) && y.has(w) })
}

func samePublisher(a, b *reading) bool {
	return sameFeed(a, b) || a.Publisher != "" && a.c.fold(a.Publisher) == a.c.fold(b.Publisher)
}

// oneAuthorOrPublisher tells whether two entries come from one paper, or one author.
func oneAuthorOrPublisher(a, b *reading) bool { return samePublisher(a, b) || authorsAgree(a, b) }

// authorsAgree tells whether two entries name an author in common, authorsDisagree whether both name authors and none in common.
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

// longName is how many bytes of an author's name are compared, folded.
const longName = 256

// authors are the names of an entry's authors, folded.
func (r *reading) authors() []string {
	if r.names == nil && len(r.Authors) > 0 {
		r.names = make([]string, len(r.Authors))
		for i, a := range r.Authors {
			name := r.c.fold(a.Name)
			r.names[i] = name[:min(len(name), longName)]
		}
	}
	return r.names
}
