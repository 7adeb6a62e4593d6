package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"oped"
)

var update = flag.Bool("update", false, "write the golden files")

// rows is a store made of slices.
type fakeRows struct {
	editions []oped.EditionState
	pieces   map[string][]oped.Piece
	feeds    []oped.FeedState
	removed  []string
	days     map[string][]time.Time // days with an entry of a feed, by URL
	today    time.Time
	err      error

	relations []oped.Relation
	revisions map[int64][]oped.Revision
	leads     map[oped.PieceID]oped.PieceID // from merged pieces to their targets

	archives map[string][]oped.Archive // by edition
	gone     map[string][]oped.Tombstone
	waiting  map[string][]oped.PieceID
	below    map[oped.PieceID]oped.Piece // no longer at any head

	moves map[string][]oped.MembershipChange // by edition

	waits []oped.Wait

	read map[string]int // how often the pieces of an edition were read

	mu             sync.Mutex
	number         int64            // of the last change
	state, changed map[string]int64 // by row: a digest of its last state, and the number of its last change
}

func (s *fakeRows) Editions(context.Context) ([]oped.EditionState, error) {
	editions := slices.Clone(s.editions)
	for i := range editions {
		editions[i].Version = s.changed[editions[i].Name]
	}
	return editions, s.err
}

func (s *fakeRows) Feeds(context.Context) ([]oped.FeedState, error) { return s.feeds, s.err }

func (s *fakeRows) RemovedEditions(context.Context) ([]string, error) { return s.removed, s.err }

func (s *fakeRows) PublicationDays(_ context.Context, feedURL string, limit int) ([]time.Time, error) {
	if s.read != nil {
		s.read[feedURL]++
	}
	return s.days[feedURL], s.err
}

// PublicationTimes returns the times of a feed's entries at the heads of editions.
func (s *fakeRows) PublicationTimes(_ context.Context, feedURL string, limit int) (times []time.Time, _ error) {
	for _, name := range slices.Sorted(maps.Keys(s.pieces)) {
		for _, p := range s.pieces[name] {
			for _, e := range p.Entries {
				if e.FeedURL == feedURL && len(times) < limit {
					times = append(times, e.Published)
				}
			}
		}
	}
	return times, s.err
}

func (s *fakeRows) CountPer(
	_ context.Context, edition string, from time.Time, span time.Duration, n int,
) ([]int, error) {
	counts := make([]int, n)
	for _, p := range s.pieces[edition] {
		if age := p.Lead().Date().Sub(from); age >= 0 && age < time.Duration(n)*span {
			counts[age/span]++
		}
	}
	return counts, s.err
}

func (s *fakeRows) Waits(context.Context) ([]oped.Wait, error) { return s.waits, s.err }

func (s *fakeRows) Head(_ context.Context, name string, limit int) ([]oped.PieceID, error) {
	if s.read != nil {
		s.read[name]++
	}
	ids := idsOf(s.pieces[name])
	return ids[:min(limit, len(ids))], nil
}

func (s *fakeRows) Days(_ context.Context, name string) (days []oped.DayCount, _ error) {
	for _, p := range s.pieces[name] {
		days = append(days, oped.DayCount{Day: p.Entries[0].Date().UTC().Truncate(24 * time.Hour), Pieces: 1})
	}
	slices.SortFunc(days, func(a, b oped.DayCount) int { return b.Day.Compare(a.Day) })
	return days, s.err
}

func (s *fakeRows) Piece(_ context.Context, ref string) (oped.Piece, error) {
	for _, pieces := range s.pieces {
		for _, p := range pieces {
			if strconv.Itoa(int(p.ID)) == ref {
				return p, s.err
			}
		}
	}
	if p, ok := s.below[oped.PieceID(number(ref))]; ok {
		return p, s.err
	}
	return oped.Piece{}, oped.ErrNotFound
}

func number(ref string) int {
	n, _ := strconv.Atoi(ref)
	return n
}

