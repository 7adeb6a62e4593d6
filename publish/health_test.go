package publish

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/publish/feed"
)

// ailing returns feeds in every state, healthy and failing.
func ailing() []oped.FeedState {
	feed := func(name, publisher string, kind oped.FailureKind, status, failures int, said string) oped.FeedState {
		s := oped.FeedState{
			Feed: oped.Feed{Name: name, URL: "https://reader:secret@" + name + ".example/feed?a=1&b=2",
				Publisher: publisher, Enabled: true},
			LastFetch: at(20, 6), NextFetch: at(21, 6), LastSuccess: at(9, 6), LastNew: at(8, 6), Entries: 40,
		}
		if kind == "" {
			s.LastSuccess = s.LastFetch
			return s
		}
		minutes := time.Duration(len(name)) * time.Minute
		s.Failures, s.FailingSince, s.LastKind, s.LastStatus, s.LastError = failures, at(9, 7).Add(minutes), kind,
			status, string(kind)+": "+said
		return s
	}
	unreachable := feed(
		"harbour", "The Harbour Courier & Son", oped.Network, 0, 9,
		"lookup harbour.example on 10.0.0.53:53: no such host",
	)
	gone := feed("mill", "The <Mill>", oped.Gone, 410, 2, "410 Gone")
	gone.NextFetch, gone.LastFetch = time.Time{}, at(10, 8)
	refused := feed("inside", "Inside", oped.Refused, 0, 1, "10.0.0.1 is a private address")
	refused.LastSuccess, refused.LastNew = time.Time{}, time.Time{}
	page := feed(
		"sahil", "روزنامہ ساحل", oped.NotFeed, 200, 3,
		"this is an HTML page, not a feed (Content-Type: text/html)",
	)
	leaky := feed("leaky-one", "Leaky", oped.Client, 404, 1,
		"404 Not Found at https://reader:secret@leaky-one.example/feed")
	silent := feed("daily", "The Daily", "", 200, 0, "")
	once := feed("once", "Failed Once", oped.Timeout, 0, 1, "no answer in time")
	weekly := feed("weekly", "The Weekly", "", 200, 0, "")
	paused := feed("paused", "Paused", oped.Server, 500, 9, "500 Internal Server Error")
	paused.Paused = true
	off := feed("off", "Off", oped.Server, 500, 9, "500 Internal Server Error")
	off.Enabled = false
	well := feed("well", "Well", "", 200, 0, "")
	well.LastNew = at(20, 5)
	return []oped.FeedState{unreachable, gone, refused, page, leaky, silent, once, weekly, paused, off, well}
}

// every returns n days with an entry, so many days apart, the last one on the day of LastNew.
func every(apart, n int) (days []time.Time) {
	for i := range n {
		days = append(days, at(8, 0).Truncate(24*time.Hour).AddDate(0, 0, -i*apart))
	}
	return days
}

func rhythms(feeds []oped.FeedState) map[string][]time.Time {
	return map[string][]time.Time{feeds[5].URL: every(1, 60), feeds[7].URL: every(7, 20)}
}

func renderHealth(t *testing.T, feeds []oped.FeedState) []byte {
	t.Helper()
	return healthPages(t, feeds, healthFile)
}

