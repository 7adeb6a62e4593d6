package publish

import (
	"context"
	"io"
	"iter"
	"slices"

	"oped"
	"oped/publish/feed"
	"oped/text"
)

// issueKind is the kind of the pages and documents of the issues of digest editions. The documents are
// the archives of the edition (RFC 5005 §4). Each holds one issue for ever. Unlike the archives of
// other editions, they follow from rows, so that withdrawn pieces leave them.
type issueKind struct{ site *site }

func issueFeedFile(edition, name string, f feed.Format) string {
	return edition + "/" + name + "." + string(f)
}

// issueName matches the names of periods.
const issueName = `[0-9]{4}-(?:W[0-9]{2}|[0-9]{2}(?:-[0-9]{2})?)`

var issueFileName = text.Pattern(`^([a-z0-9-]{1,64})/(` + issueName + `)(?:/index\.html|\.(atom|json))$`)

// issueAt is the issue of a page.
type issueAt struct {
	of     *digestIssues
	at     int         // index of the issue
	format feed.Format // "": the page for people
}

// issueNamed finds the issue of a page by name.
func (k issueKind) issueNamed(name string) (in issueAt, ok bool) {
	m := issueFileName().FindStringSubmatch(name)
	if m == nil || k.site.digests[m[1]] == nil {
		return in, false
	}
	in.of, in.format = k.site.digests[m[1]], feed.Format(m[3])
	in.at = slices.IndexFunc(in.of.all, func(n issue) bool { return n.Name == m[2] })
	return in, in.at >= 0
}

// document returns the archive with an issue.
func (in *issueAt) document() *document {
	n := &in.of.all[in.at]
	s := &document{Edition: in.of.edition, Issue: n.Name}
	s.Edition.Updated = n.updated()
	if in.at > 0 {
		s.Later = in.of.all[in.at-1].Name
	}
	s.follows(in.of.all[in.at+1:], in.of.archive)
	return s
}

// follows sets the predecessor of a document of a digest: the newest of these issues or, without any,
// the archive from the time before the edition was a digest.
func (s *document) follows(older []issue, archive int64) {
	s.Earlier, s.Previous = "", 0
	if len(older) > 0 {
		s.Earlier = older[0].Name
	} else {
		s.Previous = archive
	}
}

func (issueKind) Match(name string) bool { return issueFileName().MatchString(name) }

func (k issueKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	return pagesOf(names, func(name string) (Page, error) {
		in, ok := k.issueNamed(name)
		if !ok {
			return Page{Name: name}, nil
		}
		return k.page(ctx, name, in)
	})
}

func (k issueKind) page(ctx context.Context, name string, in issueAt) (Page, error) {
	n, s := &in.of.all[in.at], in.document()
	e := &s.Edition
	var d hasher
	d.strings(k.site.rendering, name, s.Issue, s.Earlier, s.Later)
	d.edition(e)
	d.numbers(s.Previous)
	d.times(e.Updated)
	if err := k.site.pieceVersions(ctx, &d, n.ids); err != nil {
		return Page{}, err
	}
	modified := believable(e.Updated)
	p := Page{Name: name, Version: d.version(), Meta: k.site.html(modified), said: new(oped.Signals)}
	if in.format != "" {
		p.Meta = k.site.feed(in.format, modified)
	}
	p.Render = func(ctx context.Context, w io.Writer) error {
		n, err := k.site.readIssue(ctx, e.Name, *n)
		if err != nil {
			return err
		}
		all := k.site.items.all(&in.of.edition, n.pieces)
		*p.said = signals(all)
		if in.format != "" {
			_, err := k.site.write(w, in.format, s, k.site.items.issueEntries(e, []issue{n}))
			return err
		}
		at := pagePlace{url: k.site.at.issueURL(e.Name, n.Name), older: k.site.at.olderPages(in.of)[in.at+1]}
		shown := k.issueEdition(in.of.edition, &n)
		return k.site.pages.Write(w, k.site.editionPage(&shown, all, at))
	}
	return p, nil
}

// Affected returns the pages of all issues of changed editions, since each links to its neighbours.
// Some issues may no longer have a page.
func (k issueKind) Affected(_ context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	return k.of(c.Editions, true)
}

func (k issueKind) All(context.Context) iter.Seq2[string, error] {
	return k.of(k.site.editionNames(), false)
}

// of returns the names of the pages of all issues, with empty also of issues without a piece.
func (k issueKind) of(editions []string, empty bool) iter.Seq2[string, error] {
	var all []string
	for _, edition := range editions {
		d := k.site.digests[edition]
		if d == nil {
			continue
		}
		issues := mapped(d.all, func(n issue) string { return n.Name })
		if empty {
			issues = append(issues, d.empty...)
		}
		for _, n := range issues {
			for _, f := range archiveFormats() {
				all = append(all, issueFeedFile(edition, n, f))
			}
			all = append(all, issueFile(edition, n))
		}
	}
	return each(all)
}
