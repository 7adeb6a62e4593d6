package publish

import (
	"cmp"
	"context"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
)

// An issue is one entry of a digest edition: the pieces that came into the edition within a finished
// period.

const (
	issuesAtHead = 10  // of a digest edition, where it names no limit
	maxInIssue   = 100 // pieces listed in one issue
)

// issue is a period of a digest edition, with its pieces, the newest first.
type issue struct {
	oped.Period
	ids     []oped.PieceID
	changed time.Time    // when a piece left it or came back after its end, the last time; zero: never
	pieces  []oped.Piece // as many as it lists, where they were read
	more    int          // number of pieces beyond the listed ones
}

// updated returns the time of an issue's publication, or of its last change.
func (n *issue) updated() time.Time {
	if n.changed.After(n.End) {
		return n.changed
	}
	return n.End
}

// digestIssues are the issues of a digest edition.
type digestIssues struct {
	edition oped.EditionState // updated as its issues were
	all     []issue           // the newest first, without their pieces
	gone    []issue           // published before, and empty now
	empty   []string          // names of all issues without a piece
	archive int64             // the newest archive of the time before the edition was a digest; 0: there is none
}

// readDigests reads the issues of digest editions. Issues unchanged since the site before are reused.
func (s *site) readDigests(ctx context.Context, c *oped.ChangeSet, before *site) error {
	for i := range s.editions {
		e := &s.editions[i]
		if e.Digest == oped.NoDigest {
			continue
		}
		if before != nil && before.digests[e.Name] != nil && !slices.Contains(c.Editions, e.Name) {
			s.digests[e.Name] = before.digests[e.Name]
			continue
		}
		d, err := s.readDigest(ctx, *e)
		if err != nil {
			return err
		}
		s.digests[e.Name] = d
	}
	return nil
}

func (s *site) readDigest(ctx context.Context, e oped.EditionState) (*digestIssues, error) {
	b, err := s.rows.Archives.Backlog(ctx, e.Name)
	if err != nil {
		return nil, err
	}
	moves, err := s.rows.Editions.MembershipChanges(ctx, e.Name)
	if err != nil {
		return nil, err
	}
	d := &digestIssues{edition: e, archive: b.Archive}
	d.edition.Updated = e.Created
	for _, n := range issuesOf(&e, moves) {
		if len(n.ids) == 0 {
			d.empty = append(d.empty, n.Name)
		}
		switch {
		case len(n.ids) > 0:
			d.all = append(d.all, n)
		case !n.changed.IsZero():
			d.gone = append(d.gone, n)
		default:
			continue
		}
		if t := n.updated(); t.After(d.edition.Updated) {
			d.edition.Updated = t
		}
	}
	return d, nil
}

// issuesOf makes the issues of a digest edition from its record, the newest first. The edition decides
// when a period is over; no clock is read. A piece belongs to the period in which it first came into
// the edition, unless it was then older than a period and a week: a changed rule makes no news of the
// week. An issue changes with its pieces: when one leaves it after its end, by a withdrawal or
// otherwise, and when one comes back.
func issuesOf(e *oped.EditionState, moves []oped.MembershipChange) []issue {
	type place struct {
		oped.Period
		date time.Time
	}
	open := e.Digest.Period(e.Closed).Start
	first := map[oped.PieceID]place{}
	present := map[oped.PieceID]bool{}
	for _, m := range moves {
		present[m.Piece] = m.Present
		in := e.Digest.Period(m.At)
		if !m.Enters || !in.End.After(e.Created) || in.End.After(open) || m.Date.Before(in.Earliest()) {
			continue
		}
		if have, ok := first[m.Piece]; !ok || in.Start.Before(have.Start) {
			first[m.Piece] = place{in, m.Date}
		}
	}
	by := map[time.Time]*issue{}
	for id, at := range first {
		if by[at.Start] == nil {
			by[at.Start] = &issue{Period: at.Period}
		}
		if present[id] {
			by[at.Start].ids = append(by[at.Start].ids, id)
		}
	}
	for _, m := range moves {
		at, ok := first[m.Piece]
		if n := by[at.Start]; ok && m.News && !m.At.Before(n.End) && m.At.After(n.changed) {
			n.changed = m.At
		}
	}
	all := make([]issue, 0, len(by))
	for _, n := range by {
		slices.SortFunc(n.ids, func(a, b oped.PieceID) int {
			return cmp.Or(first[b].date.Compare(first[a].date), cmp.Compare(b, a))
		})
		all = append(all, *n)
	}
	slices.SortFunc(all, func(a, b issue) int { return b.Start.Compare(a.Start) })
	return all
}

