package fetcher

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"oped"
	"oped/internal/newstest"
)

// TestWordsThatNameNoCoding: a Content-Encoding with another word leaves the body as it is.
func TestWordsThatNameNoCoding(t *testing.T) {
	for _, c := range []struct{ header, codings string }{
		{"aws-chunked", ""},
		{"UTF-8", ""},
		{"none", ""},
		{"binary", ""},
		{"7bit", ""},
		{"null", ""},
		{"text/xml; charset=utf-8", ""},
		{"application/rss+xml", ""},
		{"windows-1252", ""},
		{"aws-chunked,gzip", "gzip"},
		{"gzip, utf-8", "gzip"},
		{"gzip;q=1.0", "gzip"},
		{`"gzip"`, "gzip"},
		{"utf-8", "gzip"}, // undeclared
		{"none, none, none, br", "br"},
	} {
		s := script(reply{
			header: headers("Content-Encoding", c.header),
			body:   encoded(strings.TrimPrefix(c.codings, " "), edition("one")),
		})
		if r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL)); r.Err != nil || len(r.Entries) != 1 {
			t.Errorf("%q of %q: %v", c.header, c.codings, r.Err)
		}
	}
	for _, coding := range []string{"compress", "x-compress", "exi", "dcb", "pack200-gzip"} {
		s := script(reply{header: headers("Content-Encoding", coding), body: edition("one")})
		wantKind(t, New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL)), oped.Malformed)
	}
}

// TestBytesAfterTheEndOfACoding are ignored. Data cut off before their end are not.
func TestBytesAfterTheEndOfACoding(t *testing.T) {
	body := newstest.RSS("The Paper", newstest.Items("http://paper.example", 0, 50)...)
	for _, tail := range []string{
		"\x00", "\x00\x00\x00\x00\x00\x00\x00\x00", "\n", "\r\n\r\n", "0\r\n\r\n", "<!-- cached -->", "\x1f", "\x1fx",
		strings.Repeat("x", 100_000),
	} {
		for _, coding := range []string{"gzip", "deflate", "deflate raw", "br", "zstd", "gzip, br"} {
			if coding == "zstd" && len(tail) < 4 {
				continue // its decoder cannot tell them from a cut frame
			}
			s := script(reply{
				header: headers("Content-Encoding", strings.TrimSuffix(coding, " raw")),
				body:   append(encoded(coding, body), tail...),
			})
			r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL))
			if r.Err != nil || len(r.Entries) != 50 {
				t.Errorf("%s and %d bytes %.8q: %v", coding, len(tail), tail, r.Err)
			}
		}
	}
	half := len(body) / 2
	two := append(encoded("gzip", body[:half]), encoded("gzip", body[half:])...)
	whole := reply{header: headers("Content-Encoding", "gzip"), body: append(bytes.Clone(two), "tail"...)}
	r := New(Options{Transport: script(whole)}).Fetch(t.Context(), feedAt(feedURL))
	if r.Err != nil || len(r.Entries) != 50 {
		t.Errorf("two members: %v", r.Err)
	}
	for name, cut := range map[string][]byte{
		"a second member, cut":                    two[:len(two)-20],
		"a second member, its head cut":           append(encoded("gzip", body), two[:5]...),
		"the sum of the second member, cut":       two[:len(two)-4],
		"bytes after a member with the wrong sum": append(wrongSum(body), "tail"...),
	} {
		s := script(reply{header: headers("Content-Encoding", "gzip"), body: cut})
		if r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(feedURL)); r.Err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

// TestUnknownSuccessIsSuccess covers RFC 9110 §15: a status counts as the first of its class.
func TestUnknownSuccessIsSuccess(t *testing.T) {
	for status, want := range map[int]bool{
		200: true, 201: true, 202: true, 203: true, 207: true, 218: true, 250: true, 299: true,
		204: false, 205: false, 206: false, 226: false, 199: false, 300: false, 399: false, 499: false, 999: false,
	} {
		s := script(reply{status: status, header: validators(`"a"`, ""), body: edition("one")}, reply{status: 304})
		p := polling(s)
		r := p.once(t)
		if (r.Err == nil) != want || want && (len(r.Entries) != 1 || r.Status != status) {
			t.Errorf("%d: %v, %d entries", status, r.Err, len(r.Entries))
		}
		if again := p.once(t); want && !again.NotModified {
			t.Errorf("%d: the next request is not conditional: %v", status, again.Err)
		}
	}
}

// TestQueriesAreSentEscaped: what RFC 3986 §3.4 forbids is percent-encoded, once, and the rest left.
func TestQueriesAreSentEscaped(t *testing.T) {
	for query, want := range map[string]string{
		"a=b c":              "a=b%20c",
		"q=اردو":             "q=%D8%A7%D8%B1%D8%AF%D9%88",
		"q=caf\xe9":          "q=caf%E9",
		"q=\"x\"|<y>":        "q=%22x%22%7C%3Cy%3E",
		"a[]=1&a[]=2":        "a%5B%5D=1&a%5B%5D=2",
		"a=100%":             "a=100%25",
		"a=%zz%4":            "a=%25zz%254",
		"{x}^`\\":            "%7Bx%7D%5E%60%5C",
		"a=b%20c+d":          "a=b%20c+d",
		"a=%2f&b=%C3%A9":     "a=%2f&b=%C3%A9",
		"a=/?:@-._~!$&'()*,": "a=/?:@-._~!$&'()*,",
		"b;c=d":              "b;c=d",
		"":                   "",
	} {
		address := "http://paper.example/feed?" + query
		for _, given := range []reply{{body: edition("one")}, redirect(http.StatusFound, address)} {
			s := script(given, reply{body: edition("one")})
			first := address
			if given.status != 0 {
				first = "http://moved.example/"
			}
			r := New(Options{Transport: s}).Fetch(t.Context(), feedAt(first))
			got := s.asked[len(s.asked)-1].URL.RequestURI()
			if r.Err != nil || strings.TrimSuffix(got, "?") != strings.TrimSuffix("/feed?"+want, "?") {
				t.Errorf("%q from %s: sent %q, want %q; %v", query, first, got, want, r.Err)
			}
		}
		if again := escapedQuery(want); again != want {
			t.Errorf("%q is escaped twice: %q", want, again)
		}
	}
	serve := &socket{response: says("200 OK", "", edition("one"))}
	transport := serve.transport()
	r := New(Options{Transport: transport}).Fetch(t.Context(), feedAt("http://paper.example/a b?c=d e"))
	serve.end(transport)
	if want := "GET /a%20b?c=d%20e HTTP/1.1\r\n"; r.Err != nil || !strings.HasPrefix(serve.raw[0], want) {
		t.Errorf("%v, sent %s", r.Err, fmt.Sprintf("%.60q", serve.raw))
	}
}
