package fetcher

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"oped"
)

func TestF19Redirects(t *testing.T) {
	const a, b = "http://feeds.paper.example/", "http://other.example/"
	feed := reply{body: edition("one")}
	chain := func(hops int) map[string]reply {
		all := map[string]reply{fmt.Sprint(a, hops): feed}
		for i := range hops {
			all[fmt.Sprint(a, i)] = redirect(301, fmt.Sprint("/", i+1))
		}
		return all
	}
	for _, c := range []struct {
		name, from string
		pages      map[string]reply
		fails      oped.FailureKind
		last       string // last requested address
		requests   int
	}{
		{"301", a, map[string]reply{a: redirect(301, b), b: feed}, "", b, 2},
		{"302", a, map[string]reply{a: redirect(302, b), b: feed}, "", b, 2},
		{"303", a, map[string]reply{a: redirect(303, b), b: feed}, "", b, 2},
		{"307", a, map[string]reply{a: redirect(307, b), b: feed}, "", b, 2},
		{"308", a, map[string]reply{a: redirect(308, b), b: feed}, "", b, 2},
		{"relative", a, map[string]reply{a: redirect(301, "x?y=1"), a + "x?y=1": feed}, "", a + "x?y=1", 2},
		{"without a scheme", a, map[string]reply{a: redirect(301, "//other.example/"), b: feed}, "", b, 2},
		{"with a fragment", a, map[string]reply{a: redirect(301, b+"#top"), b: feed}, "", b, 2},
		{"up to https", a,
			map[string]reply{a: redirect(301, "https://other.example/"), "https://other.example/": feed}, "",
			"https://other.example/", 2},
		{"10 hops", a + "0", chain(10), "", a + "10", 11},
		{"11 hops", a + "0", chain(11), oped.Refused, a + "10", 11},
		{"20 hops", a + "0", chain(20), oped.Refused, a + "10", 11},
		{"to itself", a, map[string]reply{a: redirect(302, a)}, oped.Refused, a, 1},
		{"there and back", a, map[string]reply{a: redirect(302, b), b: redirect(302, a)}, oped.Refused, b, 2},
		{"down to http", "https://other.example/",
			map[string]reply{"https://other.example/": redirect(301, a), a: feed}, oped.Refused,
			"https://other.example/", 1},
		{"nowhere", a, map[string]reply{a: redirect(301, "http://[broken/")}, oped.Client, a, 1},
		{"no host", a, map[string]reply{a: redirect(301, "http:///x")}, oped.Refused, a, 1},
		{"no Location", a, map[string]reply{a: {status: 302}}, oped.NotFeed, a, 1},
		{"300 is a choice for people", a, map[string]reply{a: redirect(300, b), b: feed}, oped.NotFeed, a, 1},
		{"to a 404", a, map[string]reply{a: redirect(301, b)}, oped.Client, b, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := pages(c.pages)
			r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(c.from))
			if c.fails == "" && (r.Err != nil || r.URL != c.last || r.Feed.URL != c.from) {
				t.Errorf("error %v, address %s, want %s", r.Err, r.URL, c.last)
			} else if c.fails != "" {
				wantKind(t, r, c.fails)
			}
			if got := s.urls(); len(got) != c.requests || got[len(got)-1] != c.last {
				t.Errorf("asked %v, want %d ending with %s", got, c.requests, c.last)
			}
		})
	}
}

