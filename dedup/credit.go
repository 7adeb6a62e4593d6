package dedup

import (
	"strings"
	"sync"

	"oped"
	"oped/text"
)

// Credits tells whether an entry says that it was taken from a publisher, by the source that it names or in a credit line under its text. None
// says so of its own: papers sign their own texts, too.
func Credits(e *oped.Entry, publisher string) bool { return Crediting(e)(publisher) }

// Crediting is Credits of one entry, for several publishers: its text is read once, if at all.
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

// creditLines are the words of an entry's credit lines.
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

// padded are the folded words of a name, each between spaces, so that a name is found whole.
func padded(name string) string { return " " + strings.Join(text.FoldedWords(name), " ") + " " }
