package app

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/publish"
)

var (
	pagesSeed  = flag.Uint64("pages.seed", 1, "the first seed of TestPagesFollowFromRows")
	pagesSeeds = flag.Int("pages.seeds", 4, "how many seeds TestPagesFollowFromRows tries")
	pagesSteps = flag.Int("pages.steps", 25, "how many steps it takes with each")
)

// TestPagesFollowFromRows makes random changes as people and feeds do. After each step, a page with another body
// has another entity tag, the running publisher serves the same pages as a new one, and its folder equals a full
// export.
func TestPagesFollowFromRows(t *testing.T) {
	testkit.NotRaced(t)
	seeds := []uint64{504} // which found that the archives of a removed edition stayed after an undo
	for i := range uint64(*pagesSeeds) {
		seeds = append(seeds, *pagesSeed+i)
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { walkPages(t, seed, *pagesSteps) })
	}
}

// walk is a random walk through all changes that may affect a page.
type walk struct {
	*year
	*rand.Rand
	feeds    []walkFeed
	editions []string // the lines of those that are configured
	base     string
	settings []string // of publish
	rule     string
	title    string // of the topic
	entries  [][]oped.Entry
	tags     map[string]map[string][32]byte // of all pages that were served: by name and entity tag
	did      []string
	copied   string // a copy of the database
	older    bool   // one was restored
}

type walkFeed struct{ path, title, publisher, lang, rest string }

var (
	walkEditions = []string{
		"all: {limit: 4}", "all: {limit: 4, title: 'All of it'}", "all: {limit: 6, lang: ur}",
		"all: {limit: 4, excerpt: 9}",
		"water: {topics: water, limit: 3}", "water: {topics: water, limit: 3, full: true}",
		"water: {topics: water, digest: daily}",
		"weekly: {digest: weekly, limit: 2}", "weekly: {digest: daily, limit: 2}", "weekly: {limit: 3}",
		"paper: {publishers: [Paper], limit: 3}", "paper: {publishers: [Other], limit: 3}",
		"land: {query: 'title:land', limit: 3}", "land: {query: 'title:land OR title:sky', limit: 3}",
	}
	walkAuthors    = []string{"Amina Qureshi", "Bilal Khan", "Zainab Malik", "", "Web Desk"}
	walkTitles     = []string{"The river", "The land", "The sky", "Of rivers and land", "The river and the sky", ""}
	walkPublishers = []string{"Paper", "Other", "Third", "paper", "Éther"}
)

func newWalk(t *testing.T, seed uint64) *walk {
	w := &walk{
		Rand:    rand.New(rand.NewPCG(seed, 13)),
		base:    "https://editions.example",
		rule:    "{river: 1}",
		title:   "Water",
		entries: make([][]oped.Entry, 4),
		tags:    map[string]map[string][32]byte{},
		feeds: []walkFeed{
			{"a", "", "Paper", "en", ""},
			{"b", "", "Other", "en", ""},
			{"c", "Third, opinion", "Third", "en", ""},
		},
		editions: []string{walkEditions[0], walkEditions[4], walkEditions[7]},
	}
	w.year = newYear(t, w.config())
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d:\n%s", seed, strings.Join(w.did, "\n"))
		}
	})
	return w
}

func walkPages(t *testing.T, seed uint64, steps int) {
	w := newWalk(t, seed)
	if w.settings = []string{"search: index"}; seed%2 == 1 {
		w.settings = nil
	}
	w.reconfigure()
	for range steps {
		w.now = w.now.Add(time.Duration(1+w.IntN(40)) * time.Hour)
		w.step()
		w.agree(t)
		if t.Failed() {
			return
		}
	}
}

// TestPages_PublisherRenamed: a publisher without a feed has no page, and no link leads there.
func TestPages_PublisherRenamed(t *testing.T) {
	testkit.NotShort(t)
	w := newWalk(t, 1)
	w.fetched(0, w.by("Amina Qureshi"))
	w.fetched(1, w.by("Bilal Khan"))
	w.agree(t)
	w.feeds[0].publisher = "Renamed"
	w.reconfigure()
	w.agree(t)
	w.feeds[1].publisher = "Paper"
	w.reconfigure()
	w.agree(t)
}

// TestPages_ExportCutOff: an export of another configuration ends half-way, and then the configuration is
// changed back.
func TestPages_ExportCutOff(t *testing.T) {
	testkit.NotShort(t)
	w := newWalk(t, 1)
	for range 9 {
		w.fetched(0, w.by("Amina Qureshi"))
	}
	for n := range 5 {
		w.base = "https://third.example"
		w.cutOff(int64(5 * n))
		w.base = "https://editions.example"
		w.write()
		w.open()
		w.agree(t)
	}
}

