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
		of   store.Logged
		want []int64
	}{
		"all":             {store.Logged{}, []int64{4, 3, 2, 1}},
		"by a person":     {store.Logged{By: "aisha"}, []int64{3, 1}},
		"an action":       {store.Logged{Action: oped.Withdraw}, []int64{3}},
		"a topic":         {store.Logged{Topic: "pak-us"}, []int64{4, 2, 1}},
		"a piece":         {store.Logged{Piece: 1}, []int64{2, 1}},
		"a piece by one":  {store.Logged{Piece: 1, By: "omar"}, []int64{2}},
		"since":           {store.Logged{Since: at(4)}, []int64{4, 3}},
		"until":           {store.Logged{Until: at(4)}, []int64{2, 1}},
		"before":          {store.Logged{Before: 3}, []int64{2, 1}},
		"piece, before":   {store.Logged{Piece: 1, Before: 2}, []int64{1}},
		"unknown edition": {store.Logged{Edition: "picks"}, nil},
	} {
		all, err := s.Decisions.Log(t.Context(), tt.of, 10)
		if got := numbersOf(all); err != nil || !equal(got, tt.want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, tt.want)
		}
	}
	if all, err := s.Decisions.Log(t.Context(), store.Logged{}, 2); err != nil || !equal(numbersOf(all), []int64{4, 3}) {
		t.Errorf("a page: %v, %v", numbersOf(all), err)
	}
	if who, err := s.Decisions.Curators(t.Context()); err != nil || len(who) != 2 || who[0] != "aisha" {
		t.Errorf("curators: %v, %v", who, err)
	}
	all, err := s.Decisions.Numbered(t.Context(), []int64{4, 1, 99, 4})
	if err != nil || !equal(numbersOf(all), []int64{1, 4}) || len(all[1].Rules) != 1 {
		t.Errorf("numbered: %+v, %v", all, err)
	}
}

func numbersOf(all []oped.Decision) (numbers []int64) {
	for _, d := range all {
		numbers = append(numbers, d.ID)
	}
	return numbers
}
