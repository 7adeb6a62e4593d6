package websub

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"oped"
	"oped/fetcher"
)

// newHub starts a hub of a world with a document, over a transport.
func newHub(t testing.TB, w *world, rt http.RoundTripper, l limits) *Hub {
	t.Helper()
	w.publish("all")
	o := w.options(rt)
	o.limits = l
	h := NewHub(o, w.Subscribers)
	running(t, h.Run)
	return h
}

// TestO30Case100Distribution is a typical subscription: verification keeps the callback's own query, and the
// callback gets the whole document.
func TestO30Case100Distribution(t *testing.T) {
	w, sub := newWorld(t), newOther(nil)
	h := newHub(t, w, loopback(), limits{})
	subscribe(t, h, onLoopback(t, sub)+"/cb?id=7%2F8&b")
	asked := sub.next(t, http.MethodGet)
	q := asked.URL.Query()
	if !strings.HasPrefix(asked.RequestURI, "/cb?id=7%2F8&b&") || q.Get("hub.mode") != "subscribe" ||
		q.Get("hub.topic") != theFeed || q.Get("hub.lease_seconds") != "864000" || len(q.Get("hub.challenge")) < 20 {
		t.Errorf("asked: %s", asked.RequestURI)
	}
	until(t, "a subscriber", func() bool { return w.subscribers() == 1 })
	body := w.publish("all")
	h.Wake()
	got := sub.next(t, http.MethodPost)
	if got.body != body || got.RequestURI != "/cb?id=7%2F8&b" ||
		got.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" ||
		got.Header.Get("Link") != `<`+theHub+`>; rel="hub", <`+theFeed+`>; rel="self"` ||
		got.Header.Get("X-Hub-Signature") != "" || got.UserAgent() != "oped/test" {
		t.Errorf("%s %v\n%s", got.RequestURI, got.Header, got.body)
	}
	until(t, "a stored delivery", func() bool { return strings.Contains(w.log.String(), "msg=delivered") })
	due, err := w.Subscribers.Due(t.Context(), time.Now(), nil, 9)
	if err != nil || len(due) != 0 {
		t.Errorf("still due: %+v, %v", due, err)
	}
	for _, secret := range []string{"id=7", "/cb"} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log shows the callback:\n%s", w.log.String())
		}
	}
}

// TestO30Case101FurtherParameters: unknown parameters are ignored, and with a secret the document is signed.
func TestO30Case101FurtherParameters(t *testing.T) {
	w, sub := newWorld(t), newOther(nil)
	h := newHub(t, w, loopback(), limits{})
	subscribe(t, h, onLoopback(t, sub), "hub.secret", "geheim", "hub.foo", "bar", "foo", "hub.mode", "hub.verify",
		"sync")
	until(t, "a subscriber", func() bool { return w.subscribers() == 1 })
	body := w.publish("all")
	h.Wake()
	got := sub.next(t, http.MethodPost)
	if want := signature("geheim", []byte(body)); got.Header.Get("X-Hub-Signature") != want || got.body != body {
		t.Errorf("%v, want %s", got.Header, want)
	}
	until(t, "a stored delivery", func() bool { return strings.Contains(w.log.String(), "msg=delivered") })
	if strings.Contains(w.log.String(), "geheim") {
		t.Errorf("the log shows the secret:\n%s", w.log.String())
	}
}