// TestPages_OlderDatabase: after replacing the database by an older one, the files follow it, except for
// archives.
func TestPages_OlderDatabase(t *testing.T) {
	testkit.NotShort(t)
	w := newWalk(t, 1)
	first := w.by("Amina Qureshi")
	w.fetched(0, first, w.by("Bilal Khan"))
	w.restored()
	for range 5 {
		w.fetched(1, w.by("Zainab Malik"))
	}
	w.try("piece", "withdraw", "1")
	w.o.serves = false
	w.restored()
	w.agree(t)
}

// TestPages_ArchiveUnlinked: a full export removes archives without links, as an incremental one does.
func TestPages_ArchiveUnlinked(t *testing.T) {
	testkit.NotShort(t)
	w := newWalk(t, 1)
	var entries []oped.Entry
	for i := range 9 {
		e := w.entry(time.Duration(400+i) * 24 * time.Hour)
		e.Title = "The land"
		entries = append(entries, e)
	}
	w.fetched(0, entries...)
	w.rule = "{land: 1}"
	w.write()
	w.try("topic", "apply")
	if _, _, archives := w.crawl("water"); archives == 0 {
		t.Fatal("no archives: this proves little")
	}
	public := w.cfg.Publish.Dir
	w.settings = []string{"dir: ''"} // nothing is exported until the configuration is another one
	w.write()
	must(t, w.p.store.Close())
	w.open()
	w.try("topic", "undo")
	w.settings, w.title = nil, "Of water"
	w.reconfigure()
	if w.cfg.Publish.Dir != public {
		t.Fatal(w.cfg.Publish.Dir)
	}
	w.agree(t)
}

func (w *walk) config() string {
	var b strings.Builder
	fmt.Fprintf(
		&b, "base_url: %s\nfetch: {spacing: 0s}\ntopics: {water: {title: %q, score: %s, threshold: 1}}\neditions:\n",
		w.base, w.title, w.rule)
	for _, e := range w.editions {
		fmt.Fprintf(&b, "  %s\n", e)
	}
	b.WriteString("feeds:\n")
	for _, f := range w.feeds {
		fmt.Fprintf(&b, "  - {url: \"https://%s.example/rss\", name: %s, publisher: %q, title: %q, lang: %q%s}\n", f.path, f.path, f.publisher, f.title, f.lang, f.rest)
	}
	return b.String()
}

// say logs the step.
func (w *walk) say(format string, args ...any) { w.did = append(w.did, fmt.Sprintf(format, args...)) }

// reconfigure begins anew with another configuration, as a daemon or for files only.
func (w *walk) reconfigure() {
	w.Helper()
	before, err := os.ReadFile(w.cfg.Path)
	must(w, err)
	w.write()
	if _, err := config.Load(w.path); err != nil { // an edition names a publisher that no feed has
		w.say("  refused: %v", err)
		must(w, os.WriteFile(w.cfg.Path, before, 0o644))
	}
	must(w, w.p.store.Close())
	w.o.serves = w.IntN(2) == 0
	w.say("  begin anew, serving: %v", w.o.serves)
	w.open()
}

func (w *walk) write() {
	dir := filepath.Dir(w.cfg.Store)
	settings := strings.Join(w.settings, ", ")
	if !strings.Contains(settings, "dir:") {
		settings = strings.Join(append([]string{fmt.Sprintf("dir: %q", filepath.Join(dir, "public"))}, w.settings...),
			", ")
	}
	if !strings.Contains(settings, "search:") { // or it depends on who writes
		settings += ", search: server"
	}
	text := fmt.Sprintf("store: %q\npublish: {%s}\n", w.cfg.Store, settings) + w.config()
	must(w, os.WriteFile(w.cfg.Path, []byte(text), 0o644))
}

// try runs a command and accepts a refusal.
func (w *walk) try(args ...string) {
	w.Helper()
	again, err := w.year.try(args...)
	w.say("oped %s: %v", strings.Join(args, " "), err)
	if again { // as the daemon does
		must(w, w.p.store.Close())
		w.open()
	}
}

// pick is one of several.
func pick[T any](w *walk, all []T) T { return all[w.IntN(len(all))] }

// piece returns any piece, including merged and withdrawn ones.
func (w *walk) piece() string {
	ids, err := w.p.store.Pieces.IDs(w.Context(), 0, 1000)
	must(w, err)
	if len(ids) == 0 {
		return "1"
	}
	return fmt.Sprint(pick(w, ids))
}

