package store_test

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/store"
	"pgregory.net/rapid"
)

// view is everything pages show of a store, and the versions of its owners.
type view struct {
	number   int64
	pieces   map[oped.PieceID]shown
	editions map[string]shown
	feeds    map[string]shown
	archives map[oped.ArchiveRef]archiveView
}

type shown struct {
	text    string
	version int64
}

type archiveView struct {
	page oped.ArchivePage
	text string
}

// walk is a store under random writes.
type walk struct {
	t      *testing.T
	rt     *rapid.T
	s      *store.Store
	serial int
	config struct {
		feeds    []oped.Feed
		editions []oped.Edition
	}
}

// must returns a required result.
func must[T any](w *walk, v T, err error) T {
	w.t.Helper()
	if err != nil {
		w.rt.Fatalf("read: %v", err)
	}
	return v
}

func (w *walk) ids() []oped.PieceID {
	ids, err := w.s.Pieces.IDs(w.t.Context(), 0, 1000)
	return must(w, ids, err)
}

// unmerged returns the pieces without a target.
func (w *walk) unmerged() []oped.Piece {
	pieces, err := w.s.Pieces.Of(w.t.Context(), w.ids())
	return must(w, pieces, err)
}

func (w *walk) look() view {
	v := view{
		pieces:   map[oped.PieceID]shown{},
		editions: map[string]shown{},
		feeds:    map[string]shown{},
		archives: map[oped.ArchiveRef]archiveView{},
	}
	ctx := w.t.Context()
	all, err := w.s.Changes.Since(ctx, 0)
	v.number = must(w, all, err).Number
	feeds, err := w.s.Feeds.All(ctx)
	described := map[string]string{}
	for i, f := range must(w, feeds, err) {
		described[f.URL] = fmt.Sprint(f.Title, f.Publisher, f.SiteURL, f.Lang, f.Country, f.Timezone, f.Excerpt, f.Full, f.Secret,
			f.DocTitle, f.DocSite, f.DocLang, f.DocID, f.Rights, f.Signals())
		if i >= len(w.config.feeds) {
			i = -1 // behind the configured ones
		}
		day := f.LastSuccess.UTC().Format(time.DateOnly)
		v.feeds[f.URL] = shown{fmt.Sprint(i, f.Name, f.Kind, f.Country, f.Enabled, day, described[f.URL]), f.Version}
	}
	w.lookAtPieces(&v, described)
	w.lookAtEditions(&v)
	return v
}

func (w *walk) lookAtPieces(v *view, feeds map[string]string) {
	ctx, ids := w.t.Context(), w.ids()
	existing := map[oped.PieceID]oped.Piece{}
	for _, p := range w.unmerged() {
		existing[p.ID] = p
	}
	relations, err := w.s.Pieces.RelationsOf(ctx, ids)
	must(w, 0, err)
	headers, err := w.s.Pieces.Headers(ctx, ids)
	for i, h := range must(w, headers, err) {
		id := ids[i]
		target, err := w.s.Pieces.ResolveID(ctx, id)
		p := existing[must(w, target, err)]
		want := oped.PieceHeader{ID: id, Version: h.Version, Into: target, Withdrawn: p.Withdrawn, Editions: h.Editions,
			Detailed: h.Detailed}
		if target == id {
			want.Into, want.Entries = 0, len(p.Entries)
		}
		if !reflect.DeepEqual(h, want) {
			w.rt.Fatalf("header %+v of piece %d, which leads to %+v", h, id, p)
		}
		text := fmt.Sprintf("%+v\nin %v", p, h.Editions)
		details := len(p.Entries) - 1 + len(p.Tags) + len(relations[id])
		for _, e := range p.Entries {
			revisions, err := w.s.Entries.Revisions(ctx, e.Row)
			text += fmt.Sprintf("\n%s %+v", feeds[e.FeedURL], must(w, revisions, err))
			details += len(revisions)
		}
		if target == id && h.Detailed != (details > 0) {
			w.rt.Fatalf("header %+v of piece %d, with %d details", h, id, details)
		}
		for _, r := range relations[id] {
			other := existing[r.Piece+r.Other-target]
			text += fmt.Sprintf("\n%+v %v %q %q", r, other.Withdrawn, other.Lead().Title, other.FirstSeen)
			for _, e := range other.Entries {
				text += feeds[e.FeedURL]
			}
		}
		v.pieces[id] = shown{text, h.Version}
	}
}