// TestO30Case102SubscribedAgain: the new secret and lease take effect with the confirmation, and not before.
func TestO30Case102SubscribedAgain(t *testing.T) {
	refuse := atomic.Bool{}
	sub := newOther(func(_ int, r heard) (int, string) {
		if refuse.Load() {
			return http.StatusNotFound, ""
		}
		return http.StatusOK, r.URL.Query().Get("hub.challenge")
	})
	w := newWorld(t)
	h := newHub(t, w, loopback(), limits{})
	callback := onLoopback(t, sub)
	signed := func() string {
		t.Helper()
		w.publish("all")
		h.Wake()
		got := sub.next(t, http.MethodPost)
		for _, secret := range []oped.Secret{"first", "second"} {
			if got.Header.Get("X-Hub-Signature") == signature(secret, []byte(got.body)) {
				return string(secret)
			}
		}
		return got.Header.Get("X-Hub-Signature")
	}
	subscribe(t, h, callback, "hub.secret", "first")
	until(t, "a subscriber", func() bool { return w.subscribers() == 1 })
	first := sub.next(t, http.MethodGet).URL.Query().Get("hub.challenge")
	refuse.Store(true)
	subscribe(t, h, callback, "hub.secret", "second")
	second := sub.next(t, http.MethodGet).URL.Query().Get("hub.challenge")
	until(t, "a refusal", func() bool { return strings.Contains(w.log.String(), "callback not verified") })
	refuse.Store(false)
	if by := signed(); by != "first" {
		t.Errorf("signed by %s before the callback has confirmed", by)
	}
	subscribe(t, h, callback, "hub.secret", "second")
	third := sub.next(t, http.MethodGet).URL.Query().Get("hub.challenge")
	until(t, "a confirmation", func() bool { return strings.Count(w.log.String(), "msg=subscribed") == 2 })
	if by := signed(); by != "second" {
		t.Errorf("signed by %s after the callback has confirmed", by)
	}
	if first == second || second == third || w.subscribers() != 1 {
		t.Errorf("challenges %s, %s, %s; %d subscribers", first, second, third, w.subscribers())
	}
}

// TestO30Case103Unsubscribed: only the callback can end a subscription.
func TestO30Case103Unsubscribed(t *testing.T) {
	w := newWorld(t)
	forged := atomic.Bool{}
	sub := newOther(func(_ int, r heard) (int, string) {
		if forged.Load() {
			return http.StatusNotFound, ""
		}
		return http.StatusOK, r.URL.Query().Get("hub.challenge")
	})
	h := newHub(t, w, loopback(), limits{})
	callback := onLoopback(t, sub)
	subscribe(t, h, callback)
	until(t, "a subscriber", func() bool { return w.subscribers() == 1 })
	end := func() {
		t.Helper()
		a := ask(t, h, "hub.mode", "unsubscribe", "hub.topic", theFeed, "hub.callback", callback)
		if a.Code != http.StatusAccepted {
			t.Fatalf("%d %s", a.Code, a.Body)
		}
	}
	sub.next(t, http.MethodGet)
	forged.Store(true)
	end()
	if q := sub.next(t, http.MethodGet).URL.Query(); q.Get("hub.mode") != "unsubscribe" || q.Has("hub.lease_seconds") {
		t.Errorf("asked: %v", q)
	}
	until(t, "a refusal", func() bool { return strings.Contains(w.log.String(), "callback not verified") })
	if w.subscribers() != 1 {
		t.Fatal("somebody else ended the subscription")
	}
	forged.Store(false)
	end()
	until(t, "no subscriber", func() bool { return w.subscribers() == 0 })
}

// TestO30TheCallbackDecides: any answer but the exact challenge with a good status is a refusal.
func TestO30TheCallbackDecides(t *testing.T) {
	w := newWorld(t)
	h := newHub(t, w, loopback(), limits{})
	for name, answer := range map[string]func(challenge string) (int, string){
		"another":  func(string) (int, string) { return 200, "another" },
		"nothing":  func(string) (int, string) { return 204, "" },
		"more":     func(c string) (int, string) { return 200, c + "\n" },
		"a page":   func(c string) (int, string) { return 200, strings.Repeat("<html>", 10_000) + c },
		"404":      func(c string) (int, string) { return 404, c },
		"500":      func(c string) (int, string) { return 500, c },
		"redirect": func(c string) (int, string) { return 302, "/elsewhere?hub.challenge=" + c },
	} {
		t.Run(name, func(t *testing.T) {
			sub := newOther(func(_ int, r heard) (int, string) { return answer(r.URL.Query().Get("hub.challenge")) })
			refused := strings.Count(w.log.String(), "callback not verified")
			subscribe(t, h, onLoopback(t, sub))
			until(t, "a refusal",
				func() bool { return strings.Count(w.log.String(), "callback not verified") > refused })
			if n := len(sub.heard(http.MethodGet)); n != 1 || w.subscribers() != 0 {
				t.Errorf("asked %d times, %d subscribers", n, w.subscribers())
			}
		})
	}
}

