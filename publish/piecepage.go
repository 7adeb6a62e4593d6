package publish

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"oped"
	"oped/publish/page"
)

const (
	maxAppearances = 200 // appearances on the page of the details
	maxReasons     = 3   // spans named as the reason for a topic

	// on the page of a piece
	fewAppearances = 5
	fewRelated     = 3
	fewVersions    = 3
)

// view builds the page of a piece with at least one entry: what it says, why it is here, where else it appeared, what
// is related and how it was revised. detailed reports that there is a page of its details. Of the words of the text it
// shows the excerpt, and some of those that counted.
func (k pieceKind) view(about *pieceFacts, detailed bool) page.View {
	p := about.Piece
	if p.Withdrawn { // the page shows nothing of it
		return k.withdrawn(p)
	}
	s := k.shown(about)
	v := &page.Piece{
		Head:    head(s.lang, s.it.title, k.site.at.pieceURL(p.ID)),
		Piece:   k.site.listed(s.it, ""),
		Reasons: s.verdicts.reasons(about.judged(k.site.options.Explain)),
	}
	v.Dir, v.Piece.Kind = Direction(s.lang, ""), line(string(p.Kind))
	v.Citation, v.Signals = k.site.items.cite(s.it).meta(), s.it.feed.Signals()
	for i := range s.in {
		e := &s.in[i]
		v.Editions = append(v.Editions, page.EditionLink{
			Title: titleOf(e),
			Lang:  language(e.Lang, "en"),
			URL:   k.site.at.pageURL(e.Name),
		})
	}
	if detailed {
		v.Details = detailsName + "/"
	}
	if k.site.answers() {
		v.Citations = []page.Link{{Name: "RIS", URL: risBase}, {Name: "CSL-JSON", URL: cslBase}}
	} else {
		var ris strings.Builder // it takes everything
		k.site.items.cite(s.it).ris(&ris)
		v.RIS = ris.String()
	}
	if len(p.Entries) > 1 {
		v.Appearances = k.site.items.appearances(s.it, fewAppearances)
		v.More = len(p.Entries) - len(v.Appearances)
	}
	v.Related, v.MoreRelated = k.related(s.lang, about, fewRelated)
	v.Versions, v.MoreChanges, _ = k.versions(s.lang, s.in, about, allowance{}, fewVersions)
	for i := range v.Appearances { // the details have the rest
		v.Appearances[i].Why = ""
	}
	for i := range v.Related {
		v.Related[i].Why = ""
	}
	for i := range v.Versions {
		v.Versions[i].Text = nil
	}
	return v
}

// details builds the page of the details of a piece: all appearances, relations and changes, and the explanations of
// its topics, assigned or not. Around the words that counted and the changed words it shows no more words than an
// excerpt has, unless whole texts are permitted.
func (k pieceKind) details(about *pieceFacts) page.View {
	p := about.Piece
	if p.Withdrawn {
		return k.withdrawn(p)
	}
	s := k.shown(about)
	v := &page.Details{
		Head:    head(s.lang, s.it.title, k.site.at.pieceURL(p.ID)+detailsName+"/"),
		Piece:   k.site.listed(s.it, ""),
		Whole:   s.allowance.whole,
		Allowed: s.allowance.left,
	}
	v.Signals = s.it.feed.Signals()
	v.Title, v.Dir = k.site.words.Sayf(s.lang, "How this was decided: %s", s.it.title), Direction(s.lang, "")
	v.Appearances = k.site.items.appearances(s.it, maxAppearances)
	v.More = len(p.Entries) - len(v.Appearances)
	v.Related, v.MoreRelated = k.related(s.lang, about, maxRelated)
	var used int
	v.Versions, v.MoreChanges, used = k.versions(s.lang, s.in, about, s.allowance, maxVersions)
	s.verdicts.allowance.left = max(0, s.allowance.left-used)
	v.On, v.Others = s.verdicts.all(about.judged(k.site.options.Explain))
	all := slices.Concat(v.On, v.Others)
	v.Written = len(all) == 0 || slices.ContainsFunc(all, func(x page.Verdict) bool { return !x.Fitted })
	return v
}

// withdrawn builds the page of a withdrawn piece.
func (k pieceKind) withdrawn(p *oped.Piece) page.View {
	lang := page.Spoken(language(p.Lead().Lang))
	return &page.Withdrawn{Head: head(lang, k.site.words.Say(lang, "Withdrawn"), k.site.at.pieceURL(p.ID))}
}

