package text

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"

	"oped"
)

// plain reads the simplest stretch of a text: spaces, and words of ASCII letters and digits with an end that no
// mark can prolong. It returns the first place from i on that is not that simple.
func (st *scanState) plain(i int) int {
	s := st.ts.Text
	for i < len(s) {
		if s[i] == ' ' && i+1 < len(s) && small[s[i+1]] != 0 { // the usual case
			st.gap = true
			i++
		} else if s[i] == ' ' {
			end := st.spaces(i)
			if end == i {
				break
			}
			i = end
			continue
		}
		if small[s[i]] == 0 {
			break
		}
		n, capitals := st.letters(i)
		end := i + n
		if end < len(s) && s[end] != ' ' && !endsWord(s, end) {
			break
		}
		shape := Lower
		switch {
		case capitals == 0:
		case capitals == 1 && s[i] <= 'Z' && s[i] >= 'A':
			shape = Title
		default:
			shape = shapeOf(s[i:end])
		}
		fold := st.used
		st.used += min(n, oped.MaxField)
		st.push(i, end, fold, shape, false)
		i = end
	}
	return i
}

// letters folds the ASCII letters and digits from i on into the free part of the arena. It returns their
// number, and the number of capitals among them.
func (st *scanState) letters(i int) (n, capitals int) {
	s := st.ts.Text[i:]
	if len(st.ts.Arena)-st.used < len(s) {
		st.grow(len(s))
	}
	folded := st.ts.Arena[st.used:]
	folded = folded[:len(s)]
	if c := s[0]; 'A' <= c && c <= 'Z' {
		folded[0] = c + 'a' - 'A'
		n, capitals = 1, 1
	}
	for len(s)-n >= 8 { // most words end within eight small letters
		x := eight(s[n:])
		binary.LittleEndian.PutUint64(folded[n:], x)
		run := smallRun(x)
		n += run
		if run < 8 {
			break
		}
	}
	for ; n < len(s); n++ {
		c := small[s[n]]
		if c == 0 {
			break
		}
		if c != s[n] {
			capitals++
		}
		folded[n] = c
	}
	return n, capitals
}

// grow makes room for n bytes in the arena.
func (st *scanState) grow(n int) {
	arena := slices.Grow(st.ts.Arena[:st.used], n)
	st.ts.Arena = arena[:cap(arena)]
}

// ones has a 1 in each of eight bytes, eighths the eighth bit of each.
const ones, eighths = 0x0101010101010101, 0x8080808080808080

// eight returns the first eight bytes of s as a number, the first of them lowest.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// smallRun returns the number of small letters at the beginning of eight bytes. It looks at all of them at
// once: adding to a byte of seven bits sets its eighth bit if the byte is large enough.
func smallRun(x uint64) int {
	low := x &^ eighths
	fromA, behindZ := low+ones*(0x80-'a'), low+ones*(0x80-'z'-1)
	return bits.TrailingZeros64((^fromA|behindZ|x)&eighths) / 8
}

// small maps ASCII letters and digits to their small letters, and all other bytes to 0.
var small = func() (t [256]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			t[c] = c
		case 'A' <= c && c <= 'Z':
			t[c] = c + 'a' - 'A'
		}
	}
	return t
}()

// spaces reads the spaces at i and returns their end; i if the next character might belong to them.
func (st *scanState) spaces(i int) int {
	s, end := st.ts.Text, i+1
	for end < len(s) && s[end] == ' ' {
		end++
	}
	if end < len(s) && s[end] >= utf8.RuneSelf {
		if next, _ := classAt(s, end); next == classUnknown || next == classExtend {
			return i
		}
	}
	st.gap = true
	return end
}

// endsWord reports whether a word of ASCII letters and digits surely ends before the mark at i, and not in an
// apostrophe.
func endsWord(s string, i int) bool {
	switch kind, n := classAt(s, i); kind {
	case classSpace, classNewline, classMark:
		return true
	case classMidLetter, classMidNum, classMidNumLet:
		if s[i] == '\'' || s[i] == 0xe2 {
			return false
		}
		if i+n == len(s) {
			return true
		}
		next, _ := classAt(s, i+n)
		return next == classSpace || next == classNewline || next == classMark
	}
	return false
}
