package ingest_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/ingest"
)

// river returns a column on the topic of the tests.
func river(feed string, number int) oped.Entry {
	return edited(column(feed, number), func(e *oped.Entry) { e.Title = "The river and us" })
}

// TestEditions: a piece enters its new editions, leaves its former ones, and is revised in the others.
func TestEditions(t *testing.T) {
	h := newHouse(t)
	dry := column(dawn, 1)
	wet := edited(dry, func(e *oped.Entry) { e.Title = "The river and us" })
	at := epoch
	for _, step := range []struct {
		entry oped.Entry
		more  string
	}{
		{wet, "all: enter 1.1; water: enter 1.1; everything: enter 1.1"},
		{
			dry,
			"all: enter 1.1; all: revise 1.2; water: enter 1.1; water: leave 1.2; everything: enter 1.1; everything: revise 1.2",
		},
		{
			dry,
			"all: enter 1.1; all: revise 1.2; water: enter 1.1; water: leave 1.2; everything: enter 1.1; everything: revise 1.2",
		},
		{
			wet,
			"all: enter 1.1; all: revise 1.2; all: revise 1.3; water: enter 1.1; water: leave 1.2; water: enter 1.3; " +
				"everything: enter 1.1; everything: revise 1.2; everything: revise 1.3",
		},
	} {
		h.fetch(dawn, at, step.entry)
		if got := h.record(); got != step.more {
			t.Errorf("after %q: published %s, want %s", step.entry.Title, got, step.more)
		}
		at = at.Add(time.Hour)
	}
	if tags := h.all()[0].Tags; len(tags) != 1 || !tags[0].At.Equal(epoch.Add(3*time.Hour)) {
		t.Errorf("tags %+v", tags)
	}
}

// TestTagTime: an unchanged tag keeps its time, whatever else changes.
func TestTagTime(t *testing.T) {
	h := newHouse(t)
	h.fetch(dawn, epoch, river(dawn, 1))
	h.fetch(dawn, epoch.Add(time.Hour), edited(river(dawn, 1), func(e *oped.Entry) { e.Content += "<p>More.</p>" }))
	if tags := h.all()[0].Tags; len(tags) != 1 || !tags[0].At.Equal(epoch) {
		t.Errorf("tags %+v", tags)
	}
}

// TestKinds: opinion pieces of a mixed feed are recognised by its expression, an editorial by its category or
// title, and news stays out of editions of all opinion.
func TestKinds(t *testing.T) {
	for _, tt := range []struct {
		name, feed, title string
		categories        []string
		want              oped.PieceKind
	}{
		{"an opinion feed", dawn, "Column", nil, oped.Opinion},
		{"a feed that says nothing of it", nation, "Column", nil, oped.Opinion},
		{"a feed with a kind of its own", wire, "Column", nil, oped.Analysis},
		{"editorial by category", dawn, "The budget", []string{"Pakistan", "EDITORIAL"}, oped.Editorial},
		{"editorial by title", nation, "Editorial: the budget", nil, oped.Editorial},
		{"editorial in Urdu", nation, "بجٹ", []string{"اداریہ"}, oped.Editorial},
		{"letters", dawn, "Letters to the editor: water", nil, oped.Letter},
		{"an editorial of a feed with a kind of its own", wire, "Editorial: the budget", nil, oped.Editorial},
		{"editorial with no colon", dawn, "Editorial standards", nil, oped.Opinion},
		{"news of a mixed feed", mixed, "Cabinet meets", []string{"Pakistan"}, oped.News},
		{
			"an editorial that a mixed feed does not call opinion", mixed, "Cabinet meets",
			[]string{"Editorial"}, oped.News,
		},
		{"opinion of a mixed feed", mixed, "Column", []string{"Opinion"}, oped.Opinion},
		{"an editorial of a mixed feed", mixed, "Column", []string{"Opinion", "Editorial"}, oped.Editorial},
	} {
		h := newHouse(t)
		h.fetch(
			tt.feed, epoch,
			edited(column(tt.feed, 1), func(e *oped.Entry) { e.Title, e.Categories = tt.title, tt.categories }),
		)
		p := h.all()[0]
		if p.Kind != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, p.Kind, tt.want)
		}
		if lines, err := h.store.Editions.Publications(context.Background(), "all", 0, 0); err != nil ||
			(len(lines) == 1) == (tt.want == oped.News) {
			t.Errorf("%s: is in the edition of all opinion: %+v %v", tt.name, lines, err)
		}
	}
}

