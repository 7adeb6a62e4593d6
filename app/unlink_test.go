package app

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/internal/testkit"
)

const fewConfig = "base_url: https://editions.example\nfetch: {spacing: 0s}\ntopics: {foo: {score: {'title:foo': 1}, threshold: 1}}\neditions: {everything: {limit: 3}, foo: {topics: foo, limit: 3}}\n" +
	"feeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n  - {url: \"https://other.example/rss\", publisher: Other}\n"

// documents are the heads of an edition.
func (y *year) documents(edition string) string {
	var all []string
	for _, f := range []string{".atom", ".rss", ".json"} {
		_, _, body := y.get("/" + edition + f)
		all = append(all, string(body))
	}
	return strings.Join(all, "\n")
}

// TestJ4_UndoUnlinksWhatWasCut: applying a rule cuts several archives of an edition with archives. Undoing it
// restores the documents, to the byte, and the old archives link on.
func TestJ4_UndoUnlinksWhatWasCut(t *testing.T) {
	testkit.NotShort(t)
	y := newYear(t, fewConfig)
	var entries []oped.Entry
	for i := range 8 {
		e := y.entry(time.Duration(i) * time.Hour)
		e.Title = fmt.Sprintf("Of foo, %d", i)
		entries = append(entries, e)
	}
	for i := range 30 {
		e := y.entry(time.Duration(400+i) * 24 * time.Hour)
		e.Title = fmt.Sprintf("Of bar, %d", i)
		entries = append(entries, e)
	}
	y.fetched(0, entries...)
	y.holds("foo")
	before := y.documents("foo")
	_, _, archives := y.crawl("foo")
	config, err := os.ReadFile(y.cfg.Path)
	must(t, err)
	must(
		t, os.WriteFile(y.cfg.Path, []byte(strings.Replace(string(config), "'title:foo'", "'title:(foo OR bar)'", 1)),
			0o644))
	y.oped("topic", "apply", "foo")
	if _, _, more := y.crawl("foo"); more < archives+5 {
		t.Fatalf("%d archives, and %d before: this proves little", more, archives)
	}
	last := filepath.Join(y.cfg.Publish.Dir, "foo", "archive", fmt.Sprint(archives+2), "index.html")
	if _, err := os.Stat(last); err != nil {
		t.Errorf("an archive has no page: %v", err)
	}
	y.pagesHold("foo")
	y.oped("undo")
	y.pagesHold("foo")
	if _, err := os.Stat(last); err == nil {
		t.Error("the page of an archive that nothing leads to is still there")
	}
	if code, header, _ := y.get(fmt.Sprintf("/foo/archive/%d/", archives+1)); code != 307 || header.Get("Location") != "https://editions.example/foo/" {
		t.Errorf("the page of an archive that nothing leads to: %d %s", code, header.Get("Location"))
	}
	if after := y.documents("foo"); after != before {
		t.Errorf("the documents are not those of before:\n%s", after)
	}
	y.holds("foo")
	if code, header, _ := y.get(fmt.Sprintf("/foo/archive/%d.atom", archives+1)); code != 307 || header.Get("Location") != "https://editions.example/foo.atom" {
		t.Errorf("an archive that nothing leads to: %d %s", code, header.Get("Location"))
	}
}

// TestO16_WithdrawnElsewhereAndBack: a piece that has left an edition and is withdrawn gets a tombstone in an
// archive. A piece restored after its tombstone is in a newer document again.
func TestO16_WithdrawnElsewhereAndBack(t *testing.T) {
	testkit.NotShort(t)
	y := newYear(t, fewConfig)
	var entries []oped.Entry
	for i := range 8 {
		e := y.entry(time.Duration(i) * time.Hour)
		e.Title = fmt.Sprintf("Of foo, %d", i)
		entries = append(entries, e)
	}
	y.fetched(0, entries...)
	oldest := entries[7].ID
	y.now = y.now.Add(time.Hour)
	y.oped("piece", "untag", oldest, "foo")
	y.oped("piece", "withdraw", oldest)
	for _, edition := range []string{"foo", "everything"} {
		if _, gone, _ := y.crawl(edition); gone[oldest] != 1 {
			t.Errorf("%s does not say that it is gone", edition)
		}
	}
	for day := range 40 {
		y.now = y.now.Add(24 * time.Hour)
		e := y.entry(time.Hour)
		e.Title = fmt.Sprintf("Of foo, day %d", day)
		y.fetched(0, e)
	}
	if strings.Contains(y.documents("foo"), "deleted-entry") {
		t.Fatal("the tombstone is at the head after forty days")
	}
	y.oped("undo")
	if met, _, _ := y.crawl("everything"); met[oldest] != 2 {
		t.Errorf(
			"it stands in %d documents: in the archive of before, and in one after that which says that it is gone",
			met[oldest])
	}
	if _, gone, _ := y.crawl("foo"); gone[oldest] != 1 {
		t.Errorf("foo, without the piece: %v", gone)
	}
}

