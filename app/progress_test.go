package app

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestProgress: the first fetches of a daemon, a run, a publication and an apply report how far they are.
func TestProgress(t *testing.T) {
	press := newstest.New(t)
	press.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	text := "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\npublish: {dir: public}\neditions: {all: {}}\n" +
		"feeds: [{name: paper, url: \"" + press.URL + "/feed\"}]\ntopics: {rivers: {score: {%s: 1}, threshold: 1}}\n"
	cfg, err := config.Load(testkit.WriteConfig(t, fmt.Sprintf(text, "number")))
	must(t, err)
	last := map[string]Step{}
	o := Options{
		Log:      slog.New(slog.DiscardHandler),
		Now:      time.Now,
		Version:  "dev",
		Progress: func(s Step) { last[s.Doing] = s },
	}
	p, err := Open(t.Context(), cfg, o)
	must(t, err)
	states, _, err := p.Feeds().Health(t.Context())
	must(t, err)
	fetched, err := p.countFirst(t.Context(), nil)
	must(t, err)
	for range 2 { // the second fetch is none of the first ones
		fetched(oped.Fetched{Feed: states[0]}, oped.Changes{})
	}
	_, err = p.Once(t.Context(), true)
	must(t, err)
	must(t, p.Close())
	want := func(s Step) {
		t.Helper()
		if last[s.Doing] != s {
			t.Errorf("%+v, want %+v; all: %+v", last[s.Doing], s, last)
		}
	}
	want(Step{"first fetches", 1, 1, "paper"})
	want(Step{"fetching", 1, 1, "paper"})

	c, err := Dial(t.Context(), cfg, o)
	must(t, err)
	_, err = Call(t.Context(), c, PublishEditions, struct{}{})
	must(t, err)
	must(t, c.Close())
	want(Step{"writing pages", 3, 3, ""})

	cfg, err = config.Load(testkit.WriteConfig(t, fmt.Sprintf(text, "opinion")+"store: "+cfg.Store+"\n"))
	must(t, err)
	c, err = Dial(t.Context(), cfg, o)
	must(t, err)
	_, err = Call(t.Context(), c, ApplyDrafts, Application{Reason: Reason{By: "amna"}})
	must(t, err)
	must(t, c.Close())
	want(Step{"judging pieces", 3, 3, ""})
}

func Example_eachPercent() {
	report := eachPercent(func(s Step) { fmt.Println(s.Doing, s.Done) })
	for n := range 1001 {
		if s := (Step{Doing: "judging pieces", Done: n, Total: 1000}); n < 15 || n > 995 {
			report(s)
		}
	}
	// Output:
	// judging pieces 0
	// judging pieces 10
	// judging pieces 996
	// judging pieces 1000
}
