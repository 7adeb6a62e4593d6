package websub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
	"oped/fetcher"
	"oped/internal/testkit"
	"oped/store"
)

const (
	base    = "https://feeds.example/opinion"
	theHub  = base + Path
	theFeed = base + "/all.atom"
)

// world is a real store with an edition. Its document is the last publication.
type world struct {
	*store.Store
	t    testing.TB
	path string
	log  logged

	mu        sync.Mutex
	documents map[string]string
	n         int
}

// logged is a log for concurrent use.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, path: filepath.Join(t.TempDir(), "oped.db"), documents: map[string]string{}}
	testkit.EmptyStore(t, w.path)
	w.open()
	t.Cleanup(func() { w.Close() })
	feed := oped.Feed{Name: "paper", URL: "https://paper.example/feed", Enabled: true}
	check(t, w.Feeds.Sync(t.Context(), []oped.Feed{feed}, time.Now()))
	check(t, w.Editions.Sync(t.Context(), []oped.Edition{{Name: "all"}, {Name: "other"}}, "feeds.example", time.Now()))
	return w
}

func (w *world) open() {
	w.t.Helper()
	st, err := store.Open(w.t.Context(), w.path, store.Options{})
	check(w.t, err)
	w.Store = st
}

// restart reopens the store, as a kill and a start do.
func (w *world) restart() {
	w.t.Helper()
	check(w.t, w.Close())
	w.open()
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sync configures external hubs.
func (w *world) sync(hubs ...string) {
	w.t.Helper()
	documents := map[string][]string{"all": {"all.atom", "all.json"}, "other": {"other.atom"}}
	check(w.t, w.Outbox.Sync(w.t.Context(), documents, hubs))
}

// publish adds a piece to editions and makes it available to readers.
func (w *world) publish(editions ...string) (body string) {
	w.t.Helper()
	w.mu.Lock()
	w.n++
	name := fmt.Sprint("piece-", w.n)
	w.mu.Unlock()
	_, err := w.Entries.Ingest(w.t.Context(), oped.Lookup{FeedURL: "https://paper.example/feed"},
		func(k oped.Known) oped.Plan {
			e := oped.Entry{
				FeedURL:   k.Feed.URL,
				ID:        name,
				URL:       "https://paper.example/" + name,
				Title:     name,
				FirstSeen: time.Now(),
			}
			p := oped.Piece{
				AtomID:    "urn:x:" + name,
				Kind:      oped.Opinion,
				Entries:   []oped.Entry{e},
				FirstSeen: time.Now(),
				Updated:   time.Now(),
				Revision:  1,
			}
			return oped.Plan{
				Feed: k.Feed,
				Pieces: []oped.PieceChange{
					{Piece: p, Entries: []oped.EntryChange{{Outcome: oped.New, Keys: []string{name}}}, Enter: editions},
				},
			}
		})
	check(w.t, err)
	positions, err := w.Outbox.Changed(w.t.Context())
	check(w.t, err)
	body = "<feed>" + name + "</feed>"
	w.mu.Lock()
	for _, e := range editions {
		w.documents[e+".atom"] = body
	}
	w.mu.Unlock()
	check(w.t, w.Outbox.Published(w.t.Context(), positions))
	return body
}

func (w *world) document(name string) ([]byte, string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	body, ok := w.documents[name]
	return []byte(body), "application/atom+xml; charset=utf-8", ok
}

// options returns the options of a hub or pinger of this world.
func (w *world) options(rt http.RoundTripper) Options {
	return Options{
		BaseURL:   base,
		Document:  w.document,
		Transport: rt,
		UserAgent: "oped/test",
		Log:       slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// running calls run until the test ends or stop is called.
func running(t testing.TB, run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// ask sends a form to a hub and returns its answer.
func ask(t testing.TB, h http.Handler, pairs ...string) *httptest.ResponseRecorder {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, Path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// subscribe requests the feed and checks that the request is accepted.
func subscribe(t testing.TB, h http.Handler, callback string, pairs ...string) {
	t.Helper()
	form := append([]string{"hub.mode", "subscribe", "hub.topic", theFeed, "hub.callback", callback}, pairs...)
	w := ask(t, h, form...)
	if w.Code != http.StatusAccepted {
		t.Fatalf("subscribe: %d %s", w.Code, w.Body)
	}
}

// heard is a received request.
type heard struct {
	*http.Request
	body string
	at   time.Time
}

// other is a subscriber or an external hub. It answers by a script and records requests, as a transport in a
// synctest bubble or as a handler on loopback.
type other struct {
	answer func(n int, r heard) (status int, body string) // n counts from 0; nil: the challenge to a GET, and 200

	mu  sync.Mutex
	all []heard
	got chan heard
}

func newOther(answer func(int, heard) (int, string)) *other {
	return &other{answer: answer, got: make(chan heard, 1000)}
}

func (o *other) hear(r *http.Request) (status int, body string) {
	said, _ := io.ReadAll(r.Body)
	one := heard{r, string(said), time.Now()}
	o.mu.Lock()
	n := len(o.all)
	o.all = append(o.all, one)
	o.mu.Unlock()
	status, body = http.StatusOK, r.URL.Query().Get("hub.challenge")
	if o.answer != nil {
		status, body = o.answer(n, one)
	}
	o.got <- one
	return status, body
}

func (o *other) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	status, body := o.hear(r)
	if status == 0 {
		return nil, errors.New("connection refused")
	}
	if status < 0 { // no answer
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{},
		Body:       io.NopCloser(strings.NewReader(body)),
		Request:    r,
	}, nil
}

func (o *other) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, body := o.hear(r)
	if status/100 == 3 {
		w.Header().Set("Location", body)
	}
	w.WriteHeader(status)
	io.WriteString(w, body)
}

// heard returns all requests of a method so far.
func (o *other) heard(method string) (all []heard) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, one := range o.all {
		if one.Method == method {
			all = append(all, one)
		}
	}
	return all
}

// next waits for the next request of a method.
func (o *other) next(t testing.TB, method string) heard {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case one := <-o.got:
			if one.Method == method {
				return one
			}
		case <-deadline:
			t.Fatalf("no %s request", method)
		}
	}
}

// onLoopback serves requests over real connections.
func onLoopback(t testing.TB, o *other) (address string) {
	t.Helper()
	server := httptest.NewServer(o)
	t.Cleanup(server.Close)
	return server.URL
}

// loopback returns the real transport with access to this machine, on every port that a test may get.
func loopback() http.RoundTripper {
	o := fetcher.Options{AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Inside: true}
	for port := 1024; port < 1<<16; port++ {
		o.Ports = append(o.Ports, port)
	}
	return fetcher.Transport(o)
}

// until waits for a condition brought about by another goroutine.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("never: %s", what)
		}
	}
}

// subscribers counts the subscribers in the store.
func (w *world) subscribers() int {
	w.t.Helper()
	all, _, err := w.Subscribers.Count(w.t.Context(), "", time.Now())
	check(w.t, err)
	return all
}
