package store_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"oped"
	"oped/store"
	"pgregory.net/rapid"
)

// model is a store made of maps; the real one must agree with it.
type model struct {
	pieces   map[oped.PieceID]oped.Piece
	keys     map[string]map[string]oped.KnownEntry // by feed and identity key
	matches  map[string][]oped.PieceID
	record   map[string][]store.Publication
	updated  map[string]time.Time
	entries  map[string]int // by feed
	nextRow  int64
	editions []string
}

func newModel(editions ...string) *model {
	return &model{pieces: map[oped.PieceID]oped.Piece{},
		keys:     map[string]map[string]oped.KnownEntry{},
		matches:  map[string][]oped.PieceID{},
		record:   map[string][]store.Publication{},
		updated:  map[string]time.Time{},
		entries:  map[string]int{},
		editions: editions}
}

// carryOut applies a plan to the maps.
func (m *model) carryOut(feed string, plan oped.Plan) {
	for _, c := range plan.Pieces {
		p := c.Piece
		p.Entries = slices.Clone(p.Entries)
		if p.ID == 0 {
			p.ID = oped.PieceID(len(m.pieces) + 1)
		}
		for _, e := range c.Entries {
			entry := &p.Entries[e.Index]
			if entry.Row == 0 {
				m.nextRow++
				entry.Row = m.nextRow
				m.entries[feed]++
			}
			if m.keys[feed] == nil {
				m.keys[feed] = map[string]oped.KnownEntry{}
			}
			for _, key := range e.Keys {
				m.keys[feed][key] = oped.KnownEntry{Row: entry.Row}
			}
		}
		for _, key := range c.Keys {
			if !slices.Contains(m.matches[key], p.ID) {
				m.matches[key] = append(m.matches[key], p.ID)
				slices.Sort(m.matches[key])
			}
		}
		m.publish(&p, c, plan.Feed.LastFetch)
		rest := p.Entries[1:]
		slices.SortFunc(rest, func(a, b oped.Entry) int { return int(a.Row - b.Row) })
		m.pieces[p.ID] = p
	}
}

func (m *model) publish(p *oped.Piece, c oped.PieceChange, at time.Time) {
	editions := m.pieces[p.ID].Editions
	note := func(name string, action store.Action) {
		at := at
		if p.Updated.After(at) {
			at = p.Updated
		}
		m.record[name] = append(m.record[name], store.Publication{
			Position: int64(len(m.record[name]) + 1),
			Piece:    p.ID,
			Revision: p.Revision,
			Action:   action,
			At:       at,
		})
		if at.After(m.updated[name]) {
			m.updated[name] = at
		}
	}
	for _, name := range c.Leave {
		if slices.Contains(editions, name) {
			editions = slices.DeleteFunc(slices.Clone(editions), func(s string) bool { return s == name })
			note(name, store.Leave)
		}
	}
	for _, name := range c.Enter {
		if !slices.Contains(editions, name) {
			editions = append(slices.Clone(editions), name)
			note(name, store.Enter)
			if p.Entered.IsZero() {
				record := m.record[name]
				p.Entered = record[len(record)-1].At
			}
		}
	}
	for _, name := range c.Revise {
		if slices.Contains(editions, name) {
			note(name, store.Revise)
		}
	}
	slices.Sort(editions)
	p.Editions = editions
	if len(editions) == 0 {
		p.Editions = nil
	}
}

// known returns the expected identities of the given keys.
func (m *model) known(feed string, keys []string) map[string]oped.KnownEntry {
	found := map[string]oped.KnownEntry{}
	for _, key := range keys {
		k, ok := m.keys[feed][key]
		if !ok {
			continue
		}
		for id, p := range m.pieces {
			for _, e := range p.Entries {
				if e.Row == k.Row {
					found[key] = oped.KnownEntry{Row: e.Row, Piece: id, Hash: e.Hash}
				}
			}
		}
	}
	return found
}

func (m *model) head(edition string) []oped.PieceID {
	var ids []oped.PieceID
	for id, p := range m.pieces {
		if slices.Contains(p.Editions, edition) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b oped.PieceID) int {
		pa, pb := m.pieces[a], m.pieces[b]
		if c := sortDate(&pb).Compare(sortDate(&pa)); c != 0 {
			return c
		}
		return int(a - b)
	})
	return ids
}

var (
	anyKey   = rapid.SampledFrom([]string{"a", "b", "c", "d", "a\x00", "\xff", "", "%s"})
	someKeys = rapid.SliceOfNDistinct(anyKey, 0, 3, rapid.ID)
	anyTime  = rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "unknown") {
			return time.Time{}
		}
		return noon.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "hours")) * time.Hour)
	})
)

