package parse

import (
	"strings"

	"oped"
)

// Version is the version of the reading of documents. Raise it with every change to the entries of some document:
// ingest then takes the differences for ours, not for revisions of the newspapers. TestVersion says when.
const Version = "2"

// parser returns how the documents of a feed are read: oped.Document.Parser. It has the configured charset, and the
// configured zone, since dates without a zone are read in it. Another reading is one by another parser.
func parser(f *oped.Feed) string {
	fields := []string{Version}
	if f.Charset != "" {
		fields = append(fields, charsetField+f.Charset)
	}
	if f.Timezone != "" {
		fields = append(fields, "zone="+f.Timezone)
	}
	return strings.Join(fields, " ")
}

const charsetField = "charset="

// ConfiguredCharset returns the charset in the name of a parser; "" if there was none.
func ConfiguredCharset(parser string) string {
	for field := range strings.FieldsSeq(parser) {
		if charset, ok := strings.CutPrefix(field, charsetField); ok {
			return charset
		}
	}
	return ""
}
