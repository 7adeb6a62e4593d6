package app

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"oped"
)

// did carries out a method as a daemon does.
func did[P any](d *desk, m Method[P, Decided], x P) (Decided, error) {
	d.Helper()
	d.now = d.now.Add(time.Second)
	return Call(d.Context(), &Caller{app: d.p}, m, x)
}

// TestRepeatedRequestDecidesOnce repeats each kind of decision.
func TestRepeatedRequestDecidesOnce(t *testing.T) {
	d := newDesk(t, 1, 6)
	request := 0
	why := func() Reason {
		request++
		return Reason{By: "amna", Request: fmt.Sprint("request-", request)}
	}
	var acts []func() (Decided, error)
	add := func(act func() (Decided, error)) { acts = append(acts, act) }
	for _, action := range []oped.Action{oped.Hold, oped.Approve, oped.Pin, oped.Unpin, oped.Annotate, oped.Reject} {
		x := Curation{
			Reason:   why(),
			Action:   action,
			Ref:      "1",
			Editions: []string{"picks"},
			Listed:   oped.Poor,
			Note:     "Read this.",
			Until:    "12:00",
			Place:    1,
		}
		add(func() (Decided, error) { return did(d, CuratePiece, x) })
	}
	merge := Selection{Reason: why(), Refs: []string{"2", "3"}, Force: true}
	add(func() (Decided, error) { return did(d, MergePieces, merge) })
	split := Selection{Reason: why(), Refs: []string{"2#2"}}
	add(func() (Decided, error) { return did(d, SplitPieces, split) })
	withdraw := Selection{Reason: why(), Refs: []string{"5"}}
	add(func() (Decided, error) { return did(d, WithdrawPiece, withdraw) })
	undo := Reversal{Reason: why()}
	add(func() (Decided, error) { return did(d, UndoDecision, undo) })
	for i, act := range acts {
		first, err := act()
		must(t, err)
		before := d.pages()
		again, err := act()
		if err != nil || again.Decision.ID != first.Decision.ID || Describe(again.Decision) != Describe(first.Decision) ||
			again.Rearranged != first.Rearranged || (again.Undone == nil) != (first.Undone == nil) {
			t.Errorf("request %d: %+v, %v, want %+v", i+1, again, err, first)
		}
		if d.pages() != before {
			t.Errorf("request %d, repeated, changed the pages", i+1)
		}
	}
	if all, err := d.p.Decisions(t.Context(), 0); err != nil || len(all) != len(acts) {
		t.Errorf("%d decisions, %v, want %d", len(all), err, len(acts))
	}

	x := Curation{Reason: Reason{By: "bilal", Request: "request-1"}, Action: oped.Approve, Ref: "4"}
	if _, err := did(d, CuratePiece, x); err == nil || !strings.Contains(err.Error(), "another curator") {
		t.Errorf("a request of somebody else: %v", err)
	}
	x.Reason.Request = strings.Repeat("x", 65)
	if _, err := did(d, CuratePiece, x); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("a long request: %v", err)
	}
}

