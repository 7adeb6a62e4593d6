package publish

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"html"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"oped"
)

// An issue is one entry of a digest edition: the pieces that came into the edition within a period that is over.

const (
	issuesAtHead = 10                 // of a digest edition, where it names no limit
	mostInIssue  = 100                // pieces that one issue tells of
	lateness     = 7 * 24 * time.Hour // that a piece may come in late, and a period at least
)

// issue is a period of a digest edition, with its pieces, the newest first.
type issue struct {
	period
	ids     []oped.PieceID
	changed time.Time    // when a piece left it or came back after its end, the last time; zero: never
	pieces  []oped.Piece // as many as it tells of, where they were read
	more    int          // pieces that it does not tell of
	made    string       // digest of what its files are made of, but for what its pieces say
}

// updated is when an issue was published, or changed since.
func (n *issue) updated() time.Time {
	if n.changed.After(n.end) {
		return n.changed
	}
	return n.end
}

// issues are all issues of a digest edition, the newest first, without their pieces; and those that readers had and that have none left.
func (p *Publisher) issues(ctx context.Context, now *site, e *oped.EditionState) (standing, gone []issue, err error) {
	moves, err := p.shelf.Moves(ctx, e.Name)
	if err != nil {
		return nil, nil, err
	}
	for _, n := range issuesOf(e, moves, over(e, now.fetched)) {
		switch {
		case len(n.ids) > 0:
			standing = append(standing, n)
		case !n.changed.IsZero():
			gone = append(gone, n)
		}
	}
	return standing, gone, nil
}

// over is the latest time that the rows tell of: that of a fetch, or the end of a period that was noted. No clock is asked.
func over(e *oped.EditionState, fetched time.Time) time.Time {
	if e.Closed.After(fetched) {
		return e.Closed
	}
	return fetched
}

// issuesOf makes the issues of a digest edition of its record, the newest first. A period is over when it ended before now. A
// piece belongs to the period in which it came into the edition first, unless it was older than a period then, and than a week: a rule that changed is no
// news of the week. An issue changes with its pieces: when one leaves it after its end, by a withdrawal or otherwise, and when one comes back.
func issuesOf(e *oped.EditionState, moves []oped.Move, now time.Time) []issue {
	type place struct {
		period
		date time.Time
	}
	open := periodAt(e.Digest, now).start
	first := map[oped.PieceID]place{}
	stands := map[oped.PieceID]bool{}
	for _, m := range moves {
		stands[m.Piece] = m.Stands
		in := periodAt(e.Digest, m.At)
		dated := in.start.Add(-max(in.end.Sub(in.start), lateness))
		if !m.Enters || !in.end.After(e.Created) || in.end.After(open) || m.Date.Before(dated) {
			continue
		}
		if have, ok := first[m.Piece]; !ok || in.start.Before(have.start) {
			first[m.Piece] = place{in, m.Date}
		}
	}
	by := map[time.Time]*issue{}
	for id, at := range first {
		if by[at.start] == nil {
			by[at.start] = &issue{period: at.period}
		}
		if stands[id] {
			by[at.start].ids = append(by[at.start].ids, id)
		}
	}
	for _, m := range moves {
		at, ok := first[m.Piece]
		if n := by[at.start]; ok && m.News && !m.At.Before(n.end) && m.At.After(n.changed) {
			n.changed = m.At
		}
	}
	all := make([]issue, 0, len(by))
	for _, n := range by {
		slices.SortFunc(n.ids, func(a, b oped.PieceID) int { return cmp.Or(first[b].date.Compare(first[a].date), cmp.Compare(b, a)) })
		all = append(all, *n)
	}
	slices.SortFunc(all, func(a, b issue) int { return b.start.Compare(a.start) })
	return all
}

// read reads the pieces of an issue. One that was withdrawn or merged meanwhile is left out.
func (p *Publisher) read(ctx context.Context, n issue) (issue, error) {
	n.more = max(0, len(n.ids)-mostInIssue)
	pieces, err := p.shelf.PiecesOf(ctx, n.ids[:len(n.ids)-n.more])
	n.pieces = slices.DeleteFunc(pieces, func(p oped.Piece) bool { return p.Withdrawn || len(p.Entries) == 0 })
	return n, err
}

