package publish

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"oped"
)

// maxAppearances is how many appearances the page of a piece lists.
const maxAppearances = 200

// piecePage is the page of one piece.
type piecePage struct {
	frame
	Piece       *item
	By          []byLink
	Paper       string // the page of its publisher; "" if there is none
	Comma       string
	Say         pieceWords
	When        day
	KindName    string
	Language    string // of the piece, in the words of the page
	Editions    []editionLink
	Appearances []appearanceView
	More        string // how many appearances are not listed
	Related     []relatedView
	MoreRelated string
	Versions    []changeView
	MoreChanges string
	On, Others  []verdict
	Allowed     string // how much of the text is shown
}

type editionLink struct{ Title, Lang, Dir, URL string }

// appearanceView is one entry of the piece.
type appearanceView struct {
	Publisher, URL string
	Title          string // "" if it is that of the piece
	Lang, Dir      string
	When           day
	Lead           bool   // the piece is republished from it
	Why            string // it is a copy: an English sentence; "" if the piece was made of it
}

// RenderPiece writes the page of a piece that has at least one entry: what it is, where it appeared, what it has to do with others and how it was
// changed, which of the editions it stands in, and why it is on its topics, or is not. Around the words that counted and those that were changed
// it shows no more words than an excerpt has, unless whole texts are permitted. The same arguments give the same bytes.
func (r *Renderer) RenderPiece(w io.Writer, from Feeds, editions []oped.EditionState, p *oped.Piece, about About) error {
	return r.renderPiece(w, from, publishersOf(from), editions, p, &about)
}

func (r *Renderer) renderPiece(w io.Writer, from Feeds, in slugs, editions []oped.EditionState, p *oped.Piece, about *About) error {
	if p.Withdrawn {
		return r.renderWithdrawn(w, p)
	}
	feed := from[p.Lead().FeedURL]
	stands := standing(editions, p)
	e, a := r.mostGenerous(stands, feed)
	it := r.newItem(&e, from, p)
	said := wordsIn(it.Lang)
	page := piecePage{frame: r.frame(said.lang, it.Title, "", r.pieceURL(p.ID)), Piece: it, Say: said.piece}
	page.Dir = direction(said.lang, "")
	page.By, page.Paper, page.Comma = r.byline(it), r.paperURL(in, it), it.comma()
	page.When = newDay(said, it.Date)
	page.KindName = cmp.Or(said.piece.kinds[p.Kind], line(string(p.Kind)))
	page.Language = cmp.Or(said.piece.languages[oped.PrimaryLang(it.Lang)], it.Lang)
	for _, e := range stands {
		title := orName(line(e.Title), e.Name)
		lang := language(e.Lang, "en")
		page.Editions = append(page.Editions, editionLink{title, lang, direction(lang, title), r.pageURL(e.Name)})
	}
	page.Appearances = r.appearances(it, said, from)
	if n := len(p.Entries) - len(page.Appearances); n > 0 {
		page.More = fmt.Sprintf(said.piece.more, n)
	}
	if !a.whole {
		page.Allowed = fmt.Sprintf(said.piece.allowed, a.left)
	}
	page.Related, page.MoreRelated = r.related(said, from, p, about)
	var used int
	page.Versions, page.MoreChanges, used = r.versions(said, from, stands, p, about, a)
	a.left = max(0, a.left-used)
	page.On, page.Others = r.verdicts(it, said, a)
	return r.pages.ExecuteTemplate(w, "piece", &page)
}

type withdrawnPage struct {
	frame
	Say *pieceWords
}

// renderWithdrawn writes the page of a piece that was withdrawn. It tells nothing of it.
func (r *Renderer) renderWithdrawn(w io.Writer, p *oped.Piece) error {
	said := wordsIn(language(p.Lead().Lang))
	page := withdrawnPage{r.frame(said.lang, said.piece.Withdrawn, "", r.pieceURL(p.ID)), &said.piece}
	return r.pages.ExecuteTemplate(w, "withdrawn", &page)
}

// standing are the editions that a piece stands in, in their order.
func standing(editions []oped.EditionState, p *oped.Piece) (in []oped.EditionState) {
	for _, e := range editions {
		if slices.Contains(p.Editions, e.Name) {
			in = append(in, e)
		}
	}
	return in
}

// mostGenerous is the edition that shows most of a piece, and the allowance that this gives; where the piece stands in none, what its feed allows.
func (r *Renderer) mostGenerous(editions []oped.EditionState, feed oped.FeedState) (oped.EditionState, allowance) {
	var best oped.EditionState
	a := allowance{whole: feed.Full}
	for i, e := range editions {
		if n := r.excerptWords(&e, feed); i == 0 || n > a.left {
			best, a.left = e, n
		}
		a.whole = a.whole || e.Full
	}
	if len(editions) == 0 {
		a.left = r.excerptWords(&best, feed)
	}
	return best, a
}

// appearances are the entries of a piece by their dates; the lead entry is always among them.
func (r *Renderer) appearances(it *item, said *words, from Feeds) (out []appearanceView) {
	entries := inOrder(it.piece.Entries)
	if len(entries) > maxAppearances {
		at := slices.Index(entries, it.lead)
		entries[min(at, maxAppearances-1)] = it.lead
		entries = entries[:maxAppearances]
	}
	for _, e := range entries {
		feed := from[e.FeedURL]
		u := r.entryURL(e, from)
		v := appearanceView{
			Publisher: cmp.Or(publisherOf(e, feed), u), URL: u, Title: cmp.Or(line(e.Title), said.untitled), Lang: language(e.Lang, feed.Lang, feed.DocLang),
			When: newDay(said, believable(e.Date(), it.piece.FirstSeen)), Lead: e == it.lead, Why: line(e.Joined),
		}
		v.Dir = direction(v.Lang, v.Title)
		if e == it.lead || v.Title == it.Title {
			v.Title = ""
		}
		out = append(out, v)
	}
	return out
}

const pieceFolder = "piece/"

// pieceFile is the name of the file of a piece's page.
func pieceFile(id oped.PieceID) string {
	return pieceFolder + strconv.FormatInt(int64(id), 10) + "/index.html"
}

// pieceURL is the address of a piece's page.
func (r *Renderer) pieceURL(id oped.PieceID) string {
	return r.base + "/" + strings.TrimSuffix(pieceFile(id), "index.html")
}

// pieceOf is the piece whose page has this file name. Every piece has one name only: decimal, without signs and zeros before it.
func pieceOf(name string) (oped.PieceID, bool) {
	rest, ok := strings.CutPrefix(name, pieceFolder)
	if !ok {
		return 0, false
	}
	digits, _, _ := strings.Cut(rest, "/")
	n, err := strconv.ParseInt(digits, 10, 64)
	id := oped.PieceID(n)
	return id, err == nil && n > 0 && name == pieceFile(id)
}
