package dedup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/text"
)

func TestPlainForms(t *testing.T) {
	for _, tt := range []struct{ at, want string }{
		{"https://a.example/x", ""},
		{"https://a.example/amplify/x", ""},
		{"https://a.example/x?example=1", ""},
		{"https://www.a.example/camp.html", ""},
		{"https://m.example/x", ""}, // a top-level domain is not a host
		{"https://m.a.example/x", "https://a.example/x https://www.a.example/x"},
		{"https://mobile.a.example/x?id=1", "https://a.example/x?id=1 https://www.a.example/x?id=1"},
		{"https://amp.a.example/x", "https://a.example/x https://www.a.example/x"},
		{"https://a.example/amp/x", "https://a.example/x"},
		{"https://a.example/news/amp/x-1", "https://a.example/news/x-1"},
		{"https://a.example/x/amp", "https://a.example/x https://a.example/x/"},
		{"https://a.example/x/amp/", "https://a.example/x https://a.example/x/"},
		{"https://a.example/x.amp", "https://a.example/x"},
		{"https://a.example/x.amp.html", "https://a.example/x.html"},
		{"https://a.example/google/amp/x.ghtml", "https://a.example/x.ghtml"},
		{"https://a.example/x?amp=1", "https://a.example/x"},
		{"https://a.example/x?amp&id=7", "https://a.example/x?id=7"},
		{"https://a.example/x?id=7&outputType=amp", "https://a.example/x?id=7"},
		{"https://a.example/amp", ""}, // a home page
		{"https://a-example.cdn.ampproject.org/c/s/a.example/x", "https://a.example/x"},
		{
			"https://a-example.cdn.ampproject.org/v/s/a.example/x?amp=1&usqp=1",
			"https://a.example/x https://a.example/x?amp=1",
		},
		{
			"https://a-example.cdn.ampproject.org/c/a.example/x/amp/",
			"https://a.example/x https://a.example/x/ https://a.example/x/amp/",
		},
		{"https://a-example.cdn.ampproject.org/i/s/a.example/x.png", ""},
		{"https://www.google.com/amp/s/a.example/x", "https://a.example/x"},
		{"", ""},
	} {
		if got := strings.Join(plainForms(CanonicalURL(tt.at)), " "); got != tt.want {
			t.Errorf("%s may be known as %q, want %q", tt.at, got, tt.want)
		}
	}
}

// paged returns an entry of a page with the words of a number.
func paged(at, title, words string) *oped.Entry {
	return &oped.Entry{
		URL:       at,
		FeedURL:   at,
		Title:     title,
		Text:      words,
		Published: time.Date(2026, 3, 1, 12, 1, 0, 0, time.UTC),
	}
}

// TestURLVariants checks that an AMP or mobile page is the page guessed from its address only if the texts
// agree, in either order.
func TestURLVariants(t *testing.T) {
	const one = "The river has fallen again and the farmers who depend on it ask what the treaty is worth to them " +
		"now that summer is here"
	const edited = "The river has fallen again and the farmers who depend on it ask what the treaty is worth to " +
		"them today when summer is here"
	const two = "Parliament rises on Friday without a vote, and nobody in either party will say when the finance " +
		"bill is going to return at all"
	plain := "https://www.a.example/opinion/river"
	for _, tt := range []struct {
		name, at, title, words string
		same                   bool
	}{
		{"same headline", "https://m.a.example/opinion/river", "The river", "", true},
		{"same headline, edited", "https://amp.a.example/opinion/river", "THE RIVER", edited, true},
		{"same text, another headline", "https://www.a.example/opinion/river/amp/", "Rivers", edited, true},
		{"same headline, other words", "https://m.a.example/opinion/river", "The river", two, false},
		{"another headline, no words", "https://m.a.example/opinion/river", "Rivers", "", false},
		{"another page", "https://m.a.example/opinion/sea", "The river", "", false},
		{
			"Google's cache", "https://www-a-example.cdn.ampproject.org/c/s/www.a.example/opinion/river?amp=1",
			"The river", one, true,
		},
	} {
		for _, order := range []string{"plain first", "plain second"} {
			have, comes := paged(plain, "The river", one), paged(tt.at, tt.title, tt.words)
			if order == "plain second" {
				have, comes = comes, have
			}
			var words, known text.Tokens
			words.Scan(comes.Text)
			known.Scan(have.Text)
			keys, stored := Keys(comes, &words), Keys(have, &known)
			meets := slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(stored, key) })
			found := Find(&Query{Entry: comes, Keys: keys}, []oped.Piece{{ID: 1, Entries: []oped.Entry{*have}}}).Same
			if (len(found) == 1 && meets) != tt.same {
				t.Errorf("%s, %s: met %v, found %+v", tt.name, order, meets, found)
			}
		}
	}
}

// TestKeys_OfPlainAddressIsSingle checks that plain addresses have a single key.
func TestKeys_OfPlainAddressIsSingle(t *testing.T) {
	if keys := Keys(paged("https://www.a.example/opinion/river", "", ""), &text.Tokens{}); len(keys) != 1 {
		t.Errorf("keys %q", keys)
	}
}

func FuzzPlainForms(f *testing.F) {
	for _, at := range []string{
		"https://m.a.example/x/amp/?amp=1",
		"https://a-example.cdn.ampproject.org/c/s/cdn.ampproject.org/c/s/m.a.example/x.amp",
		"https://www.google.com/amp/s/",
	} {
		f.Add(at)
	}
	f.Fuzz(func(t *testing.T, in string) {
		at := CanonicalURL(in)
		forms := plainForms(at)
		if len(forms) > 40 {
			t.Errorf("%s has %d forms", at, len(forms))
		}
		for _, form := range forms {
			if form == "" || form == at || CanonicalURL(form) != form {
				t.Errorf("%s may be known as %q, not canonical", at, form)
			}
		}
	})
}
