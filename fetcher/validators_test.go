package fetcher

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"oped"
)

func TestF1OneUnconditionalRequestInAHundred(t *testing.T) {
	s := &site{response: func(_ int, r *http.Request) reply {
		if r.Header.Get("If-None-Match") == `"a"` {
			return reply{status: http.StatusNotModified}
		}
		return reply{header: headers("ETag", `"a"`), body: edition("one")}
	}}
	p := polling(s)
	for range 100 {
		p.well(t)
	}
	for i, r := range s.asked {
		if got, want := r.Header.Get("If-None-Match"), map[bool]string{true: "", false: `"a"`}[i == 0]; got != want {
			t.Errorf("request %d: If-None-Match %q, want %q", i, got, want)
		}
	}
}

func TestF2ValidatorsAreEchoedByteForByte(t *testing.T) {
	for _, c := range []struct{ etag, modified string }{
		{etag: `W/"a"`},
		{etag: `"a,b"`},
		{etag: `"\x22weird\x22"`},
		{etag: `abc`},
		{etag: `"` + strings.Repeat("x", 500) + `"`},
		{etag: `"5f3-gzip"`},
		{etag: `""`},
		{etag: `w/"lower"`},
		{etag: `"a" "b"`},
		{etag: `'single'`},
		{etag: `"half`},
		{etag: "\"caf\xc3\xa9\""},
		{etag: "\"caf\xe9\""},
		{etag: "\"tab\tinside\""},
		{etag: `"a;b=c/d?e&f"`},
		{modified: "Mon, 1 Jan 2024 00:00:00 +0000"},
		{modified: "mon, 01 jan 2024 00:00:00 gmt"},
		{modified: "2024-01-01T00:00:00Z"},
		{modified: "Monday, 01-Jan-24 00:00:00 GMT"},
		{modified: "yesterday"},
		{modified: "1704067200"},
		{etag: `"both"`, modified: "Mon, 01 Jan 2024 00:00:00 GMT"},
	} {
		t.Run(c.etag+c.modified, func(t *testing.T) {
			var lines string
			if c.etag != "" {
				lines += "ETag: " + c.etag + "\r\n"
			}
			if c.modified != "" {
				lines += "Last-Modified: " + c.modified + "\r\n"
			}
			s := &socket{response: says("200 OK", lines, edition("one"))}
			transport := s.transport()
			defer s.end(transport)
			p := polling(transport)
			p.well(t)
			p.well(t)
			if strings.Contains(s.raw[0], "\r\nIf-") {
				t.Errorf("the first request is conditional:\n%s", s.raw[0])
			}
			wantLine(t, s.raw[1], "If-None-Match", c.etag)
			wantLine(t, s.raw[1], "If-Modified-Since", c.modified)
		})
	}
}

// wantLine checks a header line on the wire, byte for byte. An empty value means no such line.
func wantLine(t *testing.T, request, name, value string) {
	t.Helper()
	if value == "" && strings.Contains(request, "\r\n"+name+":") {
		t.Errorf("%s is sent, but nothing gave it:\n%s", name, request)
	}
	if line := "\r\n" + name + ": " + value + "\r\n"; value != "" && !strings.Contains(request, line) {
		t.Errorf("want %q in:\n%s", line, request)
	}
}

func TestF3AllKnownValidatorsAreSent(t *testing.T) {
	for _, c := range []struct{ etag, modified string }{
		{}, {etag: `"e"`}, {modified: "Tue"}, {etag: `"e"`, modified: "Tue"},
	} {
		s := script(reply{header: validators(c.etag, c.modified), body: edition("one")})
		p := polling(s)
		p.well(t)
		p.well(t)
		wantSent(t, s.asked[1], c.etag, c.modified)
	}
}

func validators(etag, modified string) http.Header {
	h := http.Header{}
	if etag != "" {
		h.Set("ETag", etag)
	}
	if modified != "" {
		h.Set("Last-Modified", modified)
	}
	return h
}

// wantSent checks for exactly these validators on a request. An empty one must be absent.
func wantSent(t *testing.T, r *http.Request, etag, modified string) {
	t.Helper()
	for name, want := range map[string]string{"If-None-Match": etag, "If-Modified-Since": modified} {
		got, sent := r.Header[name]
		if sent != (want != "") || sent && got[0] != want {
			t.Errorf("%s: %s is %q, want %q", r.URL, name, got, want)
		}
	}
}

