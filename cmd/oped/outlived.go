package main

import (
	"context"

	"oped/dedup"
	"oped/publish"
	"oped/text"
)

// outlive keeps the ids that readers know of pieces and the database does not: an older one was restored, and the files tell of what came after it. The pieces
// get these ids when they are fetched again, from whichever paper.
func (p *pipeline) outlive(ctx context.Context) error {
	told, err := p.publisher.Outlived(ctx)
	if err != nil || len(told) == 0 {
		return err
	}
	ids, shared := map[string]string{}, map[string]bool{}
	for _, t := range told {
		for _, key := range keysOf(&t) {
			shared[key] = shared[key] || ids[key] != "" && ids[key] != t.AtomID
			ids[key] = t.AtomID
		}
	}
	for key := range shared {
		if shared[key] {
			delete(ids, key) // it tells of no one piece
		}
	}
	kept, err := p.store.Outlive(ctx, ids)
	if err == nil && kept > 0 {
		p.log.Warn("files are younger than the database: pieces that come in again get the ids that readers know", "keys", kept)
	}
	return err
}

// keysOf are what an entry has that is of a piece that readers were told of: one of its addresses, or the words that it begins with.
func keysOf(t *publish.Told) (keys []string) {
	for _, address := range t.Addresses {
		keys = append(keys, dedup.AddressKeys(address)...)
	}
	var words text.Tokens
	words.Scan(t.Text)
	words.MarkZones()
	if beginning := dedup.Beginning(&words); beginning != "" {
		keys = append(keys, beginning)
	}
	return keys
}
