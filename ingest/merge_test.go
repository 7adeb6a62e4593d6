package ingest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/ingest"
	"oped/store"
)

// stored is a piece as the store would give it, of entries with these rows.
func stored(id oped.PieceID, entries ...oped.Entry) oped.Piece {
	for i := range entries {
		entries[i].Row, entries[i].FirstSeen = int64(id)*10+int64(i), epoch
		entries[i].Text = strings.NewReplacer("<p>", "", "</p>", "").Replace(entries[i].Content)
	}
	return oped.Piece{
		ID:        id,
		AtomID:    "urn:" + string(rune('a'+id)),
		Kind:      oped.Opinion,
		Entries:   entries,
		FirstSeen: epoch,
		Updated:   epoch,
		Revision:  1,
		Editions:  []string{"all", "everything"},
	}
}

func rowsOf(p *oped.Piece) (rows []int64) {
	for _, e := range p.Entries {
		rows = append(rows, e.Row)
	}
	return rows
}

// TestSurvivor: the survivor is the piece longest known to readers, then the one longest in the store.
func TestSurvivor(t *testing.T) {
	at := func(h int) time.Time { return epoch.Add(time.Duration(h) * time.Hour) }
	for _, tt := range []struct {
		what string
		a, b oped.Piece
	}{
		{
			"it entered, the other never did", oped.Piece{ID: 2, Entered: at(9), FirstSeen: at(8)},
			oped.Piece{ID: 1, FirstSeen: at(1)},
		},
		{
			"it entered first", oped.Piece{ID: 2, Entered: at(3), FirstSeen: at(2)},
			oped.Piece{ID: 1, Entered: at(4), FirstSeen: at(1)},
		},
		{"it was seen first", oped.Piece{ID: 2, FirstSeen: at(1)}, oped.Piece{ID: 1, FirstSeen: at(2)}},
		{
			"it has the lower id", oped.Piece{ID: 1, Entered: at(1), FirstSeen: at(1)},
			oped.Piece{ID: 2, Entered: at(1), FirstSeen: at(1)},
		},
	} {
		if ingest.Survivor([]oped.Piece{tt.a, tt.b}) != 0 || ingest.Survivor([]oped.Piece{tt.b, tt.a}) != 1 {
			t.Errorf("%s, and does not go on", tt.what)
		}
	}
}

// TestMerge: entries and curators' tags come along, a full text takes the lead from a stub, and the arguments
// are not written to.
func TestMerge(t *testing.T) {
	r := rules(t, "river")
	later := epoch.Add(time.Hour)
	stub := edited(
		column(dawn, 1),
		func(e *oped.Entry) { e.Content = "<p>" + strings.Join(strings.Fields(essay(1, 60))[:20], " ") + "</p>" },
	)
	a, b := stored(1, stub), stored(2, column(nation, 1), column(wire, 1))
	a.Entered, b.Entered = epoch, epoch.Add(time.Minute)
	a.Tags = []oped.Tag{
		{Topic: "water", Outcome: oped.None, By: "amna", At: epoch},
		{Topic: "old", Outcome: oped.Tagged, By: "amna", At: epoch},
	}
	b.Tags = []oped.Tag{
		{Topic: "water", Outcome: oped.Tagged, By: "bano", At: later},
		{Topic: "new", Outcome: oped.Tagged, By: "bano", At: later},
		{Topic: "gone", Outcome: oped.Tagged, By: oped.ByRule},
	}
	tags := slices.Clone(a.Tags)
	c := ingest.Merge([]oped.Piece{b, a}, inEffect(a, b), r, later)
	if c.Piece.ID != 1 || c.Piece.AtomID != a.AtomID || !slices.Equal(c.MergedIDs, []oped.PieceID{2}) ||
		len(c.Entries) != 0 ||
		c.Rekey {
		t.Errorf("%+v", c)
	}
	if got := rowsOf(&c.Piece); !slices.Equal(got, []int64{20, 10, 21}) || !c.Piece.Updated.Equal(later) ||
		c.Piece.Revision != 2 {
		t.Errorf("entries %v, revision %d of %v", got, c.Piece.Revision, c.Piece.Updated)
	}
	if got := c.Piece.Topics(); !slices.Equal(got, []string{"water", "old", "new"}) || c.Piece.Tags[0].By != "bano" {
		t.Errorf("%+v", c.Piece.Tags)
	}
	if !slices.Equal(c.Enter, []string{"water"}) && !slices.Equal(c.EnterBelow, []string{"water"}) ||
		!slices.Equal(c.Revise, []string{"all", "everything"}) ||
		c.Words == "" {
		t.Errorf("enters %v, %v, revised in %v", c.Enter, c.EnterBelow, c.Revise)
	}
	if len(a.Entries) != 1 || !slices.EqualFunc(a.Tags, tags, func(a, b oped.Tag) bool { return a.By == b.By }) {
		t.Errorf("what was given has changed: %+v", a)
	}
}

