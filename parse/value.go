package parse

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"

	"oped"
	"oped/text"
)

// value returns the text of an element as one line of an entry: references decoded, CDATA unchanged, tags
// dropped, cut after oped.MaxField.
func (e *element) value() string {
	if e == nil {
		return ""
	}
	return e.text(oped.MaxField, oped.FieldLimit)
}

// byline returns the text of an element with names of people.
func (e *element) byline() string {
	if e == nil {
		return ""
	}
	s, whole := gather(e.inner, 2*oped.MaxField, false)
	if !whole {
		e.base.meter.cut(oped.FieldLimit, e.inner)
	}
	return e.base.meter.byline(s)
}

// id returns the text of an element with an identifier.
func (e *element) id() string {
	whole, _ := gather(e.inner, 2*len(e.inner), false)
	return e.base.meter.identity(whole)
}

// text returns the text of an element, cut after n bytes; limit is noted if it was cut.
func (e *element) text(n int, limit oped.Limit) string { return e.gather(n, limit, false) }

// markupText returns the content of an element as markup: CDATA escaped, comments dropped, tags of prefixed
// XHTML without their prefix.
func (e *element) markupText(n int, limit oped.Limit) string { return e.gather(n, limit, true) }

func (e *element) gather(n int, limit oped.Limit, markup bool) string {
	s, whole := gather(e.inner, n, markup)
	if !whole {
		e.base.meter.cut(limit, e.inner)
	}
	return s
}

// gather returns the text or markup of an element's content, up to n bytes. It decodes no more than needed,
// apart from the last stretch.
func gather(inner string, n int, markup bool) (s string, whole bool) {
	inner = strings.TrimSpace(inner)
	if !markup && len(inner) <= n && strings.IndexByte(inner, '<') < 0 {
		return unmarked(strings.TrimSpace(decodeReferences(inner))), true
	}
	var out strings.Builder
	walk(inner, func(kind token, raw string) bool {
		if kind == characters {
			raw = decodeReferences(raw)
		}
		switch {
		case markup && kind == markupTag:
			out.WriteString(unprefixed(raw))
		case markup:
			textEscaper.WriteString(&out, raw)
		case kind != markupTag:
			out.WriteString(raw)
		}
		return out.Len() <= n
	})
	s = unmarked(strings.TrimSpace(out.String()))
	return text.Clip(s, n), len(s) <= n
}

// unprefixed returns a tag without the prefix of its name, and without namespace declarations.
func unprefixed(tag string) string {
	start := 1
	if strings.HasPrefix(tag, "</") {
		start = 2
	}
	end := start
	for end < len(tag) && nameByte(tag[end]) {
		end++
	}
	if colon := strings.IndexByte(tag[start:end], ':'); colon >= 0 {
		tag = tag[:start] + tag[start+colon+1:]
	}
	if !strings.Contains(tag, " xmlns") {
		return tag
	}
	var out strings.Builder
	for {
		at := strings.Index(tag, " xmlns")
		if at < 0 {
			break
		}
		quote := strings.IndexAny(tag[at:], `"'`)
		if quote < 0 {
			break
		}
		length := strings.IndexByte(tag[at+quote+1:], tag[at+quote])
		if length < 0 {
			break
		}
		out.WriteString(tag[:at])
		tag = tag[at+quote+1+length+1:]
	}
	out.WriteString(tag)
	return out.String()
}

// token is the kind of a stretch of a document.
type token int

const (
	characters token = iota
	cdata
	markupTag
)

// stretch is the largest number of bytes passed by walk at once.
const stretch = 32 << 10

// walk calls take for each stretch of an element's content, several times for long texts, until take returns
// false. It skips comments and instructions.
func walk(s string, take func(kind token, raw string) bool) {
	for s != "" {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			at = len(s)
		}
		if !takeText(characters, s[:at], take) {
			return
		}
		switch s = s[at:]; {
		case s == "":
		case strings.HasPrefix(s, "<![CDATA["):
			data, rest, _ := strings.Cut(s[9:], "]]>")
			if !takeText(cdata, data, take) {
				return
			}
			s = rest
		case strings.HasPrefix(s, "<!--"):
			s = after(s[4:], "-->")
		case strings.HasPrefix(s, "<?"):
			s = after(s, "?>")
		case len(s) > 1 && (nameByte(s[1]) || s[1] == '/'):
			end := tagEnd(s)
			if !take(markupTag, s[:end]) {
				return
			}
			s = s[end:]
		default:
			if !take(characters, "&lt;") {
				return
			}
			s = s[1:]
		}
	}
}

// takeText passes a text in stretches. None ends within a reference.
func takeText(kind token, s string, take func(kind token, raw string) bool) bool {
	for len(s) > stretch {
		n := stretch
		if at := strings.LastIndexByte(s[n-maxReference:n], '&'); at >= 0 {
			n += at - maxReference
		}
		if !take(kind, s[:n]) {
			return false
		}
		s = s[n:]
	}
	return s == "" || take(kind, s)
}