func (w *walk) step() {
	w.Helper()
	switch n := w.IntN(43); {
	case n < 14:
		w.fetch()
	case n < 16:
		w.try("piece", pick(w, []string{"tag", "untag"}), w.piece(), "water")
	case n < 19:
		w.try("piece", "merge", w.piece(), w.piece())
	case n < 21:
		id := w.piece()
		w.try("piece", "split", fmt.Sprintf("%s#%d", id, 1+w.IntN(3)))
	case n < 23:
		w.try("piece", "withdraw", w.piece())
	case n < 26:
		w.try("undo")
	case n < 27:
		w.rule = pick(w, []string{"{river: 1}", "{river: 1, land: 1}", "{sky: 1}"})
		w.write()
		w.try("topic", "apply")
	case n < 28:
		w.try("topic", "undo")
	case n < 29:
		w.say("oped publish")
		w.try("publish")
	case n < 30:
		w.title = pick(w, []string{"Water", "Of water", ""})
		w.say("topic title %q", w.title)
		w.reconfigure()
	case n < 31:
		w.base = pick(w, []string{"https://editions.example", "https://editions.example/sub", "https://other.example"})
		w.say("base %s", w.base)
		w.reconfigure()
	case n < 32:
		w.settings = pick(w, [][]string{nil, {"search: index"}, {"precompress: true", "search: index"},
			{"precompress: true"}, {"contact: me@paper.example"}, {"health: false"}, {"excerpt: 7"}, {"hub: 'https://hub.example/'"}})
		w.say("settings %v", w.settings)
		w.reconfigure()
	case n < 36:
		w.changeEditions()
		w.reconfigure()
	case n < 39:
		w.changeFeeds()
		w.reconfigure()
	case n < 41:
		w.interrupted()
	case n < 42:
		w.restored()
	default:
		w.reconfigure()
	}
}

// expiring is a context that ends after this many calls.
type expiring struct {
	context.Context
	left *atomic.Int64
}

