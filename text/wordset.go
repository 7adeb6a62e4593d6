package text

import (
	"hash/maphash"
	"unicode"
	"unicode/utf8"
)

// WordSet collects the distinct folded words of some texts, for a full-text index. Reuse it to save memory.
type WordSet struct {
	seed   maphash.Seed
	slots  []wordSlot // a hash table with open addressing, at most half full; its length is a power of two
	words  int
	out    []byte
	tokens Tokens
}

// wordSlot is the place of a word in the output; end is 0 in a free slot.
type wordSlot struct{ hash, start, end uint32 }

// minSlots is the smallest number of slots.
const minSlots = 1024

// Reset removes all words. It drops a table much larger than its words: clearing it each time would cost more
// than they do.
func (w *WordSet) Reset() {
	if len(w.slots) > max(minSlots, 16*w.words) {
		w.slots = nil
	}
	clear(w.slots)
	w.words, w.out = 0, w.out[:0]
}

// Add adds the words of a text.
func (w *WordSet) Add(s string) {
	w.tokens.Scan(s)
	w.AddTokens(&w.tokens)
}

// AddTokens adds the words of a scanned text.
func (w *WordSet) AddTokens(ts *Tokens) {
	for i := range ts.List {
		before := len(w.out)
		if before > 0 {
			w.out = append(w.out, ' ')
		}
		start := len(w.out)
		if w.out = AppendIndexed(w.out, ts.Folded(i)); len(w.out) == start || !w.add(start) {
			w.out = w.out[:before]
		}
	}
}

// add adds the word at the end of the output. It reports whether the word is new.
func (w *WordSet) add(start int) bool {
	if 2*(w.words+1) > len(w.slots) {
		w.grow()
	}
	word := w.out[start:]
	hash := uint32(maphash.Bytes(w.seed, word))
	mask := uint32(len(w.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := &w.slots[i]
		if s.end == 0 {
			*s = wordSlot{hash, uint32(start), uint32(len(w.out))}
			w.words++
			return true
		}
		if s.hash == hash && string(w.out[s.start:s.end]) == string(word) {
			return false
		}
	}
}

func (w *WordSet) grow() {
	old := w.slots
	if len(old) == 0 {
		w.seed = maphash.MakeSeed() // a random seed: nobody can choose words with the same slot
	}
	w.slots = make([]wordSlot, max(minSlots, 2*len(old)))
	mask := uint32(len(w.slots) - 1)
	for _, s := range old {
		if s.end == 0 {
			continue
		}
		i := s.hash & mask
		for w.slots[i].end != 0 {
			i = (i + 1) & mask
		}
		w.slots[i] = s
	}
}

// String returns the words in the order of their first occurrence, separated by spaces.
func (w *WordSet) String() string { return string(w.out) }

// AppendIndexed appends a folded word in the form of the index: its letters and digits only, so that every word
// is one token there.
func AppendIndexed[S string | []byte](dst []byte, word S) []byte {
	for _, r := range string(word) {
		switch {
		case r < utf8.RuneSelf:
			if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
				dst = append(dst, byte(r))
			}
		case unicode.In(r, unicode.L, unicode.N):
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}
