package text

import (
	"unicode"
	"unicode/utf8"
)

// Bounds of what Language looks at.
const (
	fewLetters = 8       // a text that has fewer says too little
	maxLetters = 1000    // letters that are enough
	maxBytes   = 1 << 14 // of a text with few letters in it
)

// Language is the language of a text as a BCP 47 tag: the declared one if that is written in the script that most letters of s
// belong to, else what the script and its letters say; "" where they say nothing, as Latin letters do. Of a text with
// fewer than eight letters the declaration is believed. A declaration may name the script, and is taken at its word: "ur-Latn".
func Language(declared, s string) string {
	declared = languageTag(declared)
	l := readLetters(s)
	if l.total < fewLetters {
		return declared
	}
	script := l.script()
	if l.of[script] == 0 || declared != "" && writtenIn(declared, script) { // of a script that we do not know, we know no better
		return declared
	}
	switch script {
	case arabic:
		return l.arabicLanguage()
	case han:
		if l.kana*10 >= l.total { // Japanese has kana in every sentence
			return "ja"
		}
		return "zh"
	}
	return writings[script].lang
}

// languageTag is the part of a declaration that has the form of a tag (RFC 5646 §2.1): "en" of "en_US.UTF-8"; "" if there is none.
func languageTag(s string) string {
	end := 0 // of the subtags that are well formed
	for start := 0; start < len(s); {
		i := start
		letters := true
		for i < len(s) && isAlnum(s[i]) {
			letters = letters && !isDigit(s[i])
			i++
		}
		n := i - start
		if start == 0 && (n < 2 || n > 8 || !letters) || n == 0 || n > 8 || i < len(s) && s[i] != '-' && start > 0 {
			break
		}
		end = i
		if i < len(s) && s[i] != '-' {
			break
		}
		start = i + 1
	}
	return s[:end]
}