// shownPiece is a piece as its pages show it.
type shownPiece struct {
	it        *item
	in        []oped.EditionState // its editions
	lang      string              // of the pages' own words
	allowance allowance
	verdicts  verdicts
}

func (k pieceKind) shown(about *pieceFacts) *shownPiece {
	if about.shown != nil {
		return about.shown
	}
	p := about.Piece
	s := &shownPiece{in: editionsWith(k.site.editions, p)}
	e, a := k.site.items.largest(s.in, k.site.items.feeds[k.site.items.shown(p).FeedURL])
	s.it, s.allowance = k.site.items.item(&e, p), a
	s.lang = page.Spoken(s.it.lang)
	s.verdicts = verdicts{
		words:     k.site.words,
		lang:      s.lang,
		titles:    k.site.items.titles,
		it:        s.it,
		allowance: a,
	}
	about.shown = s
	return s
}

// editionsWith returns the editions of a piece, in their order.
func editionsWith(editions []oped.EditionState, p *oped.Piece) (in []oped.EditionState) {
	for _, e := range editions {
		if slices.Contains(p.Editions, e.Name) {
			in = append(in, e)
		}
	}
	return in
}

// largest returns the edition with the longest excerpt of a piece, and the allowance it gives. For a
// piece without an edition, the allowance is that of its feed.
func (i *items) largest(editions []oped.EditionState, from oped.FeedState) (oped.EditionState, allowance) {
	var best oped.EditionState
	a := allowance{whole: from.Full}
	for n, e := range editions {
		if words := i.excerptWords(&e, from); n == 0 || words > a.left {
			best, a.left = e, words
		}
		a.whole = a.whole || e.Full
	}
	if len(editions) == 0 {
		a.left = i.excerptWords(&best, from)
	}
	return best, a
}

// appearances returns the first entries of a piece by their dates, the shown copy always among them. A copy with an
// address of another copy's paper has no link: it leads to that other one.
func (i *items) appearances(it *item, limit int) (out []page.Appearance) {
	entries := inOrder(it.piece.Entries)
	if len(entries) > limit {
		at := slices.Index(entries, it.lead)
		entries[min(at, limit-1)] = it.lead
		entries = entries[:limit]
	}
	for _, e := range entries {
		from := i.feeds[e.FeedURL]
		u, name := i.entryURL(e), i.paper(e)
		if i.owner(it.piece, e) != e && name != "" {
			u = ""
		}
		title, lang := line(e.Title), language(e.Lang, from.Lang, from.DocLang)
		if title == "" {
			title = i.words.Say(it.lang, "(untitled)")
		}
		v := page.Appearance{
			Publisher: cmp.Or(name, u),
			URL:       u,
			Lang:      lang,
			Dir:       Direction(lang, title),
			When:      i.day(e, believable(e.Date(), it.piece.FirstSeen)),
			Lead:      e == it.lead,
			Why:       line(e.Joined),
		}
		if e != it.lead && title != it.title {
			v.Title = title
		}
		out = append(out, v)
	}
	return out
}

// The names of the pages of a piece, in its folder.
const (
	pieceFolder = "piece/"
	pieceBase   = "index.html"
	detailsName = "why"
	detailsBase = detailsName + "/index.html"
	risBase     = "cite.ris"
	cslBase     = "cite.json"
)

// pieceFolderOf returns the folder of the pages of a piece.
func pieceFolderOf(id oped.PieceID) string {
	return pieceFolder + strconv.FormatInt(int64(id), 10) + "/"
}

// pieceFile returns the name of the file of a piece's page.
func pieceFile(id oped.PieceID) string { return pieceFolderOf(id) + pieceBase }

// detailsFile returns the name of the file of the page of a piece's details.
func detailsFile(id oped.PieceID) string { return pieceFolderOf(id) + detailsBase }

// pieceOf returns the piece with a page of this name, and the name in the folder of the piece. Every piece has one
// folder only: decimal, without signs and leading zeros.
func pieceOf(name string) (id oped.PieceID, base string, ok bool) {
	rest, ok := strings.CutPrefix(name, pieceFolder)
	if !ok {
		return 0, "", false
	}
	digits, base, _ := strings.Cut(rest, "/")
	n, err := strconv.ParseInt(digits, 10, 64)
	id = oped.PieceID(n)
	return id, base, err == nil && n > 0 && name == pieceFolderOf(id)+base
}
