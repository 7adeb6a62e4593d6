package publish

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
	"oped/topic"
)

// counted returns options with explanations, and counts the rendered pages in n.
func counted(t testing.TB, n *int) Options {
	o := explaining(t)
	explain := o.Explain
	o.Explain = func(p *oped.Piece) []topic.Explanation { *n++; return explain(p) }
	return o
}

// TestPieces_Served: a page at a head and one made on request are served alike, and as they are in files.
func TestPieces_Served(t *testing.T) {
	s, o := explained(t), explaining(t)
	o.Dir = t.TempDir()
	published(t, s, o)
	s.editions[0].Limit = 1 // the others are at no head any more
	s.editions[1].Limit = -1
	s.pieces["adaria"] = nil
	p := published(t, s, o)
	for _, path := range []string{"/piece/1/", "/piece/2/", "/piece/3/index.html"} {
		r := ask(p, "GET", path)
		got := body(t, r)
		file, err := os.ReadFile(filepath.Join(o.Dir, strings.TrimSuffix(path, "index.html"), "index.html"))
		if err != nil || got != string(file) || r.StatusCode != 200 {
			t.Errorf("%s: %d, %d bytes served, %d in the file, %v", path, r.StatusCode, len(got), len(file), err)
		}
		h := r.Header
		if h.Get("Content-Type") != htmlType || h.Get("Cache-Control") == "" || h.Get("Vary") != "Accept-Encoding" ||
			!strings.HasPrefix(h.Get("Content-Security-Policy"),
				"default-src 'none'; style-src 'self'; ") {
			t.Errorf("%s: %v", path, h)
		}
		if r := ask(p, "GET", path, "If-None-Match: "+h.Get("ETag")); r.StatusCode != 304 {
			t.Errorf("%s again: %d", path, r.StatusCode)
		}
		if r := ask(p, "HEAD", path); r.StatusCode != 200 || r.ContentLength != int64(len(got)) || body(t, r) != "" {
			t.Errorf("HEAD %s: %d, %d bytes", path, r.StatusCode, r.ContentLength)
		}
		if r := ask(p, "GET", path, "Accept-Encoding: gzip"); r.Header.Get("Content-Encoding") != "gzip" ||
			r.Header.Get("ETag") == h.Get("ETag") {
			t.Errorf("%s: %v", path, r.Header)
		}
		if !strings.Contains(got, `<link rel="canonical" href="https://editions.example`+
			strings.TrimSuffix(path, "index.html")+`">`) ||
			!strings.Contains(got, `<meta name="robots" content="noindex">`) {
			t.Errorf("%s lacks its own address, or may be indexed", path)
		}
	}
	if r := ask(p, "GET", "/piece/2"); r.StatusCode != 301 ||
		r.Header.Get("Location") != "https://editions.example/piece/2/" {
		t.Errorf("%d to %s", r.StatusCode, r.Header.Get("Location"))
	}
}