// TestS1S20O30NoCallbackLeadsInside uses the transport as configured without allow_private.
func TestS1S20O30NoCallbackLeadsInside(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer listener.Close()
	visits := atomic.Int32{}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			visits.Add(1)
			c.Close()
		}
	}()
	port := listener.Addr().(*net.TCPAddr).Port
	w := newWorld(t)
	h := newHub(t, w, fetcher.Transport(fetcher.Options{Ports: []int{port}}), limits{})
	callbacks := []string{
		"http://127.0.0.1:%d/", "http://localhost:%d/", "http://[::1]:%d/", "http://[::ffff:127.0.0.1]:%d/",
		"http://0.0.0.0:%d/",
		"http://169.254.169.254/latest/meta-data/?port=%d", "https://10.0.0.1:%d/", "http://[fd00:ec2::254]/?port=%d",
	}
	for _, callback := range callbacks {
		subscribe(t, h, fmt.Sprintf(callback, port))
	}
	until(t, "a refusal of each",
		func() bool { return strings.Count(w.log.String(), "callback not verified") == len(callbacks) })
	// A subscriber stored while it was allowed gets nothing either.
	stored := oped.Subscriber{
		Callback: "http://127.0.0.1:" + strconv.Itoa(port),
		Host:     "127.0.0.1",
		Edition:  "all",
		Document: "all.atom",
		Until:    time.Now().Add(time.Hour),
	}
	check(t, w.Subscribers.Subscribe(t.Context(), stored, time.Now()))
	w.publish("all")
	h.Wake()
	until(t, "a refusal", func() bool { return strings.Contains(w.log.String(), "delivery failed") })
	if n := visits.Load(); n != 0 || w.subscribers() != 1 {
		t.Errorf("%d connections came through, %d subscribers", n, w.subscribers())
	}
}

func TestO30InvalidRequestsGetAReason(t *testing.T) {
	w := newWorld(t)
	w.publish("all")
	h := NewHub(w.options(newOther(nil)), w.Subscribers)
	sent := func(method, mediaType, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, Path, strings.NewReader(body))
		r.Header.Set("Content-Type", mediaType)
		a := httptest.NewRecorder()
		h.ServeHTTP(a, r)
		return a
	}
	const form, good = "application/x-www-form-urlencoded; charset=utf-8",
		"hub.mode=subscribe&hub.callback=https://s.example/&hub.topic="
	for _, tt := range []struct {
		method, mediaType, body string
		status                  int
	}{
		{"POST", form, good + theFeed, 202},
		{"PUT", form, good + theFeed, 405},
		{"POST", "application/json", `{"hub.mode": "subscribe"}`, 415},
		{"POST", "", good + theFeed, 415},
		{"POST", form, "", 400},
		{"POST", form, "hub.mode=subscribe&hub.topic=" + theFeed, 400},
		{"POST", form, good + base + "/none.atom", 404},
		{"POST", form, good + "https://elsewhere.example/all.atom", 404},
		{"POST", form, good + base, 404},
		{"POST", form, good + base + "/../opinion/all.atom", 404},
		{"POST", form, good + theFeed + "&a=" + strings.Repeat("a", maxRequest), 413},
	} {
		a := sent(tt.method, tt.mediaType, tt.body)
		if a.Code != tt.status || !strings.HasPrefix(a.Header().Get("Content-Type"), "text/plain") ||
			a.Body.Len() < 5 || a.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s %.80s: %d %v %s, want %d", tt.method, tt.mediaType, tt.body, a.Code, a.Header(), a.Body,
				tt.status)
		}
	}
	if a := sent("DELETE", form, ""); a.Header().Get("Allow") != "POST" {
		t.Errorf("%v", a.Header())
	}
}

