// Package dedup decides whether an entry belongs to a known piece.
//
// To decide, get the candidates and judge them. [Keys] returns the keys of an entry: entries of the same piece
// share one. [Index.Alike] finds the pieces with the same fingerprints. [Comparer.Find] then judges the
// candidates, by evidence and guards. Text alone is not enough: a re-run is the same text at another time, a
// stub the same text under every headline. To show the evidence for two entries, call [Explain].
//
// An entry has an identity within its feed as well. [Identify] returns its keys: guid, else link, else title
// and date. Further keys are aliases, so that an entry with a new guid stays the same entry.
//
// The package is pure: it uses no clock, network, file or logger.
package dedup