// newIssue makes the item of an issue.
func (r *Renderer) newIssue(e *oped.EditionState, feeds Feeds, n *issue) *item {
	lang := language(e.Lang, "en")
	w := wordsIn(lang)
	title := orName(line(e.Title), e.Name)
	it := &item{
		piece: &oped.Piece{AtomID: issueID(e, n.name), Updated: n.updated()}, lead: &oped.Entry{}, words: w, Lang: lang, Dir: direction(lang, title),
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

func issueID(e *oped.EditionState, name string) string { return e.AtomID + "/" + name }

func issueFile(edition, name string) string { return edition + "/" + name + "/index.html" }

func (r *Renderer) issueURL(edition, name string) string {
	return r.base + "/" + strings.TrimSuffix(issueFile(edition, name), "index.html")
}

// issueItems gives the galleys of issues one by one.
func (r *Renderer) issueItems(e *oped.EditionState, feeds Feeds, issues []issue) iter.Seq2[*galley, error] {
	return func(yield func(*galley, error) bool) {
		for i := range issues {
			if !yield(loose(r.newIssue(e, feeds, &issues[i])), nil) {
				return
			}
		}
	}
}

// lastFetch is the latest time at which a feed was fetched.
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
func (p *Publisher) publishIssues(ctx context.Context, files map[string]*representation, pages *pieceMaker, e oped.EditionState, c changed) error {
	began, now := p.now(), pages.after
	b, err := p.shelf.Backlog(ctx, e.Name)
	if err != nil {
		return err
	}
	now.archives[e.Name], now.newest[e.Name] = b.Number, b.Archive // of the time before it was a digest
	all, gone, err := p.issues(ctx, now, &e)
	if err != nil {
		return err
	}
	e.Updated = e.Created
	for _, n := range slices.Concat(all, gone) {
		if t := n.updated(); t.After(e.Updated) {
			e.Updated = t
		}
	}
	for i := range all {
		all[i].made = p.render.issueMade(issueSheet(e, all, i, b.Archive), &all[i])
	}
	now.issues[e.Name] = all
	maps.DeleteFunc(now.files, func(name string, _ *representation) bool { // that have left the head
		m := issueFileName.FindStringSubmatch(name)
		return m != nil && m[1] == e.Name
	})
	sheet := p.sheet(&e)
	sheet.Gone = goneIssues(&e, gone)
	issues, docs, err := p.issueHead(ctx, now, sheet, all, b.Archive)
	if err != nil {
		return err
	}
	if err := p.feedFiles(files, e, docs); err != nil {
		return err
	}
	older := p.olderPages(e.Name, all, now.newest[e.Name])
	for i := range issues {
		n := &issues[i]
		if err := p.page(files, now, p.issueEdition(e, now, n), p.issuePlace(e.Name, n, older[i+1]), p.render.loose(&e, now.feeds, n.pieces)); err != nil {
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
	if err := p.page(files, now, headEdition(e, all), p.render.headPlace(e.Name, older[min(1, len(all))]), p.render.loose(&e, now.feeds, newest)); err != nil {
		return err
	}
	p.told(e.Name, len(issues), files[atomFile(e.Name)], began)
	return p.fileIssues(ctx, pages, e, all, len(issues), c)
}

// issueHead makes the documents of the head of a digest edition, and gives the issues that stand there: as many as it is told to hold, and as fit into all formats.
func (p *Publisher) issueHead(ctx context.Context, now *site, s *Sheet, all []issue, archive int64) (issues []issue, docs map[Format][]byte, err error) {
	limit := s.Edition.Limit
	if limit <= 0 {
		limit = issuesAtHead
	}
	issues = slices.Clone(all[:min(len(all), limit)])
	for i := range issues {
		if issues[i], err = p.read(ctx, issues[i]); err != nil {
			return nil, nil, err
		}
	}
	docs = map[Format][]byte{}
	for fits := len(issues); ; issues = issues[:fits] { // ends: of one issue, the headline fits
		s.stands(all[len(issues):], archive)
		for _, f := range Formats() {
			var doc bytes.Buffer
			n, err := p.render.render(&doc, f, s, p.render.issueItems(&s.Edition, now.feeds, issues), maxBytes)
			if err != nil {
				return nil, nil, err
			}
			docs[f], fits = doc.Bytes(), min(fits, n)
		}
		if fits == len(issues) {
			return issues, docs, nil
		}
	}
}

// olderPages are the addresses of the pages of issues and, after them, of what stands before the oldest one: the page of an archive of the time before the edition was a
// digest; "" if there is none.
func (p *Publisher) olderPages(edition string, all []issue, archive int64) (pages []string) {
	for _, n := range all {
		pages = append(pages, p.render.issueURL(edition, n.name))
	}
	return append(pages, p.render.olderURL(edition, archive))
}

// issueEdition is an edition as the page of one of its issues tells of it.
func (p *Publisher) issueEdition(e oped.EditionState, now *site, n *issue) oped.EditionState {
	e.Title, e.Pieces, e.Updated = p.render.newIssue(&e, now.feeds, &issue{period: n.period}).Title, len(n.pieces)+n.more, n.updated()
	return e
}

// headEdition is a digest edition as its own page tells of it: with the period of the issue that stands there, the newest.
func headEdition(e oped.EditionState, all []issue) oped.EditionState {
	if len(all) > 0 {
		said := wordsIn(language(e.Lang, "en")).said(e.Digest, all[0].period)
		if e.Subtitle = line(e.Subtitle); e.Subtitle != "" {
			said = e.Subtitle + " · " + said
		}
		e.Subtitle = said
	}
	return e
}

// issuePlace is the place of the page of an issue.
func (p *Publisher) issuePlace(edition string, n *issue, older string) pagePlace {
	return pagePlace{file: issueFile(edition, n.name), url: p.render.issueURL(edition, n.name), older: older, made: n.made}
}

// goneIssues tell that issues are no more (RFC 6721), at the head for as long as that of pieces.
func goneIssues(e *oped.EditionState, gone []issue) (told []oped.Tombstone) {
	for i := len(gone) - 1; i >= 0; i-- { // the oldest first
		if n := &gone[i]; e.Updated.Sub(n.changed) <= goneFor {
			told = append(told, oped.Tombstone{AtomID: issueID(e, n.name), At: n.changed})
		}
	}
	return told[max(0, len(told)-maxGone):]
}
