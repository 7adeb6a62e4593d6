package ingest_test

import (
	"testing"

	"oped"
	"oped/topic"
)

// TestLanguage: an entry has the language of its text, whatever its feed declares, also in the filters of
// editions.
func TestLanguage(t *testing.T) {
	const urdu = "پاکستان اور امریکہ کے تعلقات کی تاریخ بہت پرانی ہے"
	for _, tt := range []struct {
		name, title, content, entry, document, want string
	}{
		{"as the feed says", "Column", essay(1, 60), "", "", "en"},
		{"as the document says", "Column", essay(1, 60), "", "en-PK", "en-PK"},
		{"as the entry says", "Column", essay(1, 60), "fr", "en-PK", "fr"},
		{"Urdu, whatever they say", "کالم", urdu, "en", "en-PK", "ur"},
		{"an Urdu headline alone", urdu, "", "", "", "ur"},
		{"an Urdu headline and a link", urdu, "Read on", "", "", "ur"},
		{"English in an Urdu document of an English feed", "Column", essay(1, 60), "", "ur", "en"},
	} {
		h := newHouse(t)
		e := edited(
			column(dawn, 1),
			func(e *oped.Entry) { e.Title, e.Content, e.Lang = tt.title, tt.content, tt.entry },
		)
		h.handle(oped.Fetched{
			Feed:     oped.FeedState{Feed: h.rules.Feeds[dawn]},
			At:       epoch,
			Status:   200,
			Next:     epoch,
			Entries:  []oped.Entry{e},
			Document: oped.Document{Lang: tt.document},
		})
		p := h.all()[0]
		if got := p.Lead().Lang; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		urdu := topic.NewFilter(oped.Filter{Langs: []string{"ur"}}, nil)
		if takes := urdu.Refuses(&p, nil, nil) == topic.Taken; takes != (tt.want == "ur") {
			t.Errorf("%s: an Urdu edition takes it: %v", tt.name, takes)
		}
	}
}
