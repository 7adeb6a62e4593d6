package ingest_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/ingest"
	"oped/store"
	"oped/text"
	"oped/topic"
)

// curated is a store with tireless curators, and their decisions.
type curated struct {
	*testing.T
	rng     *rand.Rand
	store   *store.Store
	in      *ingest.Ingester
	rules   *ingest.Rules
	at      time.Time
	entries []oped.Entry // as in the present documents
	texts   []int        // the number of each entry's text
	where   map[int64]oped.PieceID
	pieces  map[oped.PieceID][]int64 // the existing ones
	ids     map[oped.PieceID]string  // AtomIDs of all pieces ever
	said    []saying
	moves   int // how often pieces have changed
	did     map[string]int
}

// saying is a decision as the test understands it.
type saying struct {
	id     int64
	action oped.Action
	by     string
	piece  oped.PieceID
	topic  string
	at     time.Time
	undone bool
	was    map[int64]oped.PieceID // of the covered entries
	side   map[int64]oped.PieceID // of a split, or of an undo of an automatic merge: the resulting piece of each
	before string                 // the pieces before it
	moves  int                    // how often pieces had changed after it
}

// TestCurators: whatever curators and feeds do, in whatever order: every constraint holds, every id ever
// given leads to one existing piece, no entry is lost or in two pieces, and editions and the index are right.
func TestCurators(t *testing.T) {
	if raced {
		t.Skip("thousands of decisions, one after the other: skipped under the race detector")
	}
	did := map[string]int{}
	rounds, operations := 12, 200
	if testing.Short() {
		rounds, operations = 1, 100
	}
	dir := memory(t)
	for round := range rounds {
		c := newCurated(t, open(t, filepath.Join(dir, fmt.Sprint(round, ".db"))), uint64(round))
		for i := range operations {
			c.one()
			if c.constraintsHold(); i%100 == 99 {
				c.sound()
			}
			if t.Failed() {
				t.Fatalf("round %d, operation %d: %v", round, i, c.did)
			}
		}
		c.named()
		for what, n := range c.did {
			did[what] += n
		}
		check(t, c.store.Close())
	}
	t.Logf("%d operations: %v", rounds*operations, did)
	if testing.Short() {
		return // a hundred operations are not of every kind
	}
	for _, what := range []string{
		"merged", "parted", "kept apart", "merged by a fetch", "undone merge", "undone split",
		"undone merge by a fetch", "undo refused", "undone at once", "joined", "changed", "undone tag",
	} {
		if did[what] == 0 {
			t.Errorf("it was never tried: %s", what)
		}
	}
}

// memory returns a folder in memory, if the system has one.
func memory(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "oped")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func newCurated(t *testing.T, h *house, seed uint64) *curated {
	c := &curated{
		T:      t,
		rng:    rand.New(rand.NewPCG(seed, 9)),
		store:  h.store,
		rules:  h.rules,
		in:     ingest.New(h.store.Entries, h.rules),
		at:     epoch,
		where:  map[int64]oped.PieceID{},
		pieces: map[oped.PieceID][]int64{},
		ids:    map[oped.PieceID]string{},
		did:    map[string]int{},
	}
	for range 12 {
		c.insert()
	}
	return c
}

// one does one operation.
func (c *curated) one() {
	c.Helper()
	c.at = c.at.Add(time.Minute)
	for {
		done := false
		switch n := c.rng.IntN(100); {
		case n < 12:
			done = c.insert()
		case n < 20:
			done = c.change()
		case n < 42:
			done = c.merge()
		case n < 62:
			done = c.part()
		case n < 70:
			done = c.split()
		case n < 76:
			done = c.tag()
		default:
			done = c.undo()
		}
		if done {
			return
		}
	}
}

// insert adds an entry to a feed: with a new text, or with one of another feed.
func (c *curated) insert() bool {
	feed := feeds[c.rng.IntN(len(feeds))].URL
	text := len(c.entries)
	if len(c.texts) > 0 && c.rng.IntN(2) == 0 {
		text = c.texts[c.rng.IntN(len(c.texts))]
	}
	e := column(feed, len(c.entries))
	e = edited(e, func(e *oped.Entry) { c.write(e, text) })
	c.entries, c.texts = append(c.entries, e), append(c.texts, text)
	c.fetch(e)
	return true
}