func TestPieces_NotThere(t *testing.T) {
	s := explained(t)
	p := published(t, s, explaining(t))
	for _, path := range []string{
		"/piece/", "/piece/0/", "/piece/01/", "/piece/+1/", "/piece/-1/", "/piece/1.0/", "/piece/1/x",
		"/piece/1/2/", "/piece/99/", "/piece/9223372036854775808/", "/piece/%31%20/", "/piece/x/",
		"/piece/tag:harbour.example,2020:op-1/",
		"/piece/" + strings.Repeat("9", 4000) + "/", "/piece/1//", "/piece/٣/", "/pieces/1/",
		"/piece/1/index.htm", "/piece/-1", "/piece/01",
	} {
		if r := ask(p, "GET", path); r.StatusCode != 404 || !strings.Contains(body(t, r), "<h1>Page not found</h1>") {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	s.pieces["later"] = []oped.Piece{{ID: 50}, {ID: 51, Entries: []oped.Entry{{Title: "Later"}}}}
	if r := ask(p, "GET", "/piece/50/"); r.StatusCode != 404 {
		t.Errorf("a piece without entries: %d", r.StatusCode)
	}
	if r := ask(p, "GET", "/piece/51/"); r.StatusCode != 200 || r.Header.Get("Last-Modified") != "" {
		t.Errorf("a piece that came later: %d, %v", r.StatusCode, r.Header)
	}
	s.err = errors.New("the disk is on fire")
	if r := ask(p, "GET", "/piece/51/"); r.StatusCode != 500 || strings.Contains(body(t, r), "fire") {
		t.Errorf("a store that fails: %d", r.StatusCode)
	}
}

// TestPieces_RenderedWhereRowsDiffer: a publication renders the pages with changed rows, and no others.
func TestPieces_RenderedWhereRowsDiffer(t *testing.T) {
	made := 0
	s, o := explained(t), counted(t, &made)
	o.Dir = t.TempDir()
	p := published(t, s, o)
	publish := func(want int, what string, pieces ...oped.PieceID) {
		t.Helper()
		made = 0
		if err := p.publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		if made != want {
			t.Errorf("%s: %d pages were made, want %d", what, made, want)
		}
	}
	if made != 3 {
		t.Errorf("at first %d pages were made", made)
	}
	pieces := s.pieces["pak-us"]
	publish(0, "nothing")
	pieces[0].Entries[0].Title += "!"
	publish(1, "a headline")
	pieces[0].Entries = append(pieces[0].Entries, oped.Entry{Title: "Another copy"})
	publish(1, "an appearance")
	pieces[0].Tags[0].By = "Amina"
	publish(1, "a tag")
	pieces[0].Editions = append(pieces[0].Editions, "adaria")
	publish(1, "one of its editions")
	s.feeds[2].Excerpt = 9
	publish(2, "the excerpt of the feed of two of them")
	s.editions[0].Title = "Another"
	publish(3, "the title of an edition that all stand in")
	s.editions[0].Updated, s.editions[0].Pieces = at(20, 1), 999
	publish(0, "what is not on the page of a piece")
}

// TestPieces_FilesOfAnotherProcess: a process that only writes files re-renders pages with missing or
// outdated files.
func TestPieces_FilesOfAnotherProcess(t *testing.T) {
	made := 0
	s, o := explained(t), counted(t, &made)
	o.Dir = t.TempDir()
	files := func(want int, what string) {
		t.Helper()
		made = 0
		p := New(o, rowsOf(s))
		if err := p.publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		if made != want {
			t.Errorf("%s: %d pages were made, want %d", what, made, want)
		}
		for id := range oped.PieceID(4) {
			if id == 0 {
				continue
			}
			if file, err := os.ReadFile(filepath.Join(o.Dir, pieceFile(id))); err != nil ||
				!bytes.Equal(file, p.document(pieceFile(id))) {
				t.Errorf("%s: the file of piece %d is not as it is served: %v", what, id, err)
			}
		}
	}
	files(3, "nothing there")
	files(0, "all there")
	s.pieces["pak-us"][2].Entries[0].Title = "Another"
	files(1, "one changed")
	o.Topics = o.Topics[:1]
	files(3, "a topic less")
}

// TestPieces_MovingBetweenHeads: a piece that moves from the head of one edition to that of another is read
// again, and so is a changed piece.
func TestPieces_MovingBetweenHeads(t *testing.T) {
	made := 0
	s, o := explained(t), counted(t, &made)
	o.Dir = t.TempDir()
	p := published(t, s, o)
	urdu := s.pieces["pak-us"][1]
	urdu.Editions = []string{"adaria"}
	s.pieces["adaria"] = []oped.Piece{urdu}
	s.pieces["pak-us"] = s.pieces["pak-us"][:1]
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := p.document("piece/2/index.html")
	file, _ := os.ReadFile(filepath.Join(o.Dir, "piece/2/index.html"))
	if page == nil || bytes.Contains(page, []byte("/pak-us/")) || !bytes.Contains(page, []byte("/adaria/")) ||
		!bytes.Equal(page, file) {
		t.Errorf("the page still links to the edition that it has left: %s", page)
	}
	if _, err := os.Stat(filepath.Join(o.Dir, "piece/3/index.html")); err != nil {
		t.Errorf("a file was removed: %v", err)
	}
}

// TestPieces_DecisionChangesPage: a decision that changes no edition still changes the page of its piece.
func TestPieces_DecisionChangesPage(t *testing.T) {
	made := 0
	s := explained(t)
	p := published(t, s, counted(t, &made))
	s.pieces["pak-us"][0].Tags[0].By, made = "Amina", 0
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(p.document("piece/1/index.html"), []byte("The curator Amina put it here.")) || made != 1 {
		t.Errorf("%d pages were rendered, and the page of the piece does not name the curator", made)
	}
}

// TestPieces_TwoPublishersSameBytes: nothing on the pages depends on the process.
func TestPieces_TwoPublishersSameBytes(t *testing.T) {
	one, other := published(t, explained(t), explaining(t)), published(t, explained(t), explaining(t))
	for name := range one.all() {
		if !bytes.Equal(one.document(name), other.document(name)) {
			t.Errorf("%s differs", name)
		}
	}
}

// TestPieces_ManyAtOnce is for the race detector: readers ask for pages that are in memory and that are
// not while editions are published.
func TestPieces_ManyAtOnce(t *testing.T) {
	s := explained(t)
	s.pieces["none"] = []oped.Piece{{ID: 51, Entries: []oped.Entry{{Title: "At no head"}}}}
	p := published(t, s, explaining(t))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				for _, path := range []string{"/piece/51/", "/piece/1/"} {
					if r := ask(p, "GET", path, "Accept-Encoding: gzip"); r.StatusCode != 200 {
						t.Errorf("%s: %d", path, r.StatusCode)
					}
				}
			}
		})
	}
	for range 10 {
		if err := p.publish(t.Context()); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}

