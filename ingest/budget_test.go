package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"oped"
	"oped/dedup"
)

// hostile returns n prepared entries of one fetch with something in common.
func hostile(t testing.TB, r *Rules, n int, entry func(i int) oped.Entry) (*oped.Fetched, []Prepared) {
	t.Helper()
	f := &oped.Fetched{Feed: oped.FeedState{Feed: oped.Feed{URL: paper}}, At: noon}
	for i := range n {
		e := entry(i)
		e.FeedURL, e.ID = paper, fmt.Sprint("urn:", i)
		if e.Title == "" {
			e.Title = fmt.Sprint("Title ", i)
		}
		e.Hash[0], e.Hash[1], e.Hash[2] = byte(i), byte(i>>8), 1
		f.Entries = append(f.Entries, e)
	}
	var out []Prepared
	for i, keys := range dedup.Identify(f.Entries) {
		p := Prepared{Entry: f.Entries[i], Keys: keys}
		p.make(f, r, &memory{})
		out = append(out, p)
	}
	return f, out
}

// words returns n words, different for every number.
func words(number, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "w%dx%d ", number, i)
	}
	return b.String()
}

// sharing returns documents with something shared by all entries (row 5).
func sharing() map[string]func(i int) oped.Entry {
	own := func(i int) string { return fmt.Sprint("https://a.example/", i) }
	common := words(-1, 80)
	return map[string]func(i int) oped.Entry{
		"nothing":       func(i int) oped.Entry { return oped.Entry{URL: own(i), Content: words(i, 30)} },
		"a link":        func(i int) oped.Entry { return oped.Entry{URL: "https://a.example/same", Content: words(i, 30)} },
		"a text":        func(i int) oped.Entry { return oped.Entry{URL: own(i), Content: common} },
		"link and text": func(i int) oped.Entry { return oped.Entry{URL: "https://a.example/same", Content: common} },
		"a beginning":   func(i int) oped.Entry { return oped.Entry{URL: own(i), Content: common + words(i, 30)} },
		"stop-words": func(i int) oped.Entry {
			return oped.Entry{URL: own(i), Content: strings.Repeat("the of and a ", 10+i%5)}
		},
		"a headline": func(i int) oped.Entry {
			return oped.Entry{URL: "https://a.example/same", Title: "One", Content: words(i, 50)}
		},
	}
}

// TestDecide_ComparisonsGrowWithTheDocument: twice as many entries take twice the steps, whatever they share.
func TestDecide_ComparisonsGrowWithTheDocument(t *testing.T) {
	r := plainRules(t)
	steps := func(n int, entry func(i int) oped.Entry) int {
		f, entries := hostile(t, r, n, entry)
		d := newPlanner(context.Background(), oped.Known{}, f, r)
		if plan := d.plan(entries); len(plan.Pieces) == 0 {
			t.Fatal("nothing was planned")
		}
		return oped.MaxCompareSteps - d.compare.Left()
	}
	for name, entry := range sharing() {
		t.Run(name, func(t *testing.T) {
			const n = 200 // a full piece has 50 entries, eight of them compared
			one, two, four := steps(n, entry), steps(2*n, entry), steps(4*n, entry)
			t.Logf("%d, %d, %d steps for %d, %d, %d entries", one, two, four, n, 2*n, 4*n)
			if four*10 > two*25+1000 {
				t.Error("the steps grow faster than the document")
			}
		})
	}
}

// TestDecide_KeepsEveryEntry: however much the entries of a document share, each is stored, and an entry with
// uncompared candidates says so.
func TestDecide_KeepsEveryEntry(t *testing.T) {
	r := plainRules(t)
	for name, entry := range sharing() {
		f, entries := hostile(t, r, 60, entry)
		plan := Decide(oped.Known{}, *f, entries, r)
		n, limited := 0, 0
		for _, c := range plan.Pieces {
			n += len(c.Entries)
			for i := range c.Piece.Entries {
				if slices.Contains(c.Piece.Entries[i].Limits, oped.CompareLimit) {
					limited++
				}
			}
		}
		if n != 60 {
			t.Errorf("%s: %d of 60 entries were kept", name, n)
		}
		if name == "a link" && limited == 0 || name == "nothing" && limited > 0 ||
			slices.Contains(plan.Feed.Limits, oped.CompareLimit) != (limited > 0) {
			t.Errorf(
				"%s: %d entries reached the limit of comparisons, and the feed %q", name, limited,
				plan.Feed.Limits,
			)
		}
	}
}

