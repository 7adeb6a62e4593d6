package text

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// realTexts are the titles and texts of the shared test data; the test is skipped, aloud, where there are none.
func realTexts(t testing.TB) (texts []string) {
	t.Helper()
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = "../../shared/data"
	}
	for _, name := range []string{"topics/dev.jsonl", "duplicates/dev.jsonl"} {
		f, err := os.Open(filepath.Join(root, name))
		if err != nil {
			t.Skipf("SKIPPED: %v; set OPED_DATA to the folder with the test data", err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var v any
			if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
				t.Fatal(err)
			}
			texts = appendStrings(texts, v)
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

// appendStrings appends every string that a JSON value holds.
func appendStrings(texts []string, v any) []string {
	switch v := v.(type) {
	case string:
		texts = append(texts, v)
	case []any:
		for _, kid := range v {
			texts = appendStrings(texts, kid)
		}
	case map[string]any:
		for _, kid := range v {
			texts = appendStrings(texts, kid)
		}
	}
	return texts
}

// snippets are what invented texts are made of: all that the quick way treats apart, and what it leaves to the tables.
var snippets = []string{
	"a", "US", "Pakistan", "pakistan", "U.S.", "U", "S", "x", "9", "3.5", "1,000", "don't", "don’t", "Pakistan’s", "boss'", "MNAs", "eBay", "The writer", " ", " ", " ", "  ",
	".", ",", ":", ";", "!", "?", "…", "'", "’", "‘", "“", "”", "\"", "-", "–", "—", "−", "‑", "/", "_", "(", ")", "@", "#", "%", "\t", "\n", "\r\n", "\r", "\v", "\u0085",
	"\u2028", "\u2029", "\u00a0", "\u00ad", "\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "é", "e\u0301", "İ", "ſ", "K", "ß", "Ł", "پاکستان", "امریکہ", "ِ", "۔", "،", "؟",
	"۱۲", "١", "ـ", "ﷲ", "ﻻ", "א", "א\"א", "中", "カ", "ﾞ", "한", "😀", "👩\u200d💻", "🇵🇰", "ก", "\u0903", "\u302e", "\U00010348", "\xff", "\xe2\x80", "\xc3", "\x00", "ʼ", "Dr", "vs", "۔ۃ",
	"read more: ", "the views are ", "Original",
}

func sameScan(t interface {
	Fatalf(string, ...any)
}, s string) {
	var quick, slow Tokens
	quick.Scan(s)
	slowScan(&slow, s)
	if string(quick.Arena) != string(slow.Arena) {
		t.Fatalf("%q folds to %q, by the reference to %q", s, quick.Arena, slow.Arena)
	}
	if !slices.Equal(quick.List, slow.List) {
		for i := range min(len(quick.List), len(slow.List)) {
			if quick.List[i] != slow.List[i] {
				t.Fatalf("%q: word %d is %+v, by the reference %+v", s, i, quick.List[i], slow.List[i])
			}
		}
		t.Fatalf("%q has %d words, by the reference %d", s, len(quick.List), len(slow.List))
	}
}

func TestScanAgainstReference(t *testing.T) {
	for _, s := range realTexts(t) {
		sameScan(t, s)
		sameBoundaries(t, s)
	}
}

func TestScanAgainstReferenceInvented(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := ""
		for _, snippet := range rapid.SliceOfN(rapid.SampledFrom(snippets), 1, 60).Draw(t, "snippets") {
			s += snippet
		}
		sameScan(t, s)
	})
}

func FuzzScanAgainstReference(f *testing.F) {
	for _, s := range snippets {
		f.Add(s + " " + s)
	}
	f.Fuzz(func(t *testing.T, s string) { sameScan(t, s) })
}

// TestFoldAgainstReference: every character after a letter and among marks. From U+20000 on stand ideographs and what nobody assigned.
func TestFoldAgainstReference(t *testing.T) {
	step := rune(1)
	for r := rune(0); r <= utf8.MaxRune; r += step {
		if r == 0x20000 {
			step = 17
		}
		s := "é" + string(r) + "\u0301\u0323" + string(r) + "a"
		if quick, slow := Fold(s), string(slowFold(nil, s)); quick != slow {
			t.Fatalf("%U: %q folds to %q, by the reference to %q", r, s, quick, slow)
		}
	}
}