func (s *fakeRows) ResolveID(ctx context.Context, id oped.PieceID) (oped.PieceID, error) {
	if to, ok := s.leads[id]; ok {
		return s.ResolveID(ctx, to)
	}
	_, err := s.Piece(ctx, strconv.Itoa(int(id)))
	return id, err
}

func (s *fakeRows) AliasesOf(_ context.Context, ids []oped.PieceID) (merged []oped.PieceID, _ error) {
	for from, to := range s.leads {
		if slices.Contains(ids, to) {
			merged = append(merged, from)
		}
	}
	return merged, s.err
}

func (s *fakeRows) RelationsOf(_ context.Context, ids []oped.PieceID) (map[oped.PieceID][]oped.Relation, error) {
	all := map[oped.PieceID][]oped.Relation{}
	for _, id := range ids {
		for _, r := range s.relations {
			if otherOf(r, id) != 0 {
				all[id] = append(all[id], r)
			}
		}
	}
	return all, s.err
}

func (s *fakeRows) RevisionsOf(context.Context, []int64) (map[int64][]oped.Revision, error) {
	return s.revisions, s.err
}

func (s *fakeRows) Backlog(_ context.Context, edition string) (oped.Backlog, error) {
	n := int64(len(s.archives[edition]))
	return oped.Backlog{
		Head:     len(s.pieces[edition]),
		Waiting:  s.waiting[edition],
		Gone:     s.gone[edition],
		Archive:  n,
		Number:   n,
		Position: 1000,
	}, s.err
}

func (s *fakeRows) Oldest(_ context.Context, edition string, n int) (ids []oped.PieceID, _ error) {
	pieces := s.pieces[edition]
	for i := range n {
		ids = append(ids, pieces[len(pieces)-1-i].ID)
	}
	return ids, s.err
}

func (s *fakeRows) SeenPieces(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) {
	return s.PiecesOf(ctx, ids)
}

func (s *fakeRows) ListPieces(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) {
	return s.PiecesOf(ctx, ids)
}

func (s *fakeRows) PiecesOf(ctx context.Context, ids []oped.PieceID) (pieces []oped.Piece, _ error) {
	for _, id := range ids {
		if p, err := s.Piece(ctx, strconv.Itoa(int(id))); err == nil {
			pieces = append(pieces, p)
		}
	}
	return pieces, s.err
}

// MembershipChanges returns the changes set by the test. Without any, each piece came in when it was
// first seen.
func (s *fakeRows) MembershipChanges(_ context.Context, edition string) (moves []oped.MembershipChange, _ error) {
	if s.moves[edition] != nil {
		return s.moves[edition], s.err
	}
	for _, p := range s.pieces[edition] {
		moves = append(moves, oped.MembershipChange{
			Piece:   p.ID,
			Date:    p.Lead().Date(),
			At:      p.FirstSeen,
			Enters:  true,
			Present: true,
			News:    true,
		})
	}
	return moves, s.err
}

func (s *fakeRows) PutArchive(_ context.Context, a oped.Archive) error {
	if s.archives == nil {
		s.archives, s.below = map[string][]oped.Archive{}, map[oped.PieceID]oped.Piece{}
	}
	in := func(id oped.PieceID) bool { return slices.Contains(a.Pieces, id) }
	s.archives[a.Edition] = append(s.archives[a.Edition], a)
	if s.waiting[a.Edition] != nil {
		s.waiting[a.Edition] = slices.DeleteFunc(slices.Clone(s.waiting[a.Edition]), in)
	}
	s.pieces[a.Edition] = slices.DeleteFunc(slices.Clone(s.pieces[a.Edition]), func(p oped.Piece) bool {
		if in(p.ID) {
			s.below[p.ID] = p
		}
		return in(p.ID)
	})
	if s.gone == nil {
		s.gone = map[string][]oped.Tombstone{}
	}
	s.gone[a.Edition] = slices.DeleteFunc(s.gone[a.Edition], func(g oped.Tombstone) bool {
		return slices.Contains(a.Gone, g.AtomID)
	})
	return s.err
}

