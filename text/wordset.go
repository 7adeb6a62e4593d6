package text

import (
	"unicode"
	"unicode/utf8"
)

// WordSet gathers the distinct folded words of some texts, for a full-text index. It can be used again and again, to save memory.
type WordSet struct {
	seen   map[string]struct{}
	out    []byte
	tokens Tokens
}

// Reset forgets the words.
func (w *WordSet) Reset() {
	clear(w.seen)
	w.out = w.out[:0]
}

// Add adds the words of a text.
func (w *WordSet) Add(s string) {
	w.tokens.Scan(s)
	w.AddTokens(&w.tokens)
}

// AddTokens adds words that were found already.
func (w *WordSet) AddTokens(ts *Tokens) {
	if w.seen == nil {
		w.seen = map[string]struct{}{}
	}
	for i := range ts.List {
		word := ts.Folded(i)
		if _, ok := w.seen[string(word)]; ok {
			continue
		}
		w.seen[string(word)] = struct{}{}
		before := len(w.out)
		if before > 0 {
			w.out = append(w.out, ' ')
		}
		start := len(w.out)
		if w.out = AppendIndexed(w.out, word); len(w.out) == start {
			w.out = w.out[:before]
		}
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
