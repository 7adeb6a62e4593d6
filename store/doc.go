// Package store keeps everything oped has ever seen in one SQLite file: feeds and their fetch state, entries
// as received, pieces with their tags, and the record of publication. It is the only package with SQL.
//
// To open a database call [Open]. To add the entries of a fetch call [Entries.Ingest]; to record a curator's
// decision call [Decisions.Decide] or [Decisions.Rearrange]. To read, use the fields of a [Store], one a
// noun: [Store.Pieces], [Store.Editions], [Store.Feeds] and the others.
//
// # One transaction from question to answer
//
// Ingest loads the entries and pieces named by a Lookup, calls its caller to decide, and writes the Plan, all
// in one transaction together with the feed's new validators. So a document's validators are never durable
// before its entries are, and two fetches with the same piece can never both see it as new. Concurrent
// callers share one transaction and one flush to disk. Each has a savepoint of its own, so that a failing
// plan fails alone.
//
// # Promises
//
//   - What Ingest has acknowledged survives kill -9 and a power cut (synchronous=FULL).
//   - The AtomID of a piece or of an edition never changes once it is stored (RFC 4287 §4.2.6).
//   - The record of publication only grows.
//   - The time of an edition never goes back, except by the undo of a decision that advanced it.
//   - There is no clock in here: times come in as arguments or in the plan, and are kept to the millisecond in UTC.
//   - Nothing here outlives the call that began it.
//
// # Access
//
// One process at a time opens the database for writing; a second one gets ErrInUse. Any number may open it
// with Options.ReadOnly meanwhile. Leases on feeds live in the memory of the writer, and so vanish with it:
// after a crash every feed being fetched is due again, and no other is.
//
// # The file
//
// Tables are STRICT, times INTEGER milliseconds since 1970, NULL where unknown. schema.sql shows the whole
// schema on one page; a test compares it with the migrations. Words, bylines and fingerprints are computed from
// rows; Open computes those of another version of the code again. What SQLite alone has is in dialect.go.
package store