func someEditions(t *rapid.T, label string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"all", "pak-us"}), 0, 2, rapid.ID).Draw(t, label)
}

func anyEntry(t *rapid.T, feed string) oped.Entry {
	return oped.Entry{FeedURL: feed,
		Publisher:  "P",
		ID:         anyKey.Draw(t, "id"),
		Title:      rapid.String().Draw(t, "title"),
		Text:       rapid.String().Draw(t, "text"),
		Categories: rapid.SliceOfN(rapid.SampledFrom([]string{"x", "ا", "\""}), 1, 2).Draw(t, "categories"),
		Published:  anyTime.Draw(t, "published"), FirstSeen: noon, Hash: [32]byte{1, rapid.Byte().Draw(t, "hash")}}
}

// anyPlan draws a plan for the stored state: new pieces, joined and changed entries, new leads, moves between
// editions.
func anyPlan(t *rapid.T, m *model, feed string, serial *int) oped.Plan {
	plan := oped.Plan{Feed: oped.FeedState{LastFetch: noon.Add(time.Duration(*serial) * time.Minute)}}
	touched := map[oped.PieceID]bool{}
	for range rapid.IntRange(0, 3).Draw(t, "pieces") {
		*serial++
		c := oped.PieceChange{
			Keys:   someKeys.Draw(t, "piece keys"),
			Enter:  someEditions(t, "enter"),
			Revise: someEditions(t, "revise"),
			Leave:  someEditions(t, "leave"),
		}
		id := oped.PieceID(rapid.IntRange(0, len(m.pieces)).Draw(t, "piece"))
		if id == 0 || touched[id] {
			c.Piece = oped.Piece{AtomID: fmt.Sprint("urn:", *serial),
				Kind:      oped.Opinion,
				FirstSeen: anyTime.Draw(t, "first seen"),
				Updated:   noon,
				Revision:  1,
				Entries:   []oped.Entry{anyEntry(t, feed)}}
			c.Entries = []oped.EntryChange{{Outcome: oped.New, Keys: someKeys.Draw(t, "keys")}}
			plan.Pieces = append(plan.Pieces, c)
			continue
		}
		touched[id] = true
		c.Piece = m.pieces[id]
		c.Piece.Entries = slices.Clone(c.Piece.Entries)
		c.Piece.Revision++
		c.Piece.Updated = noon.Add(time.Duration(rapid.IntRange(-99, 99).Draw(t, "updated")) * time.Minute)
		c.Piece.Tags = rapid.SampledFrom([][]oped.Tag{
			nil, {{Topic: "a", Outcome: oped.Tagged}},
			{{Topic: "b", Outcome: oped.Review}, {Topic: "a", Outcome: oped.Tagged}},
		}).Draw(t, "tags")
		for i, e := range c.Piece.Entries {
			if e.FeedURL == feed && rapid.Bool().Draw(t, "change") {
				c.Piece.Entries[i] = anyEntry(t, feed)
				c.Piece.Entries[i].Row = e.Row
				c.Entries = append(
					c.Entries,
					oped.EntryChange{Outcome: oped.Changed, Index: i, Keys: someKeys.Draw(t, "keys")},
				)
			}
		}
		if rapid.Bool().Draw(t, "join") {
			c.Piece.Entries = append(c.Piece.Entries, anyEntry(t, feed))
			c.Entries = append(
				c.Entries,
				oped.EntryChange{Outcome: oped.Joined, Index: len(c.Piece.Entries) - 1, Keys: someKeys.Draw(t, "keys")},
			)
		}
		lead := rapid.IntRange(0, len(c.Piece.Entries)-1).Draw(t, "lead")
		swap := func(i int) int {
			switch i {
			case 0:
				return lead
			case lead:
				return 0
			}
			return i
		}
		c.Piece.Entries[0], c.Piece.Entries[lead] = c.Piece.Entries[lead], c.Piece.Entries[0]
		for i := range c.Entries {
			c.Entries[i].Index = swap(c.Entries[i].Index)
		}
		plan.Pieces = append(plan.Pieces, c)
	}
	return plan
}