// strictReader follows RFC 6721 to the letter: it remembers tombstones, and shows an entry again only if it was
// updated since.
type strictReader struct {
	shown map[string]time.Time // entries, by id
	gone  map[string]time.Time
}

func (r *strictReader) read(t *testing.T, doc []byte) {
	t.Helper()
	var feed struct {
		Updated time.Time `xml:"updated"`
		Entries []struct {
			ID      string    `xml:"id"`
			Updated time.Time `xml:"updated"`
		} `xml:"entry"`
		Gone []struct {
			Ref  string    `xml:"ref,attr"`
			When time.Time `xml:"when,attr"`
		} `xml:"deleted-entry"`
	}
	must(t, xml.Unmarshal(doc, &feed))
	for _, g := range feed.Gone {
		if g.When.After(r.gone[g.Ref]) {
			r.gone[g.Ref] = g.When
		}
	}
	for _, e := range feed.Entries {
		if feed.Updated.Before(e.Updated) {
			t.Errorf("the feed is older than %s", e.ID)
		}
		if e.Updated.After(r.shown[e.ID]) {
			r.shown[e.ID] = e.Updated
		}
	}
	for id, when := range r.gone {
		if !r.shown[id].After(when) {
			delete(r.shown, id)
		}
	}
}

// TestJ6_AWithdrawalTakenBack: when a withdrawal is undone, the piece is updated since its tombstone. Strict
// readers show it again, once, whether the tombstone is at the head or in an archive by then. Plain readers know
// its id, and a new process renders the same.
func TestJ6_AWithdrawalTakenBack(t *testing.T) {
	testkit.NotShort(t)
	for name, days := range map[string]int{"at the head": 0, "in an archive": 40} {
		t.Run(name, func(t *testing.T) {
			y := newYear(t, fewConfig)
			r := &strictReader{map[string]time.Time{}, map[string]time.Time{}}
			poll := func() {
				t.Helper()
				_, _, head := y.get("/everything.atom")
				r.read(t, head)
			}
			e := y.entry(time.Hour)
			y.fetched(0, e, y.entry(2*time.Hour))
			poll()
			y.now = y.now.Add(time.Hour)
			y.oped("piece", "withdraw", e.ID)
			if poll(); !r.shown[e.ID].IsZero() || r.gone[e.ID].IsZero() {
				t.Fatalf("after the withdrawal: %v, gone %v", r.shown, r.gone)
			}
			for range days {
				y.now = y.now.Add(24 * time.Hour)
				y.fetched(0, y.entry(time.Hour))
			}
			y.now = y.now.Add(time.Hour)
			y.oped("undo")
			met, gone, _ := y.crawl("everything")
			if met[e.ID] != 1 || days == 0 && gone[e.ID] != 0 || days > 0 && gone[e.ID] != 1 {
				t.Errorf("it is in %d documents, %d say that it is gone", met[e.ID], gone[e.ID])
			}
			if days > 0 { // it was read in an archive that came after the tombstone
				for at := range y.seen {
					_, _, archive := y.get(at)
					r.read(t, archive)
				}
			}
			if poll(); r.shown[e.ID].IsZero() {
				t.Errorf("who obeyed the tombstone of %s does not show the piece any more", r.gone[e.ID])
			}
			before := y.documents("everything")
			must(t, y.p.store.Close())
			y.open()
			if y.documents("everything") != before {
				t.Error("rendered anew, the documents differ")
			}
		})
	}
}

// TestJ6_WithdrawalAdvancesTheTime: a piece in an archive is withdrawn, and that is undone. The head shows
// each, and its time advances.
func TestJ6_WithdrawalAdvancesTheTime(t *testing.T) {
	y := newYear(t, strings.Replace(yearConfig, "everything: {}", "everything: {limit: 3}", 1))
	var entries []oped.Entry
	for i := range 12 {
		entries = append(entries, y.entry(time.Duration(i)*24*time.Hour))
	}
	y.fetched(0, entries...)
	oldest := entries[11]
	for _, step := range [][]string{{"piece", "withdraw", oldest.ID}, {"undo"}} {
		_, before, was := y.get("/everything.atom")
		y.now = y.now.Add(time.Hour)
		y.oped(step...)
		_, after, is := y.get("/everything.atom")
		if before.Get("Last-Modified") == after.Get("Last-Modified") || bytes.Equal(was, is) {
			t.Errorf("after %s: the head is of %s, and was of %s", step, after.Get("Last-Modified"),
				before.Get("Last-Modified"))
		}
	}
	_, header, _ := y.get("/everything/archive/1/")
	if header.Get("Last-Modified") != "" {
		t.Error("the page of an archive has a time, which falls back when its newest piece is withdrawn")
	}
}

