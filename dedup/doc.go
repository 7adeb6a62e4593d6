// Package dedup answers one question: is this entry that piece?
//
// It answers in two steps. Keys finds candidates: whatever is the same piece shares a key. Find then decides, with evidence and with
// guards, since text alone is not enough: a re-run is the same text at another time, a stub the same text under every headline.
//
// An entry has an identity within its feed as well, which Identify names: guid, else link, else title and date, with aliases, so that an
// entry whose guid changes stays the same entry.
//
// Everything here is pure.
package dedup
