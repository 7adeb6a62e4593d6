package app

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/ingest"
	"oped/store"
)

var decisionsBefore = flag.Int("decisions", 1000, "how many decisions the benchmark of the desk makes beforehand")

// curated returns a press with an archive of -pieces pieces and -decisions decisions on them in two curated editions.
func curated(b *testing.B) *config.Config {
	press := newPress()
	if *archives == "" {
		return press.decide(b, press.archive(b, *pieces))
	}
	kept := filepath.Join(*archives, fmt.Sprintf("%d-%d", *pieces, *decisionsBefore))
	if _, err := os.Stat(kept); err != nil {
		cfg := press.decide(b, press.archive(b, *pieces))
		must(b, os.CopyFS(kept, os.DirFS(filepath.Dir(cfg.Path))))
	}
	dir := b.TempDir()
	must(b, os.CopyFS(dir, os.DirFS(kept)))
	cfg, err := config.Load(filepath.Join(dir, "config.yaml"))
	must(b, err)
	return cfg
}

// decide adds two curated editions to a configuration, and decides on pieces all over the archive.
func (p *press) decide(b *testing.B, cfg *config.Config) *config.Config {
	text := strings.Replace(p.config(), "\neditions:\n",
		"\neditions:\n  picks: {curated: true, topics: afghanistan}\n  best: {curated: true}\n", 1)
	must(b, os.WriteFile(cfg.Path, []byte(text), 0o644))
	cfg, err := config.Load(cfg.Path)
	must(b, err)
	withHouse(b, cfg, false, func(h *App) {
		rules := h.active.rules.Load()
		for i := range *decisionsBefore {
			id := oped.PieceID(1 + i*(*pieces-1200)/(*decisionsBefore))
			d := oped.Decision{
				At:       p.begun.Add(time.Duration(i) * time.Second),
				By:       "amna",
				Action:   oped.Approve,
				Piece:    id,
				Editions: []string{[]string{"picks", "best"}[i%2]},
			}
			if i%3 == 0 {
				d.Action, d.Reason = oped.Reject, oped.Poor
			}
			_, _, err := h.store.Decisions.Decide(b.Context(), d, store.Verdict{
				Pieces: []oped.PieceID{id},
				Decide: func(piece oped.Piece, _ []oped.Tag) (oped.PieceChange, bool) {
					return ingest.Curate(piece, nil, rules), true
				},
			})
			must(b, err)
		}
	})
	return cfg
}

// BenchmarkDesk measures what the desk asks for, in an archive of -pieces pieces and -decisions decisions.
func BenchmarkDesk(b *testing.B) {
	withHouse(b, curated(b), true, func(h *App) {
		h.exports = newWake() // files are written later, as by a daemon
		must(b, h.publish(b.Context()))
		v, n := h.Pieces(), 0
		queue := func(b *testing.B, q Question) *Candidates {
			c, err := v.Candidates(b.Context(), q, 40)
			must(b, err)
			return c
		}
		var c *Candidates
		list := func(b *testing.B) { c = queue(b, Question{Edition: "picks"}) }
		decide := func(b *testing.B) {
			n++
			x := Curation{
				Reason:   Reason{By: "amna"},
				Action:   []oped.Action{oped.Approve, oped.Reject}[n%2],
				Ref:      fmt.Sprint(c.Pieces[n%len(c.Pieces)].Piece),
				Editions: []string{"picks"},
				Listed:   oped.Poor,
			}
			_, err := Call(b.Context(), &Caller{app: h}, CuratePiece, x)
			must(b, err)
		}
		for _, q := range []Question{{Edition: "picks"}, {Edition: "best"}, {Topic: "afghanistan"}, {}} {
			b.Run("candidates "+q.Edition+q.Topic, func(b *testing.B) {
				b.ReportAllocs()
				began := cpuTime()
				c := queue(b, q)
				b.ReportMetric(float64((cpuTime() - began).Milliseconds()), "cold-cpu-ms")
				b.ReportMetric(float64(c.Waiting), "waiting")
				began = cpuTime()
				for b.Loop() {
					queue(b, q)
				}
				b.ReportMetric(float64((cpuTime()-began).Microseconds())/float64(b.N), "cpu-µs/op")
			})
		}
		measure := func(name string, before, do func(b *testing.B)) {
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				var took, spent []time.Duration
				for b.Loop() {
					b.StopTimer()
					before(b)
					cpu, began := cpuTime(), time.Now()
					b.StartTimer()
					do(b)
					b.StopTimer()
					took, spent = append(took, time.Since(began)), append(spent, cpuTime()-cpu)
					b.StartTimer()
				}
				for unit, all := range map[string][]time.Duration{"µs": took, "cpu-µs": spent} {
					slices.Sort(all)
					b.ReportMetric(float64(all[len(all)/2].Microseconds()), "median-"+unit)
					b.ReportMetric(float64(all[len(all)*95/100].Microseconds()), "p95-"+unit)
				}
			})
		}
		nothing := func(*testing.B) {}
		listed := func(b *testing.B) {
			list(b)
			decide(b)
		}
		measure("candidates after a decision", listed, list)
		measure("questions", nothing, func(b *testing.B) {
			_, err := v.Questions(b.Context())
			must(b, err)
		})
		measure("decide", list, decide)
		measure("questions after a decision", listed, func(b *testing.B) {
			_, err := v.Questions(b.Context())
			must(b, err)
		})
		measure("editions after a decision", listed, func(b *testing.B) {
			_, err := v.Summaries(b.Context())
			must(b, err)
		})
		measure("undo", listed, func(b *testing.B) {
			_, err := Call(b.Context(), &Caller{app: h}, UndoDecision, Reversal{Reason: Reason{By: "amna"}})
			must(b, err)
		})
	})
}
