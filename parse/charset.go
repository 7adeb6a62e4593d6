package parse

import (
	"bytes"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"oped"
)

// decoded is a document as text.
type decoded struct {
	text string // valid UTF-8, all characters legal in XML
	name string // of the charset used
	lost string // the loss in decoding; "" for none
}

// decode converts a document to text. It uses the charset of the byte order mark, else of Content-Type, else of
// the XML declaration, else a guess from the bytes. It ignores unknown names of charsets, and those
// contradicted by the bytes.
func decode(body []byte, contentType, lang string) (decoded, error) {
	for _, m := range marks {
		if bytes.HasPrefix(body, m.bytes) {
			return m.decode(body[m.skip:])
		}
	}
	declared := declaredCharset(body)
	media, given := headerCharset(contentType)
	if strings.HasPrefix(media, "text/") && given == "" && isASCII(body) &&
		!strings.HasPrefix(lower(declared), "iso-2022") {
		return asASCII(body), nil // RFC 3023 §8.5
	}
	for _, label := range []string{given, declared} {
		if label == "" {
			continue
		}
		if out, ok := decodeAs(body, label); ok {
			return out, nil
		}
	}
	return sniff(body, lang), nil
}

// mark is the beginning of a document in one of the wide encodings: a byte order mark, or < or <? without one.
type mark struct {
	bytes []byte
	skip  int // the mark's own length
	name  string
	enc   encoding.Encoding // nil: UTF-8
}

// marks are ordered: the marks of UTF-32 begin with those of UTF-16.
var marks = []mark{
	{[]byte{0, 0, 0xfe, 0xff}, 4, "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{[]byte{0xff, 0xfe, 0, 0}, 4, "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{[]byte{0, 0, 0, '<'}, 0, "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{[]byte{'<', 0, 0, 0}, 0, "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{[]byte{0xfe, 0xff}, 2, "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{[]byte{0xff, 0xfe}, 2, "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{[]byte{0, '<'}, 0, "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{[]byte{'<', 0}, 0, "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{[]byte{0, '{'}, 0, "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{[]byte{'{', 0}, 0, "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{[]byte{0xef, 0xbb, 0xbf}, 3, "utf-8", nil},
}

func (m mark) decode(body []byte) (decoded, error) {
	if m.enc != nil {
		wide, err := convert(body, m.enc)
		if err != nil {
			return decoded{}, fail(oped.Malformed, "the document cannot be read as %s: %v", m.name, err)
		}
		text, _ := clean(wide)
		return decoded{text: text, name: m.name}, nil
	}
	return asUTF8(body), nil
}

// asUTF8 decodes a document as UTF-8, with or without wrong bytes.
func asUTF8(body []byte) decoded {
	out := decoded{name: "utf-8"}
	var wrong int
	if out.text, wrong = clean(view(body)); wrong > 0 {
		out.lost = "some of its bytes are not UTF-8"
	}
	return out
}

func asASCII(body []byte) decoded {
	text, _ := clean(view(body))
	return decoded{text: text, name: "us-ascii"}
}

// view returns a document as a string in the same memory. A second copy of a long document would double its
// memory.
func view(body []byte) string { return unsafe.String(unsafe.SliceData(body), len(body)) }

// convert decodes a document, without the copies made by growing byte slices.
func convert(body []byte, enc encoding.Encoding) (string, error) {
	var out strings.Builder
	out.Grow(len(body) + len(body)/4)
	_, err := io.Copy(&out, enc.NewDecoder().Reader(bytes.NewReader(body)))
	return out.String(), err
}

// decodeAs decodes a document in the charset of a label. It returns false if there is none, or if the bytes
// contradict it.
func decodeAs(body []byte, label string) (decoded, bool) {
	label = strings.ToLower(label)
	switch label {
	case "utf-8", "utf8":
		return asUTF8(body), mostlyUTF8(body)
	case "us-ascii", "ascii":
		if isASCII(body) {
			return asASCII(body), true
		}
		return decoded{}, false
	}
	enc, name := charset.Lookup(label)
	if enc == nil {
		enc, name = charset.Lookup(strings.ReplaceAll(label, "_", "-"))
	}
	if enc == nil || name == "replacement" || strings.HasPrefix(name, "utf-16") || name == "utf-8" {
		return decoded{}, false // not a wide one: a declaration in ASCII contradicts them
	}
	wide, err := convert(body, enc)
	if err != nil {
		return decoded{}, false
	}
	out := decoded{name: name}
	out.text, _ = clean(wide)
	switch {
	case name == "windows-1252" && strings.HasPrefix(label, "iso-8859-1"):
		out.name = "iso-8859-1" // the same to every browser, but not by name
	case name == "gbk" || name == "gb2312":
		out.name = "gb18030"
	}
	return out, true
}

// sniff decodes a document without any declared charset.
func sniff(body []byte, lang string) decoded {
	if mostlyUTF8(body) {
		return asUTF8(body)
	}
	label := "windows-1252"
	switch oped.PrimaryLang(lang) {
	case "ur", "ar", "fa", "ps", "sd":
		label = "windows-1256"
	}
	out, _ := decodeAs(body, label)
	return out
}

// mostlyUTF8 reports whether a document is UTF-8, possibly with a few wrong bytes: more of its characters
// beyond ASCII are right than wrong.
func mostlyUTF8(body []byte) bool {
	if utf8.Valid(body) {
		return true
	}
	right, wrong := 0, 0
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			wrong++
		} else {
			right++
		}
		i += size
	}
	return right > wrong
}

func isASCII(body []byte) bool {
	for _, c := range body {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var (
	declaration = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)\s*["']`)
	charsetPart = regexp.MustCompile(`(?i);\s*charset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)`)
)

// declaredCharset returns the charset in the XML declaration of a document; "" for none.
func declaredCharset(body []byte) string {
	if m := declaration.FindSubmatch(body[:min(len(body), 512)]); m != nil {
		return string(m[1])
	}
	return ""
}

// headerCharset returns the media type and the charset of a Content-Type, even of an invalid one.
func headerCharset(contentType string) (media, label string) {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		media, _, _ = strings.Cut(contentType, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	if m := charsetPart.FindStringSubmatch(contentType); m != nil {
		label = m[1]
	}
	return media, label
}