func (w *walk) lookAtEditions(v *view) {
	ctx := w.t.Context()
	editions, err := w.s.Editions.All(ctx)
	for i, e := range must(w, editions, err) {
		version := e.Version
		e.Version = 0
		backlog, err := w.s.Archives.Backlog(ctx, e.Name)
		must(w, 0, err)
		moves, err := w.s.Editions.MembershipChanges(ctx, e.Name)
		text := fmt.Sprintf("%d %+v\n%+v\n%+v\n", i, e, backlog, must(w, moves, err))
		head, err := w.s.Editions.Head(ctx, e.Name, 0)
		text += fmt.Sprintln(must(w, head, err))
		numbers, err := w.s.Archives.Numbers(ctx, e.Name)
		for _, n := range must(w, numbers, err) {
			page, err := w.s.Archives.Page(ctx, e.Name, n)
			ref := oped.ArchiveRef{Edition: e.Name, Number: n}
			v.archives[ref] = archiveView{must(w, page, err), fmt.Sprintf("%+v", page)}
		}
		v.editions[e.Name] = shown{text, version}
	}
}

// compare checks that every owner with a changed view has a higher version, and is among the changes.
func (w *walk) compare(what string, before, after view) {
	c, err := w.s.Changes.Since(w.t.Context(), before.number)
	if must(w, c, err); c.Number != after.number {
		w.rt.Fatalf("%s: number %d of the changes, want %d", what, c.Number, after.number)
	}
	affected := w.affected(&c, before.number)
	changed := func(id oped.PieceID) bool { return affected[id] }
	in := func(names []string) func(string) bool {
		return func(name string) bool { return slices.Contains(names, name) }
	}
	owners(w, what, before.pieces, after.pieces, before.number, changed)
	owners(w, what, before.editions, after.editions, before.number, in(c.Editions))
	owners(w, what, before.feeds, after.feeds, before.number, in(c.Feeds))
	for ref := range after.archives {
		b, a := before.archives[ref], after.archives[ref]
		named := slices.Contains(c.Archives, ref) ||
			slices.ContainsFunc(a.page.Pieces, changed) || slices.ContainsFunc(b.page.Pieces, changed)
		if _, configured := before.editions[ref.Edition]; configured && a.text != b.text && !named {
			w.rt.Fatalf("%s: archive %+v is not among %+v\nbefore %s\nafter  %s", what, ref, c, b.text, a.text)
		}
	}
}

// affected returns the pieces with possibly changed pages since a change number.
func (w *walk) affected(c *oped.ChangeSet, number int64) map[oped.PieceID]bool {
	all := map[oped.PieceID]bool{}
	ids := slices.Clone(c.Pieces)
	for _, url := range c.Feeds {
		of, err := w.s.Pieces.IDsOfFeed(w.t.Context(), url, number)
		ids = append(ids, must(w, of, err)...)
	}
	relations, err := w.s.Pieces.RelationsOf(w.t.Context(), ids)
	must(w, 0, err)
	for _, id := range slices.Clone(ids) {
		for _, r := range relations[id] {
			ids = append(ids, r.Piece, r.Other)
		}
	}
	merged, err := w.s.Pieces.AliasesOf(w.t.Context(), ids)
	for _, id := range append(must(w, merged, err), ids...) {
		all[id] = true
	}
	return all
}

func owners[K comparable](w *walk, what string, before, after map[K]shown, number int64, named func(K) bool) {
	for k, a := range after {
		b := before[k]
		switch {
		case a.version < b.version:
			w.rt.Fatalf("%s: %v goes back from version %d to %d", what, k, b.version, a.version)
		case a.text != b.text && (a.version <= number || !named(k)):
			w.rt.Fatalf("%s: %v is at version %d, number before %d, among the changes: %v\nbefore %s\nafter  %s",
				what, k, a.version, number, named(k), b.text, a.text)
		}
	}
}

func same(a, b view) bool {
	texts := func(m map[oped.ArchiveRef]archiveView) map[oped.ArchiveRef]string {
		all := map[oped.ArchiveRef]string{}
		for k, v := range m {
			all[k] = v.text
		}
		return all
	}
	return a.number == b.number && maps.Equal(a.pieces, b.pieces) && maps.Equal(a.editions, b.editions) &&
		maps.Equal(a.feeds, b.feeds) && maps.Equal(texts(a.archives), texts(b.archives))
}

