package app

import (
	"context"

	"oped"
	"oped/dedup"
	"oped/publish"
	"oped/text"
)

// recoverIDs keeps the ids that readers know of pieces and the database does not: an older one was restored, and the files tell of what came after it. The pieces
// get these ids when they are fetched again, from whichever paper. What was withdrawn since stands again, which somebody has to decide on.
func (p *App) recoverIDs(ctx context.Context) error {
	if err := p.advance(ctx); err != nil {
		return err
	}
	known, err := p.Publisher.RecoveredPieces(ctx)
	if err != nil || len(known) == 0 {
		return err
	}
	var pieces []oped.RecoveredID
	for i := range known {
		if !known[i].Withdrawn {
			pieces = append(pieces, recoveredID(&known[i]))
		} else if have, err := p.Store.Pieces.Get(ctx, known[i].AtomID); err != nil || !have.Withdrawn {
			p.Log.Warn("withdrawn after the copy of the database was made that was restored", "piece", known[i].AtomID, "hint", "it stands again, now or when it comes in again: oped piece withdraw")
		}
	}
	kept, err := p.Store.Entries.PutRecoveredIDs(ctx, pieces)
	if err == nil && kept > 0 {
		p.Log.Warn("files are younger than the database: pieces that come in again get the ids that readers know", "keys", kept)
	}
	return err
}

// advance lets no change have a number again that files were exported with.
func (p *App) advance(ctx context.Context) error {
	exported := p.Publisher.Exported()
	c, err := p.Store.Changes.Since(ctx, exported)
	if err != nil || c.Number >= exported {
		return err
	}
	if err := p.Publisher.Void(); err != nil {
		return err
	}
	return p.Store.Changes.Advance(ctx, exported)
}

// recoveredID is a piece that readers were told of, with what its entries have in common with it: an address, or the words that they begin with.
func recoveredID(t *publish.RecoveredPiece) oped.RecoveredID {
	var words text.Tokens
	words.Scan(t.Text)
	words.MarkZones()
	o := oped.RecoveredID{AtomID: t.AtomID, Title: t.Title, Beginning: dedup.Beginning(&words)}
	for _, address := range t.Addresses {
		o.Keys = append(o.Keys, dedup.AddressKeys(address)...)
	}
	if o.Beginning != "" {
		o.Keys = append(o.Keys, o.Beginning)
	}
	return o
}
