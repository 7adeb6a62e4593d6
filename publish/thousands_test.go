package publish

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oped"
	"oped/publish/feed"
)

// nastyOutputs returns documents of nasty pieces, fifty in each.
func nastyOutputs(t tester, seed uint64, pieces int) (all []output) {
	const perDocument = 50
	n, r := newNasty(seed), newRenderer(options())
	for range pieces / perDocument {
		feeds, urls := n.press()
		batch := make([]oped.Piece, perDocument)
		for i := range batch {
			batch[i] = n.piece(urls)
		}
		e := oped.EditionState{
			Edition: oped.Edition{
				Name:     "pak-us",
				Title:    n.pick("Opinion", n.text()),
				Subtitle: n.text(),
				Lang:     n.lang(),
				Full:     n.chance(4),
			},
			AtomID:  "tag:editions.example,2026-03-01:edition/pak-us",
			Created: at(1, 0),
			Updated: batch[perDocument-1].Updated,
		}
		all = append(all, outputs(t, r, &document{Edition: e}, feeds, batch)...)
	}
	return all
}

// readsBack compares the content found by a reader with the expected content of a document.
func readsBack(t *testing.T, reader string, o output, got []content, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s does not read %s: %v", reader, o.self, err)
	}
	if len(got) != len(o.want) {
		t.Errorf("%s reads %d entries of %d in %s", reader, len(got), len(o.want), o.self)
		return
	}
	for i := range got {
		if d := cmp.Diff(o.want[i], got[i]); d != "" {
			t.Errorf("%s reads in %s, entry %d (-want +got)\n%.2000s", reader, o.self, i, d)
		}
	}
}

// TestO1_O14_O17_O18_S11_Thousands: ten thousand pieces with every kind of content give valid
// documents. In every format, every reader finds the content of the pieces.
func TestO1_O14_O17_O18_S11_Thousands(t *testing.T) {
	pieces := 10_000
	if raced || testing.Short() {
		pieces = 100
	}
	all := nastyOutputs(t, 1, pieces)
	for _, o := range all {
		got, err := readContent(o)
		readsBack(t, "a plain reader", o, got, err)
		got, err = readWithGofeed(o)
		readsBack(t, "gofeed", o, got, err)
		for _, f := range faults(o) {
			t.Errorf("%s: %s", o.self, f)
		}
		if t.Failed() {
			return
		}
	}
	if testing.Short() {
		return
	}
	if os.Getenv("OPED_FEEDVALIDATOR") == "" { // programs are slow: they get all of it on request
		all = all[:min(len(all), 60)]
	}
	t.Run("jing", func(t *testing.T) {
		jing(t, schema(t), written(t, slices.DeleteFunc(slices.Clone(all), func(o output) bool {
			return o.format != feed.Atom
		}))...)
	})
	t.Run("feedvalidator", func(t *testing.T) { findsNothing(t, all) })
	t.Run("feedparser", func(t *testing.T) { feedparserReads(t, all) })
}
