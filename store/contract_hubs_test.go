package store_test

import (
	"slices"
	"testing"
	"time"

	"oped"
)

const outside = "https://hub.example/"

// outbox changes an edition while a hub is notified, is down, is new, and is removed.
func outbox(t *testing.T, p place) {
	s := fresh(t, p)
	sync := func(hubs ...string) {
		t.Helper()
		check(
			t,
			s.Outbox.Sync(
				t.Context(), map[string][]string{"all": {"all.atom", "all.rss"}, "pak-us": {"pak-us.atom"}},
				hubs,
			),
		)
	}
	// publish does as a daemon does: it reads the positions it is about to show, then records them.
	publish := func() { t.Helper(); check(t, s.Outbox.Published(t.Context(), ask(t, s.Outbox.Changed))) }
	due := func(at time.Time) []oped.Ping {
		t.Helper()
		all, err := s.Outbox.DuePings(t.Context(), at)
		check(t, err)
		return all
	}
	put(t, s, epoch, []string{"all"}, entry(dawn, 1))
	sync(outside)
	publish()
	if got := due(epoch); len(got) != 0 || !ask(t, s.Outbox.NextPing).IsZero() {
		t.Fatalf("a new hub hears of what was: %+v", got)
	}
	put(t, s, epoch, []string{"all"}, entry(dawn, 2))
	if got := due(epoch); len(got) != 0 {
		t.Fatalf("a hub hears of what readers do not have: %+v", got)
	}
	put(t, s, epoch, []string{"all"}, entry(dawn, 3))
	publish()
	want := []oped.Ping{
		{Edition: "all", Document: "all.atom", Hub: outside, Position: 3},
		{Edition: "all", Document: "all.rss", Hub: outside, Position: 3},
	}
	if got := due(epoch); !slices.Equal(got, want) {
		t.Fatalf("due: %+v, want %+v", got, want)
	}
	check(t, s.Outbox.Pinged(t.Context(), want[1]))
	check(t, s.Outbox.PingFailed(t.Context(), want[0], "no answer", epoch.Add(time.Minute)))

	s.Close()
	s = p.Open(t)
	t.Cleanup(func() { s.Close() })
	sync("https://other.example/", outside)
	put(t, s, epoch, []string{"all", "pak-us"}, entry(dawn, 4)) // while one waits
	check(t, s.Outbox.Published(t.Context(), map[string]int64{"all": 3, "nowhere": 9}))
	if got := due(epoch.Add(time.Minute - 1)); len(got) != 0 {
		t.Errorf("due before its time: %+v", got)
	}
	if next := ask(t, s.Outbox.NextPing); !next.Equal(epoch.Add(time.Minute)) {
		t.Errorf("next at %v", next)
	}
	want = []oped.Ping{{Edition: "all", Document: "all.atom", Hub: outside, Position: 3, Attempts: 1}}
	if got := due(epoch.Add(time.Minute)); !slices.Equal(got, want) {
		t.Errorf("after a restart: %+v, want %+v", got, want)
	}
	publish()
	check(t, s.Outbox.Published(t.Context(), map[string]int64{"all": 1})) // published positions never go back
	check(t, s.Outbox.Pinged(t.Context(), want[0]))                       // a ping of before: there is more since
	if got := due(epoch); len(got) != 6 || got[0].Position != 4 || got[0].Attempts != 0 || got[3].Hub != "https://other.example/" {
		t.Errorf("due: %+v", got)
	}
	for _, one := range due(epoch) {
		check(t, s.Outbox.Pinged(t.Context(), one))
	}
	publish()
	sync()
	sync(outside)
	if got := due(epoch.AddDate(1, 0, 0)); len(got) != 0 {
		t.Errorf("a cycle without a change announces %+v", got)
	}
	check(t, s.Editions.Sync(t.Context(), []oped.Edition{{Name: "pak-us"}}, "oped.example", epoch))
	put(t, s, epoch, []string{"all"}, entry(dawn, 5))
	check(t, s.Outbox.Published(t.Context(), map[string]int64{"all": 5}))
	if got := due(epoch); len(got) != 0 {
		t.Errorf("an edition that is gone is announced: %+v", got)
	}
	if err := s.Outbox.Sync(
		t.Context(), map[string][]string{"nowhere": {"nowhere.atom"}}, []string{outside},
	); err == nil {
		t.Error("an edition that never was has an outbox")
	}
}