// TestDecide_TakesTheStrongestCandidates: among many pieces with its address, an entry finds the one with its
// text.
func TestDecide_TakesTheStrongestCandidates(t *testing.T) {
	r := plainRules(t)
	f, entries := hostile(t, r, 40, func(i int) oped.Entry {
		e := oped.Entry{URL: "https://a.example/same", Content: words(i, 50)}
		if i == 14 || i == 39 {
			e.Title, e.Content = "The one", words(14, 50)
		}
		return e
	})
	plan := Decide(oped.Known{}, *f, entries, r)
	for _, c := range plan.Pieces {
		if c.Piece.Lead().Title == "The one" && len(c.Piece.Entries) != 2 {
			t.Errorf("a piece has %d entries with that text", len(c.Piece.Entries))
		}
	}
	if len(plan.Pieces) != 39 {
		t.Errorf("%d pieces", len(plan.Pieces))
	}
}

// ending is a context that ends after so many calls of Err.
type ending struct {
	context.Context
	asks int
}

func (e *ending) Err() error {
	if e.asks--; e.asks < 0 {
		return context.Canceled
	}
	return nil
}

// TestDecide_HonoursItsContext: a cancelled decision ends before the next entry (row 5).
func TestDecide_HonoursItsContext(t *testing.T) {
	r := plainRules(t)
	f, entries := hostile(t, r, 50, sharing()["a link"])
	whole := newPlanner(context.Background(), oped.Known{}, f, r)
	whole.plan(entries)
	d := newPlanner(&ending{context.Background(), 5*50 + 10}, oped.Known{}, f, r)
	d.plan(entries)
	if d.added >= 50 || whole.added != 50 {
		t.Errorf("%d of %d entries were decided on", d.added, whole.added)
	}
}

// TestNews_ManyLargeChanges: the effort of finding the news in a document's changes is bounded, and any
// change beyond it is news (row 5).
func TestNews_ManyLargeChanges(t *testing.T) {
	ed := newEditor()
	changes := 0
	for ed.steps.Left() > 0 && changes < 1000 {
		a, b := strings.Fields(words(changes, 2000)), []string(nil)
		for i := range a { // the same words in another order
			b = append(b, a[(i*733)%len(a)])
		}
		if news := ed.news(
			&oped.Entry{Text: strings.Join(a, " ")}, &oped.Entry{Text: strings.Join(b, " ")},
		); news != oped.NewsText {
			t.Fatalf("change %d is %q", changes, news)
		}
		changes++
	}
	if changes == 1000 {
		t.Error("the changes took no steps")
	}
	if news := ed.news(&oped.Entry{Text: words(1, 50)}, &oped.Entry{Text: words(2, 50)}); news != oped.NewsText {
		t.Errorf("without a budget another text is %q", news)
	}
}

