package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/store"
	"oped/topic"
)

// onTopic gives a piece the tag of a topic by a rule's version, and lets it enter or leave an edition.
func onTopic(p oped.Piece, on bool, version string, at time.Time) (oped.PieceChange, bool) {
	p.Tags = nil
	c := oped.PieceChange{Piece: p}
	wasIn := slices.Contains(p.Editions, "pak-us")
	if on {
		c.Piece.Tags = []oped.Tag{{
			Topic:       "pak-us",
			Outcome:     oped.Tagged,
			By:          oped.ByRule,
			RuleVersion: version,
			At:          at,
		}}
	}
	switch {
	case on && !wasIn && p.Lead().Published.Before(epoch.Add(3*time.Minute)):
		c.EnterBelow = []string{"pak-us"}
	case on && !wasIn:
		c.Enter = []string{"pak-us"}
	case !on && wasIn:
		c.Leave = []string{"pak-us"}
	}
	return c, true
}

func applied(at time.Time, by, before, after string) oped.Decision {
	return oped.Decision{
		At:     at,
		By:     by,
		Why:    "because",
		Action: oped.Apply,
		Rules:  []oped.RuleChange{{Topic: "pak-us", Before: before, After: after, Version: "v-" + after}},
	}
}

// decisions follow a rule: it is activated with all its effects, the effects are on record, and after the
// undo only the record is left.
func decisions(t *testing.T, p place) {
	s := fresh(t, p)
	at := func(h int) time.Time { return epoch.Add(time.Duration(h) * time.Hour) }
	put(t, s, at(1), nil, entry(dawn, 1), entry(dawn, 2), entry(dawn, 4), entry(dawn, 5))
	judge := func(d oped.Decision, on func(oped.Piece) bool) oped.Decision {
		t.Helper()
		done, _, err := s.Decisions.Decide(t.Context(), d, store.Verdict{Queries: []store.CandidateQuery{{}},
			Decide: func(p oped.Piece, was []oped.Tag) (oped.PieceChange, bool) {
				c, ok := onTopic(p, on(p), d.Rules[0].Version, d.At)
				for i := range was {
					c.Piece.Tags = was[i : i+1]
				}
				return c, ok
			}})
		check(t, err)
		return done
	}
	heads := func() (titles []string) {
		for _, p := range headOf(t, s, "pak-us", 0) {
			titles = append(titles, p.Lead().Title)
		}
		return titles
	}
	even := func(p oped.Piece) bool { return p.ID%2 == 0 }
	first := judge(applied(at(2), oped.ByConfig, "", "one"), even)
	if first.Rules[0].Added != 2 || !slices.Equal(heads(), []string{"Piece 5"}) {
		t.Errorf("%+v; at the head: %v", first, heads())
	}
	before, tags := ask(t, s.Editions.All), collect(t, s.Pieces.All(t.Context(), 0, 0))
	if e := before[1]; e.Pieces != 2 || !e.Updated.Equal(at(2)) || !e.Published || before[0].Published {
		t.Errorf("editions %+v", before)
	}

	second := judge(applied(at(3), "amna", "one", "two"), func(p oped.Piece) bool { return !even(p) })
	if second.Rules[0].Added != 2 || second.Rules[0].Removed != 2 || !slices.Equal(heads(), []string{"Piece 4"}) {
		t.Errorf("%+v; at the head: %v", second, heads())
	}
	rules := ask(t, s.Topics.ActiveRules)
	if len(rules) != 1 || rules[0].Source != "two" || rules[0].Version != "v-two" || rules[0].Decision.By != "amna" ||
		!rules[0].Decision.At.Equal(at(3)) {
		t.Errorf("in force: %+v", rules)
	}
	last, err := s.Decisions.Last(t.Context(), true)
	check(t, err)
	if last.ID != second.ID || last.Rules[0].Before != "one" {
		t.Errorf("the last: %+v", last)
	}

	since, err := s.Changes.Since(t.Context(), 0)
	check(t, err)
	changed := since.Number
	undo := applied(at(4), "amna", "two", "one")
	undo.Action, undo.Undoes = oped.Undo, last.ID
	judge(undo, even)
	got := collect(t, s.Pieces.All(t.Context(), 0, 0))
	if !got[0].Entered.Equal(at(3)) {
		t.Errorf("it has entered an edition, and nothing takes that back: %+v", got[0])
	}
	got[0].Entered, got[2].Entered = time.Time{}, time.Time{}
	if !equal(got, tags) {
		t.Errorf("after undo\n%+v\nwant\n%+v", got, tags)
	}
	after := ask(t, s.Editions.All)
	for i := range after {
		if has := after[i].Name == "pak-us"; after[i].Version > before[i].Version != has {
			t.Errorf("undo: %s is at version %d, was at %d", after[i].Name, after[i].Version, before[i].Version)
		}
		after[i].Version = before[i].Version
	}
	if c, err := s.Changes.Since(t.Context(), changed); err != nil || !c.Rules {
		t.Errorf("undo: the rules have not changed: %+v, %v", c, err)
	}
	if got := after; !equal(got, before) || !slices.Equal(heads(), []string{"Piece 5"}) {
		t.Errorf("after undo %+v, want %+v; at the head: %v", got, before, heads())
	}
	if _, err := s.Decisions.Last(t.Context(), true); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what the configuration brought can be taken back by hand: %v", err)
	}
	all, err := s.Decisions.Latest(t.Context(), 0)
	check(t, err)
	if len(all) != 3 || all[1].UndoneBy != all[0].ID || all[0].Undoes != all[1].ID || all[2].By != oped.ByConfig {
		t.Errorf("on record: %+v", all)
	}
	if _, _, err := s.Decisions.Decide(t.Context(), undo, store.Verdict{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("taken back twice: %v", err)
	}
}

