package dedup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/dedup"
	"oped/text"
	"pgregory.net/rapid"
)

// prose returns a text of n words, different for each number.
func prose(number, n int) string {
	vocabulary := strings.Fields(
		"the river state court prime minister water treaty border trade election budget price army school reform " +
			"debt tax city power")
	words := make([]string, n)
	for i, state := 0, uint32(number)*2654435761+1; i < n; i++ {
		state = state*1664525 + 1013904223
		words[i] = vocabulary[int(state>>16)%len(vocabulary)]
	}
	words[0] = fmt.Sprintf("number%d", number)
	return strings.Join(words, " ") + "."
}

// column returns an op-ed as an entry of a feed.
func column(feed, guid, link, title, body string, published time.Time) oped.Entry {
	return oped.Entry{FeedURL: feed, ID: guid, URL: link, Title: title, Text: body, Published: published}
}

func keysOf(e *oped.Entry) []string {
	var ts text.Tokens
	ts.Scan(e.Text)
	ts.MarkZones()
	return dedup.Keys(e, &ts)
}

const (
	paperA, paperB = "https://a.example/rss", "https://b.example/rss"
	linkA, linkB   = "https://a.example/1", "https://b.example/one"
)

const urdu = "پاکستان اور امریکہ کے تعلقات کی تاریخ بہت پرانی ہے اور اس میں کئی نشیب و فراز آئے ہیں مگر دونوں ملکوں " +
	"نے ہمیشہ بات چیت کا دروازہ کھلا رکھا ہے اور یہی وجہ ہے کہ آج بھی ایک نئی شروعات کی امید کی جا سکتی ہے"

// arabic replaces Urdu letters of a text by Arabic letters, a vowel sign and a joiner.
func arabic(s string) string {
	return strings.NewReplacer("ک", "ك", "ی", "ي", "ہ", "ه", "پا", "پَا", "بہت", "بہ\u200cت").Replace(s)
}

func TestKeys(t *testing.T) {
	at := noon
	long := prose(1, 120)
	plain := column(paperA, "1", linkA, "One", long, at)
	want := keysOf(&plain)
	if len(want) != 2 || want[0] != "u:"+linkA || !strings.HasPrefix(want[1], "t:") {
		t.Fatalf("keys %q", want)
	}
	for name, body := range map[string]string{
		"author's note":       long + "\n\nThe writer is a former ambassador and can be reached at one@a.example",
		"author's note twice": long + "\n\nThe writer is a lawyer.\n\nTwitter: @one",
		"credit line":         "This article first appeared in The Nation\n\n" + long,
		"furniture":           long + "\n\nRead more: the other piece",
		"capitals":            strings.ToUpper(long),
		"paragraphs":          strings.ReplaceAll(long, "court", "court\n\n"),
		"soft marks":          strings.ReplaceAll(long, "treaty", "“treaty”,"),
	} {
		e := plain
		if e.Text = body; !slices.Equal(keysOf(&e), want) {
			t.Errorf("%s: keys %q, want %q", name, keysOf(&e), want)
		}
	}
	other := plain
	if other.Text = long + " But no."; slices.Equal(keysOf(&other), want) {
		t.Error("two words more, and the same key")
	}
	for n, has := range map[int]bool{0: false, 1: false, 39: false, 40: true} {
		e := column(paperA, "1", "", "One", strings.TrimSpace(prose(2, max(n, 1))), at)
		if n == 0 {
			e.Text = ""
		}
		if got := len(keysOf(&e)) == 1; got != has {
			t.Errorf("a text of %d words has a key: %v, want %v", n, got, has)
		}
	}
	a, b := column(paperA, "1", "", "", urdu, at), column(paperB, "1", "", "", arabic(urdu), at)
	if a.Text == b.Text || len(keysOf(&a)) != 1 || !slices.Equal(keysOf(&a), keysOf(&b)) {
		t.Errorf("Urdu in two codes: keys %q and %q", keysOf(&a), keysOf(&b))
	}
}

