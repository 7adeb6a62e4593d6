package text

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldBy folds a text as the doc comment of FoldTable says.
func foldBy(t *FoldTable, s string) string {
	var out strings.Builder
	last := ""
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		if letters, ok := t.Letters[string(r)]; ok && (last == "" || !strings.Contains(letters, last)) ||
			slices.ContainsFunc(t.Drop, func(run [2]rune) bool { return run[0] <= r && r <= run[1] }) {
			continue
		}
		r = unicode.ToLower(r)
		folded, ok := t.To[string(r)]
		for _, zero := range t.Zeros {
			if !ok && zero <= r && r <= zero+9 {
				folded, ok = string('0'+r-zero), true
			}
		}
		if !ok {
			folded = string(r)
		}
		if folded != "" {
			end, _ := utf8.DecodeLastRuneInString(folded)
			last = string(end)
		}
		out.WriteString(folded)
	}
	return out.String()
}

// TestFoldTable folds every character, alone and between others, and names of many scripts: the table agrees with
// Fold.
func TestFoldTable(t *testing.T) {
	table := NewFoldTable()
	var all []string
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r >= 0x323b0 && r < 0xe0000 || r > 0xe0200 { // nothing is assigned
			continue
		}
		if testing.Short() && 0x3400 <= r && r < 0xa000 {
			continue
		}
		all = append(all, string(r), "и"+string(r)+"а")
	}
	names, err := os.ReadFile("testdata/names.txt") // in many scripts, one a line
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(all, strings.Split(string(names), "\n")...) {
		if got, want := foldBy(&table, s), Fold(s); got != want {
			t.Errorf("%+q: %+q by the table, %+q by Fold", s, got, want)
		}
	}
}
