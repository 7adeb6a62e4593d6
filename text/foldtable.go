package text

import (
	"unicode"
	"unicode/utf8"
)

// FoldTable is [Fold] as data, for a program in another language. To fold a text there, convert each character to
// lower case, decompose the text (NFKD), and convert each character to lower case again, and then as the table says.
type FoldTable struct {
	// Drop has the first and last of each run of dropped characters.
	Drop [][2]rune `json:"drop"`
	// Letters has the marks dropped unless the last folded character is one of these: they make it another letter.
	Letters map[string]string `json:"letters"`
	// To has the folds of characters with another one.
	To map[string]string `json:"to"`
	// Zeros has the zero of each row of ten digits.
	Zeros string `json:"zeros"`
}

// NewFoldTable returns the table of [Fold].
func NewFoldTable() FoldTable {
	t := FoldTable{Letters: map[string]string{}, To: map[string]string{"ـ": ""}}
	eachRune(unicode.Pd, func(r rune) { t.To[string(r)] = "-" })
	for r, to := range variants {
		if r >= utf8.RuneSelf {
			t.To[string(r)] = to
		}
	}
	for mark, letters := range letterMarks {
		t.Letters[string(mark)] = letters
	}
	eachRune(unicode.Nd, func(r rune) {
		if digit(r) == 0 {
			t.Zeros += string(r)
		}
	})
	for _, table := range []*unicode.RangeTable{marks, unicode.Cf} {
		eachRune(table, func(r rune) {
			if !fades(r) {
				return
			}
			if n := len(t.Drop); n > 0 && t.Drop[n-1][1] == r-1 {
				t.Drop[n-1][1] = r
				return
			}
			t.Drop = append(t.Drop, [2]rune{r, r})
		})
	}
	return t
}

// eachRune calls do for the characters of a table, ascending.
func eachRune(t *unicode.RangeTable, do func(rune)) {
	for _, in := range t.R16 {
		for r := rune(in.Lo); r <= rune(in.Hi); r += rune(in.Stride) {
			do(r)
		}
	}
	for _, in := range t.R32 {
		for r := rune(in.Lo); r <= rune(in.Hi); r += rune(in.Stride) {
			do(r)
		}
	}
}
