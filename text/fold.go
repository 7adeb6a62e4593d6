// Package text has the pure functions on text shared by all packages above it.
//
// To compare words as a reader does, call [Fold]. To turn HTML into plain text, call [FromHTML];
// [Plain.Original] leads back to the original bytes. To find the words of a text with their shapes, sentences
// and paragraphs, call [Tokens.Scan], and then [Tokens.MarkZones] for the zones of an op-ed. To learn a
// publisher's boilerplate, compare the [Tokens.Blocks] of its texts. To show the changes of a text, call
// [Diff].
//
// # Folding
//
// Two words fold to the same string if a reader takes them for the same: "Erdoğan" and "Erdogan", "PAKISTAN"
// and "Pakistan", پاکستان written with Urdu or with Arabic letters, with or without vowel signs and joiners.
// Folding is for comparison only. Folded text is never shown to people.
//
// # Offsets
//
// Every offset is in bytes. A [Token] cuts the text it was made from.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FoldVersion is the version of [Fold]. Folded words are stored: the index of words and the fingerprints are
// computed again if it changes.
const FoldVersion = "2"

// Fold folds a text for comparison. It decomposes characters (NFKD), drops format characters and the marks that
// readers of a script write or leave out ([marks]), and converts to lower case. Arabic-script variants become their Urdu letter, other digits ASCII digits, dashes
// "-", and quotation marks ' or ". Fold is idempotent.
func Fold(s string) string {
	return string(appendFold(nil, s))
}

// appendFold appends the fold of s to dst.
func appendFold[S string | []byte](dst []byte, s S) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			// A mark may belong to the letter before it. That letter is in dst already, and marks are dropped.
			return appendFolds(dst, string(s[i:]))
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// appendFolds appends the fold of any text. It folds character by character as long as this equals folding the
// whole.
func appendFolds(dst []byte, s string) []byte {
	start := len(dst)
	for _, r := range s {
		if int(r) < len(narrow) && narrow[r] != inContext {
			dst = append(dst, narrow[r]...)
			continue
		}
		if firstForm <= r && int(r-firstForm) < len(forms) {
			dst = append(dst, forms[r-firstForm]...)
			continue
		}
		alone := false
		if dst, alone = appendAlone(dst, unicode.ToLower(r)); !alone {
			dst = dst[:start]
			for _, r := range norm.NFKD.String(strings.ToLower(s)) {
				dst = append(dst[:start], appendFolded(dst[start:], r)...)
			}
			return dst
		}
	}
	return dst
}

// narrow are the folds of the Latin and Arabic characters, by their code point.
var narrow = func() (t [0x700]string) {
	for r := range rune(len(t)) {
		folded, alone := appendAlone(nil, unicode.ToLower(r))
		if t[r] = string(folded); !alone {
			t[r] = inContext
		}
	}
	return t
}()

// inContext is in place of the fold of a mark that depends on its letter.
const inContext = "\xff"

// firstForm is the first of the ligatures and presentation forms. They end before U+FF00.
const firstForm = 0xfb00

// forms are the folds of the presentation forms. One character, as ﷺ, may have eighteen parts, each to be
// folded every time.
var forms = func() (t [0xff00 - firstForm]string) {
	for i := range t {
		folded, _ := appendAlone(nil, firstForm+rune(i))
		t[i] = string(folded)
	}
	return t
}()

// appendAlone appends the fold of one small letter or other character. It returns false if the character may
// change places with its neighbours in decomposition; the text must then be folded as a whole.
func appendAlone(dst []byte, r rune) (_ []byte, alone bool) {
	at := len(dst)
	dst = utf8.AppendRune(dst, r)
	p := norm.NFKD.Properties(dst[at:])
	dst = dst[:at]
	parts := p.Decomposition()
	switch {
	case fades(r):
		return dst, true
	case 0xac00 <= r && r <= 0xd7a3:
		return appendHangul(dst, r-0xac00), true
	case p.CCC() != 0:
		return dst, false
	case parts == nil:
		return appendFolded(dst, r), true
	}
	for len(parts) > 0 {
		part, n := utf8.DecodeRune(parts)
		dst = append(dst[:at], appendFolded(dst[at:], part)...)
		parts = parts[n:]
	}
	return dst, true
}

// appendHangul appends the letters of a syllable, decomposed by rule (Unicode §3.12).
func appendHangul(dst []byte, syllable rune) []byte {
	const vowels, tails = 21, 28
	dst = utf8.AppendRune(dst, 0x1100+syllable/(vowels*tails))
	dst = utf8.AppendRune(dst, 0x1161+syllable/tails%vowels)
	if tail := syllable % tails; tail > 0 {
		dst = utf8.AppendRune(dst, 0x11a7+tail)
	}
	return dst
}

