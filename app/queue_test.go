package app

import (
	"fmt"
	"math"
	"testing"
	"time"

	"oped"
)

// TestQueueKeepsUpWithDecisionsAndPieces compares the queue in memory with one read afresh, after each of many steps.
func TestQueueKeepsUpWithDecisionsAndPieces(t *testing.T) {
	d := newDesk(t, 7, 70)
	of := Question{Edition: "picks"}
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
			d.now = d.now.Add(time.Hour)
			d.fetched(0, d.entry(time.Minute))
		case 1:
			if all, err := d.p.Decisions(t.Context(), 1); err == nil && len(all) > 0 && all[0].Action != oped.Undo {
				d.undo("")
			}
		default:
			d.choose()
		}
		warm, err := d.p.Pieces().Candidates(t.Context(), of, 0)
		must(t, err)
		again := &App{cfg: d.p.cfg, store: d.p.store, active: d.p.active, now: d.p.now}
		cold, err := again.Pieces().Candidates(t.Context(), of, 0)
		must(t, err)
		if cold.Learned {
			learned++
		}
		if warm.Asked != cold.Asked || len(warm.Pieces) != len(cold.Pieces) {
			t.Fatalf("step %d: %+v, want %+v", step, warm.Asked, cold.Asked)
		}
		at := map[oped.PieceID]Candidate{}
		for _, x := range cold.Pieces {
			at[x.Piece] = x
		}
		for i, x := range warm.Pieces {
			want, found := at[x.Piece]
			if !found || math.Abs(x.Probability-want.Probability) > .1 || !cold.Learned && x.Piece != cold.Pieces[i].Piece {
				t.Fatalf("step %d: piece %d at place %d has %v, want %v", step, x.Piece, i, x.Probability, want.Probability)
			}
		}
	}
	if learned < 20 {
		t.Errorf("learned %d times: this proves little", learned)
	}
}
