// Package app is oped, opened: every verb of the product. It prints nothing and knows no command line.
//
// To open it for writing, call [Open]. To fetch on schedule, publish and serve, call [Serve]. The verbs are methods of a
// type a noun: [Pieces], [Topics], [Feeds], [Decisions]. They take values and return values.
package app
