package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// year is a pipeline with a clock and fetches controlled by the test.
type year struct {
	testing.TB
	cfg  *config.Config
	p    *App
	path string // of the configuration
	o    Options
	now  time.Time
	made int                 // entries
	seen map[string][32]byte // archives, by path
}

func newYear(t testing.TB, text string) *year {
	y := &year{TB: t, now: time.Date(2026, 1, 1, 6, 0, 0, 0, time.UTC), seen: map[string][32]byte{}}
	dir := inMemory(t)
	text = fmt.Sprintf("store: %q\npublish: {dir: %q, search: server}\n", filepath.Join(dir, "oped.db"),
		filepath.Join(dir, "public")) +
		text
	testkit.EmptyStore(t, filepath.Join(dir, "oped.db"))
	y.path = testkit.WriteConfig(t, text)
	y.o = Options{Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return y.now }, Version: "dev", serves: true}
	y.open()
	t.Cleanup(func() { y.p.Close() })
	return y
}

// open opens the database, as at a start.
func (y *year) open() {
	y.Helper()
	var err error
	y.cfg, err = config.Load(y.path)
	must(y, err)
	y.p, err = Open(y.Context(), y.cfg, y.o)
	must(y, err)
	must(y, y.p.publish(y.Context()))
}

// fetched lets a feed give these entries, and publishes.
func (y *year) fetched(feed int, entries ...oped.Entry) {
	y.Helper()
	states, err := y.p.store.Feeds.All(y.Context())
	must(y, err)
	for i := range entries {
		entries[i].FeedURL = states[feed].URL
		entries[i].Hash = sha256.Sum256(
			fmt.Appendf(nil, "%s %s %s", entries[i].ID, entries[i].Title, entries[i].Content))
	}
	_, err = y.p.handle(y.Context(), oped.Fetched{
		Feed:    states[feed],
		At:      y.now,
		URL:     states[feed].URL,
		Status:  200,
		Next:    y.now.Add(time.Hour),
		Entries: entries,
	})
	must(y, err)
	must(y, y.p.publish(y.Context()))
}

// entry is a new entry of a paper, some days old.
func (y *year) entry(age time.Duration) oped.Entry {
	y.made++
	link := fmt.Sprintf("https://paper.example/opinion/%d", y.made)
	return oped.Entry{
		ID:        link,
		URL:       link,
		Title:     fmt.Sprintf("Opinion number %d", y.made),
		Content:   "<p>" + newstest.Words(y.made, 40) + "</p>",
		Published: y.now.Add(-age),
		Lang:      "en",
	}
}

func (y *year) get(path string) (int, http.Header, []byte) {
	rec := httptest.NewRecorder()
	y.p.site.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
	return rec.Code, rec.Header(), rec.Body.Bytes()
}

// atomLink is a link of an Atom document.
type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

