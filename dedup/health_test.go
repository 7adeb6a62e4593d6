package dedup_test

import (
	"testing"
	"time"

	"oped"
	"oped/dedup"
)

func TestTrustsGUIDs(t *testing.T) {
	for _, tt := range []struct {
		looked, faults int
		want           bool
	}{
		{0, 0, true},
		{19, 19, true},
		{20, 0, true},
		{20, 1, false},
		{100, 4, true},
		{100, 5, false},
		{2000, 99, true},
		{2000, 100, false},
	} {
		if got := dedup.TrustsGUIDs(&oped.FeedState{GUIDs: tt.looked, GUIDFaults: tt.faults}); got != tt.want {
			t.Errorf("%d faults of %d: %v", tt.faults, tt.looked, got)
		}
	}
}

// TestCountGUIDs_ForgetsOldFaults checks that old faults fade, whatever the size of the documents.
func TestCountGUIDs_ForgetsOldFaults(t *testing.T) {
	for _, size := range []int{1, 10, 300, 5000} {
		s := oped.FeedState{}
		dedup.CountGUIDs(&s, 1000, 1000)
		looked := 0
		for ; !dedup.TrustsGUIDs(&s); looked += size {
			dedup.CountGUIDs(&s, size, 0)
			if s.GUIDs > 2000 || s.GUIDFaults > s.GUIDs || looked > 20000 {
				t.Fatalf("documents of %d: %d of %d after %d", size, s.GUIDFaults, s.GUIDs, looked)
			}
		}
		t.Logf("documents of %d: trusted again after %d guids that hold", size, looked)
	}
}

func TestNamesSite(t *testing.T) {
	for guid, want := range map[string]bool{
		"https://a.example/":    true,
		"https://a.example":     true,
		"https://a.example/rss": true,
		"https://a.example/1":   false,
		"1":                     false,
		"":                      false,
	} {
		if got := dedup.NamesSite(guid, "https://a.example/rss", "https://a.example/", ""); got != want {
			t.Errorf("%q: %v", guid, got)
		}
	}
}

func TestReissued(t *testing.T) {
	have := entry("1", "https://a.example/1", "One", prose(1, 60), noon)
	for _, tt := range []struct {
		name string
		e    oped.Entry
		want bool
	}{
		{"another guid", entry("2", "http://a.example/1?utm_source=rss", "One", prose(1, 60), noon), true},
		{"another guid, edited", entry("2", "https://a.example/1", "Two", prose(1, 60)+" Corrected.", noon), true},
		{"same guid", entry("1", "https://a.example/1", "One", prose(1, 60), noon), false},
		{"no guid any more", entry("", "https://a.example/1", "One", prose(1, 60), noon), false},
		{"another link", entry("2", "https://a.example/2", "One", prose(1, 60), noon), false},
		{"another text", entry("2", "https://a.example/1", "One", prose(2, 60), noon), false},
		{"hardly a text, another headline", entry("2", "https://a.example/1", "Two", "x", noon), false},
	} {
		if got := dedup.NewComparer(t.Context(), plenty).Reissued(&have, &tt.e); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestOneAfterAnother(t *testing.T) {
	const at, article = "https://a.example/subscribe", "https://a.example/news/1234567"
	next := noon.AddDate(0, 0, 1)
	for _, tt := range []struct {
		name string
		a, b oped.Entry
		want bool
	}{
		{"other words", entry("", at, "One", prose(1, 60), noon), entry("", at, "One", prose(2, 60), noon), true},
		{
			"an edit", entry("", at, "One", prose(1, 60), noon), entry("", at, "Two", prose(1, 60)+" Corrected.", next),
			false,
		},
		{
			"headline and summary of an article rewritten", entry("", article, "One", prose(1, 20), noon),
			entry("", article, "Two", prose(2, 20), noon), false,
		},
		{
			"another headline and summary at a section's address", entry("", at, "One", prose(1, 20), noon),
			entry("", at, "Two", prose(2, 20), noon), true,
		},
		{
			"other headline, summary and day", entry("", at, "One", prose(1, 20), noon),
			entry("", at, "Two", prose(2, 20), next), true,
		},
		{
			"no text, another day", entry("", at, "On the river", "", noon), entry("", at, "On the river", "", next),
			false,
		},
		{"the editorial of another day", entry("", at, "Editorial", "", noon), entry("", at, "Editorial", "", next), true},
		{
			"no text, no day, another headline", entry("", article, "One", "", time.Time{}),
			entry("", article, "Two", "", next), false,
		},
	} {
		c := dedup.NewComparer(t.Context(), plenty)
		if c.OneAfterAnother(&tt.a, &tt.b) != tt.want || c.OneAfterAnother(&tt.b, &tt.a) != tt.want {
			t.Errorf("%s: want %v", tt.name, tt.want)
		}
	}
}