// TestMerge_DecidedAtOnce: of two decisions of a curator at one time the later one counts, as anywhere.
func TestMerge_DecidedAtOnce(t *testing.T) {
	r := rules(t, "river")
	a, b := stored(1, column(dawn, 1)), stored(2, column(nation, 2))
	a.Tags = []oped.Tag{{Topic: "water", Outcome: oped.Tagged, By: "amna", At: epoch}}
	b.Tags = []oped.Tag{{Topic: "water", Outcome: oped.None, By: "amna", At: epoch}}
	c := ingest.Merge([]oped.Piece{a, b}, inEffect(a, b), r, epoch.Add(time.Hour))
	if topics := c.Piece.Topics(); len(topics) > 0 {
		t.Errorf("it is on %v", topics)
	}
}

// inEffect returns the decisions of curators behind the tags of pieces, the oldest first.
func inEffect(pieces ...oped.Piece) (on []oped.InEffect) {
	for _, p := range pieces {
		for _, t := range p.Tags {
			s := oped.InEffect{Piece: p.ID, Lead: p.Lead().Row, Topic: t.Topic, By: t.By, At: t.At}
			if s.Action = oped.Untag; t.Outcome == oped.Tagged {
				s.Action = oped.TagIt
			}
			if t.By != oped.ByRule {
				on = append(on, s)
			}
		}
	}
	slices.SortStableFunc(on, func(a, b oped.InEffect) int { return a.At.Compare(b.At) })
	return on
}

// TestSplitPart: both sides are whole pieces, by other keys, and the new one has an id unique to the
// decision.
func TestSplitPart(t *testing.T) {
	r := rules(t, "river")
	p := stored(1, column(dawn, 1), column(nation, 2), column(wire, 2))
	p.Tags = []oped.Tag{{Topic: "water", Outcome: oped.Tagged, By: "amna", At: epoch}}
	p.Editions = []string{"all", "everything", "water"}
	changes, err := ingest.Split(p, []int64{11, 12}, 7, inEffect(p), r, epoch.Add(time.Hour))
	check(t, err)
	rest, off := changes[0], changes[1]
	if rest.Piece.ID != 1 || !slices.Equal(rowsOf(&rest.Piece), []int64{10}) ||
		!slices.Equal(rest.Piece.Topics(), []string{"water"}) ||
		!slices.Equal(rest.Revise, []string{"all", "water", "everything"}) {
		t.Errorf("the rest: %+v", rest)
	}
	if off.Piece.ID != 0 || !slices.Equal(rowsOf(&off.Piece), []int64{11, 12}) || off.Piece.Topics() != nil ||
		off.Piece.Kind == "" ||
		!off.Piece.FirstSeen.Equal(epoch) ||
		off.Piece.Revision != 1 {
		t.Errorf("what was parted: %+v", off)
	}
	if !rest.Rekey || !off.Rekey || len(rest.Keys) == 0 ||
		slices.ContainsFunc(rest.Keys, func(key string) bool { return slices.Contains(off.Keys, key) }) {
		t.Errorf("keys %v and %v", rest.Keys, off.Keys)
	}
	if !strings.HasPrefix(off.Piece.AtomID, "tag:oped.example,2026-03-01:piece/") {
		t.Error(off.Piece.AtomID)
	}
	other, err := ingest.Split(p, []int64{11, 12}, 8, inEffect(p), r, epoch.Add(time.Hour))
	check(t, err)
	if other[1].Piece.AtomID == off.Piece.AtomID {
		t.Error("two decisions make one id")
	}
	for _, rows := range [][]int64{nil, {10, 11, 12}, {10, 99}, {10, 10}} {
		if _, err := ingest.Split(p, rows, 7, nil, r, epoch); err == nil {
			t.Errorf("%v were parted", rows)
		}
	}
}

