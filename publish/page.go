package publish

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"oped"
)

// frame is what every page has around its content.
type frame struct {
	Title, Subtitle string
	Lang, Dir       string
	Canonical       string
	Base            string
	Version         string
	Style           string     // address of the style sheet
	Feeds           []feedLink // for discovery
	Search, Query   string     // where the search is, "" if there is none; and what was searched for
	Publishers      string     // address of the page that lists them; "" if there is none
	Refresh         string     // the address that browsers go to at once; "" if they stay
	Words           *pageWords
	Nav, Foot       template.HTML // the same on all pages of a language
}

type feedLink struct {
	Title, URL string
	Format     Format
}

// feedLinks are the feeds of an edition, in all formats.
func (r *Renderer) feedLinks(title, name string) (all []feedLink) {
	for _, f := range Formats() {
		all = append(all, feedLink{title, r.feedURL(name, f), f})
	}
	return all
}

// formatLink leads to the feed of an edition in another format than Atom.
type formatLink struct {
	Name, URL string
	Format    Format
}

func (r *Renderer) formatLinks(name string) []formatLink {
	return []formatLink{{"RSS", r.feedURL(name, RSS), RSS}, {"JSON Feed", r.feedURL(name, JSON), JSON}}
}

// pageWords are the words of a page, for its template.
type pageWords struct {
	Subscribe, All, Nothing, Belongs, AlsoIn, Changed string
	siteWords
}

func (w *words) onPage() *pageWords {
	return &pageWords{w.subscribe, w.all, w.nothing, w.belongs, w.alsoIn, w.changed, w.site}
}

type day struct{ ISO, Text string }

func newDay(w *words, t time.Time) day {
	return day{t.UTC().Format(time.DateOnly), w.date(t)}
}

func (r *Renderer) frame(lang, title, subtitle, canonical string) frame {
	f := *r.frames[wordsIn(lang)]
	f.Title, f.Subtitle, f.Lang, f.Dir, f.Canonical = title, subtitle, lang, direction(lang, title), canonical
	return f
}

// newFrame is a frame with what is the same on all pages of a language.
func (r *Renderer) newFrame(w *words) *frame {
	f := &frame{
		Base:    r.base,
		Version: r.version,
		Style:   r.base + "/" + r.styleName,
		Words:   w.onPage(),
	}
	if r.library {
		f.Search, f.Publishers = r.base+"/"+searchName, r.base+"/"+publisherFolder
	}
	for name, to := range map[string]*template.HTML{"nav": &f.Nav, "foot": &f.Foot} {
		var b strings.Builder
		if err := r.pages.ExecuteTemplate(&b, name, f); err != nil {
			panic(err) // it shows words of ours, and addresses
		}
		*to = template.HTML(b.String())
	}
	return f
}

type editionPage struct {
	frame
	Atom    string
	Formats []formatLink
	About   string
	Older   string // where older pieces are; "" if there are none
	Newer   string // where newer pieces are; "" if there are none
	Count   string
	Changed day
	Pieces  []pieceView
}

// pieceView is an item as the page shows it.
type pieceView struct {
	*item
	By      []byLink
	Paper   string // the page of its publisher; "" if there is none
	When    day
	AlsoIn  string
	Comma   string
	Kind    string
	Page    string // of the piece; "" if it has none
	Why     string // what leads there
	Named   string // its title
	Excerpt []string
}

// view is a piece as pages show it.
func (r *Renderer) view(in slugs, it *item) pieceView {
	p := it.piece
	v := pieceView{
		item: it, By: r.byline(it), Paper: r.paperURL(in, it), When: newDay(it.words, it.Date), AlsoIn: it.words.alsoIn, Comma: it.comma(), Kind: it.words.kindShown(p.Kind),
		Excerpt: it.Excerpt, Named: it.Title,
	}
	if p.ID > 0 {
		v.Page, v.Why = r.pieceURL(p.ID), it.words.whyHere
	}
	return v
}

// RenderPage writes an edition as an HTML page, with the pieces given. The same arguments give the same bytes.
func (r *Renderer) RenderPage(w io.Writer, from Feeds, e oped.EditionState, pieces []oped.Piece) error {
	return r.renderEdition(w, publishersOf(from), e, r.newItems(&e, from, pieces), r.headPlace(e.Name, ""))
}

// pagePlace is where the page of an edition, or of one of its issues, stands.
type pagePlace struct {
	file  string // its name
	url   string // its address
	older string // where older pieces are; "": nowhere
	newer string // where newer pieces are; "": nowhere
	part  int64  // of the edition's archives; 0: none
}