// TestModel lets random plans loose on a store and on a few maps, and wants both to say the same all the time.
func TestModel(t *testing.T) {
	dir, run := t.TempDir(), 0
	empty := filepath.Join(dir, "empty.db")
	store.EmptyAt(t, empty)
	first := open(t, empty, store.Options{})
	feeds := []oped.Feed{
		{URL: feedURL(0), Publisher: "P", Enabled: true},
		{URL: feedURL(1), Publisher: "P", Enabled: true},
	}
	check(t, first.Feeds.Sync(t.Context(), feeds, noon))
	check(t, first.Editions.Sync(t.Context(), []oped.Edition{{Name: "all"}, {Name: "pak-us"}}, "oped.example", noon))
	check(t, first.Close())
	image, err := os.ReadFile(empty)
	check(t, err)
	rapid.Check(t, func(rt *rapid.T) {
		run++
		path := filepath.Join(dir, fmt.Sprint(run, ".db"))
		check(t, os.WriteFile(path, image, 0o600))
		s, m, serial := open(t, path, store.Options{}), newModel("all", "pak-us"), 0
		defer func() { s.Close() }()
		m.updated["all"], m.updated["pak-us"] = noon, noon
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			if rapid.IntRange(0, 9).Draw(rt, "what") == 0 {
				check(t, s.Close())
				s = open(t, path, store.Options{})
			}
			feed := feedURL(rapid.IntRange(0, 1).Draw(rt, "feed"))
			plan := anyPlan(rt, m, feed, &serial)
			keys := someKeys.Draw(rt, "asked")
			l := oped.Lookup{
				FeedURL: feed,
				Entries: []oped.EntryLookup{{Keys: keys, Hash: [32]byte{9}, PieceKeys: keys}},
			}
			var known oped.Known
			_, err := s.Entries.Ingest(
				t.Context(), l,
				func(k oped.Known) oped.Plan { known = k; plan.Feed.ID = k.Feed.ID; return plan },
			)
			if err != nil {
				rt.Fatalf("ingest: %v", err)
			}
			agreeKnown(rt, m, feed, keys, known)
			m.carryOut(feed, plan)
			agree(t, rt, m, s)
		}
	})
}

func agreeKnown(t *rapid.T, m *model, feed string, keys []string, k oped.Known) {
	if want := m.known(feed, keys); !maps.Equal(k.Entries, want) {
		t.Fatalf("known entries %+v, want %+v", k.Entries, want)
	}
	for _, key := range keys {
		want := m.matches[key]
		if len(want) > 8 {
			want = want[:8]
		}
		if !slices.Equal(k.Matches[key], want) {
			t.Fatalf("matches of %q: %v, want %v", key, k.Matches[key], want)
		}
	}
	for id, p := range k.Pieces {
		if !reflect.DeepEqual(p, m.pieces[id]) {
			t.Fatalf("known piece\n%+v, want\n%+v", p, m.pieces[id])
		}
	}
}

func agree(t *testing.T, rt *rapid.T, m *model, s *store.Store) {
	n := 0
	for p, err := range s.Pieces.All(t.Context(), 0, 0) {
		check(t, err)
		n++
		if !reflect.DeepEqual(p, m.pieces[p.ID]) {
			rt.Fatalf("piece\n%+v, want\n%+v", p, m.pieces[p.ID])
		}
	}
	if n != len(m.pieces) {
		rt.Fatalf("%d pieces, want %d", n, len(m.pieces))
	}
	states, err := s.Editions.All(t.Context())
	check(t, err)
	for _, e := range states {
		ids, err := s.Editions.Head(t.Context(), e.Name, 0)
		check(t, err)
		record, err := s.Editions.Publications(t.Context(), e.Name, 0, 0)
		check(t, err)
		if !slices.Equal(ids, m.head(e.Name)) || !slices.Equal(record, m.record[e.Name]) || e.Pieces != len(ids) ||
			!e.Updated.Equal(m.updated[e.Name]) {
			rt.Fatalf(
				"edition %+v\nhas %v, want %v\nrecord %v\nwant   %v\nupdated %v", e, ids, m.head(e.Name),
				record, m.record[e.Name], m.updated[e.Name],
			)
		}
	}
	feeds, err := s.Feeds.All(t.Context())
	check(t, err)
	for _, f := range feeds {
		if f.Entries != m.entries[f.URL] {
			rt.Fatalf("feed %s gave %d entries, want %d", f.URL, f.Entries, m.entries[f.URL])
		}
	}
}

// sortDate returns the time to sort a piece by in an edition: its date, or, for a piece new on arrival, the
// time of arrival, in the order of the dates.
func sortDate(p *oped.Piece) time.Time {
	date := p.Lead().Date()
	if date.IsZero() {
		date = p.FirstSeen
	}
	if age := p.FirstSeen.Sub(date); age > 0 && age <= 48*time.Hour {
		date = p.FirstSeen.Add(-age / 1000)
	}
	return date.Truncate(time.Millisecond)
}