// TestUnmerge: an undo gives entries and tags back to their piece; later decisions stay.
func TestUnmerge(t *testing.T) {
	r := rules(t, "river")
	at := func(h int) time.Time { return epoch.Add(time.Duration(h) * time.Hour) }
	by := func(topic, who string, h int) oped.Tag {
		return oped.Tag{Topic: topic, Outcome: oped.Tagged, By: who, At: at(h)}
	}
	a, b := stored(1, column(dawn, 1)), stored(2, column(nation, 2))
	a.Entered = epoch
	a.Tags, b.Tags = []oped.Tag{
		by("both", "amna", 1), by("own", "amna", 1),
	}, []oped.Tag{by("both", "bano", 2), by("brought", "bano", 2), by("decided", "bano", 2)}
	on := inEffect(a, b)
	merged := ingest.Merge([]oped.Piece{a, b}, on, r, at(3)).Piece
	i := slices.IndexFunc(merged.Tags, func(t oped.Tag) bool { return t.Topic == "decided" })
	merged.Tags[i] = by("decided", "chand", 4)
	on = append(on, inEffect(oped.Piece{ID: 1, Entries: a.Entries, Tags: merged.Tags[i : i+1]})...)
	back := b
	back.Editions = nil
	changes := ingest.Unmerge(merged, []oped.Piece{back}, on, at(3), r, at(5))
	rest, again := changes[0], changes[1]
	if got := rowsOf(&rest.Piece); !slices.Equal(got, []int64{10}) || rest.Piece.ID != 1 || !rest.Rekey {
		t.Errorf("the rest: %+v", rest)
	}
	var tags []string
	for _, x := range rest.Piece.Tags {
		tags = append(tags, x.Topic+" "+x.By)
	}
	slices.Sort(tags)
	if got := strings.Join(tags, ", "); got != "both amna, decided chand, own amna" {
		t.Errorf("tags of the rest: %s", got)
	}
	if got := rowsOf(&again.Piece); !slices.Equal(got, []int64{20}) || again.Piece.AtomID != b.AtomID ||
		len(again.Piece.Tags) != 3 ||
		again.Piece.Revision != 1 ||
		len(again.Enter)+len(again.EnterBelow) != 2 {
		t.Errorf("what came back: %+v", again)
	}
	merged.Updated = at(4)
	if again := ingest.Unmerge(merged, []oped.Piece{back}, on, at(3), r, at(5)); again[1].Piece.Revision != 2 {
		t.Errorf("it may read otherwise, and says so: %+v", again[1])
	}

	// A piece is never without an entry.
	merged.Entries = merged.Entries[:0:0]
	merged.Entries = append(merged.Entries, b.Entries...)
	if changes := ingest.Unmerge(merged, []oped.Piece{back}, nil, at(3), r, at(5)); changes != nil {
		t.Errorf("all that is left went back: %+v", changes)
	}
}

// TestSplitPiecesStaySplit: an entry equal to two pieces separated by a curator makes one piece with one of
// them.
func TestSplitPiecesStaySplit(t *testing.T) {
	h := newHouse(t)
	at := func(m int) time.Time { return epoch.Add(time.Duration(m) * time.Minute) }
	a, b, c := column(dawn, 1), column(nation, 2), column(wire, 3)
	for i, e := range []oped.Entry{a, b, c} {
		h.fetch(e.FeedURL, at(i), e)
	}
	nothing := func(store.Found) ([]oped.PieceChange, error) { return nil, nil }
	_, _, err := h.store.Decisions.Rearrange(
		t.Context(), oped.Decision{At: at(3), By: "amna", Action: oped.Split}, []oped.PieceID{1, 2}, nothing,
	)
	check(t, err)
	reads := func(e oped.Entry) oped.Entry {
		return edited(e, func(e *oped.Entry) { e.Content, e.Title = "<p>"+essay(9, 60)+"</p>", "Nine" })
	}
	h.fetch(dawn, at(4), reads(a))
	h.fetch(nation, at(5), reads(b))
	h.want(3, 3)
	if changes := h.fetch(wire, at(6), reads(c)); changes.Merged != 1 {
		t.Errorf("%+v", changes)
	}
	h.want(3, 2)
}
