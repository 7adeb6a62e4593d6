package publish

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"html"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/feeds"

	"oped"
)

// The types below are the parts of Atom that gorilla/feeds has not, or not whole. Texts without a type attribute are plain
// text (RFC 4287 §3.1.1): titles in HTML are shown differently by every reader.

type entry struct {
	XMLName    xml.Name           `xml:"entry"`
	Lang       string             `xml:"xml:lang,attr,omitempty"`
	ID         string             `xml:"id"`
	Title      string             `xml:"title"`
	Updated    string             `xml:"updated"`
	Published  string             `xml:"published"`
	Authors    []feeds.AtomPerson `xml:"author"`
	Links      []link             `xml:"link"`
	Categories []category         `xml:"category"`
	Rights     string             `xml:"rights,omitempty"`
	Source     *source            `xml:"source"`
	Summary    *feeds.AtomSummary
	Content    *feeds.AtomContent
}

type link struct {
	Rel   string `xml:"rel,attr"`
	Type  string `xml:"type,attr,omitempty"`
	Href  string `xml:"href,attr"`
	Title string `xml:"title,attr,omitempty"`
}

type category struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr"`
}

type generator struct {
	Version string `xml:"version,attr,omitempty"`
	Name    string `xml:",chardata"`
}

type source struct {
	Lang    string `xml:"xml:lang,attr,omitempty"`
	ID      string `xml:"id"`
	Title   string `xml:"title"`
	Updated string `xml:"updated"`
	Links   []link `xml:"link"`
	Rights  string `xml:"rights,omitempty"`
}

// newEntry makes the atom:entry of an item, with the whole text or with an excerpt.
func (r *Renderer) newEntry(it *item, full bool) *entry {
	e := &entry{
		Lang:       it.Lang,
		ID:         clean(it.piece.AtomID),
		Title:      it.Title,
		Updated:    stamp(believable(it.piece.Updated, it.Date)),
		Published:  stamp(it.Date),
		Categories: r.categories(it),
		Rights:     line(it.lead.Rights),
		Source:     r.sourceOf(it),
	}
	for _, a := range it.Authors {
		e.Authors = append(e.Authors, feeds.AtomPerson{Name: a.Name, Uri: a.URL})
	}
	if len(e.Authors) == 0 { // RFC 4287 §4.1.2 wants one
		e.Authors = []feeds.AtomPerson{{Name: cmp.Or(it.Publisher, r.host())}}
	}
	if it.URL != "" {
		e.Links = append(e.Links, link{Rel: "alternate", Href: it.URL})
	}
	for _, o := range it.related {
		if o.URL == it.via { // RFC 4287 §4.2.7.2: where the information comes from
			e.Links = append(e.Links, link{Rel: "via", Href: o.URL, Title: o.Publisher})
		}
		e.Links = append(e.Links, link{Rel: "related", Href: o.URL, Title: o.Publisher})
	}
	switch text := it.text(r, full); {
	case text.plain != "":
		e.Summary = &feeds.AtomSummary{Type: "text", Content: text.plain}
		e.Content = &feeds.AtomContent{Type: "html", Content: text.whole}
	case text.whole != "":
		e.Content = &feeds.AtomContent{Type: "html", Content: text.whole}
	case it.URL == "": // without an alternate link there has to be a content (RFC 4287 §4.1.2)
		e.Content = &feeds.AtomContent{Type: "html", Content: text.excerpt}
	default:
		e.Summary = &feeds.AtomSummary{Type: "html", Content: text.excerpt}
	}
	return e
}

// categories are the topics and the kind, each in a scheme of our own, then the newspaper's own words, which have none.
func (r *Renderer) categories(it *item) []category {
	var out []category
	for _, t := range it.Topics {
		out = append(out, category{t.Name, r.base + "/#topic", t.Title})
	}
	if kind := line(string(it.piece.Kind)); kind != "" {
		out = append(out, category{kind, r.base + "/#kind", kind})
	}
	for _, c := range it.lead.Categories {
		c = cutLine(c, maxName)
		known := slices.ContainsFunc(out, func(o category) bool { return strings.EqualFold(o.Label, c) || o.Term == c })
		if c != "" && !known && len(out) < maxCategories {
			out = append(out, category{Term: c, Label: c})
		}
	}
	return out
}

// sourceOf is the source of a piece; an issue of a digest is our own.
func (r *Renderer) sourceOf(it *item) *source {
	if it.issue != nil {
		return nil
	}
	s := r.source(it)
	return &s
}

// source names the feed that a piece was taken from (RFC 4287 §4.2.11). Its time is that of the entry, not of the feed's latest
// one, or an edition would change with every entry that it does not take.
func (r *Renderer) source(it *item) source {
	if it.from == nil {
		from := r.sourceOfFeed(it)
		it.from = &from
	}
	return *it.from
}

