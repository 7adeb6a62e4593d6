package ingest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/ingest"
)

// document is n columns of a feed.
func document(feed string, n int) (entries []oped.Entry) {
	for i := range n {
		entries = append(entries, column(feed, i+1))
	}
	return entries
}

// TestHijack: a feed with another feed's id does not get at its piece; ids are names within a feed.
func TestHijack(t *testing.T) {
	h := newHouse(t)
	mine := column(dawn, 1)
	h.fetch(dawn, epoch, mine)
	before := h.all()[0]
	theirs := edited(column(nation, 2), func(e *oped.Entry) { e.ID = mine.ID })
	h.fetch(nation, epoch.Add(time.Hour), theirs)
	h.want(2, 2)
	pieces := h.all()
	if got := pieces[0]; got.AtomID != mine.ID || got.Lead().Content != mine.Content || got.Revision != 1 ||
		!got.Updated.Equal(before.Updated) {
		t.Errorf("the first feed's piece is %+v", got)
	}
	if id := pieces[1].AtomID; !strings.HasPrefix(id, "tag:oped.example,2026-03-01:piece/") {
		t.Errorf("the second feed's piece is %s", id)
	}
}

// TestHijackByAddress: a long text under another paper's address is a copy and no lead, unless the paper's
// own stub begins it.
func TestHijackByAddress(t *testing.T) {
	full := column(dawn, 1)
	stub := edited(full, func(e *oped.Entry) { e.Content = e.Content[:120] + "…</p>" })
	for _, tt := range []struct {
		name   string
		mine   oped.Entry
		copy   oped.Entry
		lead   bool
		pieces int
	}{
		{"the rest of it", stub, full, true, 1},
		{"the rest of it, unsigned", stub, edited(full, func(e *oped.Entry) { e.Authors = nil }), true, 1},
		{"something else", stub, edited(full, func(e *oped.Entry) { e.Content = column(wire, 9).Content }), false, 2},
		{"by somebody else", stub, edited(full, func(e *oped.Entry) { e.Authors[0].Name = "S. Pammer" }), false, 1},
		{"a headline alone, and its text", edited(full, func(e *oped.Entry) { e.Content = "" }), full, true, 1},
		{
			"a headline alone, and another's text", edited(full, func(e *oped.Entry) { e.Content = "" }),
			edited(full, func(e *oped.Entry) { e.Title = "Buy" }), false, 2,
		},
	} {
		h := newHouse(t)
		h.fetch(dawn, epoch, tt.mine)
		h.fetch(nation, epoch.Add(time.Hour), edited(tt.copy, func(e *oped.Entry) { e.FeedURL, e.ID = nation, "9" }))
		h.want(2, tt.pieces)
		if got := h.all()[0].Lead().FeedURL == nation; got != tt.lead {
			t.Errorf("%s: it leads: %v, want %v", tt.name, got, tt.lead)
		}
	}
}

// TestAllGuidsChange: a feed that changes all its guids at once, its addresses, its host, or both, with texts
// short or long, is not published again.
func TestAllGuidsChange(t *testing.T) {
	for name, change := range map[string]func(*oped.Entry){
		"guids":        func(e *oped.Entry) { e.ID += "&v=2" },
		"guids vanish": func(e *oped.Entry) { e.ID = "" },
		"http to https": func(e *oped.Entry) {
			e.ID, e.URL = strings.Replace(e.ID, "https", "http", 1), strings.Replace(e.URL, "https", "http", 1)
		},
		"another host": func(e *oped.Entry) {
			e.ID, e.URL = strings.Replace(e.ID, "dawn.", "new.", 1), strings.Replace(e.URL, "dawn.", "new.", 1)
		},
		"guids and texts": func(e *oped.Entry) { e.ID, e.Content = e.ID+"&v=2", e.Content+"<p>Corrected.</p>" },
		"guid for all":    func(e *oped.Entry) { e.ID = "urn:all" },
	} {
		for _, words := range []string{"long", "short"} {
			h := newHouse(t)
			before := document(dawn, 12)
			if words == "short" {
				for i := range before {
					before[i] = edited(before[i], func(e *oped.Entry) { e.Content = e.Content[:80] + "…</p>" })
				}
			}
			h.fetch(dawn, epoch, before...)
			record := strings.Count(h.record(), "enter")
			after := slices.Clone(before)
			for i := range after {
				after[i] = edited(after[i], change)
			}
			slices.Reverse(after)
			c := h.fetch(dawn, epoch.Add(time.Hour), after...)
			h.want(12, 12)
			if entered := strings.Count(h.record(), "enter"); c.New+c.Joined > 0 || entered != record {
				t.Errorf("%s, %s texts: %+v, %d times entered after %d", name, words, c, entered, record)
			}
			h.stored(after...)
		}
	}
}

