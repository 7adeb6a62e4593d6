package ingest_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/dedup"
	"oped/ingest"
)

// state returns the stored state of a feed.
func (h *house) state(feed string) oped.FeedState {
	h.t.Helper()
	all, err := h.store.Feeds.All(context.Background())
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	return all[slices.IndexFunc(all, func(f oped.FeedState) bool { return f.URL == feed })]
}

// TestGUIDFaults lists changes that count against the guids of a feed, and others.
func TestGUIDFaults(t *testing.T) {
	one, two := column(dawn, 1), column(dawn, 2)
	for _, tt := range []struct {
		name           string
		first, second  []oped.Entry
		looked, faults int
	}{
		{"guids that name", []oped.Entry{one, two}, []oped.Entry{one, two}, 2, 0},
		{"an edit", []oped.Entry{one}, []oped.Entry{edited(one, func(e *oped.Entry) { e.Title = "Another" })}, 2, 0},
		{"another link", []oped.Entry{one}, []oped.Entry{edited(one, func(e *oped.Entry) { e.URL += "-moved" })}, 2, 0},
		{"no guid", []oped.Entry{edited(one, func(e *oped.Entry) { e.ID = "" })}, nil, 0, 0},
		{"several have it", []oped.Entry{one, edited(two, func(e *oped.Entry) { e.ID = one.ID })}, nil, 2, 2},
		{"the feed's address", []oped.Entry{edited(one, func(e *oped.Entry) { e.ID = dawn })}, nil, 1, 1},
		{"the site's address", []oped.Entry{edited(one, func(e *oped.Entry) { e.ID = "https://dawn.example" })}, nil, 1, 1},
		{
			"another guid, same link and text", []oped.Entry{one},
			[]oped.Entry{edited(one, func(e *oped.Entry) { e.ID = "7" })}, 2, 1,
		},
		{
			"another guid and another link", []oped.Entry{one},
			[]oped.Entry{edited(one, func(e *oped.Entry) { e.ID, e.URL = "7", e.URL+"-moved" })}, 2, 0,
		},
		{
			"the guid of another entry", []oped.Entry{one},
			[]oped.Entry{edited(
				two, func(e *oped.Entry) { e.ID, e.Published = one.ID, two.Published.AddDate(0, 0, 2) },
			)},
			2, 1,
		},
	} {
		h := newHouse(t)
		for i, entries := range [][]oped.Entry{tt.first, tt.second} {
			at := epoch.Add(time.Duration(i) * time.Hour)
			h.handle(oped.Fetched{
				Feed:     oped.FeedState{Feed: h.rules.Feeds[dawn]},
				At:       at,
				Status:   200,
				Entries:  entries,
				Document: oped.Document{SiteURL: "https://dawn.example/"},
			})
		}
		if s := h.state(dawn); s.GUIDs != tt.looked || s.GUIDFaults != tt.faults {
			t.Errorf("%s: %d of %d were faults, want %d of %d", tt.name, s.GUIDFaults, s.GUIDs, tt.faults, tt.looked)
		}
	}
}

// reissue gives every entry of a document new guids.
func reissue(entries []oped.Entry, with string) []oped.Entry {
	out := slices.Clone(entries)
	for i := range out {
		out[i] = edited(out[i], func(e *oped.Entry) { e.ID = with + e.ID })
	}
	return out
}

// TestThousandGUIDsChange: a feed that changes all its guids at once keeps its entries, and is identified by
// link from then on (R16).
func TestThousandGUIDsChange(t *testing.T) {
	spareDetector(t)
	h := newHouse(t)
	in := ingest.New(h.store.Entries, h.rules)
	fetch := func(hours int, entries ...oped.Entry) oped.Changes {
		c, err := in.Handle(t.Context(), oped.Fetched{
			Feed:    oped.FeedState{Feed: h.rules.Feeds[dawn]},
			At:      epoch.Add(time.Duration(hours) * time.Hour),
			Status:  200,
			Entries: entries,
		})
		check(t, err)
		h.holds()
		return c
	}
	var document []oped.Entry
	for n := range 1000 {
		document = append(
			document,
			edited(column(dawn, n), func(e *oped.Entry) { e.Content = "<p>" + prose(n, 60) + "</p>" }),
		)
	}
	fetch(0, document...)
	h.want(1000, 1000)
	if c := fetch(1, reissue(document, "urn:new:")...); c.New+c.Joined != 0 || c.Changed != 1000 {
		t.Errorf("%+v", c)
	}
	h.want(1000, 1000)
	s := h.state(dawn)
	if s.GUIDs != 2000 || s.GUIDFaults != 1000 || dedup.TrustsGUIDs(&s) {
		t.Errorf("%d of %d guids were faults", s.GUIDFaults, s.GUIDs)
	}
	if c := fetch(2, reissue(document, "urn:newer:")...); c.New+c.Joined != 0 {
		t.Errorf("%+v", c)
	}
	h.want(1000, 1000)
	fetch(3, column(dawn, 1001))
	if id := h.all()[1000].AtomID; !strings.HasPrefix(id, "tag:oped.example,") {
		t.Errorf("a guid that is not to be trusted became the AtomID %s", id)
	}
}

