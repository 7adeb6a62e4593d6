package publish

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"oped"
	"oped/publish/page"
)

// maxAppearances limits the appearances listed on the page of a piece.
const maxAppearances = 200

// view builds the page of a piece with at least one entry. The page shows the piece, its appearances,
// its relations and changes, its editions, and the explanations of its topics, assigned or not. Around
// the words that counted and the changed words it shows no more words than an excerpt has, unless whole
// texts are permitted.
func (k pieceKind) view(p *oped.Piece, about *pieceFacts) page.View {
	if p.Withdrawn { // the page shows nothing of it
		lang := page.Spoken(language(p.Lead().Lang))
		return &page.Withdrawn{Head: head(lang, k.site.words.Say(lang, "Withdrawn"), k.site.at.pieceURL(p.ID))}
	}
	in := editionsWith(k.site.editions, p)
	e, a := k.site.items.largest(in, k.site.items.feeds[k.site.items.shown(p).FeedURL])
	it := k.site.items.item(&e, p)
	lang := page.Spoken(it.lang)
	v := &page.Piece{
		Head:        head(lang, it.title, k.site.at.pieceURL(p.ID)),
		Piece:       k.site.listed(it, ""),
		Appearances: k.site.items.appearances(it),
		Whole:       a.whole,
		Allowed:     a.left,
	}
	v.Dir, v.Piece.Kind = direction(lang, ""), line(string(p.Kind))
	for i := range in {
		e := &in[i]
		v.Editions = append(v.Editions, page.EditionLink{
			Title: titleOf(e),
			Lang:  language(e.Lang, "en"),
			URL:   k.site.at.pageURL(e.Name),
		})
	}
	v.More = len(p.Entries) - len(v.Appearances)
	v.Related, v.MoreRelated = k.related(lang, p, about)
	var used int
	v.Versions, v.MoreChanges, used = k.versions(lang, in, p, about, a)
	a.left = max(0, a.left-used)
	t := verdicts{
		words:     k.site.words,
		lang:      lang,
		titles:    k.site.items.titles,
		it:        it,
		allowance: a,
	}
	v.On, v.Others = t.all(k.site.options.Explain)
	all := slices.Concat(v.On, v.Others)
	v.Written = len(all) == 0 || slices.ContainsFunc(all, func(x page.Verdict) bool { return !x.Fitted })
	return v
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

// appearances returns the entries of a piece by their dates, the shown copy always among them. A copy with an address
// of another copy's paper has no link: it leads to that other one.
func (i *items) appearances(it *item) (out []page.Appearance) {
	entries := inOrder(it.piece.Entries)
	if len(entries) > maxAppearances {
		at := slices.Index(entries, it.lead)
		entries[min(at, maxAppearances-1)] = it.lead
		entries = entries[:maxAppearances]
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
			Dir:       direction(lang, title),
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

const pieceFolder = "piece/"

// pieceFile returns the name of the file of a piece's page.
func pieceFile(id oped.PieceID) string {
	return pieceFolder + strconv.FormatInt(int64(id), 10) + "/index.html"
}

// pieceOf returns the piece with a page of this file name. Every piece has one name only: decimal,
// without signs and leading zeros.
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
