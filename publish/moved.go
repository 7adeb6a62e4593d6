package publish

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"oped"
)

// concerned are the pieces whose pages may read differently where these were touched: themselves, those that lead to them, and those that are
// related to them, which tell their titles.
func (p *Publisher) concerned(ctx context.Context, touched []oped.PieceID) ([]oped.PieceID, error) {
	all := slices.Clone(touched)
	relations, err := p.shelf.RelationsOf(ctx, touched)
	if err != nil {
		return nil, err
	}
	for _, id := range touched {
		for _, r := range relations[id] {
			all = append(all, r.Piece, r.Other)
		}
		if p.options.Dir == "" {
			continue // over HTTP, where a piece leads is looked up
		}
		leading, err := p.shelf.LeadingTo(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, leading...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

type movedPage struct {
	frame
	Piece *item
	Say   *pieceWords
}

// moved renders the file of a piece that was merged into another one, and that of the other one where there is none: nothing that is published leads
// nowhere. Files cannot redirect; browsers follow the refresh, and people the link.
func (m *pieceMaker) moved(ctx context.Context, root *os.Root, id, to oped.PieceID) error {
	p, err := m.pieceAt(ctx, to)
	if errors.Is(err, oped.ErrNotFound) {
		return nil // it was merged meanwhile, and will be published again
	}
	if err != nil {
		return err
	}
	if !m.stands(root, pieceFile(to)) && m.fresh[pieceFile(to)] == nil {
		if err := m.file(ctx, root, to); err != nil {
			return err
		}
	}
	it := m.render.newItem(&oped.EditionState{}, m.after.feeds, &p)
	var d digest
	d.strings(m.render.print, "moved", it.Title, it.Lang, m.render.pieceURL(to))
	made := d.sum()
	if m.standsOf(root, pieceFile(id), made) {
		return nil
	}
	said := wordsIn(it.Lang)
	page := movedPage{m.render.frame(said.lang, it.Title, "", m.render.pieceURL(to)), it, &said.piece}
	page.Dir, page.Refresh, page.Made = direction(said.lang, ""), page.Canonical, made
	var b bytes.Buffer
	if err := m.render.pages.ExecuteTemplate(&b, "moved", page); err != nil {
		return err
	}
	m.fresh[pieceFile(id)], err = m.zip.representation(htmlType, m.render.pagePolicy(), time.Time{}, b.Bytes())
	return err
}