// TestS20O30Floods: every limit holds, and its refusal has a Retry-After.
func TestS20O30Floods(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.publish("all", "other")
		o := w.options(newOther(nil))
		n := 0
		send := func(h *Hub, callback, client string) int {
			t.Helper()
			n++
			r := httptest.NewRequest(http.MethodPost, Path,
				strings.NewReader("hub.mode=subscribe&hub.topic="+theFeed+"&hub.callback="+callback))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.RemoteAddr = client
			a := httptest.NewRecorder()
			h.ServeHTTP(a, r)
			if wait, _ := strconv.Atoi(a.Header().Get("Retry-After")); a.Code != http.StatusAccepted &&
				(wait < 1 || wait > 3600) {
				t.Errorf("%d, and come back in %q seconds", a.Code, a.Header().Get("Retry-After"))
			}
			return a.Code
		}
		each := func() string { return fmt.Sprintf("https://s%d.example/", n) }
		fill := func(h *Hub, times int, callback func() string, client string) (taken int) {
			for range times {
				if send(h, callback(), client) == http.StatusAccepted {
					taken++
				}
			}
			return taken
		}

		o.limits = limits{requests: 5}
		h := NewHub(o, w.Subscribers)
		if got := fill(h, 9, each, "198.51.100.1:99"); got != 5 {
			t.Errorf("%d of one client were accepted, want 5", got)
		}
		if got := fill(h, 9, each, "[2001:db8:1:1::1]:99") + fill(h, 9, each, "[2001:db8:1:1::2]:99"); got != 5 {
			t.Errorf("%d of one IPv6 network were accepted, want 5", got)
		}
		time.Sleep(time.Hour)
		if got := fill(h, 9, each, "198.51.100.1:99"); got != 5 {
			t.Errorf("an hour later %d were accepted", got)
		}

		o.limits = limits{pending: 7, pendingHost: 3}
		h = NewHub(o, w.Subscribers)
		one := func() string { return fmt.Sprintf("https://s.example/%d", n) }
		if got := fill(h, 9, one, "198.51.100.1:99"); got != 3 {
			t.Errorf("%d wait for one host, want 3", got)
		}
		if got := fill(h, 9, each, "198.51.100.1:99"); got != 4 {
			t.Errorf("%d more wait, want 4", got)
		}
		if send(h, h.pending[0].Callback, "198.51.100.1:99") != http.StatusAccepted || len(h.pending) != 7 {
			t.Error("a repeated request takes a further place")
		}

		o.limits = limits{atHost: 2, subscribers: 4}
		h = NewHub(o, w.Subscribers)
		stop := running(t, h.Run)
		for range 3 {
			send(h, one(), "198.51.100.1:99")
			send(h, "https://t.example/"+strconv.Itoa(n), "198.51.100.1:99")
			synctest.Wait()
		}
		if got := w.subscribers(); got != 4 {
			t.Errorf("%d subscribers of two hosts, want 2 each", got)
		}
		if code := send(h, "https://u.example/", "198.51.100.1:99"); code != http.StatusServiceUnavailable {
			t.Errorf("the fifth of four: %d", code)
		}
		stop()
	})
}

// TestS20OneClientLocksOutNobody: a client uses up only its own limit, even behind a proxy on another machine and
// with any number of addresses.
func TestS20OneClientLocksOutNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.publish("all")
		o := w.options(newOther(nil))
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		o.limits = limits{requests: 5, pendingClient: 3}
		h, n := NewHub(o, w.Subscribers), 0
		send := func(client, body string) int {
			n++
			r := httptest.NewRequest(http.MethodPost, Path,
				strings.NewReader(strings.ReplaceAll(body, "N", strconv.Itoa(n))))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.RemoteAddr = "10.0.0.7:99"
			r.Header.Set("X-Forwarded-For", "192.0.2.99, "+client)
			a := httptest.NewRecorder()
			h.ServeHTTP(a, r)
			return a.Code
		}
		const good = "hub.mode=subscribe&hub.topic=" + theFeed + "&hub.callback=https://sN.example/"
		for range 9 {
			send("198.51.100.1", "nonsense")
		}
		if code := send("198.51.100.1", good); code != http.StatusTooManyRequests {
			t.Errorf("the client that asked too often: %d", code)
		}
		if code := send("198.51.100.2", good); code != http.StatusAccepted {
			t.Errorf("another client behind the same proxy: %d", code)
		}
		for range 3 {
			send("198.51.100.3", good)
		}
		if code := send("198.51.100.3", good); code != http.StatusTooManyRequests {
			t.Errorf("a client with three pending requests: %d", code)
		}
		if code := send("198.51.100.4", good); code != http.StatusAccepted {
			t.Errorf("while they wait, another client: %d", code)
		}
	})
	for _, flood := range []int{maxClients, 2 * maxClients, 4 * maxClients} {
		var c clients
		now, loyal := time.Now(), netip.MustParseAddr("198.51.100.9")
		for i := range flood {
			for range 2 {
				c.ask(netip.AddrFrom16([16]byte{0x20, 1, byte(i >> 16), byte(i >> 8), byte(i)}), now, 2)
			}
		}
		if c.ask(loyal, now, 2) != 0 || len(c.young)+len(c.old) > 2*maxClients {
			t.Errorf("after %d clients: %d are remembered, another one may ask: %v", flood, len(c.young)+len(c.old),
				c.ask(loyal, now, 2) == 0)
		}
	}
}
