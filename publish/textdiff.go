package publish

import (
	"strings"

	"oped/publish/page"
	"oped/text"
)

// aroundChange is the number of words of a text shown on either side of a change.
const aroundChange = 5

// textDiff is the difference between two versions of a text, in words.
type textDiff struct {
	removed, added string     // labels of such a stretch
	words          [][]string // of each stretch
	edits          []text.Edit
	shown          [][2]int // of each stretch: how many words of its beginning, and of its end
	left           int      // number of words that may still be shown
}

// compareTexts compares two versions of a text. Stretches of white space are left out.
func compareTexts(w *page.Words, lang, before, after string) *textDiff {
	t := &textDiff{removed: w.Say(lang, "removed"), added: w.Say(lang, "added")}
	for _, e := range text.Diff(before, after) {
		s := before[e.Before[0]:e.Before[1]]
		if e.Op == text.Added {
			s = after[e.After[0]:e.After[1]]
		}
		if words := strings.Fields(strings.Map(undirected, clean(s))); len(words) > 0 {
			t.words, t.edits = append(t.words, words), append(t.edits, e)
		}
	}
	t.shown = make([][2]int, len(t.words))
	return t
}

// changed returns the number of removed and of added words.
func (t *textDiff) changed() (removed, added int) {
	for i, e := range t.edits {
		switch e.Op {
		case text.Removed:
			removed += len(t.words[i])
		case text.Added:
			added += len(t.words[i])
		}
	}
	return removed, added
}

// whole returns the changes and all unchanged words: headlines and names are shown without gaps.
func (t *textDiff) whole() []page.Stretch {
	all, _ := t.show(10*maxLine, 10*maxLine)
	return all
}

// show returns the changes with around words on either side of each, at most limit words, and the
// number of words shown. Each change gets its share; at most a third is reserved for the words around
// the changes. It returns nil if nothing was changed.
func (t *textDiff) show(limit, around int) ([]page.Stretch, int) {
	changes := 0
	for _, e := range t.edits {
		changes += int(boolToInt(e.Op != text.Same))
	}
	if changes == 0 {
		return nil, 0
	}
	reserve := min(limit/3, 2*around*changes)
	t.left = limit - reserve
	for i, e := range t.edits {
		if e.Op != text.Same {
			t.beginning(i, max(minContext, t.left/changes))
			changes--
		}
	}
	t.left += reserve
	for i, e := range t.edits {
		if e.Op != text.Same {
			continue
		}
		if i > 0 {
			t.beginning(i, around)
		}
		if i < len(t.edits)-1 {
			t.end(i, around)
		}
	}
	return t.view(), limit - t.left
}

// beginning shows the first words of a stretch, n at most.
func (t *textDiff) beginning(i, n int) {
	kept := keepFirst(t.words[i], min(n, t.left))
	t.shown[i][0] = len(kept)
	t.left -= costOf(kept)
}

// end shows the last words of a stretch that are not shown yet, n at most.
func (t *textDiff) end(i, n int) {
	kept := keepLast(t.words[i][t.shown[i][0]:], min(n, t.left))
	t.shown[i][1] = len(kept)
	t.left -= costOf(kept)
}

func (t *textDiff) view() (out []page.Stretch) {
	for i, words := range t.words {
		first, last := words[:t.shown[i][0]], words[len(words)-t.shown[i][1]:]
		parts := []string{strings.Join(first, " ")}
		if len(first)+len(last) < len(words) {
			parts = append(parts, "…")
		}
		parts = append(parts, strings.Join(last, " "))
		v := page.Stretch{Op: "kept", Text: strings.TrimSpace(strings.Join(parts, " "))}
		switch t.edits[i].Op {
		case text.Removed:
			v.Op, v.Say = "removed", t.removed
		case text.Added:
			v.Op, v.Say = "added", t.added
		}
		out = append(out, v)
	}
	return out
}
