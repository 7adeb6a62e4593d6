package parse

import (
	"strings"

	"oped"
)

// The media types of texts.
const (
	plainType = "text/plain"
	htmlType  = "text/html"
	xhtmlType = "application/xhtml+xml"
)

// kind is the family of a format.
type kind int

const (
	rssKind kind = iota
	atomKind
	jsonKind
)

// construct is a text and what it is (RFC 4287 §3.1).
type construct struct {
	value    string // decoded; markup for htmlType and xhtmlType
	media    string // plainType, htmlType, xhtmlType or what content says
	declared bool   // the document names the type
	src      string // of content that is elsewhere
	lang     string
	hasLang  bool
	base     *base
}

// link is a link to somewhere.
type link struct{ rel, media, href, title, hreflang, length string }

// person is a person as written: apart where the format keeps name, mail and address apart.
type person struct{ name, email, href string }

// category is one of them.
type category struct{ term, scheme, label string }

// record is what a document says of itself, of an entry, or of the source of one: all of it, as raw as may be.
type record struct {
	kind       kind
	limits     oped.Limits // that it reached
	rest       string      // a digest of what was cut; "": nothing was
	id         string
	permalink  bool // id is the address of the page, and no link says otherwise
	guid       string
	isGUIDLink bool // the guid may be used as an address (RSS 2.0: isPermaLink)
	about      string
	link       string // absolute address of the page
	origLink   string // what the link was before a counting service put itself in front
	links      []link
	comments   string
	replyTo    string // where a comment is sent to
	replies    string // the feed of the comments

	title, subtitle, summary, rights, info *construct
	contents                               []construct

	people     []person // those who wrote it, in order
	helpers    []person // contributors
	publisher  *person
	tags       []category
	generator  *generator
	source     *record
	sourceName string
	sourceURL  string

	published, updated, created, expired string // dates as written

	lang                  string
	hasLang               bool
	base                  *base
	language              string // what an element or the root says, not the scope
	icon, logo, ttl, docs string
	period, frequency     string // of the syndication module
	image                 *image
	cloud                 []attribute
	input                 *image
}

type generator struct{ name, version, href string }

type image struct {
	title, href, link, description, name string
	width, height                        string
}

// newRecord gathers what an element says of a document, an entry or a source.
func newRecord(el *element, k kind) record {
	r := record{kind: k, lang: el.lang, hasLang: el.hasLang, base: el.base}
	if about := el.attrIn(rdfSpace, "about"); about != "" {
		r.about = el.base.meter.identity(about)
	}
	for i, k := range el.kids {
		if i%256 == 0 && el.base.meter.late() {
			break
		}
		switch k.space {
		case "":
			r.takeRSS(k)
		case atomSpace:
			r.takeAtom(k)
		case dcSpace, dctermsSpace:
			r.takeDublin(k)
		default:
			r.takeOther(k)
		}
	}
	r.complete()
	return r
}

// takeRSS takes an element of RSS 0.9x, 1.0 or 2.0.
func (r *record) takeRSS(el *element) {
	switch el.name {
	case "title":
		r.title = pick(r.title, el.construct(""))
	case "link":
		r.takeLink(el)
	case "description", "summary":
		r.takeDescription(el)
	case "body", "fullitem", "content", "encoded":
		r.contents = append(r.contents, *el.construct(htmlType))
	case "guid":
		r.guid = firstOf(r.guid, el.id())
		r.isGUIDLink = !strings.EqualFold(el.attr("ispermalink"), "false")
	case "id":
		r.id = firstOf(r.id, el.id())
	case "author", "managingeditor":
		r.people = r.addPerson(r.people, splitPerson(el.byline()))
	case "webmaster":
		p := splitPerson(el.byline())
		r.publisher = &p
	case "category":
		r.tags = append(r.tags, category{term: el.value(), scheme: el.attr("domain")})
	case "pubdate", "published":
		r.published = firstOf(r.published, el.value())
	case "lastbuilddate", "modified", "updated":
		r.updated = firstOf(r.updated, el.value())
	case "expirationdate":
		r.expired = el.value()
	case "copyright", "rights":
		r.rights = pick(r.rights, el.construct(""))
	case "comments":
		r.comments = el.base.join(el.value())
	case "enclosure":
		r.links = append(r.links, link{rel: "enclosure", media: el.attr("type"), href: el.base.join(el.attr("url")), length: el.attr("length")})
	case "source":
		r.takeSource(el)
	default:
		r.takeChannel(el)
	}
}

