package parse

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"oped"
)

// decoded is a document as text.
type decoded struct {
	text    string // valid UTF-8, all characters legal in XML
	name    string // of the charset used
	lost    string // the loss in decoding; "" for none
	mistake string // in the declaration, without effect; "" for none
	note    string // the reason for a charset other than the declared one; "" for none
}

// decode converts a document to text. It uses the feed's charset in the configuration, else the charset of the
// byte order mark, else of Content-Type, else of the XML declaration, else a guess from the bytes. It ignores
// unknown names of charsets, and UTF-8 if the bytes contradict it.
func decode(in Input) (decoded, error) {
	body := in.Body
	if in.Feed.Charset != "" {
		if out, ok := decodeAs(bytes.TrimPrefix(body, []byte("\ufeff")), in.Feed.Charset); ok {
			return out, nil
		}
	}
	for _, m := range marks {
		if bytes.HasPrefix(body, m.bytes) {
			return m.decode(body[m.skip:])
		}
	}
	declared := declaredCharset(body)
	media, given := headerCharset(in.Header.Get("Content-Type"))
	if strings.HasPrefix(media, "text/") && given == "" && isASCII(body) &&
		!strings.HasPrefix(lower(declared), "iso-2022") {
		return asASCII(body), nil // RFC 3023 §8.5
	}
	utf := countUTF8(body)
	mistake := ""
	for _, label := range []string{given, declared} {
		if label == "" || isUTF8(label) && !utf.holds() {
			continue
		}
		if out, ok := decodeAs(body, label); ok {
			out.mistake = mistake
			return out, nil
		}
		mistake = fmt.Sprintf("the document is not %.20s as declared", label)
	}
	if utf.holds() {
		out := asUTF8(body)
		out.mistake = mistake
		return out, nil
	}
	return guess(body, cmp.Or(given, declared), in.Feed.Lang, utf), nil
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

func isUTF8(label string) bool {
	return strings.EqualFold(label, "utf-8") || strings.EqualFold(label, "utf8")
}

// decodeAs decodes a document in the charset of a label. It returns false if there is none, or if ASCII is
// contradicted.
func decodeAs(body []byte, label string) (decoded, bool) {
	label = strings.ToLower(label)
	switch {
	case isUTF8(label):
		return asUTF8(body), true
	case label == "us-ascii" || label == "ascii":
		return asASCII(body), isASCII(body)
	}
	enc, name := charset.Lookup(label)
	for _, alias := range []string{strings.ReplaceAll(label, "_", "-"), "x-" + label, "cp" + label} {
		if enc == nil {
			enc, name = charset.Lookup(alias)
		}
		if enc == nil { // the code pages of DOS
			enc, _ = ianaindex.IANA.Encoding(alias)
			name = label
		}
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

func isASCII(body []byte) bool {
	for _, c := range body {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var (
	declaration = regexp.MustCompile(`<\?xml[^>]{0,200}?\sencoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)\s*["']`)
	charsetPart = regexp.MustCompile(`(?i);\s*charset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)`)
)

// declaredCharset returns the charset in the XML declaration of a document; "" for none.
func declaredCharset(body []byte) string {
	if m := declaration.FindSubmatch(body[:min(len(body), 4096)]); m != nil {
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