// chained is an Atom document as a crawler of archives reads it.
type chained struct {
	ID      string     `xml:"http://www.w3.org/2005/Atom id"`
	Archive []struct{} `xml:"http://purl.org/syndication/history/1.0 archive"`
	Links   []atomLink `xml:"http://www.w3.org/2005/Atom link"`
	Entries []struct {
		ID string `xml:"http://www.w3.org/2005/Atom id"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
	Gone []struct {
		Ref string `xml:"ref,attr"`
	} `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
}

func (c *chained) link(rel string) string {
	for _, l := range c.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

// crawl walks from the head of an edition to its first archive, and gives how often it met each id, and the tombstones.
func (y *year) crawl(edition string) (met, gone map[string]int, archives int) {
	y.Helper()
	met, gone = map[string]int{}, map[string]int{}
	self := y.cfg.BaseURL + "/" + edition + ".atom"
	head := self
	for at := self; at != ""; {
		u, err := url.Parse(at)
		must(y, err)
		code, header, body := y.get(u.Path)
		var doc chained
		if code != 200 {
			y.Fatalf("%s: %d", at, code)
		}
		must(y, xml.Unmarshal(body, &doc))
		if doc.link("self") != at {
			y.Errorf("%s calls itself %s", at, doc.link("self"))
		}
		if at != head {
			archives++
			y.unchanged(u.Path, body)
			if len(doc.Archive) != 1 || doc.link("current") != head || doc.link("next-archive") != "" {
				y.Errorf("%s: archive %d, current %q, next %q", at, len(doc.Archive), doc.link("current"),
					doc.link("next-archive"))
			}
			if !strings.Contains(header.Get("Cache-Control"), "immutable") {
				y.Errorf("%s: Cache-Control %q", at, header.Get("Cache-Control"))
			}
		} else if len(doc.Archive) != 0 {
			y.Errorf("the head calls itself an archive")
		}
		for _, e := range doc.Entries {
			met[e.ID]++
		}
		for _, g := range doc.Gone {
			gone[g.Ref]++
		}
		at = doc.link("prev-archive")
	}
	return met, gone, archives
}

// crawlJSON is crawl of the JSON Feed.
func (y *year) crawlJSON(edition string) map[string]int {
	y.Helper()
	met := map[string]int{}
	for at := y.cfg.BaseURL + "/" + edition + ".json"; at != ""; {
		u, err := url.Parse(at)
		must(y, err)
		code, _, body := y.get(u.Path)
		var doc struct {
			FeedURL string `json:"feed_url"`
			NextURL string `json:"next_url"`
			Items   []struct {
				ID string `json:"id"`
			} `json:"items"`
		}
		if code != 200 {
			y.Fatalf("%s: %d", at, code)
		}
		must(y, json.Unmarshal(body, &doc))
		if doc.FeedURL != at {
			y.Errorf("%s calls itself %s", at, doc.FeedURL)
		}
		for _, i := range doc.Items {
			met[i.ID]++
		}
		at = doc.NextURL
	}
	return met
}

// crawlPages reads the pages of an edition, from the first one back, and counts each piece on them. Each page
// has a file, and so has each piece.
func (y *year) crawlPages(edition string) map[string]int {
	y.Helper()
	met := map[string]int{}
	next := "/" + edition + "/"
	for pages := 0; next != ""; pages++ {
		code, _, page := y.get(next)
		if code != http.StatusOK || pages > 2000 {
			y.Fatalf("%s: %d, after %d pages", next, code, pages)
		}
		y.isFile(next, page)
		for _, m := range whyLink.FindAllSubmatch(page, -1) {
			if met[string(m[1])]++; met[string(m[1])] == 1 {
				if _, err := os.Stat(filepath.Join(y.cfg.Publish.Dir, string(m[1]), "index.html")); err != nil {
					y.Error(err)
				}
			}
		}
		at := next
		if next = ""; bytes.Contains(page, []byte(">Older pieces<")) {
			next = string(olderLink.FindSubmatch(page)[1])
			_, _, older := y.get(next)
			if !bytes.Contains(older, []byte(`<a rel="prev" href="`+at+`">Newer pieces<`)) {
				y.Errorf("%s does not lead to %s", next, at)
			}
		}
	}
	return met
}

var (
	whyLink   = regexp.MustCompile(`<a href="/(piece/[0-9]+)/">`)
	olderLink = regexp.MustCompile(`<a rel="next" href="([^"]*)">Older pieces<`)
)

// isFile checks that the file of a page equals the served page.
func (y *year) isFile(address string, page []byte) {
	y.Helper()
	file, err := os.ReadFile(filepath.Join(y.cfg.Publish.Dir, address, "index.html"))
	if err != nil || !bytes.Equal(file, page) {
		y.Errorf("the file of %s is another, or is not there: %v", address, err)
	}
}

// unchanged checks that an archive and its file have the same bytes as on first sight.
func (y *year) unchanged(path string, body []byte) {
	y.Helper()
	sum := sha256.Sum256(body)
	if was, met := y.seen[path]; met && was != sum {
		y.Errorf("%s has changed", path)
	}
	y.seen[path] = sum
	file, err := os.ReadFile(filepath.Join(y.cfg.Publish.Dir, filepath.FromSlash(path)))
	if err != nil || sha256.Sum256(file) != sum {
		y.Errorf("the file of %s differs from what is served: %v", path, err)
	}
}

// isMember returns the AtomIDs of the pieces in an edition.
func (y *year) isMember(edition string) map[string]bool {
	ids := map[string]bool{}
	for p, err := range y.p.store.Pieces.All(y.Context(), 0, 0) {
		must(y, err)
		if slices.Contains(p.Editions, edition) {
			ids[p.AtomID] = true
		}
	}
	return ids
}

// holds checks that the chain has every piece of an edition once, and nothing twice.
func (y *year) holds(edition string) {
	y.Helper()
	met, _, _ := y.crawl(edition)
	for id, n := range met {
		if n != 1 {
			y.Errorf("%s is in the chain %d times", id, n)
		}
	}
	for id := range y.isMember(edition) {
		if met[id] == 0 {
			y.Errorf("%s is in %s, but not in the chain", id, edition)
		}
	}
	if again := y.crawlJSON(edition); !maps.Equal(met, again) {
		y.Errorf("the chain of the JSON Feed has %d pieces, that of Atom %d", len(again), len(met))
	}
}

// pagesHold checks that the pages of an edition have every piece of it once, and no other.
func (y *year) pagesHold(edition string) {
	y.Helper()
	onPages := y.crawlPages(edition)
	for piece, n := range onPages {
		if n != 1 {
			y.Errorf("%s is on %d pages", piece, n)
		}
	}
	if want := len(y.isMember(edition)); len(onPages) != want {
		y.Errorf("%d pieces are on the pages of %s, want %d", len(onPages), edition, want)
	}
}

const yearConfig = "base_url: https://editions.example\nfetch: {spacing: 0s}\ntopics: {water: {score: {river: 1}, threshold: 1}}\neditions: {everything: {}, water: {topics: water}}\n" +
	"feeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n  - {url: \"https://other.example/rss\", publisher: Other}\n"

// TestO16_J7_AYearOfArchives: for a year, pieces come in one by one and in floods, and are edited, merged,
// withdrawn and put on topics by new rules. The chain from the head to the first archive has every piece once,
// and no archive ever changes.
func TestO16_J7_AYearOfArchives(t *testing.T) {
	testkit.NotRaced(t)
	y := newYear(t, yearConfig)
	var all []oped.Entry
	for day := range 61 {
		y.now = y.now.Add(6 * 24 * time.Hour)
		n := 150 + day%15
		if day%30 == 3 {
			n = 400 // a feed is added, with what it had
		}
		var entries []oped.Entry
		for i := range n {
			e := y.entry(time.Duration(i) * time.Hour)
			if (day*n+i)%9 == 0 {
				e.Content += "<p>the river</p>"
			}
			entries = append(entries, e)
		}
		if day%3 == 0 && len(all) > 100 { // edits, of what is at the head and of what is in archives
			for _, i := range []int{len(all) - 5, len(all) / 2} {
				all[i].Title += ", again"
				entries = append(entries, all[i])
			}
		}
		all = append(all, entries[:n]...)
		y.fetched(0, entries...)
		switch day % 13 {
		case 3: // a copy of a piece comes in, and a merge by hand of two
			copied := all[len(all)-1]
			copied.ID, copied.URL = copied.ID+"/copy", strings.Replace(copied.URL, "paper", "other", 1)
			y.fetched(1, copied)
			y.oped("piece", "merge", all[len(all)-2].ID, all[len(all)-3].ID)
		case 7:
			y.oped("piece", "withdraw", all[len(all)-4].ID)
			y.oped("piece", "withdraw", all[len(all)/3].ID)
			if day%26 == 7 {
				y.oped("undo")
			}
		case 11:
			y.p.Close()
			y.open()
		}
		if day%20 == 19 {
			y.holds("everything")
			y.holds("water")
		}
	}
	met, gone, archives := y.crawl("everything")
	y.holds("everything")
	y.pagesHold("everything")
	y.pagesHold("water")
	if len(met) < 10_000 || archives < 200 || len(gone) < 10 {
		t.Errorf("%d pieces, %d archives, %d tombstones: this proves little", len(met), archives, len(gone))
	}
	t.Logf("%d pieces in %d archives and the head, %d tombstones", len(met), archives, len(gone))
	code, header, _ := y.get(fmt.Sprintf("/everything/archive/%d.atom", archives+1))
	if code != http.StatusTemporaryRedirect || header.Get("Location") != "https://editions.example/everything.atom" {
		t.Errorf("the next archive: %d %s", code, header.Get("Location"))
	}
	if code, _, _ = y.get("/everything/archive/99999.atom"); code != 404 {
		t.Errorf("an archive that there is not: %d", code)
	}
}

// oped carries out the method of a command on the open pipeline.
func (y *year) oped(args ...string) {
	y.Helper()
	if _, err := y.try(args...); err != nil {
		y.Fatalf("oped %s: %v", strings.Join(args, " "), err)
	}
}

// try carries out the method of a command as a daemon does, and reports whether the daemon would reload.
func (y *year) try(args ...string) (reload bool, err error) {
	s := newSession(y.Context(), y.p.store, &front{})
	s.front.app.Store(y.p)
	y.p.changed = func() { s.changed = true }
	all, err := s.verbs(y.cfg.Path)
	must(y, err)
	by, command, rest := Reason{By: "curator"}, args[0], args[1:]
	if len(rest) > 0 && command != "undo" {
		command, rest = command+" "+rest[0], rest[1:]
	}
	method, params := "", any(nil)
	switch command {
	case "piece tag", "piece untag":
		method, params = string(TagPiece), Judgement{by, oped.Action(args[1]), rest[0], rest[1]}
	case "piece merge":
		// invented pieces share nothing
		method, params = string(MergePieces), Selection{Reason: by, Refs: rest, Force: true}
	case "piece split":
		method, params = string(SplitPieces), Selection{Reason: by, Refs: rest}
	case "piece withdraw":
		method, params = string(WithdrawPiece), Selection{Reason: by, Refs: rest}
	case "topic apply":
		method, params = string(ApplyDrafts), Application{by, rest}
	case "undo", "topic undo":
		method, params = string(UndoDecision), Reversal{by, strings.Join(rest, ""), command == "topic undo"}
	case "publish":
		method = string(PublishEditions)
	default:
		y.Fatalf("no method for oped %s", command)
	}
	q := request{Method: method}
	q.Params, err = json.Marshal(params)
	must(y, err)
	_, err = all[method](context.WithoutCancel(y.Context()), q.params)
	return s.changed, err
}