// TestUnseenDecisionOfAnotherCuratorIsAConflict lets two curators answer questions without seeing each other.
func TestUnseenDecisionOfAnotherCuratorIsAConflict(t *testing.T) {
	d := newDesk(t, 1, 8)
	choice := func(by string, action oped.Action, ref, edition string) Curation {
		return Curation{
			Reason:   Reason{By: by},
			Action:   action,
			Ref:      ref,
			Editions: []string{edition},
			Listed:   oped.Poor,
			Note:     "Read this.",
			Place:    1,
		}
	}
	first, err := did(d, CuratePiece, choice("amna", oped.Approve, "8", "picks"))
	must(t, err)
	seen := first.Decision.ID
	rejected, err := did(d, CuratePiece, choice("bilal", oped.Reject, "1", "picks"))
	must(t, err)
	_, err = did(d, MergePieces, Selection{Reason: Reason{By: "bilal"}, Refs: []string{"2", "3"}, Force: true})
	must(t, err)
	undone, err := did(d, CuratePiece, choice("bilal", oped.Reject, "4", "picks"))
	must(t, err)
	_, err = did(d, UndoDecision, Reversal{Reason{By: "bilal"}, fmt.Sprint(undone.Decision.ID), false})
	must(t, err)

	for _, tt := range []struct {
		x    Curation
		seen int64
		want string // "": decided
	}{
		{choice("amna", oped.Approve, "1", "picks"), seen, "bilal rejected this piece"},
		{choice("amna", oped.Approve, "1", "picks"), rejected.Decision.ID, ""},
		{choice("bilal", oped.Approve, "1", "picks"), seen, "amna approved this piece"},
		{choice("amna", oped.Approve, "1", "week"), seen, ""},
		{choice("amna", oped.Pin, "1", "picks"), seen, ""},
		{choice("amna", oped.Annotate, "2", "picks"), seen, "bilal merged this piece"},
		{choice("amna", oped.Approve, "3", "picks"), seen, "bilal merged this piece"},
		{choice("amna", oped.Approve, "4", "picks"), seen, ""},
		{choice("amna", oped.Reject, "5", "picks"), seen, ""},
		{choice("bilal", oped.Reject, "5", "picks"), 0, ""},
	} {
		tt.x.Seen = tt.seen
		before, err := d.p.Decisions(t.Context(), 1)
		must(t, err)
		done, err := did(d, CuratePiece, tt.x)
		name := fmt.Sprintf("%s %s piece %s in %s after %d", tt.x.By, tt.x.Action, tt.x.Ref, tt.x.Editions[0], tt.seen)
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		conflict := new(Conflict)
		if !errors.As(err, &conflict) || !strings.HasPrefix(err.Error(), tt.want) || done.Decision.ID != 0 {
			t.Errorf("%s: %v, want a conflict: %s", name, err, tt.want)
		}
		if after, err := d.p.Decisions(t.Context(), 1); err != nil || after[0].ID != before[0].ID {
			t.Errorf("%s: decision %d was written", name, after[0].ID)
		}
	}

	// an undo of the answer before the last
	conflict := new(Conflict)
	held, err := did(d, CuratePiece, choice("amna", oped.Approve, "6", "picks"))
	must(t, err)
	_, err = did(d, CuratePiece, choice("bilal", oped.Reject, "6", "picks"))
	must(t, err)
	undo := Reversal{Reason{By: "amna", Seen: held.Decision.ID}, fmt.Sprint(held.Decision.ID), false}
	if _, err := did(d, UndoDecision, undo); !errors.As(err, &conflict) || err.Error() != "bilal rejected this piece 1 s ago in picks" {
		t.Errorf("an undo: %v, want a conflict", err)
	}
	undo.Seen = 0
	_, err = did(d, UndoDecision, undo)
	must(t, err)
}

// TestARequestIsOfOneDecision: words changed after a lost answer are not taken for the decision before.
func TestARequestIsOfOneDecision(t *testing.T) {
	d := newDesk(t, 1, 6)
	note := Curation{
		Reason:   Reason{By: "amna", Request: "one", Why: "because"},
		Action:   oped.Annotate,
		Ref:      "1",
		Editions: []string{"picks"},
		Note:     "Read this.",
	}
	_, err := did(d, CuratePiece, note)
	must(t, err)
	for _, change := range []func(*Curation){
		func(x *Curation) { x.Note = "Read this, please." },
		func(x *Curation) { x.Why = "of something else" },
		func(x *Curation) { x.Action = oped.Approve },
	} {
		x := note
		change(&x)
		if done, err := did(d, CuratePiece, x); err == nil {
			t.Errorf("%+v was taken for %+v", x, done.Decision)
		}
	}
	topic := Judgement{Reason: note.Reason, Action: oped.TagIt, Ref: "1", Topic: "x"}
	if _, err := did(d, TagPiece, topic); err == nil || !strings.Contains(err.Error(), "another decision") {
		t.Errorf("a tag was taken for a note: %v", err)
	}
	if _, err := did(d, UndoDecision, Reversal{Reason: note.Reason, Number: "1"}); err == nil {
		t.Error("an undo was taken for a note")
	}
	note.Request = "line\nbreak"
	if _, err := did(d, CuratePiece, note); err == nil {
		t.Error("a request with a line break was written")
	}
}
