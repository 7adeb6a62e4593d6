package dedup_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/dedup"
	"pgregory.net/rapid"
)

// plenty is more steps than any comparison of a test takes.
const plenty = 1 << 40

// pieceOf returns a stored piece of one entry.
func pieceOf(id int, e oped.Entry) oped.Piece {
	e.Row = int64(id)
	return oped.Piece{ID: oped.PieceID(id), Entries: []oped.Entry{e}}
}

// TestComparer_AnswersDoNotDependOnMemory checks that the answers of a Comparer do not depend on its earlier
// comparisons.
func TestComparer_AnswersDoNotDependOnMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := dedup.NewComparer(context.Background(), plenty)
		bodies := []string{
			"", prose(1, 30), prose(1, 60), prose(2, 60), prose(1, 60) + " " + prose(3, 80),
			"Correction: " + prose(1, 60),
		}
		draw := func(name string) oped.Entry {
			e := oped.Entry{
				FeedURL: rapid.SampledFrom([]string{paperA, paperB}).Draw(t, name+" feed"),
				ID:      rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, name+" guid"),
				URL:     rapid.SampledFrom([]string{"", linkA, linkB, linkA + "/amp"}).Draw(t, name+" link"),
				Title: rapid.SampledFrom([]string{
					"", "Part 1 of it", "Part 2 of it", "The river runs past four courts",
				}).Draw(t, name+" title"),
				Text:      rapid.SampledFrom(bodies).Draw(t, name+" text"),
				Publisher: rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, name+" publisher"),
				Published: noon.AddDate(0, 0, -rapid.IntRange(0, 40).Draw(t, name+" age")),
			}
			if by := rapid.SampledFrom([]string{"", "Amna Khan", "A. Khan"}).Draw(t, name+" author"); by != "" {
				e.Authors = []oped.Person{{Name: by}}
			}
			return e
		}
		for range 6 {
			var candidates []oped.Piece
			for i := range rapid.IntRange(0, 5).Draw(t, "candidates") {
				p := pieceOf(i+1, draw("lead"))
				if rapid.Bool().Draw(t, "has a copy") {
					p.Entries = append(p.Entries, draw("copy"))
				}
				candidates = append(candidates, p)
			}
			e := draw("entry")
			q := func() *dedup.Query { return &dedup.Query{Entry: &e, Keys: keysOf(&e)} }
			if got, want := fmt.Sprint(c.Find(q(), candidates)), fmt.Sprint(dedup.Find(q(), candidates)); got != want {
				t.Fatalf("it answers\n%s\nand without a memory\n%s", got, want)
			}
		}
	})
}

// work returns the steps of finding the pieces of n entries, each among the eight before it.
func work(t *testing.T, n int, entry func(i int) oped.Entry) int {
	t.Helper()
	c := dedup.NewComparer(context.Background(), plenty)
	var pieces []oped.Piece
	for i := range n {
		e := entry(i)
		answer := c.Find(&dedup.Query{Entry: &e, Keys: keysOf(&e)}, pieces[max(0, len(pieces)-oped.MaxCandidates):])
		if answer.Cut {
			t.Fatal("the budget was used up")
		}
		pieces = append(pieces, pieceOf(i+1, e))
	}
	return plenty - c.Left()
}

// TestComparer_WorkGrowsWithTheEntries checks that twice as many entries take twice the steps, whatever they
// have in common.
func TestComparer_WorkGrowsWithTheEntries(t *testing.T) {
	same, long := prose(1, 80), strings.Repeat(prose(7, 400)+" ", 20)
	for name, entry := range map[string]func(i int) oped.Entry{
		"one link": func(i int) oped.Entry { return oped.Entry{URL: linkA, Text: prose(i, 80)} },
		"one text": func(i int) oped.Entry { return oped.Entry{URL: fmt.Sprint(linkA, i), Text: same} },
		"one text, long titles and many authors": func(i int) oped.Entry {
			e := oped.Entry{
				URL:   fmt.Sprint(linkA, i),
				Title: strings.Repeat("a b c d ", 500) + fmt.Sprint(i),
				Text:  same,
			}
			for j := range oped.MaxPeople {
				e.Authors = append(e.Authors, oped.Person{Name: strings.Repeat("a", 200) + fmt.Sprint(i, j)})
			}
			return e
		},
		"one beginning": func(i int) oped.Entry {
			return oped.Entry{
				URL:  fmt.Sprint(linkA, i),
				Text: same + " " + prose(i, 40),
			}
		},
		"one large beginning": func(i int) oped.Entry {
			return oped.Entry{
				URL:  fmt.Sprint(linkA, i),
				Text: long + prose(i, 40),
			}
		},
		"the same few words": func(i int) oped.Entry {
			return oped.Entry{
				URL:  linkA,
				Text: strings.Repeat("the of and a ", 20+i%3),
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 20
			one, two, four := work(t, n, entry), work(t, 2*n, entry), work(t, 4*n, entry)
			t.Logf("%d, %d, %d steps for %d, %d, %d entries", one, two, four, n, 2*n, 4*n)
			if two*10 > one*26 || four*10 > two*26 {
				t.Error("the steps grow faster than the entries")
			}
		})
	}
}

