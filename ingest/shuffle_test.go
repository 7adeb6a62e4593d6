package ingest_test

import (
	"math/rand/v2"
	"testing"

	"oped"
	forged "oped/internal/variant"
)

// TestShuffles: the entries of a group make the same pieces in whatever order they come, in all but one of a thousand orders; whatever the order, no
// AtomID changes or leads nowhere.
func TestShuffles(t *testing.T) {
	texts, seed, empty := corpus(t), freshSeed(t), emptyHall(t)
	groups, shuffles := 40, 25
	if raced || testing.Short() {
		groups, shuffles = 3, 4
	}
	differing, untrue := 0, 0
	for n := range groups {
		g := forged.NewGroup(texts, seed, n)
		times := map[string]int{}
		most := ""
		for i := range shuffles {
			partition := ""
			t.Run("", func(t *testing.T) {
				partition = shuffled(t, empty, g, rand.New(rand.NewPCG(seed, uint64(n*shuffles+i))))
			})
			times[partition]++
			if times[partition] > times[most] {
				most = partition
			}
		}
		differing += shuffles - times[most]
		if len(times) > 1 {
			t.Logf("group %d is parted in %d ways; in %d of %d orders:\n%s", n, len(times), times[most], shuffles, most)
			for partition, k := range times {
				if partition != most {
					t.Logf("in %d:\n%s", k, partition)
				}
			}
		}
		if want := partitionOf(g.Pieces); most != want {
			untrue++
			t.Logf("group %d:\n%s\nwant:\n%s", n, most, want)
		}
	}
	t.Logf("%d of %d orders made other pieces than most; %d of %d groups are not as they should be in most", differing, groups*shuffles, untrue, groups)
	if differing*1000 > groups*shuffles {
		t.Errorf("%d of %d orders made other pieces than most", differing, groups*shuffles)
	}
}

// shuffled is how a group is parted after its entries came in a random order, one in four documents with more than one of its feed.
func shuffled(t *testing.T, empty []byte, g forged.Group, rng *rand.Rand) string {
	h := newHall(t, empty)
	defer h.store.Close()
	waiting := append([]oped.Entry(nil), g.Entries...)
	rng.Shuffle(len(waiting), func(i, j int) { waiting[i], waiting[j] = waiting[j], waiting[i] })
	var all []oped.Piece
	for len(waiting) > 0 {
		document, rest := waiting[:1:1], []oped.Entry(nil)
		more := rng.IntN(4) == 0
		for _, e := range waiting[1:] {
			if more && e.FeedURL == document[0].FeedURL && forged.Key(&e) != forged.Key(&document[0]) {
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
			pieces[forged.Key(&p.Entries[i])] = p.AtomID
		}
	}
	return partitionOf(pieces)
}
