package text

import (
	"strings"
	"testing"

	"oped"
)

// TestS6_ParagraphsOfOneLineAreLinear (S6) checks that the bytes of a line seen by all its paragraphs together
// grow with the line, not with its square.
func TestS6_ParagraphsOfOneLineAreLinear(t *testing.T) {
	for _, mark := range []string{"\u2028", "\r"} {
		for _, n := range []int{10_000, 20_000, 40_000} {
			s := strings.Repeat("word"+mark, n)
			var ts Tokens
			ts.Scan(s)
			seen := 0
			for _, p := range appendParagraphs(nil, &ts) {
				seen += p.end - p.start
			}
			if len(ts.List) != n || seen > 50*len(s) {
				t.Errorf("%d words of %d bytes: %d bytes are looked at", len(ts.List), len(s), seen)
			}
		}
	}
}

// TestS6_BylinesAreBounded (S6) checks that any byline names at most twenty people, at the same number of allocations
// per name.
func TestS6_BylinesAreBounded(t *testing.T) {
	var cost [3]float64
	for i := range cost {
		byline := strings.TrimSuffix(strings.Repeat("Ali Khan and ", 1000<<i), " and ")
		cost[i] = testing.AllocsPerRun(10, func() {
			if names := Names(byline); len(names) != oped.MaxPeople {
				t.Errorf("%d names", len(names))
			}
		})
	}
	if cost[2] > 4*cost[0]+16 {
		t.Errorf("%v allocations for n, 2n and 4n", cost)
	}
	kept, whole := FirstPeople([]oped.Person{
		{Name: "A B & C D"},
		{Name: "Khan"},
		{Name: strings.Repeat("E F and ", 30) + "G H", URL: "u"},
		{Name: "I J"},
	})
	if whole || len(kept) != 3 || len(Bylines(kept)) != oped.MaxPeople || kept[2].URL != "u" ||
		!strings.HasSuffix(kept[2].Name, "and E F") {
		t.Errorf("%+v", kept)
	}
	if kept, whole := FirstPeople([]oped.Person{{Name: "A B and C D"}}); !whole || len(kept) != 1 ||
		kept[0].Name != "A B and C D" {
		t.Errorf("%+v", kept)
	}
	if got := ClipByline("Ali Khan and Amna Ali", 18); got != "Ali Khan" {
		t.Errorf("%q", got)
	}
}

// FuzzBylines checks that there are at most twenty names, each a part of the byline, and that a kept entry
// names the same people again.
func FuzzBylines(f *testing.F) {
	f.Add("A B and C D & E F اور G H", 30)
	f.Add("Khan and ", 3)
	f.Add(" and  & ", 50)
	f.Fuzz(func(t *testing.T, byline string, times int) {
		byline = strings.Repeat(byline, max(0, min(times, 100)))
		names := Names(byline)
		if len(names) == 0 || len(names) > oped.MaxPeople {
			t.Fatalf("%d names", len(names))
		}
		for _, name := range names {
			if !strings.Contains(byline, name) {
				t.Errorf("%q is not in %q", name, byline)
			}
		}
		kept, whole := FirstPeople([]oped.Person{{Name: byline}, {Name: byline}})
		if people := Bylines(kept); len(people) > oped.MaxPeople || whole && len(kept) != 2 {
			t.Errorf("%d people, %d authors, whole: %v", len(people), len(kept), whole)
		}
		if short := ClipByline(byline, 40); len(short) > 40 || !strings.HasPrefix(byline, short) {
			t.Errorf("%q of %q", short, byline)
		}
	})
}

// TestScan_BoundsFolds folds characters with a fold up to eleven times as long. The fold of a word of them is at
// most twice as long as the word, and an endless word is compared by its beginning. The words of people are
// folded whole.
func TestScan_BoundsFolds(t *testing.T) {
	for word, limit := range map[string]int{
		strings.Repeat("ﷺ", 170_000):               2 * oped.MaxField,
		strings.Repeat("x", 500_000):               oped.MaxField,
		strings.Repeat("ﷺﷺﷺﷺﷺ ", 30_000):           30_000 * freeFold,
		"ﷺ " + strings.Repeat("ﷺ", 30):             33 + 2*90,
		strings.Repeat("Erdoğan's پاکستان ﷺ ", 10): 10 * (7 + 14 + 33),
	} {
		var ts Tokens
		ts.Scan(word)
		if n := len(ts.Arena); n == 0 || n > limit {
			t.Errorf("%.20q…, %d bytes: a fold of %d bytes, %d wanted", word, len(word), n, limit)
		}
	}
	var ts Tokens
	ts.Scan("محمدﷺ")
	if got := string(ts.Folded(0)); got != Fold("محمدﷺ") {
		t.Errorf("%q", got)
	}
}

// TestFold_AllocatesNothing checks that characters decomposed by a table or by rule are folded one by one.
func TestFold_AllocatesNothing(t *testing.T) {
	dst := make([]byte, 0, 1<<10)
	for _, s := range []string{"ﷺ", "한국의", "İstanbul", "㌖", "پاکستان"} {
		if n := testing.AllocsPerRun(10, func() { dst = appendFold(dst[:0], s) }); n > 1 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

// TestScan_GrowsItsListAFewTimes checks that the list of words grows a few times only, however many words a text has.
func TestScan_GrowsItsListAFewTimes(t *testing.T) {
	for _, word := range []string{"a ", "a-", "ab ", "中", "\"a "} {
		s := strings.Repeat(word, 500_000/len(word))
		took := testing.AllocsPerRun(2, func() {
			var ts Tokens
			ts.Scan(s)
		})
		limit := 12.0 // a list that grows by a quarter each time takes 30 or more
		if word == "中" {
			limit = 40 // no space announces the next word
		}
		if took > limit {
			t.Errorf("%q: %v allocations", word, took)
		}
	}
}

// BenchmarkDiff_ManyWords shows the memory that two long texts take.
func BenchmarkDiff_ManyWords(b *testing.B) {
	const n = 60_000
	x, y := strings.Repeat("a b ", n), strings.Repeat("b a ", n)
	b.ReportAllocs()
	for b.Loop() {
		Diff(x+y, y+x)
	}
}
