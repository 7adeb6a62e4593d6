package web

import (
	"context"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/publish"
	"oped/publish/feed"
)

// site is a publisher without a store. Some of its pages are kept, and one is rendered on request.
type site struct {
	kept  map[string]*publish.Rendered
	asked pages
}

func (site) Published() bool                           { return true }
func (site) Search(string, url.Values) *publish.Search { return nil }
func (site) ErrorPage(status int) publish.Page         { return document("", "text/html", "nothing") }
func (s site) Find(name string) (f publish.Located) {
	if f.Kept = s.kept[name]; f.Kept == nil && s.asked.Match(name) {
		f.Kind = s.asked
	}
	return f
}

// pages is a kind with the page of one piece.
type pages struct{}

func (pages) Match(name string) bool { return name == "piece/1/index.html" }
func (pages) Pages(_ context.Context, names []string) ([]publish.Page, error) {
	return []publish.Page{document(names[0], "text/html; charset=utf-8", "a piece")}, nil
}
func (pages) Affected(context.Context, *oped.ChangeSet) iter.Seq2[string, error] { return nil }
func (pages) All(context.Context) iter.Seq2[string, error]                       { return nil }

// document returns a page with this body.
func document(name, mediaType, body string) publish.Page {
	return publish.Page{
		Name:    name,
		Version: publish.Version("v-" + name),
		Meta:    publish.Meta{Status: http.StatusOK, MediaType: mediaType},
		Render: func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, body)
			return err
		},
	}
}

func rendered(t testing.TB, p publish.Page) *publish.Rendered {
	t.Helper()
	rep := publish.NewRendered(&p)
	if err := rep.Render(context.Background()); err != nil {
		t.Fatal(err)
	}
	return rep
}

// example returns a site with two feeds and some pages.
func example(t testing.TB) site {
	s := site{kept: map[string]*publish.Rendered{}}
	for name, mediaType := range map[string]string{
		"pak-us.atom":       feed.Atom.MediaType() + "; charset=utf-8",
		"adaria.atom":       feed.Atom.MediaType() + "; charset=utf-8",
		"pak-us/index.html": "text/html; charset=utf-8",
		"index.html":        "text/html; charset=utf-8",
		"feeds.opml":        "text/x-opml; charset=utf-8",
	} {
		s.kept[name] = rendered(t, document(name, mediaType, strings.Repeat(name, 100)))
	}
	return s
}

func at(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 30, 0, 0, time.UTC) }

// ask sends one request.
func ask(h http.Handler, method, target string, headers ...string) *http.Response {
	return askFrom(h, "192.0.2.1:1234", method, target, headers...)
}

// askFrom sends one request from an address.
func askFrom(h http.Handler, peer, method, target string, headers ...string) *http.Response {
	w, r := httptest.NewRecorder(), httptest.NewRequest(method, target, nil)
	r.RemoteAddr = peer
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	h.ServeHTTP(w, r)
	return w.Result()
}