// takeChannel takes what only channels of RSS have.
func (r *record) takeChannel(el *element) {
	switch el.name {
	case "language":
		r.language = firstOf(r.language, el.value())
	case "generator":
		r.generator = &generator{name: el.value()}
	case "ttl":
		r.ttl = el.value()
	case "docs":
		r.docs = el.base.join(el.value())
	case "cloud":
		r.cloud = el.attrs
	case "image":
		r.image = newImage(el)
	case "textinput":
		r.input = newImage(el)
	case "tagline", "subtitle":
		r.subtitle = pick(r.subtitle, el.construct(""))
	case "logo":
		r.logo = el.base.join(el.value())
	case "icon":
		r.icon = el.base.join(el.value())
	}
}

// takeLink takes a link of RSS, written as text or in the manner of Atom.
func (r *record) takeLink(el *element) {
	if el.attr("href") != "" && el.value() == "" {
		r.takeAtomLink(el)
		return
	}
	if address := el.value(); address != "" {
		r.links = append(r.links, link{rel: "alternate", media: htmlType, href: el.base.join(address)})
	}
}

// takeDescription takes a description; a second one, and one beside a summary, is the longer form.
func (r *record) takeDescription(el *element) {
	c := el.construct("")
	switch {
	case r.summary == nil:
		r.summary = c
	case c.value != "" && c.value != r.summary.value:
		r.contents = append(r.contents, *c)
	}
}

// takeSource takes the name and address of a source in RSS, or the record of one where Atom stands in RSS.
func (r *record) takeSource(el *element) {
	if len(el.kids) > 0 {
		source := newRecord(el, r.kind)
		r.source = &source
		return
	}
	r.sourceName = el.value()
	r.sourceURL = el.base.join(el.attr("url"))
}

// takeDublin takes an element of Dublin Core.
func (r *record) takeDublin(el *element) {
	switch el.name {
	case "title":
		r.title = pick(r.title, el.construct(""))
	case "description", "abstract":
		r.summary = pick(r.summary, el.construct(""))
	case "creator", "author":
		r.people = r.addPerson(r.people, splitPerson(el.byline()))
	case "contributor":
		r.helpers = r.addPerson(r.helpers, splitPerson(el.byline()))
	case "publisher":
		p := splitPerson(el.byline())
		r.publisher = &p
	case "subject":
		r.tags = append(r.tags, category{term: el.value()})
	case "date", "modified":
		r.updated = firstOf(r.updated, el.value())
	case "issued":
		r.published = firstOf(r.published, el.value())
	case "created":
		r.created = firstOf(r.created, el.value())
	case "language":
		r.language = firstOf(r.language, el.value())
	case "rights":
		r.rights = pick(r.rights, el.construct(""))
	case "source":
		r.sourceName = firstOf(r.sourceName, el.value())
	}
}

// takeOther takes an element of the modules that we know.
func (r *record) takeOther(el *element) {
	switch {
	case el.is(contentSpace, "encoded"):
		r.contents = append(r.contents, *el.construct(htmlType))
	case el.is(xhtmlSpace, "body"), el.is(xhtmlSpace, "div"):
		c := el.construct(xhtmlType)
		c.value = el.markupText(oped.MaxContent, oped.ContentLimit)
		r.contents = append(r.contents, *c)
	case el.is(burnerSpace, "origlink"):
		r.origLink = el.base.join(el.value())
	case el.is(wfwSpace, "comment"):
		r.replyTo = el.base.join(el.value())
	case el.is(wfwSpace, "commentrss"):
		r.replies = el.base.join(el.value())
	case el.is(sySpace, "updateperiod"):
		r.period = el.value()
	case el.is(sySpace, "updatefrequency"):
		r.frequency = el.value()
	case el.is(itunesSpace, "author") && len(r.people) == 0:
		r.people = r.addPerson(r.people, splitPerson(el.byline()))
	case el.is(itunesSpace, "summary"):
		r.summary = pick(r.summary, el.construct(""))
	}
}

// complete chooses the id and the address of the page once everything is known.
func (r *record) complete() {
	switch {
	case r.guid != "":
		r.id = r.guid
	case r.id == "" && r.about != "":
		r.id = r.about
	}
	for _, l := range r.links {
		if l.rel == "alternate" && l.href != "" {
			r.link = l.href
			break
		}
	}
	if r.link == "" && r.isGUIDLink && absolute(r.guid) {
		r.link, r.permalink = r.guid, true
	}
}

// newImage takes the image of a channel, or its text input, which looks alike.
func newImage(el *element) *image {
	i := &image{width: el.kid("", "width").value(), height: el.kid("", "height").value(), name: el.kid("", "name").value()}
	i.title, i.description = el.kid("", "title").value(), el.kid("", "description").value()
	if u := el.kid("", "url").value(); u != "" {
		i.href = el.base.join(u)
	}
	if u := el.kid("", "link").value(); u != "" {
		i.link = el.base.join(u)
	}
	return i
}

// pick is the first text that says something.
func pick(had, found *construct) *construct {
	if had != nil && had.value != "" {
		return had
	}
	return found
}
