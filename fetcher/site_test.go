package fetcher

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
	"oped/ingest"
	"oped/internal/newstest"
)

// reply is one scripted answer.
type reply struct {
	status int // 200 if 0
	header http.Header
	body   []byte
	cut    bool          // break the connection after the body
	lasts  time.Duration // delay of the answer
}

// site answers requests inside the process by a script, in the time of a synctest bubble. It records the requests.
type site struct {
	response func(n int, r *http.Request) reply // n counts from 0

	mu    sync.Mutex
	asked []*http.Request
	at    []time.Time
}

func (s *site) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	n := len(s.asked)
	s.asked, s.at = append(s.asked, r), append(s.at, time.Now())
	s.mu.Unlock()
	a := s.response(n, r)
	if a.lasts > 0 {
		if err := sleep(r.Context(), a.lasts); err != nil {
			return nil, err
		}
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if a.header == nil {
		a.header = http.Header{}
	}
	var body io.Reader = bytes.NewReader(a.body)
	if a.cut {
		body = io.MultiReader(body, broken{})
	}
	return &http.Response{
		StatusCode:    a.status,
		Status:        fmt.Sprint(a.status, " ", http.StatusText(a.status)),
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.header,
		Body:          io.NopCloser(body),
		ContentLength: -1,
		Request:       r,
	}, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// urls returns the requested addresses in order.
func (s *site) urls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, r := range s.asked {
		out = append(out, r.URL.String())
	}
	return out
}

// script answers with the replies in turn, then repeats the last one.
func script(replies ...reply) *site {
	return &site{response: func(n int, _ *http.Request) reply { return replies[min(n, len(replies)-1)] }}
}

// pages answers by address, with 404 for unknown ones.
func pages(all map[string]reply) *site {
	return &site{response: func(_ int, r *http.Request) reply {
		if a, ok := all[r.URL.String()]; ok {
			return a
		}
		return reply{status: http.StatusNotFound}
	}}
}

// headers returns a header made of alternating names and values.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

func redirect(status int, to string) reply {
	return reply{status: status, header: headers("Location", to)}
}

// edition returns a small feed with one item of that name.
func edition(name string) []byte {
	return newstest.RSS("The Paper", newstest.Item{
		GUID:  name,
		Link:  "/" + name,
		Title: name,
		HTML:  "<p>" + name + "</p>",
	})
}

const feedURL = "http://feeds.paper.example/opinion"

func feedAt(address string) oped.FeedState {
	return oped.FeedState{Feed: oped.Feed{Name: "paper", URL: address, Enabled: true}}
}

// poll fetches a feed repeatedly over one transport and remembers its state as ingest does.
type poll struct {
	*Fetcher
	state oped.FeedState
}

func polling(rt http.RoundTripper) *poll {
	return &poll{New(Options{Transport: rt}), feedAt(feedURL)}
}

func (p *poll) once(t testing.TB) oped.Fetched {
	t.Helper()
	r := p.Fetch(t.Context(), p.state)
	p.state = ingest.Remember(p.state, r)
	return r
}

// well fetches once and fails the test on an error.
func (p *poll) well(t testing.TB) oped.Fetched {
	t.Helper()
	r := p.once(t)
	if r.Err != nil {
		t.Fatalf("fetch: %v", r.Err)
	}
	return r
}

// memStore is an in-memory store. It implements Feeds.
type memStore struct {
	mu     sync.Mutex
	feeds  []oped.FeedState
	leases map[string]time.Time
	claims int
	waits  map[string]oped.Wait
}

func (s *memStore) ClaimDue(
	ctx context.Context, now time.Time, lease time.Duration, n int,
) ([]oped.FeedState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.claims++
	if s.leases == nil {
		s.leases = map[string]time.Time{}
	}
	var due []oped.FeedState
	for _, f := range s.feeds {
		if len(due) == n {
			break
		}
		if !f.NextFetch.IsZero() && !f.NextFetch.After(now) && !s.leases[f.URL].After(now) {
			s.leases[f.URL] = now.Add(lease)
			due = append(due, f)
		}
	}
	return due, ctx.Err()
}