// TestPieces_NotRendered: neither a conditional request for an unchanged page nor a HEAD renders it,
// and a page requested before is kept.
func TestPieces_NotRendered(t *testing.T) {
	made := 0
	p := published(t, explained(t), counted(t, &made))
	tag := ask(p, "HEAD", "/piece/1/").Header.Get("ETag")
	if r := ask(p, "GET", "/piece/1/", "If-None-Match: "+tag); r.StatusCode != 304 || made != 0 {
		t.Errorf("%d, after %d renderings", r.StatusCode, made)
	}
	for range 3 {
		ask(p, "GET", "/piece/1/")
	}
	if made != 1 {
		t.Errorf("three readers, %d renderings", made)
	}
}

// fiftyPieces returns an edition of fifty pieces with explanations.
func fiftyPieces(b *testing.B) (*fakeRows, *Publisher) {
	s := explained(b)
	s.editions = s.editions[:1]
	base := s.pieces["pak-us"][0]
	base.Entries[0].Text = strings.Repeat(base.Entries[0].Text+"\n\n", 5)
	base.Tags = tagger(b).Tag(docOf(&base))
	s.pieces = map[string][]oped.Piece{}
	for i := range 50 {
		p := base
		p.ID = oped.PieceID(i + 1)
		s.pieces["pak-us"] = append(s.pieces["pak-us"], p)
	}
	p := New(explaining(b), rowsOf(s))
	if err := p.publish(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	return s, p
}

// BenchmarkPublish50 publishes an edition of fifty pieces after one has changed, with the page of that
// piece.
func BenchmarkPublish50(b *testing.B) {
	s, p := fiftyPieces(b)
	defer reportCPU(b)()
	for b.Loop() {
		changed := &s.pieces["pak-us"][7]
		changed.Revision++
		changed.Updated = changed.Updated.Add(time.Second)
		if err := p.publish(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRender50 renders an edition of fifty pieces in all formats and as a page.
func BenchmarkRender50(b *testing.B) {
	_, p := fiftyPieces(b)
	defer reportCPU(b)()
	k := headKind{p.site.Load()}
	for b.Loop() {
		if _, err := k.Pages(b.Context(), headNames("pak-us")); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPiecePage renders a page on request.
func BenchmarkPiecePage(b *testing.B) {
	_, p := fiftyPieces(b)
	for b.Loop() {
		p.page(pieceFile(7))
	}
}