// TestHealthSwitches: a feed whose guids hold, then change, then hold again, over 30 fetches with edits,
// neither loses nor doubles an entry.
func TestHealthSwitches(t *testing.T) {
	spareDetector(t)
	h := newHouse(t)
	in := ingest.New(h.store.Entries, h.rules)
	h.rules.Quota = 10_000 // a hundred new entries an hour
	const perFetch, window = 100, 200
	var all []oped.Entry
	states := ""
	for n := range 30 {
		for range perFetch {
			k := len(all)
			all = append(
				all,
				edited(column(dawn, k), func(e *oped.Entry) { e.Content = "<p>" + prose(k, 50) + "</p>" }),
			)
		}
		document := all[max(0, len(all)-window):]
		for i := range document {
			e := &document[i]
			switch {
			case n >= 8 && n < 11 && i%2 == 0: // the middle: half of the guids are others each time
				*e = edited(*e, func(e *oped.Entry) { e.ID = fmt.Sprintf("%s&again=%d", e.ID, n) })
			case (i+n)%10 == 0:
				*e = edited(
					*e,
					func(e *oped.Entry) { e.Content = strings.Replace(e.Content, "</p>", " Corrected.</p>", 1) },
				)
			case (i+n)%10 == 1:
				*e = edited(*e, func(e *oped.Entry) { e.Title += ", again" })
			case (i+n)%30 == 2: // moved, under the same guid
				*e = edited(*e, func(e *oped.Entry) { e.URL += "-moved" })
			}
		}
		_, err := in.Handle(t.Context(), oped.Fetched{
			Feed:    oped.FeedState{Feed: h.rules.Feeds[dawn]},
			At:      epoch.Add(time.Duration(n) * time.Hour),
			Status:  200,
			Entries: document,
		})
		check(t, err)
		h.want(len(all), len(all))
		s := h.state(dawn)
		states += map[bool]string{true: "+", false: "-"}[dedup.TrustsGUIDs(&s)]
	}
	t.Logf("trusted (+) or not (-): %s", states)
	if runs := strings.TrimLeft(
		strings.TrimLeft(strings.TrimLeft(states, "+"), "-"), "+",
	); !strings.HasPrefix(states, "+") || !strings.Contains(states, "-") || !strings.HasSuffix(states, "+") ||
		runs != "" {
		t.Errorf("the feed was not trusted, distrusted and trusted again: %s", states)
	}
	h.stored(all...)
}

// TestDistrusted: where guids are not to be trusted, the same link is the same entry, and the same guid is
// one only with link or text.
func TestDistrusted(t *testing.T) {
	for _, tt := range []struct {
		name    string
		change  func(*oped.Entry)
		entries int
	}{
		{
			"another guid, edited",
			func(e *oped.Entry) { e.ID, e.Content = "7", "<p>"+essay(1, 60)+" Corrected.</p>" }, 1,
		},
		{
			"another guid, cut short, another headline",
			func(e *oped.Entry) { e.ID, e.Title, e.Content = "7", "Another", "<p>Number1 and no more</p>" }, 1,
		},
		{"another guid and link, same text", func(e *oped.Entry) { e.ID, e.URL = "7", e.URL+"-moved" }, 1},
		{"same guid, another link, same text", func(e *oped.Entry) { e.URL += "-moved" }, 1},
		{
			"same guid and link, another headline and text",
			func(e *oped.Entry) { e.Title, e.Content, e.Published = "Another", "<p>"+prose(3, 60)+"</p>", epoch },
			2,
		},
		{
			"same guid, link, headline and day, another text",
			func(e *oped.Entry) { e.Content = "<p>" + prose(3, 60) + "</p>" }, 1,
		},
		{
			"same guid, another link and text",
			func(e *oped.Entry) { e.URL, e.Title, e.Content = e.URL+"-other", "Another", "<p>Short.</p>" }, 2,
		},
	} {
		h := newHouse(t)
		var faulty []oped.Entry
		for n := range 30 {
			faulty = append(faulty, edited(column(dawn, 100+n), func(e *oped.Entry) { e.ID = "1" }))
		}
		one := column(dawn, 1)
		h.fetch(dawn, epoch, append(faulty, one)...)
		h.fetch(dawn, epoch.Add(time.Hour), append(faulty, edited(one, tt.change))...)
		c, err := h.store.Counts(t.Context())
		check(t, err)
		if c.Entries != 30+tt.entries {
			t.Errorf("%s: %d entries, want %d", tt.name, c.Entries-30, tt.entries)
		}
		h.stored(edited(one, tt.change))
	}
}