func (s *fakeRows) Archive(_ context.Context, edition string, number int64) (oped.Archive, error) {
	if all := s.archives[edition]; 0 < number && number <= int64(len(all)) {
		return all[number-1], s.err
	}
	return oped.Archive{}, oped.ErrNotFound
}

func (s *fakeRows) ArchivePage(_ context.Context, edition string, number int64) (oped.ArchivePage, error) {
	all := s.archives[edition]
	if number < 1 || number > int64(len(all)) {
		return oped.ArchivePage{}, oped.ErrNotFound
	}
	a := oped.ArchivePage{
		Edition:  edition,
		Number:   number,
		Previous: number - 1,
		Pieces:   slices.Clone(all[number-1].Pieces),
	}
	if slices.Reverse(a.Pieces); number < int64(len(all)) {
		a.Next = number + 1
	}
	return a, s.err
}

func (s *fakeRows) ArchivesWith(_ context.Context, edition string, pieces []oped.PieceID) (numbers []int64, _ error) {
	for i, a := range s.archives[edition] {
		if slices.ContainsFunc(a.Pieces, func(id oped.PieceID) bool { return slices.Contains(pieces, id) }) {
			numbers = append(numbers, int64(i+1))
		}
	}
	return numbers, s.err
}

// ChangesSince returns the changes after a number, found by comparing digests of all rows.
func (s *fakeRows) ChangesSince(ctx context.Context, number int64) (c oped.ChangeSet, _ error) {
	changed := func(what string, is ...any) bool { return s.numbered(what, is...) > number }
	headers, _ := s.PieceHeaders(ctx, s.ids())
	for _, h := range headers {
		if h.Version > number {
			c.Pieces = append(c.Pieces, h.ID)
		}
	}
	for _, e := range s.editions {
		var ids []oped.PieceID
		for _, p := range s.pieces[e.Name] {
			ids = append(ids, p.ID)
		}
		if changed(e.Name, e, ids, s.gone[e.Name], s.waiting[e.Name], s.moves[e.Name], len(s.archives[e.Name])) {
			c.Editions = append(c.Editions, e.Name)
		}
		for i, a := range s.archives[e.Name] {
			if changed(fmt.Sprint(e.Name, i), a.Number, i == len(s.archives[e.Name])-1) {
				c.Archives = append(c.Archives, oped.ArchiveRef{Edition: e.Name, Number: int64(i + 1)})
			}
		}
	}
	for _, f := range s.feeds {
		f.LastFetch, f.LastNew, f.NextFetch = at(1, 1), at(1, 1), at(1, 1)
		f.LastSuccess = f.LastSuccess.Truncate(24 * time.Hour)
		f.LastKind, f.Failures, f.FailingSince, f.LastError = "", 0, time.Time{}, ""
		if changed(f.URL, f) {
			c.Feeds = append(c.Feeds, f.URL)
		}
	}
	changed("removed editions", s.removed)
	c.NewDay = changed("today", s.today)
	c.Number, c.Today = s.number, s.today
	return c, s.err
}

// numbered returns the number of the last change of a row.
func (s *fakeRows) numbered(what string, is ...any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed, s.state = map[string]int64{}, map[string]int64{}
	}
	if now := versionOf(is...); s.state[what] != now {
		s.number++
		s.state[what], s.changed[what] = now, s.number
	}
	return s.changed[what]
}