// marks are the marks that readers of a script write or leave out, and take for the same with and without. The
// others make another letter, vowel or tone: the madda of آ, the breve of й, the signs of kana (バス is a bus,
// ハス a lotus), Thai tones, the vowels of the scripts of India. Sources: the Unicode Standard 17.0, §7.1 and §7.9
// (Latin, combining marks), §7.2 (Greek), §7.4 (Cyrillic), §9.1 (Hebrew), §9.2 (Arabic), §12.1 (Devanagari), §23.4
// (variation selectors); for Urdu and Persian the spelling of their newspapers.
var marks = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0300, 0x036f, 1}, // accents
		{0x0483, 0x0489, 1}, // historical Cyrillic
		{0x0591, 0x05bd, 1}, // Hebrew points
		{0x05bf, 0x05c7, 1},
		{0x0610, 0x061a, 1}, // Arabic honorifics and small letters
		{0x064b, 0x0652, 1}, // harakat
		{0x0654, 0x065f, 1}, // hamza above and below, and further vowel signs
		{0x0670, 0x0670, 1}, // superscript alef
		{0x06d6, 0x06ed, 1}, // Koranic marks
		{0x0711, 0x074a, 1}, // Syriac
		{0x08ca, 0x08ff, 1}, // Arabic, extended
		{0x093c, 0x093c, 1}, // nukta of Devanagari: क़ is often written क
		{0x180b, 0x180d, 1}, // variation selectors of Mongolian
		{0x1ab0, 0x1aff, 1},
		{0x1dc0, 0x1dff, 1},
		{0x20d0, 0x20f0, 1},
		{0xfb1e, 0xfb1e, 1}, // a Hebrew point
		{0xfe00, 0xfe0f, 1},
		{0xfe20, 0xfe2f, 1},
	},
	R32: []unicode.Range32{{0xe0100, 0xe01ef, 1}},
}

// letterMarks are the Cyrillic letters with a mark that makes them another letter.
var letterMarks = map[rune]string{
	'\u0301': "гк", // ѓ ќ
	'\u0306': "иу", // й ў
	'\u0308': "і",  // ї
}

// fades reports whether r is a mark or format character dropped by folding after any letter.
func fades(r rune) bool {
	return letterMarks[r] == "" && unicode.In(r, unicode.Mn, unicode.Me) && unicode.Is(marks, r) || unicode.Is(unicode.Cf, r)
}

// makesLetter reports whether a mark makes another letter of the last one of a folded text.
func makesLetter(dst []byte, mark rune) bool {
	r, _ := utf8.DecodeLastRune(dst)
	return strings.ContainsRune(letterMarks[mark], r)
}

// appendFolded appends the fold of one decomposed rune.
func appendFolded(dst []byte, r rune) []byte {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(dst, byte(r))
	case fades(r), letterMarks[r] != "" && !makesLetter(dst, r):
		return dst
	case r == 'ـ': // tatweel only stretches
		return dst
	}
	r = unicode.ToLower(r) // a small letter may decompose to a capital, as ᴭ to Æ
	if to, ok := variants[r]; ok {
		return append(dst, to...)
	}
	if unicode.Is(unicode.Nd, r) {
		return append(dst, byte('0'+digit(r)))
	}
	if unicode.Is(unicode.Pd, r) {
		return append(dst, '-')
	}
	return utf8.AppendRune(dst, r)
}

// digit returns the value of a decimal digit of any script. Code points of digits are in tens, each from its
// zero up.
func digit(r rune) int {
	n := 0
	for n < 9 && unicode.Is(unicode.Nd, r-1) {
		r--
		n++
	}
	return n % 10
}

// variants are letters kept apart by NFKD, but not by readers.
var variants = map[rune]string{
	// Arabic and Urdu
	'ي': "ی", 'ى': "ی", 'ې': "ی", 'ك': "ک", 'ة': "ہ", 'ه': "ہ", 'ۀ': "ہ", 'ۃ': "ہ", 'ھ': "ہ", 'ە': "ہ", 'ۂ': "ہ",
	'أ': "ا", 'إ': "ا", 'ٱ': "ا", 'ؤ': "و", 'ئ': "ی", 'ۓ': "ے",
	'٪': "%", '،': ",", '؛': ";", '۔': ".", '؟': "?",
	'ς': "σ", // at the end of a word
	// Latin
	'ł': "l", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ı': "i", 'ŧ': "t", 'ħ': "h",
	'ƒ': "f",
	// quotation marks and apostrophes
	'‘': "'", '’': "'", '‚': "'", '‛': "'", 'ʼ': "'", '′': "'", '‹': "'", '›': "'", '`': "'", '´': "'",
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '«': `"`, '»': `"`, '″': `"`,
	// dashes outside class Pd, and the several spaces
	'−': "-", '⁃': "-", '\u00a0': " ", '\u2028': "\n", '\u2029': "\n",
}
