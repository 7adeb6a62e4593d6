package parse

import "strings"

// Version is the version of the reading of documents. Raise it with every change to the entries of some document:
// ingest then takes the differences for ours, not for revisions of the newspapers. TestVersion says when.
const Version = "2"

// parser returns the name of the parser with a charset configured for a feed: oped.Document.Parser. A reading by
// another charset is one by another parser.
func parser(charset string) string { return strings.TrimSpace(Version + " " + charset) }

// ConfiguredCharset returns the charset in the name of a parser; "" if there was none.
func ConfiguredCharset(parser string) string {
	_, charset, _ := strings.Cut(parser, " ")
	return charset
}