// TestLateFullText: the full text takes the lead from a stub, whoever brings it, and the piece stays the piece.
func TestLateFullText(t *testing.T) {
	for name, feed := range map[string]string{"the same feed": dawn, "another feed": nation} {
		h := newHouse(t)
		full := column(dawn, 1)
		h.fetch(dawn, epoch, edited(full, func(e *oped.Entry) { e.Content = e.Content[:120] + "…</p>" }))
		before := h.all()[0]
		late := full
		if feed != dawn {
			late = edited(full, func(e *oped.Entry) { e.FeedURL, e.ID = feed, "9" })
		}
		h.fetch(feed, epoch.Add(time.Hour), late)
		p := h.all()[0]
		if len(h.all()) != 1 || p.AtomID != before.AtomID || p.Revision != 2 ||
			!p.Updated.Equal(epoch.Add(time.Hour)) ||
			p.Lead().Content != full.Content {
			t.Errorf(
				"%s: %d pieces, %s revision %d of %v, led by %s", name, len(h.all()), p.AtomID, p.Revision,
				p.Updated, p.Lead().FeedURL,
			)
		}
		if want := "all: enter 1.1; all: revise 1.2; everything: enter 1.1; everything: revise 1.2"; h.record() != want {
			t.Errorf("%s: published %s, want %s", name, h.record(), want)
		}
	}
}

// TestFurtherCopy: one more copy is no news of the piece.
func TestFurtherCopy(t *testing.T) {
	h := newHouse(t)
	h.fetch(dawn, epoch, column(dawn, 1))
	before := h.all()[0]
	h.fetch(nation, epoch.Add(time.Hour), column(nation, 1))
	h.want(2, 1)
	if p := h.all()[0]; p.Revision != 1 || !p.Updated.Equal(before.Updated) || p.Lead().FeedURL != dawn {
		t.Errorf("a copy made it revision %d of %v, led by %s", p.Revision, p.Updated, p.Lead().FeedURL)
	}
}

// TestOneDocumentJoins: entries are also compared with earlier entries of the same document.
func TestOneDocumentJoins(t *testing.T) {
	h := newHouse(t)
	h.fetch(dawn, epoch, column(dawn, 1))
	byText := column(wire, 1)
	byLink := edited(
		column(wire, 2),
		func(e *oped.Entry) { e.ID, e.URL, e.Title = byText.ID, byText.URL+"?utm_source=x", byText.Title },
	)
	h.fetch(wire, epoch, byText, byLink)
	h.want(3, 1)
}

// TestOneAddressForAll: entries without guids under one address are as many pieces as they are entries, also
// the next day.
func TestOneAddressForAll(t *testing.T) {
	h := newHouse(t)
	all := document(dawn, 9)
	for i := range all {
		all[i] = edited(all[i], func(e *oped.Entry) { e.ID, e.URL = "", "https://dawn.example/letters" })
	}
	h.fetch(dawn, epoch, all[:6]...)
	h.want(6, 6)
	h.fetch(dawn, epoch.Add(time.Hour), all[3:]...)
	h.want(9, 9)
	h.stored(all...)
}

// TestColumnOfOneAddress: each instalment of a column has a guid of its own, and all have one address and one title.
func TestColumnOfOneAddress(t *testing.T) {
	h := newHouse(t)
	for day := range 9 {
		h.fetch(dawn, epoch.AddDate(0, 0, day), edited(column(dawn, day+1), func(e *oped.Entry) {
			e.URL, e.Title, e.Published = "https://dawn.example/cartoon", "Cartoon", epoch.AddDate(0, 0, day-1)
		}))
	}
	h.want(9, 9)
}

