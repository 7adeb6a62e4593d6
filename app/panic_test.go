package app

import (
	"testing"
	"time"

	"oped"
	"oped/ingest"
)

// A document that triggers a bug is a failure of its feed. The daemon goes on, nothing of the document is
// stored, and the feed is tried again: once soon, then daily.
func TestAPanicOverOneDocumentStopsNothing(t *testing.T) {
	y := newYear(t, "topics: {}\neditions: {all: {}}\nfeeds:\n  - {name: one, url: \"https://one.example/rss\"}\n  - {name: two, url: \"https://two.example/rss\"}\n")
	sound := y.p.ingester
	state := func() oped.FeedState {
		states, err := y.p.store.Feeds.All(y.Context())
		must(y, err)
		return states[0]
	}
	y.p.ingester = ingest.New(y.p.store.Entries, &ingest.Rules{}) // without a tagger: it panics over every entry
	for n := range 2 {
		f := oped.Fetched{Feed: state(), At: y.now, Status: 200, Next: y.now.Add(time.Hour), Entries: []oped.Entry{{ID: "a", Title: "A", FeedURL: "https://one.example/rss", Hash: [32]byte{1}}}}
		f.Validators.ETag = `"a"`
		if _, err := y.p.handle(y.Context(), f); err != nil {
			t.Fatal(err)
		}
		s := state()
		if s.LastKind != oped.Fatal || s.Failures != n+1 || s.Validators.ETag != "" || s.Entries != 0 {
			t.Errorf("after panic %d the feed is %v (%s), %d failures, ETag %s, %d entries", n+1, s.LastKind,
				s.LastError, s.Failures, s.Validators.ETag, s.Entries)
		}
		if soon := s.NextFetch.Before(y.now.Add(time.Minute)); soon != (n == 0) {
			t.Errorf("after panic %d the next fetch is %v later", n+1, s.NextFetch.Sub(y.now))
		}
	}
	y.p.ingester = sound
	y.fetched(0, oped.Entry{ID: "a", Title: "A"})
	if s := state(); s.LastKind != "" || s.Entries != 1 {
		t.Errorf("after a success it is %v with %d entries", s.LastKind, s.Entries)
	}
}