// retitled changes the title of an edition: notified hubs are notified again, once.
func retitled(t *testing.T, p place) {
	s := fresh(t, p)
	sync := func(all, other string) {
		t.Helper()
		check(
			t,
			s.Editions.Sync(
				t.Context(), []oped.Edition{{Name: "all", Title: all}, {Name: "pak-us", Title: other}},
				"oped.example", epoch,
			),
		)
		check(
			t,
			s.Outbox.Sync(
				t.Context(), map[string][]string{"all": {"all.atom"}, "pak-us": {"pak-us.atom"}},
				[]string{outside},
			),
		)
		check(t, s.Outbox.Published(t.Context(), ask(t, s.Outbox.Changed)))
	}
	due := func() (names []string) {
		t.Helper()
		pings, err := s.Outbox.DuePings(t.Context(), epoch)
		check(t, err)
		for _, one := range pings {
			names = append(names, one.Hub+one.Document)
			check(t, s.Outbox.Pinged(t.Context(), one))
		}
		owed, err := s.Subscribers.Due(t.Context(), epoch, nil, 9)
		check(t, err)
		for _, one := range owed {
			names = append(names, one.Callback)
			check(t, s.Subscribers.Delivered(t.Context(), one))
		}
		return names
	}
	wants := func(want ...string) {
		t.Helper()
		if got := due(); !slices.Equal(got, want) {
			t.Errorf("notified hubs: %q, want %q", got, want)
		}
	}
	sync("All", "Pakistan and the US")
	put(t, s, epoch, []string{"all"}, entry(dawn, 1))
	sync("All", "Pakistan and the US")
	wants(outside + "all.atom")
	check(t, s.Subscribers.Subscribe(t.Context(), oped.Subscriber{Callback: "http://a.example/", Host: "a.example", Edition: "all", Document: "all.atom", Until: epoch.AddDate(0, 0, 7)}, epoch))
	sync("All", "Always empty")
	wants()
	sync("All of it", "Always empty")
	wants(outside+"all.atom", "http://a.example/")
	sync("All of it", "Always empty")
	wants()
	sync("All", "Always empty")
	put(t, s, epoch, []string{"all"}, entry(dawn, 2)) // while it is pending
	sync("All", "Always empty")
	wants(outside+"all.atom", "http://a.example/")
	wants()

	digest := func() {
		t.Helper()
		check(
			t,
			s.Editions.Sync(
				t.Context(), []oped.Edition{{Name: "all", Title: "All", Digest: "daily"}}, "oped.example",
				epoch,
			),
		)
		check(t, s.Outbox.Published(t.Context(), ask(t, s.Outbox.Changed)))
	}
	digest() // without an issue yet
	wants(outside+"all.atom", "http://a.example/")
	digest()
	wants()
	check(t, s.Editions.ClosePeriod(t.Context(), "all", epoch.AddDate(0, 0, 1), epoch.AddDate(0, 0, 2), ages))
	digest() // an issue of pieces announced before
	wants(outside+"all.atom", "http://a.example/")
	wants()
	sync("All", "Always empty")
	wants(outside+"all.atom", "http://a.example/")
	wants()
}

// ages is more than a piece of these tests is old.
const ages = 100 * 365 * 24 * time.Hour

// closePeriod closes the days of a digest: arrivals count when their day is over, later changes to them at
// once.
func closePeriod(t *testing.T, p place) {
	s := fresh(t, p)
	day := func(n int) time.Time { return epoch.Truncate(24*time.Hour).AddDate(0, 0, n) }
	check(
		t,
		s.Editions.Sync(
			t.Context(), []oped.Edition{{Name: "all", Digest: "daily"}, {Name: "pak-us"}}, "oped.example",
			epoch,
		),
	)
	wants := func(when string, position int64, closed time.Time) {
		t.Helper()
		if got := ask(t, s.Outbox.Changed)["all"]; got != position {
			t.Errorf("%s: the position is %d, want %d", when, got, position)
		}
		if e := ask(t, s.Editions.All)[0]; !e.Closed.Equal(closed) {
			t.Errorf("%s: closed until %v, want %v", when, e.Closed, closed)
		}
	}
	pass := func(n int) {
		t.Helper()
		for _, name := range []string{"all", "pak-us", "nowhere"} {
			check(t, s.Editions.ClosePeriod(t.Context(), name, day(n), day(n+1), ages))
		}
	}
	none := time.UnixMilli(0)
	put(t, s, day(1), []string{"all", "pak-us"}, entry(dawn, 1))
	put(t, s, day(1).Add(time.Hour), []string{"all"}, entry(dawn, 2))
	pass(1)
	wants("within the day", 0, none)
	check(t, s.Editions.ClosePeriod(t.Context(), "all", day(2), day(3), -ages))
	wants("what is too old", 0, none)
	pass(2)
	wants("after it", 2, day(2))
	put(t, s, day(2), []string{"all"}, entry(dawn, 3))
	wants("another day", 2, day(2))
	revised := func(n int, at time.Time) {
		t.Helper()
		e := entry(dawn, n)
		e.Hash[9] = byte(at.Hour() + 1)
		put(t, s, at, nil, e)
	}
	revised(3, day(2).Add(time.Hour))
	wants("what is in no issue changes", 2, day(2))
	revised(1, day(2).Add(2*time.Hour))
	wants("what is in an issue changes", 3, day(2))
	put(t, s, day(2).Add(-time.Hour), []string{"all"}, entry(dawn, 4)) // by a slow fetch
	wants("what comes late", 4, day(2))
	pass(3)
	wants("the next day", 6, day(3))
	pass(9)
	wants("after days without anything", 6, day(3))
	put(t, s, day(9), []string{"all"}, entry(dawn, 5))
	pass(99) // the clock was wrong
	wants("the clock is wrong", 7, day(99))
	pass(9)
	wants("it is right again", 6, day(9))
	pass(10)
	wants("and the day is over", 7, day(10))
	if e := ask(t, s.Editions.All)[1]; !e.Closed.Equal(none) {
		t.Errorf("what is no digest was closed: %v", e.Closed)
	}
}

