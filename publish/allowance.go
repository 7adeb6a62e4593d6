package publish

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"oped/text"
	"oped/topic"
)

// minContext is the number of words around a span while there are any left: fewer are no help.
const minContext = 6

// sentenceWords limits the words shown on either side of a span where words are not counted. An
// explanation gives some twenty; a sentence may be endless.
const sentenceWords = 100

// allowance is the number of words of a text that may still be shown around the words that counted.
// Each span gets its share, so that a long explanation has some words around every span, not all of
// them around the first.
type allowance struct {
	whole bool // whole texts are permitted: nothing is counted
	left  int  // words
	spans int  // still waiting for a share
	had   map[stretch]bool
}

// stretch is the position of a span. A span counted by several rules is shown in its sentence once;
// repeating it would only cost words.
type stretch struct {
	field      string
	start, end int
}

// wanted adds the spans waiting for a share of the allowance.
func (a *allowance) wanted(parts []topic.Part) {
	asked := map[stretch]bool{}
	for _, p := range parts {
		at := stretch{p.Field, p.Start, p.End}
		if !republished(p.Field) && !a.had[at] && !asked[at] {
			asked[at] = true
			a.spans++
		}
	}
}

// sentence returns the words that may be shown before and after a span in its sentence.
func (a *allowance) sentence(p topic.Part) (before, after string) {
	before, after = strings.Map(undirected, clean(p.Before)), strings.Map(undirected, clean(p.After))
	if a.whole || republished(p.Field) {
		first, last := strings.Fields(before), strings.Fields(after)
		return shownBefore(before, first, keepLast(first, sentenceWords)),
			shownAfter(after, last, keepFirst(last, sentenceWords))
	}
	share, at := 0, stretch{p.Field, p.Start, p.End}
	if !a.had[at] {
		a.had[at] = true
		share = a.share()
	}
	return a.around(before, after, share)
}

// share returns the number of words for the next span.
func (a *allowance) share() int {
	share := min(a.left, max(minContext, a.left/max(1, a.spans)))
	a.spans--
	return share
}

// around takes at most share words before and after a span out of the allowance.
func (a *allowance) around(before, after string, share int) (string, string) {
	first, last := strings.Fields(before), strings.Fields(after)
	back := keepLast(first, max(share/2, share-costOf(last))) // one side gets the words unused by the other
	forth := keepFirst(last, share-costOf(back))
	a.left -= costOf(back) + costOf(forth)
	return shownBefore(before, first, back), shownAfter(after, last, forth)
}

// shownBefore returns the kept words before a span, with "…" where some are missing, and with the
// original space before the span.
func shownBefore(side string, all, kept []string) string {
	shown := strings.Join(kept, " ")
	if len(kept) < len(all) {
		shown = strings.TrimSpace("… " + shown)
	}
	if r, _ := utf8.DecodeLastRuneInString(side); len(kept) == 0 && len(all) > 0 || unicode.IsSpace(r) {
		shown += " "
	}
	return shown
}

// shownAfter is shownBefore for the words after a span.
func shownAfter(side string, all, kept []string) string {
	shown := strings.Join(kept, " ")
	if len(kept) < len(all) {
		shown = strings.TrimSpace(shown + " …")
	}
	if r, _ := utf8.DecodeRuneInString(side); len(kept) == 0 && len(all) > 0 || unicode.IsSpace(r) {
		shown = " " + shown
	}
	return shown
}

// maxMarked is the number of words shown of one span. A span of two terms reaches from one to the
// other. Within a sentence it is shown; within a paragraph it would be an unlimited part of the text.
const (
	maxMarked = 30
	atEnds    = 8 // words at either end of a longer span
)

// marked returns the span itself.
func (a *allowance) marked(span string, free bool) []string {
	limit := maxMarked
	if free || a.whole {
		limit = 10 * maxMarked
	}
	if costOf(strings.Fields(span)) <= limit {
		return []string{span}
	}
	head, tail := endOfField(text.Clip(span, atEnds*bytesPerWord), atEnds), startOfField(span, atEnds)
	return []string{head, tail}
}

// startOfField returns the last n words of s, cut to n times bytesPerWord.
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

// costOf returns the cost of some words. An endless word, as in scripts without spaces, counts as
// several.
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