func (c *curated) write(e *oped.Entry, text int) {
	e.Content = "<p>" + essay(text, 60) + "</p>"
	e.Title = fmt.Sprintf("Column %d", text)
	if text%3 == 0 {
		e.Content = "<p>By the river. " + essay(text, 60) + "</p>"
	}
	if text%5 != 0 {
		e.Categories = []string{"Opinion"}
	}
}

// change changes an entry: often to the text of another one, so that two pieces turn out to be one.
func (c *curated) change() bool {
	i := c.rng.IntN(len(c.entries))
	text := len(c.entries) + 1000 + c.rng.IntN(1000)
	if c.rng.IntN(3) > 0 {
		text = c.texts[c.rng.IntN(len(c.texts))]
	}
	if text == c.texts[i] {
		return false
	}
	c.entries[i] = edited(c.entries[i], func(e *oped.Entry) { c.write(e, text) })
	c.texts[i] = text
	c.fetch(c.entries[i])
	return true
}

func (c *curated) fetch(e oped.Entry) {
	c.Helper()
	before, where := c.show(), maps.Clone(c.where)
	changes, err := c.in.Handle(c.Context(), oped.Fetched{
		Feed:    oped.FeedState{Feed: c.rules.Feeds[e.FeedURL]},
		At:      c.at,
		Status:  200,
		Next:    c.at.Add(time.Hour),
		Entries: []oped.Entry{e},
	})
	check(c.T, err)
	c.did["new"] += changes.New
	c.did["joined"] += changes.Joined
	c.did["changed"] += changes.Changed
	c.did["merged by a fetch"] += changes.Merged
	c.follow(changes)
	if changes.Merged == 0 {
		return
	}
	latest, err := c.store.Decisions.Latest(c.Context(), changes.Merged)
	check(c.T, err)
	for _, d := range latest {
		if d.By != oped.ByRule || d.Action != oped.Merge || !d.At.Equal(c.at) {
			continue // one decision merged several
		}
		s := saying{
			id:     d.ID,
			action: d.Action,
			by:     d.By,
			piece:  d.Piece,
			at:     d.At,
			before: before,
			moves:  -1,
			was:    map[int64]oped.PieceID{},
		}
		for row, id := range where {
			if id == d.Piece || c.where[row] == d.Piece && c.pieces[id] == nil {
				s.was[row] = id
			}
		}
		if len(s.was) < 2 {
			c.Errorf("decision %d merged %v", d.ID, s.was)
		}
		c.said = append(c.said, s)
	}
}

// follow checks the changed pieces.
func (c *curated) follow(changes oped.Changes) {
	c.Helper()
	c.moves++
	for _, id := range changes.Pieces {
		delete(c.pieces, id)
	}
	touched, err := c.store.Pieces.Of(c.Context(), changes.Pieces)
	check(c.T, err)
	for _, p := range touched {
		c.pieces[p.ID] = nil
		for _, e := range p.Entries {
			c.where[e.Row] = p.ID
			c.pieces[p.ID] = append(c.pieces[p.ID], e.Row)
		}
		if id, known := c.ids[p.ID]; known && id != p.AtomID {
			c.Errorf("piece %d was %s and is %s", p.ID, id, p.AtomID)
		}
		c.ids[p.ID] = p.AtomID
	}
}