// TestJ4_RedirectsFollowTheirEntries: two pieces are merged, the second is split off again, and both decisions are
// undone. After each step every id leads to the piece with its headline, the tombstones name that piece, and each
// headline is in the edition once.
func TestJ4_RedirectsFollowTheirEntries(t *testing.T) {
	y := newYear(t, fewConfig)
	a, b := y.entry(2*time.Hour), y.entry(time.Hour)
	y.fetched(0, a)
	y.fetched(1, b)
	first, second := y.pieceOf(a.Title), y.pieceOf(b.Title)
	merged := []string{"piece", "merge", fmt.Sprint(first), fmt.Sprint(second)}
	split := []string{"piece", "split", fmt.Sprintf("%d#2", first)}
	ids := map[oped.PieceID]string{first: a.Title, second: b.Title} // of every piece so far, with its headline
	for n, step := range [][]string{merged, split, {"undo"}, {"undo"}} {
		y.now = y.now.Add(time.Hour)
		y.oped(step...)
		if n == 1 {
			ids[y.pieceOf(b.Title)] = b.Title
		}
		current := map[string]string{} // AtomIDs, by headline
		for p, err := range y.p.store.Pieces.All(t.Context(), 0, 0) {
			must(t, err)
			for _, e := range p.Entries {
				current[e.Title] = p.AtomID
			}
		}
		var doc struct {
			Entries []struct {
				Title string `xml:"title"`
			} `xml:"entry"`
			Gone []struct {
				Ref string `xml:"ref,attr"`
				Why string `xml:"comment"`
			} `xml:"deleted-entry"`
		}
		_, _, head := y.get("/everything.atom")
		must(t, xml.Unmarshal(head, &doc))
		shown := map[string]int{}
		for _, e := range doc.Entries {
			shown[e.Title]++
		}
		apart := current[a.Title] != current[b.Title]
		if shown[a.Title] != 1 || (shown[b.Title] == 1) != apart || len(doc.Entries) != len(shown) {
			t.Errorf("after %v: the edition shows %v", step, shown)
		}
		for id, title := range ids {
			p, err := y.p.store.Pieces.Get(t.Context(), fmt.Sprint(id))
			if err != nil || p.AtomID != current[title] {
				t.Errorf("after %v: piece %d, %q, leads to %s (%v), want %s", step, id, title, p.AtomID, err,
					current[title])
			}
			if code, header, _ := y.get(fmt.Sprintf("/piece/%d/", id)); p.ID != id &&
				(code != 301 || header.Get("Location") != fmt.Sprintf("https://editions.example/piece/%d/", p.ID)) {
				t.Errorf("after %v: the page of piece %d answers %d, %s", step, id, code, header.Get("Location"))
			}
			file, err := os.ReadFile(filepath.Join(y.cfg.Publish.Dir, "piece", fmt.Sprint(id), "index.html"))
			if err != nil || !strings.Contains(string(file), fmt.Sprintf("/piece/%d/\"", p.ID)) {
				t.Errorf("after %v: the file of piece %d does not lead to %d (%v)", step, id, p.ID, err)
			}
		}
		for _, g := range doc.Gone {
			p, err := y.p.store.Pieces.Get(t.Context(), g.Ref)
			if err != nil || g.Why != "the same piece as "+p.AtomID || p.AtomID == g.Ref {
				t.Errorf("after %v: the tombstone of %s says %q, and it leads to %s (%v)", step, g.Ref, g.Why,
					p.AtomID, err)
			}
		}
	}
}

// TestMergeOfStrangersNeedsForce: pieces with nothing in common are merged only if that is meant.
func TestMergeOfStrangersNeedsForce(t *testing.T) {
	y := newYear(t, fewConfig)
	a, b := y.entry(2*time.Hour), y.entry(time.Hour)
	a.Title, b.Title = "The virus that the ministry forgot", "The tier that nobody wants"
	y.fetched(0, a)
	y.fetched(1, b)
	merge := Selection{Reason: Reason{By: "me"}, Refs: []string{a.URL, b.URL}}
	_, err := Pieces{y.p, y.cfg}.merge(t.Context(), merge)
	d, ok := errors.AsType[*oped.Diagnostic](err)
	if !ok || !strings.Contains(d.Error(), a.Title) || !strings.Contains(d.Error(), b.Title) ||
		!strings.Contains(d.Hint, "force") {
		t.Errorf("merged, or refused without the reason: %v", err)
	}
	if y.pieceOf(a.Title) == y.pieceOf(b.Title) {
		t.Error("they are one piece")
	}
	merge.Force = true
	_, err = Pieces{y.p, y.cfg}.merge(t.Context(), merge)
	if must(t, err); y.pieceOf(a.Title) != y.pieceOf(b.Title) {
		t.Error("they are two pieces")
	}
}

// pieceOf returns the id of the piece with an entry of this title.
func (y *year) pieceOf(title string) (id oped.PieceID) {
	y.Helper()
	for p, err := range y.p.store.Pieces.All(y.Context(), 0, 0) {
		must(y, err)
		for _, e := range p.Entries {
			if e.Title == title {
				id = p.ID
			}
		}
	}
	return id
}
