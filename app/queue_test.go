package app

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"oped"
)

// queueConfig is curatedConfig with a topic.
const queueConfig = "base_url: https://editions.example\nfetch: {spacing: 0s}\n" +
	"topics: {rivers: {score: {river: 1}, threshold: 2, review: 1}}\n" +
	"editions: {all: {}, picks: {curated: true}, week: {curated: true, topics: rivers}}\n" +
	"feeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n"

// river lets a piece come in that is more or less about rivers.
func (d *desk) river() {
	d.Helper()
	d.now = d.now.Add(time.Hour)
	e := d.entry(time.Duration(d.random.IntN(200)) * time.Minute)
	e.Content += strings.Repeat(" <p>The river.</p>", d.random.IntN(3))
	d.fetched(0, e)
}

// rearrange makes a random decision on whole pieces or a topic. It may be refused.
func (d *desk) rearrange() {
	d.Helper()
	ref := func() string { return fmt.Sprint(1 + d.random.IntN(d.made)) }
	by := Reason{By: "amna"}
	switch d.random.IntN(6) {
	case 0:
		did(d, MergePieces, Selection{Reason: by, Refs: []string{ref(), ref()}, Force: true})
	case 1:
		did(d, SplitPieces, Selection{Reason: by, Refs: []string{ref() + "#1"}})
	case 2:
		did(d, WithdrawPiece, Selection{Reason: by, Refs: []string{ref()}})
	case 3:
		did(d, UndoDecision, Reversal{Reason: by, Number: fmt.Sprint(2 + d.random.IntN(100))})
	default:
		action := []oped.Action{oped.TagIt, oped.Untag}[d.random.IntN(2)]
		did(d, TagPiece, Judgement{by, action, ref(), "rivers"})
	}
}

// TestQueueKeepsUpWithDecisionsAndPieces compares the queues in memory with some read afresh, after each of many steps.
// More pieces wait than are considered.
func TestQueueKeepsUpWithDecisionsAndPieces(t *testing.T) {
	d := &desk{newYear(t, queueConfig), rand.New(rand.NewPCG(7, 0))}
	d.p.queues.limit = 20
	for range 80 {
		d.river()
	}
	for i := range 42 {
		x := Curation{
			Reason:   Reason{By: "amna"},
			Action:   []oped.Action{oped.Approve, oped.Reject}[i%2],
			Ref:      fmt.Sprint(i + 1),
			Editions: []string{"picks"},
			Listed:   oped.Poor,
		}
		_, err := did(d, CuratePiece, x)
		must(t, err)
	}
	learned := 0
	for step := range 60 {
		switch d.random.IntN(8) {
		case 0:
			d.river()
		case 1:
			if all, err := d.p.Decisions(t.Context(), 1); err == nil && len(all) > 0 && all[0].Action != oped.Undo {
				d.undo("")
			}
		case 2, 3:
			d.rearrange()
		default:
			d.choose()
		}
		for _, of := range []Question{{Edition: "picks"}, {Edition: "week"}, {Topic: "rivers"}} {
			if d.sameQueue(step, of) {
				learned++
			}
		}
	}
	if learned < 20 {
		t.Errorf("learned %d times: this proves little", learned)
	}
}

// sameQueue compares a queue in memory with one read afresh. It reports whether that has learned.
func (d *desk) sameQueue(step int, of Question) bool {
	d.Helper()
	warm, err := d.p.Pieces().Candidates(d.Context(), of, 0)
	must(d, err)
	again := &App{cfg: d.p.cfg, store: d.p.store, active: d.p.active, now: d.p.now}
	again.queues.limit = d.p.queues.limit
	cold, err := again.Pieces().Candidates(d.Context(), of, 0)
	must(d, err)
	if warm.Asked != cold.Asked || len(warm.Pieces) != len(cold.Pieces) {
		d.Fatalf("step %d: %+v, want %+v", step, warm.Asked, cold.Asked)
	}
	at := map[oped.PieceID]Candidate{}
	for _, x := range cold.Pieces {
		at[x.Piece] = x
	}
	for i, x := range warm.Pieces {
		want, found := at[x.Piece]
		if !found || math.Abs(x.Probability-want.Probability) > .1 || !cold.Learned && x.Piece != cold.Pieces[i].Piece {
			d.Fatalf("step %d: piece %d at place %d has %v, want %v", step, x.Piece, i, x.Probability, want.Probability)
		}
	}
	return cold.Learned
}
