package text

import (
	"strings"
	"testing"
)

// TestFold_Scripts checks that words fold alike if and only if readers of their script take them for the same.
func TestFold_Scripts(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"Erdoğan", "Erdogan", true},
		{"Nguyễn", "Nguyen", true},
		{"Łódź", "Lodz", true},
		{"Αθήνα", "Αθηνα", true},
		{"ёлка", "елка", true},
		{"за́мок", "замок", true},
		{"קָפֶה", "קפה", true},
		{"كِتَاب", "کتاب", true},
		{"مُؤَثِّر", "موثر", true},
		{"क़लम", "कलम", true},
		{"ＴＯＫＹＯ", "tokyo", true},
		{"ﾊﾞｽ", "バス", true},
		{"آب", "آب", true},
		{"ΣΤΑΜΑΤΗΣ", "Σταμάτης", true},
		{"й", "й", true},

		{"آب", "اب", false},
		{"آم", "ام", false},
		{"мой", "мои", false},
		{"їжа", "іжа", false},
		{"ў", "у", false},
		{"ќ", "к", false},
		{"バス", "ハス", false},
		{"パン", "バン", false},
		{"เสือ", "เสื่อ", false},
		{"ไม่", "ไม้", false},
		{"कल", "काल", false},
		{"दिन", "दीन", false},
		{"দাড়ি", "দাডি", false},
		{"ਸ਼ਾਮ", "ਸਾਮ", false},
		{"กิน", "กน", false},
		{"हिंदी", "हिन्दी", false}, // CLDR's collation rules for Hindi have a primary difference
	} {
		if a, b := Fold(tt.a), Fold(tt.b); (a == b) != tt.same {
			t.Errorf("%s folds to %q, %s to %q; the same: want %v", tt.a, a, tt.b, b, tt.same)
		}
	}
}

// TestScan_ZeroWidthSpace: it is no part of a word with spaces around it, and ends a word of a script without them.
func TestScan_ZeroWidthSpace(t *testing.T) {
	for s, want := range map[string]string{
		"Paki\u200bstan":             "pakistan",
		"Paki\u200b\u200bsta\u200bn": "pakistan",
		"पाकि\u200bस्तान":            Fold("पाकिस्तान"),
		"پاک\u200bستان":              "پاکستان",
		"one \u200btwo\u200b three":  "one|two|three",
		"one.\u200bTwo":              "one|two",
		"สวัสดี\u200bครับ":           strings.Join(FoldedWords("สวัสดี ครับ"), "|"),
		"ခရီး\u200bသွား":             strings.Join(FoldedWords("ခရီး သွား"), "|"),
		"東\u200b京":                   "東|京",
	} {
		if got := strings.Join(FoldedWords(s), "|"); got != want {
			t.Errorf("%+q: %s, want %s", s, got, want)
		}
	}
}
