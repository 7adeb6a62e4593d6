package publish

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
)

// entries makes the entries of feeds.
type entries struct {
	items     *items
	sanitiser *sanitiser
}

// of makes entries for an edition of the pieces that have an entry.
func (s entries) of(e *oped.EditionState, all []*item) []*feed.Entry {
	return mapped(all, func(it *item) *feed.Entry { return s.entry(it, e.Full || it.feed.Full) })
}

// entry makes the entry of an item; full permits the whole text.
func (s entries) entry(it *item, full bool) *feed.Entry {
	credit := s.items.credit(it)
	e := &feed.Entry{
		ID:         clean(it.piece.AtomID),
		URL:        it.url,
		Title:      it.title,
		Lang:       it.lang,
		Published:  it.date,
		Updated:    believable(it.piece.Updated, it.date),
		Authors:    it.authors,
		Categories: s.categories(it),
		Rights:     line(it.lead.Rights),
		Publisher:  it.publisher,
		Kind:       line(string(it.piece.Kind)),
		Source:     s.source(it),
		Excerpt:    s.items.note(it) + credited(it, excerptHTML(it), credit),
		Note:       it.note.Text,
		Credit:     credit,
		Summary:    line(strings.Join(it.excerpt, " ")),
	}
	if len(e.Authors) == 0 { // RFC 4287 §4.1.2 wants one
		e.Authors = []feed.Person{{Name: cmp.Or(it.publisher, s.items.at.host())}}
	}
	for _, o := range it.related {
		e.Related = append(e.Related, feed.Related{URL: o.URL, Title: o.Publisher, Via: o.URL == it.via})
	}
	e.Enclosures = enclosures(it.lead)
	if s.items.linked(it.piece) {
		e.Page = s.items.at.pieceURL(it.piece.ID)
	}
	for _, o := range it.others {
		e.AlsoIn = append(e.AlsoIn, feed.Place(o))
	}
	if whole := cmp.Or(it.lead.Content, it.lead.Summary); full && whole != "" && len(whole) <= maxWhole {
		e.Whole = s.items.note(it) + credited(it, s.sanitiser.sanitise(whole), credit)
	}
	return e
}

// categories returns the topics and the kind, each in a scheme of our own, then the newspaper's own
// words without a scheme.
func (s entries) categories(it *item) (out []feed.Category) {
	for _, t := range it.topics {
		out = append(out, feed.Category{Term: t.name, Scheme: s.items.at.base + "/#topic", Label: t.title})
	}
	if kind := line(string(it.piece.Kind)); kind != "" {
		out = append(out, feed.Category{Term: kind, Scheme: s.items.at.base + "/#kind", Label: kind})
	}
	for _, c := range it.lead.Categories {
		c = cutLine(c, maxName)
		known := slices.ContainsFunc(out, func(o feed.Category) bool {
			return strings.EqualFold(o.Label, c) || o.Term == c
		})
		if c != "" && !known && len(out) < maxCategories {
			out = append(out, feed.Category{Term: c, Label: c})
		}
	}
	return out
}

// source names the feed a piece was taken from. Its time is that of the entry, not of the feed's latest
// entry. Otherwise an edition would change with every entry outside it.
func (s entries) source(it *item) *feed.Source {
	f := &it.feed
	own := f.Feed
	own.URL = it.lead.FeedURL
	address := feedURL(&own)
	out := &feed.Source{
		Lang:    language(f.DocLang, f.Lang),
		ID:      address,
		Title:   cmp.Or(line(f.Title), line(f.DocTitle), it.publisher, address, s.items.at.host()),
		Updated: believable(latest(it.lead), it.date),
		URL:     address,
		Site:    siteURL(f),
		Rights:  line(f.Rights),
	}
	if mayBeID(f) {
		out.ID = f.DocID
	}
	if out.ID == "" {
		sum := sha256.Sum256([]byte(it.lead.FeedURL))
		out.ID = s.items.at.base + "/#feed-" + hex.EncodeToString(sum[:8])
	}
	return out
}

// mayBeID reports whether the id a feed gives itself may be published. Many such ids are the feed's
// address.
func mayBeID(f *oped.FeedState) bool {
	if !isIRI(f.DocID) || f.Secret {
		return false
	}
	u, err := url.Parse(f.DocID)
	return err == nil && (u.Host == "" || !oped.PrivateHost(u.Hostname()) && !oped.HasCredentials(f.DocID))
}

// credited returns the HTML of an entry: its text, then its authors and publisher, so that the credit
// stays with the text wherever it is shown.
func credited(it *item, body, credit string) string {
	if body == "" {
		return credit
	}
	return "<div" + directed(it) + ">" + body + "</div>\n" + credit
}

// directed returns the attributes for the language and direction of a text, unless readers can guess
// them.
func directed(it *item) string {
	if it.dir != "rtl" {
		return ""
	}
	if it.lang == "" {
		return ` dir="rtl"`
	}
	return ` lang="` + it.lang + `" dir="rtl"`
}

func excerptHTML(it *item) string {
	var b strings.Builder
	for _, p := range it.excerpt {
		b.WriteString("<p>" + html.EscapeString(p) + "</p>")
	}
	return b.String()
}

// note returns the curator's note on a piece as a paragraph of HTML, or "".
func (i *items) note(it *item) string {
	n := it.note
	if n.Text == "" {
		return ""
	}
	return fmt.Sprintf(`<blockquote lang="%s" dir="%s"><p><strong>%s:</strong> %s</p></blockquote>`+"\n", n.Lang, n.Dir,
		html.EscapeString(i.words.Say(n.Lang, "Curator’s note")), html.EscapeString(n.Text))
}