// candidates asks the index of words.
func candidates(t *testing.T, p place) {
	s := fresh(t, p)
	written := map[string]string{"guid-1": "rice water پاکستان", "guid-2": "water f16", "guid-3": "watershed"}
	for _, e := range []oped.Entry{entry(dawn, 1), entry(dawn, 2), entry(nation, 3)} {
		_, err := s.Entries.Ingest(t.Context(), lookup(e.FeedURL, e), func(k oped.Known) oped.Plan {
			plan := simple(epoch, nil, e)(k)
			plan.Pieces[0].Words = written[e.ID]
			return plan
		})
		check(t, err)
	}
	word := func(w string) topic.IndexQuery { return topic.IndexQuery{Op: topic.Word, Word: w} }
	prefix := topic.IndexQuery{Op: topic.Prefix, Word: "water"}
	for _, tt := range []struct {
		query store.CandidateQuery
		want  string
	}{
		{store.CandidateQuery{Query: word("water")}, "Piece 1, Piece 2"},
		{store.CandidateQuery{Query: prefix}, "Piece 1, Piece 2, Piece 3"},
		{store.CandidateQuery{Query: prefix, Feeds: []string{nation}}, "Piece 3"},
		{store.CandidateQuery{Query: word("پاکستان")}, "Piece 1"},
		{
			store.CandidateQuery{
				Query: topic.IndexQuery{
					Op: topic.All,
					Of: []topic.IndexQuery{
						word("water"), {Op: topic.Any, Of: []topic.IndexQuery{word("f16"), word("oats")}},
					},
				},
			},
			"Piece 2",
		},
		{store.CandidateQuery{Query: topic.IndexQuery{Op: topic.Never}}, ""},
		{store.CandidateQuery{}, "Piece 1, Piece 2, Piece 3"},
		{store.CandidateQuery{Feeds: []string{dawn}}, "Piece 1, Piece 2"},
		{store.CandidateQuery{Query: word("water"), Tagged: "pak-us"}, ""},
	} {
		ids, err := s.Topics.Candidates(t.Context(), []store.CandidateQuery{tt.query}, nil)
		check(t, err)
		pieces, err := s.Pieces.Seen(t.Context(), ids)
		check(t, err)
		var titles []string
		for _, p := range pieces {
			titles = append(titles, p.Lead().Title)
			if p.Lead().Content != "<" || p.Lead().Text == "" {
				t.Errorf("seen: %q, %q", p.Lead().Content, p.Lead().Text)
			}
		}
		if got := strings.Join(titles, ", "); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.query, got, tt.want)
		}
	}
}
