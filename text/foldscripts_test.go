package text

import "testing"

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
	} {
		if a, b := Fold(tt.a), Fold(tt.b); (a == b) != tt.same {
			t.Errorf("%s folds to %q, %s to %q; the same: want %v", tt.a, a, tt.b, b, tt.same)
		}
	}
}
