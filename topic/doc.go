// Package topic tags pieces with topics, and explains each tag down to the words and the sum.
//
// A topic is a handful of weighted expressions over lists of terms, written by a curator. docs/topics.md
// defines the language. A fitted topic has sides or a subject: its score is a sum of parts, one for each feature
// and known word of a piece and one for its expressions, if any. Package fit finds their [Weights] from the values
// of [Tagger.Measure]. To get verdicts on pieces, compile the topics with [Compile] and call [Tagger.Tag] with
// a [Doc]. To show the reasons, call [Tagger.Explain]. To select pieces by one expression, use [CompileExpr]
// and [Expr.MatchCounted]. For the query of a reader, use [CompileSearch]. To find the candidates for a rule in a full-text index, ask [Tagger.IndexQuery].
// To learn whether an edition takes a piece, and why not, call [Filter.Refuses].
//
// Compile returns mistakes with line, column and hint. A Tagger reads a Doc once, finds every term in it and
// evaluates the topics with a hit. The spans of a tag cut the original text and add up to the score. Of a text
// full of repetitions it keeps the first oped.MaxMatches spans of each rule. It takes time linear in the words
// of the text and the mentions in it.
//
// The package uses no clock, file or logger. A Tagger is safe for concurrent use.
package topic

import (
	"strings"

	"oped"
	"oped/text"
)

// Doc is the part of a piece visible to rules.
type Doc struct {
	Title       string
	Summary     string
	Text        string
	Author      string
	Categories  []string
	URL         string
	HTML        bool         // Summary and Text are HTML, and spans cut that HTML
	Boilerplate [][2]int     // stretches of Text learned to be boilerplate; ignored with HTML or Words
	Words       *text.Tokens // of Text, with zones, if the caller has them; Text is not HTML then
	Facts       Facts        // of the piece, for filters
	Implies     []string     // lists that hold without a mention, as $pakistan in a Pakistani paper
	AllParts    bool         // tags of fitted topics have all parts with all spans, not the largest with one each
}

// DocOf returns the rules' view of an entry. Its summary counts only beside a content: else it is the text.
func DocOf(e *oped.Entry) *Doc {
	d := &Doc{
		Title:       e.Title,
		Text:        e.Text,
		Author:      Names(e.Authors),
		Categories:  e.Categories,
		URL:         e.URL,
		Boilerplate: e.Boilerplate,
		Facts:       Facts{publishers: []string{e.Publisher}, lang: e.Lang},
	}
	if e.Content != "" {
		d.Summary = text.FromHTML(e.Summary).Text
	}
	return d
}

// Names returns the names of authors in one line.
func Names(authors []oped.Person) string {
	all := make([]string, len(authors))
	for i, a := range authors {
		all[i] = a.Name
	}
	return strings.Join(all, ", ")
}

// semantics is part of every rule's version. It changes whenever the same rule may give another verdict.
const semantics = "3"
