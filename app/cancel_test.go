package app

import (
	"context"
	"errors"
	"testing"
	"time"

	"oped"
	"oped/publish"
)

// TestR12_LongStepsLookAtTheContext: after SIGTERM each long step returns the error of its context. Thereby the daemon
// ends soon, whatever it does; bench/hostile.sh measures how soon.
func TestR12_LongStepsLookAtTheContext(t *testing.T) {
	y := newYear(t, "editions: {all: {title: All}}\n"+
		"feeds: [{name: paper, url: \"https://paper.example/feed\", publisher: Paper, opinion: always}]\n")
	y.fetched(0, y.entry(time.Hour), y.entry(2*time.Hour))
	states, err := y.p.store.Feeds.All(t.Context())
	must(t, err)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	topics := y.p.Topics()
	for name, step := range map[string]func() error{
		"open": func() error {
			_, err := connect(stopped, y.cfg, y.p.store, y.o)
			return err
		},
		"ingest": func() error {
			fetched := oped.Fetched{Feed: states[0], At: y.now, Status: 200, Entries: []oped.Entry{y.entry(time.Hour)}}
			_, err := y.p.handle(stopped, fetched)
			return err
		},
		"build":  func() error { return y.p.build(stopped) },
		"export": func() error { return y.p.export(stopped, publish.Changed) },
		"diff of topics": func() error {
			_, err := topics.Diff(stopped)
			return err
		},
		"coverage": func() error {
			_, err := topics.Coverage(stopped, 30, 10)
			return err
		},
	} {
		if err := step(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want the error of the context", name, err)
		}
	}
}
