package config

import (
	"net/url"
	"slices"
	"strings"

	"oped"
	"oped/text"
)

// marksList is the list of terms that mark opinion, in the shipped configuration.
const marksList = "opinion_marks"

// few are the marks in a rule without this list, which is written for every feed.
const few = "(opinion OR opinions OR oped OR editorial OR editorials OR column OR columns OR blogs OR کالم OR اداریہ)"

// marks are the words that mark opinion in the title or address of a feed.
const marks = "opinion opinions oped editorial editorials column columns columnists commentary comment " +
	"commentisfree viewpoint perspective perspectives blogs blog letters essays کالم بلاگ تجزیہ اداریہ"

// MarkedOpinion returns the rule for a feed with pieces of unknown kinds: all are opinion if its title or address says
// so, else those with a mark in their categories or address.
func MarkedOpinion(f *oped.Feed, lists []oped.List) oped.OpinionRule {
	words := f.Title
	if u, err := url.Parse(f.URL); err == nil {
		words += " " + u.Hostname() + " " + u.Path
	}
	all := strings.Fields(marks)
	apart := func(r rune) bool { return strings.ContainsRune(" -_/.:|,", r) }
	if slices.ContainsFunc(strings.FieldsFunc(text.Fold(words), apart),
		func(word string) bool { return slices.Contains(all, word) }) {
		return oped.Always
	}
	terms := few
	if slices.ContainsFunc(lists, func(l oped.List) bool { return l.Name == marksList }) {
		terms = "$" + marksList
	}
	return oped.OpinionRule("category:" + terms + " OR url:" + terms)
}