// ids returns all pieces, merged ones included.
func (s *fakeRows) ids() []oped.PieceID {
	all := map[oped.PieceID]bool{}
	for _, pieces := range s.pieces {
		for _, p := range pieces {
			all[p.ID] = true
		}
	}
	for id := range s.below {
		all[id] = true
	}
	for id := range s.leads {
		all[id] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// PieceHeaders returns versions that differ whenever a piece or a related row differs.
func (s *fakeRows) PieceHeaders(ctx context.Context, ids []oped.PieceID) (all []oped.PieceHeader, _ error) {
	for _, id := range ids {
		to, err := s.ResolveID(ctx, id)
		if err != nil {
			continue
		}
		p, err := s.Piece(ctx, strconv.Itoa(int(to)))
		if err != nil {
			continue
		}
		h := oped.PieceHeader{ID: id, Withdrawn: p.Withdrawn, Entries: len(p.Entries)}
		if to != id {
			h.Into = to
		}
		relations, _ := s.RelationsOf(ctx, []oped.PieceID{to})
		parts := []any{p, relations, s.revisions}
		h.Detailed = to == id && len(p.Entries)+len(p.Tags)+len(relations[to])+len(s.revisions) > 1
		for _, f := range s.feeds {
			if slices.ContainsFunc(p.Entries, func(e oped.Entry) bool { return e.FeedURL == f.URL }) {
				parts = append(
					parts, f.Publisher, f.Title, f.DocTitle, f.Lang, f.DocLang, f.Rights, f.DocID, f.SiteURL,
					f.Excerpt, f.Full, f.Secret, f.Signals(),
				)
			}
		}
		for _, r := range relations[to] {
			other, _ := s.Piece(ctx, strconv.Itoa(int(otherOf(r, to))))
			parts = append(parts, other)
		}
		for _, e := range s.editions {
			if slices.ContainsFunc(s.pieces[e.Name], func(p oped.Piece) bool {
				return p.ID == to
			}) || slices.Contains(p.Editions, e.Name) {
				h.Editions = append(h.Editions, e.Name)
			}
		}
		h.Version = s.numbered(pieceFile(id), h, parts)
		all = append(all, h)
	}
	return all, s.err
}

// versionOf returns a number that differs whenever values differ.
func versionOf(values ...any) int64 {
	text, err := json.Marshal(values)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(text)
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 1)
}

func (s *fakeRows) PieceIDs(_ context.Context, after oped.PieceID, n int) ([]oped.PieceID, error) {
	all := slices.DeleteFunc(s.ids(), func(id oped.PieceID) bool { return id <= after })
	return all[:min(n, len(all))], s.err
}

func (s *fakeRows) PieceIDsOfFeed(ctx context.Context, url string, _ int64) (ids []oped.PieceID, _ error) {
	for _, id := range s.ids() {
		p, _ := s.Piece(ctx, strconv.Itoa(int(id)))
		if slices.ContainsFunc(p.Entries, func(e oped.Entry) bool { return e.FeedURL == url }) {
			ids = append(ids, id)
		}
	}
	return ids, s.err
}

func (s *fakeRows) ArchiveNumbers(_ context.Context, edition string) (numbers []int64, _ error) {
	for i := range s.archives[edition] {
		numbers = append(numbers, int64(i+1))
	}
	return numbers, s.err
}

func at(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 30, 0, 0, time.UTC) }

func options() Options {
	return Options{BaseURL: "https://editions.example", Version: "1.2.3", Topics: []oped.Topic{
		{Name: "pakistan-us", Title: "Pakistan and the United States"},
		{Name: "indus", Title: "The Indus & its waters"},
	}}
}

// sectioned returns options with all editions of some rows on the front page.
func sectioned(o Options, s *fakeRows) Options {
	o.Sections = mapped(s.editions, func(e oped.EditionState) oped.Edition { return e.Edition })
	return o
}

