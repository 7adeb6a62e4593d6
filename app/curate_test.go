package app

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/internal/testkit"
)

const curatedConfig = "base_url: https://editions.example\nfetch: {spacing: 0s}\n" +
	"editions: {all: {}, picks: {curated: true}, week: {curated: true, digest: daily}}\n" +
	"feeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n"

// desk is a curator with a year of a paper.
type desk struct {
	*year
	random *rand.Rand
}

func newDesk(t *testing.T, seed uint64, pieces int) *desk {
	d := &desk{newYear(t, curatedConfig), rand.New(rand.NewPCG(seed, 0))}
	for range pieces {
		d.now = d.now.Add(time.Hour)
		d.fetched(0, d.entry(time.Minute))
	}
	return d
}

// pages are the documents and pages of the editions.
func (d *desk) pages() string {
	var b strings.Builder
	for _, edition := range []string{"all", "picks", "week"} {
		b.WriteString(d.documents(edition))
		_, _, page := d.get("/" + edition + "/")
		b.Write(page)
	}
	return b.String()
}

// choose makes a random decision on a piece in an edition, and returns its number; 0: it was refused.
func (d *desk) choose() string {
	d.Helper()
	d.now = d.now.Add(time.Minute)
	actions := []oped.Action{oped.Approve, oped.Approve, oped.Reject, oped.Hold, oped.Pin, oped.Unpin, oped.Annotate}
	x := Curation{
		Reason:   Reason{By: "amna"},
		Action:   actions[d.random.IntN(len(actions))],
		Ref:      fmt.Sprint(1 + d.random.IntN(d.made)),
		Editions: []string{[]string{"picks", "week"}[d.random.IntN(2)]},
		Listed:   oped.Poor,
		Note:     fmt.Sprintf("Note %d.", d.random.IntN(100)),
		Place:    1 + d.random.IntN(3),
		Until:    d.now.Add(time.Duration(1+d.random.IntN(5)) * time.Minute).Format(time.RFC3339),
	}
	done, err := Call(d.Context(), &Caller{app: d.p}, CuratePiece, x)
	if err != nil {
		if x.Action == oped.Hold && strings.Contains(err.Error(), "already published") ||
			strings.Contains(err.Error(), "is withdrawn") || strings.Contains(err.Error(), "nothing to do") {
			return ""
		}
		d.Fatal(err)
	}
	return fmt.Sprint(done.Decision.ID)
}

func (d *desk) undo(number string) {
	d.Helper()
	d.now = d.now.Add(time.Minute)
	_, err := Call(d.Context(), &Caller{app: d.p}, UndoDecision, Reversal{Reason: Reason{By: "amna"}, Number: number})
	must(d, err)
}

// sound checks the pieces of the curated editions against their decisions.
func (d *desk) sound() {
	d.Helper()
	for p, err := range d.p.store.Pieces.All(d.Context(), 0, 0) {
		must(d, err)
		for _, edition := range []string{"picks", "week"} {
			if in := slices.Contains(p.Editions, edition); in != p.ApprovedIn(edition) {
				d.Fatalf("piece %d in %s: %v, its choices say %v: %+v", p.ID, edition, in, p.ApprovedIn(edition), p.Choices)
			}
		}
	}
}

// trace matches what remains after a piece was in an edition: its tombstone, and the times.
var trace = regexp.MustCompile(`(?s)<at:deleted-entry.*?</at:deleted-entry>| xmlns:at="[^"]*"|` +
	`<(?:atom:)?updated>[^<]*<|<lastBuildDate>[^<]*<|"(?:updated|date_modified)":"[^"]*"|,"gone":\[[^\]]*\]|` +
	`<time[^>]*>[^<]*|\s+`)

// untraced returns pages without traces.
func untraced(pages string) string { return trace.ReplaceAllString(pages, "") }

// updatedIn returns the times of the Atom documents among pages, in order.
func updatedIn(pages string) (all []string) {
	for _, found := range regexp.MustCompile(`<id>tag:[^<]*</id>\s*<title>[^<]*</title>\s*<updated>([^<]*)<`).
		FindAllStringSubmatch(pages, -1) {
		all = append(all, found[1])
	}
	return all
}

// members returns the pieces of the curated editions.
func (d *desk) members() string {
	d.Helper()
	var b strings.Builder
	for _, edition := range []string{"picks", "week"} {
		ids, err := d.p.store.Editions.Head(d.Context(), edition, 0)
		must(d, err)
		fmt.Fprintln(&b, ids)
	}
	return b.String()
}

