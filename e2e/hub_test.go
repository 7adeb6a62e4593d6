package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// linked returns the address linked by a response with a relation; there has to be exactly one.
func linked(t testing.TB, res *http.Response, rel string) string {
	t.Helper()
	var found []string
	for _, link := range res.Header.Values("Link") {
		if address, ok := strings.CutSuffix(link, `>; rel="`+rel+`"`); ok {
			found = append(found, strings.TrimPrefix(address, "<"))
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s answers %d with %q, want one %s", res.Request.URL, res.StatusCode, res.Header.Values("Link"), rel)
	}
	return found[0]
}

// portIn is the port in an address.
func portIn(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

// subscribersOf counts the subscribers in the database of a configuration.
func subscribersOf(t testing.TB, configPath string) int {
	t.Helper()
	st := readStore(t, configPath)
	defer st.Close()
	n, _, err := st.Subscribers.Count(t.Context(), "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestO28O29O30SubscriberIsNotifiedAtOnce is WebSub from end to end: a subscriber discovers our own hub in a feed
// and subscribes. When a piece appears in a paper, it gets the signed document within seconds. The same daemon
// pings an external hub.
func TestO28O29O30SubscriberIsNotifiedAtOnce(t *testing.T) {
	testkit.NotShort(t)
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	paper, outside, sub := newstest.New(t), testkit.NewParty(t), testkit.NewParty(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	configPath := testkit.WriteConfig(t, fmt.Sprintf("listen: %s\nbase_url: http://%s\n"+
		"publish: {dir: \"\", hub: [self, %q]}\n"+
		"fetch: {every: 1s, spacing: 0s, allow_private: [127.0.0.0/8], ports: [%s]}\n"+
		"feeds: [{name: paper, url: %q}]\neditions: {all: {}}\n",
		address, address, outside.URL+"/ping", portIn(t, sub.URL), paper.URL+"/feed"))
	served := serving(t, configPath)
	topic := served + "/all.atom"
	until(t, topic, 3)

	var hub string
	for _, condition := range []string{"", "*"} { // the second is answered by 304
		req, _ := http.NewRequest(http.MethodGet, topic, nil)
		req.Header.Set("If-None-Match", condition)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if self := linked(t, res, "self"); self != topic {
			t.Errorf("%d: self is %s", res.StatusCode, self)
		}
		hubs := res.Header.Values("Link")
		if len(hubs) != 3 || !slices.Contains(hubs, "<"+outside.URL+`/ping>; rel="hub"`) {
			t.Errorf("%d: links %q", res.StatusCode, hubs)
		}
		hub = strings.TrimSuffix(strings.TrimPrefix(hubs[0], "<"), `>; rel="hub"`)
	}
	res, err := http.PostForm(hub, url.Values{
		"hub.mode":     {"subscribe"},
		"hub.topic":    {topic},
		"hub.callback": {sub.URL + "/cb?me"},
		"hub.secret":   {"geheim"},
	})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusAccepted {
		t.Fatalf("%s answers %d", hub, res.StatusCode)
	}
	for deadline := time.Now().Add(10 * time.Second); subscribersOf(t, configPath) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("nobody is subscribed")
		}
	}
	pings := outside.Pings(topic)

	items := newstest.Items("https://paper.example", 0, 4)
	paper.Edition("/feed", "The Paper", items...)
	select {
	case got := <-sub.Got:
		mac := hmac.New(sha256.New, []byte("geheim"))
		io.WriteString(mac, got.Body)
		if sign := got.Header.Get("X-Hub-Signature"); sign != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("signed %q", sign)
		}
		if n := strings.Count(got.Body, "<entry"); n != 4 || !strings.Contains(got.Body, items[3].Title) ||
			got.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
			t.Errorf("%d entries as %s", n, got.Header.Get("Content-Type"))
		}
		if want := fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, hub, topic); got.Header.Get("Link") != want {
			t.Errorf("links %q, want %q", got.Header.Get("Link"), want)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("he never heard of it")
	}
	for deadline := time.Now().Add(10 * time.Second); outside.Pings(topic) == pings; {
		if time.Now().After(deadline) {
			t.Fatal("the hub of others never heard of it")
		}
	}
}

// TestS20O28NoHubUnlessAskedFor: without publish.hub there are no links to a hub, no subscriptions and no pings.
func TestS20O28NoHubUnlessAskedFor(t *testing.T) {
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	configPath := testkit.WriteConfig(t, fmt.Sprintf("listen: 127.0.0.1:0\nbase_url: http://127.0.0.1:1/below\n"+
		"fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [%q]\neditions: {all: {}}\n", paper.URL+"/feed"))
	served := serving(t, configPath)
	until(t, served+"/all.atom", 3)
	for _, path := range []string{"/hub", "/below/hub"} {
		res, err := http.PostForm(served+path, url.Values{"hub.mode": {"subscribe"}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("POST %s: %d", path, res.StatusCode)
		}
	}
	res, err := http.Get(served + "/all.atom")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if links := res.Header.Values("Link"); len(links) > 0 {
		t.Errorf("links %q", links)
	}
}

// TestO28LinksBelowAPath: the hub and the linked feeds are below base_url, whether or not a proxy removes its
// path; HTML pages link to no hub.
func TestO28LinksBelowAPath(t *testing.T) {
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	configPath := testkit.WriteConfig(t, fmt.Sprintf("listen: 127.0.0.1:0\nbase_url: https://feeds.example/below\n"+
		"publish: {dir: \"\", hub: self}\n"+
		"fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [%q]\n"+
		"editions: {all: {}, hub: {}}\n", paper.URL+"/feed"))
	served := serving(t, configPath)
	until(t, served+"/all.atom", 3)
	for _, prefix := range []string{"", "/below"} {
		for path, links := range map[string]int{
			"/all.atom":      2,
			"/hub.atom":      2,
			"/all/":          0,
			"/":              0,
			"/editions.opml": 0,
			"/none.atom":     0,
			"/hub/":          0,
		} {
			res, err := http.Get(served + prefix + path)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if got := res.Header.Values("Link"); len(got) != links {
				t.Errorf("%s%s: links %q", prefix, path, got)
			}
			if links > 0 && (linked(t, res, "self") != "https://feeds.example/below"+path || linked(t, res, "hub") != "https://feeds.example/below/hub") {
				t.Errorf("%s%s: links %q", prefix, path, res.Header.Values("Link"))
			}
		}
		res, err := http.PostForm(served+prefix+"/hub", url.Values{"hub.mode": {"subscribe"}})
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "hub.topic") {
			t.Errorf("POST %s/hub: %d %s", prefix, res.StatusCode, body)
		}
	}
}

// TestR12S20TheHubComesAndGoesWithTheConfiguration: SIGHUP opens the hub and closes it, and an external hub
// without answers does not delay SIGTERM.
func TestR12S20TheHubComesAndGoesWithTheConfiguration(t *testing.T) {
	testkit.NotShort(t)
	asked, ended := make(chan struct{}, 100), make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-ended
	}))
	t.Cleanup(hanging.Close)
	t.Cleanup(func() { close(ended) })
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	write := func(configPath, publish string) string {
		text := fmt.Sprintf("listen: 127.0.0.1:0\nbase_url: http://127.0.0.1:1\npublish: {%s}\n"+
			"fetch: {every: 1s, spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [{name: paper, url: %q}]\n"+
			"editions: {all: {}}\n", publish, paper.URL+"/feed")
		if configPath == "" {
			return testkit.WriteConfig(t, text)
		}
		rewrite(t, configPath, text)
		return configPath
	}
	answers := func(d *daemon, want int) {
		t.Helper()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for deadline := time.Now().Add(10 * time.Second); ; <-tick.C {
			res, err := http.PostForm(d.address+"/hub", url.Values{})
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode == want {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("POST /hub: %d, want %d\n%s", res.StatusCode, want, d.said())
			}
		}
	}
	configPath := write("", "dir: public")
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	answers(d, http.StatusNotFound)
	write(configPath, "hub: self")
	d.hup(t)
	answers(d, http.StatusBadRequest)
	write(configPath, fmt.Sprintf("hub: %q", hanging.URL))
	d.hup(t)
	answers(d, http.StatusNotFound)

	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 4)...)
	select {
	case <-asked:
	case <-time.After(20 * time.Second):
		t.Fatalf("the hub of others was never pinged\n%s", d.said())
	}
	d.cmd.Process.Signal(syscall.SIGTERM)
	if err := <-d.ended; err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, d.said())
	}
}