// TestGuidBeforeLink: the entry with the guid is the known one, wherever it is, and not one under its former
// address.
func TestGuidBeforeLink(t *testing.T) {
	h := newHouse(t)
	old := column(dawn, 1)
	h.fetch(dawn, epoch, old)
	successor := edited(old, func(e *oped.Entry) { e.ID, e.Content = "2", "<p>"+essay(2, 60)+"</p>" })
	moved := edited(old, func(e *oped.Entry) { e.URL += "-old" })
	h.fetch(dawn, epoch.Add(time.Hour), successor, moved)
	h.want(2, 2)
	if p := h.all()[0]; p.Lead().ID != old.ID || p.Lead().Content != old.Content {
		t.Errorf("the piece is now %+v", p.Lead())
	}
}

// TestFailedFetch: a failure changes nothing, and is counted.
func TestFailedFetch(t *testing.T) {
	h := newHouse(t)
	h.fetch(dawn, epoch, document(dawn, 3)...)
	state := h.feed(dawn)
	record, pieces := h.record(), h.all()
	for n := 1; n <= 3; n++ {
		at := epoch.Add(time.Duration(n) * time.Hour)
		h.handle(oped.Fetched{
			Feed:    state,
			At:      at,
			Next:    at.Add(time.Hour),
			Err:     &oped.FetchError{Kind: oped.Timeout, Err: errors.New("slow")},
			Entries: document(dawn, 1),
		})
		got := h.feed(dawn)
		if got.Failures != n || !got.FailingSince.Equal(epoch.Add(time.Hour)) || got.LastKind != oped.Timeout ||
			got.LastError != "timeout: slow" ||
			!got.LastSuccess.Equal(epoch) || !got.LastNew.Equal(epoch) || got.Entries != 3 {
			t.Errorf("after %d failures: %+v", n, got)
		}
	}
	h.want(3, 3)
	if h.record() != record || len(h.all()) != len(pieces) {
		t.Error("a failure published something")
	}
	h.handle(oped.Fetched{
		Feed:        state,
		At:          epoch.Add(9 * time.Hour),
		Status:      304,
		NotModified: true,
		Next:        epoch.Add(10 * time.Hour),
	})
	if got := h.feed(dawn); got.Failures != 0 || !got.FailingSince.IsZero() || got.LastKind != "" ||
		got.LastError != "" {
		t.Errorf("after it came back: %+v", got)
	}
}

func (h *house) feed(url string) oped.FeedState {
	h.t.Helper()
	all, err := h.store.Feeds.All(context.Background())
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	return all[slices.IndexFunc(all, func(f oped.FeedState) bool { return f.URL == url })]
}

// TestClockGoesBack: a change under a wrong clock still gets a later time than before; the house checks that.
func TestClockGoesBack(t *testing.T) {
	h := newHouse(t)
	h.fetch(dawn, epoch, column(dawn, 1))
	h.fetch(dawn, epoch.AddDate(-1, 0, 0), edited(column(dawn, 1), func(e *oped.Entry) { e.Title = "Corrected" }))
	if p := h.all()[0]; p.Revision != 2 || !p.Updated.After(epoch) {
		t.Errorf("revision %d of %v", p.Revision, p.Updated)
	}
}

// TestPublishedStays: a newer date on an edited entry does not make it newer (the piece is sorted by when it
// was published).
func TestPublishedStays(t *testing.T) {
	h := newHouse(t)
	first := column(dawn, 1)
	h.fetch(dawn, epoch, first)
	for i, published := range []time.Time{{}, epoch} {
		h.fetch(
			dawn, epoch.Add(time.Hour),
			edited(first, func(e *oped.Entry) { e.Published, e.Content = published, e.Content+"<p>Again.</p>" }),
		)
		if got := h.all()[0].Lead().Published; !got.Equal(first.Published) {
			t.Errorf("change %d: published %v, then %v", i, first.Published, got)
		}
	}
	h.want(1, 1)
}

// TestUnknownFeed: a feed missing from the store is our own fault, and the error says so.
func TestUnknownFeed(t *testing.T) {
	h := newHouse(t)
	_, err := ingest.New(h.store.Entries, h.rules).Handle(t.Context(), oped.Fetched{
		Feed:    oped.FeedState{Feed: oped.Feed{URL: "https://none.example/rss"}},
		Entries: document(dawn, 1),
	})
	if err == nil || !strings.Contains(err.Error(), "ingest https://none.example/rss") {
		t.Errorf("error %v", err)
	}
}
