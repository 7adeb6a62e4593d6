package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"oped/config"
	"oped/dedup"
	"oped/fit"
)

// decided has the pieces decided by curators for one topic, as examples.
type decided struct {
	examples  []fit.Example
	addresses map[string]bool // of all their entries, canonical
}

// readDecided reads the pieces that curators put on a topic or took off it. Without a database there are none.
func readDecided(ctx context.Context, cfg *config.Config, topic string, o Options) (decided, error) {
	all := decided{addresses: map[string]bool{}}
	p, err := OpenReadOnly(ctx, cfg, o)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return all, err
	}
	defer p.Close()
	on, err := judgedPieces(ctx, p.store, topic)
	if err != nil {
		return all, err
	}
	pieces, err := p.store.Pieces.Seen(ctx, slices.Sorted(maps.Keys(on)))
	if err != nil {
		return all, err
	}
	rules := rulesOf(cfg, cfg.Tagger)
	for i := range pieces {
		piece := &pieces[i]
		lead := piece.Lead()
		all.examples = append(all.examples, fit.Example{
			ID:     fmt.Sprint("piece ", piece.ID),
			On:     on[piece.ID],
			Source: strings.ToLower(cmp.Or(siteOf(lead.URL), lead.Publisher)),
			Values: measure(cfg.Tagger, rules.Doc(piece), topic),
		})
		for j := range piece.Entries {
			if address := piece.Entries[j].URL; address != "" {
				all.addresses[dedup.CanonicalURL(address)] = true
			}
		}
	}
	return all, nil
}
