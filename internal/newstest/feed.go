package newstest

import (
	"bytes"
	"embed"
	"encoding/json"
	"encoding/xml"
	"strings"
	"text/template"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

//go:embed templates
var templates embed.FS

// Item is an op-ed as a feed prints it. Empty fields have no element.
type Item struct {
	GUID, Link, Title, Author string
	HTML                      string // whole text
	Summary                   string // plain text; if empty, the description is the HTML
	Categories                []string
	Published                 time.Time
}

// feed is the content of one feed document, or of a page of a paper.
type feed struct {
	masthead
	Self, Home string // addresses; without Home the document has a title and items only
	Items      []Item // newest first
	Piece      bool   // as a page, shows the whole of the only item
	Note       string // on a page; "": none
}

// RSS returns the items as RSS 2.0.
func RSS(title string, items ...Item) []byte {
	return document(feed{masthead: masthead{Title: title, Form: rss}, Items: items})
}

// document returns a feed in its form.
func document(f feed) []byte {
	if f.Form == rss1256 {
		return Windows1256(fill(f.Form.template, f))
	}
	return fill(f.Form.template, f)
}

// fill executes one of the templates, and panics if the template is wrong.
func fill(name string, data any) []byte {
	t := template.Must(template.New(name).Funcs(template.FuncMap{
		"xml": func(s string) string {
			var b strings.Builder
			xml.EscapeText(&b, []byte(s)) // a Builder never fails
			return b.String()
		},
		"json": func(v any) (string, error) {
			b, err := json.Marshal(v)
			return string(b), err
		},
	}).ParseFS(templates, "templates/"+name))
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		panic(err) // a test fills every template
	}
	return b.Bytes()
}

// Windows1256 converts a UTF-8 document to windows-1256, the charset of older Urdu and Arabic systems. It adjusts
// the XML declaration. Characters missing in the charset, such as the Urdu full stop, become character references.
func Windows1256(document []byte) []byte {
	out, err := encoding.HTMLEscapeUnsupported(charmap.Windows1256.NewEncoder()).Bytes(document)
	if err != nil {
		panic(err) // impossible, since unsupported characters are replaced
	}
	return bytes.Replace(out, []byte(`encoding="UTF-8"`), []byte(`encoding="windows-1256"`), 1)
}