// tagEnd returns the end of the tag at the beginning of s. A > in quotes does not end it.
func tagEnd(s string) int {
	quote := byte(0)
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(s)
}

func after(s, end string) string {
	if at := strings.Index(s, end); at >= 0 {
		return s[at+len(end):]
	}
	return ""
}

// decodeReferences decodes character references and the entities of HTML, once. It drops references to
// characters illegal in XML, and keeps unknown ones.
func decodeReferences(s string) string {
	at := strings.IndexByte(s, '&')
	if at < 0 {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	for at >= 0 {
		out.WriteString(s[:at])
		s = s[at:]
		decoded, length := reference(s)
		if length == 0 {
			decoded, length = "&", 1
		}
		out.WriteString(decoded)
		s = s[length:]
		at = strings.IndexByte(s, '&')
	}
	out.WriteString(s)
	return out.String()
}

// maxReference is the longest reference, in bytes.
const maxReference = 40

// reference decodes the reference at the beginning of s; length is 0 if there is none.
func reference(s string) (decoded string, length int) {
	switch {
	case strings.HasPrefix(s, "&lt;"):
		return "<", 4
	case strings.HasPrefix(s, "&gt;"):
		return ">", 4
	case strings.HasPrefix(s, "&amp;"):
		return "&", 5
	case strings.HasPrefix(s, "&quot;"):
		return `"`, 6
	}
	end := 1
	for end < min(len(s), maxReference) && (s[end] == '#' || letterOrDigit(s[end])) {
		end++
	}
	if end < 2 || end == len(s) || s[end] != ';' {
		return "", 0
	}
	if s[1] != '#' {
		if decoded = html.UnescapeString(s[:end+1]); decoded == s[:end+1] || strings.HasSuffix(decoded, ";") {
			return "", 0
		}
		return decoded, end + 1
	}
	digits, base := s[2:end], 10
	if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	code, err := strconv.ParseUint(digits, base, 32)
	if 0xc2 <= code && code <= 0xf4 && strings.HasPrefix(s[end+1:], "&#") {
		if decoded, length = spelledBytes(s); length > 0 {
			return decoded, length
		}
	}
	switch {
	case err != nil:
		return "", 0
	case 0x80 <= code && code <= 0x9f:
		return html.UnescapeString(s[:end+1]), end + 1 // windows-1252, as in every browser
	case code > utf8.MaxRune || !legal(rune(code)):
		return "", end + 1
	}
	return string(rune(code)), end + 1
}

func letterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// spelledBytes decodes references to the single bytes of a character in UTF-8, such as &#226;&#128;&#166; for an
// ellipsis.
func spelledBytes(s string) (decoded string, length int) {
	var raw []byte
	for len(raw) < utf8.UTFMax && strings.HasPrefix(s[length:], "&#") {
		end := strings.IndexByte(s[length:min(len(s), length+7)], ';')
		if end < 0 {
			break
		}
		code, err := strconv.ParseUint(strings.Replace(lower(s[length+1:length+end]), "#", "0", 1), 0, 8)
		if decimal, failed := strconv.ParseUint(s[length+2:length+end], 10, 8); failed == nil {
			code, err = decimal, nil
		}
		if err != nil {
			break
		}
		raw = append(raw, byte(code))
		length += end + 1
		if utf8.FullRune(raw) {
			break
		}
	}
	if r, n := utf8.DecodeRune(raw); r == utf8.RuneError || n != len(raw) || !legal(r) {
		return "", 0
	}
	return string(raw), length
}

// escapeStray escapes every & outside of a reference.
func escapeStray(s string) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(s, '&')
		if at < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:at+1])
		if _, length := reference(s[at:]); length == 0 {
			out.WriteString("amp;")
		}
		s = s[at+1:]
	}
}

// unmarked returns a value without the marks of CDATA, which some writers escape or nest.
func unmarked(s string) string {
	for _, open := range []string{"![CDATA[", "[CDATA["} { // without their angle brackets
		if inner, ok := strings.CutPrefix(s, open); ok {
			return strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(inner), "]]>"), "]]"))
		}
	}
	if !strings.Contains(s, "![CDATA[") && !strings.HasSuffix(s, "]]>") {
		return s
	}
	return strings.TrimSpace(cdataMarks.Replace(s))
}

var cdataMarks = strings.NewReplacer("<![CDATA[", "", "&lt;![CDATA[", "", "&amp;lt;![CDATA[", "",
	"]]>", "", "]]&gt;", "", "]]&amp;gt;", "")

// escapeText converts plain text to HTML.
func escapeText(s string) string { return textEscaper.Replace(s) }

var textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
