package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"time"

	"oped"
)

// archivePageKind is the kind of the HTML pages of archives, for readers with a browser, since browsers
// do not follow the links of a feed. Such a page shows the pieces of its archive as they are now.
// Pieces that left the edition or were withdrawn are not on it.
type archivePageKind struct{ site *site }

func archivePageFile(edition string, number int64) string {
	return fmt.Sprintf("%s/archive/%d/index.html", edition, number)
}

func (archivePageKind) Match(name string) bool {
	_, _, f, ok := archiveOf(name)
	return ok && f == ""
}

func (k archivePageKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	return pagesOf(names, func(name string) (Page, error) { return k.page(ctx, name) })
}

// page returns the page of an archive. An archive without a link to it redirects to the page of the
// edition.
func (k archivePageKind) page(ctx context.Context, name string) (Page, error) {
	edition, number, _, _ := archiveOf(name)
	e := k.site.edition(edition)
	if e == nil {
		return Page{Name: name}, nil
	}
	a, err := k.site.rows.Archives.Page(ctx, edition, number)
	if errors.Is(err, oped.ErrNotFound) {
		b, err := k.site.rows.Archives.Backlog(ctx, edition)
		if err != nil || number > b.Number {
			return Page{Name: name}, err
		}
		return redirected(name, http.StatusTemporaryRedirect, k.site.at.pageURL(edition)), nil
	}
	if err != nil {
		return Page{}, err
	}
	at := pagePlace{
		url:   k.site.at.archivePageURL(edition, number),
		older: k.site.at.olderURL(edition, a.Previous),
		newer: k.site.at.pageURL(edition),
		part:  number,
	}
	if a.Next > 0 {
		at.newer = k.site.at.archivePageURL(edition, a.Next)
	}
	var d hasher
	d.strings(k.site.rendering, name, at.older, at.newer)
	d.edition(e)
	if err := k.site.pieceVersions(ctx, &d, a.Pieces); err != nil {
		return Page{}, err
	}
	said := new(oped.Signals)
	return Page{
		Name:    name,
		Version: d.version(),
		Meta:    k.site.html(time.Time{}), // a piece that leaves takes its time with it
		said:    said,
		Render: func(ctx context.Context, w io.Writer) error {
			pieces, err := k.site.rows.Pieces.Seen(ctx, a.Pieces)
			if err != nil {
				return err
			}
			shown := *e
			shown.Pieces, shown.Updated = len(pieces), lastUpdate(pieces)
			v := k.site.editionPage(&shown, k.site.items.all(&shown, pieces), at)
			*said = v.Signals
			return k.site.pages.Write(w, v)
		},
	}, nil
}

// pieceVersions adds the versions of some pieces to the hash for the version of a page.
func (s *site) pieceVersions(ctx context.Context, d *hasher, ids []oped.PieceID) error {
	return eachHeader(ctx, s.rows, ids, func(h *oped.PieceHeader) {
		d.numbers(int64(h.ID))
		s.hashRows(d, h.Version)
	})
}

func (k archivePageKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	var all []string
	for _, a := range c.Archives {
		all = append(all, archivePageFile(a.Edition, a.Number))
	}
	for _, name := range k.site.changedEditions(c) {
		for part := range slices.Chunk(c.Pieces, pageOfIDs) {
			numbers, err := k.site.rows.Archives.With(ctx, name, part)
			if err != nil {
				return failing(err)
			}
			for _, number := range numbers {
				all = append(all, archivePageFile(name, number))
			}
		}
	}
	slices.Sort(all)
	return each(slices.Compact(all))
}

func (k archivePageKind) All(ctx context.Context) iter.Seq2[string, error] {
	return k.site.archiveNames(ctx, k.site.editionNames(), func(edition string, number int64) []string {
		return []string{archivePageFile(edition, number)}
	})
}