func pick[T any](w *walk, label string, of ...T) T { return rapid.SampledFrom(of).Draw(w.rt, label) }

func (w *walk) yes(label string) bool { return rapid.Bool().Draw(w.rt, label) }

func (w *walk) now() time.Time {
	w.serial++
	return noon.Add(time.Duration(w.serial) * 5 * time.Hour)
}

func (w *walk) someNames(label string) []string {
	var names []string
	for _, e := range w.config.editions {
		names = append(names, e.Name)
	}
	if len(names) == 0 {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID).Draw(w.rt, label)
}

// entry is a new one; its hash follows from its title.
func (w *walk) entry(feed string, at time.Time) oped.Entry {
	e := oped.Entry{
		FeedURL:   feed,
		ID:        fmt.Sprint("guid-", w.serial, "-", len(w.ids())),
		Title:     pick(w, "title", "One", "Two", "Three"),
		Text:      pick(w, "text", "It is said.", "It was said."),
		Published: at.Add(-time.Duration(rapid.IntRange(0, 99).Draw(w.rt, "age")) * time.Hour),
		FirstSeen: at,
	}
	copy(e.Hash[:], e.Title)
	return e
}

// changed draws the change of a piece.
func (w *walk) changed(p oped.Piece, at time.Time) oped.PieceChange {
	p.Entries = slices.Clone(p.Entries)
	p.Kind = pick(w, "kind", oped.Opinion, oped.Editorial)
	p.Tags = pick(w, "tags", nil, []oped.Tag{{Topic: "a", Outcome: oped.Tagged, At: noon}})
	if w.yes("revised") {
		p.Revision++
		p.Updated = at
	}
	if lead := rapid.IntRange(0, len(p.Entries)-1).Draw(w.rt, "lead"); lead > 0 {
		p.Entries[0], p.Entries[lead] = p.Entries[lead], p.Entries[0]
	}
	return oped.PieceChange{
		Piece:      p,
		Enter:      w.someNames("enter"),
		EnterBelow: w.someNames("archive"),
		Leave:      w.someNames("leave"),
		Revise:     w.someNames("revise"),
	}
}

// ingest draws a plan and carries it out.
func (w *walk) ingest() error {
	at, feed := w.now(), feedURL(rapid.IntRange(0, 1).Draw(w.rt, "feed"))
	pieces := w.unmerged()
	_, err := w.s.Entries.Ingest(w.t.Context(), oped.Lookup{FeedURL: feed, At: at}, func(k oped.Known) oped.Plan {
		k.Feed.LastFetch, k.Feed.LastSuccess = at, at
		k.Feed.DocTitle = pick(w, "title of the feed", "", "Dawn", "DAWN")
		plan := oped.Plan{Feed: k.Feed}
		if len(pieces) == 0 || w.yes("new") {
			e := w.entry(feed, at)
			c := w.changed(newPiece("urn:"+e.ID, at, e), at)
			c.Entries = []oped.EntryChange{{Outcome: oped.New, Keys: []string{e.ID}}}
			if len(pieces) > 0 && w.yes("related") {
				c.Relations = []oped.Relation{{Other: pick(w, "other", w.ids()...), Kind: oped.Like, At: at}}
			}
			plan.Pieces = []oped.PieceChange{c}
			return plan
		}
		p := pick(w, "piece", pieces...)
		own := slices.IndexFunc(p.Entries, func(e oped.Entry) bool { return e.FeedURL == feed })
		if own < 0 || w.yes("joined") {
			own = len(p.Entries)
			p.Entries = append(slices.Clone(p.Entries), w.entry(feed, at))
		} else {
			p.Entries = slices.Clone(p.Entries)
			e := w.entry(feed, p.Entries[own].FirstSeen) // with the old hash it changes silently
			e.Row, e.ID = p.Entries[own].Row, p.Entries[own].ID
			p.Entries[own] = e
		}
		changed := p.Entries[own]
		c := w.changed(p, at)
		index := slices.IndexFunc(c.Piece.Entries, func(e oped.Entry) bool { return e.Row == changed.Row })
		c.Entries = []oped.EntryChange{{Outcome: oped.Changed, Index: index, Keys: []string{changed.ID}, News: "text"}}
		if other := pick(w, "taken", pieces...); other.ID != p.ID && w.yes("merges") {
			c.MergedIDs, c.Why = []oped.PieceID{other.ID}, "the same"
			c.Piece.Entries = append(c.Piece.Entries, other.Entries...)
		}
		plan.Pieces = []oped.PieceChange{c}
		return plan
	})
	return err
}