// TestR14O29KilledAfterThePing kills the real command when the hub has heard and has not yet answered: the next run
// repeats the ping, and no other does.
func TestR14O29KilledAfterThePing(t *testing.T) {
	testkit.NotShort(t)
	var pings atomic.Int32
	asked := make(chan struct{})
	hub := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.PostFormValue("hub.url"), "/all.atom") && pings.Add(1) == 1 {
			close(asked)
			<-r.Context().Done()
		}
	}))
	t.Cleanup(hub.Close)
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	configPath := testkit.WriteConfig(
		t, fmt.Sprintf(
			"publish: {hub: %q}\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [%q]\n"+
				"editions: {all: {}}\n", hub.URL, paper.URL+"/feed"))
	killed := command("--config", configPath, "once")
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-asked:
	case <-time.After(20 * time.Second):
		t.Error("the hub was never pinged")
	}
	killed.Process.Kill()
	killed.Wait()
	for range 3 {
		mustOped(t, "--config", configPath, "once")
	}
	if n := pings.Load(); n != 2 {
		t.Errorf("%d pings, want 2: one, and one that repeats it", n)
	}
}

// TestS20TheHubTrustsTheProxiesOfTheConfiguration: trusted_proxies holds for the hub as for the site; none may be
// trusted, not even this machine.
func TestS20TheHubTrustsTheProxiesOfTheConfiguration(t *testing.T) {
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 1)...)
	for proxies, own := range map[string]bool{"[]": false, "[127.0.0.0/8]": true} {
		served := serving(t, testkit.WriteConfig(t, fmt.Sprintf("listen: 127.0.0.1:0\nbase_url: https://feeds.example\n"+
			"publish: {dir: \"\", hub: self, trusted_proxies: %s}\n"+
			"fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
			"feeds: [%q]\neditions: {all: {}}\n", proxies, paper.URL+"/feed")))
		refused := 0
		for i := range 130 {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, served+"/hub",
				strings.NewReader("nonsense"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i))
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode == http.StatusTooManyRequests {
				refused++
			}
		}
		if want := map[bool]int{true: 0, false: 10}[own]; refused != want {
			t.Errorf("trusted_proxies: %s: %d of 130 are refused, want %d", proxies, refused, want)
		}
	}
}

// freeAddress returns an address of loopback that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
