package app

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/store"
	"oped/topic"
)

// TestCurators10000 makes 10,000 random merges, splits, keep-aparts and undos between incoming entries, on one
// store. Every link holds, no id is lost or changed, no entry is lost or doubled, and editions hold the right
// pieces. OPED_SEED chooses other operations.
func TestCurators10000(t *testing.T) {
	testkit.NotRaced(t)
	const operations, apart = 10_000, 500
	seed := uint64(1)
	if env := os.Getenv("OPED_SEED"); env != "" {
		n, err := strconv.ParseUint(env, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	c := newCurators(t, seed)
	began := time.Now()
	for n := range operations {
		c.operate()
		if n%apart == apart-1 {
			c.check(n == operations-1)
		}
		if t.Failed() {
			t.Fatalf("after %d operations of seed %d", n+1, seed)
		}
	}
	t.Logf("seed %d, %v: %v; %d entries, %d pieces of %d stand; %d pairs have to be one piece, %d must not", seed,
		time.Since(began).Round(time.Millisecond), c.done, len(c.at), len(c.standing), len(c.atoms), c.musts, c.cannots)
	for _, what := range []string{"merge", "split", "keep apart", "undo of a merge", "undo of a split",
		"undo of an automatic merge", "undo in conflict", "new", "joined", "automatic merge"} {
		if c.done[what] == 0 {
			t.Errorf("there was no %s: this proves little", what)
		}
	}
}

// curators is a store with its invariants.
type curators struct {
	*testing.T
	store               *store.Store
	rows                *sql.DB // the same database, to look at
	pieceRow, entryRows *sql.Stmt
	rules               *ingest.Rules
	in                  *ingest.Ingester
	random              *rand.Rand
	now                 time.Time
	done                map[string]int

	numbers  int // of columns so far
	serial   int // of entries so far
	stubs    []oped.Entry
	pieces   map[oped.PieceID][]int64 // rows of the entries of each existing piece
	standing []oped.PieceID           // the same pieces
	at       map[int64]oped.PieceID   // the piece of each entry
	atoms    map[oped.PieceID]string  // of all pieces ever
	links    []link

	musts, cannots int // pairs of entries, at the last check
}

// link is a decision with its verdict on entries.
type link struct {
	oped.Decision
	side  map[int64]int          // by entry
	was   map[int64]oped.PieceID // its piece before
	loose bool                   // it joins nothing for good: a rule made it
	gone  bool                   // it was taken back
}

// says returns the verdict of a link on two entries; covers reports whether there is one.
func (l *link) says(a, b int64) (joined, covers bool) {
	x, one := l.side[a]
	y, two := l.side[b]
	if !one || !two || l.gone || l.loose {
		return false, false
	}
	if l.Action == oped.Merge {
		return true, true
	}
	return false, x != y
}

func newCurators(t *testing.T, seed uint64) *curators {
	t.Helper()
	text := "topics: {water: {score: {river: 1}, threshold: 1}}\neditions: {all: {}, water: {topics: water}, dawn: " +
		"{publishers: Dawn}, editorials: {kinds: editorial}}\nfeeds:\n"
	for _, paper := range []string{"Dawn", "The Nation", "The News", "The Wire"} {
		text += fmt.Sprintf("  - {url: \"https://%s.example/rss\", publisher: %s}\n", paper[len(paper)-4:], paper)
	}
	cfg, err := config.Load(testkit.WriteConfig(t, text))
	must(t, err)
	c := &curators{
		T:      t,
		random: rand.New(rand.NewPCG(seed, 0)),
		now:    time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		done:   map[string]int{},
		rules:  rulesOf(cfg, cfg.Tagger),
		pieces: map[oped.PieceID][]int64{}, at: map[int64]oped.PieceID{}, atoms: map[oped.PieceID]string{},
	}
	path := filepath.Join(inMemory(t), "oped.db")
	c.store, err = store.Open(t.Context(), path, store.Options{})
	must(t, err)
	t.Cleanup(func() { c.store.Close() })
	must(t, c.store.Feeds.Sync(t.Context(), cfg.Feeds, c.now))
	must(t, c.store.Editions.Sync(t.Context(), cfg.Editions, "oped.example", c.now))
	c.in = ingest.New(c.store.Entries, c.rules)
	c.rows, err = sql.Open("sqlite", path)
	must(t, err)
	t.Cleanup(func() { c.rows.Close() })
	c.pieceRow, err = c.rows.Prepare("SELECT atom_id, merged IS NULL FROM piece WHERE id = ?")
	must(t, err)
	c.entryRows, err = c.rows.Prepare("SELECT id FROM entry WHERE piece = ? ORDER BY id")
	must(t, err)
	return c
}

// inMemory returns a folder in memory, where there is one: the tests that kill processes cover disks.
func inMemory(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "oped-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// operate does one random thing.
func (c *curators) operate() {
	c.Helper()
	c.now = c.now.Add(time.Minute)
	switch n := c.random.IntN(100); {
	case n < 20 || len(c.standing) < 8:
		c.numbers++
		c.insert(c.column(c.numbers))
	case n < 38:
		c.insert(c.column(1 + c.random.IntN(c.numbers)))
	case n < 44:
		c.serial++
		stub := c.entry(newstest.Words(1_000_000+c.serial, 15))
		c.stubs = append(c.stubs, stub)
		c.insert(stub)
	case n < 50 && len(c.stubs) > 0:
		i := c.random.IntN(len(c.stubs))
		late := c.stubs[i]
		c.stubs = slices.Delete(c.stubs, i, i+1)
		late.Content = c.column(1 + c.random.IntN(c.numbers)).Content
		c.insert(late)
	case n < 65:
		c.merge()
	case n < 80:
		c.split()
	case n < 87:
		c.keepSplit()
	default:
		c.undo()
	}
}

// column is a new copy of the column of a number.
func (c *curators) column(number int) oped.Entry {
	text := newstest.Words(number, 45)
	if number%3 == 0 {
		text += " by the river"
	}
	e := c.entry(text)
	if e.Title = fmt.Sprintf("Column %d", number); number%5 == 0 {
		e.Title = "Editorial: " + e.Title
	}
	return e
}

func (c *curators) entry(text string) oped.Entry {
	c.serial++
	feeds := slices.Sorted(maps.Keys(c.rules.Feeds))
	url := fmt.Sprintf("%s/%d", feeds[c.random.IntN(len(feeds))], c.serial)
	return oped.Entry{
		FeedURL:   filepath.Dir(url),
		ID:        url,
		URL:       url,
		Title:     "Late",
		Content:   "<p>" + text + "</p>",
		Published: c.now,
	}
}

// insert lets an entry come in.
func (c *curators) insert(e oped.Entry) {
	c.Helper()
	for url := range c.rules.Feeds {
		if len(e.URL) > len(url) && e.URL[:len(url)] == url {
			e.FeedURL = url
		}
	}
	e.Hash = sha256.Sum256([]byte(e.Content))
	before := maps.Clone(c.at)
	changes, err := c.in.Handle(c.Context(), oped.Fetched{
		Feed:    oped.FeedState{Feed: c.rules.Feeds[e.FeedURL]},
		At:      c.now,
		Status:  200,
		Next:    c.now.Add(time.Hour),
		Entries: []oped.Entry{e},
	})
	if err != nil {
		c.Fatalf("%s: %v", e.URL, err)
	}
	c.done["new"] += changes.New
	c.done["joined"] += changes.Joined
	c.done["changed"] += changes.Changed
	entries := len(c.at)
	c.refresh(changes.Pieces)
	if got := len(c.at) - entries; got != changes.New+changes.Joined {
		c.Errorf("%d entries came in, and there are %d more", changes.New+changes.Joined, got)
	}
	if changes.Merged == 0 {
		return
	}
	made, err := c.store.Decisions.Latest(c.Context(), 1)
	must(c, err)
	l := link{Decision: made[0], loose: true, side: map[int64]int{}, was: map[int64]oped.PieceID{}}
	if l.Action != oped.Merge || l.By != oped.ByRule || len(l.Pieces) != changes.Merged+1 || l.Why == "" {
		c.Errorf("%d pieces were merged, and the last decision is %+v", changes.Merged, l.Decision)
	}
	for row, id := range before {
		if slices.Contains(l.Pieces, id) {
			l.side[row], l.was[row] = 0, id
		}
	}
	parted := c.splitOff(l.was)
	c.links = append(c.links, l)
	c.done["automatic merge"]++
	if !parted {
		return
	}
	// Ingest does not check yet whether two pieces, each a match of a third one, were split from each other.
	// Such cases are counted, and undone.
	if c.done["automatic merge of what was parted"]++; len(l.Pieces) < 3 {
		c.Errorf("%+v unites two pieces that were parted", l.Decision)
	}
	if !c.rearrange(oped.Undo, l, nil, undoing(l.Decision, c.rules, c.now)) {
		c.Errorf("%+v cannot be taken back", l.Decision)
	}
	c.links[slices.IndexFunc(c.links, func(have link) bool { return have.ID == l.ID })].gone = true
}

// splitOff reports whether a curator split entries of different pieces.
func (c *curators) splitOff(was map[int64]oped.PieceID) bool {
	for a, one := range was {
		for b, two := range was {
			for i := len(c.links) - 1; i >= 0 && a < b && one != two; i-- {
				if joined, covers := c.links[i].says(a, b); covers {
					if !joined {
						return true
					}
					break
				}
			}
		}
	}
	return false
}

// some are n different standing pieces, or fewer.
func (c *curators) some(n int) (ids []oped.PieceID) {
	for range n {
		if id := c.standing[c.random.IntN(len(c.standing))]; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *curators) merge() {
	c.Helper()
	ids := c.some(2 + c.random.IntN(2))
	if len(ids) > 1 && c.rearrange(oped.Merge, link{}, ids, merging(c.rules, c.now, len(ids))) {
		c.done["merge"]++
	}
}

func (c *curators) split() {
	c.Helper()
	id := c.some(1)[0]
	for range 8 { // most have one entry, and cannot be parted
		if len(c.pieces[id]) < 2 {
			id = c.some(1)[0]
		}
	}
	rows := slices.Clone(c.pieces[id])
	if len(rows) < 2 {
		return
	}
	c.random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	rows = rows[:1+c.random.IntN(len(rows)-1)]
	if c.rearrange(oped.Split, link{}, []oped.PieceID{id}, splitting(rows, c.rules, c.now, 1)) {
		c.done["split"]++
	}
}

func (c *curators) keepSplit() {
	c.Helper()
	ids := c.some(2 + c.random.IntN(2))
	if len(ids) > 1 && c.rearrange(oped.Split, link{}, ids, splitting(nil, c.rules, c.now, len(ids))) {
		c.done["keep apart"]++
	}
}

// undo undoes any decision not yet undone: one of the last few more often than by chance, as people do, and an automatic
// merge, of which there are few.
func (c *curators) undo() {
	c.Helper()
	var open []int
	for i := range c.links {
		if !c.links[i].gone && c.links[i].Action != oped.Undo {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return
	}
	switch merged := slices.IndexFunc(open, func(i int) bool { return c.links[i].loose }); {
	case merged >= 0 && c.random.IntN(10) == 0:
		open = open[merged : merged+1]
	case c.random.IntN(2) == 0:
		open = open[max(0, len(open)-20):]
	}
	i := open[c.random.IntN(len(open))]
	last := c.links[i]
	later := c.movedOn(last.ID)
	if !c.rearrange(oped.Undo, last, nil, undoing(last.Decision, c.rules, c.now)) {
		c.done["undo in conflict"]++
		return
	}
	if later != 0 {
		c.Errorf("undo of %d: decision %d moved entries of it, and is not in the way", last.ID, later)
	}
	c.links[i].gone = true
	switch {
	case last.loose:
		c.done["undo of an automatic merge"]++
	default:
		c.done["undo of a "+string(last.Action)]++
	}
}

// rearrange makes a decision. false: an earlier one is in the way, as it should be.
func (c *curators) rearrange(
	action oped.Action, undone link, ids []oped.PieceID, arrange func(store.Found) ([]oped.PieceChange, error),
) bool {
	c.Helper()
	before := c.before(undone, ids)
	parts := false
	d := oped.Decision{At: c.now, By: "amna", Action: action, Undoes: undone.ID}
	d, changes, err := c.store.Decisions.Rearrange(c.Context(), d, ids,
		func(f store.Found) ([]oped.PieceChange, error) {
			parts = len(f.Back) > 0
			return arrange(f)
		})
	var conflict *store.ConflictError
	if errors.As(err, &conflict) && undone.ID != 0 {
		c.inTheWay(conflict, undone.ID)
		return false
	}
	if err != nil {
		c.Fatalf("%s of %v (takes back %+v): %v", action, ids, undone.Decision, err)
	}
	c.refresh(changes.Pieces)
	l := link{Decision: d, side: map[int64]int{}, was: before}
	if undone.ID != 0 && (!undone.loose || !parts) {
		l.was = nil
	}
	sides := []oped.PieceID{d.Piece}
	for _, row := range slices.Sorted(maps.Keys(l.was)) {
		if _, covered := undone.side[row]; undone.ID != 0 && !covered {
			continue
		}
		if !slices.Contains(sides, c.at[row]) {
			sides = append(sides, c.at[row])
		}
		l.side[row] = slices.Index(sides, c.at[row])
	}
	c.links = append(c.links, l)
	return true
}

// before returns the pieces of the entries of a decision before it.
func (c *curators) before(undone link, ids []oped.PieceID) map[int64]oped.PieceID {
	if undone.ID != 0 {
		to, err := c.store.Pieces.ResolveID(c.Context(), undone.Piece)
		must(c, err)
		ids = []oped.PieceID{to}
	}
	was := map[int64]oped.PieceID{}
	for _, id := range ids {
		for _, row := range c.pieces[id] {
			was[row] = id
		}
	}
	return was
}

// movedOn returns the latest decision in effect that moved entries of a decision being undone; 0: none.
func (c *curators) movedOn(undone int64) int64 {
	at := slices.IndexFunc(c.links, func(l link) bool { return l.ID == undone })
	d := &c.links[at]
	if len(d.moved(d)) == 0 {
		return 0
	}
	for i := len(c.links) - 1; i > at; i-- {
		if l := &c.links[i]; !l.gone && !l.loose && l.Action != oped.Undo && len(l.moved(d)) > 0 {
			return l.ID
		}
	}
	return 0
}

// moved returns the entries of a decision d that l moved. Two splits of one piece do not hinder each other: then only
// those count that d split off.
func (l *link) moved(d *link) (rows []int64) {
	for row, was := range l.was {
		_, covered := d.side[row]
		off := l.Action == oped.Merge && was != l.Piece || l.Action == oped.Split && was == l.Piece && l.side[row] > 0
		if covered && off && (d.Action == oped.Merge || l.Action == oped.Merge || d.side[row] > 0) {
			rows = append(rows, row)
		}
	}
	return rows
}

// inTheWay checks that a conflicting decision moved entries of the undone one; else, that it is the latest about these
// entries, and changes them.
func (c *curators) inTheWay(conflict *store.ConflictError, undone int64) {
	c.Helper()
	if later := c.movedOn(undone); later != 0 {
		if conflict.Decision != later {
			c.Errorf("undo of %d: %v; but decision %d moved entries of it", undone, conflict, later)
		}
		return
	}
	for i := len(c.links) - 1; i >= 0; i-- {
		l := &c.links[i]
		if l.ID == undone {
			continue
		}
		if joined, covers := l.says(conflict.Entries[0], conflict.Entries[1]); covers {
			if l.ID != conflict.Decision || joined != conflict.Joined {
				c.Errorf("undo of %d: %v; but decision %d says of them: one piece is %v", undone, conflict, l.ID,
					joined)
			}
			return
		}
	}
	c.Errorf("undo of %d: %v; and it says nothing of them", undone, conflict)
}

// refresh reads changed pieces.
func (c *curators) refresh(ids []oped.PieceID) {
	c.Helper()
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		c.standing = slices.DeleteFunc(c.standing, func(have oped.PieceID) bool { return have == id })
		delete(c.pieces, id)
		var atom string
		var stands bool
		must(c, c.pieceRow.QueryRow(id).Scan(&atom, &stands))
		if before, ok := c.atoms[id]; ok && before != atom {
			c.Errorf("piece %d was %s and is %s", id, before, atom)
		}
		if c.atoms[id] = atom; !stands {
			continue
		}
		c.standing = append(c.standing, id)
		c.refreshEntries(id)
	}
}

func (c *curators) refreshEntries(id oped.PieceID) {
	c.Helper()
	rows, err := c.entryRows.Query(id)
	must(c, err)
	defer rows.Close()
	for rows.Next() {
		var row int64
		must(c, rows.Scan(&row))
		c.pieces[id] = append(c.pieces[id], row)
		c.at[row] = id
	}
	must(c, rows.Err())
}

// check checks all invariants.
func (c *curators) check(last bool) {
	c.Helper()
	c.checkIDs(last)
	c.checkPieces()
	c.checkLinks()
	const merged = "(SELECT id FROM piece WHERE merged IS NOT NULL)"
	for _, what := range []string{"tag WHERE piece", "piece_key WHERE piece", "print WHERE piece",
		"edition_piece WHERE piece", "words_docsize WHERE id", "entry WHERE piece"} {
		if n := c.number("SELECT count(*) FROM " + what + " IN " + merged); n != 0 {
			c.Errorf("%d rows of merged pieces in %s", n, what)
		}
	}
	if n := c.number("SELECT count(*) FROM words_docsize"); n != len(c.standing) {
		c.Errorf("%d pieces are in the index of words, and %d exist", n, len(c.standing))
	}
	if n := c.number(
		"SELECT count(*) FROM piece p JOIN entry e ON e.id = p.lead WHERE e.piece <> p.id AND p.merged IS NULL"); n != 0 {
		c.Errorf("%d pieces are led by what is not their own", n)
	}
	if n := c.number(
		"SELECT count(*) FROM piece p WHERE merged IS NULL AND NOT EXISTS (SELECT 1 FROM piece_key k WHERE k.piece " +
			"= p.id)"); n != 0 {
		c.Errorf("%d pieces have no key", n)
	}
}

func (c *curators) number(query string) (n int) {
	c.Helper()
	must(c, c.rows.QueryRow(query).Scan(&n))
	return n
}

// checkIDs: every id ever used leads to the one current piece with the lead entry it had, and its AtomID is unchanged.
func (c *curators) checkIDs(last bool) {
	c.Helper()
	rows, err := c.rows.Query("SELECT id, atom_id, ifnull(merged, 0), lead FROM piece")
	must(c, err)
	defer rows.Close()
	merged, leads := map[oped.PieceID]oped.PieceID{}, map[oped.PieceID]int64{}
	for rows.Next() {
		var id, into oped.PieceID
		var atom string
		var lead int64
		must(c, rows.Scan(&id, &atom, &into, &lead))
		leads[id] = lead
		if c.atoms[id] != atom {
			c.Errorf("piece %d was %s and is %s", id, c.atoms[id], atom)
		}
		merged[id] = into
	}
	must(c, rows.Err())
	if len(merged) != len(c.atoms) {
		c.Errorf("%d pieces, and %d were met", len(merged), len(c.atoms))
	}
	for _, id := range slices.Sorted(maps.Keys(c.atoms)) {
		to := id
		for steps := 0; merged[to] != 0 && steps <= len(merged); steps++ {
			to = merged[to]
		}
		if c.pieces[to] == nil {
			c.Errorf("piece %d leads to %d, which does not exist", id, to)
		}
		if c.at[leads[id]] != to {
			c.Errorf("piece %d leads to %d, and its lead entry is in %d", id, to, c.at[leads[id]])
		}
		if oneOf := map[bool]int{false: 50, true: 4}[last]; id%oped.PieceID(oneOf) != 0 {
			continue
		}
		if p, err := c.store.Pieces.Get(c.Context(), c.atoms[id]); err != nil || p.ID != to {
			c.Errorf("%s leads to %d (%v), want %d", c.atoms[id], p.ID, err, to)
		}
	}
}

// checkPieces: every entry is in one piece, every piece has entries, and every edition has the pieces of its
// filter.
func (c *curators) checkPieces() {
	c.Helper()
	seen, takes, stands := map[int64]bool{}, map[string]int{}, 0
	for p, err := range c.store.Pieces.All(c.Context(), 0, 0) {
		must(c, err)
		stands++
		for _, e := range p.Entries {
			if seen[e.Row] || c.at[e.Row] != p.ID {
				c.Errorf("entry %d is in %d, want %d; twice: %v", e.Row, p.ID, c.at[e.Row], seen[e.Row])
			}
			seen[e.Row] = true
		}
		for _, e := range c.rules.Editions {
			in := slices.Contains(p.Editions, e.Name)
			if in != (e.Filter.Refuses(&p, nil, nil) == topic.Taken) {
				c.Errorf("piece %d (%s, %v) is in %s: %v", p.ID, p.Kind, p.Topics(), e.Name, in)
			}
			if in {
				takes[e.Name]++
			}
		}
	}
	if len(seen) != len(c.at) || stands != len(c.standing) || c.number("SELECT count(*) FROM entry") != len(c.at) {
		c.Errorf("%d entries in %d pieces, want %d in %d", len(seen), stands, len(c.at), len(c.standing))
	}
	editions, err := c.store.Editions.All(c.Context())
	must(c, err)
	for _, e := range editions {
		if e.Pieces != takes[e.Name] {
			c.Errorf("edition %s says that it holds %d pieces, and holds %d", e.Name, e.Pieces, takes[e.Name])
		}
	}
	if n := c.number("SELECT count(*) FROM edition_piece"); n != takes["all"]+takes["water"]+takes["dawn"]+takes["editorials"] {
		c.Errorf("%d rows in edition_piece, of existing pieces %v", n, takes)
	}
}

// checkLinks: for two entries, the latest valid decision on both holds.
func (c *curators) checkLinks() {
	c.Helper()
	settled := map[[2]int64]bool{}
	c.musts, c.cannots = 0, 0
	for i := len(c.links) - 1; i >= 0; i-- {
		l := &c.links[i]
		if l.gone || l.loose {
			continue
		}
		rows := slices.Sorted(maps.Keys(l.side))
		for j, a := range rows {
			for _, b := range rows[:j] {
				joined, covers := l.says(a, b)
				if !covers || settled[[2]int64{b, a}] {
					continue
				}
				settled[[2]int64{b, a}] = true
				if joined {
					c.musts++
				} else {
					c.cannots++
				}
				if one := c.at[a] == c.at[b]; one != joined {
					c.Errorf("decision %d (%s) says that entries %d and %d are one piece: %v; they are in %d and %d",
						l.ID, l.Action, b, a, joined, c.at[b], c.at[a])
				}
			}
		}
	}
}
