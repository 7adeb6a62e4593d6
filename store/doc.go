// Package store keeps everything oped has ever seen in one SQLite file: feeds and what fetching them has
// taught, entries as they were received, pieces with their tags, and what has been published. SQL stands in
// this package only.
//
// # One transaction from question to answer
//
// Ingest loads what a Lookup names, lets its caller decide, and writes the Plan, all in one transaction
// together with the feed's new validators. So a document's validators are never durable before its entries
// are, and two fetches that carry the same piece can never both believe that it is new. Callers that come at
// the same time share one transaction and one flush to disk; each has a savepoint of its own, so that a plan
// that cannot be carried out fails alone.
//
// # Promises
//
//   - What Ingest has acknowledged survives kill -9 and a power cut (synchronous=FULL).
//   - The AtomID of a piece or of an edition never changes once it is stored (RFC 4287 §4.2.6).
//   - The record of publication only grows.
//   - The time of an edition never goes back, but where a decision is taken back that moved it on.
//   - There is no clock in here: times come in as arguments or in the plan, and are kept to the millisecond in UTC.
//   - Nothing here outlives the call that began it.
//
// # Who may open it
//
// One process at a time opens the database for writing; a second one is refused with ErrInUse. Any number may
// open it with Options.ReadOnly meanwhile. Leases on feeds live in the memory of the writer, and so vanish
// with it: after a crash every feed that was being fetched is due again, and no other is.
//
// # The file
//
// Tables are STRICT, times INTEGER milliseconds since 1970, NULL where unknown. schema.sql shows the whole
// schema on one page; a test holds it against what the migrations make.
package store
