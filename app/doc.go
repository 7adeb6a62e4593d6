// Package app holds every operation of oped. It prints nothing and knows no command line.
//
// To open a store for writing, call [Open]. To fetch on schedule, publish and serve, call [Serve]. The other
// operations are methods of one type for each noun: [Pieces], [Topics], [Feeds] and [Decisions]. They take values and
// return values.
package app
