package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"oped"
	"oped/dedup"
	"oped/fetcher"
	"oped/parse"
	"oped/text"
)

// FeedHealth is the state of one feed: a row of oped feeds.
type FeedHealth struct {
	Name        string      `json:"name"`
	Publisher   string      `json:"publisher"`
	URL         string      `json:"url"`
	Group       string      `json:"group"` // in the configuration; "": none
	State       string      `json:"state"` // ok, failing, never, new, paused, disabled
	Diagnosis   string      `json:"diagnosis"`
	Trouble     string      `json:"-"`      // Diagnosis without technical details
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
		names := make([]string, len(states))
		for i := range states {
			names[i] = states[i].Name
		}
		return nil, oped.Invalid(fmt.Sprintf("there is no feed %q", name),
			text.DidYouMean(name, names, "oped feeds lists the names"))
	}
	return states[i : i+1], nil
}

func health(s *oped.FeedState) FeedHealth {
	h := FeedHealth{
		Name: s.Name, Publisher: s.Publisher, URL: oped.ShownAddress(s.URL), Entries: s.Entries, Failures: s.Failures,
		LastSuccess: TimeOrNil(s.LastSuccess), LastNew: TimeOrNil(s.LastNew), NextFetch: TimeOrNil(s.NextFetch),
	}
	h.GUIDs, h.Limits = guidsOf(s), oped.Limits{}.With(s.Limits...) // in JSON [], never null
	d := oped.Diagnose(s)
	h.State, h.Diagnosis, h.Trouble = d.State, d.Text, cmp.Or(trouble(s.LastKind), d.Text)
	if h.State == "disabled" || h.State == "paused" {
		h.NextFetch = nil
	}
	return h
}

// Fails reports whether the last fetch of the feed failed.
func (h *FeedHealth) Fails() bool { return h.State == "failing" || h.State == "never" }

// SickFirst returns the feeds in the order of attention: failing ones first, then those read in part, then the others;
// paused and disabled ones last. Otherwise they stay in their order.
func SickFirst(rows []FeedHealth) []FeedHealth {
	rank := func(h FeedHealth) int {
		switch {
		case h.Fails():
			return 0
		case h.State == "ok" && h.Diagnosis != "":
			return 1
		case h.State == "paused":
			return 3
		case h.State == "disabled":
			return 4
		}
		return 2
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b FeedHealth) int { return cmp.Compare(rank(a), rank(b)) })
	return rows
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

// guidsOf returns the reliability of the guids of a feed.
func guidsOf(s *oped.FeedState) GUIDHealth {
	return GUIDHealth{Looked: s.GUIDs, Faults: s.GUIDFaults, Trusted: dedup.TrustsGUIDs(s)}
}

// Feeds has the operations on feeds. [App.Feeds] returns it.
type Feeds struct{ p *App }

// Health returns the state of all feeds, or of the one with a name or address. It returns an Invalid error for
// an unknown feed.
func (v Feeds) Health(ctx context.Context, only ...string) ([]oped.FeedState, []FeedHealth, error) {
	states, err := v.p.store.Feeds.All(ctx)
	if err == nil && len(only) > 0 {
		states, err = named(states, only[0])
	}
	if err != nil {
		return nil, nil, err
	}
	groups := map[string]string{}
	for _, f := range v.p.cfg.Feeds {
		groups[f.URL] = f.Group
	}
	rows := make([]FeedHealth, len(states))
	for i := range states {
		rows[i] = health(&states[i])
		rows[i].Group = groups[states[i].URL]
	}
	return states, rows, nil
}

// Ahead returns the number of feeds with a next fetch too far away, set by a clock that was ahead. The next round
// fetches them.
func (v Feeds) Ahead(states []oped.FeedState) int {
	return len(newFetcher(v.p.cfg, Options{Now: v.p.now}).Ahead(states))
}

// Offline returns the time when the network was lost, or the zero time.
func (v Feeds) Offline(ctx context.Context) (since time.Time, err error) {
	waits, err := v.p.store.Feeds.Waits(ctx)
	for _, w := range waits {
		if w.Domain == "" && !w.IsAhead(v.p.now()) {
			since = w.Since
		}
	}
	return since, err
}

// Configured returns the feed with a name or address. It returns an Invalid error for an unknown or removed feed.
func (v Feeds) Configured(ctx context.Context, name string) (oped.FeedState, error) {
	all, err := v.p.store.Feeds.All(ctx)
	if err != nil {
		return oped.FeedState{}, err
	}
	return configured(all, name)
}

// configured returns the feed with a name or address, unless it was removed from the configuration.
func configured(states []oped.FeedState, name string) (oped.FeedState, error) {
	one, err := named(states, name)
	if err != nil {
		return oped.FeedState{}, err
	}
	if one[0].Removed {
		return oped.FeedState{}, oped.Invalid("the configuration no longer has the feed "+one[0].Name,
			"oped feeds add ADDRESS adds it again").OnDesk("add it again on its page")
	}
	return one[0], nil
}

// Pause pauses a feed, or resumes it.
type Pause struct {
	Feed   string `json:"feed"` // name or address
	Paused bool   `json:"paused"`
}

