package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"oped"
	"oped/app"
	"oped/store"
)

// TestCoverage: the report counts pieces on no topic, and lists terms without a match and terms of pieces taken
// off the topic by curators.
func TestCoverage(t *testing.T) {
	notShort(t)
	press := rulePress(t, 2, 12)
	path, change := ruleConfig(t, press, 2)
	change(
		"terms: {pk: [Pakistan~], us: [US/caps, talk US], in: [India, Atlantis]}\n" + ruleBefore[len(
			"terms: {pk: [Pakistan~], us: [US/caps], in: [India]}\n"):])
	mustOped(t, "--config", path, "--quiet", "once")
	on, review, none := 0, 0, 0
	var indian []oped.PieceID
	eachPiece(t, path, func(p oped.Piece) {
		switch {
		case len(p.Topics()) > 0:
			on++
		case len(p.Tags) > 0:
			review++
		default:
			none++
		}
		if slices.Contains(p.Topics(), "india") {
			indian = append(indian, p.ID)
		}
	})
	for i, id := range indian[:4] {
		action := []string{"untag", "untag", "untag", "tag"}[i]
		mustOped(t, "--config", path, "--quiet", "piece", action, fmt.Sprint(id), "india")
	}
	var r app.Coverage
	if err := json.Unmarshal([]byte(mustOped(t, "--config", path, "topic", "coverage", "--days", "500", "--json")),
		&r); err != nil {
		t.Fatal(err)
	}
	if r.Opinion != 24 || r.OnTopic+r.Review+r.NoTopic != 24 || r.NoTopic < none || len(r.Newest) == 0 ||
		len(r.Publishers) != 2 {
		t.Errorf("%+v; by hand %d on, %d for review, %d on none", r, on, review, none)
	}
	want := []app.UnmatchedTerm{{List: "us", Terms: []string{"talk US"}}, {List: "in", Terms: []string{"Atlantis"}}}
	if got := fmt.Sprint(r.Unmatched); got != fmt.Sprint(want) {
		t.Errorf("unmatched %s, want %v", got, want)
	}
	if len(r.Rejected) != 1 || r.Rejected[0] != (app.RejectedTerm{
		Topic:    "india",
		Term:     "India",
		Approved: 1,
		Rejected: 3,
	}) {
		t.Errorf("rejected %+v", r.Rejected)
	}
	mustOped(t, "--config", path, "topic", "coverage")
}

// TestOddWeek: a week is odd if it lies three standard deviations off, and no topic is called odd before it has a past.
func TestOddWeek(t *testing.T) {
	now := time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC) // a Tuesday
	last := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		before []int // the latest first
		last   int
		odd    bool
	}{
		{[]int{10, 12, 9, 11, 10, 8}, 11, false},
		{[]int{10, 12, 9, 11, 10, 8}, 25, true},
		{[]int{10, 12, 9, 11, 10, 8}, 0, true},
		{[]int{10, 12, 9}, 40, false},
		{[]int{1, 0, 1, 0, 2}, 0, false},
		{[]int{10, 10, 10, 10, 10}, 14, false}, // even weeks: counts scatter all the same
		{nil, 5, false},
	} {
		weeks := []store.Week{{Topic: "other", Start: last, Pieces: 99}}
		for i := len(tt.before) - 1; i >= 0; i-- {
			weeks = append(weeks, store.Week{Topic: "t", Start: last.AddDate(0, 0, -7*(i+1)), Pieces: tt.before[i]})
		}
		weeks = append(weeks, store.Week{Topic: "t", Start: last, Pieces: tt.last})
		if got, odd := app.OddWeek("t", weeks, now); odd != tt.odd {
			t.Errorf("%v then %d: %+v, %v", tt.before, tt.last, got, odd)
		}
	}
}