// TestNewsTurnsOpinion: news carried by a feed of opinion as well is opinion, and enters then.
func TestNewsTurnsOpinion(t *testing.T) {
	h := newHouse(t)
	h.fetch(mixed, epoch, column(mixed, 1))
	h.fetch(dawn, epoch.Add(time.Hour), column(dawn, 1))
	h.want(2, 1)
	if got, want := h.record(), "all: enter 1.1; everything: enter 1.1; everything: revise 1.1"; got != want {
		t.Errorf("published %s, want %s", got, want)
	}
}

// TestRejudge: by the rules of their ingestion nothing about stored pieces changes; by new ones pieces enter
// and leave and keep their time; and a curator's tag outlives them all.
func TestRejudge(t *testing.T) {
	h := newHouse(t)
	h.fetch(
		dawn, epoch, river(dawn, 1), column(dawn, 2),
		edited(column(dawn, 3), func(e *oped.Entry) { e.Categories = []string{"Editorial"} }),
	)
	h.fetch(nation, epoch, river(nation, 1))
	for _, p := range h.all() {
		if c, changes := ingest.Rejudge(p, nil, h.rules, epoch.Add(time.Hour)); changes {
			t.Errorf("by the same rules piece %d changes to %+v", p.ID, c)
		}
	}
	before := h.record()
	at := epoch.Add(time.Hour)
	canal := rules(t, "\"column 2\"")
	_, err := h.store.Topics.Rejudge(
		t.Context(), map[string]string{"water": "2"},
		func(p oped.Piece) (oped.PieceChange, bool) { return ingest.Rejudge(p, nil, canal, at) },
	)
	check(t, err)
	h.rules = canal
	h.holds()
	for i, p := range h.all() {
		if on := len(p.Topics()) == 1; on != (i == 1) || p.Revision != 1 || !p.Updated.Equal(epoch) {
			t.Errorf("piece %d: on %v, revision %d of %v", p.ID, p.Topics(), p.Revision, p.Updated)
		}
	}
	want := before + "; all: revise 1.1; all: revise 2.1; water: leave 1.1; water: enter 2.1; everything: revise 1.1; everything: revise 2.1"
	if got := h.record(); !slices.Equal(lines(got), lines(want)) {
		t.Errorf("published %s, want %s", got, want)
	}
}

// lines are the lines of a record, without the order of the editions.
func lines(record string) []string {
	all := strings.Split(record, "; ")
	slices.SortStableFunc(all, func(a, b string) int { return strings.Compare(edition(a), edition(b)) })
	return all
}

func edition(line string) string {
	name, _, _ := strings.Cut(line, ":")
	return name
}

// TestCurator: a curator's decision stays, whatever a rule decides now.
func TestCurator(t *testing.T) {
	r := rules(t, "river")
	for _, outcome := range []oped.Outcome{oped.Tagged, oped.None} {
		for _, entry := range []oped.Entry{river(dawn, 1), column(dawn, 1)} {
			p := oped.Piece{
				ID:       1,
				Kind:     oped.Opinion,
				Entries:  []oped.Entry{entry},
				Tags:     []oped.Tag{{Topic: "water", Outcome: outcome, By: "amna", At: epoch}},
				Editions: []string{"all", "everything"},
			}
			if outcome == oped.Tagged {
				p.Editions = append(p.Editions, "water")
			}
			if c, changes := ingest.Rejudge(p, nil, r, epoch.Add(time.Hour)); changes {
				t.Errorf("%q, which a curator gave %s, changes to %+v", entry.Title, outcome, c)
			}
		}
	}
}
