package fetcher

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"oped"
)

// draw generates a fetch of any kind.
func draw(t *rapid.T) oped.Fetched {
	span := func(name string, limit time.Duration) time.Duration {
		return time.Duration(rapid.Int64Range(0, int64(limit)).Draw(t, name))
	}
	at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), rapid.Int64Range(0, 1e9-1).Draw(t, "ns"))
	r := oped.Fetched{At: at, Took: span("took", time.Minute), Freshness: span("freshness", 68*365*24*time.Hour)}
	r.Feed.URL = rapid.String().Draw(t, "url")
	r.Feed.Failures = rapid.IntRange(0, 1000).Draw(t, "failures")
	r.Feed.TTL, r.Document.TTL = span("old ttl", 100*24*time.Hour), span("ttl", 100*24*time.Hour)
	r.NotModified = rapid.Bool().Draw(t, "304")
	kind := rapid.SampledFrom([]oped.FailureKind{
		"", oped.Network, oped.Timeout, oped.Throttled, oped.Server, oped.Client, oped.Gone, oped.TooLarge,
		oped.NotFeed, oped.Malformed, oped.Refused,
	}).Draw(t, "kind")
	if kind != "" {
		r.Err = &oped.FetchError{Kind: kind, Err: errors.New("x")}
		if kind == oped.Throttled {
			r.Err.Wait = span("wait", 68*365*24*time.Hour)
		}
	}
	r.Feed.LastKind = rapid.SampledFrom([]oped.FailureKind{"", oped.Gone, oped.Network}).Draw(t, "last kind")
	r.Feed.LastFetch = at.Add(-span("since", 72*time.Hour))
	return r
}

func TestF15NextIsNeverEarlyAndSpreadsUpwardOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := draw(t)
		lowest := time.Duration(rapid.Int64Range(int64(time.Second), int64(100*24*time.Hour)).Draw(t, "least"))
		limit := time.Duration(rapid.Int64Range(int64(time.Second), int64(40*24*time.Hour)).Draw(t, "most"))
		next := Next(&r, lowest, limit)
		if next.IsZero() {
			if r.Err == nil || r.Err.Kind != oped.Gone || r.Feed.LastKind != oped.Gone {
				t.Fatal("never again, though it is not gone")
			}
			return
		}
		ttl := r.Feed.TTL
		if r.Read() {
			ttl = r.Document.TTL
		}
		floor, cap := lowest, max(lowest, limit, longestWait)
		if r.Err == nil {
			floor, cap = max(floor, min(r.Freshness, limit), min(ttl, limit)), max(lowest, limit)
		} else {
			floor = max(floor, min(r.Err.Wait, longestWait))
		}
		wait := next.Sub(r.At.Add(r.Took))
		if wait < floor || wait > cap+cap/10 {
			t.Fatalf("comes back after %v; the floor is %v, the cap %v", wait, floor, cap)
		}
		if again := Next(&r, lowest, limit); !again.Equal(next) {
			t.Fatalf("the same fetch gives %v and %v", next, again)
		}
	})
}

func TestF15SpreadIsATenthAtMostAndUsed(t *testing.T) {
	var lowest, limit time.Duration = time.Hour, 0
	for i := range 10_000 {
		r := oped.Fetched{At: noon().Add(time.Duration(i) * time.Second), Feed: feedAt(feedURL)}
		extra := Next(&r, time.Hour, daily).Sub(r.At) - time.Hour
		lowest, limit = min(lowest, extra), max(limit, extra)
	}
	if lowest < 0 || lowest > time.Second || limit > 6*time.Minute || limit < 5*time.Minute {
		t.Errorf("spread from %v to %v, want 0 to 6m", lowest, limit)
	}
}

func TestF26FailuresWaitLongerAndLonger(t *testing.T) {
	const h = time.Hour
	for _, c := range []struct {
		kind     oped.FailureKind
		failures int
		wait     time.Duration
		min      time.Duration
		want     time.Duration
	}{
		{oped.Network, 0, 0, h, 2 * h},
		{oped.Timeout, 1, 0, h, 4 * h},
		{oped.Server, 2, 0, h, 8 * h},
		{oped.NotFeed, 3, 0, h, 16 * h},
		{oped.Malformed, 4, 0, h, 24 * h},
		{oped.Server, 1_000_000, 0, h, 24 * h},
		{oped.Server, 0, 0, 15 * time.Minute, 30 * time.Minute},
		{oped.Server, 5, 0, 48 * h, 48 * h},
		{oped.Client, 0, 0, h, 24 * h},
		{oped.TooLarge, 9, 0, h, 24 * h},
		{oped.Refused, 0, 0, h, 24 * h},
		{oped.Client, 0, 0, 48 * h, 48 * h},
		{oped.Gone, 0, 0, h, 24 * h},
		{oped.Gone, 0, 0, 48 * h, 48 * h},
		{oped.Throttled, 0, 0, 15 * time.Minute, h}, // F22: at least an hour without Retry-After
		{oped.Throttled, 1, 0, h, 2 * h},
		{oped.Throttled, 9, 0, h, 24 * h},
		{oped.Throttled, 1, 0, 48 * h, 48 * h},
		{oped.Throttled, 0, time.Minute, h, h},
		{oped.Throttled, 0, 24 * h, h, 24 * h},
		{oped.Throttled, 0, 48 * h, h, 48 * h}, // beyond the cap of freshness
		{oped.Throttled, 0, 1000 * h, h, 31 * 24 * h},
	} {
		r := oped.Fetched{
			At:   noon(),
			Feed: feedAt(feedURL),
			Err:  &oped.FetchError{Kind: c.kind, Wait: c.wait, Err: errors.New("x")},
		}
		r.Feed.Failures = c.failures
		if got := Next(&r, c.min, daily).Sub(r.At); got < c.want || got > c.want+c.want/10 {
			t.Errorf("%s, %d failures before, asked to wait %v, at least %v: %v, want %v and a tenth", c.kind,
				c.failures, c.wait, c.min, got, c.want)
		}
	}
}

