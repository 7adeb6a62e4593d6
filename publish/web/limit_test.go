package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"testing"
	"time"

	"oped/publish"
)

// limited returns a handler with a polling limit, and its clock.
func limited(t testing.TB, every time.Duration) (*Handler, *time.Time) {
	now := at(9, 10)
	return New(example(t), Options{
		Now:     func() time.Time { return now },
		MinPoll: every,
		TrustedProxies: []netip.Prefix{
			netip.MustParsePrefix("127.0.0.0/8"),
			netip.MustParsePrefix("::1/128"),
			netip.MustParsePrefix("10.0.0.0/8"),
		},
	}), &now
}

// from returns the status for a reader at an address.
func (h *Handler) from(peer, agent, path string, headers ...string) (status, after int) {
	r := askFrom(h, peer, "GET", path, append(headers, "User-Agent: "+agent)...)
	after, _ = strconv.Atoi(r.Header.Get("Retry-After"))
	return r.StatusCode, after
}

func TestO24_TooOften(t *testing.T) {
	p, now := limited(t, time.Minute)
	exhaust := func(peer, agent, path string, headers ...string) {
		t.Helper()
		for i := range burst {
			if status, _ := p.from(peer, agent, path, headers...); status != 200 && status != 304 {
				t.Fatalf("request %d of the burst: %d", i, status)
			}
		}
	}
	const reader = "192.0.2.1:1000"
	exhaust(reader, "a", "/pak-us.atom", "If-None-Match: *")
	for range 3 { // refused requests do not extend the wait
		if status, after := p.from(reader, "a", "/pak-us.atom"); status != 429 || after != 60 {
			t.Errorf("after the burst: %d, again in %d s", status, after)
		}
	}
	for _, c := range []struct{ peer, agent, path string }{
		{"192.0.2.2:1000", "a", "/pak-us.atom"}, {reader, "b", "/pak-us.atom"}, {reader, "a", "/adaria.atom"},
		{reader, "a", "/pak-us/"}, {reader, "a", "/"}, {reader, "a", "/feeds.opml"}, {reader, "a", "/piece/1/"},
	} {
		if status, _ := p.from(c.peer, c.agent, c.path); status != 200 {
			t.Errorf("%v: %d", c, status)
		}
	}
	if status, _ := p.from("192.0.2.1:2000", "a", "/pak-us.atom"); status != 429 {
		t.Errorf("from another port: %d", status)
	}
	*now = now.Add(59*time.Second + time.Millisecond)
	if status, after := p.from(reader, "a", "/pak-us.atom"); status != 429 || after != 1 {
		t.Errorf("a little early: %d, again in %d s", status, after)
	}
	*now = now.Add(time.Second)
	if status, _ := p.from(reader, "a", "/pak-us.atom"); status != 200 {
		t.Errorf("after a minute: %d", status)
	}
	if status, _ := p.from(reader, "a", "/pak-us.atom"); status != 429 {
		t.Errorf("twice after a minute: %d", status)
	}
	*now = now.Add(time.Hour)
	exhaust(reader, "a", "/pak-us.atom")
	for range 50 { // one poll a minute, indefinitely
		*now = now.Add(time.Minute)
		if status, _ := p.from(reader, "a", "/pak-us.atom"); status != 200 {
			t.Fatalf("a reader that polls once a minute: %d", status)
		}
	}
}

// TestO24_TooOftenAtOnce: simultaneous refused requests do not extend the wait.
func TestO24_TooOftenAtOnce(t *testing.T) {
	h, _ := limited(t, time.Minute)
	const reader = 1
	for range burst {
		h.polls.count(reader, at(9, 10))
	}
	var asking sync.WaitGroup
	for range 16 {
		asking.Go(func() {
			for range 5000 {
				h.polls.count(reader, at(9, 10))
			}
		})
	}
	asking.Wait()
	if wait := h.polls.count(reader, at(9, 10)); wait != time.Minute {
		t.Errorf("wait %v", wait)
	}
}

func TestO24_TheAnswer(t *testing.T) {
	p, _ := limited(t, time.Minute)
	var r *http.Response
	for range burst + 1 {
		r = ask(p, "HEAD", "/pak-us.atom")
	}
	if r.StatusCode != 429 || r.Header.Get("Retry-After") != "60" ||
		r.Header.Get("Cache-Control") != publish.CacheNever || r.Header.Get("ETag") != "" {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
}

func TestO24_OffWithoutALimitOrAClock(t *testing.T) {
	off, _ := limited(t, 0)
	for _, p := range []*Handler{off, New(example(t), Options{MinPoll: time.Minute})} { // the second has no clock
		for range 10 * burst {
			if r := ask(p, "GET", "/pak-us.atom"); r.StatusCode != 200 {
				t.Fatalf("status %d", r.StatusCode)
			}
		}
	}
}

// TestO24_S17_Clients: oped.ClientAddress identifies the client, even behind a proxy.
func TestO24_S17_Clients(t *testing.T) {
	p, _ := limited(t, time.Minute)
	for i := range burst + 1 {
		status, _ := p.from("127.0.0.1:1", "a", "/pak-us.atom",
			fmt.Sprintf("X-Forwarded-For: %d.2.3.4, 2001:db8:7:7::%x", i, i))
		if (status == 429) != (i == burst) {
			t.Errorf("request %d of a customer with many addresses: %d", i, status)
		}
	}
}

// TestO24_MemoryIsBounded: a flood of readers displaces older ones within the bound.
func TestO24_MemoryIsBounded(t *testing.T) {
	l := newLimiter(&Options{MinPoll: time.Minute, Now: time.Now})
	const loyal = 1
	for range burst {
		l.count(loyal, at(1, 0))
	}
	for key := range uint64(3 * generation) {
		l.count(key+2, at(1, 0))
		if n := len(l.young) + len(l.old); n > 2*generation {
			t.Fatalf("%d readers are remembered", n)
		}
		if key == generation && l.count(loyal, at(1, 0)) == 0 {
			t.Error("a reader is forgotten as soon as others come")
		}
	}
}

// TestO24_ManyAtOnce is for the race detector. No more than a burst gets through.
func TestO24_ManyAtOnce(t *testing.T) {
	p, _ := limited(t, time.Minute)
	var wg sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for range 4 {
		wg.Go(func() {
			for range burst {
				if status, _ := p.from("192.0.2.1:1", "a", "/pak-us.atom"); status == 200 {
					mu.Lock()
					n++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if n != burst {
		t.Errorf("%d requests were answered", n)
	}
}

// BenchmarkLimit measures the cost of the limit per request.
func BenchmarkLimit(b *testing.B) {
	p, _ := limited(b, time.Nanosecond)
	r := &http.Request{RemoteAddr: "192.0.2.1:1000", Header: http.Header{"User-Agent": {"newsboat/2.30"}}}
	b.ReportAllocs()
	for b.Loop() {
		p.polls.wait(r, "pak-us.atom")
	}
}
