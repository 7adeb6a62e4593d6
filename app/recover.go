package app

import (
	"context"

	"oped"
	"oped/dedup"
	"oped/publish"
	"oped/text"
)

// recoverIDs recovers the ids of pieces that readers know and the database does not. That happens after
// restoring an older database: the exported files list the newer pieces. These pieces get their ids back when
// they are fetched again, from any publisher. Pieces withdrawn since the copy are published again, and a curator
// has to decide on them.
func (p *App) recoverIDs(ctx context.Context) error {
	if err := p.advance(ctx); err != nil {
		return err
	}
	known, err := p.publisher.RecoveredPieces(ctx)
	if err != nil || len(known) == 0 {
		return err
	}
	var pieces []oped.RecoveredID
	for i := range known {
		if !known[i].Withdrawn {
			pieces = append(pieces, recoveredID(&known[i]))
		} else if have, err := p.store.Pieces.Get(ctx, known[i].AtomID); err != nil || !have.Withdrawn {
			p.log.Warn("piece was withdrawn after the backup of the restored database", "piece", known[i].AtomID,
				"hint", "it is published again, now or when it is fetched again: oped piece withdraw removes it")
		}
	}
	kept, err := p.store.Entries.PutRecoveredIDs(ctx, pieces)
	if err == nil && kept > 0 {
		p.log.Warn("files are newer than the database: pieces fetched again get the ids that readers know", "keys",
			kept)
	}
	return err
}

// advance moves the number of changes past the last exported one, so that none is used twice.
func (p *App) advance(ctx context.Context) error {
	exported := p.publisher.Exported()
	c, err := p.store.Changes.Since(ctx, exported)
	if err != nil || c.Number >= exported {
		return err
	}
	if err := p.publisher.Void(); err != nil {
		return err
	}
	return p.store.Changes.Advance(ctx, exported)
}

// recoveredID returns the id of a published piece with the keys that identify its entries: their addresses and
// the beginning of their text.
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