// TestSharedLink: entries under one address, without guids of their own, are all kept in any order: the
// address is no evidence (L2).
func TestSharedLink(t *testing.T) {
	for name, guid := range map[string]string{
		"no guid":            "",
		"the feed's address": dawn,
		"one guid for all":   "urn:paper",
	} {
		for _, body := range []string{"words", "none"} {
			if guid == "urn:paper" && body == "none" {
				// under one guid and one link, without a text: until the guid is distrusted, this is an
				// edited entry
				continue
			}
			steps := []int{1, 3, 7}
			if testing.Short() {
				steps = steps[1:2]
			}
			for _, step := range steps {
				h := newHouse(t)
				h.t = labelled{t, fmt.Sprintf("%s, body %s, by %d", name, body, step)}
				var all []oped.Entry
				for n := range 8 {
					all = append(all, edited(column(dawn, 30*n), func(e *oped.Entry) {
						e.ID, e.URL, e.Title = guid, "https://dawn.example/subscribe", fmt.Sprintf("Notice %d", n)
						e.Content = map[string]string{"words": "<p>" + prose(n, 60) + "</p>", "none": ""}[body]
					}))
				}
				for i := range all {
					h.fetch(dawn, epoch.Add(time.Duration(i)*time.Hour), all[i*step%8])
				}
				h.want(8, 8)
				h.stored(all...)
			}
		}
	}
}

// spareDetector skips a test of thousands of entries, one fetch after another, where the race detector would
// take minutes over it and find nothing.
func spareDetector(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	if raced {
		t.Skip("SKIPPED: thousands of entries, under the race detector")
	}
}

// labelled is a test that names the failing case.
type labelled struct {
	failer
	label string
}

func (l labelled) Errorf(format string, args ...any) {
	l.Helper()
	l.failer.Errorf("%s: "+format, append([]any{l.label}, args...)...)
}

// TestAliasesExpire: a text that returns under another guid and another link is the stored entry within 90
// days of its last sight, and a reprint afterwards. Under its link it is the same for good.
func TestAliasesExpire(t *testing.T) {
	one, other := column(dawn, 1), column(dawn, 2)
	renamed := edited(one, func(e *oped.Entry) { e.ID, e.URL = "https://dawn.example/?p=900", "https://dawn.example/again" })
	sameLink := edited(one, func(e *oped.Entry) { e.ID = "https://dawn.example/?p=900" })
	day := func(n int) time.Time { return epoch.AddDate(0, 0, n) }
	type document struct {
		day     int
		entries []oped.Entry
	}
	for _, tt := range []struct {
		name    string
		before  []document
		comes   oped.Entry
		on      int
		entries int
	}{
		{
			"after 80 days",
			[]document{{0, []oped.Entry{one}}, {1, []oped.Entry{other}}, {30, []oped.Entry{other}}}, renamed,
			80, 2,
		},
		{
			"after 100 days",
			[]document{{0, []oped.Entry{one}}, {1, []oped.Entry{other}}, {30, []oped.Entry{other}}}, renamed,
			100, 3,
		},
		{
			"after 100 days, same link",
			[]document{{0, []oped.Entry{one}}, {1, []oped.Entry{other}}, {30, []oped.Entry{other}}}, sameLink,
			100, 2,
		},
		{
			"it was in the feed all the time",
			[]document{{0, []oped.Entry{one, other}}, {50, []oped.Entry{one, other}}, {99, []oped.Entry{one, other}}},
			renamed, 100, 2,
		},
		{"nothing was printed in between", []document{{0, []oped.Entry{one, other}}}, renamed, 200, 2},
		{
			"it was in the feed until lately",
			[]document{{0, []oped.Entry{one, other}}, {80, []oped.Entry{one, other}}, {90, []oped.Entry{other}}},
			renamed, 100, 2,
		},
	} {
		h := newHouse(t)
		for _, d := range tt.before {
			h.fetch(dawn, day(d.day), d.entries...)
		}
		h.fetch(dawn, day(tt.on), tt.comes, other)
		c, err := h.store.Counts(t.Context())
		check(t, err)
		if c.Entries != tt.entries || c.Pieces != 2 {
			t.Errorf("%s: %d entries in %d pieces, want %d in 2", tt.name, c.Entries, c.Pieces, tt.entries)
		}
	}
}

// TestAliasesExpireByWords: the same for a text too short for a text key, known by its words and their date.
func TestAliasesExpireByWords(t *testing.T) {
	one := edited(column(dawn, 1), func(e *oped.Entry) { e.Content = "<p>" + essay(1, 20) + "</p>" })
	again := edited(one, func(e *oped.Entry) { e.ID, e.URL = "7", "https://dawn.example/again" })
	counts := map[int]int{}
	for _, days := range []int{80, 100} {
		h := newHouse(t)
		h.fetch(dawn, epoch, one)
		h.fetch(dawn, epoch.AddDate(0, 0, 8), column(dawn, 2))
		h.fetch(dawn, epoch.AddDate(0, 0, days), again)
		c, err := h.store.Counts(t.Context())
		check(t, err)
		counts[days] = c.Entries - 1
	}
	if want := map[int]int{80: 1, 100: 2}; !maps.Equal(counts, want) {
		t.Errorf("entries after days: %v, want %v", counts, want)
	}
}
