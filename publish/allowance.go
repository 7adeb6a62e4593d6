package publish

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"oped/text"
	"oped/topic"
)

// minContext is how many words a span gets around it while there are any left: fewer say nothing.
const minContext = 6

// sentenceWords bound what is shown to either side of a span where nothing is counted. An explanation gives some
// twenty; these may be endless.
const sentenceWords = 100

// allowance is how many words of a text may still be shown around the words that counted. Each span gets its share,
// so that a long explanation has a little around every span rather than all around the first.
type allowance struct {
	whole bool // whole texts are permitted: nothing is counted
	left  int  // words
	spans int  // that still want some
	had   map[stretch]bool
}

// stretch is where a span stands. One that several rules count is shown in its sentence once; the next time, that
// would only cost words.
type stretch struct {
	field      string
	start, end int
}

// wanted adds the spans that will want some of the allowance.
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

// sentence gives what may be shown before and after a span in its sentence.
func (a *allowance) sentence(p topic.Part) (before, after string) {
	before, after = strings.Map(undirected, clean(p.Before)), strings.Map(undirected, clean(p.After))
	if a.whole || republished(p.Field) {
		first, last := strings.Fields(before), strings.Fields(after)
		return shownBefore(before, first, keepLast(first, sentenceWords)), shownAfter(after, last, keepFirst(last, sentenceWords))
	}
	share, at := 0, stretch{p.Field, p.Start, p.End}
	if !a.had[at] {
		a.had[at] = true
		share = a.share()
	}
	return a.around(before, after, share)
}

// share is what the next span gets.
func (a *allowance) share() int {
	share := min(a.left, max(minContext, a.left/max(1, a.spans)))
	a.spans--
	return share
}

// around takes so many words before and after a span out of the allowance.
func (a *allowance) around(before, after string, share int) (string, string) {
	first, last := strings.Fields(before), strings.Fields(after)
	back := keepLast(first, max(share/2, share-costOf(last))) // what one side does not need, the other one has
	forth := keepFirst(last, share-costOf(back))
	a.left -= costOf(back) + costOf(forth)
	return shownBefore(before, first, back), shownAfter(after, last, forth)
}

// shownBefore is what is kept of the words before a span, with "…" where some are missing, and parted from the span
// as they were.
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

// maxMarked is how many words of one span are shown. A span of two terms reaches from one to the other: in one
// sentence, which is shown, or in one paragraph, which would be a piece of the text without end.
const (
	maxMarked = 30
	atEnds    = 8 // words at either end of a longer span
)

// marked gives the span itself.
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