// TestComparer_OneTextIsReadOnce checks that entries with the same text cost little more than that text.
func TestComparer_OneTextIsReadOnce(t *testing.T) {
	long := strings.Repeat(prose(7, 400)+" ", 100)
	steps := work(t, 40, func(i int) oped.Entry { return oped.Entry{URL: fmt.Sprint(linkA, i), Text: long} })
	if limit := 3*len(long) + 40*oped.MaxCandidates*200; steps > limit {
		t.Errorf("%d steps for 40 entries with one text of %d bytes; at most %d", steps, len(long), limit)
	}
}

// TestComparer_JoinsNothingWithoutBudget checks that nothing is joined after the end of the budget, and
// that the result says so.
func TestComparer_JoinsNothingWithoutBudget(t *testing.T) {
	e := oped.Entry{URL: linkA, Text: prose(1, 80)}
	same := pieceOf(1, oped.Entry{URL: linkB, Text: prose(1, 80)})
	if answer := dedup.NewComparer(context.Background(), plenty).Find(&dedup.Query{Entry: &e, Keys: keysOf(&e)},
		[]oped.Piece{same}); len(answer.Same) != 1 || answer.Cut {
		t.Fatalf("%+v", answer)
	}
	c := dedup.NewComparer(t.Context(), 200)
	answer := c.Find(&dedup.Query{Entry: &e, Keys: keysOf(&e)}, []oped.Piece{same})
	if len(answer.Same)+len(answer.Related) != 0 || !answer.Cut || c.Left() != 0 {
		t.Errorf("%+v", answer)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if answer := dedup.NewComparer(ctx, plenty).Find(&dedup.Query{Entry: &e, Keys: keysOf(&e)},
		[]oped.Piece{same}); len(answer.Same) != 0 || !answer.Cut {
		t.Errorf("after the end: %+v", answer)
	}
	if c.MayBeOne(&e, same.Lead(), false) || !c.InRoundup(&e, []oped.Entry{e, e}) {
		t.Error("entries not compared are taken for one piece")
	}
}

// TestKeys_OfNestedCachesAreFew checks that an address with a cache within a cache within a cache, and so on, gives
// few keys.
func TestKeys_OfNestedCachesAreFew(t *testing.T) {
	deep := "https://cdn.ampproject.org/c/s/" + strings.Repeat("cdn.ampproject.org/c/s/", 60) + "m.a.example/1/amp"
	if keys := dedup.AddressKeys(deep); len(keys) > 16 {
		t.Errorf("%d keys", len(keys))
	}
}

// FuzzFind checks that any entries are compared within the budget, and that the order of two entries does not
// matter.
func FuzzFind(f *testing.F) {
	f.Add([]byte("the river runs past the court"), uint8(3), uint16(4000))
	f.Add([]byte("part 1\x00part 2\x00https://m.a.example/1/amp"), uint8(200), uint16(9))
	f.Fuzz(func(t *testing.T, data []byte, mix uint8, budget uint16) {
		parts := strings.Split(string(data[:min(len(data), 2000)]), "\x00")
		part := func(i int) string { return strings.ToValidUTF8(parts[i%len(parts)], "") }
		entry := func(i int) oped.Entry {
			e := oped.Entry{
				FeedURL:   []string{paperA, paperB}[(int(mix)+i)%2],
				ID:        part(i),
				URL:       "https://a.example/" + part(i/2),
				Title:     part(i + 1),
				Authors:   []oped.Person{{Name: part(i + 2)}},
				Text:      strings.Repeat(part(i+3)+" ", 1+int(mix)%40) + part(i),
				Published: noon.Add(time.Duration(mix) * time.Duration(i) * time.Hour),
			}
			if len(e.Text) > 0 && mix%3 == 0 {
				e.Boilerplate = [][2]int{{0, len(part(i + 3))}}
			}
			return e
		}
		c := dedup.NewComparer(t.Context(), int(budget)*16)
		var pieces []oped.Piece
		for i := range 12 {
			e := entry(i)
			before := c.Left()
			answer := c.Find(&dedup.Query{Entry: &e, Keys: keysOf(&e)}, pieces)
			if len(answer.Same)+len(answer.Related) > len(pieces) {
				t.Fatalf("%d answers for %d candidates", len(answer.Same)+len(answer.Related), len(pieces))
			}
			if before == 0 && len(answer.Same)+len(answer.Related) > 0 {
				t.Fatal("it was compared without a budget")
			}
			if answer.Cut != (c.Left() == 0) && len(pieces) > 0 {
				t.Fatalf("cut %v, spent %v", answer.Cut, c.Left() == 0)
			}
			pieces = append(pieces, pieceOf(i+1, e))
			if len(pieces) > oped.MaxCandidates {
				pieces = pieces[1:]
			}
		}
		a, b := entry(0), entry(1)
		one, other := dedup.Compare(&a, &b), dedup.Compare(&b, &a)
		if (one.Verdict == dedup.Same) != (other.Verdict == dedup.Same) {
			t.Fatalf("%+v, the other way round %+v", one, other)
		}
	})
}
