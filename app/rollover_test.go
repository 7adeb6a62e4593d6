package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"oped"
	"oped/config"
	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/websub"
)

// listener is an external hub and a subscriber of ours within a synctest bubble, since its time does not advance
// during waits for sockets.
type listener struct {
	mu   sync.Mutex
	told []string // of the edition daily.atom, with the time
}

func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	said, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	what := r.URL.Host
	if form, err := url.ParseQuery(string(said)); err == nil && r.URL.Host == "hub.example" &&
		!strings.HasSuffix(form.Get("hub.url"), "/daily.atom") {
		what = ""
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if what != "" {
		l.told = append(
			l.told, what+time.Now().UTC().Format(" 02 15:04")+fmt.Sprintf(" %d", strings.Count(string(said), "<entry")))
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// heard returns the notifications since the last call.
func (l *listener) heard() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.Sort(l.told)
	known := strings.Join(l.told, ", ")
	l.told = nil
	return known
}

// quiet is a daemon with feeds not due for weeks, without its sockets.
type quiet struct {
	*year
	listener
	stop func()
}

// start begins where the database is, as the daemon does, and works until stop.
func (q *quiet) start() {
	q.Helper()
	cfg, err := config.Load(q.path)
	must(q, err)
	p, err := Open(q.Context(), cfg, q.o)
	must(q, err)
	o := websub.Options{
		BaseURL:   cfg.BaseURL,
		Document:  p.publisher.Document,
		Now:       time.Now,
		Log:       q.o.Log,
		Transport: &q.listener,
	}
	p.announcer.pinger, p.announcer.hub = websub.NewPinger(o, p.store.Outbox), websub.NewHub(o, p.store.Subscribers)
	must(q, p.publish(q.Context()))
	q.cfg, q.p = cfg, p
	ctx, cancel := context.WithCancel(q.Context())
	ended := make(chan error)
	go func() {
		_, _, err := p.cycle(ctx, newPatience(p.store, p.log), Daemon{}, stampOf(watched(p.cfg)))
		ended <- err
	}()
	q.stop = func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			q.Error(err)
		}
		must(q, p.Close())
	}
}

// comes lets a piece come in, as the daemon would.
func (q *quiet) comes() oped.Entry {
	q.Helper()
	q.now = time.Now()
	e := q.entry(time.Hour)
	e.FeedURL, e.Hash = "https://paper.example/rss", sha256.Sum256([]byte(e.ID))
	states, err := q.p.store.Feeds.All(q.Context())
	must(q, err)
	_, err = q.p.handle(q.Context(), oped.Fetched{
		Feed:    states[0],
		At:      time.Now(),
		URL:     e.FeedURL,
		Status:  200,
		Next:    time.Now().AddDate(1, 0, 0),
		Entries: []oped.Entry{e},
	})
	must(q, err)
	must(q, q.p.publish(q.Context()))
	return e
}

// until lets the time pass.
func (q *quiet) until(day, hour, minute int) {
	<-time.After(time.Until(time.Date(2026, 1, day, hour, minute, 0, 0, time.UTC)))
	synctest.Wait()
}

// file is the head of the edition as it is written.
func (q *quiet) file() string {
	q.Helper()
	body, err := os.ReadFile(filepath.Join(q.cfg.Publish.Dir, "daily.atom"))
	must(q, err)
	if _, _, served := q.get("/daily.atom"); string(served) != string(body) {
		q.Error("the file is not what is served")
	}
	return string(body)
}

// TestO16_O29_AnIssueOfAQuietDay: when the period of a digest is over, the issue is published within a minute,
// whatever the feeds do. Hubs and subscribers get it once, across restarts. A period without pieces causes no
// notification and no file.
func TestO16_O29_AnIssueOfAQuietDay(t *testing.T) {
	testkit.NotRaced(t)
	synctest.Test(t, func(t *testing.T) {
		<-time.After(time.Until(time.Date(2026, 1, 1, 6, 0, 0, 0, time.UTC))) // a Thursday
		q := &quiet{year: newYear(t, "base_url: https://editions.example\nfetch: {max_every: 8784h}\neditions: {daily: {digest: daily}}\nfeeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n")}
		q.comes()
		second := q.comes()
		must(t, q.p.store.Close())
		config, err := os.ReadFile(q.path)
		must(t, err)
		must(t, os.WriteFile(q.path, []byte(strings.Replace(string(config), "publish: {", "publish: {hub: [self, \"https://hub.example/\"], ", 1)), 0o644))
		q.o.Now = time.Now
		q.start()
		must(t, q.p.store.Subscribers.Subscribe(t.Context(), oped.Subscriber{Callback: "https://reader.example/cb", Host: "reader.example", Edition: "daily", Document: "daily.atom", Until: time.Now().AddDate(1, 0, 0)}, time.Now()))
		issues := func(want int) {
			t.Helper()
			if n := strings.Count(q.file(), "<entry"); n != want {
				t.Errorf("%d issues at %v, want %d", n, time.Now().UTC(), want)
			}
		}
		wants := func(want string) {
			t.Helper()
			if known := q.heard(); known != want {
				t.Errorf("until %v got %q, want %q", time.Now().UTC(), known, want)
			}
		}
		q.until(1, 23, 30)
		if _, header, _ := q.get("/daily.atom"); !strings.HasPrefix(header.Get("Cache-Control"),
			"public, max-age=1800,") {
			t.Errorf("half an hour before the end of the day: %s", header.Get("Cache-Control"))
		}
		q.until(1, 23, 59)
		issues(0)
		wants("") // the pieces are in no document yet
		q.until(2, 0, 1)
		issues(1)
		wants("hub.example 02 00:00 0, reader.example 02 00:00 1")

		q.until(2, 1, 0)
		q.stop()
		q.start()
		q.until(2, 2, 0)
		issues(1)
		wants("")

		before := testkit.ChangedAt(t, q.cfg.Publish.Dir)
		q.until(3, 1, 0) // after a day on which nothing came
		issues(1)
		wants("")
		for name, at := range testkit.ChangedAt(t, q.cfg.Publish.Dir) {
			// a page names the day
			if page := strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".oped-manifest"); !page && !before[name].Equal(at) {
				t.Errorf("%s was written, and nothing has changed", name)
			}
		}

		q.comes()
		q.until(3, 2, 0)
		wants("") // before the day is over
		q.oped("piece", "withdraw", second.ID)
		q.until(3, 3, 0)
		wants("hub.example 03 02:00 0, reader.example 03 02:00 1")
		q.until(3, 23, 0)
		q.stop() // the daemon is down when the day is over
		q.until(4, 1, 0)
		wants("")
		q.start()
		q.until(4, 1, 1)
		issues(2)
		wants("hub.example 04 01:00 0, reader.example 04 01:00 2")
		q.stop()
		q.start()
		q.until(5, 1, 0)
		issues(2)
		wants("")
		q.stop()
	})
}

