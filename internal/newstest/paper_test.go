package newstest

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// get requests a path without following redirects or decoding.
func get(t *testing.T, p *Paper, path string, header ...string) (*http.Response, []byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, body, err
}

func TestAnswers(t *testing.T) {
	p := New(t)
	p.Edition("/feed", "The Paper", Items(p.URL, 1, 3)...)
	first, body, _ := get(t, p, "/feed")
	tag := first.Header.Get("ETag")
	p.Serve("/old", Answer{Body: body, LastModified: "yesterday", Header: http.Header{"X-Odd": {"1", "2"}}})
	p.Serve("/moved", Answer{Redirect: "/feed"})
	p.Serve("/moved-for-good", Answer{Redirect: "/feed", Status: http.StatusMovedPermanently})
	p.Serve("/busy",
		Answer{Status: http.StatusTooManyRequests, ETag: `"a"`, Header: http.Header{"Retry-After": {"60"}}})
	for _, c := range []struct {
		path, name, value string // of a request header
		status            int
		header, want      string // of the response
	}{
		{"/feed", "", "", 200, "Content-Type", "application/rss+xml; charset=utf-8"},
		{"/feed", "If-None-Match", tag, 304, "ETag", tag},
		{"/feed", "If-None-Match", `"other"`, 200, "ETag", tag},
		{"/old", "If-Modified-Since", "yesterday", 304, "Last-Modified", "yesterday"},
		{"/old", "If-Modified-Since", "today", 200, "X-Odd", "1"},
		{"/old", "", "", 200, "Content-Type", ""},
		{"/moved", "", "", 302, "Location", "/feed"},
		{"/moved-for-good", "", "", 301, "Location", "/feed"},
		{"/busy", "If-None-Match", `"a"`, 429, "Retry-After", "60"},
		{"/nothing", "", "", 404, "ETag", ""},
	} {
		var header []string
		if c.name != "" {
			header = []string{c.name, c.value}
		}
		res, body, err := get(t, p, c.path, header...)
		if err != nil || res.StatusCode != c.status || res.Header.Get(c.header) != c.want {
			t.Errorf("%s: %v, status %d, %s %q; want %d, %q", c.path, err, res.StatusCode, c.header,
				res.Header.Get(c.header), c.status, c.want)
		}
		if c.status == 304 && len(body) > 0 {
			t.Errorf("%s: 304 with a body", c.path)
		}
	}
	p.Edition("/feed", "The Paper", Items(p.URL, 1, 4)...)
	if res, _, _ := get(t, p, "/feed", "If-None-Match", tag); res.StatusCode != 200 || res.Header.Get("ETag") == tag {
		t.Errorf("a new edition is answered with %d and %s", res.StatusCode, res.Header.Get("ETag"))
	}
}

func TestRequestsAreRemembered(t *testing.T) {
	p := New(t)
	p.Edition("/a", "A")
	get(t, p, "/a", "User-Agent", "oped/1")
	get(t, p, "/b")
	if a := p.Requests("/a"); len(a) != 1 || a[0].Header.Get("User-Agent") != "oped/1" || a[0].Status != 200 {
		t.Errorf("of /a it remembers %+v", a)
	}
	if all := p.Requests(""); len(all) != 2 || all[1].Path != "/b" || all[1].Status != 404 {
		t.Errorf("it remembers %+v", all)
	}
}

func TestEncodings(t *testing.T) {
	p := New(t)
	body := RSS("The Paper", Items(p.URL, 0, 9)...)
	undo := map[string]func(io.Reader) (io.Reader, error){
		"":     func(r io.Reader) (io.Reader, error) { return r, nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	for coding, decode := range undo {
		p.Serve("/feed", Answer{Body: body, Encoding: coding})
		res, sent, err := get(t, p, "/feed")
		if err != nil || res.Header.Get("Content-Encoding") != coding {
			t.Errorf("%s: %v, %v", coding, err, res.Header)
		}
		r, err := decode(bytes.NewReader(sent))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, body) {
			t.Errorf("%s: %d bytes, %v; want %d", coding, len(got), err, len(body))
		}
	}
}

func TestDrip(t *testing.T) {
	p := New(t)
	p.Serve("/drip", Answer{Body: []byte("0123456789"), Drip: time.Microsecond})
	if _, body, err := get(t, p, "/drip"); err != nil || string(body) != "0123456789" {
		t.Errorf("drip: %q, %v", body, err)
	}
}

func TestRSSIsWellFormedAndWhole(t *testing.T) {
	at := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	item := Item{
		GUID:       "1",
		Link:       "/1?a&b",
		Title:      "<Rights> & \"wrongs\"",
		Author:     "Ḥālī",
		HTML:       "<p>]]></p>",
		Categories: []string{"a", "b"},
		Published:  at,
	}
	var doc struct {
		Items []struct {
			GUID       string   `xml:"guid"`
			Link       string   `xml:"link"`
			Title      string   `xml:"title"`
			Author     string   `xml:"creator"`
			HTML       string   `xml:"description"`
			Categories []string `xml:"category"`
			Date       string   `xml:"pubDate"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(RSS("The Paper", item, Item{}), &doc); err != nil || len(doc.Items) != 2 {
		t.Fatalf("%d items, %v", len(doc.Items), err)
	}
	got := doc.Items[0]
	if got.GUID != item.GUID || got.Link != item.Link || got.Title != item.Title || got.Author != item.Author ||
		got.HTML != item.HTML || !slices.Equal(got.Categories, item.Categories) ||
		got.Date != at.Format(time.RFC1123Z) {
		t.Errorf("%+v became %+v", item, got)
	}
}

func TestFolderServesRightAndWrongTypes(t *testing.T) {
	dir := t.TempDir()
	for name, body := range map[string]string{
		"a.xml": "<rss/>", "b.atom": "<feed/>", "c.json": ` {"version":1}`, "d.html": "<HTML>",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := New(t)
	names := p.Folder(t, dir)
	if want := []string{"a.xml", "b.atom", "c.json", "d.html"}; !slices.Equal(names, want) {
		t.Fatalf("names %v, want %v", names, want)
	}
	rights := []string{"application/rss+xml", "application/atom+xml", "application/feed+json", "text/html"}
	for i, name := range names {
		right, _, _ := get(t, p, "/right/"+name)
		wrong, _, _ := get(t, p, "/wrong/"+name)
		if got := right.Header.Get("Content-Type"); got != rights[i] {
			t.Errorf("%s is right as %s, want %s", name, got, rights[i])
		}
		if got := wrong.Header.Get("Content-Type"); got == rights[i] || got == "" {
			t.Errorf("%s is wrong as %q", name, got)
		}
	}
}