// subscribers come, get their deliveries, are renewed, and go.
func subscribers(t *testing.T, p place) {
	s := fresh(t, p)
	publish := func(n int) {
		t.Helper()
		put(t, s, epoch, []string{"all"}, entry(dawn, n))
		check(t, s.Outbox.Published(t.Context(), ask(t, s.Outbox.Changed)))
	}
	due := func(at time.Time, n int, busy ...string) []oped.Subscriber {
		t.Helper()
		all, err := s.Subscribers.Due(t.Context(), at, busy, n)
		check(t, err)
		return all
	}
	subscribe := func(callback, host string, secret oped.Secret, until time.Time) {
		t.Helper()
		check(
			t,
			s.Subscribers.Subscribe(
				t.Context(),
				oped.Subscriber{
					Callback: callback,
					Host:     host,
					Edition:  "all",
					Document: "all.atom",
					Secret:   secret,
					Until:    until,
				},
				epoch,
			),
		)
	}
	publish(1)
	week := epoch.AddDate(0, 0, 7)
	subscribe("http://a.example/1", "a.example", "s1", week)
	subscribe("http://a.example/2", "a.example", "", week)
	subscribe("http://b.example/1", "b.example", "", epoch.Add(time.Hour))
	if got := due(epoch, 9); len(got) != 0 {
		t.Fatalf("who is new is owed what was: %+v", got)
	}
	if all, at, err := s.Subscribers.Count(t.Context(), "a.example", epoch); err != nil || all != 3 || at != 2 {
		t.Errorf("%d subscribers, %d at a host, %v", all, at, err)
	}
	publish(2)
	first := oped.Subscriber{ID: 1, Callback: "http://a.example/1", Host: "a.example", Edition: "all", Document: "all.atom", Secret: "s1", Until: week, Position: 2}
	got := due(epoch, 9)
	if len(got) != 2 || got[0] != first || got[1].Host != "b.example" {
		t.Fatalf("due: %+v", got)
	}
	if got := due(epoch, 9, "a.example"); len(got) != 1 || got[0].Host != "b.example" {
		t.Errorf("beside a busy host: %+v", got)
	}
	if got := due(epoch, 1); len(got) != 1 {
		t.Errorf("one, please: %+v", got)
	}
	check(t, s.Subscribers.DeliveryFailed(t.Context(), first, "500", epoch.Add(time.Minute)))
	check(t, s.Subscribers.Unsubscribe(t.Context(), "http://a.example/2", "all.atom"))
	check(t, s.Subscribers.Unsubscribe(t.Context(), "http://a.example/2", "all.atom"))
	if got := due(epoch.Add(2*time.Hour), 9, "b.example"); len(got) != 1 || got[0].Attempts != 1 {
		t.Errorf("later: %+v", got)
	}
	if got := due(epoch.Add(2*time.Hour), 9, "a.example"); len(got) != 0 {
		t.Errorf("a lease that has ended gives something: %+v", got)
	}
	if next, err := s.Subscribers.Next(t.Context(), epoch.Add(2*time.Hour)); err != nil ||
		!next.Equal(epoch.Add(time.Minute)) {
		t.Errorf("next at %v, %v", next, err)
	}
	// renewed: it keeps its pending deliveries
	subscribe("http://a.example/1", "a.example", "s2", week.AddDate(0, 0, 7))
	got = due(epoch, 1)
	if len(got) != 1 || got[0].Secret != "s2" || got[0].Attempts != 0 || !got[0].Until.Equal(week.AddDate(0, 0, 7)) {
		t.Fatalf("renewed: %+v", got)
	}
	publish(3)
	check(t, s.Subscribers.Delivered(t.Context(), got[0])) // as of before
	if again := due(epoch, 1); len(again) != 1 || again[0].Position != 3 {
		t.Errorf("what was published meanwhile: %+v", again)
	}
	got[0].Position = 3
	check(t, s.Subscribers.Delivered(t.Context(), got[0]))
	if again := due(epoch, 9, "b.example"); len(again) != 0 {
		t.Errorf("delivered: %+v", again)
	}
	check(t, s.Subscribers.Subscribe(t.Context(), oped.Subscriber{Callback: "http://c.example/", Host: "c.example", Edition: "pak-us", Document: "pak-us.atom", Until: week}, week))
	if all, _, err := s.Subscribers.Count(t.Context(), "", epoch); err != nil || all != 2 {
		t.Errorf("%d subscribers, %v: one lease had ended", all, err)
	}
}
