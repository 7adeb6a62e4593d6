package publish

import (
	"slices"
	"strings"
)

// atom checks an Atom document (RFC 4287).
func (v *validity) atom(feed *branch) {
	if feed.name != "atom:feed" {
		v.say("UndefinedElement", "%s as the root", feed.name)
		return
	}
	v.once(feed, map[string]string{
		"atom:id": "1", "atom:title": "1", "atom:updated": "1", "atom:subtitle": "?", "atom:author": "*",
		"atom:link": "*", "atom:category": "*", "atom:generator": "?", "atom:rights": "?", "atom:entry": "*",
		"fh:archive": "?", "fh:complete": "?", "at:deleted-entry": "*",
	})
	v.metadata(feed)
	self, entered := false, false
	for _, c := range feed.children {
		switch {
		case c.name == "atom:entry":
			entered = true
		case entered:
			v.say("MisplacedMetadata", "%s after an entry", c.name)
		}
		if c.name == "atom:link" && c.attrs["rel"] == "self" {
			self = true
			if c.attrs["href"] != v.self {
				v.say("SelfDoesntMatchLocation", "%q, not %q", c.attrs["href"], v.self)
			}
			if t := c.attrs["type"]; t != "" && t != "application/atom+xml" {
				v.say("SelfNotAtom", "%q", t)
			}
		}
	}
	if !self {
		v.say("MissingSelf", "no link to itself")
	}
	ids, times := map[string]bool{}, map[string]bool{}
	for _, e := range feed.all("atom:entry") {
		v.entry(e, len(feed.all("atom:author")) > 0)
		v.unlike("DuplicateEntries", ids, e, "atom:id")
		v.unlike("DuplicateUpdated", times, e, "atom:updated")
	}
}

// unlike wants the text of a child to be there once in the document.
func (v *validity) unlike(class string, seen map[string]bool, b *branch, name string) {
	for _, c := range b.all(name) {
		if seen[c.text] {
			v.say(class, "%q", c.text)
		}
		seen[c.text] = true
	}
}

func (v *validity) entry(e *branch, authored bool) {
	v.once(e, map[string]string{
		"atom:id": "1", "atom:title": "1", "atom:updated": "1", "atom:published": "?", "atom:author": "*",
		"atom:link": "*", "atom:category": "*", "atom:rights": "?", "atom:source": "?", "atom:summary": "?",
		"atom:content": "?", "oped:note": "?",
	})
	v.metadata(e)
	for _, s := range e.all("atom:source") {
		authored = authored || len(s.all("atom:author")) > 0
		for _, name := range []string{"atom:id", "atom:title", "atom:updated"} {
			if len(s.all(name)) == 0 {
				v.say("MissingSourceElement", "%s", name)
			}
		}
		v.once(s, map[string]string{
			"atom:id":        "?",
			"atom:title":     "?",
			"atom:updated":   "?",
			"atom:author":    "*",
			"atom:link":      "*",
			"atom:category":  "*",
			"atom:rights":    "?",
			"atom:generator": "?",
			"atom:subtitle":  "?",
		})
		v.metadata(s)
	}
	if len(e.all("atom:author")) == 0 && !authored {
		v.say("MissingElement", "atom:author")
	}
	if len(e.all("atom:content")) == 0 {
		if len(e.all("atom:summary")) == 0 {
			v.say("MissingTextualContent", "neither summary nor content")
		}
		if !slices.ContainsFunc(e.all("atom:link"), func(l *branch) bool {
			return l.attrs["rel"] == "alternate" || l.attrs["rel"] == ""
		}) {
			v.say("MissingContentOrAlternate", "neither content nor link")
		}
	}
}

// metadata checks the common elements of feeds, entries and sources.
func (v *validity) metadata(b *branch) {
	v.attributes(b)
	alternates := map[string]bool{}
	for _, c := range b.children {
		switch c.name {
		case "atom:id":
			v.attributes(c)
			v.iri(b.name+" id", c.text)
		case "atom:title", "atom:subtitle", "atom:rights", "atom:summary", "atom:content":
			v.textConstruct(c)
		case "atom:updated", "atom:published":
			v.attributes(c)
			v.moment(c.name, c.text)
		case "atom:author":
			v.person(c)
		case "atom:generator":
			v.attributes(c, "uri", "version")
			v.plain(c.name, c.text)
		case "atom:category":
			v.category(c)
		case "atom:link":
			v.link(c)
			key := c.attrs["type"] + " " + c.attrs["hreflang"]
			if rel := c.attrs["rel"]; rel == "alternate" || rel == "" {
				if alternates[key] {
					v.say("DuplicateAtomLink", "two alternates of type and language %q", key)
				}
				alternates[key] = true
			}
		case "at:deleted-entry":
			v.attributes(c, "ref", "when")
			v.iri("ref", c.attrs["ref"])
			v.moment("when", c.attrs["when"])
		}
	}
}

func (v *validity) person(b *branch) {
	v.attributes(b)
	v.once(b, map[string]string{"atom:name": "1", "atom:uri": "?", "atom:email": "?"})
	for _, c := range b.children {
		switch c.name {
		case "atom:name":
			v.plain("the name of an author", c.text)
		case "atom:uri":
			v.webAddress("the address of an author", c.text)
		case "atom:email":
			if !strings.Contains(c.text, "@") || strings.ContainsAny(c.text, " <>") {
				v.say("InvalidAddrSpec", "%q", c.text)
			}
		}
	}
}

func (v *validity) category(b *branch) {
	v.attributes(b, "term", "scheme", "label")
	term, ok := b.attrs["term"]
	switch {
	case !ok:
		v.say("MissingAttribute", "term of a category")
	case term == "":
		v.say("NotBlank", "term of a category")
	}
	if scheme, ok := b.attrs["scheme"]; ok {
		v.webAddress("the scheme of a category", scheme)
	}
	v.unmarked("the label of a category", b.attrs["label"])
}

// rels are the link relations used by oped.
var rels = []string{"alternate", "self", "related", "via", "hub", "current", "prev-archive", "next-archive"}

func (v *validity) link(b *branch) {
	v.attributes(b, "rel", "type", "href", "hreflang", "title", "length")
	if rel, ok := b.attrs["rel"]; ok && !slices.Contains(rels, rel) {
		v.say("UnregisteredAtomLinkRel", "%q", rel)
	}
	if t, ok := b.attrs["type"]; ok && !mediaForm.MatchString(t) {
		v.say("InvalidMIMEType", "%q", t)
	}
	if lang, ok := b.attrs["hreflang"]; ok {
		v.language(lang)
	}
	if title, ok := b.attrs["title"]; ok {
		v.plain("the title of a link", title)
	}
	href, ok := b.attrs["href"]
	if !ok {
		v.say("MissingHref", "a link without href")
		return
	}
	v.webAddress("a link", href)
	if strings.TrimSpace(b.text) != "" || len(b.children) > 0 {
		v.say("AtomLinkNotEmpty", "%q", b.text)
	}
}

func (v *validity) textConstruct(b *branch) {
	v.attributes(b, "type")
	switch b.attrs["type"] {
	case "", "text":
		v.plain(b.name, b.text)
	case "html":
		if b.text == "" {
			v.say("NotBlank", "%s", b.name)
		}
		v.html(b.name, b.text)
	default:
		v.say("InvalidMIMEType", "%s of type %q", b.name, b.attrs["type"])
	}
	for _, c := range b.children {
		v.say("UndefinedElement", "%s in %s", c.name, b.name)
	}
}
