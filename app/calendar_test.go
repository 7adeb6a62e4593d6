package app

import (
	"log/slog"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestDaysAreThoseOfThePaper: late in the evening in London, it is the next day in Karachi, on each page.
func TestDaysAreThoseOfThePaper(t *testing.T) {
	press := newstest.New(t)
	const link = "https://paper.example/1"
	press.Edition("/feed", "The Paper", newstest.Item{
		GUID:      link,
		Link:      link,
		Title:     "The river",
		HTML:      "<p>" + newstest.Words(1, 40) + "</p>",
		Published: time.Date(2026, 1, 1, 21, 36, 0, 0, time.UTC),
	})
	cfg, err := config.Load(testkit.WriteConfig(t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
		"editions: {all: {}, picks: {curated: true}}\nfeeds: [{name: paper, url: \""+press.URL+
		"/feed\", country: pakistan, opinion: always}]\n"))
	must(t, err)
	p, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, Version: "dev"})
	must(t, err)
	defer p.Close()
	_, err = p.Once(t.Context(), true)
	must(t, err)
	v, ctx := p.Pieces(), t.Context()

	list, err := v.List(ctx, Listing{})
	must(t, err)
	found, err := v.Search(ctx, "title:river", oped.Cursor{}, 10)
	must(t, err)
	contents, err := v.Contents(ctx, "all")
	must(t, err)
	shown, err := v.Show(ctx, link)
	must(t, err)
	waiting, err := v.Candidates(ctx, Question{Edition: "picks"}, 10)
	must(t, err)
	for page, day := range map[string]string{
		"list":    list[0].Date,
		"search":  found.Pieces[0].Date,
		"edition": contents.Published[0].Date,
		"piece":   shown.Appearances[0].Date,
		"queue":   waiting.Pieces[0].Date,
	} {
		if day != "2026-01-02" {
			t.Errorf("%s: %s", page, day)
		}
	}
	if hour := waiting.Pieces[0].Hour; hour != "02:36 UTC+5" {
		t.Errorf("the hour is %q", hour)
	}
}
