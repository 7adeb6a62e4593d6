package parse

import (
	"context"
	"fmt"
	"strings"

	"oped"
)

// element is an element of a document. Its content stays unparsed until needed.
type element struct {
	space, name string // namespace by our short name, and local name in lower case
	raw         string // the name as written, prefix and all
	address     string // of its namespace, as written
	attrs       []attribute
	children    []*element
	parent      *element
	base        *base  // of its relative addresses (xml:base)
	lang        string // xml:lang
	hasLang     bool   // some xml:lang applies, if only an empty one
	inner       string // the content between its tags
	markup      bool   // its content has tags that are not children
	partial     bool   // the document ended within it
}

type attribute struct{ space, name, value string }

// attr returns the value of an attribute without a namespace, without white space around it.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.space == "" && a.name == name {
			return strings.TrimSpace(a.value)
		}
	}
	return ""
}

// attrIn returns the value of an attribute in a namespace.
func (e *element) attrIn(space, name string) string {
	for _, a := range e.attrs {
		if a.space == space && a.name == name {
			return strings.TrimSpace(a.value)
		}
	}
	return ""
}

func (e *element) is(space, name string) bool { return e.space == space && e.name == name }

// child returns the first child of that name; nil if there is none.
func (e *element) child(space, name string) *element {
	for _, k := range e.children {
		if k.is(space, name) {
			return k
		}
	}
	return nil
}

// scanner goes once through a document. It is as lenient as possible: it takes anything but XML for text, and a
// wrong end tag closes as much as possible.
type scanner struct {
	ctx    context.Context
	doc    string
	pos    int
	base   *base  // of the document
	lang   string // the declared language of the response
	limits Limits

	root     *element
	open     []tag
	scopes   []binding
	elements int
	entries  int
	attrs    int    // kept
	inText   int    // the depth of the innermost text; 0 outside of texts
	adopted  string // an unknown namespace of the root, taken for the right one
	native   string // our name for the right namespace of the root, whatever its address
	doctype  string
	plain    string // the address of the namespace without a prefix at the root
	bozo     string
	strays   int  // end tags without an open element
	ended    bool // the root was closed
	surplus  bool // it has more entries than the limit
}

// manyEntries limits the entries of a document compared for the newest ones, in multiples of those kept.
const manyEntries = 50

// maxStrays bounds the work on end tags without an open element: each is compared with all open elements.
const maxStrays = 50_000

// tag is an open element. el is nil for elements within a text.
type tag struct {
	el     *element
	raw    string
	folded string // raw in lower case
	scopes int    // bindings before it
	start  int    // the beginning of its content
}

// binding is the declaration of a namespace: its prefix, its address and our short name of it.
type binding struct{ prefix, address, space string }

// feedTexts are elements with tags in their text.
var feedTexts = map[string]bool{
	"title": true, "summary": true, "content": true, "description": true, "encoded": true, "subtitle": true,
	"tagline": true, "info": true,
	"rights": true, "copyright": true, "body": true, "fullitem": true, "div": true, "abstract": true,
}

// feedRoots are the root elements of feeds. The scanner leaves an HTML page at once, since HTML nests in its
// own ways.
var feedRoots = map[string]bool{"rss": true, "rdf": true, "feed": true, "entry": true, "channel": true, "item": true}

// unclosed are empty elements of HTML, usually left unclosed.
var unclosed = map[string]bool{"br": true, "hr": true, "img": true, "wbr": true, "input": true}

// tree is a scanned document.
type tree struct {
	root    *element
	doctype string
	plain   string // the address of the namespace without a prefix at the root
	bozo    string // the first mistake in well-formedness
	cut     string // the place of a premature end of the document; "" for none
	surplus bool   // it has more entries than the limit
}

// scan builds the tree of a document. base is the base of its relative addresses, lang the declared language of
// the response. The error is an [*oped.FetchError].
func scan(ctx context.Context, doc string, base *base, lang string, limits Limits) (tree, error) {
	s := &scanner{
		ctx:    ctx,
		doc:    doc,
		base:   base,
		lang:   lang,
		limits: limits,
	}
	for step := 0; s.pos < len(s.doc) && !s.ended; step++ {
		if step%256 == 0 && ctx.Err() != nil {
			return tree{}, timeoutError(ctx)
		}
		if err := s.step(); err != nil {
			return tree{}, err
		}
	}
	cut := ""
	if s.root != nil && len(s.open) > 0 {
		if s.ended {
			s.illFormed("more than %d entries", s.limits.Entries)
		} else {
			cut = fmt.Sprintf("the document ends within <%.40s>, at %s", s.open[len(s.open)-1].raw,
				s.position(len(s.doc)))
		}
		for len(s.open) > 0 {
			if el := s.open[len(s.open)-1].el; el != nil {
				el.partial = true
			}
			s.pop(len(s.doc))
		}
	}
	return tree{s.root, s.doctype, s.plain, s.bozo, cut, s.surplus}, nil
}