// readIssue reads the pieces of an issue of an edition, the pinned ones first. Pieces withdrawn or merged meanwhile are
// left out.
func (s *site) readIssue(ctx context.Context, edition string, n issue) (issue, error) {
	n.more = max(0, len(n.ids)-maxInIssue)
	pieces, err := s.rows.Pieces.Of(ctx, n.ids[:len(n.ids)-n.more])
	n.pieces = slices.DeleteFunc(pieces, func(p oped.Piece) bool { return p.Withdrawn || len(p.Entries) == 0 })
	slices.SortStableFunc(n.pieces, func(a, b oped.Piece) int { return oped.ComparePins(edition, &a, &b) })
	return n, err
}

// issueTitle returns the title of an issue.
func (i *items) issueTitle(e *oped.EditionState, p oped.Period) string {
	return titleOf(e) + ": " + i.periodIn(language(e.Lang, "en"), e.Digest, p)
}

// periodIn returns a period in words.
func (i *items) periodIn(lang string, d oped.Digest, p oped.Period) string {
	switch d {
	case oped.Weekly:
		return i.words.Date(lang, p.Start) + " – " + i.words.Date(lang, p.End.AddDate(0, 0, -1))
	case oped.Monthly:
		return i.words.Month(lang, p.Start)
	}
	return i.words.Date(lang, p.Start)
}

// issueEntry makes the entry of an issue.
func (i *items) issueEntry(e *oped.EditionState, n *issue) *feed.Entry {
	lang := language(e.Lang, "en")
	out := &feed.Entry{
		ID:        clean(issueID(e, n.Name)),
		URL:       i.at.issueURL(e.Name, n.Name),
		Title:     i.issueTitle(e, n.Period),
		Lang:      lang,
		Published: believable(n.End),
		Updated:   believable(n.updated(), n.End),
		Authors:   []feed.Person{i.at.author()},
	}
	var whole, plain strings.Builder
	for at := range n.pieces {
		p := i.item(e, &n.pieces[at])
		fmt.Fprintf(
			&whole, "<h3%s>%s</h3>\n%s%s\n", directed(p), anchor(p.url, p.title), i.note(p),
			credited(p, excerptHTML(p), i.credit(p)),
		)
		fmt.Fprintf(&plain, "%d. %s\n", at+1, p.title)
		for _, part := range []string{
			namesOf(p.authors, page.Comma(p.dir)), p.publisher, i.words.Date(p.lang, p.day),
		} {
			if part != "" {
				plain.WriteString(part + " · ")
			}
		}
		plain.WriteString(p.url + "\n")
		if p.note.Text != "" {
			fmt.Fprintf(&plain, "%s: %s\n", i.words.Say(p.note.Lang, "Curator’s note"), p.note.Text)
		}
		plain.WriteString("\n")
	}
	if n.more > 0 {
		said := i.words.Sayf(lang, "and %d more", n.more)
		whole.WriteString("<p>" + anchor(out.URL, said) + "</p>")
		plain.WriteString(said)
	}
	out.Whole, out.Plain = whole.String(), strings.TrimSpace(plain.String())
	out.Excerpt = "<p>" + strings.ReplaceAll(html.EscapeString(out.Plain), "\n", "<br/>\n") + "</p>"
	return out
}

