package dedup

import (
	"strings"
	"sync"

	"oped"
	"oped/text"
)

// Credits reports whether an entry credits a publisher with its text, by its source or in a credit line under
// the text. No entry credits its own publisher: papers sign their own texts, too.
func Credits(e *oped.Entry, publisher string) bool { return Crediting(e)(publisher) }

// Crediting returns [Credits] for one entry and several publishers. It reads the text of the entry at most
// once.
func Crediting(e *oped.Entry) func(publisher string) bool {
	lines := sync.OnceValue(func() string { return creditLines(e) })
	return func(publisher string) bool {
		name := padded(publisher)
		if name == padded("") || name == padded(e.Publisher) {
			return false
		}
		return strings.Contains(padded(e.Source), name) || strings.Contains(lines(), name)
	}
}

// creditLines returns the words of an entry's credit lines.
func creditLines(e *oped.Entry) string {
	words := text.Tokens{List: make([]text.Token, 0, len(e.Text)/5), Arena: make([]byte, 0, len(e.Text))}
	words.Scan(e.Text)
	words.MarkZones(e.Boilerplate...)
	var b strings.Builder
	for i := range words.List {
		if words.List[i].Zone == text.Credit {
			b.WriteString(" ")
			b.Write(words.Folded(i))
		}
	}
	return b.String() + " "
}

// padded returns the folded words of a name, each between spaces, so that only whole names match.
func padded(name string) string { return " " + strings.Join(text.FoldedWords(name), " ") + " " }
