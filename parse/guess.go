package parse

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"

	"oped"
	"oped/text"
)

// utf8Count counts the sequences of a document beyond ASCII, as UTF-8.
type utf8Count struct{ right, wrong int }

func countUTF8(body []byte) (n utf8Count) {
	if utf8.Valid(body) {
		return n // the number of right ones does not matter
	}
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		if r, size := utf8.DecodeRune(body[i:]); r != utf8.RuneError || size > 1 {
			n.right++
			i += size
		} else {
			n.wrong++
			i += wrongSequence(body[i:])
		}
	}
	return n
}

// holds reports whether a document is UTF-8, apart from one cut character or one in a hundred.
func (n utf8Count) holds() bool {
	return n.wrong == 0 || n.wrong == 1 && n.right > 0 || n.wrong*100 <= n.right+n.wrong
}

// wrongSequence returns the length of the wrong sequence at the beginning of s: a cut character counts once.
func wrongSequence[S string | []byte](s S) int {
	whole := 1
	switch c := s[0]; {
	case 0xc2 <= c && c <= 0xdf:
		whole = 2
	case 0xe0 <= c && c <= 0xef:
		whole = 3
	case 0xf0 <= c && c <= 0xf4:
		whole = 4
	}
	n := 1
	for n < whole-1 && n < len(s) && s[n]&0xc0 == 0x80 {
		n++
	}
	return n
}

// guess decodes a document of an unknown charset. If most of it is UTF-8, only the other texts are decoded.
func guess(body []byte, label, lang string, utf utf8Count) decoded {
	mixed := utf.right > utf.wrong
	unknown := body
	if mixed {
		unknown = notUTF8(body)
	}
	name := detect(unknown, cmp.Or(oped.PrimaryLang(lang), languageIn(body)))
	out, ok := decodeAs(body, name)
	if !ok {
		name = "windows-1252"
		out, _ = decodeAs(body, name)
	}
	name = strings.Replace(name, "Windows", "windows", 1)
	out.name = name
	what := "no charset is declared"
	if label != "" {
		what = fmt.Sprintf("the bytes are not %.20s as declared", label)
	}
	if mixed {
		out.text, out.name = decodeMixed(body, name), "utf-8"
		what = "some of its texts are not UTF-8"
	}
	out.note = what + ": read as " + name
	return out
}

// notUTF8 returns the texts of a document that are not UTF-8. A text ends where a tag begins.
func notUTF8(body []byte) (out []byte) {
	for part := range bytes.SplitAfterSeq(body, []byte("<")) {
		if n := countUTF8(part); n.wrong > n.right {
			out = append(out, part...)
		}
	}
	return out
}

// decodeMixed decodes a document of UTF-8 with texts of another charset. A text ends where a tag begins.
func decodeMixed(body []byte, other string) string {
	var out strings.Builder
	for part := range bytes.SplitAfterSeq(body, []byte("<")) {
		text, _ := clean(view(part))
		if n := countUTF8(part); n.wrong > n.right {
			if legacy, ok := decodeAs(part, other); ok {
				text = legacy.text
			}
		}
		out.WriteString(text)
	}
	return out.String()
}

// charsets are the usual charsets of languages. Texts in other languages use windows-1252.
var charsets = map[string][]string{
	"ar": {"windows-1256", "iso-8859-6"},
	"be": {"windows-1251", "koi8-r", "iso-8859-5"},
	"bg": {"windows-1251", "iso-8859-5"},
	"ca": western,
	"cs": {"windows-1250", "iso-8859-2"},
	"da": western,
	"de": western,
	"el": {"windows-1253", "iso-8859-7"},
	"es": western,
	"et": {"windows-1257"},
	"fa": {"windows-1256"},
	"fi": western,
	"fr": western,
	"he": {"windows-1255", "iso-8859-8"},
	"hr": {"windows-1250", "iso-8859-2"},
	"hu": {"windows-1250", "iso-8859-2"},
	"it": western,
	"ja": {"shift_jis", "euc-jp", "iso-2022-jp"},
	"ko": {"euc-kr", "cp949"},
	"lt": {"windows-1257"},
	"lv": {"windows-1257"},
	"mk": {"windows-1251", "iso-8859-5"},
	"nl": western,
	"pl": {"windows-1250", "iso-8859-2"},
	"ps": {"windows-1256"},
	"pt": western,
	"ro": {"windows-1250", "iso-8859-2"},
	"ru": {"windows-1251", "koi8-r", "iso-8859-5", "ibm866", "maccyrillic"},
	"sd": {"windows-1256"},
	"sk": {"windows-1250", "iso-8859-2"},
	"sl": {"windows-1250", "iso-8859-2"},
	"sr": {"windows-1251", "windows-1250"},
	"sv": western,
	"th": {"windows-874", "tis-620"},
	"tr": {"windows-1254", "iso-8859-9"},
	"uk": {"windows-1251", "koi8-u", "koi8-r"},
	"ur": {"windows-1256"},
	"vi": {"windows-1258"},
	"zh": {"gb18030", "gb2312", "big5"},
}

