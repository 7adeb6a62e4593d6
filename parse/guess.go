package parse

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding/charmap"

	"oped"
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
	name := detect(body, cmp.Or(oped.PrimaryLang(lang), languageIn(body)))
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
	if utf.right > utf.wrong {
		out.text, out.name = decodeMixed(body, name), "utf-8"
		what = "some of its texts are not UTF-8"
	}
	out.note = what + ": read as " + name
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
	"ar": {"windows-1256"},
	"be": {"windows-1251", "koi8-r", "iso-8859-5"},
	"bg": {"windows-1251", "iso-8859-5"},
	"cs": {"windows-1250", "iso-8859-2"},
	"el": {"windows-1253", "iso-8859-7"},
	"et": {"windows-1257"},
	"fa": {"windows-1256"},
	"he": {"windows-1255", "iso-8859-8"},
	"hr": {"windows-1250", "iso-8859-2"},
	"hu": {"windows-1250", "iso-8859-2"},
	"ja": {"shift_jis", "euc-jp", "iso-2022-jp"},
	"ko": {"euc-kr", "cp949"},
	"lt": {"windows-1257"},
	"lv": {"windows-1257"},
	"mk": {"windows-1251", "iso-8859-5"},
	"pl": {"windows-1250", "iso-8859-2"},
	"ps": {"windows-1256"},
	"ro": {"windows-1250", "iso-8859-2"},
	"ru": {"windows-1251", "koi8-r", "iso-8859-5", "ibm866", "maccyrillic"},
	"sd": {"windows-1256"},
	"sk": {"windows-1250", "iso-8859-2"},
	"sl": {"windows-1250", "iso-8859-2"},
	"sr": {"windows-1251", "windows-1250"},
	"th": {"windows-874", "tis-620"},
	"tr": {"windows-1254", "iso-8859-9"},
	"uk": {"windows-1251", "koi8-u", "koi8-r"},
	"ur": {"windows-1256"},
	"vi": {"windows-1258"},
	"zh": {"gb18030", "gb2312", "big5"},
}

// detectable is the number of bytes examined for a guess.
const detectable = 256 << 10

// detect returns the most likely charset of bytes that are not UTF-8. The language limits the candidates, since
// a detector misreads short texts. It has no model of Arabic.
func detect(body []byte, lang string) string {
	body = body[max(0, bytes.IndexFunc(body, func(r rune) bool { return r >= utf8.RuneSelf })-16):]
	body = body[:min(len(body), detectable)]
	known := charsets[lang]
	if known == nil && arabic(body) {
		return "windows-1256"
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

// arabic reports whether bytes are Arabic script in windows-1256: nine in ten letters beyond ASCII, one in twelve
// of them alef or lam. Other texts turn into its French letters, or use alef and lam rarely.
func arabic(body []byte) bool {
	arabic, common, letters := 0, 0, 0
	for _, c := range body {
		if r := charmap.Windows1256.DecodeByte(c); c >= utf8.RuneSelf && unicode.IsLetter(r) {
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

var languagePart = regexp.MustCompile(
	`(?i)<(?:dc:)?language>\s*(?:<!\[CDATA\[)?\s*([a-z]{2,3})\b|` +
		`\s(?:xml:)?lang=["']([a-z]{2,3})\b|"language"\s*:\s*"([a-z]{2,3})\b`)

// languageIn returns the language named in the head of a document; "" for none, or for English, which many
// programs declare without being asked.
func languageIn(body []byte) string {
	if m := languagePart.FindSubmatch(body[:min(len(body), 8<<10)]); m != nil {
		if lang := strings.ToLower(string(bytes.Join(m[1:], nil))); lang != "en" {
			return lang
		}
	}
	return ""
}