// show returns the pieces by their entries.
func (c *curated) show() string {
	var all []string
	for _, rows := range c.pieces {
		rows = slices.Sorted(slices.Values(rows))
		all = append(all, fmt.Sprint(rows))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// some returns n existing pieces; nil if there are fewer.
func (c *curated) some(n int) []oped.PieceID {
	all := slices.Sorted(maps.Keys(c.pieces))
	if len(all) < n {
		return nil
	}
	c.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:n]
}

// rearrange carries out a curator's decision, and returns the test's own record of it.
func (c *curated) rearrange(
	action oped.Action, undoes int64, ids []oped.PieceID,
	do func(f store.Found, d oped.Decision) ([]oped.PieceChange, error),
) (saying, oped.Changes, error) {
	c.Helper()
	d := oped.Decision{At: c.at, By: "amna", Action: action, Undoes: undoes}
	s := saying{
		action: action,
		by:     d.By,
		at:     d.At,
		before: c.show(),
		was:    map[int64]oped.PieceID{},
		side:   map[int64]oped.PieceID{},
	}
	for _, id := range ids {
		for _, row := range c.pieces[id] {
			s.was[row] = id
		}
	}
	done, changes, err := c.store.Decisions.Rearrange(
		c.Context(), d, ids, func(f store.Found) ([]oped.PieceChange, error) { return do(f, d) },
	)
	if err != nil {
		return s, changes, err
	}
	c.follow(changes)
	s.id, s.piece, s.moves = done.ID, done.Piece, c.moves
	for row := range s.was {
		s.side[row] = c.where[row]
	}
	return s, changes, nil
}

func (c *curated) merge() bool {
	c.Helper()
	ids := c.some(2 + c.rng.IntN(2))
	if ids == nil {
		return false
	}
	var before []oped.Piece
	s, changes, err := c.rearrange(oped.Merge, 0, ids, func(f store.Found, d oped.Decision) ([]oped.PieceChange, error) {
		before = f.Pieces
		return []oped.PieceChange{ingest.Merge(f.Pieces, f.InEffect, c.rules, d.At)}, nil
	})
	check(c.T, err)
	c.said = append(c.said, s)
	c.did["merged"]++
	if s.piece != before[ingest.Survivor(before)].ID || changes.Merged != len(ids)-1 {
		c.Errorf("of %v, %d goes on: %+v", ids, s.piece, changes)
	}
	if c.rng.IntN(8) == 0 {
		c.keptTags(before, s.piece)
	}
	return true
}

// keptTags checks that the target of a merge has the latest of the curators' decisions on any of the pieces.
func (c *curated) keptTags(before []oped.Piece, id oped.PieceID) {
	c.Helper()
	decided := func(pieces []oped.Piece) (latest time.Time) {
		for _, p := range pieces {
			for _, t := range p.Tags {
				if t.By != oped.ByRule && t.At.After(latest) {
					latest = t.At
				}
			}
		}
		return latest
	}
	after, err := c.store.Pieces.Of(c.Context(), []oped.PieceID{id})
	check(c.T, err)
	if want, got := decided(before), decided(after); !got.Equal(want) {
		c.Errorf("piece %d has a curator's tag of %v, want %v", id, got, want)
	}
}

func (c *curated) resolveID(id oped.PieceID) oped.PieceID {
	c.Helper()
	to, err := c.store.Pieces.ResolveID(c.Context(), id)
	check(c.T, err)
	return to
}

func (c *curated) part() bool {
	c.Helper()
	for _, id := range c.some(len(c.pieces)) {
		if len(c.pieces[id]) < 2 {
			continue
		}
		rows := slices.Clone(c.pieces[id])
		c.rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		rows = rows[:1+c.rng.IntN(len(rows)-1)]
		var off string
		s, _, err := c.rearrange(oped.Split, 0, []oped.PieceID{id}, func(f store.Found, d oped.Decision) ([]oped.PieceChange, error) {
			once, err := ingest.Split(f.Pieces[0], rows, f.Decision, f.InEffect, c.rules, d.At)
			check(c.T, err)
			again, err := ingest.Split(f.Pieces[0], rows, f.Decision, f.InEffect, c.rules, d.At)
			if off = once[1].Piece.AtomID; off != again[1].Piece.AtomID {
				c.Errorf("asked again, what is parted is %s, and not %s", again[1].Piece.AtomID, off)
			}
			return again, err
		})
		check(c.T, err)
		c.said = append(c.said, s)
		c.did["parted"]++
		if to := c.where[rows[0]]; s.piece != id || to == id || c.ids[to] != off || len(c.pieces[to]) != len(rows) {
			c.Errorf("%v of piece %d are in piece %d with %v", rows, id, to, c.pieces[to])
		}
		return true
	}
	return false
}

func (c *curated) split() bool {
	c.Helper()
	ids := c.some(2)
	if ids == nil {
		return false
	}
	s, changes, err := c.rearrange(
		oped.Split, 0, ids, func(store.Found, oped.Decision) ([]oped.PieceChange, error) { return nil, nil },
	)
	check(c.T, err)
	if len(changes.Pieces) > 0 || s.piece != ids[0] {
		c.Errorf("keeping %v apart changed %+v", ids, changes)
	}
	c.said = append(c.said, s)
	c.did["kept apart"]++
	return true
}

// tag lets a curator put a piece on the topic or take it off.
func (c *curated) tag() bool {
	c.Helper()
	id := c.some(1)[0]
	d := oped.Decision{At: c.at, By: "ayesha", Action: oped.TagIt, Piece: id, Topic: "water"}
	if c.rng.IntN(2) == 0 {
		d.Action = oped.Untag
	}
	done, changes, err := c.store.Decisions.Decide(c.Context(), d, store.Verdict{Pieces: []oped.PieceID{id},
		Decide: func(p oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
			return ingest.DecideTopic(p, "water", d.Action == oped.TagIt, d.By, c.rules, d.At)
		}})
	check(c.T, err)
	c.follow(changes)
	c.said = append(c.said, saying{id: done.ID, action: d.Action, by: d.By, piece: id, topic: d.Topic, at: d.At})
	c.did["tag"]++
	return true
}

// undo takes a decision back: the last as often as any other one.
func (c *curated) undo() bool {
	c.Helper()
	i := len(c.said) - 1
	if c.rng.IntN(2) == 0 && i > 0 {
		i = c.rng.IntN(i)
	}
	if i < 0 || c.said[i].undone || c.said[i].action == oped.Undo {
		return false
	}
	s := &c.said[i]
	if s.topic != "" {
		c.undoTag(s)
		return true
	}
	c.undoRearranged(s)
	return true
}

func (c *curated) undoTag(s *saying) {
	c.Helper()
	to := c.resolveID(s.piece)
	d := oped.Decision{At: c.at, By: "amna", Action: oped.Undo, Undoes: s.id, Piece: s.piece, Topic: s.topic}
	judgements, err := c.store.Decisions.Judgements(c.Context(), s.topic)
	check(c.T, err)
	judgements = slices.DeleteFunc(judgements, func(j oped.Decision) bool { return j.Piece != to || j.ID == s.id })
	_, changes, err := c.store.Decisions.Decide(c.Context(), d, store.Verdict{Pieces: []oped.PieceID{s.piece},
		Decide: func(p oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
			if p.ID != to {
				c.Errorf("undo of a tag of piece %d acts on %d, not on %d", s.piece, p.ID, to)
			}
			if n := len(judgements); n > 0 {
				last := judgements[n-1]
				return ingest.DecideTopic(p, s.topic, last.Action == oped.TagIt, last.By, c.rules, last.At)
			}
			return ingest.UndoTopic(p, s.topic, c.rules, d.At)
		}})
	check(c.T, err)
	s.undone = true
	c.follow(changes)
	c.did["undone tag"]++
}

// undoRearranged takes a merge or a split back.
func (c *curated) undoRearranged(s *saying) {
	c.Helper()
	atOnce := s.moves == c.moves
	before, where := c.show(), maps.Clone(c.where)
	to := c.resolveID(s.piece)
	undo, _, err := c.rearrange(oped.Undo, s.id, nil, func(f store.Found, d oped.Decision) ([]oped.PieceChange, error) {
		switch {
		case s.action == oped.Merge:
			return ingest.Unmerge(f.Pieces[0], f.Back, f.InEffect, s.at, c.rules, d.At), nil
		case len(f.Pieces) > 1:
			return []oped.PieceChange{ingest.Merge(f.Pieces, f.InEffect, c.rules, d.At)}, nil
		}
		return nil, nil
	})
	var conflict *store.ConflictError
	if errors.As(err, &conflict) {
		c.did["undo refused"]++
		at := slices.IndexFunc(c.said, func(x saying) bool { return x.id == conflict.Decision })
		if at < 0 || c.said[at].undone || c.show() != before {
			c.Errorf("refused for decision %d, and that is %v", conflict.Decision, at)
		}
		return
	}
	check(c.T, err)
	s.undone = true
	c.did["undone "+string(s.action)]++
	if s.by == oped.ByRule {
		c.did["undone merge by a fetch"]++
		undo.was, undo.side = map[int64]oped.PieceID{}, map[int64]oped.PieceID{}
		for row := range s.was {
			if where[row] == to {
				undo.was[row], undo.side[row] = where[row], c.where[row]
			}
		}
		c.said = append(c.said, undo)
	}
	if atOnce {
		c.did["undone at once"]++
		if c.show() != s.before {
			c.Errorf("undone at once, the pieces are\n%s\nand were\n%s", c.show(), s.before)
		}
	}
}

// sound checks all invariants.
func (c *curated) sound() {
	c.Helper()
	existing := map[oped.PieceID]oped.Piece{}
	rows := map[int64]oped.PieceID{}
	for p, err := range c.store.Pieces.All(c.Context(), 0, 0) {
		check(c.T, err)
		existing[p.ID] = p
		for _, e := range p.Entries {
			if other, twice := rows[e.Row]; twice {
				c.Errorf("entry %d is in pieces %d and %d", e.Row, other, p.ID)
			}
			rows[e.Row] = p.ID
		}
		if len(p.Entries) == 0 {
			c.Errorf("piece %d has no entry", p.ID)
		}
		for _, e := range ingest.Editions(editions, nil) {
			if isIn := slices.Contains(p.Editions, e.Name); isIn != (e.Filter.Refuses(&p, nil, nil) == topic.Taken) {
				c.Errorf("piece %d is in %s: %v", p.ID, e.Name, isIn)
			}
		}
	}
	if !maps.Equal(rows, c.where) || len(rows) != c.did["new"]+c.did["joined"] || len(existing) != len(c.pieces) {
		c.Errorf(
			"%d entries came, and %d are in %d pieces:\n%v\n%v", c.did["new"]+c.did["joined"], len(rows),
			len(existing), rows, c.where,
		)
	}
	for id, atomID := range c.ids {
		to := c.resolveID(id)
		if p, ok := existing[to]; !ok || id == to && p.AtomID != atomID {
			c.Errorf("%s, once piece %d, leads to piece %d, %s", atomID, id, to, p.AtomID)
		}
	}
	c.editionsHold(existing)
}

// named looks up every piece ever given out, by its AtomID.
func (c *curated) named() {
	c.Helper()
	for id, atomID := range c.ids {
		if p, err := c.store.Pieces.Get(c.Context(), atomID); err != nil || p.ID != c.resolveID(id) ||
			len(p.Entries) == 0 {
			c.Errorf("%s, once piece %d, leads to piece %d (%v)", atomID, id, p.ID, err)
		}
	}
}

// editionsHold checks that editions and the index of words hold the existing pieces and nothing else.
func (c *curated) editionsHold(existing map[oped.PieceID]oped.Piece) {
	c.Helper()
	states, err := c.store.Editions.All(c.Context())
	check(c.T, err)
	for _, e := range states {
		n := 0
		for _, p := range existing {
			if slices.Contains(p.Editions, e.Name) {
				n++
			}
		}
		if e.Pieces != n {
			c.Errorf("%s has %d pieces, and counts %d", e.Name, n, e.Pieces)
		}
	}
	var set text.WordSet
	holding := map[string][]oped.PieceID{}
	for _, id := range slices.Sorted(maps.Keys(existing)) {
		p := existing[id]
		for _, word := range strings.Fields(topic.Words(&p, &set)) {
			holding[word] = append(holding[word], id)
		}
	}
	for word, want := range holding {
		if got, err := c.store.Topics.Newest(
			c.Context(), topic.IndexQuery{Op: topic.Word, Word: word}, 0,
		); err != nil || !slices.Equal(slices.Sorted(slices.Values(got)), want) {
			c.Errorf("%s is in %v by the index (%v), and in %v", word, got, err, want)
		}
	}
	all, err := c.store.Topics.Newest(c.Context(), topic.IndexQuery{Op: topic.Always}, 0)
	if counts, err2 := c.store.Counts(c.Context()); err != nil || err2 != nil || len(all) != len(existing) ||
		counts.Pieces != len(existing) {
		c.Errorf(
			"%d pieces exist, %d are listed, %d counted (%v, %v)", len(existing), len(all), counts.Pieces, err,
			err2,
		)
	}
}

// constraintsHold checks every pair of entries against the latest decision covering both.
func (c *curated) constraintsHold() {
	c.Helper()
	settled := map[[2]int64]bool{}
	for _, s := range slices.Backward(c.said) {
		joins := s.action == oped.Merge
		if s.undone || joins && s.by == oped.ByRule || s.topic != "" {
			continue
		}
		rows := slices.Sorted(maps.Keys(s.was))
		for i, a := range rows {
			for _, b := range rows[:i] {
				if !joins && s.side[a] == s.side[b] || settled[[2]int64{b, a}] {
					continue
				}
				settled[[2]int64{b, a}] = true
				if (c.where[a] == c.where[b]) != joins {
					c.Errorf(
						"decision %d (%s by %s) links entries %d and %d: %v; they are in pieces %d and %d",
						s.id, s.action, s.by, a, b, joins, c.where[a], c.where[b],
					)
				}
			}
		}
	}
}
