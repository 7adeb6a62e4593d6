package text

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"

	"oped"
)

// plain takes what most of a text is made of: spaces, and words of ASCII letters and digits that end where no mark can prolong them. It
// gives the first place from i that is not that plain.
func (st *scanState) plain(i int) int {
	s := st.ts.Text
	for i < len(s) {
		if s[i] == ' ' && i+1 < len(s) && small[s[i+1]] != 0 { // as most spaces are
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

// letters folds the ASCII letters and digits that stand from i on into the free part of the arena. It tells how many they are, and how many of
// them are capitals.
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

// One in each of eight bytes, and the eighth bit of each.
const ones, eighths = 0x0101010101010101, 0x8080808080808080

// eight are the first eight bytes of s, the first of them lowest.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// smallRun is how many of eight bytes are small letters, up to the first that is not. It looks at all at once: adding to a byte of seven bits sets
// its eighth where the byte is large enough.
func smallRun(x uint64) int {
	low := x &^ eighths
	fromA, behindZ := low+ones*(0x80-'a'), low+ones*(0x80-'z'-1)
	return bits.TrailingZeros64((^fromA|behindZ|x)&eighths) / 8
}

// small are the small letters of the ASCII letters and digits; 0 is for all other bytes.
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

// spaces takes the spaces at i and gives the end of them; i if what follows might belong to them.
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

// endsWord tells whether a word of ASCII letters and digits surely ends before the mark at i, and in no apostrophe.
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
