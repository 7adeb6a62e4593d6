package newstest

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"golang.org/x/text/encoding/charmap"

	"oped"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// ask sends one request to the world at a time.
func ask(t *testing.T, w *Press, at time.Time, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", "http://press.test"+path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	w.Handler(func() time.Time { return at }).ServeHTTP(rec, r)
	return rec.Result()
}

func contentOf(t *testing.T, r *http.Response) []byte {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// ended returns a time with every written piece out and no number of the standing column.
func ended(w *Press) time.Time { return w.ended.Add(betweenNotes / 2) }

func TestEveryFeedParsesWithAllItsEntries(t *testing.T) {
	w := NewPress(start)
	carried := map[string]int{}
	for _, p := range w.pieces {
		for _, in := range p.papers {
			carried[in.name]++
		}
	}
	for _, p := range w.papers {
		if p.Form.template == "" {
			continue
		}
		for _, at := range []time.Time{start, ended(w), w.ended.Add(time.Hour)} {
			r := ask(t, w, at, p.Path())
			if r.StatusCode != 200 {
				t.Fatalf("%s: status %d", p.Name, r.StatusCode)
			}
			raw := contentOf(t, r)
			f, err := gofeed.NewParser().Parse(bytes.NewReader(raw))
			if err != nil {
				t.Fatalf("%s: %v\n%s", p.Name, err, raw)
			}
			out := w.out(p.Name, at)
			if want := min(len(out), window); len(f.Items) != want {
				t.Errorf("%s at %v: %d entries, want %d", p.Name, at, len(f.Items), want)
			}
			if at == start && len(out) == 0 {
				t.Errorf("%s begins empty", p.Name)
			}
			if at == ended(w) && len(out) != carried[p.Name] {
				t.Errorf("%s printed %d pieces in the end, want %d", p.Name, len(out), carried[p.Name])
			}
			for i, e := range f.Items {
				pr := out[i]
				text := e.Content
				if text == "" {
					text = e.Description
				}
				if item := pr.item("http://press.test"); e.Title != item.Title || e.Link != item.Link ||
					strings.TrimSpace(text) != strings.TrimSpace(item.HTML) {
					t.Errorf("%s: entry %d reads %q %s", p.Name, i, e.Title, e.Link)
				}
				if p.Form != rdf && e.GUID != pr.item("").GUID {
					t.Errorf("%s: %q has the id %q", p.Name, e.Title, e.GUID)
				}
				if got := e.Categories; !slices.Equal(got, pr.categories) {
					t.Errorf("%s: %q is in %q, want %q", p.Name, e.Title, got, pr.categories)
				}
				if len(e.Authors) != 1 || e.Authors[0].Name != p.spell(pr.Author) {
					t.Errorf("%s: %q is by %v", p.Name, e.Title, e.Authors)
				}
				if e.PublishedParsed == nil || !e.PublishedParsed.Equal(pr.at) {
					t.Errorf("%s: %q is of %v, want %v", p.Name, e.Title, e.PublishedParsed, pr.at)
				}
			}
		}
	}
}

func TestLinksOpen(t *testing.T) {
	w := NewPress(start)
	at := w.ended.Add(time.Hour)
	for _, p := range w.papers {
		if r := ask(t, w, at, "/"+p.Name+"/"); r.StatusCode != 200 {
			t.Errorf("front page of %s: %d", p.Name, r.StatusCode)
		}
		for _, pr := range w.out(p.Name, at) {
			r := ask(t, w, at, pr.link)
			if r.StatusCode != 200 || !bytes.Contains(contentOf(t, r), []byte("<article>")) {
				t.Errorf("%s: %d", pr.link, r.StatusCode)
			}
		}
	}
	if r := ask(t, w, at, "/"); !bytes.Contains(contentOf(t, r), []byte("The Kikar Post")) {
		t.Error("the list of papers lacks one")
	}
	if r := ask(t, w, at, "/kikar/opinion/never-written"); r.StatusCode != 404 {
		t.Errorf("a page that does not exist: %d", r.StatusCode)
	}
}

func TestPapersThatNeverDeliver(t *testing.T) {
	w := NewPress(start)
	if r := ask(t, w, start, "/lamplight/feed.xml"); r.StatusCode != 500 {
		t.Errorf("lamplight answers %d", r.StatusCode)
	}
	if r := ask(t, w, start, "/banyan/feed.xml"); r.StatusCode != 200 ||
		!strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		t.Errorf("banyan answers %d %s", r.StatusCode, r.Header.Get("Content-Type"))
	}
}

