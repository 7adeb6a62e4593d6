package parse

import (
	"cmp"
	"strings"

	"oped"
)

// The media types of texts.
const (
	plainType = "text/plain"
	htmlType  = "text/html"
	xhtmlType = "application/xhtml+xml"
)

// family is the family of a format.
type family int

const (
	rssKind family = iota
	atomKind
	jsonKind
)

// construct is a text with its type (RFC 4287 §3.1).
type construct struct {
	value    string // decoded; markup for htmlType and xhtmlType
	media    string // plainType, htmlType, xhtmlType or the type of content
	declared bool   // the document declares the type
	src      string // the address of external content
	lang     string
	hasLang  bool
	base     *base
}

// link is a link as declared.
type link struct {
	rel, media, href, title, hreflang, length string

	relative string // href as written, if it is relative to no declared base
}

// person is a person as written, split if the format separates name, mail and address.
type person struct{ name, email, href string }

// category is a category as written.
type category struct{ term, scheme, label string }

// record is the complete description of a document, an entry, or the source of an entry, as raw as possible.
type record struct {
	kind       family
	limits     oped.Limits // reached by it
	rest       string      // a hash of the values cut; "" for none
	id         string
	permalink  bool // id is the address of the page, and no link differs
	guid       string
	isGUIDLink bool // the guid may be used as an address (RSS 2.0: isPermaLink)
	about      string
	link       string // absolute address of the page
	origLink   string // the link before a counting service replaced it
	links      []link
	comments   string
	replyTo    string // the target for comments
	replies    string // the feed of the comments

	title, subtitle, summary, rights, info *construct
	contents                               []construct
	media, mediaTitle                      *construct // of Media RSS, beside or instead of the entry's own

	people       []person // the authors, in order
	contributors []person
	publisher    *person
	tags         []category
	generator    *generator
	source       *record
	sourceName   string
	sourceURL    string

	published, updated, created, expired string // dates as written

	lang                  string
	hasLang               bool
	base                  *base
	language              string // of an element or the root, without the scope
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

// newRecord collects the description of a document, an entry or a source.
func newRecord(el *element, k family) record {
	r := record{
		kind:    k,
		lang:    el.lang,
		hasLang: el.hasLang,
		base:    el.base,
	}
	if about := el.attrIn(rdfSpace, "about"); about != "" {
		r.about = el.base.meter.identity(about)
	}
	if el.name == "channel" || el.name == "item" { // CDF
		r.updated = el.attr("lastmod")
		if href := el.attr("href"); href != "" {
			r.links = append(r.links, link{rel: "alternate", media: htmlType, href: el.base.join(href)})
		}
	}
	for i, k := range el.children {
		if i%256 == 0 && el.base.meter.expired() {
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

// takeRSS processes an element of RSS 0.9x, 1.0 or 2.0.
func (r *record) takeRSS(el *element) {
	switch el.name {
	case "title":
		r.title = pick(r.title, el.construct(""))
	case "link":
		r.takeLink(el)
	case "description", "summary", "abstract":
		r.takeDescription(el)
	case "body", "fullitem", "content", "encoded":
		r.contents = append(r.contents, *el.construct(htmlType))
	case "guid":
		r.guid = cmp.Or(r.guid, el.id())
		r.isGUIDLink = !strings.EqualFold(el.attr("ispermalink"), "false")
	case "id":
		r.id = cmp.Or(r.id, el.id())
	case "author", "managingeditor":
		r.people = r.addPerson(r.people, personOf(el))
	case "webmaster":
		p := personOf(el)
		r.publisher = &p
	case "category":
		r.tags = append(r.tags, category{term: el.value(), scheme: el.attr("domain")})
	case "pubdate", "published":
		r.published = cmp.Or(r.published, el.value())
	case "lastbuilddate", "modified", "updated", "date":
		r.updated = cmp.Or(r.updated, el.value())
	case "expirationdate":
		r.expired = el.value()
	case "copyright", "rights":
		r.rights = pick(r.rights, el.construct(""))
	case "enclosure":
		if url := el.attr("url"); url != "" && !isNowhere(url) {
			r.links = append(r.links, link{
				rel:    "enclosure",
				media:  el.attr("type"),
				href:   el.base.join(url),
				length: el.attr("length"),

				relative: el.base.undeclared(url),
			})
		}
	case "source":
		r.takeSource(el)
	default:
		r.takeChannel(el)
	}
}

// takeChannel processes the elements only found in channels of RSS.
func (r *record) takeChannel(el *element) {
	switch el.name {
	case "language":
		r.language = cmp.Or(r.language, el.value())
	case "generator":
		r.generator = &generator{name: el.value()}
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

// takeLink processes a link of RSS, written as text or in the form of Atom.
func (r *record) takeLink(el *element) {
	if el.attr("href") != "" && el.value() == "" {
		r.takeAtomLink(el)
		return
	}
	if address := el.value(); address != "" && !isNowhere(address) {
		r.links = append(r.links, link{rel: "alternate", media: htmlType, href: el.base.join(address)})
	}
}

// takeDescription processes a description. A second one, or one beside a summary, is the longer form.
func (r *record) takeDescription(el *element) {
	c := el.construct("")
	switch {
	case r.summary == nil:
		r.summary = c
	case c.value != "" && c.value != r.summary.value:
		r.contents = append(r.contents, *c)
	}
}

// takeSource processes the name and address of a source in RSS, or an Atom source in RSS.
func (r *record) takeSource(el *element) {
	if len(el.children) > 0 {
		source := newRecord(el, r.kind)
		r.source = &source
		return
	}
	r.sourceName = el.value()
	r.sourceURL = el.base.join(el.attr("url"))
}

// takeDublin processes an element of Dublin Core.
func (r *record) takeDublin(el *element) {
	switch el.name {
	case "title":
		r.title = pick(r.title, el.construct(""))
	case "description", "abstract":
		r.summary = pick(r.summary, el.construct(""))
	case "creator", "author":
		r.people = r.addPerson(r.people, personOf(el))
	case "contributor":
		r.contributors = r.addPerson(r.contributors, personOf(el))
	case "publisher":
		p := personOf(el)
		r.publisher = &p
	case "subject":
		r.tags = append(r.tags, category{term: el.value()})
	case "date", "modified":
		r.updated = cmp.Or(r.updated, el.value())
	case "issued":
		r.published = cmp.Or(r.published, el.value())
	case "created":
		r.created = cmp.Or(r.created, el.value())
	case "language":
		r.language = cmp.Or(r.language, el.value())
	case "rights":
		r.rights = pick(r.rights, el.construct(""))
	case "source":
		r.sourceName = cmp.Or(r.sourceName, el.value())
	}
}

// takeOther processes an element of the other known modules.
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
		r.people = r.addPerson(r.people, personOf(el))
	case el.is(itunesSpace, "summary"):
		r.summary = pick(r.summary, el.construct(""))
	case el.is(mediaSpace, "description"):
		r.media = pick(r.media, el.construct(""))
	case el.is(mediaSpace, "title"):
		r.mediaTitle = pick(r.mediaTitle, el.construct(""))
	case el.is(mediaSpace, "group"), el.is(mediaSpace, "content"):
		for i, k := range el.children {
			if i%256 == 0 && el.base.meter.expired() {
				break
			}
			r.takeOther(k)
		}
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

// newImage returns the image of a channel, or its text input, an element of the same form.
func newImage(el *element) *image {
	i := &image{
		width:  el.child("", "width").value(),
		height: el.child("", "height").value(),
		name:   el.child("", "name").value(),
	}
	i.title, i.description = el.child("", "title").value(), el.child("", "description").value()
	if u := el.child("", "url").value(); u != "" {
		i.href = el.base.join(u)
	}
	if u := el.child("", "link").value(); u != "" {
		i.link = el.base.join(u)
	}
	return i
}

// pick returns the first text with a value.
func pick(had, found *construct) *construct {
	if had != nil && had.value != "" {
		return had
	}
	return found
}