// healthPages renders the health feed of some feeds, or the page of it.
func healthPages(t *testing.T, feeds []oped.FeedState, name string) []byte {
	t.Helper()
	s := New(options(), Rows{}).siteOf(feeds)
	s.rhythms = rhythms(ailing())
	s.editions = []oped.EditionState{{Created: at(1, 1)}}
	pages, err := healthKind{s}.Pages(t.Context(), []string{name})
	if err != nil {
		t.Fatal(err)
	}
	var doc bytes.Buffer
	if err := pages[0].Render(t.Context(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Bytes()
}

// TestHealthPage: the page has the entries of the feed, in words for people, and nothing secret.
func TestHealthPage(t *testing.T) {
	doc := healthPages(t, ailing(), healthPage)
	golden(t, "health.html", doc)
	if bytes.Contains(doc, []byte("secret")) || bytes.Count(doc, []byte("<article>")) != 6 {
		t.Error("the page has a secret, or not six troubles")
	}
	if !bytes.Contains(healthPages(t, nil, healthPage), []byte("No feed is in trouble.")) {
		t.Error("without trouble, the page does not say so")
	}
}

// TestJ8_Health: each trouble has its entry, in words for people, and nothing else has.
func TestJ8_Health(t *testing.T) {
	doc := renderHealth(t, ailing())
	golden(t, healthFile, doc)
	for _, word := range []string{"secret", "reader", "10.0.0.", "Failed Once", "Paused", "Weekly"} {
		if bytes.Contains(doc, []byte(word)) {
			t.Errorf("%q is published", word)
		}
	}
	f := parseAtom(t, doc)
	titles := map[string]string{}
	for i, e := range f.Entries {
		titles[e.Title[0].Text] = e.Updated[0]
		if i > 0 && e.Updated[0] > f.Entries[i-1].Updated[0] {
			t.Error("the latest is not first")
		}
	}
	for title, updated := range map[string]string{
		"The Harbour Courier & Son cannot be reached":            "2026-03-09T07:37:00Z",
		"The <Mill> has ended its feed":                          "2026-03-10T08:30:00Z",
		"Inside has an address that our own rules refuse":        "2026-03-09T07:36:00Z",
		"روزنامہ ساحل answers with a web page instead of a feed": "2026-03-09T07:35:00Z",
		"Leaky has no feed at its address":                       "2026-03-09T07:39:00Z",
		"The Daily has published nothing since 8 March 2026":     "2026-03-15T06:30:00Z",
	} {
		if titles[title] != updated {
			t.Errorf("%s: updated %q, want %q", title, titles[title], updated)
		}
	}
	if len(f.Entries) != 6 || f.Updated[0] != "2026-03-15T06:30:00Z" {
		t.Errorf("%d entries, updated %s", len(f.Entries), f.Updated[0])
	}
}

func TestJ8_HealthSchema(t *testing.T) {
	jing(t, schema(t), filepath.Join("testdata", healthFile))
}

// TestJ8_HealthValidator: the W3C's validator finds no fault, with troubles and without.
func TestJ8_HealthValidator(t *testing.T) {
	self := "https://editions.example/" + healthFile
	findsNothing(t, []output{
		{format: feed.Atom, doc: renderHealth(t, ailing()), self: self},
		{format: feed.Atom, doc: renderHealth(t, nil), self: self},
	})
}

// TestJ8_HealthIsSteady: the same trouble is the same entry to the byte, however often it comes again;
// another outage is another entry.
func TestJ8_HealthIsSteady(t *testing.T) {
	before, feeds := renderHealth(t, ailing()), ailing()
	for i := range feeds {
		s := &feeds[i]
		s.LastFetch, s.NextFetch = s.LastFetch.Add(30*time.Hour), s.NextFetch.Add(60*time.Hour)
		switch s.LastKind {
		case "":
			s.LastSuccess = s.LastFetch
			if s.Name == "well" {
				s.LastNew = s.LastFetch
			}
		case oped.Gone:
			s.LastFetch, s.NextFetch = s.LastFetch.Add(-30*time.Hour), time.Time{}
		case oped.Network:
			s.LastError = "network: lookup harbour.example on 10.0.0.54:53: no such host"
		}
		if s.Failures > 1 {
			s.Failures += 3
		}
	}
	if after := renderHealth(t, feeds); !bytes.Equal(before, after) {
		t.Errorf("it changes while nothing does\n%s\n%s", before, after)
	}
	ids := func(doc []byte) (out []string) {
		for _, e := range parseAtom(t, doc).Entries {
			out = append(out, e.ID[0])
		}
		return out
	}
	was := ids(before)
	feeds[0].FailingSince = at(19, 3)
	now := ids(renderHealth(t, feeds))
	if slices.Contains(was, now[0]) || len(now) != len(was) ||
		!strings.HasPrefix(now[0], "tag:editions.example,2026-03-19:health/") {
		t.Errorf("another outage: %q, before %q", now, was)
	}
	feeds[0].Failures, feeds[0].FailingSince, feeds[0].LastKind, feeds[0].LastError = 0, time.Time{}, "", ""
	feeds[0].LastSuccess, feeds[0].LastNew = feeds[0].LastFetch, feeds[0].LastFetch
	if now = ids(renderHealth(t, feeds)); len(now) != len(was)-1 {
		t.Errorf("recovered, but still reported: %q", now)
	}
}

func TestHealthWithoutTrouble(t *testing.T) {
	f := parseAtom(t, renderHealth(t, nil))
	if len(f.Entries) != 0 || f.Updated[0] != "2026-03-01T01:30:00Z" {
		t.Errorf("%+v", f)
	}
	many := make([]oped.FeedState, 3*maxHealth)
	for i := range many {
		many[i] = ailing()[0]
		many[i].URL = fmt.Sprintf("https://%d.example/", i)
	}
	if f := parseAtom(t, renderHealth(t, many)); len(f.Entries) != maxHealth {
		t.Errorf("%d entries", len(f.Entries))
	}
}

// TestJ8_HealthIsPublished: with every publication, and alone where nothing else has changed; where it
// says the same, nothing is swapped.
func TestJ8_HealthIsPublished(t *testing.T) {
	s, o := example(), options()
	s.read = map[string]int{}
	s.feeds = append(s.feeds, ailing()...)
	s.days = rhythms(ailing())
	o.Health, o.Dir = true, t.TempDir()
	p := published(t, s, o)
	file := func() string {
		raw, err := os.ReadFile(filepath.Join(o.Dir, healthFile))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	first := file()
	if got := string(p.document(healthFile)); got != first || !strings.Contains(got, "unreachable") {
		t.Errorf("served %q", got)
	}
	res := ask(p, http.MethodGet, "/health.atom")
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" ||
		res.Header.Get("Last-Modified") != "" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	publish := func() {
		t.Helper()
		if err := p.publish(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	site := p.site.Load()
	publish()
	if p.site.Load().files[healthFile] != site.files[healthFile] {
		t.Error("the same health is published again")
	}
	if n := s.read[ailing()[5].URL]; n != 1 {
		t.Errorf("the days of a silent feed are read %d times", n)
	}
	s.feeds = slices.Clone(s.feeds)
	s.feeds[3].LastKind, s.feeds[3].Failures, s.feeds[3].FailingSince = "", 0, time.Time{}
	publish()
	if second := file(); second == first || string(p.document(healthFile)) != second ||
		strings.Contains(second, "unreachable") {
		t.Errorf("recovered, but not published:\n%s", second)
	}
	if p.site.Load().files["pak-us.atom"] != site.files["pak-us.atom"] {
		t.Error("an edition was lost, or rendered again")
	}

	o.Health, o.Dir = false, t.TempDir()
	if q := published(t, s, o); q.document(healthFile) != nil || q.publish(t.Context()) != nil ||
		q.document(healthFile) != nil {
		t.Error("published though not configured")
	}
}

func TestHealthMayDiffer(t *testing.T) {
	for _, tt := range []struct {
		f    oped.Fetched
		want bool
	}{
		{oped.Fetched{At: at(9, 1), Feed: oped.FeedState{LastNew: at(8, 1)}}, false},
		{oped.Fetched{At: at(9, 1), Feed: oped.FeedState{LastNew: at(8, 1)}, Err: &oped.FetchError{}}, true},
		{oped.Fetched{At: at(9, 1), Feed: oped.FeedState{LastNew: at(8, 1), Failures: 1}}, true},
		{oped.Fetched{At: at(19, 1), Feed: oped.FeedState{LastNew: at(8, 1)}}, true},
		{oped.Fetched{At: at(19, 1)}, true},
	} {
		if got := HealthMayDiffer(&tt.f); got != tt.want {
			t.Errorf("%+v: %v", tt.f, got)
		}
	}
}

// TestHealth_FilesNotWritten: the health feed reports a failed export, without the path, until one
// succeeds. It reports it once, across changes of the configuration.
func TestHealth_FilesNotWritten(t *testing.T) {
	o := options()
	o.Health, o.Dir = true, filepath.Join(t.TempDir(), "secret-folder")
	now := at(9, 0)
	o.Now = func() time.Time { return now }
	if err := os.WriteFile(o.Dir, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var p *Publisher
	id := regexp.MustCompile("health/export/[0-9]+")
	var first string
	for range 2 {
		next := New(o, rowsOf(example()))
		if p != nil {
			next.Follow(p)
		}
		p = next
		if err := p.publish(t.Context()); !errors.As(err, new(*DirError)) {
			t.Fatalf("a file in the place of the folder: %v", err)
		}
		if err := p.Build(t.Context()); err != nil {
			t.Fatal(err)
		}
		doc := string(p.document(healthFile))
		if !strings.Contains(doc, "Files not written") || strings.Contains(doc, "secret-folder") {
			t.Error(doc)
		}
		if first == "" {
			first = id.FindString(doc)
		} else if got := id.FindString(doc); got != first {
			t.Errorf("the same trouble is %s and %s", first, got)
		}
		now = now.Add(time.Hour)
	}
	if err := os.Remove(o.Dir); err != nil {
		t.Fatal(err)
	}
	if err := p.Export(t.Context(), Changed); err != nil {
		t.Fatal(err)
	}
	if err := p.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	if doc := string(p.document(healthFile)); strings.Contains(doc, "Files not written") {
		t.Error(doc)
	}
}
