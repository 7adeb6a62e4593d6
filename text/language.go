package text

import (
	"unicode"
	"unicode/utf8"
)

// Bounds of the text read by Language.
const (
	fewLetters = 8       // with fewer letters, the script says too little
	maxLetters = 1000    // as many letters as needed
	maxBytes   = 1 << 14 // the bound for a text with few letters
)

// Language returns the language of a text as a BCP 47 tag. It trusts the declared language if that is written
// in the script of most letters of s, or if the text has fewer than eight letters. Otherwise it derives the
// language from the script and its letters; "" for Latin letters, which many languages share. A declaration may
// name the script, and is then taken literally: "ur-Latn".
func Language(declared, s string) string {
	declared = languageTag(declared)
	l := readLetters(s)
	if l.total < fewLetters {
		return declared
	}
	script := l.script()
	// A script outside of writings gives no better answer than the declaration.
	if l.of[script] == 0 || declared != "" && writtenIn(declared, script) {
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

// languageTag returns the longest beginning of a declaration with the form of a tag (RFC 5646 §2.1): "en" of
// "en_US.UTF-8"; "" if there is none.
func languageTag(s string) string {
	end := 0 // of the well-formed subtags
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

// The scripts with code of their own. The others are known only by their index in writings.
const (
	latin = iota
	arabic
	cyrillic
	devanagari
	han // with kana, mixed with it in Japanese
	hangul
)

// writings are the scripts with their usual language, their codes (ISO 15924), and the languages written in
// them, separated by spaces.
var writings = [...]struct {
	table       *unicode.RangeTable
	lang, codes string
	languages   string
}{
	latin: {unicode.Latin, "", "latn", ""}, // and every language without an entry in another script
	arabic: {
		unicode.Arabic, "ar", "arab", "ar arz ary apc ur fa prs ps sd ug ku ckb ks pnb pa skr bal brh azb az kk ms",
	},
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

// roman are languages of other scripts also written in Latin letters, without a script in the tag.
const roman = "sr uz az bs kk tt ku ms"

// letters counts the letters at the beginning of a text.
type letters struct {
	total, kana int
	of          [len(writings)]int // by script

	// Of Arabic script: letters of this language alone, and the different letters of Persian and Arabic for the
	// same sounds.
	sindhi, pashto, urdu, persian, asPersian, asArabic int
}

func readLetters(s string) (l letters) {
	last := 0 // the script of the last letter
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

// scriptOf returns the script of a letter; -1 if writings has none.
func scriptOf(r rune) int {
	for i := range writings {
		if unicode.Is(writings[i].table, r) {
			return i
		}
	}
	return -1
}

// script returns the script of most letters.
func (l *letters) script() int {
	limit := latin
	for i, n := range l.of {
		if n > l.of[limit] {
			limit = i
		}
	}
	return limit
}

// arabic counts the letters not shared by all languages of Arabic script.
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

// arabicLanguage returns the language of a text in Arabic script. Sindhi and Pashto have letters of their own
// beside those shared with Urdu. Urdu has letters that Persian lacks. Persian has four that Arabic lacks, and
// writes two in its own way. A few letters may be those of a quotation.
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

// writtenIn reports whether a tag's language is written in a script.
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

// names reports whether a list separated by spaces contains a word, in any case.
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

// sameASCII reports whether two words of ASCII letters are the same apart from case. Only one of them may have
// capitals at all.
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