func TestUnchangedFeedAnswers304(t *testing.T) {
	w := NewPress(start)
	first := ask(t, w, start, "/margalla/feed.xml")
	tag := first.Header.Get("ETag")
	if r := ask(t, w, start.Add(time.Second), "/margalla/feed.xml", "If-None-Match", tag); r.StatusCode != 304 {
		t.Errorf("nothing new: %d", r.StatusCode)
	}
	r := ask(t, w, start, "/margalla/feed.xml", "If-Modified-Since", first.Header.Get("Last-Modified"))
	if r.StatusCode != 304 {
		t.Errorf("nothing new since the date: %d", r.StatusCode)
	}
	if r := ask(t, w, ended(w), "/margalla/feed.xml", "If-None-Match", tag); r.StatusCode != 200 {
		t.Errorf("a new edition: %d", r.StatusCode)
	}
}

// TestSameMomentSameBytes: two worlds with one start agree at every time, and entries never change.
func TestSameMomentSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	a, b := NewPress(start), NewPress(start)
	for _, p := range a.papers {
		seen := map[string]Item{}
		for at := start; at.Before(a.ended.Add(2 * time.Minute)); at = at.Add(7 * time.Second) {
			if !bytes.Equal(contentOf(t, ask(t, a, at, p.Path())), contentOf(t, ask(t, b, at, p.Path()))) {
				t.Fatalf("%s differs at %v", p.Name, at)
			}
			for _, pr := range a.out(p.Name, at) {
				says := pr.item("")
				if before, ok := seen[says.GUID]; ok && !reflect.DeepEqual(before, says) {
					t.Errorf("%s: %s changed", p.Name, says.GUID)
				}
				seen[says.GUID] = says
			}
		}
	}
}

// TestSomethingHappensSoon: in the first minutes a paper prints something at least every 8 s; later every 25 s.
func TestSomethingHappensSoon(t *testing.T) {
	w := NewPress(start)
	count := func(at time.Time) (n int) {
		for _, p := range w.papers {
			n += len(w.out(p.Name, at))
		}
		return n
	}
	if count(start.Add(firstNew)) == count(start) {
		t.Error("nothing new at the first turn")
	}
	for at := start; at.Before(w.ended.Add(-10 * time.Second)); at = at.Add(time.Second) {
		if count(at.Add(8*time.Second)) == count(at) {
			t.Errorf("nothing happens for 8 s after %v", at.Sub(start))
		}
	}
	at := w.ended.Add(time.Minute)
	if count(at.Add(25*time.Second)) == count(at) {
		t.Error("the standing column has stopped")
	}
}

func TestWindows1256DecodesBack(t *testing.T) {
	w := NewPress(start)
	r := ask(t, w, ended(w), "/amaltas/feed.xml")
	raw := contentOf(t, r)
	if utf8.Valid(raw) {
		t.Fatal("the document is valid UTF-8, so it is not in windows-1256")
	}
	text, err := charmap.Windows1256.NewDecoder().Bytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, pr := range w.printings["amaltas"] {
		title := pr.paper.spell(pr.Title)
		if strings.ContainsAny(title, "یک") {
			t.Errorf("%s has the forms of the other papers", title)
		}
		if !bytes.Contains(text, []byte(title)) {
			t.Errorf("%s is not in the document", title)
		}
	}
}

