package topic

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oped"
)

// TestVocabulary_GivesEachWordOneID checks that each word has one id, however many there are, and that other
// words have none.
func TestVocabulary_GivesEachWordOneID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, ids := newVocabulary(0), map[string]int32{}
		for _, w := range rapid.SliceOf(rapid.StringOf(rapid.SampledFrom([]rune("abک*")))).Draw(t, "words") {
			id := v.add([]byte(w))
			if have, ok := ids[w]; ok && have != id || !ok && int(id) != len(ids)+1 {
				t.Fatalf("%q has id %d of %d words", w, id, len(ids))
			}
			ids[w] = id
		}
		for w, id := range ids {
			if got := v.find([]byte(w)); got != id || string(v.word(id)) != w {
				t.Fatalf("%q has id %d, found %d, which is %q", w, id, got, v.word(id))
			}
		}
		w := rapid.String().Draw(t, "another")
		if got := v.find([]byte(w)); got != ids[w] {
			t.Fatalf("%q has id %d, found %d", w, ids[w], got)
		}
	})
}

// TestVocabulary_DistinguishesEqualHashes checks that words with the same hash are different words.
func TestVocabulary_DistinguishesEqualHashes(t *testing.T) {
	v := newVocabulary(0)
	if one, again := []byte("aba"), []byte("xaba")[1:]; hash(one) != hash(again) || v.add([]byte("one")) != 1 {
		t.Fatal("hash or id of one word")
	}
	slot, _ := v.look([]byte("one"), hash([]byte("one")))
	v.text = []byte("two") // as if it had the hash of "one"
	if got := v.find([]byte("one")); got != 0 {
		t.Errorf("found %d", got)
	}
	if id := v.add([]byte("one")); id != 2 || v.marks[slot+1&(len(v.marks)-1)] == 0 {
		t.Errorf("id %d, not in the slot behind", id)
	}
}

// TestHashIn_DoesNotDependOnThePlace checks that a word has the same hash anywhere in a text.
func TestHashIn_DoesNotDependOnThePlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOf(rapid.Byte()).Draw(t, "text")
		from := rapid.IntRange(0, len(text)).Draw(t, "from")
		to := rapid.IntRange(from, len(text)).Draw(t, "to")
		if got, want := hashIn(text, int32(from), int32(to)), hash(text[from:to]); got != want {
			t.Fatalf("%x, alone %x", got, want)
		}
	})
}

// TestFilters_ExcludeNoTerm compares the hits of random terms in random texts with those found by looking at every
// word of each term.
func TestFilters_ExcludeNoTerm(t *testing.T) {
	word := rapid.SampledFrom([]string{"a", "bb", "ccccc", "the", "cccccc", "of"})
	run := rapid.Map(rapid.SliceOfN(word, 1, 4), func(words []string) string { return strings.Join(words, " ") })
	rapid.Check(t, func(t *rapid.T) {
		sources := rapid.SliceOfNDistinct(run, 1, 9, rapid.ID).Draw(t, "terms")
		for i, s := range sources {
			if strings.HasSuffix(s, "ccccc") && rapid.Bool().Draw(t, "starred") {
				sources[i] += "*"
			}
		}
		text := rapid.SliceOfN(word, 0, 60).Draw(t, "text")
		c := newCompiler([]oped.List{{Name: "l", Terms: terms(sources...)}})
		p := c.done()
		s := p.open(&Doc{Text: strings.Join(text, " ")})
		found := 0
		for term, pattern := range p.patterns {
			at := s.first[term]
			for from := range text {
				if to := from + len(pattern.words); to <= len(text) && pattern.matches(text[from:to]) {
					if at < 0 || s.hits[at].from != int32(from) || s.hits[at].to != int32(to) {
						t.Fatalf("%q is not found at %d of %q", pattern.words, from, text)
					}
					at = s.hits[at].next
					found++
				}
			}
		}
		if found != len(s.hits) {
			t.Fatalf("%d hits, want %d", len(s.hits), found)
		}
	})
}

// matches reports whether some words are those of a pattern.
func (p *pattern) matches(words []string) bool {
	last := len(words) - 1
	return slices.Equal(words[:last], p.words[:last]) && (words[last] == p.words[last] ||
		p.flags&prefix != 0 && strings.HasPrefix(words[last], p.words[last]))
}

func TestEdges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type pair struct{ node, word int32 }
		e, want := newEdges(0), map[pair]int32{}
		for _, p := range rapid.SliceOf(rapid.Custom(func(t *rapid.T) pair {
			return pair{rapid.Int32Range(1, 9).Draw(t, "node"), rapid.Int32Range(1, 99).Draw(t, "word")}
		})).Draw(t, "pairs") {
			if want[p] == 0 {
				want[p] = int32(len(want) + 1)
				e.add(p.node, p.word, want[p])
			}
		}
		for node := range int32(10) {
			for word := range int32(100) {
				if p := (pair{node + 1, word + 1}); e.find(p.node, p.word) != want[p] {
					t.Fatalf("%v leads to %d, not %d", p, e.find(p.node, p.word), want[p])
				}
			}
		}
	})
}
