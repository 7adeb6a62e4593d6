package app

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"oped"
	"oped/internal/testkit"
)

// TestQueueKeepsUpWithDecisionsAndPieces compares the queues in memory with some read afresh, after each of many steps.
// More pieces wait than are considered.
func TestQueueKeepsUpWithDecisionsAndPieces(t *testing.T) {
	d := &desk{newYear(t, riversConfig), rand.New(rand.NewPCG(7, 0))}
	d.p.queues.limit = 20
	var first []oped.Entry
	for range 80 {
		d.now = d.now.Add(time.Hour)
		first = append(first, d.aboutRivers())
	}
	d.fetched(0, first...)
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
	steps, learned := testkit.Rounds(60, 15), 0
	for step := range steps {
		switch d.random.IntN(8) {
		case 0:
			d.river()
		case 1:
			x := Reversal{Reason: Reason{By: "amna"}, Number: fmt.Sprint(2 + d.random.IntN(100))}
			did(d, UndoDecision, x) // it may be refused
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
	if learned < steps/3 {
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
