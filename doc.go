// Package oped is the dictionary of the program: the things it talks about, and no code that does anything to the
// outside world. Every other package imports it; it imports the standard library only.
//
// # The words
//
// A Feed is what we poll. An Entry is one item of one feed, as it was published there. A Piece is one op-ed, however many
// feeds carry it. A Topic is a subject, a Rule what puts a piece on it, a Tag the fact that a piece is on it, with who and
// why. An Edition is a feed we publish; its Filter says which pieces it takes.
//
// # The way of one entry
//
// fetcher makes a Fetched out of a FeedState, ingest names a Lookup and turns what the store Known about it into a
// Plan, the store carries the plan out and reports Changes, publish renders the editions that changed.
package oped
