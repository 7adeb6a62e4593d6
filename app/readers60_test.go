package app

import (
	"context"
	"database/sql"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// sixty is a pipeline of oped over newspapers, for sixty days, with the readers of its feeds.
type sixty struct {
	*year
	front  *front
	base   string
	papers []*newspaper    // the last one copies from the others
	moved  *newstest.Paper // where the first one goes
	world  map[int]*printed
	count  int
	today  int
	undone []string // addresses of pieces with a decision to be undone
	reread int      // entries

	subscribers []*subscriber
	ids         map[int]string      // of pieces at the heads
	stood       map[string][]listed // at the heads of polls, by id, the newest last
}

const (
	upgradedOn = 31 // the day of the first reading by the present parser, and of the first links to pages
	copiedOn   = 46 // the day on whose evening the database is copied
	restoredOn = 48 // the day on whose evening the copy is put in its place
)

func newSixty(t *testing.T) *sixty {
	s := &sixty{front: &front{}, world: map[int]*printed{}, ids: map[int]string{}, stood: map[string][]listed{}}
	server := httptest.NewServer(s.front)
	t.Cleanup(server.Close)
	s.base, s.moved = server.URL, newstest.New(t)
	for _, name := range []string{"One", "Two", "Three", "Copies"} {
		s.papers = append(s.papers, &newspaper{Paper: newstest.New(t), path: "/feed", name: "The " + name})
	}
	s.year = newYear(t, s.config("{river: 1}"))
	s.restart(func() { s.sql("INSERT INTO meta VALUES ('unlinked until', '9999999999999')") }) // as before the links
	s.now = time.Now().UTC().Truncate(24 * time.Hour).Add(-60*24*time.Hour + 6*time.Hour)
	return s
}

// config is the configuration with a rule of the topic.
func (s *sixty) config(score string) string {
	text := fmt.Sprintf(
		"base_url: %s\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8], ports: [%s]}\ntopics: {water: {score: "+
			"%s, threshold: 1}}\neditions: {water: {topics: water}}\nfeeds:\n", s.base,
		s.moved.URL[strings.LastIndexByte(s.moved.URL, ':')+1:], score)
	for _, p := range s.papers {
		text += fmt.Sprintf("  - {name: %s, url: %q, publisher: %s}\n",
			strings.ToLower(strings.TrimPrefix(p.name, "The ")), p.URL+p.path, p.name)
	}
	return text
}

// configure writes the configuration, with the same store.
func (s *sixty) configure(score string) {
	old, err := os.ReadFile(s.path)
	must(s, err)
	lines := strings.SplitAfterN(string(old), "\n", 3)
	must(s, os.WriteFile(s.path, []byte(lines[0]+lines[1]+s.config(score)), 0o644))
}

// sql changes the closed database.
func (s *year) sql(queries ...string) {
	db, err := sql.Open("sqlite", "file:"+s.cfg.Store)
	must(s, err)
	defer db.Close()
	for _, query := range queries {
		_, err = db.Exec(query)
		must(s, err)
	}
}

// beginLinks changes the closed database as the upgrade to links from entries to the pages of pieces does.
func (s *year) beginLinks() {
	migration, err := os.ReadFile("../store/migrations/00022_links.sql")
	must(s, err)
	s.sql("DELETE FROM meta WHERE key = 'unlinked until'", string(migration))
}

// restart closes the store, does something meanwhile, and opens it again.
func (s *sixty) restart(meanwhile func()) {
	s.p.store.Close()
	meanwhile()
	s.open()
	s.front.app.Store(s.p)
}

// round prints the papers, and fetches all of them.
func (s *sixty) round() {
	for _, p := range s.papers {
		p.print()
	}
	ctx := s.Context()
	must(s, s.p.store.Feeds.MakeDue(ctx, s.now))
	must(s, s.p.fetcher.Once(ctx, s.p.store.Feeds, func(ctx context.Context, f oped.Fetched) error {
		if f.Err != nil {
			s.Errorf("%s: %v", f.Feed.Name, f.Err)
		}
		if s.today < upgradedOn {
			f = readBefore(f)
		}
		changes, err := s.p.handle(ctx, f)
		s.reread += changes.Reread
		return err
	}))
	must(s, s.p.publish(ctx))
}

// readBefore returns a fetch as an earlier version of the parser read it: without categories, with marks of CDATA in
// some guids, and soft hyphens in texts.
func readBefore(f oped.Fetched) oped.Fetched {
	f.Document.Parser = "0"
	f.Entries = slices.Clone(f.Entries)
	for i := range f.Entries {
		e := &f.Entries[i]
		e.Categories, e.Content = nil, strings.ReplaceAll(e.Content, "ing", "&shy;ing")
		if number(e.URL)%2 == 0 {
			e.ID = "<![CDATA[" + e.ID + "]]>"
		}
		e.Hash[0]++
	}
	return f
}

// updated returns the time of each piece, by its AtomID.
func (s *sixty) updated() map[string]time.Time {
	all := map[string]time.Time{}
	for p, err := range s.p.store.Pieces.All(s.Context(), 0, 0) {
		must(s, err)
		all[p.AtomID] = p.Updated
	}
	return all
}

// staysAsRead checks that the upgrade reread the entries, and moved no piece.
func (s *sixty) staysAsRead(before map[string]time.Time) {
	after := s.updated()
	for id, was := range before {
		if is := after[id]; !is.Equal(was) {
			s.Errorf("%s was updated at %v, and with the upgrade at %v", id, was, is)
		}
	}
	if n := len(after) - len(before); n > 10 || s.reread < len(before)/2 {
		s.Errorf("the upgrade reread %d entries of %d pieces, and made %d", s.reread, len(before), n)
	}
}

// withdraw takes a piece out.
func (s *sixty) withdraw(link string) {
	s.oped("piece", "withdraw", link)
	s.world[number(link)].gone = true
}

// merge makes one piece of two; whichever of them goes on.
func (s *sixty) merge(one, other string) {
	s.oped("piece", "merge", one, other)
	a, b := s.world[number(one)], s.world[number(other)]
	a.gone, b.gone, a.twin, b.twin = true, true, number(other), number(one)
}

// undo undoes the last decision, which was on these.
func (s *sixty) undo(links ...string) {
	s.oped("undo")
	for _, link := range links {
		w := s.world[number(link)]
		w.gone, w.twin = false, 0
	}
}

// poll makes all subscribers poll at once, and checks them.
func (s *sixty) poll(day int) {
	head, err := (&poller{url: s.base + "/water.atom", parse: parseAtom}).get(s.base + "/water.atom")
	must(s, err)
	for _, e := range head.entries {
		n := number(e.Link)
		if was := s.ids[n]; was != "" && was != e.ID {
			s.Errorf("day %d: piece %d had the id %s, and has %s", day, n, was, e.ID)
		}
		s.ids[n] = e.ID
		s.stood[e.ID] = append(s.stood[e.ID], e)
	}
	var all sync.WaitGroup
	for _, sub := range s.subscribers {
		all.Go(func() {
			list, err := sub.poll()
			if err != nil {
				s.Errorf("day %d: %s: %v", day, sub.name, err)
				return
			}
			s.check(day, sub, list, head)
		})
	}
	all.Wait()
}

// check checks that a subscriber shows the right pieces, once, and as printed.
func (s *sixty) check(day int, sub *subscriber, list []listed, head *document) {
	byID, byNumber, times := map[string]listed{}, map[int]int{}, map[string]int{}
	key := func(id string) string { return id }
	if sub.id != nil {
		key = sub.id
	}
	wrong := func(format string, args ...any) {
		s.Errorf("day %d: %s: %s", day, sub.name, fmt.Sprintf(format, args...))
	}
	for _, e := range list {
		n := number(e.Link)
		w := s.world[n]
		if w == nil || !w.has(e) {
			wrong("shows %+v, of which %+v was printed", e, w)
			continue
		}
		byID[e.ID] = e
		times[e.ID]++
		if byNumber[n]++; byNumber[n] > 1 {
			wrong("shows piece %d %d times: %s", n, byNumber[n], e.ID)
		}
	}
	for id, states := range s.stood {
		if w := s.world[number(states[0].Link)]; times[key(id)] == 0 && !(sub.walks && w.gone) {
			wrong("shows nothing of %s, %q", id, states[0].Title)
		}
	}
	for _, e := range head.entries {
		if sub.keeps != nil {
			sub.keeps(&e, s.stood[e.ID][0])
		}
		e.ID = key(e.ID)
		if got := byID[e.ID]; got != e {
			wrong("shows %+v, the head has %+v", got, e)
		}
	}
	if sub.walks {
		s.whole(byNumber, wrong)
	}
	if day == 60 {
		s.Logf("%s shows %d pieces, %d entries; %d stood at the head when it polled, %d were printed", sub.name,
			len(byNumber), len(list), len(s.stood), len(s.world))
	}
}

// whole checks that a reader of archives shows all pieces of the edition, and no removed one.
func (s *sixty) whole(times map[int]int, wrong func(format string, args ...any)) {
	for n, w := range s.world {
		got := times[n]
		if w.twin != 0 {
			got += times[w.twin]
		}
		switch {
		case w.gone && w.twin == 0 && got > 0:
			wrong("shows piece %d, which was withdrawn", n)
		case w.wanted && !w.gone && got == 0, w.twin != 0 && got != 1:
			wrong("shows piece %d %d times, %q", n, got, w.titles[0])
		case got > 0 && !w.wanted && !w.optional:
			wrong("shows piece %d, which was never in the edition", n)
		}
	}
}

// TestO31_J7_SixtyDaysOfSubscribers: for sixty days papers print, copy, edit, change guids and move. Curators
// merge, withdraw, change a rule, and undo such decisions. oped is restarted, upgraded to a parser that reads the same
// documents differently and to entries with links to the pages of pieces, and restored from a copy of its database.
// Every reader shows each piece once that was at the head at its poll; a reader of archives shows every piece.
func TestO31_J7_SixtyDaysOfSubscribers(t *testing.T) {
	testkit.NotRaced(t)
	s := newSixty(t)
	url := s.base + "/water"
	s.subscribers = []*subscriber{
		byID("Atom by id", url+".atom", parseAtom), byID("RSS by guid", url+".rss", parseRSS),
		byID("JSON Feed by id", url+".json", parseJSON), archivist(url + ".atom"),
	}
	for _, program := range []struct {
		name      string
		subscribe func(t, outer *testing.T, dir, url string) *subscriber
	}{{"newsboat", newsboatAt}, {"rss2email", rss2emailAt}, {"feedparser", feedparserAt}, {"Miniflux", minifluxAt},
		{"yarr", yarrAt}} {
		dir := t.TempDir()
		t.Run(program.name+" is there", func(inner *testing.T) {
			s.subscribers = append(s.subscribers, program.subscribe(inner, t, dir, url+".atom"))
		})
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	for day := 1; day <= 60; day++ {
		s.today = day
		s.now = s.now.Add(24 * time.Hour)
		s.day(day)
		if day == upgradedOn {
			s.restart(s.beginLinks)
		}
		before := s.updated()
		s.round()
		if day == upgradedOn {
			s.staysAsRead(before)
		}
		s.hand(day)
		if day%3 == 0 {
			s.poll(day)
		}
		switch day {
		case copiedOn:
			must(t, s.p.store.Backup(t.Context(), copied))
		case restoredOn:
			s.restart(func() { s.restore(copied) })
		}
	}
}

// hand makes the decisions of curators and operators, after the fetches of the day.
func (s *sixty) hand(day int) {
	switch day {
	case 8:
		s.undone = []string{s.link(0, 5), s.link(1, 5)}
		s.merge(s.undone[0], s.undone[1])
	case 31:
		s.undone = []string{s.link(0, 8)}
		s.withdraw(s.undone[0])
	case 10, 34: // readers have seen it meanwhile
		s.undo(s.undone...)
	case 12, 40:
		s.merge(s.link(0, 8), s.link(1, 8))
	case 18, 43:
		s.withdraw(s.link(2, 8))
	case 21, 33, 55:
		s.restart(func() {})
	case 23:
		s.configure("{river: 1, bridge: 1}")
		s.oped("topic", "apply")
		for _, w := range s.world {
			w.optional = !w.wanted
		}
	case 27:
		s.oped("topic", "undo")
		s.configure("{river: 1}")
	}
}
