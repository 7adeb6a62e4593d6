// Package ingest is the heart: it turns one fetch into one plan.
//
// To take fetches into a store call [New] and [Ingester.Handle]. For curators' decisions call [Merge],
// [Split], [Unmerge], [DecideTopic], [UndoTopic], [Curate] and [Withdraw]; for changed rules call [Rejudge].
//
// An Ingester prepares everything that depends on the fetched entries alone (plain text, keys, tags). It
// names the state it needs in a Lookup, and hands the store [Decide]. The store calls it inside its
// transaction with the Known it has loaded. Decide is pure: the same Known and the same fetch give the same
// plan, however often it is called.
//
// Outcomes of an entry: unchanged (known with this hash: nothing to do), changed (known with another hash),
// joined (a copy in an existing piece), new (makes a piece).
package ingest

import (
	"context"

	"oped"
)

// Store is the port of ingest to the store.
type Store interface {
	// Unchanged returns the stored hash of each known identity key of a feed. It is a hint.
	Unchanged(ctx context.Context, feedURL string, keys []string) (map[string][32]byte, error)
	// Ingest loads the state named by lookup, calls decide and applies its plan, in one transaction. It may
	// call decide again when the transaction has to be retried.
	Ingest(ctx context.Context, l oped.Lookup, decide func(oped.Known) oped.Plan) (oped.Changes, error)
}
