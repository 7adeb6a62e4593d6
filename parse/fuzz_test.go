package parse_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"oped"
	"oped/parse"
)

// checkResult checks the properties of every result, of any document.
func checkResult(t *testing.T, got parse.Result) {
	t.Helper()
	checkText(t, got.Document.Title, got.Document.Rights, got.Document.ID, got.Document.Lang)
	checkURL(t, got.Document.SiteURL)
	for _, e := range got.Entries {
		checkText(t, e.ID, e.Title, e.Summary, e.Content, e.Rights, e.Source, e.Lang)
		checkText(t, e.Categories...)
		checkURL(t, e.URL)
		for _, a := range e.Authors {
			checkText(t, a.Name, a.Email)
			checkURL(t, a.URL)
		}
		if e.Hash == [32]byte{} {
			t.Error("an entry has no hash")
		}
	}
}

func checkText(t *testing.T, all ...string) {
	t.Helper()
	for _, s := range all {
		if !utf8.ValidString(s) {
			t.Errorf("%q is not UTF-8", s)
		}
		for _, r := range s {
			if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
				t.Errorf("%q contains the character %U", s, r)
			}
		}
	}
}

func checkURL(t *testing.T, s string) {
	t.Helper()
	checkText(t, s)
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		t.Errorf("%q is not the address of a page", s)
	}
}

func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		rssDoc("<item><title>a &amp; b</title><guid>1</guid><description><![CDATA[<p>x</p>]]></description></item>"),
		atomDoc(`<entry xml:base="/x/"><title type="xhtml"><div>&lt;</div></title><content type="html">&lt;a href=y></content><link href="/a"/></entry>`),
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item rdf:about="u"/></rdf:RDF>`,
		`{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"content_html":"<p>","authors":[{"name":"A"}]}]}`,
		rssDoc(`<item xml:base="//h.example/&amp;/ü/"><author>A B and C D &amp; E F</author><description>&lt;a href=x>&lt;img src=" y'>&lt;/a></description></item>`),
		"<rss><channel><item><title>cut", "\xff\xfe<\x00r\x00", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>",
	} {
		f.Add([]byte(seed), "https://paper.example/x/feed", "text/xml; charset=utf-8")
	}
	f.Fuzz(func(t *testing.T, body []byte, url, contentType string) {
		in := parse.Input{Body: body, URL: url, Header: http.Header{"Content-Type": {contentType}}}
		got, err := parse.Document(t.Context(), in)
		checkError(t, err)
		checkResult(t, got)
		checkLimits(t, got)
		if n := bytesOf(got.Entries); n > 20*len(body)+4<<20 {
			t.Errorf("%d bytes make %d", len(body), n)
		}
		printed, _ := parse.JSON(t.Context(), in)
		if !json.Valid(printed) {
			t.Errorf("not JSON: %.200s", printed)
		}
	})
}

// checkError checks that a failure is of the three kinds for documents, and does not come from a panic.
func checkError(t *testing.T, err error) {
	t.Helper()
	var failed *oped.FetchError
	switch {
	case err == nil:
	case !errors.As(err, &failed):
		t.Errorf("%v is not a FetchError", err)
	case strings.Contains(failed.Error(), "cannot be read: runtime error"):
		t.Error(failed)
	}
}

func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		"Thu, 01 Jan 2004 19:48:21 GMT", "2026-01-05T10:00:00.5+05:00", "5 Sept 26 10:00 PM (PKT)", "۵ جنوری ۲۰۲۶",
	} {
		f.Add(seed, "Pakistan")
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		got, ok := parse.Time(s, country, nil)
		if ok != !got.IsZero() && ok == false || ok && got.Location() != time.UTC {
			t.Errorf("%q: %v %v", s, got, ok)
		}
		if ok {
			if again, ok := parse.Time(got.Format(time.RFC3339Nano), country, nil); !ok || !again.Equal(got) {
				t.Errorf("%q: %v reads as %v", s, got, again)
			}
		}
	})
}

func FuzzOPML(f *testing.F) {
	f.Add([]byte(
		`<opml version="2.0"><body><outline text="x"><outline xmlUrl="https://a.example/f"/></outline></body></opml>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := parse.OPML(body)
		if err != nil && len(list.Feeds)+len(list.Unusable) > 0 {
			t.Error("both feeds and an error")
		}
		for _, feed := range list.Feeds {
			if len(feed.URL) > oped.MaxAddress || len(feed.SiteURL) > oped.MaxAddress ||
				len(feed.Title) > oped.MaxField {
				t.Errorf("beyond the limits: %+v", feed)
			}
			checkURL(t, feed.URL)
			checkURL(t, feed.SiteURL)
			checkText(t, feed.Title, feed.Lang, feed.Group)
		}
	})
}

func FuzzDiscover(f *testing.F) {
	f.Add([]byte(`<base href="/x/"><link rel="alternate" type="application/rss+xml" href="a">`),
		"https://paper.example/")
	f.Fuzz(func(t *testing.T, body []byte, base string) {
		for _, at := range parse.Discover(body, base) {
			if len(at) > oped.MaxAddress {
				t.Errorf("an address of %d bytes", len(at))
			}
			checkURL(t, at)
		}
	})
}