func TestCompare(t *testing.T) {
	long, other, short := prose(1, 120), prose(2, 120), prose(3, 39)
	base := column(paperA, "1", linkA, "One", long, noon)
	for _, tt := range []struct {
		name    string
		a, b    oped.Entry
		verdict dedup.Verdict
		guard   dedup.Guard
	}{
		{
			"same address, other headline and words", base,
			column(paperB, "9", linkA+"?utm_source=b", "Other", prose(2, 30), noon), dedup.Different, "",
		},
		{
			"same address and headline, other words", base,
			column(paperB, "9", linkA+"?utm_source=b", "ONE", other, noon), dedup.Different, "",
		},
		{
			"same address and headline", base, column(paperB, "9", linkA+"?utm_source=b", "ONE", "", noon),
			dedup.Same, "",
		},
		{"one page for several texts", base, column(paperB, "9", linkA, "Other", other, noon), dedup.Different, ""},
		{
			"same address, much later", base, column(paperB, "9", linkA, "One", long, noon.AddDate(1, 0, 0)),
			dedup.Same, "",
		},
		{
			"same text, another paper", base,
			column(paperB, "1", linkB, "Another headline", long, noon.AddDate(0, 0, 2)), dedup.Same, "",
		},
		{"same text, no date", base, column(paperB, "1", linkB, "One", long, time.Time{}), dedup.Same, ""},
		{
			"same text after 21 days", base, column(paperB, "1", linkB, "One", long, noon.AddDate(0, 0, 21)),
			dedup.Same, "",
		},
		{
			"same text after 22 days", base, column(paperB, "1", linkB, "One", long, noon.AddDate(0, 0, 22)),
			dedup.RerunOf, "G1",
		},
		{
			"same text 22 days before", base, column(paperB, "1", linkB, "One", long, noon.AddDate(0, 0, -22)),
			dedup.RerunOf, "G1",
		},
		{"nothing the same", base, column(paperB, "1", linkB, "One", other, noon), dedup.Different, ""},
		{
			"39 words the same", column(paperA, "1", linkA, "On rivers", short, noon),
			column(paperB, "1", linkB, "On rivers", short, noon), dedup.Same, "",
		},
		{
			"39 words the same under two headlines", column(paperA, "1", linkA, "One", short, noon),
			column(paperB, "1", linkB, "Two", short, noon), dedup.Different, "G8",
		},
		{
			"the next report of an event",
			paged(column(paperA, "1", linkA, "Four killed in plane crash",
				"Four of the crew are known to be dead. "+prose(5, 120), noon)),
			paged(column("https://a.example/other", "2", "https://a.example/2", "All six killed in plane crash",
				"All of the crew are known to be dead. "+prose(5, 120), noon)),
			dedup.Different, "G7",
		},
		{
			"15 words the same", column(paperA, "1", linkA, "One", prose(3, 15), noon),
			column(paperB, "1", linkB, "One", prose(3, 15), noon), dedup.Different, "",
		},
		{
			"no words, home pages", column(paperA, "1", "https://a.example/", "Editorial", "", noon),
			column(paperB, "1", "https://a.example/", "Editorial", "", noon), dedup.Different, "",
		},
		{
			"one feed, two guids, one address", base, column(paperA, "2", linkA, "Two", other, noon), dedup.Different,
			"G2",
		},
		{
			"one feed, no guid, one address", column(paperA, "", linkA, "One", long, noon),
			column(paperA, "", linkA, "Two", other, noon), dedup.Different, "G2",
		},
		{
			"one feed, one guid for all, one address", base, column(paperA, "1", linkA, "Two", other, noon),
			dedup.Different, "G2",
		},
		{
			"one feed, two guids, one text under two headlines", base,
			column(paperA, "2", "https://a.example/2", "Two", long, noon), dedup.Different, "G2",
		},
		{
			"one feed, two guids, one text under one headline", base,
			column(paperA, "2", "https://a.example/2", "ONE", long, noon), dedup.Same, "",
		},
		{
			"one feed, two guids, one text under one address", base, column(paperA, "2", linkA, "Two", long, noon),
			dedup.Same, "",
		},
		{
			"one feed, one guid, one address, edited", base, column(paperA, "1", linkA, "One", other, noon), dedup.Same,
			"",
		},
		{
			"one feed, same text and headline, 22 days later", base,
			column(paperA, "2", "https://a.example/2", "One", long, noon.AddDate(0, 0, 22)), dedup.RerunOf, "G1",
		},
	} {
		for _, m := range []dedup.Match{dedup.Compare(&tt.a, &tt.b), dedup.Compare(&tt.b, &tt.a)} {
			if m.Verdict != tt.verdict || m.Guard != tt.guard || m.Why == "" {
				t.Errorf("%s: %+v, want %s and guard %q", tt.name, m, tt.verdict, tt.guard)
			}
		}
	}
}