// TestTruthIsConsistent: known papers and topics, unique titles, texts of an op-ed's length in the declared script.
func TestTruthIsConsistent(t *testing.T) {
	w := NewPress(start)
	topics := []string{
		"pak-us", "india-pakistan", "afghanistan", "pak-economy", "china-pakistan", "climate-water",
		"pak-politics",
	}
	titles, counts := map[string]bool{}, map[string]int{}
	for i, truth := range w.Truth() {
		p := w.pieces[i]
		if titles[truth.Title] {
			t.Errorf("two pieces are called %q", truth.Title)
		}
		titles[truth.Title] = true
		counts[truth.Lang]++
		for _, name := range truth.Topics {
			counts[name]++
			if !slices.Contains(topics, name) {
				t.Errorf("%s: no topic is called %q", p.name, name)
			}
		}
		for _, in := range p.papers {
			if by := w.paper(in.name); by.Form.template == "" || by.Lang != p.Lang {
				t.Errorf("%s cannot appear in %q", p.name, in.name)
			}
			if in.how == "copy" && (w.paper(in.name).links || w.paper(p.papers[0].name).links) {
				t.Errorf("%s: a copy in %s would not be identical, for one of the papers adds its own lines", p.name,
					in.name)
			}
			if !slices.Contains([]string{"", "utm", "copy", "headline"}, in.how) {
				t.Errorf("%s: how is %q?", p.name, in.how)
			}
		}
		text := p.Body
		if n := len(strings.Fields(text)); n < 200 || n > 750 {
			t.Errorf("%s has %d words", p.name, n)
		}
		if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
			t.Errorf("%s is not clean UTF-8", p.name)
		}
		if p.Lang == "ur" && (strings.ContainsAny(p.Title+text, "يكىة") || !strings.Contains(text, "۔")) {
			t.Errorf("%s mixes its letters; the paper chooses the forms", p.name)
		}
	}
	if len(titles) < 55 || counts["ur"] < 8 || counts["pak-us"] < 15 {
		t.Errorf("too few pieces: %d, by language and topic %v", len(titles), counts)
	}
	t.Log(len(titles), "pieces:", slices.Sorted(maps.Keys(counts)), counts)
}

func TestReadPieceRefuses(t *testing.T) {
	for _, text := range []string{
		"", "title: A\nauthor: B\npapers: kikar\n", "title A\n\ntext", "title: A\nauthor: B\n\ntext",
		"colour: red\n\ntext",
		"kind: gossip\n\ntext", "when: soon\n\ntext",
	} {
		if p, err := readPiece("1-x", text); err == nil {
			t.Errorf("%q reads as %+v", text, p)
		}
	}
	p, err := readPiece("010-a-b",
		"title: A: B\nauthor: C\npapers: kikar, doab utm\nwhen: 2h\nkind: letter\n\nOne\nline.\n\n\nTwo.\n")
	if err != nil || p.Title != "A: B" || p.slug != "a-b" || p.before != 2*time.Hour || p.kind != oped.Letter ||
		p.Body != "One line.\n\nTwo." || p.papers[1] != (carrier{"doab", "utm"}) {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestConfigNamesEveryFeed(t *testing.T) {
	w := NewPress(start)
	text := string(w.Config("http://127.0.0.1:1", "http://127.0.0.1:2", "/nowhere"))
	if !strings.Contains(text, `listen: "127.0.0.1:2"`) || !strings.Contains(text, `store: "/nowhere/oped.db"`) {
		t.Error(text)
	}
	for _, p := range w.papers {
		if !strings.Contains(text, "http://127.0.0.1:1"+p.Path()) {
			t.Errorf("%s is missing", p.Name)
		}
	}
}

func TestUrduDates(t *testing.T) {
	w := NewPress(start)
	if got := w.paper("shisham").Date(start); got != "2 مارچ 2026" {
		t.Error(got)
	}
	if got := w.paper("amaltas").Date(start.AddDate(0, -2, 0)); got != "2 جنوري 2026" {
		t.Error(got)
	}
}

// TestMixedPapers: the configuration of the mixed papers separates their op-eds from their news.
func TestMixedPapers(t *testing.T) {
	w := NewPress(start)
	news := 0
	for _, pr := range w.printings["wapping"] {
		byCategory, byURL := slices.Contains(pr.categories, "Comment"), strings.Contains(pr.link, "/comment/")
		switch own := pr.papers[0].name == "wapping"; {
		case pr.kind == oped.News:
			news++
			if byCategory || byURL {
				t.Errorf("%s passes for comment", pr.name)
			}
		case !byCategory || own && !byURL:
			t.Errorf("%s does not pass for comment", pr.name)
		}
	}
	if news == 0 {
		t.Error("The Wapping Gazette prints no news")
	}
	for _, pr := range w.printings["pearl"] {
		if !slices.Contains(pr.categories, "Opinion") {
			t.Errorf("%s does not pass for opinion", pr.name)
		}
	}
}