// TestVersions_HaveAQuota: a feed that changes its entries all day keeps a daily quota of bytes of earlier
// versions. Changes without news take half of it; without room, nothing is compared (row 5).
func TestVersions_HaveAQuota(t *testing.T) {
	const size = 256 << 10
	r := plainRules(t)
	state := oped.FeedState{Feed: oped.Feed{URL: paper}}
	fetch := func(f *oped.Fetched, k oped.Known, n int, title string) (kept, steps int) {
		d := newPlanner(context.Background(), k, f, r)
		for i := range n {
			have := oped.Entry{Row: 1, Title: "Title", Text: "word", Content: strings.Repeat("x", size)}
			e := oped.Entry{Row: 1, Title: title, Text: fmt.Sprint("word ", i)}
			news, drop := d.weigh(&have, &e)
			if !drop {
				kept += rowBytes + size
			}
			if drop && news != "" {
				t.Errorf("%q is news of a version that is not kept", news)
			}
		}
		d.closeDay()
		state = d.feed
		return kept, oped.MaxDiffSteps - d.editor.steps.Left()
	}
	for _, n := range []int{40, 80, 160} {
		state = oped.FeedState{Feed: oped.Feed{URL: paper}}
		f := &oped.Fetched{At: noon, Feed: state}
		for i, tt := range []struct {
			title    string
			min, max int
		}{
			{"Title", oped.MaxRevisionBytesPerDay/2 - 2*size, oped.MaxRevisionBytesPerDay / 2},
			{"Title", 0, 0},
			{"Another", oped.MaxRevisionBytesPerDay/2 - 2*size, oped.MaxRevisionBytesPerDay/2 + size},
			{"Another", 0, 0},
		} {
			kept, steps := fetch(f, oped.Known{Feed: state}, n, tt.title)
			if kept < tt.min || kept > tt.max || i == 3 && steps > 0 {
				t.Errorf("%d changes, fetch %d: %d bytes of versions, %d steps", n, i, kept, steps)
			}
		}
		if state.RevisionBytesToday > oped.MaxRevisionBytesPerDay {
			t.Errorf("%d bytes of a day", state.RevisionBytesToday)
		}
		f.At = noon.AddDate(0, 0, 1)
		if kept, _ := fetch(
			f, oped.Known{Feed: state}, n, "Another",
		); kept < min(oped.MaxRevisionBytesPerDay-2*size, n*size) {
			t.Errorf("%d bytes the next day", kept)
		}
	}
}

// TestNews_CountsReading: the steps of reading changed texts are counted, and grow with the texts (row 5).
func TestNews_CountsReading(t *testing.T) {
	for _, n := range []int{1000, 2000, 4000} {
		a := words(1, n)
		ed := newEditor()
		ed.news(&oped.Entry{Text: a}, &oped.Entry{Text: a + "and more of it"})
		if took := oped.MaxDiffSteps - ed.steps.Left(); took < 4*len(a) || took > 12*len(a) {
			t.Errorf("%d steps for two texts of %d bytes", took, len(a))
		}
	}
}

// TestWithout_ManyWords: names of thousands of words are compared by counting them, also repeated words.
func TestWithout_ManyWords(t *testing.T) {
	if got := without(
		[]string{"khan", "amna", "khan", "ali"}, []string{"khan", "ali", "ali"},
	); !slices.Equal(got, []string{"amna", "khan"}) {
		t.Errorf("%q", got)
	}
}

// FuzzDecide: whatever a document says, each of its entries is planned or deferred, and the plan is the same when it is
// made again.
func FuzzDecide(f *testing.F) {
	f.Add([]byte("one\x00two\x00https://a.example/same\x00the of and"), uint8(7))
	f.Add([]byte(""), uint8(200))
	r := plainRules(f)
	f.Fuzz(func(t *testing.T, data []byte, mix uint8) {
		parts := strings.Split(string(data[:min(len(data), 500)]), "\x00")
		part := func(i int) string { return strings.ToValidUTF8(parts[i%len(parts)], "") }
		fetched, entries := hostile(t, r, 20, func(i int) oped.Entry {
			return oped.Entry{
				URL:       "https://a.example/" + part(i*int(mix)),
				Title:     part(i + 1),
				Content:   strings.Repeat(part(i/3)+" ", 1+int(mix)) + part(i),
				Published: noon.AddDate(0, 0, -i%int(mix%7+1)),
			}
		})
		fetched.Feed.Entries = int(mix % 2)
		k := oped.Known{Feed: fetched.Feed}
		d := newPlanner(context.Background(), k, fetched, r)
		d.quota = int(mix)%25 - 1
		plan := d.plan(entries)
		n := d.deferred
		for _, c := range plan.Pieces {
			n += len(c.Entries)
		}
		if n != len(entries) {
			t.Fatalf("%d of %d entries were planned or deferred", n, len(entries))
		}
		if d.compare.Left() == 0 {
			t.Fatal("twenty entries took the whole budget")
		}
	})
}
