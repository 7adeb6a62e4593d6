package text

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// realTexts returns the titles and texts of the shared test data. Without the data it skips the test and says
// so.
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

// appendStrings appends every string in a JSON value.
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

// snippets are the parts of invented texts: all cases of the quick way, and cases left to the tables.
var snippets = []string{
	"a", "US", "Pakistan", "pakistan", "U.S.", "U", "S", "x", "9", "3.5", "1,000", "don't", "don’t", "Pakistan’s",
	"boss'", "MNAs", "eBay", "The writer", " ", " ", " ", "  ",
	".", ",", ":", ";", "!", "?", "…", "'", "’", "‘", "“", "”", "\"", "-", "–", "—", "−", "‑", "/", "_", "(", ")", "@",
	"#", "%", "\t", "\n", "\r\n", "\r", "\v", "\u0085",
	"\u2028", "\u2029", "\u00a0", "\u00ad", "\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "é", "e\u0301", "İ", "ſ",
	"K", "ß", "Ł", "پاکستان", "امریکہ", "ِ", "۔", "،", "؟",
	"۱۲", "١", "ـ", "ﷲ", "ﻻ", "א", "א\"א", "中", "カ", "ﾞ", "한", "😀", "👩\u200d💻", "🇵🇰", "ก", "\u0903", "\u302e",
	"\U00010348", "\xff", "\xe2\x80", "\xc3", "\x00", "ʼ", "Dr", "vs", "۔ۃ",
}

// notes are the parts of paragraphs beside the piece, and of paragraphs that look much like them.
var notes = []string{
	"previous article", "Next Post", "Read more", "also read", "more from", "related", "related stories", "Related:",
	"related news: ", "Subscribe", "ſubscribe", "sign up", "follow us", "follow him ",
	"share this", "Advertisement", "continue reading", "Clic\u212a here", "tags:", "tag", "filed under", "Photo:",
	"image:", "listen to this", "download the", "join our", "the post ",
	" appeared first on", "یہ بھی پڑھیں", "مزید پڑھیں", "اشتہار", "the ", "this ", "our ", "a ", "an ", "Updated ",
	"version of this ", "article", "op-ed", "story", " appeared", " published",
	"Originally published", "first appeared", "published in ", "Dawn", "©", "copyright", "Courtesy", "courteſy",
	"distributed by", "project syndicate", "—", "–", "-", "* ", "_", "[", "(",
	"writer", "author", "columnists", "contributor", " is ", " was ", " can ", "about the author", "e-mail:",
	"Twitter : ", "x:", "facebook:", "faceboo\u212a:", "can be ", "may be ", "reached", "contacted",
	"followed ", "re", "tweet", "tweets", " at ", " @", "he ", "views ", "view ", "expressed ", "here",
	"view expressed here", "reviews expressed in this", "can be reached", "may be contacted", "can be followed",
	"he tweets", "retweet @", "retweets at", "the views are", "the viewſ are", "someone@paper.example",
	"republished with", "un",
	"Republİshed under", "REPUBLISHED UNDER", "all rights reserved", "al", "s", "Dr. ", "Prof ", "Amina ", "Khan", "É",
	"éric ", "Müller", " bin ", "de ", ", ", " is a ", "\nAmina Khan is a fellow", "\nAmina de Khan was our editor",
	"\nÉmile Khan works as editor", "\nThe writer is", "\n— The writer", "senior fellow",
	"retired", "مضمون نگار", "مصنف", "صاحبِ مضمون", "لکھاری", " ", " ", "\n", "\n", "\n", "\r", "\u2028", "word ",
	"Some words here. ", "“", "”", "\"", "«", "»", "„", "one two three four five six seven eight nine ",
	strings.Repeat("on and on ", 12), "Someone's ", "\xe2\x80", "\xff",
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
	quick.MarkZones()
	slowMarkZones(&slow)
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
	for _, s := range []string{
		"_previous article", "__ Read more", "_ مزید پڑھیں", "— _subscribe", "_copyright", "_ ©", "_about the author",
	} {
		sameScan(t, s)
	}
	for _, s := range realTexts(t) {
		sameScan(t, s)
		sameBoundaries(t, s)
	}
}

func TestScanAgainstReferenceInvented(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sameScan(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(snippets), 1, 60).Draw(t, "snippets"), ""))
		sameScan(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(notes), 1, 60).Draw(t, "notes"), ""))
	})
}

func FuzzScanAgainstReference(f *testing.F) {
	for _, s := range snippets {
		f.Add(s + " " + s)
	}
	for _, s := range notes {
		f.Add(s + "The writer " + s + "\n" + s)
	}
	f.Fuzz(func(t *testing.T, s string) { sameScan(t, s) })
}

// TestFoldAgainstReference checks every character after a letter and among marks. From U+20000 on there are
// only ideographs and unassigned characters.
func TestFoldAgainstReference(t *testing.T) {
	step := rune(1)
	for r := rune(0); r <= utf8.MaxRune; r += step {
		if r == 0x20000 {
			step = 257
		}
		s := "é" + string(r) + "\u0301\u0323" + string(r) + "a"
		if quick, slow := Fold(s), string(slowFold(nil, s)); quick != slow {
			t.Fatalf("%U: %q folds to %q, by the reference to %q", r, s, quick, slow)
		}
	}
}