// TestF4ToF8ValidatorsKeptAfterEachAnswer covers F4 to F8 and F23. After a first answer with "a" and A comes a second
// one; the third request shows the remembered validators.
func TestF4ToF8ValidatorsKeptAfterEachAnswer(t *testing.T) {
	old, junk := edition("one"), []byte("<html><body>Sorry, we are down</body></html>")
	for _, c := range []struct {
		name           string
		second         reply
		fails          oped.FailureKind
		etag, modified string
	}{
		{"F4 new ETag, same date", reply{header: validators(`"b"`, "A"), body: edition("two")}, "", `"b"`, "A"},
		{"F5 same body, new validators", reply{header: validators(`"b"`, "B"), body: old}, "", `"b"`, "B"},
		{"F6 304 with a new ETag", reply{status: 304, header: validators(`"b"`, "")}, "", `"b"`, "A"},
		{"F6 304 with a new date", reply{status: 304, header: validators("", "B")}, "", `"a"`, "B"},
		{"F6 304 with both", reply{status: 304, header: validators(`"b"`, "B")}, "", `"b"`, "B"},
		{"F6 bare 304", reply{status: 304}, "", `"a"`, "A"},
		{"F7 200 without validators", reply{body: edition("two")}, "", "", ""},
		{"F7 200 with the ETag only", reply{header: validators(`"b"`, ""), body: edition("two")}, "", `"b"`, ""},
		{"F7 the same body without validators", reply{body: old}, "", "", ""},
		{"F8 404", reply{status: 404, header: validators(`"j"`, "J"), body: junk}, oped.Client, `"a"`, "A"},
		{"F8 410", reply{status: 410, header: validators(`"j"`, "J")}, oped.Gone, `"a"`, "A"},
		{"F8 500", reply{status: 500, header: validators(`"j"`, "J"), body: junk}, oped.Server, `"a"`, "A"},
		{"F8 429", reply{status: 429, header: validators(`"j"`, "J")}, oped.Throttled, `"a"`, "A"},
		{"F8 an HTML page with 200", reply{header: validators(`"j"`, "J"), body: junk}, oped.NotFeed, `"a"`, "A"},
		{"F8 nothing with 200", reply{header: validators(`"j"`, "J")}, oped.NotFeed, `"a"`, "A"},
		{"F8 a broken connection", reply{header: validators(`"j"`, "J"), body: old[:40], cut: true}, oped.Network,
			`"a"`, "A"},
		{"F8 broken gzip", reply{header: headers("ETag", `"j"`, "Content-Encoding", "gzip"), body: junk},
			oped.Malformed, `"a"`, "A"},
		{"an ETag that no request may carry", reply{header: validators("\"b\x01\"", "B"), body: edition("two")}, "",
			"", "B"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := script(reply{header: validators(`"a"`, "A"), body: old}, c.second)
			p := polling(s)
			first := p.well(t)
			second := p.once(t)
			if c.fails == "" && second.Err != nil {
				t.Errorf("failed: %v", second.Err)
			} else if c.fails != "" {
				wantKind(t, second, c.fails)
				if second.BodyHash != first.BodyHash || second.Entries != nil || second.Document != (oped.Document{}) {
					t.Error("a failure changes the state of the document")
				}
			}
			p.once(t)
			if len(s.asked) == 3 { // after 429 the domain is blocked only if it gave a duration
				wantSent(t, s.asked[2], c.etag, c.modified)
			} else {
				t.Errorf("%d requests", len(s.asked))
			}
		})
	}
}

func TestF6FreshnessAfter304(t *testing.T) {
	first := reply{header: headers("ETag", `"a"`, "Cache-Control", "max-age=14400"), body: edition("one")}
	for _, c := range []struct {
		cache, want string
	}{{"", "4h0m0s"}, {"max-age=21600", "6h0m0s"}, {"max-age=60", "1m0s"}, {"no-cache", "0s"}} {
		second := reply{status: 304, header: http.Header{}}
		if c.cache != "" {
			second.header.Set("Cache-Control", c.cache)
		}
		p := polling(script(first, second))
		p.well(t)
		r := p.well(t)
		if got := r.Freshness.String(); got != c.want {
			t.Errorf("304 with %q: fresh for %s, want %s", c.cache, got, c.want)
		}
		if lowest := max(r.Freshness, p.o.Every); r.Next.Before(r.At.Add(lowest)) {
			t.Errorf("304 with %q: next after %v, want %v", c.cache, r.Next.Sub(r.At), lowest)
		}
	}
}

func TestF10ValidatorsStayWithTheirAddress(t *testing.T) {
	target := "http://one.example/feed"
	s := &site{response: func(_ int, r *http.Request) reply {
		if r.URL.String() == feedURL {
			return redirect(http.StatusFound, target)
		}
		return reply{header: validators(`"`+r.URL.Host+`"`, "A"), body: edition("one")}
	}}
	p := &poll{New(Options{Transport: s, Spacing: -1}), feedAt(feedURL)}
	p.well(t)
	p.well(t) // one.example sends validators
	target = "http://two.example/feed"
	p.well(t) // two.example sends none
	p.well(t) // two.example sends validators
	for i, want := range []string{"", "", "", `"one.example"`, "", "", "", `"two.example"`} {
		modified := ""
		if want != "" {
			modified = "A"
		}
		wantSent(t, s.asked[i], want, modified)
	}
}

func TestF23AnUnrequested304IsAFailure(t *testing.T) {
	s := script(reply{status: http.StatusNotModified, header: validators(`"a"`, "")})
	p := polling(s)
	r := p.once(t)
	wantKind(t, r, oped.Server)
	if r.NotModified || r.Validators != (oped.Validators{}) {
		t.Errorf("it counts as new content: %+v", r)
	}
	p.once(t)
	wantSent(t, s.asked[1], "", "")
}

// TestServersControlCharactersReachNoMessage: control characters sent by a server reach neither the screen nor the log.
func TestServersControlCharactersReachNoMessage(t *testing.T) {
	for n, answer := range []string{
		"HTTP/1.1 404 \x1b[31mNo\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Type: \x1b[31mred\r\nContent-Length: 13\r\n\r\n<html></html>",
		"HTTP/1.1 \x1b[31m\r\n\r\n",
	} {
		s := &socket{response: func(_ int, c net.Conn) { fmt.Fprint(c, answer) }}
		transport := s.transport()
		r := New(Options{Transport: transport}).Fetch(t.Context(), feedAt(feedURL))
		s.end(transport)
		if r.Err == nil || strings.Contains(r.Err.Error(), "\x1b") {
			t.Errorf("%d: %q", n, r.Err)
		}
	}
}
