package publish

import (
	"fmt"
	"html/template"
	"io"
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
	Style           template.CSS
	Feeds           []feedLink // for discovery
	Refresh         string     // the address that browsers go to at once; "" if they stay
	Made            string     // digest of what the page was made of; "" if it does not tell
	Words           pageWords
}

type feedLink struct{ Title, URL string }

// pageWords are the words of a page, for its template.
type pageWords struct{ Subscribe, All, Nothing, Belongs, AlsoIn, Changed string }

func (w *words) onPage() pageWords {
	return pageWords{w.subscribe, w.all, w.nothing, w.belongs, w.alsoIn, w.changed}
}

type day struct{ ISO, Text string }

func newDay(w *words, t time.Time) day {
	return day{t.UTC().Format(time.DateOnly), w.date(t)}
}

func (r *Renderer) frame(lang, title, subtitle, canonical string) frame {
	w := wordsIn(lang)
	return frame{
		Title: title, Subtitle: subtitle, Lang: lang, Dir: direction(lang, title), Canonical: canonical, Base: r.base, Version: r.version,
		Style: r.style, Words: w.onPage(),
	}
}

type editionPage struct {
	frame
	Atom    string
	Count   string
	Changed day
	Pieces  []pieceView
}

// pieceView is an item as the page shows it.
type pieceView struct {
	*item
	When   day
	AlsoIn string
	Comma  string
	Kind   string
	Page   string // of the piece; "" if it has none
	Why    string // what leads there
}

// RenderPage writes an edition as an HTML page, with the pieces given. The same arguments give the same bytes.
func (r *Renderer) RenderPage(w io.Writer, from Feeds, e oped.EditionState, pieces []oped.Piece) error {
	lang := language(e.Lang, "en")
	said := wordsIn(lang)
	page := editionPage{
		frame:   r.frame(lang, orName(line(e.Title), e.Name), line(e.Subtitle), r.pageURL(e.Name)),
		Atom:    r.atomURL(e.Name),
		Changed: newDay(said, believable(e.Updated, e.Created)),
		Count:   count(said, len(pieces), e.Pieces),
	}
	page.Feeds = []feedLink{{page.Title, page.Atom}}
	for i := range pieces {
		if len(pieces[i].Entries) == 0 {
			continue
		}
		it := r.newItem(&e, from, &pieces[i])
		view := pieceView{item: it, When: newDay(it.words, it.Date), AlsoIn: it.words.alsoIn, Comma: it.comma(), Kind: kindShown(it.piece.Kind)}
		if it.piece.ID > 0 {
			view.Page, view.Why = r.pieceURL(it.piece.ID), it.words.whyHere
		}
		page.Pieces = append(page.Pieces, view)
	}
	return r.pages.ExecuteTemplate(w, "edition", page)
}

// count says how many pieces there are, and how many of them are shown.
func count(w *words, shown, all int) string {
	switch {
	case shown < all:
		return fmt.Sprintf(w.newest, shown, all)
	case shown == 1:
		return w.one
	}
	return fmt.Sprintf(w.count, shown)
}

// kindShown is the kind where it tells a reader something: that a piece is an opinion goes without saying.
func kindShown(k oped.PieceKind) string {
	if k == oped.Opinion {
		return ""
	}
	return line(string(k))
}

type indexPage struct {
	frame
	Host     string
	Editions []editionView
}

type editionView struct {
	Title, Subtitle, Lang, Dir string
	Page, Atom                 string
	Count                      string
	Changed                    day
	Words                      pageWords
}

// RenderIndex writes the page that lists all editions. The same arguments give the same bytes.
func (r *Renderer) RenderIndex(out io.Writer, editions []oped.EditionState) error {
	page := indexPage{frame: r.frame("en", "Editions", "", r.base+"/"), Host: r.host()}
	for _, e := range editions {
		title := orName(line(e.Title), e.Name)
		lang := language(e.Lang, "en")
		w := wordsIn(lang)
		page.Feeds = append(page.Feeds, feedLink{title, r.atomURL(e.Name)})
		page.Editions = append(page.Editions, editionView{
			Title: title, Subtitle: line(e.Subtitle), Lang: lang, Dir: direction(lang, title), Page: r.pageURL(e.Name), Atom: r.atomURL(e.Name),
			Count: count(w, e.Pieces, e.Pieces), Changed: newDay(w, believable(e.Updated, e.Created)), Words: w.onPage(),
		})
	}
	return r.pages.ExecuteTemplate(out, "index", page)
}

// renderMissing writes the page for an address at which nothing stands.
func (r *Renderer) renderMissing(w io.Writer) error {
	return r.pages.ExecuteTemplate(w, "missing", r.frame("en", "Nothing stands here", "", r.base+"/"))
}

// pagePolicy is the content security policy of our pages: nothing but the style sheet that stands in them.
func (r *Renderer) pagePolicy() string {
	return "default-src 'none'; style-src " + r.styleHash + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// feedPolicy is the content security policy of feeds: a browser that shows one loads its style sheet and nothing else.
func (r *Renderer) feedPolicy() string {
	return "default-src 'none'; style-src " + r.base + "/feed.css; sandbox"
}