func (s *memStore) NextDue(ctx context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var next time.Time
	for _, f := range s.feeds {
		if due := f.NextFetch; !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next, ctx.Err()
}

func (s *memStore) DueAfter(ctx context.Context, at time.Time) (after []oped.FeedState, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.feeds {
		if f.NextFetch.After(at) {
			after = append(after, f)
		}
	}
	return after, ctx.Err()
}

func (s *memStore) MakeDue(ctx context.Context, now time.Time, urls ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.feeds {
		if slices.Contains(urls, s.feeds[i].URL) {
			s.feeds[i].NextFetch = now
		}
	}
	return ctx.Err()
}

func (s *memStore) ReleaseLeases() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.leases)
}

func (s *memStore) Waits(ctx context.Context) ([]oped.Wait, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.waits)), ctx.Err()
}

func (s *memStore) SetWait(ctx context.Context, w oped.Wait) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waits == nil {
		s.waits = map[string]oped.Wait{}
	}
	if s.waits[w.Domain] = w; w.Until.IsZero() {
		delete(s.waits, w.Domain)
	}
	return ctx.Err()
}

// keep is a Handle that updates the store.
func (s *memStore) keep(_ context.Context, r oped.Fetched) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.feeds, func(f oped.FeedState) bool { return f.URL == r.Feed.URL })
	s.feeds[i] = ingest.Remember(s.feeds[i], r)
	delete(s.leases, r.Feed.URL)
	return nil
}

// due returns a store of feeds due now.
func due(addresses ...string) *memStore {
	s := &memStore{}
	for _, a := range addresses {
		f := feedAt(a)
		f.Name, f.NextFetch = a, time.Now()
		s.feeds = append(s.feeds, f)
	}
	return s
}

// socket is a server at the level of bytes: it reads raw requests over net.Pipe.
type socket struct {
	response func(n int, c net.Conn) // writes the answer to request n

	serving sync.WaitGroup
	mu      sync.Mutex
	raw     []string // requests
	dials   int
}

// transport returns the guarded transport, dialling this server.
func (s *socket) transport() *http.Transport {
	t := guarded(Options{PerHost: 1}, false)
	t.DialContext = func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		s.mu.Lock()
		s.dials++
		s.mu.Unlock()
		s.serving.Go(func() { s.serve(server) })
		return client, nil
	}
	return t
}

// end closes idle connections and waits for the server. A connection still open makes it wait forever.
func (s *socket) end(t *http.Transport) {
	t.CloseIdleConnections()
	s.serving.Wait()
}

func (s *socket) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		var request strings.Builder
		for !strings.HasSuffix(request.String(), "\r\n\r\n") {
			b, err := in.ReadByte()
			if err != nil {
				return
			}
			request.WriteByte(b)
		}
		s.mu.Lock()
		n := len(s.raw)
		s.raw = append(s.raw, request.String())
		s.mu.Unlock()
		s.response(n, c)
	}
}

// says answers each request with a status line, raw header lines and a body.
func says(status, lines string, body []byte) func(int, net.Conn) {
	return func(_ int, c net.Conn) {
		fmt.Fprintf(c, "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s", status, lines, len(body), body)
	}
}

func loopback() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} }

// wantKind reports a fetch that did not fail with this kind.
func wantKind(t testing.TB, r oped.Fetched, want oped.FailureKind) {
	t.Helper()
	if r.Err == nil || r.Err.Kind != want {
		t.Errorf("status %d, error %v; want one of kind %q", r.Status, r.Err, want)
	}
	if errors.Is(r.Err, context.Canceled) {
		t.Errorf("%v: was cancelled", r.Err)
	}
}

// runFor runs a fetcher for a duration in a synctest bubble.
func runFor(t *testing.T, f *Fetcher, feeds *memStore, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := f.Run(ctx, feeds, feeds.keep); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Run: %v", err)
	}
}
