package publish

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// leastContext is how many words a span gets around it while there are any left: fewer say nothing.
const leastContext = 6

// allowance is how many words of a text may still be shown around the words that counted. Each span gets its share, so that a long
// explanation has a little around every span rather than all around the first.
type allowance struct {
	whole bool // whole texts are permitted: nothing is counted
	left  int  // words
	spans int  // that still want some
}

// maxMarked is how many words of one span are shown. A span of two terms reaches from one to the other: in one sentence, which is shown, or in
// one paragraph, which would be a piece of the text without end.
const (
	maxMarked = 30
	atEnds    = 8 // words at either end of a longer span
)

// quoted is a span in its sentence, as far as it may be shown.
type quoted struct {
	Before, After string
	Marked        []string // the span to the byte; of a long one its two ends
}

// marked gives the span itself.
func (a *allowance) marked(span string, free bool) []string {
	words := strings.Fields(span)
	if free || a.whole || costOf(words) <= maxMarked {
		return []string{span}
	}
	head, tail := endOfField(shorten(span, atEnds*bytesPerWord), atEnds), startOfField(span, atEnds)
	return []string{head, tail}
}

// startOfField is s from the beginning of its nth word from the end on, and no longer than n words are.
func startOfField(s string, n int) string {
	for i := max(0, len(s)-n*bytesPerWord); i < len(s); i++ {
		if utf8.RuneStart(s[i]) {
			s = s[i:]
			break
		}
	}
	inWord := false
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		space := unicode.IsSpace(r)
		if inWord && space {
			if n--; n == 0 {
				return s[i:]
			}
		}
		inWord = !space
		i -= size
	}
	return s
}

// around gives what may be shown before and after a span. free: these words are republished in any case, as those of the headline are.
func (a *allowance) around(before, after string, free bool) (string, string) {
	before, after = strings.Map(undirected, clean(before)), strings.Map(undirected, clean(after))
	first, last := strings.Fields(before), strings.Fields(after)
	if free || a.whole {
		return shownBefore(before, first, first), shownAfter(after, last, last)
	}
	share := min(a.left, max(leastContext, a.left/max(1, a.spans)))
	a.spans--
	back := keepLast(first, max(share/2, share-costOf(last))) // what one side does not need, the other one has
	forth := keepFirst(last, share-costOf(back))
	a.left -= costOf(back) + costOf(forth)
	return shownBefore(before, first, back), shownAfter(after, last, forth)
}

// shownBefore is what is kept of the words before a span, with "…" where some are missing, and parted from the span as they were.
func shownBefore(side string, all, kept []string) string {
	text := strings.Join(kept, " ")
	if len(kept) < len(all) {
		text = strings.TrimSpace("… " + text)
	}
	if r, _ := utf8.DecodeLastRuneInString(side); len(kept) == 0 && len(all) > 0 || unicode.IsSpace(r) {
		text += " "
	}
	return text
}

// shownAfter is shownBefore for the words after a span.
func shownAfter(side string, all, kept []string) string {
	text := strings.Join(kept, " ")
	if len(kept) < len(all) {
		text = strings.TrimSpace(text + " …")
	}
	if r, _ := utf8.DecodeRuneInString(side); len(kept) == 0 && len(all) > 0 || unicode.IsSpace(r) {
		text = " " + text
	}
	return text
}

// costOf is how many words these are. One that has no end, as in scripts without spaces, counts as several.
func costOf(words []string) (n int) {
	for _, w := range words {
		n += cost(w)
	}
	return n
}

func cost(word string) int { return 1 + (len(word)-1)/bytesPerWord }

func keepFirst(words []string, n int) []string {
	for i, w := range words {
		if n -= cost(w); n < 0 {
			return words[:i]
		}
	}
	return words
}

func keepLast(words []string, n int) []string {
	for i := len(words) - 1; i >= 0; i-- {
		if n -= cost(words[i]); n < 0 {
			return words[i+1:]
		}
	}
	return words
}
