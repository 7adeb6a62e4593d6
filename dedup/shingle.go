package dedup

import (
	"slices"

	"oped"
	"oped/text"
)

const (
	shingleWords = 5  // words in a run that is compared as one
	window       = 12 // shingles of which one at least leaves its fingerprint: texts that share a run of 16 words share a fingerprint
	minShingles  = 12 // shingles that a text must have to be told by them
)

// FingerprintBits is how many bits of a fingerprint count.
const FingerprintBits = 40

// FingerprintVersion names what fingerprints are made of. They are stored, so it changes with it.
const FingerprintVersion = "2"

// AppendShingles appends a hash of every run of five words of the piece itself, in their order: what stands beside the piece
// is cut out before.
func AppendShingles(dst []uint64, ts *text.Tokens) []uint64 {
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

// wordHash is the 64-bit FNV-1a hash of a word.
func wordHash(word []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range word {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// shingleHash makes one hash of five, in which their order counts and every bit depends on every word.
func shingleHash(words *[shingleWords]uint64) uint64 {
	var h uint64
	for _, w := range words {
		h = (h ^ w) * 0x9e3779b97f4a7c15
		h ^= h >> 32
	}
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// fingerprintOf is the fingerprint that a shingle leaves, if it is chosen. It is chosen for being small, and the fingerprint must not be.
func fingerprintOf(shingle uint64) uint64 {
	return shingle * 0xc2b2ae3d27d4eb4f >> (64 - FingerprintBits)
}

// winnow appends the places of the shingles that leave their fingerprints: of every twelve in a row the least, of equals the last
// (Schleimer, Wilkerson and Aiken 2003). Of fewer than twelve none is chosen.
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

// Fingerprints are the fingerprints of a text, each once, in ascending order: those that texts with a run of 16 words in common share. nil:
// the text has fewer than 16 words of its own.
func Fingerprints(ts *text.Tokens) []uint64 { return fingerprintsOf(AppendShingles(nil, ts)) }

// FingerprintsOf are the fingerprints of an entry's text, without the furniture that was learned in it.
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
	return slices.Clone(slices.Compact(fingerprints)) // of a text that repeats itself few remain, which are kept
}

// own are the shingles that are an author's words: not those of a stretch all of whose fingerprints are common to many pieces of the publisher.
func own(shingles []uint64, common func(print uint64) bool) []uint64 {
	chosen := winnow(nil, shingles)
	if common == nil || len(chosen) == 0 {
		return shingles
	}
	var out []uint64
	next := 0 // the first chosen shingle that does not stand before i
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
