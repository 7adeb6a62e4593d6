package fetcher

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// TestS4CredentialsAreNeverShown fetches an address with credentials, makes it fail in every possible way, and
// searches all output for them.
func TestS4CredentialsAreNeverShown(t *testing.T) {
	const secret, plain = "http://jinnah:s3cret@paper.example/feed", "http://paper.example/feed"
	feed := reply{header: validators(`"a"`, ""), body: edition("one")}
	for name, c := range map[string]struct {
		address string
		pages   map[string]reply
	}{
		"fine": {secret, map[string]reply{plain: feed}},
		"moved": {secret, map[string]reply{plain: redirect(301, "/new"),
			"http://paper.example/new": feed}},
		"moved far": {secret, map[string]reply{plain: redirect(301, "http://other.example/"),
			"http://other.example/": feed}},
		"not found": {secret, nil},
		"circle":    {secret, map[string]reply{plain: redirect(301, plain)}},
		"downgrade": {strings.Replace(secret, "http:", "https:", 1),
			map[string]reply{"https://paper.example/feed": redirect(301, secret)}},
		"broken redirect":    {secret, map[string]reply{plain: redirect(301, "http://jinnah:s3cret@[broken/")}},
		"redirect to a file": {secret, map[string]reply{plain: redirect(301, "file://jinnah:s3cret@host/x")}},
		"no scheme":          {"//jinnah:s3cret@paper.example/feed", nil},
		"other scheme":       {"ftp://jinnah:s3cret@paper.example/feed", nil},
		"opaque":             {"mailto:jinnah:s3cret@paper.example", nil},
		"no host":            {"http://jinnah:s3cret@/feed", nil},
		"obscure":            {"http://jinnah:s3cret@2130706433/feed", nil},
		"broken host":        {"http://jinnah:s3cret@[paper.example/feed", nil},
		"broken port":        {"http://jinnah:s3cret@paper.example:x/feed", nil},
		"broken credentials": {"http://jinnah:s3cret%zz@paper.example/feed", nil},
		"control character":  {"http://jinnah:s3cret\x7f@paper.example/feed", nil},
		"not a feed":         {secret, map[string]reply{plain: {body: []byte("<html></html>")}}},
		"broken feed":        {secret, map[string]reply{plain: {body: []byte("<rss><channel><item>")}}},
		"cut off":            {secret, map[string]reply{plain: {body: edition("one")[:50], cut: true}}},
		"throttled":          {secret, map[string]reply{plain: {status: 429, header: headers("Retry-After", "9")}}},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			f := New(Options{
				Transport: pages(c.pages),
				Spacing:   -1,
				Log:       slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			})
			p := &poll{f, feedAt(c.address)}
			for range 2 {
				r := p.once(t)
				r.Feed.URL = "" // part of the configuration, like the name of the entries' feed
				for i := range r.Entries {
					r.Entries[i].FeedURL = ""
				}
				shown := fmt.Sprintf("%+v %v %s", r, r.Err, log.String())
				if _, err := f.discover(t.Context(), c.address); err != nil {
					shown += err.Error()
				}
				for _, word := range []string{"jinnah", "s3cret"} {
					if strings.Contains(shown, word) {
						t.Errorf("%q is shown: %s", word, shown)
					}
				}
			}
		})
	}
}

func TestS4CredentialsReachTheirHostOnly(t *testing.T) {
	const host = "http://paper.example"
	s := pages(map[string]reply{
		host + "/feed":           redirect(302, host+"/absolute"),
		host + "/absolute":       redirect(302, "relative"),
		host + "/relative":       redirect(302, "http://other.example/a"),
		"http://other.example/a": redirect(302, "http://thief:x@other.example/b"),
		"http://other.example/b": redirect(302, host+"/back"),
		host + "/back":           {header: validators(`"a"`, ""), body: edition("one")},
	})
	p := &poll{New(Options{Transport: s}), feedAt("http://me:secret@paper.example/feed")}
	r := p.well(t)
	for i, want := range []bool{true, true, true, false, false, false} {
		if got := s.asked[i].Header.Get("Authorization") != ""; got != want {
			t.Errorf("%s gets credentials: %v, want %v", s.asked[i].URL, got, want)
		}
	}
	for _, r := range s.asked {
		if r.URL.User != nil || r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("%v asked with %v", r.URL, r.Header)
		}
	}
	if got := r.Entries[0].URL; got != host+"/one" {
		t.Errorf("a relative link became %q", got)
	}
}

func TestS4AFeedWithCredentialsIsAskedConditionally(t *testing.T) {
	s := script(reply{header: validators(`"a"`, ""), body: edition("one")}, reply{status: http.StatusNotModified})
	p := &poll{New(Options{Transport: s}), feedAt("http://me:secret@paper.example/feed")}
	p.well(t)
	if r := p.well(t); !r.NotModified {
		t.Errorf("status %d", r.Status)
	}
	wantSent(t, s.asked[1], `"a"`, "")
}
