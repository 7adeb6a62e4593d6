package text

import (
	"hash/maphash"
	"unicode"
	"unicode/utf8"
)

// WordSet gathers the distinct folded words of some texts, for a full-text index. It can be used again and again, to save memory.
type WordSet struct {
	seed   maphash.Seed
	slots  []wordSlot // a hash table, open addressed, at most half full; their number is a power of two
	words  int
	out    []byte
	tokens Tokens
}

// wordSlot is where a word is in the output; end 0: there is none.
type wordSlot struct{ hash, start, end uint32 }

// minSlots is how many slots a table has at least.
const minSlots = 1024

// Reset forgets the words, and a table that is large beside them: to clear it each time would cost more than they do.
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

// AddTokens adds words that were found already.
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

// add notes the word with which the output ends. It reports whether the word is new.
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
		w.seed = maphash.MakeSeed() // nobody can choose words that share slots
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

// String gives the words in the order in which they were first met, parted by spaces.
func (w *WordSet) String() string { return string(w.out) }

// AppendIndexed appends a folded word as the index has it: its letters and digits only, so that every word is one token of the index.
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