// credit returns "Author · Publisher · date · also in: X, Y (date) · why here?" as a paragraph of HTML. The publisher
// links to the original, and the end to the page of the piece.
func (i *items) credit(it *item) string {
	var parts []string
	if names := namesOf(it.authors, page.Comma(it.dir)); names != "" {
		parts = append(parts, anchorIn(it.dir, "", names))
	}
	if name := cmp.Or(it.publisher, it.url); name != "" {
		parts = append(parts, anchorIn(it.dir, it.url, name))
	}
	parts = append(parts, i.words.Date(it.lang, it.day))
	var others []string
	for _, o := range it.others {
		name := anchorIn(it.dir, o.URL, o.Publisher)
		if !o.On.IsZero() {
			name += " (" + i.words.Short(it.lang, o.On, it.day) + ")"
		}
		others = append(others, name)
	}
	if len(others) > 0 {
		parts = append(parts, i.words.Say(it.lang, "also in:")+" "+strings.Join(others, page.Comma(it.dir)))
	}
	if i.linked(it.piece) {
		parts = append(parts, anchorIn(it.dir, i.at.pieceURL(it.piece.ID), i.words.Say(it.lang, "why here?")))
	}
	return "<p" + directed(it) + ">" + strings.Join(parts, " · ") + "</p>"
}

// linked reports whether the entry of a piece has a link to its page. An upgrade is no revision: an entry published by
// an earlier release has none, as some readers show an entry again if its text differs.
func (i *items) linked(p *oped.Piece) bool {
	return p.ID > 0 && (i.unlinked.IsZero() || p.Entered.After(i.unlinked))
}

// anchorIn is anchor within a text. A name in the other direction is followed by a mark of ours (UAX 9
// §2.6). Without it, the digits and brackets after the name would belong to it. Readers remove bdi, and
// leave the mark.
func anchorIn(dir, href, name string) string {
	if Direction("", name) == dir {
		return anchor(href, name)
	}
	if dir == "rtl" {
		return anchor(href, name) + "\u200f"
	}
	return anchor(href, name) + "\u200e"
}

// anchor returns a name as an HTML link to an address.
func anchor(href, name string) string {
	if href == "" {
		return html.EscapeString(name)
	}
	return `<a href="` + html.EscapeString(href) + `">` + html.EscapeString(name) + `</a>`
}

// document is one document of an edition: its head, the address people subscribe to, or one of its
// archives (RFC 5005 §4).
type document struct {
	Edition  oped.EditionState
	Archive  int64            // its number; 0: this is the head
	Previous int64            // the archive before it; 0: there is none
	Issue    string           // of a digest edition: the period of the one issue in this archive; "": not an issue
	Earlier  string           // the issue before it; "": Previous is
	Later    string           // the next issue, for an archive with an issue; "": there is none
	Gone     []oped.Tombstone // of removed pieces that would be in this document
	Hubs     []string         // notified of changes of the head (WebSub)
}

// meta returns the metadata of a document in a format.
func (a addresses) meta(d *document, f feed.Format, version string) *feed.FeedMeta {
	e := &d.Edition
	archives := f
	if f == feed.RSS { // RSS has no archives of its own
		archives = feed.Atom
	}
	m := &feed.FeedMeta{
		ID:       clean(e.AtomID),
		Title:    titleOf(e),
		Subtitle: line(e.Subtitle),
		Lang:     language(e.Lang),
		Updated:  believable(e.Updated, e.Created),
		Author:   a.author(),
		Version:  clean(version),
		Page:     a.pageURL(e.Name),
		Self:     a.feedURL(e.Name, f),
		Style:    a.styleURL(),
		Hubs:     d.Hubs,
	}
	switch {
	case d.Issue != "":
		m.Self, m.Current = a.issueFeedURL(e.Name, d.Issue, f), m.Self
	case d.Archive > 0:
		m.Self, m.Current = a.archiveURL(e.Name, d.Archive, f), m.Self
	}
	switch {
	case d.Earlier != "":
		m.Previous = a.issueFeedURL(e.Name, d.Earlier, archives)
	case d.Previous > 0:
		m.Previous = a.archiveURL(e.Name, d.Previous, archives)
	}
	if d.Later != "" { // an archive never changes, and has no successor when it is cut
		m.Next = a.issueFeedURL(e.Name, d.Later, f)
	}
	for _, g := range d.Gone {
		m.Gone = append(m.Gone, feed.Tombstone{ID: clean(g.AtomID), At: believable(g.At), Why: whyGone(&g)})
	}
	return m
}

// styleURL returns the address of the style sheet of feeds, or "" without a base URL.
func (a addresses) styleURL() string {
	if a.base == "" {
		return ""
	}
	return a.base + "/" + feedStyles
}

// withdrawn is the reason on the tombstone of a withdrawn piece.
const withdrawn = "withdrawn"

// whyGone explains to people why a piece is gone.
func whyGone(g *oped.Tombstone) string {
	switch {
	case g.Withdrawn:
		return withdrawn
	case g.Into != "":
		return "the same piece as " + clean(g.Into)
	}
	return "not in this edition any more"
}

// titleOf returns the title of an edition, or its name.
func titleOf(e *oped.EditionState) string { return cmp.Or(line(e.Title), e.Name) }
