package main

import (
	"context"

	"oped/dedup"
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
		for _, address := range t.Addresses {
			for _, key := range dedup.AddressKeys(address) {
				shared[key] = shared[key] || ids[key] != "" && ids[key] != t.AtomID
				ids[key] = t.AtomID
			}
		}
	}
	for key := range shared {
		if shared[key] {
			delete(ids, key) // it tells of no one piece
		}
	}
	kept, err := p.store.Outlive(ctx, ids)
	if err == nil && kept > 0 {
		p.log.Warn("files are younger than the database: pieces that come in again get the ids that readers know", "addresses", kept)
	}
	return err
}
