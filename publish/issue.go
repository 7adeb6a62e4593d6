package publish

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"iter"
	"strings"
	"time"

	"oped"
)

// An issue is one entry of a digest edition: the pieces that came into the edition within a period that is over.

const (
	issuesAtHead = 10                 // of a digest edition, where it names no limit
	mostInIssue  = 100                // pieces that one issue tells of
	mostPeriods  = 366                // that are looked at
	lateness     = 7 * 24 * time.Hour // that a piece may come in late, and a period at least
)

// issue is a period of a digest edition, with its pieces, the newest first.
type issue struct {
	period
	pieces []oped.Piece
	more   int // pieces that it does not tell of
}

// issues reads the issues at the head of a digest edition, the newest first. A period is over when a feed was fetched after it: no clock is asked. A
// piece belongs to the period in which it came into the edition, unless it was older than a period then, and than a week: a rule that changed is no news of the week. Periods
// without a piece have no issue.
func (p *Publisher) issues(ctx context.Context, now *site, e *oped.EditionState) ([]issue, error) {
	limit := e.Limit
	if limit <= 0 {
		limit = issuesAtHead
	}
	var all []issue
	told := map[oped.PieceID]bool{}
	periods := periodsBefore(e.Digest, e.Created, now.fetched, mostPeriods)
	for i := len(periods) - 1; i >= 0; i-- { // a piece that left and came back stands where it came first
		n := issue{period: periods[i]}
		ids, err := p.shelf.Entered(ctx, e.Name, n.start, n.end, n.start.Add(-max(n.end.Sub(n.start), lateness)))
		if err != nil {
			return nil, err
		}
		var fresh []oped.PieceID
		for _, id := range ids {
			if !told[id] {
				told[id] = true
				fresh = append(fresh, id)
			}
		}
		if len(fresh) == 0 {
			continue
		}
		n.more = max(0, len(fresh)-mostInIssue)
		if n.pieces, err = p.shelf.PiecesOf(ctx, fresh[:len(fresh)-n.more]); err != nil {
			return nil, err
		}
		all = append([]issue{n}, all...)
	}
	return all[:min(len(all), limit)], nil
}

// newIssue makes the item of an issue.
func (r *Renderer) newIssue(e *oped.EditionState, feeds Feeds, n *issue) *item {
	lang := language(e.Lang, "en")
	w := wordsIn(lang)
	title := orName(line(e.Title), e.Name)
	it := &item{
		piece: &oped.Piece{AtomID: e.AtomID + "/" + n.name, Updated: n.end}, lead: &oped.Entry{}, words: w, Lang: lang, Dir: direction(lang, title),
		Title: title + ": " + w.said(e.Digest, n.period), URL: r.issueURL(e.Name, n.name), Date: n.end, Authors: []person{{r.host(), r.base + "/"}}, issue: &texts{},
	}
	var page, plain strings.Builder
	for i := range n.pieces {
		p := r.newItem(e, feeds, &n.pieces[i])
		attributes := p.attributes()
		fmt.Fprintf(&page, "<h3%s>%s</h3>\n%s\n", attributes, anchor(p.URL, p.Title), p.html(p.excerptHTML()))
		fmt.Fprintf(&plain, "%d. %s\n", i+1, p.Title)
		for _, part := range []string{p.Byline(), p.Publisher, p.words.date(p.Date)} {
			if part != "" {
				plain.WriteString(part + " · ")
			}
		}
		plain.WriteString(p.URL + "\n\n")
	}
	if n.more > 0 {
		said := fmt.Sprintf(w.piece.more, n.more)
		page.WriteString("<p>" + anchor(it.URL, said) + "</p>")
		plain.WriteString(said)
	}
	it.issue.whole, it.issue.plain = page.String(), strings.TrimSpace(plain.String())
	it.issue.excerpt = "<p>" + strings.ReplaceAll(html.EscapeString(it.issue.plain), "\n", "<br/>\n") + "</p>"
	return it
}

func issueFile(edition, name string) string { return edition + "/" + name + "/index.html" }

func (r *Renderer) issueURL(edition, name string) string {
	return r.base + "/" + strings.TrimSuffix(issueFile(edition, name), "index.html")
}

// issueItems gives the items of issues one by one.
func (r *Renderer) issueItems(e *oped.EditionState, feeds Feeds, issues []issue) iter.Seq2[*item, error] {
	return func(yield func(*item, error) bool) {
		for i := range issues {
			if !yield(r.newIssue(e, feeds, &issues[i]), nil) {
				return
			}
		}
	}
}

// lastFetch is the latest time at which a feed was fetched: what is over, is over then.
func lastFetch(feeds []oped.FeedState) (last time.Time) {
	for _, f := range feeds {
		if f.LastFetch.After(last) {
			last = f.LastFetch
		}
	}
	return last
}

// turned tells whether a period of a digest edition has ended between two times.
func turned(e *oped.EditionState, before, now time.Time) bool {
	return e.Digest != "" && periodAt(e.Digest, before) != periodAt(e.Digest, now)
}

// publishIssues renders a digest edition, with a page for each of its issues.
func (p *Publisher) publishIssues(ctx context.Context, files map[string]*representation, pages *pieceMaker, e oped.EditionState) error {
	began, now := p.now(), pages.after
	b, err := p.shelf.Backlog(ctx, e.Name)
	if err != nil {
		return err
	}
	now.archives[e.Name], now.newest[e.Name] = b.Number, b.Archive // of the time before it was a digest
	issues, err := p.issues(ctx, now, &e)
	if err != nil {
		return err
	}
	if len(issues) > 0 {
		e.Updated = issues[0].end
	} else {
		e.Updated = e.Created
	}
	docs, fits := map[Format][]byte{}, len(issues)
	for i := 0; i < 2; i++ { // again, with those that fit into all
		for _, f := range Formats() {
			var doc bytes.Buffer
			n, err := p.render.render(&doc, f, p.sheet(&e), p.render.issueItems(&e, now.feeds, issues), maxBytes)
			if err != nil {
				return err
			}
			docs[f], fits = doc.Bytes(), min(fits, n)
		}
		if fits == len(issues) {
			break
		}
		issues = issues[:fits]
	}
	if err := p.feedFiles(files, e, docs); err != nil {
		return err
	}
	for _, n := range issues {
		one := e
		one.Title, one.Pieces = p.render.newIssue(&e, now.feeds, &issue{period: n.period}).Title, len(n.pieces)+n.more
		if err := p.page(files, now, one, issueFile(e.Name, n.name), p.render.newItems(&one, now.feeds, n.pieces)); err != nil {
			return err
		}
		if err := pages.makeAll(ctx, n.pieces); err != nil { // they are linked to
			return err
		}
		now.heads[e.Name] = append(now.heads[e.Name], idsOf(n.pieces)...)
	}
	var newest []oped.Piece
	if len(issues) > 0 {
		newest = issues[0].pieces
	}
	if err := p.page(files, now, e, e.Name+"/index.html", p.render.newItems(&e, now.feeds, newest)); err != nil {
		return err
	}
	p.told(e.Name, len(issues), files[atomFile(e.Name)], began)
	return nil
}