func TestStatusesAndTheirKinds(t *testing.T) {
	for _, c := range []struct {
		id       string
		response reply
		kind     oped.FailureKind
		says     string
		wait     time.Duration // minimum
	}{
		{"F21 401", reply{status: 401}, oped.Client, "401 Unauthorized", daily},
		{"F21 403", reply{status: 403}, oped.Client, "403 Forbidden", daily},
		{"F21 a challenge", reply{status: 403, header: headers("Cf-Mitigated", "challenge")}, oped.Client,
			"Cloudflare", daily},
		{"F21 a challenge with 503 is a wait", reply{status: 503, header: headers("Cf-Mitigated", "challenge")},
			oped.Throttled, "503", time.Hour},
		{"F20 404", reply{status: 404}, oped.Client, "404 Not Found", daily},
		{"F20 410", reply{status: 410}, oped.Gone, "410 Gone", daily},
		{"F22 429", reply{status: 429}, oped.Throttled, "429 Too Many Requests", time.Hour},
		{"F22 429 for a day", reply{status: 429, header: headers("Retry-After", "86400")}, oped.Throttled, "24h",
			daily},
		{"F22 429 for two days", reply{status: 429, header: headers("Retry-After", "172800")}, oped.Throttled, "48h",
			2 * daily},
		{"F22 503 for three hours", reply{status: 503, header: headers("Retry-After", "10800")}, oped.Throttled, "3h",
			3 * time.Hour},
		{"F24 204", reply{status: 204}, oped.NotFeed, "204 No Content", time.Hour},
		{"F24 206", reply{status: 206, body: edition("one")}, oped.NotFeed, "206 Partial Content", time.Hour},
		{"F24 200 with nothing", reply{}, oped.NotFeed, "", time.Hour},
		{"F24 200 with spaces", reply{body: []byte(" \r\n ")}, oped.NotFeed, "", time.Hour},
		{"F25 226", reply{status: 226, header: headers("IM", "feed"), body: edition("one")}, oped.NotFeed, "226",
			time.Hour},
		{"500", reply{status: 500}, oped.Server, "500 Internal Server Error", time.Hour},
		{"Cloudflare's 522", reply{status: 522}, oped.Server, "522", time.Hour},
		{"a page",
			reply{
				header: headers("Content-Type", "text/html; charset=utf-8"),
				body:   []byte("<html><p>Hello</p></html>"),
			},
			oped.NotFeed, "text/html", time.Hour},
	} {
		t.Run(c.id, func(t *testing.T) {
			s := script(reply{header: validators(`"a"`, ""), body: edition("one")}, c.response)
			p := polling(s)
			first := p.well(t)
			r := p.once(t)
			wantKind(t, r, c.kind)
			if !strings.Contains(r.Err.Error(), c.says) {
				t.Errorf("%q does not say %q", r.Err, c.says)
			}
			if wait := r.Next.Sub(r.At); wait < c.wait {
				t.Errorf("comes back after %v, want %v", wait, c.wait)
			}
			if r.Entries != nil || r.Validators != first.Validators || r.BodyHash != first.BodyHash {
				t.Error("a failure changed the state")
			}
			want := max(c.response.status, 200)
			if r.Status != want || r.URL != feedURL {
				t.Errorf("status %d of %s, want %d of %s", r.Status, r.URL, want, feedURL)
			}
			for _, r := range s.asked { // F21: the User-Agent is always our own
				if ua := r.Header.Get("User-Agent"); ua != "oped" {
					t.Errorf("asked as %q", ua)
				}
			}
		})
	}
}

func TestF22AWaitAppliesToTheWholeDomain(t *testing.T) {
	now := noon()
	s := pages(map[string]reply{
		"http://a.paper.example/feed":  {status: 429, lasts: 0, header: headers("Retry-After", "7200")},
		"http://b.paper.example/feed":  {body: edition("b")},
		"http://other.example/moved":   redirect(302, "http://B.Paper.example./feed"),
		"http://B.Paper.example./feed": {body: edition("b")},
	})
	f := New(Options{Transport: s, Now: func() time.Time { return now }})
	wantKind(t, f.Fetch(t.Context(), feedAt("http://a.paper.example/feed")), oped.Throttled)
	now = now.Add(time.Hour)
	for _, address := range []string{"http://a.paper.example/feed", "http://b.paper.example/feed",
		"http://other.example/moved"} {
		r := f.Fetch(t.Context(), feedAt(address))
		wantKind(t, r, oped.Throttled)
		if until := noon().Add(2 * time.Hour); r.Next.Before(until) || r.Err.Wait != time.Hour {
			t.Errorf("%s comes back at %v, want %v", address, r.Next, until)
		}
	}
	want := []string{"http://a.paper.example/feed", "http://other.example/moved"}
	if got := s.urls(); !slices.Equal(got, want) {
		t.Errorf("asked %v, want %v", got, want)
	}
	now = now.Add(time.Hour)
	for _, address := range []string{"http://b.paper.example/feed", "http://other.example/moved"} {
		if r := f.Fetch(t.Context(), feedAt(address)); r.Err != nil {
			t.Errorf("%s after the wait: %v", address, r.Err)
		}
	}
}