func (e expiring) Err() error {
	if e.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// interrupted begins an export of another configuration, and goes back, or not, before it is complete.
func (w *walk) interrupted() {
	w.Helper()
	title, base, editions := w.title, w.base, w.editions
	switch w.IntN(4) {
	case 0:
		w.title = "Of rivers"
	case 1:
		w.base = "https://third.example"
	case 2:
		w.changeEditions()
	}
	if !w.cutOff(int64(w.IntN(100))) || w.IntN(2) == 0 {
		w.title, w.base, w.editions = title, base, editions
	}
	w.write()
	w.open()
}

// cutOff begins anew with another configuration, and ends while it exports, with the store closed. It reports whether
// the configuration was taken.
func (w *walk) cutOff(after int64) bool {
	w.Helper()
	w.write()
	must(w, w.p.store.Close())
	cfg, err := config.Load(w.path)
	if err != nil {
		w.say("refused: %v", err)
		return false
	}
	p, err := Open(w.Context(), cfg, w.o)
	must(w, err)
	defer p.Close()
	must(w, p.build(w.Context()))
	var left atomic.Int64
	left.Store(after)
	err = p.publisher.Export(expiring{w.Context(), &left}, publish.Changed)
	w.say("title %q, base %q, editions %q: %v", w.title, w.base, w.editions, err)
	return true
}

// restored puts a copy in the place of the database, and makes one for the next time.
func (w *walk) restored() {
	w.Helper()
	if w.copied == "" {
		w.copied = filepath.Join(w.TempDir(), "copy.db")
		must(w, w.p.store.Backup(w.Context(), w.copied))
		w.say("copied")
		return
	}
	must(w, w.p.store.Close())
	w.restore(w.copied)
	w.say("restored")
	w.copied, w.older = "", true
	w.open()
}

func (w *walk) changeEditions() {
	line := pick(w, walkEditions)
	name, _, _ := strings.Cut(line, ":")
	rest := slices.DeleteFunc(slices.Clone(w.editions), func(e string) bool { return strings.HasPrefix(e, name+":") })
	if w.IntN(4) > 0 || len(rest) == 0 {
		rest = slices.Insert(rest, w.IntN(len(rest)+1), line)
	}
	w.editions = rest
	w.say("editions %q", w.editions)
}

func (w *walk) changeFeeds() {
	switch w.IntN(5) {
	case 0:
		if len(w.feeds) < 4 {
			w.feeds = append(w.feeds, walkFeed{"d", "", pick(w, walkPublishers), "en", ""})
		} else {
			w.feeds = slices.Delete(w.feeds, 3, 4)
		}
	case 1:
		pick(w, w.feedPointers()).publisher = pick(w, walkPublishers)
	case 2:
		pick(w, w.feedPointers()).title = pick(w, []string{"", "Opinion", "Columns"})
	case 3:
		pick(w, w.feedPointers()).lang = pick(w, []string{"en", "ur"})
	case 4:
		pick(w, w.feedPointers()).rest = pick(w, []string{"", ", full: true", ", excerpt: 5", ", site: 'https://site.example/'"})
	}
	w.say("feeds %q", w.feeds)
}

func (w *walk) feedPointers() (all []*walkFeed) {
	for i := range w.feeds {
		all = append(all, &w.feeds[i])
	}
	return all
}

// fetch lets a feed give new entries, old ones, and copies of those of others.
func (w *walk) fetch() {
	w.Helper()
	feed := w.IntN(len(w.feeds))
	var entries []oped.Entry
	for range 1 + w.IntN(4) {
		e := w.entry(time.Duration(w.IntN(60)) * time.Hour)
		e.Title, e.Authors = pick(w, walkTitles)+pick(w, []string{"", fmt.Sprint(", ", w.made)}), []oped.Person{{
			Name: pick(w, walkAuthors),
		}}
		e.Lang = pick(w, []string{"", "en"})
		entries = append(entries, e)
	}
	for _, e := range w.entries[feed] {
		switch w.IntN(5) {
		case 0:
			e.Title = pick(w, walkTitles)
		case 1:
			e.Authors = []oped.Person{{Name: pick(w, walkAuthors)}}
		case 2:
			e.Content = "<p>" + newstest.Words(w.IntN(1000), 40) + "</p>"
		case 3:
			entries = append(entries, e)
			continue
		default:
			continue
		}
		e.Updated = w.now
		entries = append(entries, e)
	}
	for of, others := range w.entries {
		for _, e := range others {
			if of != feed && w.IntN(6) == 0 {
				e.ID = fmt.Sprintf("https://copy.example/%d/%s", feed, e.ID)
				e.URL = e.ID
				entries = append(entries, e)
			}
		}
	}
	kept := map[string]oped.Entry{}
	for _, e := range append(w.entries[feed], entries...) {
		kept[e.ID] = e
	}
	w.entries[feed] = nil
	for _, id := range slices.Sorted(maps.Keys(kept)) {
		w.entries[feed] = append(w.entries[feed], kept[id])
	}
	w.say("feed %d gives %d entries", feed, len(entries))
	w.fetched(feed, entries...)
}

// agree compares the served pages and the files with those of a new publisher.
func (w *walk) agree(t *testing.T) {
	t.Helper()
	must(t, w.p.publish(w.Context())) // a period may have ended
	dir, err := os.MkdirTemp(filepath.Dir(w.cfg.Store), "fresh-")
	must(t, err)
	defer os.RemoveAll(dir)
	cfg := *w.cfg
	cfg.Publish.Dir = dir
	serves := w.o.serves
	w.o.serves = true
	anew, err := connect(w.Context(), &cfg, w.p.store, w.o)
	w.o.serves = serves
	must(t, err)
	must(t, anew.publisher.Build(w.Context()))
	must(t, anew.publisher.Export(w.Context(), publish.Full))
	want, have := testkit.Files(t, dir), testkit.Files(t, w.cfg.Publish.Dir)
	for _, name := range slices.Sorted(maps.Keys(have)) {
		if _, ok := want[name]; !ok && w.older && strings.Contains(name, "/archive/") &&
			!strings.HasSuffix(name, ".html") {
			continue // it stays for ever
		} else if !ok {
			t.Errorf("%s is a file, and no page", name)
		} else if want[name] != have[name] {
			t.Errorf("%s is stale: %s", name, firstDifference(have[name], want[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, ok := have[name]; !ok {
			t.Errorf("%s is missing", name)
		}
		if strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".zst") {
			continue
		}
		w.served(t, name, anew, serves)
	}
}

// served looks at one page.
func (w *walk) served(t *testing.T, name string, anew *App, serves bool) {
	t.Helper()
	running := w.p
	w.p = anew
	code, header, body := w.get(name)
	w.p = running
	sum := sha256.Sum256(fmt.Append(nil, code, string(body)))
	tag := header.Get("Etag")
	if serves {
		if c, h, b := w.get(name); c != code || h.Get("Etag") != tag || string(b) != string(body) {
			t.Errorf("%s is served stale: %d %d, %s %s: %s", name, c, code, h.Get("Etag"), tag,
				firstDifference(string(b), string(body)))
		}
	}
	if tag == "" {
		return
	}
	if w.tags[name] == nil {
		w.tags[name] = map[string][32]byte{}
	}
	if was, ok := w.tags[name][tag]; ok && was != sum {
		t.Errorf("%s differs, and has the tag %s as before", name, tag)
	}
	w.tags[name][tag] = sum
}

func firstDifference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, min(i, len(s))-60):min(len(s), i+60)] }
	return fmt.Sprintf("%q, want %q", cut(a), cut(b))
}
