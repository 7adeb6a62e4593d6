package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"oped"
	"oped/config"
	"oped/topic"
)

// ListedPiece is a piece in a list: a row of oped ls.
type ListedPiece struct {
	Piece   oped.PieceID   `json:"piece"`
	Date    string         `json:"date"`
	Kind    oped.PieceKind `json:"kind"`
	Papers  []string       `json:"papers"` // the publishers of its appearances, that of its lead entry first
	Title   string         `json:"title"`
	Authors []string       `json:"authors"`
	URL     string         `json:"url"`
}

func (c calendar) listed(p *oped.Piece) ListedPiece {
	lead := p.Lead()
	paired := c.paired(p, lead, p.Entries)
	return ListedPiece{
		Piece:   p.ID,
		Date:    paired.Date,
		Kind:    p.Kind,
		Papers:  paired.Papers,
		Title:   paired.Title,
		Authors: authorNames(lead),
		URL:     paired.URL,
	}
}

func authorNames(e *oped.Entry) []string {
	names := []string{}
	for _, a := range e.Authors {
		names = append(names, a.Name)
	}
	return names
}

// Listing selects the pieces of a list.
type Listing struct {
	Of    string // an edition, or a query in the language of topics; "": every piece
	Limit int    // 0 or less: no limit
	News  bool   // news too, except in the list of an edition
}

// List returns pieces, the newest first. It returns Diagnostics for a faulty query.
func (v Pieces) List(ctx context.Context, l Listing) ([]ListedPiece, error) {
	if slices.Contains(v.Editions(), l.Of) {
		return v.listEdition(ctx, l)
	}
	matches := func(*oped.Piece) bool { return true }
	query := topic.IndexQuery{Op: topic.Always}
	if l.Of != "" {
		of := l.Of
		if l.News { // a search without a kind leaves out news
			of = "(" + of + ") AND (kind:news OR NOT kind:news)"
		}
		expr, err := topic.CompileSearch(v.cfg.Lists, topic.KnownOf(v.cfg.Feeds, v.cfg.Topics), of)
		if err != nil {
			return nil, err
		}
		matches, query = matching(ctx, v.cfg, expr), expr.IndexQuery(nil)
	}
	list, days := []ListedPiece{}, calendarOf(v.cfg)
	for one, err := range v.p.store.Pieces.Search(ctx, query, oped.Cursor{}) {
		if err != nil {
			return nil, err
		}
		if (l.News || l.Of != "" || one.Piece.Kind != oped.News) && matches(&one.Piece) {
			list = append(list, days.listed(&one.Piece))
		}
		if len(list) == l.Limit && l.Limit > 0 {
			break
		}
	}
	return list, ctx.Err()
}

// matching returns a function that reports whether an entry of a piece matches an expression. A piece that takes the
// whole budget of a search does not match.
func matching(ctx context.Context, cfg *config.Config, expr *topic.Expr) func(*oped.Piece) bool {
	countries, days := map[string]string{}, calendarOf(cfg)
	for _, f := range cfg.Feeds {
		countries[f.URL] = f.Country
	}
	return func(p *oped.Piece) bool {
		budget := oped.NewBudget(oped.MaxSearchSteps)
		facts := topic.FactsOf(p, days.at(p.Lead()), countries)
		return slices.ContainsFunc(p.Entries, func(e oped.Entry) bool {
			d := topic.DocOf(&e)
			d.Facts = facts
			_, ok, err := expr.Find(ctx, &budget, d)
			return ok && err == nil
		})
	}
}

// listEdition returns the pieces at the head of an edition.
func (v Pieces) listEdition(ctx context.Context, l Listing) ([]ListedPiece, error) {
	ids, err := v.p.store.Editions.Head(ctx, l.Of, l.Limit)
	if err != nil {
		return nil, err
	}
	pieces, err := v.p.store.Pieces.Listed(ctx, ids)
	list, days := []ListedPiece{}, calendarOf(v.cfg)
	for i := range pieces {
		list = append(list, days.listed(&pieces[i]))
	}
	return list, err
}

// Editions returns the names of the editions.
func (v Pieces) Editions() []string {
	names := make([]string, len(v.cfg.Editions))
	for i, e := range v.cfg.Editions {
		names[i] = e.Name
	}
	return names
}

// Reading is a piece to be read: one of its entries with its whole stored text.
type Reading struct {
	ListedPiece
	Topics    []string `json:"topics"`
	Editions  []string `json:"editions"`
	Withdrawn bool     `json:"withdrawn"`
	Also      []Copy   `json:"also"` // its other appearances
	Text      string   `json:"text"` // plain; "" if its feed has none
}

// Copy is an appearance of a piece elsewhere.
type Copy struct {
	Publisher string `json:"publisher"`
	Date      string `json:"date"`
	URL       string `json:"url"`
}

// Read returns a piece with the text of its lead entry, or of the entry with the named address. It returns an Invalid
// error for an unknown piece.
func (v Pieces) Read(ctx context.Context, ref string) (*Reading, error) {
	r, err := find(ctx, v.p.store, ref)
	if err != nil {
		return nil, err
	}
	return calendarOf(v.cfg).reading(&r), nil
}

func (c calendar) reading(r *reference) *Reading {
	p, e := &r.piece, r.entry()
	shown := *p
	shown.Entries = append([]oped.Entry{*e}, slices.DeleteFunc(slices.Clone(p.Entries), func(o oped.Entry) bool {
		return o.Row == e.Row
	})...)
	x := &Reading{
		ListedPiece: c.listed(&shown),
		Topics:      append([]string{}, p.Topics()...),
		Editions:    append([]string{}, p.Editions...),
		Withdrawn:   p.Withdrawn,
		Also:        []Copy{},
		Text:        strings.TrimSpace(e.Text),
	}
	for i := range shown.Entries[1:] {
		o := &shown.Entries[i+1]
		x.Also = append(x.Also, Copy{o.Publisher, c.day(o), o.URL})
	}
	return x
}

// Address returns the number of a piece, and the original address of its lead entry or of the named one. It returns an
// Invalid error if the piece is unknown or has no address.
func (v Pieces) Address(ctx context.Context, ref string) (id oped.PieceID, address string, err error) {
	r, err := find(ctx, v.p.store, ref)
	if err != nil {
		return 0, "", err
	}
	if address = r.entry().URL; address == "" {
		return 0, "", oped.Invalid(fmt.Sprintf("piece %d has no address", r.piece.ID),
			fmt.Sprintf("oped show %d shows its text", r.piece.ID))
	}
	return r.piece.ID, address, nil
}
