package dedup

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"oped/text"
)

// guarantee checks the promise of winnowing: two texts with twelve consecutive shingles in common share a
// fingerprint, and the list of neither text lacks one of its own.
func guarantee(t *testing.T, before, shared, after []uint64, otherBefore, otherAfter []uint64) {
	a := slices.Concat(before, shared, after)
	b := slices.Concat(otherBefore, shared, otherAfter)
	pa, pb := fingerprintsOf(a), fingerprintsOf(b)
	if len(shared) >= window && !slices.ContainsFunc(pa, func(p uint64) bool { return slices.Contains(pb, p) }) {
		t.Fatalf("%d shingles in common, no fingerprint: %x %x", len(shared), a, b)
	}
	last := -1
	for _, i := range winnow(nil, a) {
		if i <= last || i-last > window {
			t.Fatalf("chosen %d after %d", i, last)
		}
		last = i
	}
	if len(a) >= window && len(a)-last > window {
		t.Fatalf("nothing chosen among the last %d", len(a)-last)
	}
}

// TestWinnowingGuarantee tries a million cases; FuzzWinnow goes on.
func TestWinnowingGuarantee(t *testing.T) {
	cases := 1_000_000
	if testing.Short() || raced {
		cases = 10_000
	}
	r := rand.New(rand.NewPCG(1, 2))
	some := func(n int) []uint64 {
		out := make([]uint64, n)
		values := uint64(1) << (2 + r.IntN(20)) // few values, so that many are equal
		for i := range out {
			out[i] = r.Uint64N(values) << (64 - FingerprintBits)
		}
		return out
	}
	for range cases {
		guarantee(t, some(r.IntN(20)), some(r.IntN(30)), some(r.IntN(20)), some(r.IntN(20)), some(r.IntN(20)))
	}
}

func FuzzWinnow(f *testing.F) {
	f.Add([]byte("before"), []byte(strings.Repeat("shared ", 30)), []byte("after"))
	f.Fuzz(func(t *testing.T, before, shared, after []byte) {
		shingles := func(b []byte) (out []uint64) {
			for len(b) >= 2 {
				out = append(out, uint64(binary.LittleEndian.Uint16(b))<<(64-FingerprintBits))
				b = b[2:]
			}
			return out
		}
		guarantee(t, shingles(before), shingles(shared), shingles(after), shingles(after), shingles(before))
	})
}

// FuzzFingerprints checks that texts with a common run of 16 words share a fingerprint, whatever surrounds it,
// and that fingerprints depend only on the words.
func FuzzFingerprints(f *testing.F) {
	f.Add("one two", "a b c d e f g h i j k l m n o p", "three")
	f.Add("", "پاکستان اور امریکہ کے تعلقات کی تاریخ بہت پرانی ہے اور اس میں کئی نشیب و فراز", "U.S. policy")
	f.Fuzz(func(t *testing.T, before, shared, after string) {
		scan := func(s string) *text.Tokens {
			var ts text.Tokens
			ts.Scan(s)
			return &ts
		}
		run := scan(shared)
		if len(run.List) < shingleWords+window-1 {
			return
		}
		var words []string
		for i := range run.List {
			words = append(words, string(run.Folded(i)))
		}
		whole := scan(before + "\n" + strings.Join(words, " ") + "\n" + after)
		if len(whole.List) != len(scan(before).List)+len(words)+len(scan(after).List) {
			return // folded words may have other boundaries
		}
		a, b := Fingerprints(scan(strings.Join(words, " "))), Fingerprints(whole)
		if len(a) > 0 && !slices.ContainsFunc(a, func(p uint64) bool { return slices.Contains(b, p) }) {
			t.Fatalf("%q in %q: no fingerprint in common", words, whole.Text)
		}
	})
}

// TestFingerprints_AreStable pins fingerprints: they are stored, so their recipe may change only with
// FingerprintVersion.
func TestFingerprints_AreStable(t *testing.T) {
	var ts text.Tokens
	ts.Scan("The two countries have known each other for seventy-eight years, and in that time they have been " +
		"allies, strangers and something in between.")
	if got, want := Fingerprints(&ts), []uint64{0x8f2f338584}; FingerprintVersion != "2" || !slices.Equal(got, want) {
		t.Errorf("version %s: %#x", FingerprintVersion, got)
	}
}

// TestFingerprints_KeepLittleMemory checks that a repetitive text has few fingerprints, with the memory of
// few.
func TestFingerprints_KeepLittleMemory(t *testing.T) {
	var ts text.Tokens
	ts.Scan(strings.Repeat("a b ", 100_000))
	ts.MarkZones()
	fingerprints := Fingerprints(&ts)
	if len(fingerprints) == 0 || cap(fingerprints) > 2*len(fingerprints)+8 {
		t.Errorf("%d fingerprints with room for %d", len(fingerprints), cap(fingerprints))
	}
}
