package dedup_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"oped"
	"oped/dedup"
	"pgregory.net/rapid"
)

// TestIndex_EqualsAList compares the index with a list, for any order of putting, replacing, dropping and the
// passing of time.
func TestIndex_EqualsAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := dedup.NewIndex(0)
		at := noon
		x.Now(at)
		known := map[oped.PieceID]dedup.Hot{}
		publishers := []string{"", "Dawn", "The News"}
		some := func(name string) []uint64 { // few of them, so that they collide
			return rapid.SliceOfNDistinct(rapid.Uint64Range(0, 30), 0, 12, rapid.ID).Draw(t, name)
		}
		spread := func(fingerprints []uint64) []uint64 {
			out := make([]uint64, len(fingerprints))
			for i, p := range fingerprints {
				out[i] = p * 0x9e3779b97f4a7c15 >> 24
			}
			return out
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			id := oped.PieceID(rapid.IntRange(1, 20).Draw(t, "piece"))
			switch rapid.IntRange(0, 9).Draw(t, "do") {
			case 0:
				x.Drop(id)
				delete(known, id)
			case 1:
				at = at.AddDate(0, 0, rapid.IntRange(0, 12).Draw(t, "days"))
				x.Now(at)
			default:
				h := dedup.Hot{
					Piece:        id,
					Fingerprints: spread(some("prints")),
					Publisher:    rapid.SampledFrom(publishers).Draw(t, "publisher"),
					Date:         at.AddDate(0, 0, -rapid.IntRange(0, 50).Draw(t, "age")),
					Seen:         at,
				}
				x.Put(h)
				delete(known, id)
				if len(h.Fingerprints) > 0 {
					known[id] = h
				}
			}
			q := dedup.Hot{
				Piece:        oped.PieceID(rapid.IntRange(0, 20).Draw(t, "itself")),
				Fingerprints: spread(some("asked")),
				Publisher:    rapid.SampledFrom(publishers).Draw(t, "of"),
				Date:         at.AddDate(0, 0, -rapid.IntRange(0, 40).Draw(t, "asked age")),
			}
			alike, common := x.Alike(q.Fingerprints, q.Publisher, q.Date, q.Piece)
			wantAlike, wantCommon := alikeInList(known, q, at)
			if !slices.Equal(alike, wantAlike) || !slices.Equal(common, wantCommon) {
				t.Fatalf("alike %v common %v, want %v %v", alike, common, wantAlike, wantCommon)
			}
		}
	})
}

// alikeInList is Alike without an index.
func alikeInList(known map[oped.PieceID]dedup.Hot, q dedup.Hot, at time.Time) (alike []oped.PieceID, common []uint64) {
	others := func(fingerprint uint64) (all []dedup.Hot, house int) {
		for _, h := range known {
			if h.Piece != q.Piece && slices.Contains(h.Fingerprints, fingerprint) && !h.Seen.Before(dedup.Since(at)) {
				all = append(all, h)
				if h.Publisher == q.Publisher && h.Publisher != "" {
					house++
				}
			}
		}
		return all, house
	}
	share := map[oped.PieceID]int{}
	for _, p := range q.Fingerprints {
		all, house := others(p)
		if house >= 3 {
			common = append(common, p)
			continue
		}
		for _, h := range all {
			share[h.Piece]++
		}
	}
	part := map[oped.PieceID]float64{}
	for id, n := range share {
		h := known[id]
		fewer := min(len(h.Fingerprints), len(q.Fingerprints)-len(common))
		need := max(1, fewer/2)
		if fewer >= 8 {
			need = 3
		}
		if days := q.Date.Sub(h.Date).Abs(); n >= need && days <= 30*24*time.Hour {
			part[id] = float64(n) / float64(fewer)
			alike = append(alike, id)
		}
	}
	slices.SortFunc(alike, func(a, b oped.PieceID) int {
		switch {
		case part[a] != part[b]:
			return map[bool]int{true: -1, false: 1}[part[a] > part[b]]
		}
		return int(a - b)
	})
	return alike[:min(8, len(alike))], common
}

// TestIndex_StaysBounded puts a year's pieces and checks that the index holds a month's.
func TestIndex_StaysBounded(t *testing.T) {
	x := dedup.NewIndex(0)
	at := noon
	largest := 0
	for id := range oped.PieceID(120_000) {
		at = at.Add(6 * time.Minute)
		x.Now(at)
		x.Put(dedup.Hot{
			Piece:        id + 1,
			Fingerprints: randomFingerprints(uint64(id), 20),
			Publisher:    "Dawn",
			Date:         at,
			Seen:         at,
		})
		if id%1000 == 0 {
			largest = max(largest, x.Bytes())
		}
	}
	month := 30 * 24 * 10
	if limit := (month + 40_000) * 20 * 8 * 2; largest > limit {
		t.Errorf("%d bytes, more than %d", largest, limit)
	}
	if alike, _ := x.Alike(randomFingerprints(119_000, 20), "Dawn", at, 0); len(alike) != 1 || alike[0] != 119_001 {
		t.Errorf("a hot piece: %v", alike)
	}
	if alike, _ := x.Alike(randomFingerprints(1000, 20), "Dawn", at, 0); len(alike) != 0 {
		t.Errorf("a cold piece: %v", alike)
	}
}

// TestIndex_IgnoresCommonFingerprints checks that a fingerprint of more than 64 pieces finds nothing.
func TestIndex_IgnoresCommonFingerprints(t *testing.T) {
	x := dedup.NewIndex(0)
	x.Now(noon)
	for id := range oped.PieceID(200) {
		x.Put(dedup.Hot{
			Piece:        id + 1,
			Fingerprints: []uint64{1 << 20},
			Publisher:    fmt.Sprint("paper ", id),
			Date:         noon,
			Seen:         noon,
		})
		alike, common := x.Alike([]uint64{1 << 20}, "another", noon, 0)
		if found := len(alike) > 0; found != (id < 64) || len(common) > 0 {
			t.Fatalf("%d pieces: %v %v", id+1, alike, common)
		}
	}
}

func randomFingerprints(seed uint64, n int) []uint64 {
	r := rand.New(rand.NewPCG(seed, 7))
	fingerprints := make([]uint64, n)
	for i := range fingerprints {
		fingerprints[i] = r.Uint64() >> (64 - dedup.FingerprintBits)
	}
	return fingerprints
}

// BenchmarkIndex holds 120,000 pieces of 116 fingerprints each.
func BenchmarkIndex(b *testing.B) {
	const pieces, prints = 120_000, 116
	all := make([]dedup.Hot, pieces)
	for i := range all {
		all[i] = dedup.Hot{
			Piece:        oped.PieceID(i + 1),
			Fingerprints: randomFingerprints(uint64(i), prints),
			Publisher:    fmt.Sprint("paper ", i%60),
			Date:         noon,
			Seen:         noon,
		}
	}
	load := func() *dedup.Index {
		x := dedup.NewIndex(pieces * prints)
		x.Now(noon)
		for i := 0; i < pieces; i += 8192 {
			x.Load(all[i:min(i+8192, pieces)])
		}
		return x
	}
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(float64(load().Bytes())/1e6, "MB")
		}
	})
	x := load()
	n := uint64(pieces)
	b.Run("alike and put", func(b *testing.B) {
		for b.Loop() {
			n++
			p := randomFingerprints(n, prints)
			x.Alike(p, "paper 1", noon, 0)
			x.Put(dedup.Hot{Piece: oped.PieceID(n), Fingerprints: p, Publisher: "paper 1", Date: noon, Seen: noon})
		}
	})
}