func newPiece(atomID string, at time.Time, entries ...oped.Entry) oped.Piece {
	return oped.Piece{AtomID: atomID, FirstSeen: at, Updated: at, Revision: 1, Entries: entries}
}

// decide draws a decision on single pieces, or takes one back.
func (w *walk) decide() error {
	ids := w.ids()
	if len(ids) == 0 {
		return errNothing
	}
	actions := []oped.Action{oped.Apply, oped.Withdraw, oped.Undo}
	if len(w.config.editions) > 0 {
		actions = append(actions, choices()...)
	}
	d := oped.Decision{At: w.now(), By: "amna", Action: pick(w, "action", actions...)}
	switch d.Action {
	case oped.Approve, oped.Reject, oped.Hold, oped.Pin, oped.Unpin, oped.Annotate:
		d.Note, d.Until, d.Place = fmt.Sprint("note ", w.serial), d.At, w.serial
		to, err := w.s.Pieces.ResolveID(w.t.Context(), pick(w, "piece", ids...))
		d.Piece, d.Editions = must(w, to, err), []string{pick(w, "edition", w.config.editions...).Name}
	case oped.Withdraw:
		to, err := w.s.Pieces.ResolveID(w.t.Context(), pick(w, "piece", ids...))
		d.Piece = must(w, to, err)
	case oped.Undo:
		if d.Undoes = w.undoable(append(choices(), oped.Apply, oped.Withdraw)...); d.Undoes == 0 {
			return errNothing
		}
	}
	judged := pick(w, "judged", ids...)
	if d.Piece != 0 {
		judged = d.Piece
	}
	verdict := store.Verdict{Pieces: []oped.PieceID{judged}}
	verdict.Decide = func(p oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
		c := w.changed(p, d.At)
		if c.Piece.Withdrawn {
			c.Leave, c.Enter, c.EnterBelow, c.Revise = p.Editions, nil, nil, nil
		}
		return c, w.yes("changes") || len(d.Editions) > 0 || d.Undoes != 0
	}
	_, _, err := w.s.Decisions.Decide(w.t.Context(), d, verdict)
	return err
}

// choices returns the decisions on a piece in some editions.
func choices() []oped.Action {
	return []oped.Action{oped.Approve, oped.Reject, oped.Hold, oped.Pin, oped.Unpin, oped.Annotate}
}

// release ends a hold.
func (w *walk) release() error {
	due, err := w.s.Decisions.Due(w.t.Context(), w.now())
	if len(must(w, due, err)) == 0 {
		return errNothing
	}
	at := w.now()
	return w.s.Decisions.Release(w.t.Context(), due[0].ID, at, func(p oped.Piece) oped.PieceChange {
		return w.changed(p, at)
	})
}

// undoable draws an active decision with one of some actions; 0 if there is none.
func (w *walk) undoable(actions ...oped.Action) int64 {
	all, err := w.s.Decisions.Latest(w.t.Context(), 0)
	all = slices.DeleteFunc(must(w, all, err), func(d oped.Decision) bool {
		return d.UndoneBy != 0 || !slices.Contains(actions, d.Action)
	})
	if len(all) == 0 {
		return 0
	}
	return pick(w, "decision", all...).ID
}

var errNothing = errors.New("nothing to do")

