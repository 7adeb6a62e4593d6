package publish

import (
	"strings"

	"oped"
	"oped/text"
)

// credited is the appearance that an entry says it was taken from, by the source that it names or in the credit line under its text; nil if it says
// nothing of the kind. No appearance of its own publisher is that: papers sign their own texts, too.
func credited(lead *oped.Entry, entries []*oped.Entry, own string, feeds Feeds) *oped.Entry {
	if len(entries) < 2 {
		return nil
	}
	for _, said := range []string{padded(lead.Source), creditLines(lead)} {
		for _, e := range entries {
			name := padded(publisherOf(e, feeds[e.FeedURL]))
			if webURL(e.URL) != "" && name != padded("") && name != padded(own) && strings.Contains(said, name) {
				return e
			}
		}
	}
	return nil
}

// creditLines are the words of an entry's credit lines.
func creditLines(e *oped.Entry) string {
	var words text.Tokens
	words.Scan(e.Text)
	words.MarkZones(e.Furniture...)
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
func padded(name string) string {
	var words text.Tokens
	words.Scan(name)
	var b strings.Builder
	for i := range words.List {
		b.WriteString(" ")
		b.Write(words.Folded(i))
	}
	return b.String() + " "
}
