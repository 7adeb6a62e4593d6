package text

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// writers write the same word in different characters: different forms of a letter, mark or joiner.
type writers struct {
	dashes, doubles, apostrophes []string
	joiners                      []string            // invisible characters
	within                       bool                // between two letters only
	forms                        map[string][]string // presentation forms of an Arabic letter, or of two
}

func newWriters() writers {
	w := writers{
		dashes:      []string{"-", "−", "⁃"},
		doubles:     strings.Split("“ ” „ ‟ « » ＂ \"", " "),
		apostrophes: strings.Split("' ‘ ’ ‚ ‛ ʼ ′ ‹ › ＇", " "),
		joiners:     []string{"", "", "\u200c", "\u200d", "\u200b", "\u00ad", "\u2060", "\ufeff"},
		forms:       map[string][]string{},
	}
	for r := range rune(0x20000) {
		if unicode.Is(unicode.Pd, r) {
			w.dashes = append(w.dashes, string(r))
		}
		if unicode.IsLetter(r) && (0xfb50 <= r && r <= 0xfdff || 0xfe70 <= r && r <= 0xfeff) {
			w.forms[norm.NFKD.String(string(r))] = append(w.forms[norm.NFKD.String(string(r))], string(r))
		}
	}
	return w
}

// write rewrites a text, choosing a form for each character.
func (w writers) write(t *rapid.T, s string) string {
	pick := func(choices []string) string { return rapid.SampledFrom(choices).Draw(t, "choice") }
	var out strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		one := string(runes[i])
		switch {
		case one == "-":
			out.WriteString(pick(w.dashes))
		case one == `"`:
			out.WriteString(pick(w.doubles))
		case one == "'":
			out.WriteString(pick(w.apostrophes))
		case i+1 < len(runes) && w.forms[string(runes[i:i+2])] != nil && rapid.Bool().Draw(t, "ligature"):
			out.WriteString(pick(w.forms[string(runes[i:i+2])]))
			i++
		default:
			out.WriteString(pick(append([]string{one}, w.forms[one]...)))
		}
		if !w.within || unicode.IsLetter(runes[i]) && i+1 < len(runes) && unicode.IsLetter(runes[i+1]) {
			out.WriteString(pick(w.joiners))
		}
	}
	return out.String()
}

var samples = []string{
	"Pak-US ties", `the "pivot"`, "don't", "Pakistan's F-16s", "پاکستان", "امریکہ اور ایران", "اسلام آباد", "کالا باغ",
	"لاہور-دہلی", "گلگت بلتستان", "ہے", "پی ٹی آئی", "Erdoğan's", "خبریں", "\"لیاقت\"",
}

// TestFold_IgnoresTypography checks that any dashes, quotation marks, joiners or presentation forms give the
// same fold.
func TestFold_IgnoresTypography(t *testing.T) {
	w := newWriters()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(samples).Draw(t, "sample")
		if variant := w.write(t, s); Fold(variant) != Fold(s) {
			t.Fatalf("%q folds to %q, %q to %q", variant, Fold(variant), s, Fold(s))
		}
	})
}

// TestScan_IgnoresTypography checks that the words are the same, too, with a joiner inside. Quotation marks
// other than apostrophes are excepted.
func TestScan_IgnoresTypography(t *testing.T) {
	w := newWriters()
	w.apostrophes, w.within = []string{"'", "’"}, true
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(samples).Draw(t, "sample")
		if variant := w.write(t, s); folds(scan(variant)) != folds(scan(s)) {
			t.Fatalf("%q has the words %q, %q has %q", variant, folds(scan(variant)), s, folds(scan(s)))
		}
	})
}

// TestFold_IsIdempotent checks any text, texts full of marks and folding letters, and every single character
// that is no ideograph.
func TestFold_IsIdempotent(t *testing.T) {
	for r := range rune(0x20000) { // ideographs begin there
		if once := Fold(string(r)); Fold(once) != once {
			t.Fatalf("%U folds to %q, and that to %q", r, once, Fold(once))
		}
	}
	odd := rapid.StringOf(
		rapid.RuneFrom(nil, unicode.Latin, unicode.Arabic, unicode.Mn, unicode.Cf, unicode.Pd, unicode.Hangul,
			unicode.Greek))
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), odd,
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "s")
		if once := Fold(s); Fold(once) != once {
			t.Fatalf("Fold(%q) = %q, again %q", s, once, Fold(once))
		}
	})
}