// rearrange draws a merge or a split, or takes one back.
func (w *walk) rearrange() error {
	ids := w.ids()
	if len(ids) < 2 {
		return errNothing
	}
	d := oped.Decision{At: w.now(), By: "amna", Action: pick(w, "action", oped.Merge, oped.Split, oped.Undo)}
	arrange := func(f store.Found) ([]oped.PieceChange, error) { return w.unmerge(f, d.At) }
	switch d.Action {
	case oped.Merge:
		ids = []oped.PieceID{pick(w, "one", ids...), pick(w, "other", ids...)}
		arrange = func(f store.Found) ([]oped.PieceChange, error) { return w.merge(f, d.At) }
	case oped.Split:
		ids = []oped.PieceID{pick(w, "one", ids...)}
		arrange = func(f store.Found) ([]oped.PieceChange, error) { return w.split(f, d.At) }
	default:
		if ids, d.Undoes = nil, w.undoable(oped.Merge, oped.Split); d.Undoes == 0 {
			return errNothing
		}
	}
	_, _, err := w.s.Decisions.Rearrange(w.t.Context(), d, ids, arrange)
	return err
}

func (w *walk) merge(f store.Found, at time.Time) ([]oped.PieceChange, error) {
	if len(f.Pieces) < 2 {
		return nil, errNothing
	}
	c := w.changed(f.Pieces[0], at)
	for _, p := range f.Pieces[1:] {
		c.Piece.Entries, c.MergedIDs = append(c.Piece.Entries, p.Entries...), append(c.MergedIDs, p.ID)
		c.Piece.AddChoices(p.Choices)
	}
	return []oped.PieceChange{c}, nil
}

func (w *walk) split(f store.Found, at time.Time) ([]oped.PieceChange, error) {
	if len(f.Pieces) != 1 || len(f.Pieces[0].Entries) < 2 {
		return nil, errNothing
	}
	rest, off := f.Pieces[0], newPiece(fmt.Sprint("urn:split-", f.Decision), at)
	rest.Entries, off.Entries = rest.Entries[:1], rest.Entries[1:]
	return []oped.PieceChange{w.changed(rest, at), w.changed(off, at)}, nil
}

// unmerge takes a merge back, and a split by a merge.
func (w *walk) unmerge(f store.Found, at time.Time) ([]oped.PieceChange, error) {
	if len(f.Back) == 0 {
		return w.merge(f, at)
	}
	rest := f.Pieces[0]
	for _, p := range f.Back {
		rest.Entries = slices.DeleteFunc(slices.Clone(rest.Entries), func(e oped.Entry) bool {
			return slices.ContainsFunc(p.Entries, func(moved oped.Entry) bool { return moved.Row == e.Row })
		})
	}
	if len(rest.Entries) == 0 {
		return nil, errNothing
	}
	changes := []oped.PieceChange{w.changed(rest, at)}
	for _, p := range f.Back {
		changes = append(changes, w.changed(p, at))
	}
	return changes, nil
}

func (w *walk) rejudge() error {
	at := w.now()
	versions := map[string]string{"topic/a": fmt.Sprint(w.serial)}
	_, err := w.s.Topics.Rejudge(w.t.Context(), versions, func(p oped.Piece) (oped.PieceChange, bool) {
		return w.changed(p, at), w.yes("changes")
	})
	return err
}

// configure draws another configuration.
func (w *walk) configure() error {
	title := pick(w, "title", "", "News")
	w.config.feeds = []oped.Feed{
		{URL: feedURL(0), Publisher: "P", Enabled: true},
		{URL: feedURL(1), Publisher: title, Title: title, Enabled: w.yes("enabled")},
	}
	w.config.editions = []oped.Edition{
		{Name: "all", Title: title},
		{Name: "pak-us", Digest: pick(w, "digest", oped.NoDigest, oped.Daily)},
		{Name: "third"},
	}
	if w.yes("swapped") {
		slices.Reverse(w.config.feeds)
		slices.Reverse(w.config.editions)
	}
	w.config.feeds = w.config.feeds[rapid.IntRange(0, 1).Draw(w.rt, "feeds"):]
	w.config.editions = w.config.editions[rapid.IntRange(0, 2).Draw(w.rt, "editions"):]
	return w.sync()
}

func (w *walk) sync() error {
	ctx := w.t.Context()
	return errors.Join(
		w.s.Feeds.Sync(ctx, w.config.feeds, noon),
		w.s.Editions.Sync(ctx, w.config.editions, "oped.example", noon))
}

