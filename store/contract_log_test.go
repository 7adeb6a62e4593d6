package store_test

import (
	"testing"
	"time"

	"oped"
	"oped/store"
)

// logged: the log selects decisions by person, action, topic, piece and time, a page at a time, the latest first.
func logged(t *testing.T, p place) {
	s := fresh(t, p)
	at := func(h int) time.Time { return epoch.Add(time.Duration(h) * time.Hour) }
	put(t, s, at(1), nil, entry(dawn, 1), entry(dawn, 2))
	for i, d := range []oped.Decision{
		{By: "aisha", Action: oped.TagIt, Piece: 1, Topic: "pak-us"},
		{By: "omar", Action: oped.Untag, Piece: 1, Topic: "pak-us"},
		{By: "aisha", Action: oped.Withdraw, Piece: 2},
		applied(at(0), "omar", "", "a"),
	} {
		d.At = at(2 + i)
		if _, _, err := s.Decisions.Decide(t.Context(), d, store.Verdict{}); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct {
		of   oped.LogFilter
		want []int64
	}{
		"all":             {oped.LogFilter{}, []int64{4, 3, 2, 1}},
		"by a person":     {oped.LogFilter{By: "aisha"}, []int64{3, 1}},
		"an action":       {oped.LogFilter{Action: oped.Withdraw}, []int64{3}},
		"a topic":         {oped.LogFilter{Topic: "pak-us"}, []int64{4, 2, 1}},
		"a piece":         {oped.LogFilter{Piece: 1}, []int64{2, 1}},
		"a piece by one":  {oped.LogFilter{Piece: 1, By: "omar"}, []int64{2}},
		"since":           {oped.LogFilter{Since: at(4)}, []int64{4, 3}},
		"until":           {oped.LogFilter{Until: at(4)}, []int64{2, 1}},
		"before":          {oped.LogFilter{Before: 3}, []int64{2, 1}},
		"piece, before":   {oped.LogFilter{Piece: 1, Before: 2}, []int64{1}},
		"unknown edition": {oped.LogFilter{Edition: "picks"}, nil},
	} {
		all, err := s.Decisions.Log(t.Context(), tt.of, 10)
		if got := numbersOf(all); err != nil || !equal(got, tt.want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, tt.want)
		}
	}
	if all, err := s.Decisions.Log(t.Context(), oped.LogFilter{}, 2); err != nil || !equal(numbersOf(all), []int64{4, 3}) {
		t.Errorf("a page: %v, %v", numbersOf(all), err)
	}
	if who, err := s.Decisions.Curators(t.Context()); err != nil || len(who) != 2 || who[0] != "aisha" {
		t.Errorf("curators: %v, %v", who, err)
	}
	all, err := s.Decisions.Numbered(t.Context(), []int64{4, 1, 99, 4})
	if err != nil || len(all) != 2 || all[1].ID != 1 || len(all[4].Rules) != 1 {
		t.Errorf("numbered: %+v, %v", all, err)
	}
}

func numbersOf(all []oped.Decision) (numbers []int64) {
	for _, d := range all {
		numbers = append(numbers, d.ID)
	}
	return numbers
}