// find returns the piece of an entry.
func find(e *oped.Entry, candidates []oped.Piece) (dedup.Match, bool) {
	answer := dedup.Find(&dedup.Query{Entry: e, Keys: keysOf(e)}, candidates)
	if len(answer.Same) == 0 {
		return dedup.Match{Verdict: dedup.Different}, false
	}
	return answer.Same[0], true
}

// paged returns an entry as one of paper A.
func paged(e oped.Entry) oped.Entry {
	e.Publisher = "Paper A"
	return e
}

func piece(id oped.PieceID, entries ...oped.Entry) oped.Piece {
	return oped.Piece{ID: id, Entries: entries}
}

func TestFind(t *testing.T) {
	long := prose(1, 120)
	e := column(paperB, "9", linkB, "One", long, noon)
	apart := piece(3, column(paperA, "3", "https://a.example/3", "Three", prose(3, 60), noon))
	byText := piece(5, column(paperA, "5", "https://a.example/5", "Five", long, noon))
	byLink := piece(4, column(paperA, "4", linkB, "One", "", noon))
	rerun := piece(2, column(paperA, "2", "https://a.example/2", "Two", long, noon.AddDate(0, -2, 0)))
	for _, tt := range []struct {
		name       string
		candidates []oped.Piece
		want       oped.PieceID // 0: none
	}{
		{"nobody", nil, 0},
		{"another piece", []oped.Piece{apart}, 0},
		{"same text", []oped.Piece{apart, byText}, 5},
		{"same address", []oped.Piece{apart, byLink}, 4},
		{"the text says more than the address", []oped.Piece{byLink, byText}, 5},
		{"the oldest of equals", []oped.Piece{byText, piece(6, byText.Entries[0])}, 5},
		{"not the one that it runs again", []oped.Piece{rerun, byText}, 5},
		{"only one that it runs again", []oped.Piece{rerun}, 0},
		{"any entry of a piece", []oped.Piece{piece(7, apart.Entries[0], byText.Entries[0])}, 7},
	} {
		m, ok := find(&e, tt.candidates)
		if ok != (tt.want != 0) || m.Piece != tt.want || ok != (m.Verdict == dedup.Same) {
			t.Errorf("%s: %+v %v, want piece %d", tt.name, m, ok, tt.want)
		}
	}
}

// TestFind_IgnoresPoisonedAddresses checks that an address shared by four pieces identifies none of them, and
// that the text still does.
func TestFind_IgnoresPoisonedAddresses(t *testing.T) {
	var candidates []oped.Piece
	e := column(paperB, "9", linkA, "Letters", "", noon)
	for i := range 4 {
		candidates = append(candidates,
			piece(oped.PieceID(i+1),
				column(paperA, fmt.Sprint(i), linkA, "Letters", prose(i+1, 30), noon)))
		if _, ok := find(&e, candidates); ok != (i < 3) {
			t.Errorf("%d pieces share the address: found %v", i+1, ok)
		}
	}
	e.Text = prose(3, 30)
	if m, ok := find(&e, candidates); !ok || m.Piece != 3 {
		t.Errorf("by its text: %+v %v", m, ok)
	}
}