func TestF26OneSuccessEndsTheBackOff(t *testing.T) {
	p := polling(script(reply{status: 500}, reply{status: 500}, reply{body: edition("one")}, reply{status: 500}))
	var waits []time.Duration
	for range 4 {
		r := p.once(t)
		waits = append(waits, r.Next.Sub(r.At).Truncate(time.Hour))
	}
	if waits[0] != 2*time.Hour || waits[1] != 4*time.Hour || waits[2] != time.Hour || waits[3] != 2*time.Hour {
		t.Errorf("waits %v", waits)
	}
}

func TestF17AWeekOf500TakesFewRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := script(reply{header: validators(`"a"`, ""), body: edition("one")}, reply{status: 500})
		feeds := due(feedURL)
		runFor(t, New(Options{Transport: s}), feeds, 7*24*time.Hour)
		if n := len(s.asked); n < 9 || n > 13 { // now, 1 h, then 2, 4, 8, 16, 24, 24, … later
			t.Errorf("%d requests", n)
		}
		state := feeds.feeds[0]
		if state.Validators.ETag != `"a"` || state.BodyHash == [32]byte{} || state.DocTitle == "" ||
			state.LastKind != oped.Server {
			t.Errorf("a week of failures left %+v", state)
		}
	})
}

func TestF14ARestartFetchesNothingEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := script(reply{body: edition("one")})
		feeds := due(feedURL)
		for range 20 {
			runFor(t, New(Options{Transport: s}), feeds, 30*time.Second)
		}
		if len(s.asked) != 1 {
			t.Errorf("%d requests in 10 minutes with 20 restarts", len(s.asked))
		}
		for range 1000 { // about 40 days
			runFor(t, New(Options{Transport: s}), feeds, time.Duration(rand.N(2*time.Hour)))
		}
		for i := range s.at[1:] {
			if gap := s.at[i+1].Sub(s.at[i]); gap < time.Hour {
				t.Errorf("request %d comes %v after the one before", i+1, gap)
			}
		}
	})
}

func TestF20GoneIsConfirmedADayLater(t *testing.T) {
	hour := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Hour) }
	type attempt struct {
		at     time.Time
		status int
	}
	for _, c := range []struct {
		name     string
		attempts []attempt
		never    bool
	}{
		{"once", []attempt{{hour(0), 410}}, false},
		{"twice, a day apart", []attempt{{hour(0), 410}, {hour(25), 410}}, true},
		{"twice, an hour apart", []attempt{{hour(0), 410}, {hour(1), 410}}, false},
		{"twice, an hour apart, after days of other failures",
			[]attempt{{hour(0), 500}, {hour(60), 410}, {hour(61), 410}}, false},
		{"after days of other failures, a day apart", []attempt{{hour(0), 500}, {hour(60), 410}, {hour(85), 410}},
			true},
		{"with life between", []attempt{{hour(0), 410}, {hour(25), 200}, {hour(26), 410}}, false},
		{"404 forever", []attempt{{hour(0), 404}, {hour(25), 404}, {hour(50), 404}}, false},
	} {
		now, status := time.Time{}, 0
		s := &site{response: func(int, *http.Request) reply { return reply{status: status, body: edition("one")} }}
		p := polling(s)
		p.Fetcher = New(Options{Transport: s, Now: func() time.Time { return now }})
		var r oped.Fetched
		for _, a := range c.attempts {
			now, status = a.at, a.status
			r = p.once(t)
		}
		if r.Next.IsZero() != c.never {
			t.Errorf("%s: next at %v", c.name, r.Next)
		}
		if wait := r.Next.Sub(r.At); !c.never && wait < daily {
			t.Errorf("%s: comes back after %v", c.name, wait)
		}
	}
}

func TestNextCountsFromTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := script(reply{
			lasts:  40 * time.Second,
			header: headers("Cache-Control", "max-age=7200"),
			body:   edition("one"),
		})
		for i := range 100 {
			f := feedAt(feedURL)
			f.URL += string(rune('a' + i))
			r := New(Options{Transport: s}).Fetch(t.Context(), f)
			if early := time.Until(r.Next) - 2*time.Hour; early < 0 {
				t.Fatalf("%v before the answer is stale", -early)
			}
		}
	})
}