func TestF22TheWaitOfARedirectTargetIsForItsDomain(t *testing.T) {
	s := pages(map[string]reply{
		"http://paper.example/a":  redirect(302, "http://proxy.example/a"),
		"http://paper.example/b":  {body: edition("b")},
		"http://proxy.example/a":  {status: http.StatusServiceUnavailable, header: headers("Retry-After", "7200")},
		"http://proxy.example/zz": {body: edition("z")},
	})
	f := New(Options{Transport: s})
	wantKind(t, f.Fetch(t.Context(), feedAt("http://paper.example/a")), oped.Throttled)
	wantKind(t, f.Fetch(t.Context(), feedAt("http://proxy.example/zz")), oped.Throttled)
	if r := f.Fetch(t.Context(), feedAt("http://paper.example/b")); r.Err != nil {
		t.Errorf("paper.example asked for nothing: %v", r.Err)
	}
}

func TestDomainOf(t *testing.T) {
	for address, want := range map[string]string{
		"http://epaper.dawn.com.pk/x":   "dawn.com.pk",
		"https://WWW.Dawn.COM:8443/":    "dawn.com",
		"http://dawn.com./":             "dawn.com",
		"http://dawn.com/":              "dawn.com",
		"http://one.blogspot.com/feed":  "one.blogspot.com",
		"http://two.substack.com/feed":  "substack.com",
		"http://user:pw@a.b.example/":   "b.example",
		"http://127.0.0.1:80/":          "127.0.0.1",
		"http://[2001:4860::1]:80/":     "2001:4860::1",
		"http://localhost/":             "localhost",
		"http://com/":                   "com",
		"http://%zz/":                   "http://%zz/",
		"http://feeds.bbci.co.uk/x.xml": "bbci.co.uk",
	} {
		if got := domainOf(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// endlessSite returns bodies without any data. They end when closed.
type endlessSite struct{ *site }

func (s endlessSite) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := s.site.RoundTrip(r)
	if err == nil && strings.Contains(r.URL.Host, "endless") {
		res.Body, _ = io.Pipe()
	}
	return res, err
}

// TestUnneededBodiesAreNotAwaited: the body of a redirect or of a failure may never end.
func TestUnneededBodiesAreNotAwaited(t *testing.T) {
	for _, c := range []struct {
		reply
		kind oped.FailureKind
	}{
		{redirect(http.StatusFound, "ftp://paper.example/"), oped.Refused},
		{redirect(http.StatusMovedPermanently, "http://elsewhere.example/"), ""},
		{reply{status: http.StatusNotFound}, oped.Client},
		{reply{status: http.StatusServiceUnavailable}, oped.Throttled},
		{reply{status: http.StatusNotModified}, oped.Server},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			f := New(Options{Transport: endlessSite{pages(map[string]reply{
				"http://endless.example/":   c.reply,
				"http://elsewhere.example/": {body: edition("one")},
			})}})
			if r := f.Fetch(t.Context(), feedAt("http://endless.example/")); c.kind != "" || r.Err != nil {
				wantKind(t, r, c.kind)
			}
			wantBetween(t, fmt.Sprint(c.status), time.Since(began), 0, drainTime)
		})
	}
}
