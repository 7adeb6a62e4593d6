package publish

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	bcp47 "golang.org/x/text/language"

	"oped/publish/feed"
)

// The checks below are the important ones of the W3C's feedvalidator, in our own words. So they run
// where it is not installed. A fault begins with its name in feedvalidator.

// faults returns the faults of a document.
func faults(o output) []string {
	v := &validity{self: o.self}
	if o.format == feed.JSON {
		v.jsonFeed(o.doc)
		return v.found
	}
	root, err := treeOf(o.doc)
	switch {
	case err != nil:
		v.say("SAXError", "%v", err)
	case o.format == feed.Atom:
		v.atom(root)
	case o.format == feed.RSS:
		v.rss(root)
	}
	return v.found
}

type validity struct {
	self  string
	found []string
}

func (v *validity) say(class, format string, args ...any) {
	v.found = append(v.found, class+": "+fmt.Sprintf(format, args...))
}

// branch is an element of XML. Names have the customary prefixes.
type branch struct {
	name, text string
	attrs      map[string]string
	children   []*branch
}

// spaces maps the addresses of namespaces in feeds to their prefixes.
func spaces(address string) (string, bool) {
	prefix, ok := map[string]string{
		"": "", feed.AtomSpace: "atom:", "http://purl.org/syndication/history/1.0": "fh:", feed.DeletedSpace: "at:",
		"urn:oped:1": "oped:",
		"http://purl.org/rss/1.0/modules/content/": "content:", "http://purl.org/dc/elements/1.1/": "dc:",
		"http://www.w3.org/XML/1998/namespace": "xml:", "xml": "xml:", "xmlns": "xmlns:",
	}[address]
	return prefix, ok
}

// treeOf reads XML more strictly than encoding/xml does.
func treeOf(doc []byte) (*branch, error) {
	top, dec := &branch{}, xml.NewDecoder(bytes.NewReader(doc))
	open := []*branch{top}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			if len(top.children) != 1 {
				return nil, fmt.Errorf("%d root elements", len(top.children))
			}
			return top.children[0], nil
		}
		if err != nil {
			return nil, err
		}
		parent := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			prefix, ok := spaces(t.Name.Space)
			if !ok {
				return nil, fmt.Errorf("namespace %q", t.Name.Space)
			}
			b := &branch{name: prefix + t.Name.Local, attrs: map[string]string{}}
			for _, a := range t.Attr {
				prefix, ok := spaces(a.Name.Space)
				if _, twice := b.attrs[prefix+a.Name.Local]; twice || !ok {
					return nil, fmt.Errorf("attribute %v", a.Name)
				}
				b.attrs[prefix+a.Name.Local] = a.Value
			}
			parent.children, open = append(parent.children, b), append(open, b)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			parent.text += string(t)
		case xml.Directive:
			return nil, errors.New("a directive")
		}
	}
}

func (b *branch) all(name string) (out []*branch) {
	for _, c := range b.children {
		if c.name == name {
			out = append(out, c)
		}
	}
	return out
}

// once wants so many children of each name: "1" exactly one, "?" one at most, "*" any number; others
// may not be there.
func (v *validity) once(b *branch, wanted map[string]string) {
	for _, c := range b.children {
		if wanted[c.name] == "" {
			v.say("UndefinedElement", "%s in %s", c.name, b.name)
		}
	}
	for name, how := range wanted {
		n := len(b.all(name))
		if n > 1 && how != "*" && how != "+" {
			v.say("DuplicateElement", "%s in %s", name, b.name)
		}
		if n == 0 && (how == "1" || how == "+") {
			v.say("MissingElement", "%s in %s", name, b.name)
		}
	}
}

// attributes wants no other attributes than these.
func (v *validity) attributes(b *branch, allowed ...string) {
	for name := range b.attrs {
		if !slices.Contains(allowed, name) && !strings.HasPrefix(name, "xml") {
			v.say("UnexpectedAttribute", "%s of %s", name, b.name)
		}
	}
	if lang, ok := b.attrs["xml:lang"]; ok {
		v.language(lang)
	}
}

func (v *validity) language(tag string) {
	first, _, _ := strings.Cut(tag, "-")
	if _, err := bcp47.ParseBase(first); err != nil || !languageTag().MatchString(tag) {
		v.say("InvalidLanguage", "%q", tag)
	}
}

// badCharacters are control characters and the replacement character.
var badCharacters = regexp.MustCompile("[\u0080-\u009f\ufffd]")

// plain checks a text that is no HTML.
func (v *validity) plain(what, s string) {
	if strings.TrimSpace(s) == "" {
		v.say("NotBlank", "%s", what)
	}
	v.unmarked(what, s)
}

func (v *validity) unmarked(what, s string) {
	if badCharacters.MatchString(s) {
		v.say("BadCharacters", "%s: %q", what, s)
	}
	for _, m := range markup().FindAllString(s, -1) {
		if unmarked(m) != m {
			v.say("ContainsHTML", "%s: %.200q", what, s)
			return
		}
	}
}

var (
	iriForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^` + "`" + `\[\]#]+(#[^\s<>"{}|\\^` + "`" +
		`\[\]#]*)?$`)
	tagForm   = regexp.MustCompile(`^tag:([A-Za-z0-9._-]+@)?[A-Za-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[^\s\[\]<>"]*$`)
	uuidForm  = regexp.MustCompile(`(?i)^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	mediaForm = regexp.MustCompile(`^[^\s()<>,;:"/\[\]?=]+/[^\s()<>,;:"/\[\]?=]+$`)
	dateForm  = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)
)

// iri checks an absolute IRI.
func (v *validity) iri(what, s string) {
	switch {
	case s != strings.TrimSpace(s):
		v.say("UnexpectedWhitespace", "%s", what)
	case strings.HasPrefix(s, "tag:") && !tagForm.MatchString(s):
		v.say("InvalidTAG", "%s: %q", what, s)
	case strings.HasPrefix(strings.ToLower(s), "urn:uuid:") && !uuidForm.MatchString(s):
		v.say("InvalidUUID", "%s: %q", what, s)
	case !iriForm.MatchString(s) && !strings.Contains(s, "://["):
		v.say("InvalidFullLink", "%s: %q", what, s)
	}
}

func (v *validity) webAddress(what, s string) {
	v.iri(what, s)
	if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") || webURL(s) != s {
		v.say("InvalidFullLink", "%s: %q is no address of the web", what, s)
	}
}

func (v *validity) moment(what, s string) {
	if _, err := time.Parse(time.RFC3339, s); err != nil || !dateForm.MatchString(s) {
		v.say("InvalidRFC3339Date", "%s: %q", what, s)
	}
}