// example returns rows with invented papers and pieces.
func example() *fakeRows {
	feeds := []oped.FeedState{
		{Feed: oped.Feed{Name: "harbour", URL: "https://harbour.example/opinion.xml",
			Publisher: "The Harbour Courier", SiteURL: "https://harbour.example/", Lang: "en"},
			DocTitle: "Harbour Courier » Opinion",
			DocID:    "tag:harbour.example,2020:opinion",
			DocLang:  "en-GB",
			Rights:   "© The Harbour Courier & others"},
		{Feed: oped.Feed{Name: "sahil", URL: "https://reader:secret@sahil.example/feed", Publisher: "روزنامہ ساحل",
			Lang: "ur"}, DocTitle: "ساحل"},
		{Feed: oped.Feed{Name: "hill", URL: "https://hill.example/rss", Publisher: "Hill Institute", Lang: "en",
			Full: true}},
	}
	tag := func(names ...string) (tags []oped.Tag) {
		for _, n := range names {
			tags = append(tags, oped.Tag{Topic: n, Outcome: oped.Tagged, By: oped.ByRule})
		}
		return append(tags, oped.Tag{Topic: "shipping", Outcome: oped.Review})
	}
	long := "The harbour master says the dredgers will come in May. Nobody on the quay believes him, and " +
		"nobody has told the fishermen what becomes of their moorings. " +
		"Every spring since the new terminal was announced there has been such a promise. Every autumn " +
		"the silt is where it was. " +
		"A port that cannot keep its channel open has no business selling berths to the largest ships " +
		"afloat, however warmly Washington and Islamabad speak of it.\n\n" +
		"There is a second question, which is who pays. The loan is in dollars, the fees are in rupees, " +
		"and the difference falls on a town that was never asked."
	pieces := []oped.Piece{
		{
			ID:        1,
			AtomID:    "tag:harbour.example,2020:op-1",
			Kind:      oped.Opinion,
			Updated:   at(9, 8),
			FirstSeen: at(9, 8),
			Tags:      tag("pakistan-us", "indus"),
			Entries: []oped.Entry{
				{FeedURL: feeds[0].URL, Publisher: "The Harbour Courier",
					URL:   "https://harbour.example/a-quiet-channel?id=1&p=2",
					Title: "AT&T, peace < war & the “quiet” channel",
					Authors: []oped.Person{{Name: "Amina Qureshi", Email: "amina@harbour.example",
						URL: "https://harbour.example/amina"}, {Name: "J. Ó Briain"}},
					Text:       long,
					Content:    "<p>x</p>",
					Rights:     "© 2026 A. Qureshi",
					Lang:       "en",
					Published:  at(9, 6),
					FirstSeen:  at(9, 8),
					Categories: []string{"Ports", "Opinion"}},
				{FeedURL: feeds[2].URL, Publisher: "Hill Institute", URL: "https://hill.example/reprint",
					Title: "The quiet channel", Lang: "en", Published: at(10, 6), FirstSeen: at(10, 8)},
			},
		},
		{ID: 2, AtomID: "https://sahil.example/?p=7", Kind: oped.Editorial, Updated: at(8, 8), FirstSeen: at(8, 8),
			Tags: tag("pakistan-us"), Entries: []oped.Entry{
				{FeedURL: feeds[1].URL, Publisher: "روزنامہ ساحل", URL: "https://sahil.example/?p=7",
					Title:   "دریا کے دو نوٹ اور ایک پرانا وعدہ جو ابھی تک پورا نہیں ہوا",
					Authors: []oped.Person{{Name: "زینب ملک"}}, Lang: "ur", Published: at(8, 5), FirstSeen: at(8, 8),
					Text: "دریا کے کنارے رہنے والے لوگ ہر سال یہی سوال " +
						"پوچھتے ہیں کہ پانی کب آئے گا۔ حکومت ہر سال ایک " +
						"نیا منصوبہ پیش کرتی ہے۔ منصوبے آتے ہیں اور چلے جاتے ہیں، مگر دریا وہیں رہتا ہے۔"},
			}},
		{
			ID:        3,
			AtomID:    "tag:hill.example,2026:3",
			Kind:      oped.Analysis,
			Updated:   at(7, 8),
			FirstSeen: at(7, 8),
			Tags:      tag("indus"),
			Entries: []oped.Entry{
				{FeedURL: feeds[2].URL, Publisher: "Hill Institute", URL: "https://u:p@hill.example/waters",
					Title: "", Lang: "en", Published: at(7, 5), FirstSeen: at(7, 8),
					Content: `<p onclick="x()">Two rivers, <a href="javascript:alert(1)">one</a> <em>treaty</p><script>alert(1)</script><img src="https://hill.example/map.png" alt="Map"><img src="https://hill.example/p.gif" width="1" height="1">`,
					Text:    "Two rivers, one treaty"},
			},
		},
	}
	return &fakeRows{
		feeds: feeds,
		today: at(9, 0),
		editions: []oped.EditionState{
			{
				Edition: oped.Edition{
					Name:     "pak-us",
					Title:    "Pakistan & the United States",
					Subtitle: "What both sides' papers think, <every> day",
					Lang:     "en",
				},

				AtomID:  "tag:editions.example,2026-03-01:edition/pak-us",
				Created: at(1, 0),
				Updated: at(9, 9),
				Pieces:  312,
			},
			{Edition: oped.Edition{Name: "adaria", Title: "اداریے", Subtitle: "پاک امریکا تعلقات پر آرا", Lang: "ur"},
				AtomID:  "tag:editions.example,2026-03-01:edition/adaria",
				Created: at(1, 0),
				Updated: at(8, 9),
				Pieces:  1},
			{
				Edition: oped.Edition{Name: "empty", Title: "Nothing yet", Lang: "en"},
				AtomID:  "tag:editions.example,2026-03-01:edition/empty",
				Created: at(1, 0),
			},
		},
		pieces: map[string][]oped.Piece{"pak-us": pieces, "adaria": pieces[1:2]},
	}
}