func (r *Renderer) sourceOfFeed(it *item) source {
	f := &it.feed
	address := it.feedURL()
	s := source{
		Lang:    language(f.DocLang, f.Lang),
		ID:      address,
		Title:   cmp.Or(line(f.Title), line(f.DocTitle), it.Publisher, address, r.host()),
		Updated: stamp(believable(latest(it.lead), it.Date)),
		Rights:  line(f.Rights),
	}
	if mayBeID(f) {
		s.ID = f.DocID
	}
	if s.ID == "" {
		sum := sha256.Sum256([]byte(it.lead.FeedURL))
		s.ID = r.base + "/#feed-" + hex.EncodeToString(sum[:8])
	}
	if address != "" {
		s.Links = append(s.Links, link{Rel: "self", Href: address})
	}
	if site := siteURL(f); site != "" {
		s.Links = append(s.Links, link{Rel: "alternate", Href: site})
	}
	return s
}

// texts are what an entry says, as HTML.
type texts struct {
	excerpt string
	whole   string // "" if the whole text is not permitted, not known or too long
	plain   string // of an issue: as plain text
}

// text is what the entry of an item says; full permits the whole text.
func (it *item) text(r *Renderer, full bool) texts {
	if it.issue != nil {
		return *it.issue
	}
	if it.excerpted == "" {
		it.excerpted = it.html(it.excerptHTML())
	}
	if !full {
		return texts{excerpt: it.excerpted}
	}
	if whole := cmp.Or(it.lead.Content, it.lead.Summary); it.whole == "" && whole != "" && len(whole) <= maxWhole {
		it.whole = it.html(r.sanitiser.Sanitise(whole))
	}
	return texts{excerpt: it.excerpted, whole: it.whole}
}

// html is the HTML of an entry: its text, then who wrote it and where, so that it stays with the text wherever that is shown.
func (it *item) html(body string) string {
	var b strings.Builder
	attributes := it.attributes()
	if body != "" {
		b.WriteString("<div" + attributes + ">" + body + "</div>\n")
	}
	if by := it.attribution(); by != "" {
		b.WriteString("<p" + attributes + ">" + by + "</p>")
	}
	return b.String()
}

// attributes are the language and direction of the item's text, where a reader could not guess them.
func (it *item) attributes() string {
	if it.Dir != "rtl" {
		return ""
	}
	if it.Lang == "" {
		return ` dir="rtl"`
	}
	return ` lang="` + it.Lang + `" dir="rtl"`
}

func (it *item) excerptHTML() string {
	var b strings.Builder
	for _, p := range it.Excerpt {
		b.WriteString("<p>" + html.EscapeString(p) + "</p>")
	}
	return b.String()
}

// attribution is "Author · Publisher · date · also in: X, Y (date)" as HTML; the publisher leads to the original.
func (it *item) attribution() string {
	var parts []string
	if names := it.Byline(); names != "" {
		parts = append(parts, it.named("", names))
	}
	if name := cmp.Or(it.Publisher, it.URL); name != "" {
		parts = append(parts, it.named(it.URL, name))
	}
	parts = append(parts, it.words.date(it.Date))
	if len(it.Others) > 0 {
		parts = append(parts, it.words.alsoIn+" "+it.also())
	}
	return strings.Join(parts, " · ")
}

func anchor(href, name string) string {
	if href == "" {
		return html.EscapeString(name)
	}
	return `<a href="` + html.EscapeString(href) + `">` + html.EscapeString(name) + `</a>`
}

// Byline are the names of the authors, in one line.
func (it *item) Byline() string { return namesOf(it.Authors, it.comma()) }

func namesOf(persons []person, comma string) string {
	names := make([]string, len(persons))
	for i, a := range persons {
		names[i] = a.Name
	}
	return strings.Join(names, comma)
}

// comma parts the names in a list.
func (it *item) comma() string { return commaIn(it.Dir) }

func commaIn(dir string) string {
	if dir == "rtl" {
		return "، "
	}
	return ", "
}

// feedURL is the address of the feed that an item was taken from, as it may be published; "" if it may not.
func (it *item) feedURL() string {
	feed := it.feed.Feed
	feed.URL = it.lead.FeedURL
	return feedURL(&feed)
}

// mayBeID reports whether the id that a feed gives itself may be published: many are its address.
func mayBeID(f *oped.FeedState) bool {
	if !isIRI(f.DocID) || f.Secret {
		return false
	}
	u, err := url.Parse(f.DocID)
	return err == nil && (u.Host == "" || !oped.PrivateHost(u.Hostname()) && !oped.HasCredentials(f.DocID))
}
