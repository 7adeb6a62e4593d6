package text

import (
	"strings"
	"testing"

	"github.com/clipperhouse/uax29/v2/words"
)

// TestKnownBoundary_FollowsUAX29 compares the table of classes with UAX 29: every character of it, in every
// neighbourhood with an effect.
func TestKnownBoundary_FollowsUAX29(t *testing.T) {
	near := []string{
		"", "a", "1", " ", ".", "'", "’", ",", ":", "_", "\n", "\r", "“", "—", "ا", "۱", "é", "ِ", "\u200d", "\u00ad",
		"中", "א", "\"", "😀", "\xff",
	}
	var known []string
	for r := range classes {
		if classes[r] != classUnknown {
			known = append(known, string(rune(r)))
		}
	}
	for _, r := range "‘’–—“”…" {
		known = append(known, string(r))
	}
	for _, c := range known {
		for _, before := range near {
			for _, after := range near {
				for _, s := range []string{
					before + c + after, before + c + after + "a", before + c + after + "1", c + before + c + after + c,
				} {
					sameBoundaries(t, s)
				}
			}
		}
	}
}

func sameBoundaries(t testing.TB, s string) {
	it := words.FromString(s)
	for i := 0; it.Next(); i = it.End() {
		if end := boundary(s, i); end != it.End() {
			t.Fatalf("%q: a segment from %d ends at %d, by UAX 29 at %d", s, i, end, it.End())
		}
	}
}

// TestKnownBoundary_SufficesForEnglishAndUrdu checks that plain English and Urdu need no Unicode table.
func TestKnownBoundary_SufficesForEnglishAndUrdu(t *testing.T) {
	s := strings.Repeat(
		"He didn’t say “no” – or did he… 3.5 per cent, Pakistan's share; café: پاکستان اور امریکہ، دونوں۔\n", 2)
	for i := 0; i < len(s); {
		end := knownBoundary(s, i)
		if end == i {
			t.Fatalf("the boundary after %q is not known", s[:i])
		}
		i = end
	}
}
