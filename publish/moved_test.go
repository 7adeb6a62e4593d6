package publish

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/ingest"
	"oped/internal/testkit"
	"oped/store"
)

// fixture is a real store with three pieces of one edition, and their publisher.
type fixture struct {
	*testing.T
	store *store.Store
	rules *ingest.Rules
	p     *Publisher
	dir   string
	at    time.Time
}

func newFixture(t *testing.T, serve bool) *fixture {
	t.Helper()
	h := &fixture{T: t, at: at(10, 9)}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "oped.db")
	testkit.EmptyStore(t, path)
	var err error
	h.store, err = store.Open(t.Context(), path, store.Options{})
	must(err)
	t.Cleanup(func() { h.store.Close() })
	feed := oped.Feed{
		Name:      "harbour",
		URL:       "https://harbour.example/rss",
		Publisher: "The Harbour Courier",
		Lang:      "en",
		Opinion:   "always",
		Enabled:   true,
	}
	edition := oped.Edition{Name: "all", Title: "All", Lang: "en"}
	must(h.store.Feeds.Sync(t.Context(), []oped.Feed{feed}, h.at))
	must(h.store.Editions.Sync(t.Context(), []oped.Edition{edition}, "editions.example", h.at))
	h.rules = &ingest.Rules{
		Tagger:    tagger(t),
		Feeds:     map[string]oped.Feed{feed.URL: feed},
		Editions:  ingest.Editions([]oped.Edition{edition}, nil),
		Authority: "editions.example",
	}
	var entries []oped.Entry
	for i, title := range []string{"The first", "The second", "The third"} {
		entries = append(entries, oped.Entry{
			FeedURL: feed.URL, ID: title, URL: "https://harbour.example/" + fmt.Sprint(i+1), Title: title,
			Published: at(9, i), Lang: "en",
			Content: "<p>" + strings.Repeat(title+" text says something else on the harbour. ", 30) + "</p>",
			Hash:    [32]byte{byte(i + 1)},
		})
	}
	h.ingest(entries...)
	o := options()
	if !serve {
		h.dir = t.TempDir()
		o.Dir = h.dir
	}
	h.p = New(o, rowsIn(h.store))
	must(h.p.publish(t.Context()))
	return h
}

