package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"oped"
	"oped/dedup"
	"oped/store"
	"oped/text"
)

// reference is the piece, or the appearance of a piece, named by a person.
type reference struct {
	ref   string
	piece oped.Piece
	rows  []int64 // rows of the named appearances; none: the piece as a whole
}

var numbered = regexp.MustCompile(`^([0-9]{1,18})#([0-9]{1,9})$`)

// find resolves a reference: an appearance by its address or by PIECE#N, or a piece by its AtomID or number.
func find(ctx context.Context, st *store.Store, ref string) (reference, error) {
	r := reference{ref: ref}
	var err error
	if n := numbered.FindStringSubmatch(ref); n != nil {
		if r.piece, err = findPiece(ctx, st, n[1]); err != nil {
			return r, err
		}
		if fmt.Sprint(r.piece.ID) != strings.TrimLeft(n[1], "0") { // its appearances had other numbers before the merge
			return r, oped.Invalid(fmt.Sprintf("piece %s was merged into piece %d", n[1], r.piece.ID),
				fmt.Sprintf("oped piece show %d numbers its appearances", r.piece.ID)).
				OnDesk("load the page again, and choose among its appearances")
		}
		at := appearances(&r.piece)
		i, _ := strconv.Atoi(n[2])
		if i < 1 || i > len(at) {
			return r, oped.Invalid(
				fmt.Sprintf("piece %d has %s, and no #%s", r.piece.ID, text.Count(len(at), "appearance"), n[2]),
				fmt.Sprintf("oped piece show %d numbers them", r.piece.ID)).
				OnDesk("load the page again, and choose among them")
		}
		r.rows = []int64{at[i-1].Row}
		return r, nil
	}
	if r.piece, err = findPiece(ctx, st, ref); err != nil {
		return r, err
	}
	at := dedup.CanonicalURL(ref)
	for i := range r.piece.Entries {
		e := &r.piece.Entries[i]
		if ref != r.piece.AtomID && e.URL != "" && (e.URL == ref || at != "" && dedup.CanonicalURL(e.URL) == at) {
			r.rows = append(r.rows, e.Row)
		}
	}
	return r, nil
}

// appearances returns the appearances of a piece in the order of their numbers. That is the order of storage, so
// a new lead entry or a new copy does not renumber them.
func appearances(p *oped.Piece) []oped.Entry {
	all := slices.Clone(p.Entries)
	slices.SortFunc(all, func(a, b oped.Entry) int { return cmp.Compare(a.Row, b.Row) })
	return all
}

// numberOf returns PIECE#N for an appearance of a piece.
func numberOf(p *oped.Piece, e *oped.Entry) string {
	at := slices.IndexFunc(appearances(p), func(a oped.Entry) bool { return a.Row == e.Row })
	return fmt.Sprintf("%d#%d", p.ID, at+1)
}

// piecesOf returns the pieces named by references, without duplicates.
func piecesOf(refs []reference) (ids []oped.PieceID) {
	for _, r := range refs {
		if !slices.Contains(ids, r.piece.ID) {
			ids = append(ids, r.piece.ID)
		}
	}
	return ids
}

// appearance returns the row of the one appearance named by a reference.
func (r *reference) appearance() (int64, error) {
	show := fmt.Sprintf("oped piece show %d numbers its appearances: write one as %d#2", r.piece.ID, r.piece.ID)
	look := fmt.Sprintf("the page of piece %d has its appearances", r.piece.ID)
	switch {
	case len(r.piece.Entries) == 1:
		return 0, oped.Invalid(
			fmt.Sprintf("piece %d has only one appearance: there is nothing to split off", r.piece.ID), show).OnDesk(look)
	case len(r.rows) == 0:
		return 0, oped.Invalid(
			fmt.Sprintf("%s names piece %d as a whole, not one of its %d appearances", r.ref, r.piece.ID,
				len(r.piece.Entries)), show).OnDesk(look)
	case len(r.rows) > 1:
		return 0, oped.Invalid(
			fmt.Sprintf("%s is the address of %d appearances of piece %d", r.ref, len(r.rows), r.piece.ID), show).OnDesk(look)
	}
	return r.rows[0], nil
}

// pieceAddress matches the address of our page about a piece, whole or within the site.
var pieceAddress = regexp.MustCompile(`(?:^|/)piece/([0-9]{1,18})(?:/(?:index\.html)?)?(?:[?#].*)?$`)

// findPiece finds a piece by its number, its AtomID, the address of an entry, or that of its page.
func findPiece(ctx context.Context, st *store.Store, ref string) (oped.Piece, error) {
	p, err := st.Pieces.Get(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		if u := dedup.CanonicalURL(ref); u != "" && u != ref {
			p, err = st.Pieces.Get(ctx, u)
		}
	}
	if m := pieceAddress.FindStringSubmatch(ref); m != nil && errors.Is(err, store.ErrNotFound) {
		p, err = st.Pieces.Get(ctx, m[1])
	}
	if errors.Is(err, store.ErrNotFound) {
		return p, oped.Invalid(fmt.Sprintf("there is no piece %s", ref),
			"name it by its number, by its address in a paper, or by that of its page")
	}
	return p, err
}

// entry returns the named appearance, or the lead entry if the reference names the piece as a whole.
func (r *reference) entry() *oped.Entry {
	for i := range r.piece.Entries {
		if len(r.rows) > 0 && r.piece.Entries[i].Row == r.rows[0] {
			return &r.piece.Entries[i]
		}
	}
	return r.piece.Lead()
}
