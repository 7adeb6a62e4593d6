package dedup

import (
	"slices"

	"oped"
	"oped/text"
)

const (
	shingleWords = 5 // words in a shingle
	// Of this many shingles one at least is a fingerprint: texts with a common run of 16 words share one.
	window      = 12
	minShingles = 12 // a text with fewer is not compared by its shingles
)

// FingerprintBits is the number of bits in use of a fingerprint.
const FingerprintBits = 40

// FingerprintVersion is the version of the fingerprints' recipe. Fingerprints are stored, so it changes with
// the recipe.
const FingerprintVersion = "2"

// appendShingles appends a hash of every five-word phrase of the piece itself, in order. Words beside the piece
// are skipped.
func appendShingles(dst []uint64, ts *text.Tokens) []uint64 {
	dst = slices.Grow(dst, len(ts.List))
	var last [shingleWords]uint64
	n := 0
	for i := range ts.List {
		if ts.List[i].Zone.Beside() {
			continue
		}
		copy(last[:], last[1:])
		last[shingleWords-1] = wordHash(ts.Folded(i))
		if n++; n >= shingleWords {
			dst = append(dst, shingleHash(&last))
		}
	}
	return dst
}

// wordHash returns the 64-bit FNV-1a hash of a word.
func wordHash(word []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range word {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// shingleHash combines five hashes into one. It depends on their order, and each of its bits on every word.
func shingleHash(words *[shingleWords]uint64) uint64 {
	var h uint64
	for _, w := range words {
		h = (h ^ w) * 0x9e3779b97f4a7c15
		h ^= h >> 32
	}
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// fingerprintOf returns the fingerprint of a chosen shingle. Shingles are chosen for being small; their
// fingerprints must not be.
func fingerprintOf(shingle uint64) uint64 {
	return shingle * 0xc2b2ae3d27d4eb4f >> (64 - FingerprintBits)
}

// winnow appends the places of the chosen shingles: the smallest of every twelve in a row, of equals the last
// (Schleimer, Wilkerson and Aiken 2003). Of fewer than twelve it chooses none.
func winnow(dst []int, shingles []uint64) []int {
	if len(shingles) < minShingles {
		return dst
	}
	dst = slices.Grow(dst, len(shingles)/5) // of random ones two in thirteen are chosen
	lowest := -1
	for end := window; end <= len(shingles); end++ {
		first := end - window
		switch {
		case lowest < first: // it has left the window
			lowest = first
			for i := first + 1; i < end; i++ {
				if shingles[i] <= shingles[lowest] {
					lowest = i
				}
			}
		case shingles[end-1] <= shingles[lowest]:
			lowest = end - 1
		default:
			continue
		}
		dst = append(dst, lowest)
	}
	return dst
}

// Fingerprints returns the distinct fingerprints of a text, in ascending order. Texts with a common run of 16
// words share one. It returns nil if the text has fewer than 16 words of its own.
func Fingerprints(ts *text.Tokens) []uint64 { return fingerprintsOf(appendShingles(nil, ts)) }

// FingerprintsOf returns the fingerprints of an entry's text, without its learned boilerplate.
func FingerprintsOf(e *oped.Entry) []uint64 {
	var ts text.Tokens
	ts.Scan(e.Text)
	ts.MarkZones(e.Boilerplate...)
	return Fingerprints(&ts)
}

func fingerprintsOf(shingles []uint64) []uint64 {
	chosen := winnow(nil, shingles)
	fingerprints := make([]uint64, 0, len(chosen))
	for _, i := range chosen {
		fingerprints = append(fingerprints, fingerprintOf(shingles[i]))
	}
	slices.Sort(fingerprints)
	return slices.Clone(slices.Compact(fingerprints)) // a repetitive text has few: drop the rest of the memory
}

// own returns the shingles of the author's own words. It drops a stretch if all its fingerprints are common to
// many pieces of the publisher.
func own(shingles []uint64, common func(fingerprint uint64) bool) []uint64 {
	chosen := winnow(nil, shingles)
	if common == nil || len(chosen) == 0 {
		return shingles
	}
	var out []uint64
	next := 0 // the first chosen shingle from i on
	for i, s := range shingles {
		for next < len(chosen) && chosen[next] < i {
			next++
		}
		before, after := max(next-1, 0), min(next, len(chosen)-1)
		if !common(fingerprintOf(shingles[chosen[before]])) || !common(fingerprintOf(shingles[chosen[after]])) {
			out = append(out, s)
		}
	}
	return out
}