// TestJ5_UndoOfChoices: decisions on pieces in editions, undone in any order, leave the documents and pages as they
// were, to the byte, and so does each undone at once. Of a piece that readers had in a curated edition, the tombstone
// remains, and the time of the edition does not go back.
func TestJ5_UndoOfChoices(t *testing.T) {
	for seed := range uint64(testkit.Rounds(2, 1)) {
		d := newDesk(t, seed, 6)
		first, made := d.pages(), []string{}
		for range 25 {
			before, held, had := d.pages(), len(d.due()), d.members()
			number := d.choose()
			d.sound()
			if number == "" {
				continue
			}
			moved := d.members() != had
			if d.random.IntN(3) > 0 {
				made = append(made, number)
				continue
			}
			d.now = d.now.Add(3 * time.Minute) // readers ask at most so often
			between := d.pages()
			d.undo(number)
			d.now = d.now.Add(3 * time.Minute)
			after := d.pages()
			if held == 0 && (!moved && after != before || untraced(after) != untraced(before)) {
				t.Fatalf("seed %d: after the undo of decision %s:\n%s\nwant\n%s", seed, number, after, before)
			}
			was, is := updatedIn(between), updatedIn(after)
			for i := range was {
				if moved && is[i] < was[i] {
					t.Fatalf("seed %d: the undo of decision %s moves a time from %s to %s", seed, number, was[i], is[i])
				}
			}
		}
		d.random.Shuffle(len(made), func(i, j int) { made[i], made[j] = made[j], made[i] })
		for _, number := range made {
			d.undo(number)
			d.sound()
		}
		if untraced(d.pages()) != untraced(first) {
			t.Errorf("seed %d: after %d undos the pages differ", seed, len(made))
		}
	}
}

// riversConfig is curatedConfig with a topic.
const riversConfig = "base_url: https://editions.example\nfetch: {spacing: 0s}\n" +
	"topics: {rivers: {score: {river: 1}, threshold: 2, review: 1}}\n" +
	"editions: {all: {}, picks: {curated: true}, week: {curated: true, topics: rivers}}\n" +
	"feeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n"

// river lets a piece come in that is more or less about rivers.
func (d *desk) river() {
	d.Helper()
	d.now = d.now.Add(time.Hour)
	d.fetched(0, d.aboutRivers())
}

func (d *desk) aboutRivers() oped.Entry {
	e := d.entry(time.Duration(d.random.IntN(200)) * time.Minute)
	e.Content += strings.Repeat(" <p>The river.</p>", d.random.IntN(3))
	return e
}

// rearrange makes a random decision on whole pieces or a topic, and returns its number; 0: it was refused.
func (d *desk) rearrange() (number int64) {
	d.Helper()
	ref := func() string { return fmt.Sprint(1 + d.random.IntN(d.made)) }
	by := Reason{By: "amna"}
	var done Decided
	var err error
	switch d.random.IntN(6) {
	case 0, 1:
		done, err = did(d, MergePieces, Selection{Reason: by, Refs: []string{ref(), ref()}, Force: true})
	case 2:
		done, err = did(d, SplitPieces, Selection{Reason: by, Refs: []string{ref() + "#1"}})
	case 3:
		done, err = did(d, WithdrawPiece, Selection{Reason: by, Refs: []string{ref()}})
	default:
		action := []oped.Action{oped.TagIt, oped.Untag}[d.random.IntN(2)]
		done, err = did(d, TagPiece, Judgement{by, action, ref(), "rivers"})
	}
	if err != nil && !errors.As(err, new(*oped.Diagnostic)) {
		d.Fatal(err)
	}
	return done.Decision.ID
}

// TestJ5_UndoOfAllDecisions: decisions of all kinds, undone in any order, leave the documents and pages as they were.
// One that others build on is undone after those.
func TestJ5_UndoOfAllDecisions(t *testing.T) {
	done := map[oped.Action]int{}
	for seed := range uint64(testkit.Rounds(12, 3)) {
		seed += 14 // splits of merged pieces are many in these
		d := &desk{newYear(t, riversConfig), rand.New(rand.NewPCG(seed, 0))}
		for range 8 {
			d.river()
		}
		first, open := d.pages(), []string{}
		for range 30 {
			if d.random.IntN(2) == 0 {
				open = append(open, d.choose())
			} else {
				open = append(open, fmt.Sprint(d.rearrange()))
			}
			d.sound()
		}
		open = slices.DeleteFunc(open, func(number string) bool { return number == "" || number == "0" })
		d.random.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
		for before := 0; len(open) != before; {
			before = len(open)
			open = slices.DeleteFunc(open, func(number string) bool {
				x, err := did(d, UndoDecision, Reversal{Reason: Reason{By: "amna"}, Number: number})
				if d.sound(); err == nil {
					done[x.Undone.Action]++
				}
				return err == nil
			})
		}
		if last := d.pages(); len(open) > 0 || untraced(last) != untraced(first) {
			t.Errorf("seed %d: decisions %v are not undone, or the pages differ:\n%s\nwant\n%s",
				seed, open, untraced(last), untraced(first))
		}
	}
	for _, action := range []oped.Action{oped.Merge, oped.Split, oped.TagIt, oped.Untag, oped.Withdraw, oped.Approve} {
		if done[action] == 0 {
			t.Errorf("no %s was undone: this proves little: %v", action, done)
		}
	}
}