var western = []string{"windows-1252", "iso-8859-15"}

// letters are the letters beyond ASCII of languages with charsets that differ in few characters, by the exemplar
// characters of CLDR.
var letters = map[string]string{
	"ca": "àçéèíïóòúü",
	"cs": "áčďéěíňóřšťúůýž",
	"da": "æøåé",
	"de": "äöüß",
	"el": "άαβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ",
	"es": "áéíñóúü",
	"fi": "åäöšž",
	"fr": "àâæçéèêëîïôœùûüÿ",
	"hr": "čćđšž",
	"hu": "áéíóöőúüű",
	"it": "àèéìíîòóùú",
	"nl": "áäéëèíïóöúü",
	"pl": "ąćęłńóśźż",
	"pt": "áàâãçéêíòóôõúü",
	"ro": "ăâîșşțţ",
	"sk": "áäčďéíĺľňóôŕšťúýž",
	"sl": "čšžćđ",
	"sv": "åäöé",

	"ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652",
}

// spelled returns how well a text is spelled in letters of a language: the letters beyond ASCII within words, less
// the others and the symbols between letters, less twice the characters that no text has.
func spelled(text, letters string) (score int) {
	before := ' '
	for i, r := range text {
		if r < utf8.RuneSelf {
			before = r
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		switch {
		case r == utf8.RuneError || r < 0xa0:
			score -= 2
		case unicode.IsLetter(r) || unicode.IsMark(r):
			if !strings.ContainsRune(letters, unicode.ToLower(r)) {
				score--
			} else if unicode.IsLetter(before) || unicode.IsLetter(next) {
				score++
			}
		case r == '¤' || r != '’' && r != '\u00ad' && unicode.IsLetter(before) && unicode.IsLetter(next):
			score--
		}
		before = r
	}
	return score
}

// bestSpelled returns the charset that makes of bytes the best spelled text; of equals, the first.
func bestSpelled(body []byte, candidates []string, letters string) (best string) {
	most := 0
	for i, name := range candidates {
		enc, _ := charset.Lookup(name)
		if enc == nil {
			continue
		}
		text, err := convert(body, enc)
		if score := spelled(text, letters); err == nil && (i == 0 || score > most) {
			best, most = name, score
		}
	}
	return best
}

// detectable is the number of bytes examined for a guess.
const detectable = 256 << 10

// detect returns the most likely charset of bytes that are not UTF-8. The language limits the candidates, since
// a detector misreads short texts. It has no model of Arabic.
func detect(body []byte, lang string) string {
	body = body[max(0, bytes.IndexFunc(body, func(r rune) bool { return r >= utf8.RuneSelf })-16):]
	body = body[:min(len(body), detectable)]
	known := charsets[lang]
	for _, c := range []*charmap.Charmap{charmap.Windows1256, charmap.ISO8859_6} {
		if known == nil && arabic(body, c) {
			lang, known = "ar", charsets["ar"]
		}
	}
	if own := letters[lang]; own != "" {
		return bestSpelled(body, known, own)
	}
	found := chardet.DetectAll(body)
	if known != nil {
		for _, f := range found {
			if slices.Contains(known, strings.ToLower(f.Encoding)) {
				return f.Encoding
			}
		}
		return known[0]
	}
	if best := found[0]; lang == "" && best.Confidence > .5 && !strings.HasPrefix(best.Encoding, "Mac") {
		return best.Encoding
	}
	return "windows-1252"
}

// arabic reports whether bytes are Arabic script in a charset: nine in ten of the letters and impossible bytes beyond
// ASCII, one in twelve of them alef or lam. Other texts turn into its French letters, or use alef and lam rarely.
func arabic(body []byte, in *charmap.Charmap) bool {
	arabic, common, letters := 0, 0, 0
	for _, c := range body {
		if r := in.DecodeByte(c); c >= utf8.RuneSelf && (unicode.IsLetter(r) || r == utf8.RuneError) {
			letters++
			if unicode.Is(unicode.Arabic, r) {
				arabic++
			}
			if r == 'ا' || r == 'ل' {
				common++
			}
		}
	}
	return arabic > 3 && arabic*10 >= letters*9 && common*12 >= letters
}

var languagePart = text.Pattern(
	`(?i)<(?:dc:)?language>\s*(?:<!\[CDATA\[)?\s*([a-z]{2,3})\b|` +
		`\s(?:xml:)?lang=["']([a-z]{2,3})\b|"language"\s*:\s*"([a-z]{2,3})\b`)

// languageIn returns the language named in the head of a document; "" for none, or for English, which many
// programs declare without being asked.
func languageIn(body []byte) string {
	if m := languagePart().FindSubmatch(body[:min(len(body), 8<<10)]); m != nil {
		if lang := strings.ToLower(string(bytes.Join(m[1:], nil))); lang != "en" {
			return lang
		}
	}
	return ""
}
