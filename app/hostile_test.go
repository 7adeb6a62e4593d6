package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"oped"
	"oped/config"
	"oped/fetcher"
	"oped/internal/hostile"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// inBubble is a network within a synctest bubble, since its time does not advance during waits for sockets. One
// handler answers every request.
type inBubble struct{ http.Handler }

func (n inBubble) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	res := w.Result()
	res.Request = r
	return res, r.Context().Err()
}

// honestPress has feeds of ten pieces; each prints another one every ten minutes.
type honestPress struct{ began time.Time }

const honestFeeds, printsEvery = 50, 10 * time.Minute

// printed is when the n-th piece of a feed is printed.
func (h *honestPress) printed(feed, n int) time.Time {
	return h.began.Add(time.Duration(n)*printsEvery + time.Duration(feed)*printsEvery/honestFeeds)
}

func (h *honestPress) link(feed, n int) string {
	return fmt.Sprintf("https://honest-%d.example/opinion/%d", feed, n)
}

func (h *honestPress) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var feed int
	fmt.Sscanf(r.URL.Host, "honest-%d.example", &feed)
	var items []newstest.Item
	for n := 0; n == 0 || !h.printed(feed, n).After(time.Now()); n++ {
		items = append(items, newstest.Item{
			GUID:      h.link(feed, n),
			Link:      h.link(feed, n),
			Title:     fmt.Sprintf("Honest %d, %d", feed, n),
			HTML:      "<p>" + newstest.Words(1000*feed+n, 60) + "</p>",
			Published: h.printed(feed, n),
		})
	}
	w.Write(newstest.RSS("Honest", items[max(0, len(items)-10):]...))
}

// A daemon reads fifty honest feeds beside every hostile one for an hour. Every honest piece is published before
// its feed is due again, and the daemon ends on request. The cost of hostile feeds is measured by
// bench/hostile.sh.
func TestHostileFeedsDelayNoHonestPiece(t *testing.T) {
	testkit.NotRaced(t)
	var feeds strings.Builder
	for n := range honestFeeds {
		fmt.Fprintf(&feeds, "  - {name: honest-%d, url: \"https://honest-%d.example/rss\", publisher: Honest}\n", n, n)
	}
	press := hostile.Feeds()
	for _, f := range press {
		fmt.Fprintf(&feeds, "  - {name: %s, url: \"https://%s.hostile.example/%s\", publisher: Hostile, every: 25m}\n", f.Name, f.Name, f.Name)
	}
	config := testkit.WriteConfig(
		t, "store: "+filepath.Join(inMemory(t), "oped.db")+"\npublish: {dir: \"\"}\nfetch: {every: 5m}\n"+
			testkit.IncludeTopics()+
			"editions: {honest: {publishers: [Honest], limit: 5000}, pak-us: {topics: pak-us}, all: {}}\n"+
			"feeds:\n"+feeds.String())
	synctest.Test(t, func(t *testing.T) { hostileHour(t, config, hostile.NewPress(press)) })
}

func hostileHour(t *testing.T, path string, press http.Handler) {
	honest := &honestPress{began: time.Now()}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	cfg, err := config.Load(path)
	must(t, err)
	p, err := Open(t.Context(), cfg, Options{Log: log, Now: time.Now, Version: "dev", serves: true})
	must(t, err)
	defer p.Close()
	p.fetcher = fetcher.New(fetcher.Options{
		Every: cfg.Fetch.Every,
		Now:   time.Now,
		Log:   log,
		Transport: inBubble{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Host, "honest-") {
				honest.ServeHTTP(w, r)
			} else {
				press.ServeHTTP(w, r)
			}
		})},
	})
	must(t, p.publish(t.Context()))
	var mu sync.Mutex
	failed := map[string]bool{}
	p.after = func(f oped.Fetched, _ oped.Changes) {
		mu.Lock()
		defer mu.Unlock()
		if f.Err != nil && strings.HasPrefix(f.Feed.Name, "honest-") {
			failed[f.Feed.Name] = true
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, _, err := p.cycle(ctx, newPatience(p.store, log), Daemon{}, stampOf(watched(p.cfg)))
		ended <- err
	}()

	seen := map[string]time.Time{} // when a piece was first published, by its address
	for minute := range 60 {
		<-time.After(time.Minute) // of the bubble's time
		synctest.Wait()
		w := httptest.NewRecorder()
		p.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/honest.atom", nil))
		if w.Code != http.StatusOK {
			t.Fatalf("minute %d: /honest.atom answers %d", minute, w.Code)
		}
		published := w.Body.String()
		for feed := range honestFeeds {
			for n := 0; !honest.printed(feed, n).After(time.Now()); n++ {
				if link := honest.link(feed, n); seen[link].IsZero() && strings.Contains(published, "\""+link+"\"") {
					seen[link] = time.Now()
				}
			}
		}
	}
	now := time.Now()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if took := time.Since(now); took > 0 {
		t.Errorf("it ended %v after the signal", took)
	}
	for name := range failed {
		t.Errorf("a fetch of %s failed", name)
	}
	// A feed is due every 5 minutes and up to a tenth more; the test looks once a minute.
	const within = 5*time.Minute + 30*time.Second + time.Minute + time.Second
	pieces := 0
	for feed := range honestFeeds {
		for n := 0; honest.printed(feed, n).Before(now.Add(-within)); n++ {
			pieces++
			at := seen[honest.link(feed, n)]
			if late := at.Sub(honest.printed(feed, n)); at.IsZero() || late > within {
				t.Errorf("honest piece %d of feed %d was published %v after it was printed (zero: never)", n, feed,
					late)
			}
		}
	}
	t.Logf("%d honest pieces were published in time", pieces)
}