// TestJ5_UndoOfTheMergeOfAWithdrawnPiece: a withdrawn piece merged into another one takes that out of all editions. The
// undo of the merge brings back the other one, and leaves the withdrawn one out.
func TestJ5_UndoOfTheMergeOfAWithdrawnPiece(t *testing.T) {
	for _, withdrawn := range []string{"1", "2"} {
		d := newDesk(t, 0, 2)
		by := Reason{By: "amna"}
		_, err := did(d, WithdrawPiece, Selection{Reason: by, Refs: []string{withdrawn}})
		must(t, err)
		before := d.pages()
		_, err = did(d, MergePieces, Selection{Reason: by, Refs: []string{"1", "2"}, Force: true})
		must(t, err)
		if strings.Contains(d.documents("all"), "<entry") {
			t.Errorf("with %s withdrawn, their merge is published", withdrawn)
		}
		d.undo("")
		if after := d.pages(); untraced(after) != untraced(before) {
			t.Errorf("with %s withdrawn, after the undo:\n%s\nwant\n%s", withdrawn, after, before)
		}
	}
}

// TestJ5_DecisionsGoWithTheirEntries: a decision on a piece, merged into others since, goes with the lead entry of the
// piece when that is split off. All undone, the piece has its decision again, and no other piece has.
func TestJ5_DecisionsGoWithTheirEntries(t *testing.T) {
	by := Reason{By: "amna"}
	approve := func(d *desk) (Decided, error) {
		return did(d, CuratePiece, Curation{Reason: by, Action: oped.Approve, Ref: "3", Editions: []string{"picks"}})
	}
	withdraw := func(d *desk) (Decided, error) {
		return did(d, WithdrawPiece, Selection{Reason: by, Refs: []string{"3"}})
	}
	untag := func(d *desk) (Decided, error) {
		return did(d, TagPiece, Judgement{by, oped.Untag, "3", "rivers"})
	}
	for name, decide := range map[string]func(*desk) (Decided, error){
		"approved": approve, "withdrawn": withdraw, "untagged": untag,
	} {
		for _, off := range []int64{2, 3} {
			t.Run(fmt.Sprintf("%s, entry %d split off", name, off), func(t *testing.T) {
				d := &desk{newYear(t, riversConfig), rand.New(rand.NewPCG(4, 0))}
				for range 3 {
					d.river()
				}
				_, err := decide(d)
				must(t, err)
				before, made := d.pages(), []string{}
				add := func(done Decided, err error) {
					t.Helper()
					must(t, err)
					d.sound()
					made = append(made, fmt.Sprint(done.Decision.ID))
				}
				add(did(d, MergePieces, Selection{Reason: by, Refs: []string{"3", "2"}, Force: true}))
				add(did(d, MergePieces, Selection{Reason: by, Refs: []string{"2", "1"}, Force: true}))
				whole, err := d.p.store.Pieces.Get(t.Context(), "1")
				must(t, err)
				at := 1 + slices.IndexFunc(whole.Entries, func(e oped.Entry) bool { return e.Row == off })
				add(did(d, SplitPieces, Selection{Reason: by, Refs: []string{fmt.Sprintf("1#%d", at)}}))
				for p, err := range d.p.store.Pieces.All(t.Context(), 0, 0) {
					must(t, err)
					tagged := slices.ContainsFunc(p.Tags, func(t oped.Tag) bool { return t.By == "amna" })
					has := p.Withdrawn || p.ApprovedIn("picks") || tagged
					decided := slices.ContainsFunc(p.Entries, func(e oped.Entry) bool { return e.Row == 3 })
					if has != decided {
						t.Errorf("piece %d has the decision: %v, want %v", p.ID, has, decided)
					}
				}
				for _, number := range slices.Backward(made) {
					d.undo(number)
					d.sound()
				}
				if after := d.pages(); untraced(after) != untraced(before) {
					t.Errorf("all undone:\n%s\nwant\n%s", after, before)
				}
			})
		}
	}
}

