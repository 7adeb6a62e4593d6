package fetcher

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"oped"
	"oped/internal/newstest"
)

// TestS1_AnAllowedNetworkIsNotOpenOnEveryPort: a private feed may use its own port and the allowed ones. A redirect
// to another port is refused.
func TestS1_AnAllowedNetworkIsNotOpenOnEveryPort(t *testing.T) {
	port, visits := canary(t, "127.0.0.1:0")
	paper := newstest.New(t)
	f := New(Options{AllowPrivate: loopback()})
	paper.Serve("/feed", newstest.Answer{Body: edition("one"), ContentType: "application/rss+xml"})
	paper.Serve("/same", newstest.Answer{Redirect: "/feed"})
	for _, path := range []string{"/feed", "/same"} {
		if r := f.Fetch(t.Context(), feedAt(paper.URL+path)); r.Err != nil {
			t.Errorf("%s, at its own port: %v", path, r.Err)
		}
	}
	for i, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"} {
		path := fmt.Sprint("/", i)
		paper.Serve(path, newstest.Answer{Redirect: fmt.Sprintf("http://%s:%d/", host, port)})
		r := f.Fetch(t.Context(), feedAt(paper.URL+path))
		wantKind(t, r, oped.Refused)
		if r.Err == nil || !strings.Contains(r.Err.Error(), fmt.Sprintf("ports: [%d]", port)) {
			t.Errorf("no hint how to allow it: %v", r.Err)
		}
	}
	if n := visits.Load(); n > 0 {
		t.Errorf("%d connections came through", n)
	}
	other := newstest.New(t)
	other.Serve("/feed", newstest.Answer{Body: edition("one"), ContentType: "application/rss+xml"})
	paper.Serve("/other", newstest.Answer{Redirect: other.URL + "/feed"})
	at, err := url.Parse(other.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, number, _ := net.SplitHostPort(at.Host)
	var named int
	fmt.Sscan(number, &named)
	open := New(Options{AllowPrivate: loopback(), Ports: []int{named}})
	if r := open.Fetch(t.Context(), feedAt(paper.URL+"/other")); r.Err != nil {
		t.Errorf("at a port that is named: %v", r.Err)
	}
}

// resolving overrides name resolution and counts connections to the inside.
func resolving(f *Fetcher, names map[string]string) {
	for _, client := range []http.RoundTripper{f.client, f.inside} {
		t := client.(*http.Transport)
		dial := t.DialContext
		t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			host, port, _ := net.SplitHostPort(address)
			if to, ok := names[host]; ok {
				address = net.JoinHostPort(to, port)
			}
			return dial(ctx, network, address)
		}
	}
}

// TestS1_NothingLeadsAPublicFeedInside: neither the address behind its name, nor a redirect, nor another feed's
// open connection leads inside. Feeds with a private configuration get there.
func TestS1_NothingLeadsAPublicFeedInside(t *testing.T) {
	paper := newstest.New(t)
	paper.Serve("/feed", newstest.Answer{Body: edition("one"), ContentType: "application/rss+xml"})
	_, number, _ := strings.Cut(strings.TrimPrefix(paper.URL, "http://"), ":")
	var port int
	fmt.Sscan(number, &port)
	o := Options{AllowPrivate: loopback(), Ports: []int{port}, PrivateHosts: []string{"Feeds.Office.example"}}
	f := New(o)
	resolving(f, map[string]string{
		"rebinding.example":    "127.0.0.1",
		"mapped.example":       "::ffff:127.0.0.1",
		"feeds.office.example": "127.0.0.1",
		"intranet.lan":         "127.0.0.1",
		"wiki":                 "127.0.0.1",
	})
	for host, want := range map[string]bool{
		"rebinding.example": false, "mapped.example": false, // public-looking names, whatever they resolve to
		// private by the configuration
		"127.0.0.1": true, "[::ffff:127.0.0.1]": true, "localhost": true, "intranet.lan": true, "wiki": true,
		"feeds.office.example": true,
	} {
		for range 2 { // also with open connections
			r := f.Fetch(t.Context(), feedAt("http://"+host+":"+number+"/feed"))
			if (r.Err == nil) != want {
				t.Errorf("%s: %v, want it fetched: %v", host, r.Err, want)
			}
			if !want && (r.Err.Kind != oped.Refused || !strings.Contains(r.Err.Error(), "private_hosts")) {
				t.Errorf("%s: no hint how to allow it: %v", host, r.Err)
			}
		}
	}
	if _, err := f.discover(t.Context(), "http://rebinding.example:"+number+"/feed"); err == nil {
		t.Error("feeds add goes inside")
	}
	if found, err := f.discover(t.Context(), "http://intranet.lan:"+number+"/feed"); err != nil || found.Entries != 1 {
		t.Errorf("feeds add of a private feed: %v", err)
	}
}

// TestS1_StrangersAddressesStayOutside: a hub's requests go inside if the operator named the address, and otherwise
// only if readers are inside too.
func TestS1_StrangersAddressesStayOutside(t *testing.T) {
	paper := newstest.New(t)
	paper.Serve("/feed", newstest.Answer{Body: edition("one"), ContentType: "application/rss+xml"})
	_, number, _ := strings.Cut(strings.TrimPrefix(paper.URL, "http://"), ":")
	var port int
	fmt.Sscan(number, &port)
	for name, c := range map[string]struct {
		o     Options
		named []string
		goes  bool
	}{
		"a stranger's":                     {Options{Ports: []int{port}}, nil, false},
		"the operator's":                   {Options{}, []string{paper.URL + "/hub"}, true},
		"another of the operator's":        {Options{}, []string{"http://127.0.0.1:1/"}, false},
		"a stranger's among readers there": {Options{Ports: []int{port}, Inside: true}, nil, true},
		"there, at another port":           {Options{Inside: true}, nil, false},
	} {
		c.o.AllowPrivate = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		tr := Transport(c.o, c.named...)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, paper.URL+"/feed", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := tr.RoundTrip(req)
		if err == nil {
			res.Body.Close()
		}
		if (err == nil) != c.goes || err != nil && !refused(err) {
			t.Errorf("%s: %v, want it to go: %v", name, err, c.goes)
		}
		tr.(*guardedTransport).CloseIdleConnections()
	}
}