func (h *fixture) ingest(entries ...oped.Entry) {
	h.Helper()
	feeds, err := h.store.Feeds.All(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	changes, err := ingest.New(h.store.Entries, h.rules).Handle(h.Context(), oped.Fetched{
		Feed:    feeds[0],
		At:      h.at,
		Status:  200,
		Entries: entries,
	})
	if err != nil {
		h.Fatal(err)
	}
	if h.p != nil {
		h.publish(changes)
	}
}

func (h *fixture) publish(c oped.Changes) {
	h.Helper()
	if err := h.p.publish(h.Context()); err != nil {
		h.Fatal(err)
	}
}

// merge makes one piece of several, as a curator does, and publishes the changes.
func (h *fixture) merge(ids ...oped.PieceID) int64 {
	h.Helper()
	h.at = h.at.Add(time.Hour)
	d, changes, err := h.store.Decisions.Rearrange(h.Context(), oped.Decision{
		At:     h.at,
		By:     "amna",
		Action: oped.Merge,
	}, ids, func(f store.Found) ([]oped.PieceChange, error) {
		return []oped.PieceChange{ingest.Merge(f.Pieces, f.InEffect, h.rules, h.at)}, nil
	})
	if err != nil {
		h.Fatal(err)
	}
	h.publish(changes)
	return d.ID
}

func (h *fixture) undo(decision int64) {
	h.Helper()
	h.at = h.at.Add(time.Hour)
	_, changes, err := h.store.Decisions.Rearrange(h.Context(), oped.Decision{
		At:     h.at,
		By:     "amna",
		Action: oped.Undo,
		Undoes: decision,
	}, nil, func(f store.Found) ([]oped.PieceChange, error) {
		return ingest.Unmerge(f.Pieces[0], f.Back, f.InEffect, h.at, h.rules, h.at), nil
	})
	if err != nil {
		h.Fatal(err)
	}
	h.publish(changes)
}

func (h *fixture) file(id oped.PieceID) string {
	h.Helper()
	b, err := os.ReadFile(filepath.Join(h.dir, pieceFile(id)))
	if err != nil {
		h.Fatal(err)
	}
	return string(b)
}

// wantLeads checks that the file of a piece links to another one, in every way that works without a
// script.
func (h *fixture) wantLeads(id, to oped.PieceID) {
	h.Helper()
	page, url := h.file(id), h.p.items.at.pieceURL(to)
	for _, want := range []string{
		`<meta http-equiv="refresh" content="0; url=` + url + `">`, `<link rel="canonical" href="` + url + `">`,
		"<h1><a " + ownLink("piece/%d/", to) + ">", `<meta name="robots" content="noindex">`,
	} {
		if !strings.Contains(page, want) {
			h.Errorf("the file of %d has no %s", id, want)
		}
	}
	if strings.Contains(page, "<script") || len(page) > 16<<10 {
		h.Errorf("the file of %d has a script, or %d bytes", id, len(page))
	}
}

func (h *fixture) wantPage(id oped.PieceID) {
	h.Helper()
	if page := h.file(id); strings.Contains(page, "refresh") || !strings.Contains(page, "Why it is here") {
		h.Errorf("the file of %d is no page of a piece", id)
	}
}

func TestMoved_Served(t *testing.T) {
	h := newFixture(t, true)
	h.merge(1, 2)
	second := h.merge(1, 3)
	leads := func(path, to string) {
		t.Helper()
		r := ask(h.p, "GET", path)
		if r.StatusCode != 301 || r.Header.Get("Location") != "https://editions.example"+to ||
			r.Header.Get("Cache-Control") != CacheBriefly {
			t.Errorf("%s: %d to %s", path, r.StatusCode, r.Header.Get("Location"))
		}
	}
	leads("/piece/2/", "/piece/1/")
	leads("/piece/3/", "/piece/1/")
	leads("/piece/3/index.html", "/piece/1/")
	leads("/piece/2", "/piece/2/")
	if r := ask(h.p, "GET", "/piece/1/"); r.StatusCode != 200 ||
		strings.Count(body(t, r), "<a href=\"https://harbour.example/") < 3 {
		t.Errorf("/piece/1/: %d", r.StatusCode)
	}
	if r := ask(h.p, "GET", "/piece/4/"); r.StatusCode != 404 {
		t.Errorf("/piece/4/: %d", r.StatusCode)
	}
	h.undo(second)
	if r := ask(h.p, "GET", "/piece/3/"); r.StatusCode != 200 {
		t.Errorf("/piece/3/, restored: %d", r.StatusCode)
	}
	leads("/piece/2/", "/piece/1/")
}

func TestMoved_Files(t *testing.T) {
	h := newFixture(t, false)
	first := h.merge(2, 3)
	h.wantLeads(3, 2)
	h.wantPage(2)
	second := h.merge(1, 2) // links to the second piece still work
	h.wantLeads(2, 1)
	h.wantLeads(3, 1)
	h.wantPage(1)
	before := h.file(3)
	if err := h.p.publish(t.Context()); err != nil || h.file(3) != before {
		t.Errorf("%v, or a redirecting page was re-rendered", err)
	}
	if err := New(h.p.options, rowsIn(h.store)).publish(t.Context()); err != nil || h.file(3) != before {
		t.Errorf("%v, or another process makes other files", err)
	}
	h.undo(second)
	h.wantPage(2)
	h.wantLeads(3, 2)
	h.undo(first)
	h.wantPage(3)
}

// TestMoved_TargetHasAFile: a file leads to a file, also where the other piece was at no head yet.
func TestMoved_TargetHasAFile(t *testing.T) {
	h := newFixture(t, false)
	if err := os.RemoveAll(filepath.Join(h.dir, "piece", "1")); err != nil {
		t.Fatal(err)
	}
	h.p = New(h.p.options, rowsIn(h.store))
	d, changes, err := h.store.Decisions.Rearrange(t.Context(), oped.Decision{
		At:     h.at,
		By:     "amna",
		Action: oped.Merge,
	}, []oped.PieceID{1, 2}, func(f store.Found) ([]oped.PieceChange, error) {
		return []oped.PieceChange{ingest.Merge(f.Pieces, f.InEffect, h.rules, h.at)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	changes.Editions = nil
	h.publish(changes)
	h.wantLeads(2, d.Piece)
	h.wantPage(d.Piece)
}

// TestPieceHistory_RealVersions: a publisher's change appears on the page of its piece.
func TestPieceHistory_RealVersions(t *testing.T) {
	h := newFixture(t, true)
	h.at = h.at.Add(time.Hour)
	h.ingest(oped.Entry{
		FeedURL: "https://harbour.example/rss", ID: "The first", URL: "https://harbour.example/1",
		Title: "The <first> & foremost", Published: at(9, 0), Lang: "en",
		Content: "<p>" + strings.Repeat("The first text says something else on the harbour. ", 30) + "</p>",
		Hash:    [32]byte{99},
	})
	page := string(h.p.document("piece/1/index.html"))
	want := `The <del title="removed">first</del> <ins title="added">&lt;first&gt; &amp; foremost</ins>`
	if !strings.Contains(page, want) || !strings.Contains(page, "<b>another headline</b>") {
		t.Errorf("the page has no %s", want)
	}
	if strings.Contains(page, "Words removed") {
		t.Error("the text is unchanged, but the page shows changes")
	}
}

// TestPieces_RelatedPagesShowNewTitles: the pages of related pieces show the new title of a changed piece.
func TestPieces_RelatedPagesShowNewTitles(t *testing.T) {
	s := withHistory(t)
	p := published(t, s, explaining(t))
	s.pieces["pak-us"][0].Entries[0].Title = "Another headline altogether"
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, id := range []oped.PieceID{2, 3} {
		if !strings.Contains(string(p.document(pieceFile(id))), "Another headline altogether") {
			t.Errorf("the page of %d has the old title", id)
		}
	}
}
