package dedup_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/dedup"
	"pgregory.net/rapid"
)

const feed = "https://a.example/rss"

// noon is a time that means a whole day; a minute past it is the time of one entry.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func entry(guid, link, title, body string, published time.Time) oped.Entry {
	return oped.Entry{FeedURL: feed, ID: guid, URL: link, Title: title, Summary: body, Text: body, Published: published}
}

// kinds returns the first letters of each entry's keys: g for its guid, l for its link, h for a hash.
func kinds(keys [][]string) string {
	var all []string
	for _, own := range keys {
		s := ""
		for _, k := range own {
			s += k[:1]
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

func TestIdentify(t *testing.T) {
	at := noon.Add(time.Minute)
	for _, tt := range []struct {
		name    string
		entries []oped.Entry
		want    string
	}{
		{"guid, link and words", []oped.Entry{entry("1", "https://a.example/1", "One", "x", at)}, "glh"},
		{
			"no date: the words could be any day's",
			[]oped.Entry{entry("1", "https://a.example/1", "One", "x", time.Time{})}, "glh",
		},
		{"no words", []oped.Entry{entry("1", "https://a.example/1", "One", "", at)}, "glh"},
		{"no guid", []oped.Entry{entry("", "https://a.example/1", "One", "x", at)}, "lhh"},
		{"no link", []oped.Entry{entry("1", "", "One", "x", at)}, "gh"},
		{"the home page is no link", []oped.Entry{entry("1", "https://a.example/", "One", "x", at)}, "gh"},
		{
			"guid repeated",
			[]oped.Entry{
				entry("1", "https://a.example/1", "One", "x", at), entry("1", "https://a.example/2", "Two", "y", at),
			},
			"lhh lhh",
		},
		{"guid is the feed's own address", []oped.Entry{entry(feed, "https://a.example/1", "One", "x", at)}, "lhh"},
		{
			"link shared",
			[]oped.Entry{
				entry("1", "https://a.example/letters", "One", "x", at),
				entry("2", "https://a.example/letters#2", "Two", "y", at),
			},
			"gh gh",
		},
		{
			"same title, same day",
			[]oped.Entry{entry("", "", "Editorial", "x", at), entry("", "", "Editorial", "y", at)}, "hh hh",
		},
		{
			"same title, same day, no words",
			[]oped.Entry{
				entry("", "https://a.example/", "Cartoon", "", noon),
				entry("", "https://a.example/?utm_source=2", "Cartoon", "", noon),
			},
			"h h",
		},
		{
			"same title, another day",
			[]oped.Entry{entry("", "", "Editorial", "x", at), entry("", "", "Editorial", "y", at.AddDate(0, 0, 1))},
			"hhh hhh",
		},
		{
			"nothing but a title",
			[]oped.Entry{entry("", "", "One", "", time.Time{}), entry("", "", "Two", "", time.Time{})}, "hh hh",
		},
		{"nothing at all", []oped.Entry{{}, {}}, "hh "},
		{
			"the very same entry twice keeps its guid",
			[]oped.Entry{
				entry("1", "https://a.example/1", "One", "x", at), entry("1", "https://a.example/1", "One", "x", at),
			},
			"glh ",
		},
		{
			"same words under two guids",
			[]oped.Entry{
				entry("1", "https://a.example/1", "One", "x", at), entry("2", "https://a.example/2", "One", "x", at),
			},
			"glh glh",
		},
		{
			"everything but the words the same",
			[]oped.Entry{
				entry("1", "https://a.example/1", "One", "x", at), entry("1", "https://a.example/1", "One", "y", at),
			},
			"hh hh",
		},
	} {
		if got := kinds(dedup.Identify(tt.entries)); got != tt.want {
			t.Errorf("%s: keys %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestIdentify_KeepsTheNewest checks that one id in a document is one entry, and that the newest updated wins
// (RFC 4287 §4.1.1).
func TestIdentify_KeepsTheNewest(t *testing.T) {
	version := func(updated time.Time, link string) oped.Entry {
		e := entry("urn:1", link, "One", "version of "+updated.String(), noon)
		e.Updated = updated
		return e
	}
	one, tracked := "https://a.example/1", "https://a.example/1?utm_source=rss"
	versions := []oped.Entry{
		version(noon.Add(time.Hour), one), version(noon.Add(2*time.Hour), tracked), version(noon, one),
	}
	for range 3 {
		keys := dedup.Identify(versions)
		for i, own := range keys {
			newest := versions[i].Updated.Equal(noon.Add(2 * time.Hour))
			if newest != (len(own) > 0 && own[0] == "g:urn:1") || !newest && len(own) > 0 {
				t.Errorf("version %d of %v has the keys %q", i, versions[i].Updated, own)
			}
		}
		versions = append(versions[1:], versions[0])
	}
	other := version(noon.Add(time.Hour), one)
	other.Title = "Another"
	if got := kinds(dedup.Identify([]oped.Entry{versions[0], other})); strings.Contains(" "+got+" ", "  ") {
		t.Errorf("another title under the same id is lost: %q", got)
	}
}

// TestIdentify_KeysSurviveNeighbours checks that an entry keeps at least one key while its neighbours come and go.
func TestIdentify_KeysSurviveNeighbours(t *testing.T) {
	a, b := entry("", "", "Editorial", "on the budget", noon), entry("", "", "Editorial", "on the floods", noon)
	alone := dedup.Identify([]oped.Entry{a})[0]
	both := dedup.Identify([]oped.Entry{b, a})
	if both[1][0] != alone[0] {
		t.Errorf("alone %q, beside another %q", alone, both[1])
	}
	for _, key := range both[0] {
		if slices.Contains(alone, key) {
			t.Errorf("the newcomer took the key %s", key)
		}
	}
}

// TestIdentify_KeysAreUnique checks that no two entries of a document share a key, that only one with a second
// version there has none, and that the same document gives the same keys.
func TestIdentify_KeysAreUnique(t *testing.T) {
	of := func(values ...string) *rapid.Generator[string] { return rapid.SampledFrom(values) }
	rapid.Check(t, func(t *rapid.T) {
		var entries []oped.Entry
		for range rapid.IntRange(0, 12).Draw(t, "entries") {
			e := entry(of("", "1", "2", feed).Draw(t, "guid"),
				of("", "https://a.example/", "https://a.example/1", "http://a.example/1?fbclid=2").Draw(t, "link"),
				of("", "One", "ONE", "Two").Draw(t, "title"), of("", "x", "y").Draw(t, "body"),
				noon.AddDate(0, 0, rapid.IntRange(0, 1).Draw(t, "day")))
			e.Updated = e.Published.Add(time.Duration(rapid.IntRange(0, 1).Draw(t, "updated")) * time.Hour)
			entries = append(entries, e)
		}
		keys, owner := dedup.Identify(entries), map[string]int{}
		for i, own := range keys {
			for _, key := range own {
				if j, taken := owner[key]; taken {
					t.Fatalf("entries %d and %d share the key %s", j, i, key)
				}
				owner[key] = i
			}
			if len(own) == 0 && !containedIn(entries, i) {
				t.Fatalf("entry %d has no key", i)
			}
		}
		if again := dedup.Identify(entries); fmt.Sprint(again) != fmt.Sprint(keys) {
			t.Fatalf("the same document has the keys %v, then %v", keys, again)
		}
	})
}

// containedIn reports whether the document has another version of entry i: an identical or a newer one.
func containedIn(entries []oped.Entry, i int) bool {
	b := &entries[i]
	for j := range entries {
		a := &entries[j]
		sameName := a.ID == b.ID && dedup.CanonicalURL(a.URL) == dedup.CanonicalURL(b.URL) &&
			strings.EqualFold(a.Title, b.Title)
		if i != j && sameName && (a.Updated.After(b.Updated) || a.Updated.Equal(b.Updated) && a.Summary == b.Summary) {
			return true
		}
	}
	return false
}

func TestSameEntry(t *testing.T) {
	minute := noon.Add(time.Minute)
	have := entry("1", "https://a.example/1", "One", "x", minute)
	for _, tt := range []struct {
		name string
		e    oped.Entry
		want bool
	}{
		{"same guid", entry("1", "", "Two", "y", time.Time{}), true},
		{"same text", entry("2", "", "Two", "x", noon.AddDate(0, 1, 0)), true},
		{"same moment", entry("2", "", "Two", "y", minute), true},
		{"same moment to the millisecond", entry("2", "", "Two", "y", minute.Add(time.Microsecond)), true},
		{"same title, same day", entry("2", "", "ONE", "y", noon), true},
		{"same title, no date", entry("2", "", "one", "y", time.Time{}), true},
		{"same title a day later: an instalment", entry("2", "", "One", "y", minute.AddDate(0, 0, 1)), false},
		{"another title", entry("2", "", "Two", "y", noon), false},
		{"another title, no text", entry("2", "", "Two", "", time.Time{}), false},
	} {
		if got := dedup.NewComparer(t.Context(), plenty).SameEntry(&have, &tt.e); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	daily := entry("1", "https://a.example/cartoon", "Cartoon", "<img src=1>", noon)
	if next := entry("2", "https://a.example/cartoon", "Letters", "<img src=2>", noon); dedup.NewComparer(t.Context(),
		plenty).SameEntry(&daily, &next) {
		t.Error("a date without a time makes two entries of a day one")
	}
	bare, blank := entry("", "", "One", "", time.Time{}), entry("", "", "Two", "", time.Time{})
	if dedup.NewComparer(t.Context(), plenty).SameEntry(&bare, &blank) {
		t.Error("two entries without guid, text and date are one")
	}
}
