package parse

import (
	"cmp"
	"encoding/base64"
	"strings"

	"oped"
)

// takeAtom processes an element of Atom 0.3 or 1.0.
func (r *record) takeAtom(el *element) {
	switch el.name {
	case "title":
		r.title = pick(r.title, el.construct(plainType))
	case "subtitle", "tagline":
		r.subtitle = pick(r.subtitle, el.construct(plainType))
	case "summary":
		r.summary = pick(r.summary, el.construct(plainType))
	case "rights", "copyright":
		r.rights = pick(r.rights, el.construct(plainType))
	case "info":
		r.info = pick(r.info, el.construct(plainType))
	case "content":
		r.contents = append(r.contents, *el.construct(plainType))
	case "id":
		r.id = cmp.Or(r.id, el.id())
	case "link":
		r.takeAtomLink(el)
	case "author":
		r.people = r.addPerson(r.people, personOf(el))
	case "contributor":
		r.contributors = r.addPerson(r.contributors, personOf(el))
	case "category":
		r.tags = append(r.tags, category{term: el.field("term"), scheme: el.field("scheme"), label: el.field("label")})
	case "published":
		r.published = cmp.Or(el.value(), r.published)
	case "issued":
		r.published = cmp.Or(r.published, el.value())
	case "updated", "modified":
		r.updated = cmp.Or(r.updated, el.value())
	case "created":
		r.created = cmp.Or(r.created, el.value())
	case "generator":
		r.generator = &generator{
			name:    el.value(),
			version: el.attr("version"),
			href:    el.base.join(cmp.Or(el.attr("uri"), el.attr("url"))),
		}
	case "icon":
		r.icon = el.base.join(el.value())
	case "logo":
		r.logo = el.base.join(el.value())
	case "source":
		source := newRecord(el, atomKind)
		r.source = &source
	default:
		r.takeRSS(el) // pubDate, description: names of RSS are understood
	}
}

// takeAtomLink processes a link in the form of Atom. A link without rel is an alternate (RFC 4287 §4.2.7.2).
func (r *record) takeAtomLink(el *element) {
	l := link{rel: strings.TrimPrefix(el.attr("rel"), "http://www.iana.org/assignments/relation/")}
	if l.rel == "" {
		l.rel = "alternate"
	}
	l.media, l.title, l.hreflang, l.length = el.attr("type"), el.attr("title"), el.attr("hreflang"), el.attr("length")
	if href, ok := el.lookup("href"); ok {
		resolved, kept := el.base.resolve(href)
		if !kept || isNowhere(href) { // the document itself
			return
		}
		l.href, l.relative = resolved, el.base.undeclared(href)
	} else if text := el.value(); text != "" {
		l.href = el.base.join(text)
	}
	if l.media == "" && (l.rel == "alternate" || l.rel == "self") {
		l.media = htmlType
		if l.rel == "self" {
			l.media = "application/atom+xml"
		}
	}
	r.links = append(r.links, l)
}

// field returns the kept part of an attribute's value.
func (e *element) field(name string) string { return e.base.meter.field(e.attr(name)) }

// lookup returns an attribute's value, and whether the attribute exists.
func (e *element) lookup(name string) (string, bool) {
	for _, a := range e.attrs {
		if a.space == "" && a.name == name {
			return a.value, true
		}
	}
	return "", false
}

// longTexts are the elements for the text of a piece. The other text elements are single lines.
var longTexts = map[string]bool{
	"summary": true, "content": true, "description": true, "encoded": true, "body": true, "fullitem": true, "div": true,
	"abstract": true,
}

// construct returns a text element. untyped is its type if it declares none; "" means a guess from the text.
func (e *element) construct(untyped string) *construct {
	c := &construct{
		media:   untyped,
		lang:    e.lang,
		hasLang: e.hasLang,
		base:    e.base,
	}
	if src := e.attr("src"); src != "" {
		c.src = e.base.join(src)
	}
	n, limit := maxLine, oped.FieldLimit
	if longTexts[e.name] {
		n, limit = oped.MaxContent, oped.ContentLimit
	}
	named := lower(e.attr("type"))
	mode := e.attr("mode")
	if named != "" {
		c.media, c.declared = mediaOf(named), true
	}
	// Atom 0.3: XML unless declared otherwise
	early := e.space == atomSpace && plainSpace(e.address) != atom10
	switch {
	case early && mode == "" && e.markup:
		c.value = e.markupText(n, limit)
	case mode == "xml" && (named == "" || c.media == htmlType || c.media == xhtmlType):
		c.value = e.markupText(n, limit)
	case c.media == xhtmlType, e.markup && (e.space != atomSpace || isXML(named)):
		c.value = e.markupText(n, limit)
	case mode == "base64", c.declared && c.src == "" && e.space == atomSpace && isBinary(c.media):
		c.value = fromBase64(e.text(n, limit), len(e.inner) > n)
	default:
		c.value = e.text(n, limit)
	}
	if c.media == xhtmlType && !early {
		c.value = withoutDiv(c.value)
	}
	if mode == "escaped" && !c.declared {
		c.media = ""
	}
	if c.media == "" {
		c.media = guessed(c.value)
	}
	return c
}

// mediaOf returns the media type of a text construct's type.
func mediaOf(named string) string {
	switch named {
	case "text":
		return plainType
	case "html":
		return htmlType
	case "xhtml":
		return xhtmlType
	}
	return named
}

func isXML(media string) bool {
	return strings.HasSuffix(media, "+xml") || strings.HasSuffix(media, "/xml")
}

// isBinary reports whether content of the type is base64 (RFC 4287 §4.1.3.3).
func isBinary(media string) bool { return !strings.HasPrefix(media, "text/") && !isXML(media) }

// fromBase64 returns the decoded text. Anything else than base64 is returned as it is.
func fromBase64(s string, cut bool) string {
	packed := strings.Join(strings.Fields(s), "")
	if cut {
		packed = packed[:len(packed)&^3]
	}
	raw, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return s
	}
	plain, _ := clean(string(raw))
	return plain
}

// withoutDiv removes the div around XHTML content (RFC 4287 §3.1.1.3).
func withoutDiv(s string) string {
	if !strings.HasPrefix(s, "<div") || !strings.HasSuffix(s, "</div>") {
		return s
	}
	end := tagEnd(s)
	inner := s[end:max(end, len(s)-len("</div>"))]
	if strings.Count(inner, "<div") != strings.Count(inner, "</div>") ||
		strings.Index(inner, "</div>") < strings.Index(inner, "<div") {
		return s
	}
	return strings.TrimSpace(inner)
}

// guessed returns the type of an untyped text: HTML if it has a tag or a reference.
func guessed(s string) string {
	for rest := s; ; {
		at := strings.IndexByte(rest, '<')
		if at < 0 {
			break
		}
		if inlineTag(rest[at:]) || strings.HasPrefix(rest[at:], "</") {
			return htmlType
		}
		rest = rest[at+1:]
	}
	if strings.Contains(s, "/>") {
		return htmlType
	}
	if at := strings.IndexByte(s, '&'); at >= 0 {
		if _, length := reference(s[at:]); length > 0 {
			return htmlType
		}
	}
	return plainType
}