// setPaused pauses a feed, or resumes it, and returns its name. It returns an Invalid error for an unknown feed, and
// for one that is so already.
func (v Feeds) setPaused(ctx context.Context, x Pause) (string, error) {
	f, err := v.Configured(ctx, x.Feed)
	if err != nil {
		return "", err
	}
	switch {
	case f.Paused && x.Paused:
		return "", oped.Invalid("nothing to do: "+f.Name+" is paused already", "")
	case !f.Paused && !x.Paused:
		return "", oped.Invalid("nothing to do: "+f.Name+" is not paused", "")
	}
	if err := v.p.store.Feeds.SetPaused(ctx, f.URL, x.Paused); err != nil {
		return "", err
	}
	v.p.mustReload()                               // the daemon may be asleep beyond its due time
	return f.Name, v.p.publish(v.p.committed(ctx)) // the health feed omits paused feeds
}

// FetchResult is the result of a fetch outside the schedule.
type FetchResult struct {
	Feed    string `json:"feed"` // its name
	Status  int    `json:"status"`
	Entries int    `json:"entries"`
	New     int    `json:"new"`
	Joined  int    `json:"joined"`
	Changed int    `json:"changed"`
}

// fetch fetches one feed, named by its name or address, outside its schedule, once and conditionally. It ingests
// and publishes the result. It returns an Invalid error for an unknown feed, or the error of a failed fetch.
func (v Feeds) fetch(ctx context.Context, name string) (FetchResult, error) {
	all, err := v.p.store.Feeds.All(ctx)
	if err != nil {
		return FetchResult{}, err
	}
	s, err := configured(all, name)
	if err != nil {
		return FetchResult{}, err
	}
	jobOf(ctx).begin("fetching "+s.Name, 0)
	var f oped.Fetched
	err = v.p.unlocked(func() (err error) {
		f, err = v.p.fetcher.FetchNow(ctx, v.p.store.Feeds, s, fetcher.LastVisit(all, s.URL))
		return err
	})
	if err != nil {
		return FetchResult{}, err
	}
	c, err := v.p.handle(ctx, f)
	if err != nil {
		return FetchResult{}, err
	}
	if err := v.p.publish(v.p.committed(ctx)); err != nil {
		return FetchResult{}, err
	}
	if f.Err != nil {
		return FetchResult{}, fmt.Errorf("%s: %w", s.Name, f.Err)
	}
	return FetchResult{s.Name, f.Status, len(f.Entries), c.New, c.Joined, c.Changed}, nil
}

// Rhythm counts the latest entries of a feed by weekday, Monday first, and hour, where its paper is. n is their number;
// entries with a day alone do not count.
func (v Feeds) Rhythm(ctx context.Context, f *oped.Feed) (counts [7][24]int, n int, err error) {
	times, err := v.p.store.Feeds.PublicationTimes(ctx, f.URL, rhythmEntries)
	for _, at := range times {
		if at.Equal(at.Truncate(24 * time.Hour)) {
			continue
		}
		if _, offset := at.Zone(); offset == 0 {
			at = at.In(parse.FeedZone(f))
		}
		counts[(int(at.Weekday())+6)%7][at.Hour()]++
		n++
	}
	return counts, n, err
}

// rhythmEntries is the number of entries that show the rhythm of a feed.
const rhythmEntries = 500

// trouble returns a failure in a clause without technical details; "" if there is none.
func trouble(kind oped.FailureKind) string {
	switch kind {
	case oped.Network:
		return "oped does not reach the paper"
	case oped.Timeout:
		return "the paper answers too slowly"
	case oped.Throttled:
		return "the paper asks oped to wait"
	case oped.Server:
		return "the server of the paper fails"
	case oped.Client:
		return "the paper refuses this address"
	case oped.Gone:
		return "the paper removed this feed for good"
	case oped.NotFeed:
		return "the address answers with a page, not a feed"
	case oped.Malformed:
		return "the feed cannot be read"
	case oped.TooLarge:
		return "the feed is too large"
	case oped.Refused:
		return "the address is not allowed"
	case oped.Fatal:
		return "this document makes oped fail"
	}
	return ""
}

// Advice returns what a curator can do about the condition of a feed; "" if nothing.
func Advice(s *oped.FeedState) string {
	switch {
	case !s.Enabled || s.Removed || s.Paused:
		return ""
	case s.LastKind == "" && s.Deferred > 0:
		return "The rest comes with later fetches. A higher quota in the configuration lets more in at once."
	case s.LastKind == "" && s.LastError != "":
		return "The readable part is published. The paper should correct its feed."
	}
	switch s.LastKind {
	case oped.Network, oped.Timeout, oped.Server:
		return "oped tries again by itself, less often with each failure. If it lasts for days, open the address in a " +
			"browser."
	case oped.Throttled:
		return "oped waits as long as the paper asks. A fetch now would be refused again."
	case oped.Client:
		return "Look on the site of the paper for the present address of the feed, and add that one."
	case oped.Gone:
		return "Look for another one on its site, then remove this one."
	case oped.NotFeed:
		return "Look on that page for the feed, and add that one."
	case oped.Malformed, oped.TooLarge:
		return "The paper has to mend its feed. Until then nothing new comes from it."
	case oped.Refused:
		return "If the address is right, an operator can allow it in the configuration."
	case oped.Fatal:
		return "Please report it with the address of the feed."
	}
	return ""
}