func issueID(e *oped.EditionState, name string) string { return e.AtomID + "/" + name }

func issueFile(edition, name string) string { return edition + "/" + name + "/index.html" }

// issueEntries makes the entries of issues.
func (i *items) issueEntries(e *oped.EditionState, issues []issue) []*feed.Entry {
	return mapped(issues, func(n issue) *feed.Entry { return i.issueEntry(e, &n) })
}

// digestHead renders the newest issues of a digest edition in all formats, up to its limit and as many
// as fit into all of them, and the newest one as a page.
func (k headKind) digestHead(
	ctx context.Context, d *digestIssues, page io.Writer,
) (docs map[feed.Format][]byte, said oped.Signals, n int, err error) {
	e := d.edition
	issues := slices.Clone(d.all[:min(len(d.all), cmp.Or(max(e.Limit, 0), issuesAtHead))])
	for i := range issues {
		if issues[i], err = k.site.readIssue(ctx, e.Name, issues[i]); err != nil {
			return nil, said, 0, err
		}
		said = said.And(signals(k.site.items.all(&e, issues[i].pieces)))
	}
	doc := &document{Edition: e, Hubs: k.site.options.Hubs, Gone: goneIssues(&e, d.gone)}
	for all := k.site.items.issueEntries(&e, issues); ; { // ends: of one issue, the headline fits
		doc.follows(d.all[len(all):], d.archive)
		docs, fits, err := k.documents(doc, all)
		if err != nil {
			return nil, said, 0, err
		}
		if fits < len(all) {
			all = all[:fits]
			continue
		}
		var newest []oped.Piece
		if len(all) > 0 {
			newest = issues[0].pieces
		}
		place := pagePlace{
			url:   k.site.at.pageURL(e.Name),
			older: k.site.at.olderPages(d)[min(1, len(d.all))],
			today: k.site.today,
		}
		shown := k.site.items.headEdition(e, d.all)
		v := k.site.editionPage(&shown, k.site.items.all(&e, newest), place)
		return docs, said, len(all), k.site.pages.Write(page, v)
	}
}

// olderPages returns the addresses of the pages of issues, and last the page older than them all: the
// archive's page from the time before the edition was a digest, or "".
func (a addresses) olderPages(d *digestIssues) (pages []string) {
	for _, n := range d.all {
		pages = append(pages, a.issueURL(d.edition.Name, n.Name))
	}
	return append(pages, a.olderURL(d.edition.Name, d.archive))
}

// issueEdition returns an edition for the page of one of its issues.
func (k issueKind) issueEdition(e oped.EditionState, n *issue) oped.EditionState {
	e.Title, e.Pieces, e.Updated = k.site.items.issueTitle(&e, n.Period), len(n.pieces)+n.more, n.updated()
	return e
}

// headEdition returns a digest edition for its own page, with the newest issue: the subtitle includes its period, and
// the pieces counted are its own.
func (i *items) headEdition(e oped.EditionState, all []issue) oped.EditionState {
	if len(all) > 0 {
		said := i.periodIn(language(e.Lang, "en"), e.Digest, all[0].Period)
		e.Pieces = len(all[0].ids)
		if e.Subtitle = line(e.Subtitle); e.Subtitle != "" {
			said = e.Subtitle + " · " + said
		}
		e.Subtitle = said
	}
	return e
}

// goneIssues returns tombstones of removed issues (RFC 6721). They stay at the head as long as those of
// pieces.
func goneIssues(e *oped.EditionState, gone []issue) (known []oped.Tombstone) {
	for i := len(gone) - 1; i >= 0; i-- { // the oldest first
		if n := &gone[i]; e.Updated.Sub(n.changed) <= goneFor {
			known = append(known, oped.Tombstone{AtomID: issueID(e, n.Name), At: n.changed})
		}
	}
	return known[max(0, len(known)-maxGone):]
}