// TestJ5_UndoOfTagsInAnyOrder: of several decisions on a piece and a topic, the last one not undone counts.
func TestJ5_UndoOfTagsInAnyOrder(t *testing.T) {
	d := &desk{newYear(t, riversConfig), rand.New(rand.NewPCG(1, 0))}
	for range 3 {
		d.river()
	}
	before := d.pages()
	var made []string
	for _, action := range []oped.Action{oped.TagIt, oped.Untag, oped.TagIt} {
		x, err := did(d, TagPiece, Judgement{Reason{By: "amna"}, action, "1", "rivers"})
		must(t, err)
		made = append(made, fmt.Sprint(x.Decision.ID))
	}
	for i, want := range []bool{true, true, false} {
		p, err := d.p.store.Pieces.Get(t.Context(), "1")
		must(t, err)
		if on := slices.Contains(p.Topics(), "rivers"); on != want {
			t.Errorf("after %d undos, on the topic: %v", i, on)
		}
		d.undo(made[[]int{0, 2, 1}[i]])
	}
	if after := d.pages(); untraced(after) != untraced(before) {
		t.Errorf("after all undos:\n%s\nwant\n%s", after, before)
	}
}

// due are the holds that end within the hour.
func (d *desk) due() []oped.Decision {
	due, err := d.p.store.Decisions.Due(d.Context(), d.now.Add(time.Hour))
	must(d, err)
	return due
}

// TestJ5_ChoicesMoveWithPieces: decisions follow a piece into another one, and back; whatever is merged, split and
// undone, the curated editions have the approved pieces.
func TestJ5_ChoicesMoveWithPieces(t *testing.T) {
	done, seeds := map[oped.Action]int{}, testkit.Rounds(2, 1)
	for seed := range uint64(seeds) {
		d := newDesk(t, seed, 8)
		undoable := []string{}
		for range 60 {
			d.now = d.now.Add(time.Minute)
			ref := func() string { return fmt.Sprint(1 + d.random.IntN(d.made)) }
			var made Decided
			var err error
			switch n := d.random.IntN(10); {
			case n < 2:
				x := Selection{Reason: Reason{By: "amna"}, Refs: []string{ref(), ref()}, Force: true}
				made, err = Call(d.Context(), &Caller{app: d.p}, MergePieces, x)
			case n < 4:
				x := Selection{Reason: Reason{By: "amna"}, Refs: []string{ref() + "#1"}}
				made, err = Call(d.Context(), &Caller{app: d.p}, SplitPieces, x)
			case n < 7 && len(undoable) > 0:
				i := d.random.IntN(len(undoable))
				x := Reversal{Reason: Reason{By: "amna"}, Number: undoable[i]}
				undoable = slices.Delete(undoable, i, i+1)
				undone, failed := Call(d.Context(), &Caller{app: d.p}, UndoDecision, x)
				if failed == nil {
					done[undone.Undone.Action+" undone"]++
				}
			default:
				if number := d.choose(); number != "" {
					undoable = append(undoable, number)
				}
			}
			if err == nil && made.Decision.ID != 0 {
				done[made.Decision.Action]++
				undoable = append(undoable, fmt.Sprint(made.Decision.ID))
			}
			d.sound()
		}
	}
	for _, action := range []oped.Action{oped.Merge, oped.Split, oped.Merge + " undone", oped.Approve + " undone"} {
		if done[action] == 0 && seeds > 1 {
			t.Errorf("no %s: this proves little: %v", action, done)
		}
	}
}

// TestJ5_AMergeTakesTheChoices: the target of a merge has the approval and the note of the merged piece, and the undo
// gives them back.
func TestJ5_AMergeTakesTheChoices(t *testing.T) {
	d := newDesk(t, 0, 2)
	choose := func(action oped.Action) {
		t.Helper()
		d.now = d.now.Add(time.Minute)
		x := Curation{
			Reason:   Reason{By: "amna"},
			Action:   action,
			Ref:      "2",
			Editions: []string{"picks"},
			Note:     "Of the second.",
		}
		_, err := Call(t.Context(), &Caller{app: d.p}, CuratePiece, x)
		must(t, err)
	}
	choose(oped.Approve)
	choose(oped.Annotate)
	want := func(ref string, in bool, note string) {
		t.Helper()
		p, err := d.p.store.Pieces.Get(t.Context(), ref)
		must(t, err)
		if is := slices.Contains(p.Editions, "picks"); is != in || p.NoteIn("picks") != note {
			t.Errorf("piece %d: in picks %v, note %q; want %v, %q", p.ID, is, p.NoteIn("picks"), in, note)
		}
	}
	want("1", false, "")
	before := d.documents("picks")
	d.now = d.now.Add(time.Minute)
	x := Selection{Reason: Reason{By: "amna"}, Refs: []string{"1", "2"}, Force: true}
	merged, err := Call(t.Context(), &Caller{app: d.p}, MergePieces, x)
	must(t, err)
	want("1", true, "Of the second.")
	d.undo(fmt.Sprint(merged.Decision.ID))
	want("1", false, "")
	want("2", true, "Of the second.")
	if !strings.Contains(before, "Of the second.") || !strings.Contains(d.documents("picks"), "Of the second.") {
		t.Error("the note is not published")
	}
}
