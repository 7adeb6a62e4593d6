package store_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"oped"
)

// publicationTimes checks the times of a feed's entries, each in its own zone, the latest arrivals first.
func publicationTimes(t *testing.T, p place) {
	s := fresh(t, p)
	dated := func(feed string, n int, published time.Time, zone int) oped.Entry {
		e := entry(feed, n)
		e.Published, e.Zone, e.FirstSeen = published, zone, epoch.Add(24*time.Hour)
		return e
	}
	put(t, s, epoch, nil, dated(dawn, 1, epoch, 300), dated(dawn, 2, epoch.Add(time.Hour), 0),
		dated(dawn, 3, time.Time{}, 0), dated(dawn, 4, epoch.Add(99*time.Hour), 0))
	put(t, s, epoch, nil, dated(nation, 5, epoch, -60))
	for _, c := range []struct {
		feed string
		max  int
		want []string
	}{
		{dawn, 9, []string{"13:00 +0000", "17:00 +0500"}},
		{dawn, 1, []string{"13:00 +0000"}},
		{nation, 9, []string{"11:00 -0100"}},
		{"http://no.example/", 9, nil},
	} {
		times, err := s.Feeds.PublicationTimes(t.Context(), c.feed, c.max)
		check(t, err)
		var got []string
		for _, at := range times {
			got = append(got, at.Format("15:04 -0700"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.feed, got, c.want)
		}
	}
}

// piecesPerWeek checks the numbers of an edition's pieces in spans of time: those outside, and those of other editions,
// do not count.
func piecesPerWeek(t *testing.T, p place) {
	s := fresh(t, p)
	const week, minute = 7 * 24 * time.Hour, time.Minute
	for n, after := range []time.Duration{-minute, 0, week - minute, week, 3*week - minute, 3 * week} {
		e := entry(dawn, n)
		e.Published, e.FirstSeen = epoch.Add(after), epoch.Add(9*week)
		put(t, s, epoch, []string{"all"}, e)
	}
	for edition, want := range map[string][]int{"all": {2, 1, 1}, "pak-us": {0, 0, 0}, "none": {0, 0, 0}} {
		got, err := s.Editions.CountPer(t.Context(), edition, epoch, week, 3)
		check(t, err)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", edition, got, want)
		}
	}
}

// authorNames checks that authors have their most frequent spelling.
func authorNames(t *testing.T, p place) {
	s := fresh(t, p)
	for n, name := range []string{"ZAHID HUSSAIN", "Zahid Hussain", "Zahid Hussain", "Amna Khan"} {
		e := entry(dawn, n)
		e.Authors = []oped.Person{{Name: name}}
		put(t, s, epoch, nil, e)
	}
	got, err := s.People.AuthorNames(t.Context(), []string{"zahid-hussain", "amna-khan", "nobody"})
	check(t, err)
	if want := map[string]string{"zahid-hussain": "Zahid Hussain", "amna-khan": "Amna Khan"}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