func isAlnum(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// The scripts that are told by their letters; the others are known by their place in writings alone.
const (
	latin = iota
	arabic
	cyrillic
	devanagari
	han // with kana, which Japanese mixes with it
	hangul
)

// writings are the scripts with their usual language, their codes (ISO 15924), and the languages that are written in them, parted by spaces.
var writings = [...]struct {
	table       *unicode.RangeTable
	lang, codes string
	languages   string
}{
	latin:      {unicode.Latin, "", "latn", ""}, // and every language that no other script has
	arabic:     {unicode.Arabic, "ar", "arab", "ar arz ary apc ur fa prs ps sd ug ku ckb ks pnb pa skr bal brh azb az kk ms"},
	cyrillic:   {unicode.Cyrillic, "ru", "cyrl", "ru uk be bg sr mk mn kk ky tg tt uz az bs ba cv ce os ab"},
	devanagari: {unicode.Devanagari, "hi", "deva", "hi mr ne sa mai bho kok doi awa mag new sd ks brx"},
	han:        {unicode.Han, "zh", "hani hans hant jpan hrkt", "zh yue wuu nan hak ja ko"},
	hangul:     {unicode.Hangul, "ko", "hang kore", "ko"},
	{unicode.Bengali, "bn", "beng", "bn as mni bpy"},
	{unicode.Gurmukhi, "pa", "guru", "pa"},
	{unicode.Gujarati, "gu", "gujr", "gu"},
	{unicode.Oriya, "or", "orya", "or"},
	{unicode.Tamil, "ta", "taml", "ta"},
	{unicode.Telugu, "te", "telu", "te"},
	{unicode.Kannada, "kn", "knda", "kn tcy"},
	{unicode.Malayalam, "ml", "mlym", "ml"},
	{unicode.Sinhala, "si", "sinh", "si"},
	{unicode.Hebrew, "he", "hebr", "he yi iw"},
	{unicode.Greek, "el", "grek", "el"},
	{unicode.Thai, "th", "thai", "th"},
	{unicode.Lao, "lo", "laoo", "lo"},
	{unicode.Khmer, "km", "khmr", "km"},
	{unicode.Myanmar, "my", "mymr", "my"},
	{unicode.Tibetan, "bo", "tibt", "bo dz"},
	{unicode.Armenian, "hy", "armn", "hy"},
	{unicode.Georgian, "ka", "geor", "ka"},
	{unicode.Ethiopic, "am", "ethi", "am ti"},
	{unicode.Thaana, "dv", "thaa", "dv"},
}

// roman are languages of other scripts that are written in Latin letters as well, without the tag saying so.
const roman = "sr uz az bs kk tt ku ms"

// letters are the letters at the beginning of a text, counted.
type letters struct {
	total, kana int
	of          [len(writings)]int // by script

	// Of Arabic script: letters that only this language has, and those by which Persian and Arabic write the same sounds.
	sindhi, pashto, urdu, persian, asPersian, asArabic int
}

func readLetters(s string) (l letters) {
	last := 0 // the script of the letter before
	for i, r := range s {
		if i >= maxBytes || l.total >= maxLetters {
			break
		}
		if r < utf8.RuneSelf {
			if 'a' <= r|0x20 && r|0x20 <= 'z' {
				l.total++
				l.of[latin]++
			}
			continue
		}
		if !unicode.IsLetter(r) {
			continue
		}
		l.total++
		if !unicode.Is(writings[last].table, r) {
			last = scriptOf(r)
		}
		switch {
		case last >= 0:
			l.of[last]++
			if last == arabic {
				l.arabic(r)
			}
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			l.of[han]++
			l.kana++
		}
		last = max(last, 0)
	}
	return l
}

// scriptOf is the script of a letter; -1 if it is none of ours.
func scriptOf(r rune) int {
	for i := range writings {
		if unicode.Is(writings[i].table, r) {
			return i
		}
	}
	return -1
}

// script is the one that most letters belong to.
func (l *letters) script() int {
	limit := latin
	for i, n := range l.of {
		if n > l.of[limit] {
			limit = i
		}
	}
	return limit
}

// arabic counts the letters that languages of Arabic script do not share.
func (l *letters) arabic(r rune) {
	switch r {
	case 'ٻ', 'ڀ', 'ڄ', 'ڃ', 'ڏ', 'ڌ', 'ٺ', 'ٽ', 'ڊ', 'ڍ', 'ڻ', 'ڳ', 'ڱ', 'ڪ', 'ٿ', 'ڇ', 'ڙ', 'ڦ':
		l.sindhi++
	case 'ښ', 'ټ', 'ډ', 'ړ', 'ږ', 'ځ', 'څ', 'ڼ', 'ګ', 'ۍ':
		l.pashto++
	case 'ٹ', 'ڈ', 'ڑ', 'ں', 'ے', 'ہ', 'ھ':
		l.urdu++
	case 'پ', 'چ', 'ژ', 'گ':
		l.persian++
	case 'ی', 'ک':
		l.asPersian++
	case 'ة', 'ى', 'ي', 'ك', 'أ', 'إ':
		l.asArabic++
	}
}

// arabicLanguage tells the language of a text in Arabic script. Sindhi and Pashto have letters of their own beside those they share with
// Urdu; Urdu has letters that Persian has not; Persian has four that Arabic has not, and writes two of its own way. A few may be
// those of a quotation.
func (l *letters) arabicLanguage() string {
	n := l.of[arabic]
	switch {
	case l.sindhi*50 >= n:
		return "sd"
	case l.pashto*50 >= n:
		return "ps"
	case l.urdu*50 >= n:
		return "ur"
	case l.persian*50 >= n || l.asPersian > l.asArabic:
		return "fa"
	}
	return "ar"
}

// writtenIn tells whether a tag's language is written in a script.
func writtenIn(tag string, script int) bool {
	primary, code := tag, ""
	for i := 0; i < len(tag); i++ {
		if tag[i] != '-' {
			continue
		}
		if primary == tag {
			primary = tag[:i]
		}
		if i+5 == len(tag) || i+5 < len(tag) && tag[i+5] == '-' {
			if code = tag[i+1 : i+5]; !isDigit(code[0]) {
				break
			}
			code = "" // a variant, such as 1996
		}
	}
	if code != "" {
		return names(writings[script].codes, code)
	}
	if script != latin {
		return names(writings[script].languages, primary)
	}
	for i := range writings {
		if names(writings[i].languages, primary) {
			return names(roman, primary)
		}
	}
	return true
}

// names tells whether a list, parted by spaces, has a word in whatever case.
func names(list, word string) bool {
	for start := 0; start < len(list); {
		end := start
		for end < len(list) && list[end] != ' ' {
			end++
		}
		if sameASCII(list[start:end], word) {
			return true
		}
		start = end + 1
	}
	return false
}

// sameASCII tells whether two words of ASCII letters are the same but for case; a has small letters where b may have capitals, or the
// other way round.
func sameASCII(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i]|0x20 != b[i]|0x20 {
			return false
		}
	}
	return true
}
