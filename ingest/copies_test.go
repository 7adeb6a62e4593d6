package ingest_test

import (
	"fmt"
	"testing"

	"oped"
	"oped/dedup"
	"oped/internal/newstest"
)

// TestVariantsAmongMany: copies of each kind find their piece among all others in the store, and no two
// originals become one. They come as they would: one document after the other, each of another paper.
func TestVariantsAmongMany(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	texts, seed := corpus(t), seedOf(t)
	each := 100
	if raced {
		each, texts = 3, texts[:60]
	}
	h := newHall(t, emptyHall(t))
	home := map[string]string{} // where each copy belongs, by address
	for i := range texts {
		h.fetch(newstest.Published(newstest.Original(texts, i)))
	}
	for n := range each {
		for _, k := range newstest.Variants() {
			_, copied, of := newstest.Copy(texts, &k, seed, n)
			home[copied.URL] = newstest.Original(texts, of).URL
			h.fetch(newstest.Published(copied))
		}
	}
	at := map[string]oped.PieceID{}
	for _, p := range h.all() {
		first := ""
		for _, e := range p.Entries {
			at[e.URL] = p.ID
			if _, copied := home[e.URL]; copied {
				continue
			}
			if first != "" {
				t.Errorf("two texts are one piece: %s and %s, by %q", first, e.URL, e.Joined)
			}
			first = e.URL
		}
	}
	h.lead()
	for _, k := range newstest.Variants() {
		found := 0
		for n := range each {
			original, copied, of := newstest.Copy(texts, &k, seed, n)
			// The missing address belonged to a text printed by its paper under another address before: an
			// edited headline.
			if where, ok := at[copied.URL]; !ok || where == at[home[copied.URL]] {
				found++
				continue
			}
			m := dedup.Compare(&original, &copied)
			p, _ := h.store.Pieces.Get(t.Context(), fmt.Sprint(at[home[copied.URL]]))
			lead := p.Lead()
			m2 := dedup.Compare(lead, &copied)
			t.Logf(
				"%s %d of text %d is in piece %d, its original in %d: with the original it is %s (%s %s), "+
					"with its lead %s %s (%s %s) TITLE %q TEXT %.200q",
				k.Name, n, of, at[copied.URL], at[home[copied.URL]], m.Verdict, m.Guard, m.Why, lead.URL,
				m2.Verdict, m2.Guard, m2.Why, copied.Title, copied.Text,
			)
		}
		t.Logf("%-14s %4d of %4d", k.Name, found, each)
		if missed := each - found; float64(missed) > max(3, float64(each)*(1-k.Recall)) {
			t.Errorf("%s: %d of %d copies found their piece", k.Name, found, each)
		}
	}
}