// TestCompare_HoldsForRandomEntries checks that the order of two entries does not matter, that an entry is the
// same as itself under its address, and that same entries share a key.
func TestCompare_HoldsForRandomEntries(t *testing.T) {
	any := rapid.Custom(func(t *rapid.T) oped.Entry {
		return column(rapid.SampledFrom([]string{paperA, paperB}).Draw(t, "feed"),
			rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "guid"),
			rapid.SampledFrom([]string{"", linkA, linkB, "https://a.example/"}).Draw(t, "link"),
			rapid.SampledFrom([]string{"One", "Two"}).Draw(t, "title"),
			rapid.SampledFrom([]string{
				"", prose(1, 60), prose(2, 60), prose(3, 15), prose(3, 30), urdu, arabic(urdu),
			}).Draw(t, "text"), noon.AddDate(0, 0, rapid.IntRange(0, 50).Draw(t, "day")))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := any.Draw(t, "a"), any.Draw(t, "b")
		m, turned := dedup.Compare(&a, &b), dedup.Compare(&b, &a)
		if m.Verdict != turned.Verdict || m.Guard != turned.Guard {
			t.Fatalf("%+v, but turned %+v", m, turned)
		}
		shares := slices.ContainsFunc(keysOf(&a), func(k string) bool { return slices.Contains(keysOf(&b), k) })
		if m.Verdict == dedup.Same && !shares && len(strings.Fields(a.Text)) >= 40 {
			t.Fatalf("the same without a shared key: %+v", m)
		}
		if _, ok := find(&a, []oped.Piece{piece(1, b)}); ok != (m.Verdict == dedup.Same) {
			t.Fatalf("Find says %v, Compare %+v", ok, m)
		}
	})
}

// BenchmarkKeys reads a text and computes its keys. The reading is shared with tagging.
func BenchmarkKeys(b *testing.B) {
	e := column(paperA, "1", linkA+"?utm_source=rss", "One", prose(1, 700), noon)
	var ts text.Tokens
	read := func() {
		ts.Scan(e.Text)
		ts.MarkZones()
	}
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			read()
			dedup.Keys(&e, &ts)
		}
	})
	read()
	b.Run("keys alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			dedup.Keys(&e, &ts)
		}
	})
}

// TestLearned_JoinsCopies checks that copies of one text join, with boilerplate learned in both of them, in one
// or in none, as long as 40 words are left.
func TestLearned_JoinsCopies(t *testing.T) {
	const note = "Sana Khan lives in Lahore and grows roses there"
	early := column(paperA, "1", linkA, "One", prose(1, 120)+"\n"+note, noon)
	late := column(paperB, "9", linkB, "Two", early.Text, noon)
	late.Boilerplate = [][2]int{{len(late.Text) - len(note), len(late.Text)}}
	bare := column("https://c.example/rss", "5", "https://c.example/5", "Three", prose(1, 120), noon)
	other := column("https://d.example/rss", "6", "https://d.example/6", "Four", prose(2, 60)+"\n"+note, noon)
	other.Boilerplate = [][2]int{{len(other.Text) - len(note), len(other.Text)}}
	short := column("https://e.example/rss", "7", "https://e.example/7", "Five",
		prose(1, 15)+"\n"+strings.Repeat(note+". ", 3), noon)
	copied := short
	copied.FeedURL, copied.URL = "https://f.example/rss", "https://f.example/7"
	learned := copied
	learned.Boilerplate = [][2]int{{len(prose(1, 15)), len(short.Text)}}
	for _, tt := range []struct {
		name    string
		a, b    oped.Entry
		verdict dedup.Verdict
	}{
		{"learned in one", early, late, dedup.Same},
		{"learned in the other", late, early, dedup.Same},
		{"learned, and without it", late, bare, dedup.Same},
		{"not learned, and without it", early, bare, dedup.Same},
		{"the same furniture", late, other, dedup.Different},
		{"few words, not learned", short, copied, dedup.Same},
		{"few words but for furniture", short, learned, dedup.Different},
	} {
		if m := dedup.Compare(&tt.a, &tt.b); m.Verdict != tt.verdict {
			t.Errorf("%s: %+v", tt.name, m)
		}
	}
}