// position returns a position for people.
func (s *scanner) position(pos int) string {
	at := position(s.doc, min(pos, len(s.doc)))
	return fmt.Sprintf("line %d, column %d", at.Line, at.Col)
}

// illFormed notes the first mistake in well-formedness.
func (s *scanner) illFormed(format string, args ...any) {
	if s.bozo == "" {
		s.bozo = fmt.Sprintf(format, args...) + ", at " + s.position(s.pos)
	}
}

// step processes the text up to the next tag, and that tag.
func (s *scanner) step() error {
	at := strings.IndexByte(s.doc[s.pos:], '<')
	if at < 0 {
		s.pos = len(s.doc)
		return nil
	}
	s.pos += at
	rest := s.doc[s.pos:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		s.skipPast(4, "-->")
	case strings.HasPrefix(rest, "<![CDATA["):
		s.skipPast(9, "]]>")
	case strings.HasPrefix(rest, "<?"):
		s.skipPast(2, "?>")
	case strings.HasPrefix(rest, "<!") && s.root == nil:
		s.skipDoctype()
	case strings.HasPrefix(rest, "</"):
		return s.endTag()
	case len(rest) > 1 && nameByte(rest[1]) && rest[1] != '-' && rest[1] != '.':
		return s.startTag()
	default:
		s.illFormed("a < without a tag")
		s.pos++
	}
	return nil
}

// endTag closes the innermost open element of that name, and all open elements in it.
func (s *scanner) endTag() error {
	start := s.pos
	end := strings.IndexByte(s.doc[start:], '>')
	if end < 0 {
		s.pos = len(s.doc)
		return nil
	}
	name := strings.TrimSpace(s.doc[start+2 : start+end])
	folded := lower(name)
	s.pos = start + end + 1
	for i := len(s.open) - 1; i >= 0; i-- {
		if s.open[i].folded != folded {
			continue
		}
		if i < len(s.open)-1 {
			s.illFormed("</%.40s> closes an element before <%.40s> in it", name, s.open[len(s.open)-1].raw)
		}
		for len(s.open) > i {
			s.pop(start)
		}
		s.ended = len(s.open) == 0
		return nil
	}
	if s.inText > 0 && unclosed[folded] {
		return nil
	}
	s.illFormed("</%.40s> without a start tag", name)
	if s.strays++; s.strays > maxStrays {
		return fail(oped.Malformed, "more than %d end tags without a start tag, at %s", maxStrays, s.position(start))
	}
	return nil
}

// pop closes the innermost element; its content ends at the given place.
func (s *scanner) pop(end int) {
	top := s.open[len(s.open)-1]
	if top.el != nil {
		top.el.inner = s.doc[min(top.start, end):end]
	}
	s.scopes = s.scopes[:top.scopes]
	s.open = s.open[:len(s.open)-1]
	if len(s.open) < s.inText {
		s.inText = 0
	}
}

// startTag opens an element.
func (s *scanner) startTag() error {
	name, attrs, empty, err := s.readTag()
	if err != nil || name == "" {
		return err
	}
	if len(s.open) >= s.limits.Depth {
		return fail(oped.TooLarge, "elements are nested more than %d deep, at %s", s.limits.Depth, s.position(s.pos))
	}
	opened := tag{
		raw:    name,
		folded: lower(name),
		scopes: len(s.scopes),
		start:  s.pos,
	}
	if s.inText > 0 {
		s.open[s.inText-1].el.markup = true
		if unclosed[opened.folded] {
			return nil
		}
	} else {
		el, err := s.newElement(name, attrs)
		if err != nil {
			return err
		}
		opened.el = el
	}
	s.open = append(s.open, opened)
	if opened.el != nil && len(s.open) > 1 && s.limits.texts[opened.el.name] && !opened.el.is(mediaSpace, "content") {
		s.inText = len(s.open)
	}
	if empty {
		s.pop(s.pos)
		s.ended = len(s.open) == 0
	}
	return nil
}

