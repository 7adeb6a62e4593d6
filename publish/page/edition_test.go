package page

import (
	"fmt"
	"testing"
	"time"
)

// TestDaysOf: pieces are under their days, the latest first, and days are named as people name them.
func TestDaysOf(t *testing.T) {
	w := NewWords()
	at := func(day, hour int) Listed { return Listed{When: time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC)} }
	pieces := []Listed{at(9, 8), at(8, 20), at(9, 1), at(1, 1), {When: time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)}}
	named := func(lang string, today time.Time) (all string) {
		for _, d := range w.DaysOf(lang, pieces, today) {
			all += fmt.Sprint(d.Name, " ", len(d.Pieces), "; ")
		}
		return all
	}
	today := time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)
	if got := named("en", today); got != "Today 2; Yesterday 1; Sunday, 1 March 1; Wednesday, 31 December 2025 1; " {
		t.Error(got)
	}
	if got := named("ur", time.Time{}); got != "پیر، 9 مارچ 2026 2; اتوار، 8 مارچ 2026 1; اتوار، 1 مارچ 2026 1; بدھ، 31 دسمبر 2025 1; " {
		t.Error(got)
	}
}
