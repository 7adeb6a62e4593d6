package ingest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"oped"
	"oped/dedup"
	"oped/text"
	"oped/topic"
)

// The least change of a text to be news: so many words removed and added, and so many hundredths of the
// longer text.
const (
	newsWords = 10
	newsShare = 2
)

// News returns what is news in a changed entry for a reader of its earlier version: a correction, a new
// headline or text, other authors. White space, typography, categories and addresses are no
// news. For the rule and its reasons see docs/decisions/0012-what-is-news.md.
func News(before, after *oped.Entry) oped.NewsPart { return newEditor().news(before, after) }

// editor decides which changes are news. It compares no two versions twice, and has a budget of steps for the
// changes of one fetch: a text beyond it counts as rewritten.
type editor struct {
	steps oped.Budget
	done  map[versions]oped.NewsPart
	words text.Tokens // memory to read with
}

// versions are the relevant parts of two versions of an entry.
type versions struct{ before, after version }

type version struct{ title, text, authors, boilerplate string }

func versionOf(e *oped.Entry) version {
	return version{e.Title, e.Text, topic.Names(e.Authors), fmt.Sprint(e.Boilerplate)}
}

func newEditor() *editor {
	return &editor{steps: oped.NewBudget(oped.MaxDiffSteps), done: map[versions]oped.NewsPart{}}
}

func (ed *editor) news(before, after *oped.Entry) oped.NewsPart {
	v := versions{versionOf(before), versionOf(after)}
	if v.before == v.after {
		return oped.NoNews
	}
	news, ok := ed.done[v]
	if !ok {
		news = ed.judge(before, after)
		ed.done[v] = news
	}
	return news
}

func (ed *editor) judge(before, after *oped.Entry) oped.NewsPart {
	switch {
	case ed.corrected(before, after):
		return oped.NewsCorrection
	case letters(before.Title) != letters(after.Title):
		return oped.NewsTitle
	case ed.rewritten(before, after):
		return oped.NewsText
	case othersWrote(before.Authors, after.Authors):
		return oped.NewsAuthor
	}
	return oped.NoNews
}

// significant reports whether a reader of the piece would want to see it again: its lead entry has news, or
// its link now leads to another publisher. Further copies are no news.
func (ed *editor) significant(before, after *oped.Piece) bool {
	a, b := before.Lead(), after.Lead()
	return a.Publisher != b.Publisher && dedup.CanonicalURL(a.URL) != dedup.CanonicalURL(b.URL) || ed.news(a, b) != oped.NoNews
}

// othersWrote reports whether two bylines, neither empty, name different authors. The words count, not the
// order or the separators of names. An added title, initial or middle name makes no difference, nor does a
// typing error. A further author has two words at least.
func othersWrote(before, after []oped.Person) bool {
	a, b := nameWords(before), nameWords(after)
	gone, came := without(a, b), without(b, a)
	switch {
	case len(a) == 0 || len(b) == 0:
		return false
	case len(gone) == 0 || len(came) == 0:
		return len(gone)+len(came) >= 2
	}
	return !slip(strings.Join(gone, ""), strings.Join(came, ""))
}

// nameWords returns the words of names.
func nameWords(authors []oped.Person) []string {
	return slices.DeleteFunc(
		text.FoldedWords(topic.Names(authors)), func(w string) bool { return slices.Contains(beforeNames, w) },
	)
}

// without returns the words of one list missing from the other, or less frequent there: two Khans are two.
func without(words, others []string) []string {
	left := map[string]int{}
	for _, w := range others {
		left[w]++
	}
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		left[w]--
		return left[w] >= 0
	})
}

// slip reports whether one name is a typing error or a short form of the other: one letter more, less or
// different, two swapped letters, or an initial.
func slip(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	n := 0 // letters of their common beginning
	for n < len(x) && x[n] == y[n] {
		n++
	}
	switch {
	case n == len(x): // it goes on: by one letter, or from an initial
		return len(y)-n <= 1 || n == 1
	case len(x) < len(y):
		return slices.Equal(x[n:], y[n+1:])
	case len(x) < 5: // Amna and Asma are two persons
		return false
	case slices.Equal(x[n+1:], y[n+1:]):
		return true
	}
	return n+1 < len(x) && x[n] == y[n+1] && x[n+1] == y[n] && slices.Equal(x[n+2:], y[n+2:])
}

// beforeNames are words of a byline outside of names.
var beforeNames = []string{"by", "and", "dr", "prof"}

// rewritten reports whether a text changed by more than its typing errors. Changes beside the text do not
// count: an author's note, boilerplate. The loss of a text is no news, whatever its length.
func (ed *editor) rewritten(before, after *oped.Entry) bool {
	if before.Text == after.Text {
		return false
	}
	if !ed.steps.Spend(len(before.Text) + len(after.Text)) {
		return after.Text != ""
	}
	a, b := newReading(before, &ed.words), newReading(after, &ed.words)
	if strings.ReplaceAll(a.words, " ", "") == strings.ReplaceAll(b.words, " ", "") {
		return false // they differ in word breaks: re-run, rerun
	}
	changed := 0
	for _, e := range text.DiffWithin(a.words, b.words, &ed.steps) {
		removed := strings.Count(a.words[e.Before[0]:e.Before[1]], " ")
		added := strings.Count(b.words[e.After[0]:e.After[1]], " ")
		if e.Op != text.Same {
			changed += a.own(removed) + b.own(added)
		}
		a.beside, b.beside = a.beside[removed:], b.beside[added:]
	}
	return b.length > 0 && changed >= newsWords && changed*100 >= newsShare*max(a.length, b.length)
}