// golden compares with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s has changed (go test ./publish -update rewrites it); got:\n%s", file, got)
	}
}

func published(t testing.TB, s *fakeRows, o Options) *Publisher {
	t.Helper()
	p := New(o, rowsOf(s))
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// all returns all published pages by name, rendered.
func (p *Publisher) all() map[string]*Rendered {
	now := p.site.Load()
	files := maps.Clone(now.files)
	for _, k := range now.asked() {
		for name, err := range k.All(context.Background()) {
			if err != nil {
				panic(err)
			}
			if rep := p.page(name); rep != nil {
				files[name] = rep
			}
		}
	}
	return files
}

// page returns the published page with a name, or nil.
func (p *Publisher) page(name string) *Rendered {
	now := p.site.Load()
	if rep := now.files[name]; rep != nil {
		return rep
	}
	for _, k := range now.asked() {
		if !k.Match(name) {
			continue
		}
		pages, err := k.Pages(context.Background(), []string{name})
		if err != nil {
			panic(err)
		}
		if !pages[0].exists() {
			return nil
		}
		rep := NewRendered(&pages[0])
		if err := rep.Render(context.Background()); err != nil {
			panic(err)
		}
		return rep
	}
	return nil
}

// document returns the served bytes of a name.
func (p *Publisher) document(name string) []byte {
	if rep := p.page(name); rep != nil {
		return rep.Plain()
	}
	return nil
}

func TestGolden(t *testing.T) {
	p := published(t, example(), options())
	for file, name := range map[string]string{
		"pak-us.atom": "pak-us.atom", "adaria.atom": "adaria.atom", "empty.atom": "empty.atom",
		"pak-us.rss": "pak-us.rss", "adaria.rss": "adaria.rss", "pak-us.json": "pak-us.json",
		"adaria.json": "adaria.json", "empty.json": "empty.json",
		"pak-us/index.html": "pak-us.html", "adaria/index.html": "adaria.html",
		"editions.opml": "editions.opml", "feeds.opml": "feeds.opml",
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, p.document(file)) })
	}
}

func manyPieces(n int) iter.Seq2[oped.Piece, error] {
	base := example().pieces["pak-us"][0]
	return func(yield func(oped.Piece, error) bool) {
		for i := range n {
			p := base
			p.AtomID = fmt.Sprintf("tag:harbour.example,2020:%d", i)
			if !yield(p, nil) {
				return
			}
		}
	}
}
