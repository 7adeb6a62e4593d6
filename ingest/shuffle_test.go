package ingest_test

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"oped"
	"oped/internal/newstest"
)

// TestShuffles: the entries of a group make the same pieces in whatever order they come, in all but one of a
// thousand orders; whatever the order, no AtomID changes or leads nowhere.
func TestShuffles(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	texts, seed, empty := corpus(t), seedOf(t), emptyHall(t)
	groups, shuffles := 40, 25
	if raced {
		groups, shuffles = 3, 4
	}
	var differing, untrue atomic.Int32
	t.Run("groups", func(t *testing.T) {
		for n := range groups {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				g := newstest.NewGroup(texts, seed, n)
				times := map[string]int32{}
				limit := ""
				for i := range shuffles {
					partition := shuffled(t, empty, g, rand.New(rand.NewPCG(seed, uint64(n*shuffles+i))))
					if times[partition]++; times[partition] > times[limit] {
						limit = partition
					}
				}
				differing.Add(int32(shuffles) - times[limit])
				for partition, k := range times {
					if partition != limit {
						t.Logf("in %d of %d orders:\n%s\nand in %d:\n%s", k, shuffles, partition, times[limit], limit)
					}
				}
				if want := partitionOf(g.Pieces); limit != want {
					untrue.Add(1)
					t.Logf("most often:\n%s\nwant:\n%s", limit, want)
				}
			})
		}
	})
	t.Logf(
		"%d of %d orders made other pieces than most; %d of %d groups are not as they should be in most",
		differing.Load(), groups*shuffles, untrue.Load(), groups,
	)
	if int(differing.Load())*1000 > groups*shuffles {
		t.Errorf("%d of %d orders made other pieces than most", differing.Load(), groups*shuffles)
	}
}

// shuffled returns the partition of a group after its entries came in a random order, one in four documents
// with more than one entry of its feed.
func shuffled(t *testing.T, empty []byte, g newstest.Group, rng *rand.Rand) string {
	h := newHall(t, empty)
	defer h.store.Close()
	waiting := append([]oped.Entry(nil), g.Entries...)
	rng.Shuffle(len(waiting), func(i, j int) { waiting[i], waiting[j] = waiting[j], waiting[i] })
	var all []oped.Piece
	for len(waiting) > 0 {
		document, rest := waiting[:1:1], []oped.Entry(nil)
		more := rng.IntN(4) == 0
		for _, e := range waiting[1:] {
			if more && e.FeedURL == document[0].FeedURL && e.ID != document[0].ID {
				document = append(document, e)
			} else {
				rest = append(rest, e)
			}
		}
		h.fetch(document...)
		all = h.all()
		waiting = rest
	}
	h.lead()
	pieces := map[string]string{}
	for _, p := range all {
		for i := range p.Entries {
			pieces[p.Entries[i].ID] = p.AtomID
		}
	}
	return partitionOf(pieces)
}
