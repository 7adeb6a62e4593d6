// Package oped is the dictionary of the program: its terms, as types, and no code with an effect on the outside world.
// Every other package imports it. It imports the standard library only.
//
// # The words
//
// A [Feed] is a feed we poll. An [Entry] is one item of one feed, as published there. A [Piece] is one op-ed, however
// many feeds carry it. A [Topic] is a subject. A [Rule] puts pieces on a topic. A [Tag] records that a piece is on a
// topic, by whose decision, and why. An [Edition] is a feed we publish. Its [Filter] selects its pieces.
//
// # The way of one entry
//
// Package fetcher turns a [FeedState] into a [Fetched]. Package ingest asks the store for a [Lookup], and turns the
// [Known] data into a [Plan]. The store carries out the plan and returns [Changes]. Package publish renders the changed
// editions.
package oped