// TestO16_O29_OnceAnnouncesAnIssue: `oped once` publishes an issue even if no feed is due, and announces it once,
// even if a process ended between the two.
func TestO16_O29_OnceAnnouncesAnIssue(t *testing.T) {
	testkit.NotShort(t)
	paper, hub := newstest.New(t), testkit.NewParty(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	configPath := testkit.WriteConfig(t, fmt.Sprintf("base_url: https://feeds.example\npublish: {hub: %q}\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [{name: paper, url: %q}]\neditions: {all: {digest: daily}}\n", hub.URL, paper.URL+"/feed"))
	now := time.Now().UTC().Truncate(24 * time.Hour)
	once := func(wantTold, wantIssues int) {
		t.Helper()
		before := hub.Pings("https://feeds.example/all.atom")
		cfg, err := config.Load(configPath)
		must(t, err)
		p, err := Open(t.Context(), cfg, Options{
			Log:     slog.New(slog.DiscardHandler),
			Now:     func() time.Time { return now },
			Version: "dev",
		})
		must(t, err)
		defer p.Close()
		_, err = p.Once(t.Context(), false)
		must(t, err)
		f := testkit.ReadAtom(t, filepath.Join(filepath.Dir(configPath), "public", "all.atom"))
		if known := hub.Pings("https://feeds.example/all.atom") - before; known != wantTold || len(f.Entries) != wantIssues {
			t.Errorf("at %v notified %d times of %d issues, want %d and %d", now, known, len(f.Entries), wantTold,
				wantIssues)
		}
	}
	once(0, 0) // pieces of long ago
	now = now.AddDate(0, 0, 1)
	once(0, 0)
	items := newstest.Items("https://paper.example", 0, 6)
	for i := range items[3:] {
		items[3+i].Published = now.Add(-time.Hour)
	}
	paper.Edition("/feed", "The Paper", items...)
	now = now.Add(6 * time.Hour)
	once(0, 0)
	requests := len(paper.Requests("/feed"))
	cfg, err := config.Load(configPath)
	must(t, err)
	st, err := openStore(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler), Now: time.Now}, false)
	must(t, err)
	states, err := st.Feeds.All(t.Context())
	must(t, err)
	must(t, st.Feeds.SetPaused(t.Context(), states[0].URL, true)) // it is not asked again
	now = now.AddDate(0, 0, 1)
	must(t, closePeriods(t.Context(), cfg, st, now)) // and then it was killed
	must(t, st.Close())
	once(1, 1)
	once(0, 1)
	now = now.AddDate(0, 0, 3)
	once(0, 1)
	if n := len(paper.Requests("/feed")); n != requests {
		t.Errorf("the paper was asked %d times", n-requests)
	}
}

// TestO16_ClockSetBack: an issue published by a wrong clock is removed, except after the small steps back
// of every day.
func TestO16_ClockSetBack(t *testing.T) {
	testkit.NotShort(t)
	for _, c := range []struct {
		before, ahead time.Duration // before midnight
		want          int
	}{{5 * time.Minute, 9 * time.Minute, 1}, {time.Hour, 2 * time.Hour, 0}, {12 * time.Hour, 24 * time.Hour, 0},
		{12 * time.Hour, 72 * time.Hour, 0}} {
		y := newYear(t, "base_url: https://editions.example\neditions: {all: {digest: daily}}\nfeeds:\n  - {url: 'https://paper.example/feed', publisher: Paper}\n")
		y.fetched(0, y.entry(time.Hour))
		right := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC).Add(-c.before)
		y.now = right.Add(c.ahead)
		must(t, y.p.store.Close())
		y.open()
		if entries, _, _ := y.issues("/all.atom"); len(entries) != 1 {
			t.Errorf("%v ahead: %d issues", c.ahead, len(entries))
		}
		y.now = right.Add(time.Minute)
		must(t, y.p.store.Close())
		y.open()
		if entries, _, _ := y.issues("/all.atom"); len(entries) != c.want {
			t.Errorf("%v ahead, and put right: %d issues", c.ahead, len(entries))
		}
	}
}
