// Package ingest is the heart: it turns one fetch into one plan.
//
// An Ingester prepares what depends on the fetched entries alone (plain text, keys, tags), names what has to
// be known, and hands the store Decide, which the store calls inside its transaction with what it Known.
// Decide is pure: the same known and the same fetch give the same plan, however often it is asked.
//
// Fates of an entry: unchanged (known with this hash: nothing to do), changed (known, reads differently),
// joined (a copy of a piece that others carry), new (makes a piece).
package ingest

import (
	"context"

	"oped"
)

// Store is what ingest asks of the store.
type Store interface {
	// Unchanged gives the hash under which identity keys of a feed are known. It is a hint.
	Unchanged(ctx context.Context, feedURL string, keys []string) (map[string][32]byte, error)
	// Ingest loads what lookup names, calls decide and applies its plan, in one transaction. It may call
	// decide again when the transaction has to be retried.
	Ingest(ctx context.Context, l oped.Lookup, decide func(oped.Known) oped.Plan) (oped.Changes, error)
}