// headPlace is the place of an edition's own page.
func (r *Renderer) headPlace(edition, older string) pagePlace {
	return pagePlace{file: edition + "/index.html", url: r.pageURL(edition), older: older}
}

// renderEdition is RenderPage of a page that stands in a place.
func (r *Renderer) renderEdition(w io.Writer, in slugs, e oped.EditionState, items []*item, at pagePlace) error {
	lang := language(e.Lang, "en")
	said := wordsIn(lang)
	page := editionPage{
		frame:   r.frame(lang, orName(line(e.Title), e.Name), line(e.Subtitle), at.url),
		Atom:    r.atomURL(e.Name),
		Formats: r.formatLinks(e.Name),
		About:   r.aboutURL(e.Name),
		Changed: newDay(said, believable(e.Updated, e.Created)),
		Count:   count(said, len(items), e.Pieces),
	}
	page.Feeds = r.feedLinks(page.Title, e.Name)
	page.Older, page.Newer = at.older, at.newer
	if at.part > 0 {
		page.Title = fmt.Sprintf(said.site.part, page.Title, at.part)
	}
	for _, it := range items {
		page.Pieces = append(page.Pieces, r.view(in, it))
	}
	return r.pages.ExecuteTemplate(w, "edition", &page)
}

// count says how many pieces there are, and how many of them are shown.
func count(w *words, shown, all int) string {
	switch {
	case 0 < shown && shown < all:
		return fmt.Sprintf(w.newest, shown, all)
	case shown == 1:
		return w.one
	}
	return fmt.Sprintf(w.count, shown)
}

// kindShown is the kind where it tells a reader something: that a piece is an opinion goes without saying.
func (w *words) kindShown(k oped.PieceKind) string {
	if k == oped.Opinion {
		return ""
	}
	return cmp.Or(w.piece.kinds[k], line(string(k)))
}

type indexPage struct {
	frame
	Host     string
	Editions []editionView
}

type editionView struct {
	Title, Subtitle, Lang, Dir string
	Page, Atom, About          string
	Formats                    []formatLink
	Count                      string
	Changed                    day
	Words                      *pageWords
}

// RenderIndex writes the page that lists all editions. The same arguments give the same bytes.
func (r *Renderer) RenderIndex(out io.Writer, editions []oped.EditionState) error {
	page := indexPage{frame: r.frame("en", "Editions", "", r.base+"/"), Host: r.host()}
	for _, e := range editions {
		title := orName(line(e.Title), e.Name)
		lang := language(e.Lang, "en")
		w := wordsIn(lang)
		page.Feeds = append(page.Feeds, r.feedLinks(title, e.Name)[0])
		page.Editions = append(page.Editions, editionView{
			Title: title, Subtitle: line(e.Subtitle), Lang: lang, Dir: direction(lang, title), Page: r.pageURL(e.Name), Atom: r.atomURL(e.Name), About: r.aboutURL(e.Name), Formats: r.formatLinks(e.Name),
			Count: count(w, e.Pieces, e.Pieces), Changed: newDay(w, believable(e.Updated, e.Created)), Words: w.onPage(),
		})
	}
	return r.pages.ExecuteTemplate(out, "index", &page)
}

// renderNothing writes the page for an address at which nothing stands, or that of an edition that was removed.
func (r *Renderer) renderNothing(w io.Writer, removed bool) error {
	if removed {
		return r.pages.ExecuteTemplate(w, "removed", r.frame("en", "This edition was removed", "", r.base+"/"))
	}
	return r.pages.ExecuteTemplate(w, "missing", r.frame("en", "Nothing stands here", "", r.base+"/"))
}

// pagePolicy is the content security policy of our pages: nothing but their style sheet and, where there is a search, its form. A page may be read
// at another address than the one that it is published under, where the form leads.
func (r *Renderer) pagePolicy() string {
	forms := "'none'"
	if r.library {
		forms = "'self'"
		if u, err := url.Parse(r.base); err == nil && u.Host != "" {
			forms += " " + u.Scheme + "://" + u.Host
		}
	}
	return "default-src 'none'; style-src 'self' " + r.base + "/" + r.styleName + "; base-uri 'none'; form-action " + forms + "; frame-ancestors 'none'"
}

// feedPolicy is the content security policy of feeds: a browser that shows one loads its style sheet and nothing else.
func (r *Renderer) feedPolicy() string {
	return "default-src 'none'; style-src " + r.base + "/feed.css; sandbox"
}

// feed is what is known of a feed in a format.
func (r *Renderer) feed(f Format, modified time.Time) Meta {
	return Meta{Status: http.StatusOK, MediaType: f.MediaType() + "; charset=utf-8", Policy: r.feedPolicy(), Modified: modified}
}
