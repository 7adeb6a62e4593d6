package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"oped"
	"oped/dedup"
	"oped/fetcher"
)

// FeedHealth is the state of one feed: a row of oped feeds.
type FeedHealth struct {
	Name        string      `json:"name"`
	Publisher   string      `json:"publisher"`
	URL         string      `json:"url"`
	State       string      `json:"state"` // ok, failing, never, new, paused, disabled
	Diagnosis   string      `json:"diagnosis"`
	Limits      oped.Limits `json:"limits"` // limits exceeded by its last document
	Entries     int         `json:"entries"`
	Failures    int         `json:"failures"`
	GUIDs       GUIDHealth  `json:"guids"`
	LastSuccess *time.Time  `json:"last_success"`
	LastNew     *time.Time  `json:"last_new"`
	NextFetch   *time.Time  `json:"next_fetch"`
}

// named returns the feed with this name or address, as configured or as shown.
func named(states []oped.FeedState, name string) ([]oped.FeedState, error) {
	i := slices.IndexFunc(states, func(s oped.FeedState) bool {
		return s.Name == name || s.URL == name || oped.ShownAddress(s.URL) == name
	})
	if i < 0 {
		return nil, oped.Invalid(fmt.Sprintf("there is no feed %q", name), "oped feeds lists the names")
	}
	return states[i : i+1], nil
}

func health(s *oped.FeedState) FeedHealth {
	h := FeedHealth{
		Name: s.Name, Publisher: s.Publisher, URL: oped.ShownAddress(s.URL), Entries: s.Entries, Failures: s.Failures,
		LastSuccess: TimeOrNil(s.LastSuccess), LastNew: TimeOrNil(s.LastNew), NextFetch: TimeOrNil(s.NextFetch),
	}
	h.GUIDs, h.Limits = GuidsOf(s), oped.Limits{}.With(s.Limits...) // in JSON [], never null
	d := oped.Diagnose(s)
	h.State, h.Diagnosis = d.State, d.Text
	if h.State == "disabled" || h.State == "paused" {
		h.NextFetch = nil
	}
	return h
}

// TimeOrNil returns the time in UTC, or nil for the zero time: null in JSON.
func TimeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// GUIDHealth reports how reliably the guids of a feed identify its entries.
type GUIDHealth struct {
	Looked  int  `json:"looked_at"` // guids of recent new and changed entries
	Faults  int  `json:"faults"`    // of these, empty or of another entry
	Trusted bool `json:"trusted"`   // guids identify entries; false: links do
}

// GuidsOf returns the reliability of the guids of a feed.
func GuidsOf(s *oped.FeedState) GUIDHealth {
	return GUIDHealth{Looked: s.GUIDs, Faults: s.GUIDFaults, Trusted: dedup.TrustsGUIDs(s)}
}

// Feeds has the operations on feeds. See [App.Feeds].
type Feeds struct{ p *App }

// Health returns the state of all feeds, or of the one with a name or address. It returns an Invalid error for
// an unknown feed.
func (v Feeds) Health(ctx context.Context, only ...string) ([]oped.FeedState, []FeedHealth, error) {
	states, err := v.p.Store.Feeds.All(ctx)
	if err == nil && len(only) > 0 {
		states, err = named(states, only[0])
	}
	if err != nil {
		return nil, nil, err
	}
	rows := make([]FeedHealth, len(states))
	for i := range states {
		rows[i] = health(&states[i])
	}
	return states, rows, nil
}

// Offline returns the time when the network was lost, or the zero time.
func (v Feeds) Offline(ctx context.Context) (since time.Time, err error) {
	waits, err := v.p.Store.Feeds.Waits(ctx)
	for _, w := range waits {
		if w.Domain == "" {
			since = w.Since
		}
	}
	return since, err
}

// one returns the feed with this name or address.
func (v Feeds) one(ctx context.Context, name string) (oped.FeedState, error) {
	states, err := v.p.Store.Feeds.All(ctx)
	if err == nil {
		states, err = named(states, name)
	}
	if err != nil {
		return oped.FeedState{}, err
	}
	return states[0], nil
}

// SetPaused pauses a feed, or resumes it. It returns an Invalid error for an unknown feed.
func (v Feeds) SetPaused(ctx context.Context, name string, paused bool) (oped.FeedState, error) {
	f, err := v.one(ctx, name)
	if err != nil {
		return f, err
	}
	if err := v.p.Store.Feeds.SetPaused(ctx, f.URL, paused); err != nil {
		return f, err
	}
	v.p.mustReload()                          // the daemon may be asleep beyond its due time
	return f, v.p.Publish(v.p.Committed(ctx)) // the health feed omits paused feeds
}

// Fetch fetches one feed outside its schedule, once and conditionally, and ingests and publishes the result. It
// returns an Invalid error for an unknown feed, or the error of a failed fetch.
func (v Feeds) Fetch(ctx context.Context, name string) (oped.Fetched, oped.Changes, error) {
	all, err := v.p.Store.Feeds.All(ctx)
	if err != nil {
		return oped.Fetched{}, oped.Changes{}, err
	}
	one, err := named(all, name)
	if err != nil {
		return oped.Fetched{}, oped.Changes{}, err
	}
	s := one[0]
	f, err := v.p.Fetcher.FetchNow(ctx, v.p.Store.Feeds, s, fetcher.LastVisit(all, s.URL))
	if err != nil {
		return f, oped.Changes{}, err
	}
	changes, err := v.p.Handle(ctx, f)
	if err != nil {
		return f, changes, err
	}
	if err := v.p.Publish(v.p.Committed(ctx)); err != nil {
		return f, changes, err
	}
	if f.Err != nil {
		return f, changes, fmt.Errorf("%s: %w", s.Name, f.Err)
	}
	return f, changes, nil
}