// archive cuts an archive of the oldest pieces of an edition and of those waiting below its head.
func (w *walk) archive() error {
	if len(w.config.editions) == 0 {
		return errNothing
	}
	name := pick(w, "edition", w.config.editions...).Name
	b, err := w.s.Archives.Backlog(w.t.Context(), name)
	must(w, 0, err)
	ids, err := w.s.Archives.Oldest(w.t.Context(), name, 2)
	a := oped.Archive{
		Edition:  name,
		Number:   b.Number + 1,
		Previous: b.Archive,
		Position: b.Position,
		Cut:      b.Position,
		Pieces:   append(must(w, ids, err), b.Waiting...),
		Atom:     []byte("atom"),
		JSON:     []byte("json"),
	}
	for _, g := range b.Gone {
		a.Gone = append(a.Gone, g.AtomID)
	}
	if len(a.Pieces) == 0 {
		return errNothing
	}
	return w.s.Archives.Put(w.t.Context(), a)
}

func (w *walk) closePeriod() error {
	return w.s.Editions.ClosePeriod(w.t.Context(), "pak-us", w.now(), w.now(), 1000*time.Hour)
}

// idle makes writes invisible on pages.
func (w *walk) idle() error {
	ctx := w.t.Context()
	switch rapid.IntRange(0, 6).Draw(w.rt, "idle") {
	case 0:
		return w.s.Feeds.SetPaused(ctx, feedURL(0), w.yes("paused"))
	case 1:
		return w.s.Feeds.MakeDue(ctx, w.now())
	case 2:
		return w.sync()
	case 3:
		known := oped.RecoveredID{AtomID: fmt.Sprint("urn:outlived-", w.serial), Keys: []string{"k"}}
		_, err := w.s.Entries.PutRecoveredIDs(ctx, []oped.RecoveredID{known})
		return err
	case 4:
		if len(w.config.editions) == 0 {
			return errNothing
		}
		name := w.config.editions[0].Name
		return errors.Join(
			w.s.Outbox.Sync(ctx, map[string][]string{name: {name + ".atom"}}, []string{"http://hub.example/"}),
			w.s.Outbox.Published(ctx, map[string]int64{name: int64(w.serial)}))
	case 5:
		versions := map[string]string{"topic/b": fmt.Sprint(w.serial)}
		_, err := w.s.Topics.Rejudge(
			ctx, versions, func(p oped.Piece) (oped.PieceChange, bool) { return oped.PieceChange{}, false },
		)
		return err
	}
	_, err := w.s.Entries.Ingest(ctx, oped.Lookup{FeedURL: feedURL(0)}, func(k oped.Known) oped.Plan { // 304
		k.Feed.LastFetch, k.Feed.NextFetch, k.Feed.Validators.ETag = w.now(), w.now(), fmt.Sprint(w.serial)
		return oped.Plan{Feed: k.Feed}
	})
	return err
}

// TestVersions makes random writes to a store. Whenever the view of a page changes, the version of its owner
// is higher, and the owner is among the changes. A failing or invisible write leaves the number as it is.
func TestVersions(t *testing.T) {
	dir, run, done := t.TempDir(), 0, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		run++
		path := filepath.Join(dir, fmt.Sprint(run, ".db"))
		store.EmptyAt(t, path)
		w := &walk{t: t, rt: rt, s: open(t, path, store.Options{})}
		defer w.s.Close()
		writes := map[string]func() error{
			"ingest":    w.ingest,
			"decide":    w.decide,
			"rearrange": w.rearrange,
			"rejudge":   w.rejudge,
			"configure": w.configure,
			"archive":   w.archive,
			"turn":      w.closePeriod,
			"release":   w.release,
			"idle":      w.idle,
		}
		names := append(slices.Sorted(maps.Keys(writes)), "ingest", "ingest", "ingest", "rearrange", "rearrange")
		check(t, w.configure())
		for range rapid.IntRange(0, 5).Draw(rt, "pieces") {
			w.ingest() // fails where its feed is not configured
		}
		before := w.look()
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			what := pick(w, "write", names...)
			err := writes[what]()
			after := w.look()
			switch {
			case err != nil || what == "idle":
				if !same(before, after) {
					rt.Fatalf("%s (%v) changes what pages show, or the number: %d, was %d",
						what, err, after.number, before.number)
				}
			default:
				w.compare(what, before, after)
			}
			if err == nil {
				done[what]++
			} else if conflict := new(store.ConflictError); !errors.Is(err, errNothing) && !errors.As(err, &conflict) {
				done[what+": "+strings.TrimSpace(err.Error())]++
			}
			before = after
		}
	})
	t.Log(done)
}
