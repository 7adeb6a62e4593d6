// Package topic says which topics a piece is on, and why: to the letter and to the sum.
//
// A topic is a handful of weighted expressions over lists of terms, written by a curator. Compile turns them into a
// Tagger or into mistakes with line, column and hint. A Tagger reads a Doc once, finds every term in it, evaluates the
// topics that were touched, and gives tags whose spans cut the original text and add up to the score; of a text that
// repeats itself, it keeps the first oped.MaxMatches spans of each rule. It takes time linear in the words of a text
// and the mentions in it. docs/topics.md is the language's definition; this package follows it.
//
// Nothing here touches a clock, a file or a logger. A Tagger is safe for use by many goroutines.
package topic

import "oped/text"

// Doc is what rules see of a piece.
type Doc struct {
	Title       string
	Summary     string
	Text        string
	Author      string
	Categories  []string
	URL         string
	Publisher   string
	Lang        string
	HTML        bool         // Summary and Text are HTML, and spans cut that HTML
	Boilerplate [][2]int     // stretches of Text that are the publisher's furniture, as learned; not looked at where HTML or Words is set
	Words       *text.Tokens // of Text, with their zones, where the caller has them; Text is not HTML then
	Implies     []string     // lists that hold without being said, as a Pakistani paper implies Pakistan
}

// semantics is part of every rule's version: it changes whenever the same rule may judge otherwise.
const semantics = "3"