// reading is a text prepared for comparison: its folded words, with a space after each, and marks on those
// beside the text.
type reading struct {
	words  string
	beside []bool
	length int // words of the text proper
}

func newReading(e *oped.Entry, ts *text.Tokens) *reading {
	ts.Scan(e.Text)
	ts.MarkZones(e.Boilerplate...)
	var b strings.Builder
	r := &reading{}
	for i := range ts.List {
		// One character may fold to several words, or to none.
		for _, word := range strings.Fields(string(ts.Folded(i))) {
			b.WriteString(word + " ")
			r.beside = append(r.beside, ts.List[i].Zone.Beside())
		}
	}
	r.words, r.length = b.String(), r.own(len(r.beside))
	return r
}

// own returns how many of the next n words are in the text proper.
func (r *reading) own(n int) (own int) {
	for _, beside := range r.beside[:n] {
		if !beside {
			own++
		}
	}
	return own
}

// Patterns of the beginnings of corrections, folded. A keyword needs a mark after it: "Corrections of the
// market are healthy" corrects nothing. An editor's note is mostly about the author or the series, so it must
// also mention an error.
var (
	correcting = `(?:corrections?|corrected|corrigendum|erratum|clarifications?|clarified|` +
		text.Fold("تصحیح") + `|` + text.Fold("وضاحت") + `)`
	noteBegins = text.Pattern(
		`^[^\pL]*(?:` + correcting + `(?:\s*$|\s*[.(\[-]|[^:\n]{0,40}:)|` +
			`editors?'?s? note\b[^\n]{0,200}\b(?:earlier|previous|original|` +
			`correct\w*|incorrect\w*|amend\w*|clarif\w*|errors?|erroneous\w*|wrong\w*|mistake\w*)\b|` +
			`an? (?:earlier|previous) version of this |` +
			`this (?:article|piece|column|essay|story|op-ed|post|editorial|commentary|report) ` +
			`(?:was|has been) (?:updated|amended|corrected|clarified|revised))`,
	)
	titleCorrect = text.Pattern(
		`^[^\pL]*` + correcting + `\s*[:.)\]-]|[:(\[-]\s*` + correcting + `[^\pL]*$|^` + correcting + `$`,
	)
)

// edgeParagraphs is the most paragraphs between a correction and the beginning or the end of a text.
const edgeParagraphs = 5

// corrected reports whether an entry has a notice of correction it did not have before.
func (ed *editor) corrected(before, after *oped.Entry) bool {
	if titleCorrect().MatchString(text.Fold(after.Title)) && !titleCorrect().MatchString(text.Fold(before.Title)) {
		return true
	}
	if before.Text == after.Text || !ed.steps.Spend(len(before.Text)+len(after.Text)) {
		return false
	}
	said := notes(after)
	if len(said) == 0 {
		return false
	}
	known, had := letters(before.Text), notes(before)
	return slices.ContainsFunc(said, func(note string) bool {
		return !strings.Contains(known, letters(note)) &&
			!slices.ContainsFunc(had, func(h string) bool { return ed.sameNote(h, note) })
	})
}

// sameNote reports whether two notes are the same, with no more than one word in ten removed or added: a note
// may have typing errors.
func (ed *editor) sameNote(before, after string) bool {
	a, b := strings.Join(text.FoldedWords(before), " "), strings.Join(text.FoldedWords(after), " ")
	changed := 0
	for _, e := range text.DiffWithin(a, b, &ed.steps) {
		if e.Op != text.Same {
			changed += len(strings.Fields(a[e.Before[0]:e.Before[1]])) + len(strings.Fields(b[e.After[0]:e.After[1]]))
		}
	}
	return changed*10 <= len(strings.Fields(a))+len(strings.Fields(b))
}

// letters returns the fold of a text without white space and punctuation, neither of them news. Punctuation
// between two digits stays: 1.5 is not 15.
func letters(s string) string {
	all := []rune(text.Fold(s))
	var b strings.Builder
	for i, r := range all {
		inNumber := i > 0 && i+1 < len(all) && unicode.IsDigit(all[i-1]) && unicode.IsDigit(all[i+1])
		if !unicode.IsSpace(r) && (inNumber || !unicode.IsPunct(r) && r != '|') {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// notes returns the notices of correction at the edges of a text, except for the publisher's boilerplate.
func notes(e *oped.Entry) (all []string) {
	var lines []string
	start := 0
	for line := range strings.Lines(e.Text) {
		end := start + len(line)
		if slices.ContainsFunc(e.Boilerplate, func(f [2]int) bool { return f[0] < end && start < f[1] }) {
			line = ""
		}
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
		start = end
	}
	for i, line := range lines {
		if (i < edgeParagraphs || i >= len(lines)-edgeParagraphs) && noteBegins().MatchString(text.Fold(line)) {
			all = append(all, line)
		}
	}
	return all
}
