package text

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// class is the effect of a character on word boundaries (UAX 29, table 3), for the usual characters of op-eds.
type class uint8

const (
	classUnknown   class = iota // ask the tables of Unicode
	classMark                   // a segment of its own
	classSpace                  // joins other spaces
	classNewline                // a segment of its own, except for CR LF
	classLetter                 // ALetter
	classDigit                  // Numeric
	classExtend                 // belongs to the letter before it
	classMidLetter              // separates no letters
	classMidNum                 // separates no digits
	classMidNumLet              // separates neither
)

// classes are the classes of Latin and Arabic characters by their code point.
var classes = func() (t [0x700]class) {
	for r := range rune(len(t)) {
		switch {
		case r >= 0x250 && r < 0x600:
		case unicode.IsLetter(r):
			t[r] = classLetter
		case unicode.Is(unicode.Nd, r):
			t[r] = classDigit
		case r < 0x80:
			t[r] = classMark
		case r >= 0x600 && unicode.Is(unicode.Mn, r):
			t[r] = classExtend
		}
	}
	for class, chars := range map[class]string{
		classSpace:     " ",
		classNewline:   "\n\v\f\r",
		classMidLetter: ":",
		classMidNum:    ",;،",
		classMidNumLet: ".'",
		classUnknown:   "_",
		classMark:      "\u00a0«»£°؛؟۔",
	} {
		for _, r := range chars {
			t[r] = class
		}
	}
	return t
}()

// classAt returns the class of the character at i, and its length in bytes.
func classAt(s string, i int) (class, int) {
	c := s[i]
	switch {
	case c < utf8.RuneSelf:
		return classes[c], 1
	case 0xc2 <= c && c <= 0xdb && i+1 < len(s) && s[i+1]&0xc0 == 0x80:
		return classes[rune(c&0x1f)<<6|rune(s[i+1]&0x3f)], 2
	case c == 0xe2 && i+2 < len(s) && s[i+1] == 0x80:
		switch s[i+2] {
		case 0x98, 0x99: // ‘ ’
			return classMidNumLet, 3
		case 0x93, 0x94, 0x9c, 0x9d, 0xa6: // – — “ ” …
			return classMark, 3
		}
	}
	return classUnknown, 0
}

// boundary returns the end of the segment beginning at i: a word, white space or a mark, as separated by UAX
// 29. A segment depends on nothing before it.
func boundary(s string, i int) int {
	if end := knownBoundary(s, i); end > i {
		return end
	}
	it := words.FromString(s[i:])
	it.Next()
	return i + it.End()
}

// knownBoundary returns the boundary if every character up to it, and after it as far as it matters, is of a
// known class; otherwise i.
func knownBoundary(s string, i int) int {
	kind, size := classAt(s, i)
	end := i + size
	switch kind {
	case classUnknown, classExtend:
		return i
	case classLetter, classDigit:
		return knownWord(s, i)
	case classNewline:
		if s[i] == '\r' && end < len(s) && s[end] == '\n' {
			end++
		}
	}
	for end < len(s) {
		next, n := classAt(s, end)
		if next == classUnknown || next == classExtend {
			return i // it may belong to the character before it, or be cut off by the end
		}
		if kind != classSpace || next != classSpace {
			break
		}
		end += n
	}
	return end
}

// knownWord returns the end of a word: letters and digits, and marks that do not separate the two letters or
// digits around them.
func knownWord(s string, i int) int {
	last, size := classAt(s, i)
	end := i + size
	for end < len(s) {
		next, n := classAt(s, end)
		switch next {
		case classLetter, classDigit:
			last = next
			end += n
			continue
		case classExtend:
			end += n
			continue
		case classUnknown:
			return i
		case classMidLetter, classMidNum, classMidNumLet:
			if next == classMidLetter && last == classDigit || next == classMidNum && last == classLetter ||
				end+n == len(s) {
				return end
			}
			after, m := classAt(s, end+n)
			if after == classUnknown || after == classExtend {
				return i
			}
			if after == last {
				end += n + m
				continue
			}
		}
		return end
	}
	return end
}