// newElement adds an element to the tree, with namespace, base and language resolved.
func (s *scanner) newElement(name string, attrs []attribute) (*element, error) {
	if s.elements++; s.elements > s.limits.Elements {
		if !s.surplus {
			return nil, fail(oped.TooLarge, "more than %d elements", s.limits.Elements)
		}
		s.ended = true // the entries so far are worth more than none
	}
	el := &element{
		raw:     name,
		base:    s.base,
		lang:    s.lang,
		hasLang: s.lang != "",
	}
	if n := len(s.open); n > 0 {
		el.parent = s.open[n-1].el
		el.parent.children = append(el.parent.children, el)
		el.base, el.lang, el.hasLang = el.parent.base, el.parent.lang, el.parent.hasLang
	} else {
		s.root = el
	}
	kept := attrs[:0]
	for _, a := range attrs {
		switch prefix, local, ok := strings.Cut(a.name, ":"); {
		case a.name == "xmlns":
			s.declare("", a.value)
		case ok && prefix == "xmlns":
			s.declare(local, a.value)
		default:
			kept = append(kept, a)
		}
	}
	if len(s.scopes) > s.limits.Namespaces {
		return nil, fail(oped.TooLarge, "more than %d namespaces, at %s", s.limits.Namespaces, s.position(s.pos))
	}
	if el == s.root {
		s.adopt(name)
	}
	el.space, el.name, el.address = s.resolve(name, true)
	for i := range kept {
		kept[i].space, kept[i].name, _ = s.resolve(kept[i].name, false)
		if kept[i].space != xmlSpace && s.root.name != "channel" { // CDF has attributes of its own
			continue
		}
		switch kept[i].name {
		case "base":
			el.base = el.base.sub(kept[i].value)
		case "lang":
			el.lang, el.hasLang = strings.TrimSpace(kept[i].value), true
		}
	}
	el.attrs = kept
	if el == s.root && !s.limits.roots[el.name] {
		return nil, notFeed(el)
	}
	if (el.name == "item" || el.name == "entry") && (el.space == "" || el.space == atomSpace) {
		if s.entries++; s.entries > manyEntries*s.limits.Entries {
			return nil, fail(oped.TooLarge, "more than %d entries", manyEntries*s.limits.Entries)
		}
		s.surplus = s.entries > s.limits.Entries
	}
	return el, nil
}

// adopt takes the namespace of the root for the right one, whatever its address: Atom for a feed, none for RSS.
func (s *scanner) adopt(name string) {
	prefix, local, ok := strings.Cut(lower(name), ":")
	if !ok {
		prefix, local = "", prefix
	}
	if local == "feed" || local == "entry" {
		s.native = atomSpace
	}
	for _, b := range s.scopes {
		if b.prefix == "" {
			s.plain = b.address
		}
		if b.prefix == prefix && b.space == otherSpace {
			s.adopted = b.address
		}
	}
	declared := s.scopes
	s.scopes = s.scopes[:0]
	for _, b := range declared {
		s.declare(b.prefix, b.address)
	}
}

// declare brings a namespace into scope. It compares the address once, not for each name with the prefix.
func (s *scanner) declare(prefix, address string) {
	space := spaceOf(address)
	if address == "" || address == s.adopted {
		space = s.native
	}
	s.scopes = append(s.scopes, binding{prefix, address, space})
}

// resolve splits a name into the short name of its namespace and its local part, in lower case. It returns the
// address of the namespace as well.
func (s *scanner) resolve(name string, isElement bool) (space, local, address string) {
	prefix, local, ok := strings.Cut(name, ":")
	if !ok {
		prefix, local = "", prefix
		if !isElement {
			return "", lower(local), ""
		}
	}
	local = lower(local)
	for i := len(s.scopes) - 1; i >= 0; i-- {
		if s.scopes[i].prefix != prefix {
			continue
		}
		return s.scopes[i].space, local, s.scopes[i].address
	}
	if prefix == "" {
		return s.native, local, ""
	}
	if space, ok := usualPrefixes[prefix]; ok {
		if prefix != "xml" {
			s.illFormed("the prefix of <%.40s> is not declared", name)
		}
		return space, local, ""
	}
	s.illFormed("the prefix of <%.40s> is not declared", name)
	return otherSpace, local, ""
}

func lower(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}
