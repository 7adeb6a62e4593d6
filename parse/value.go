package parse

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"

	"oped"
	"oped/text"
)

// value is the text of an element, as one line of an entry has it: references decoded, CDATA taken as it is, tags left
// out, cut after oped.MaxField.
func (e *element) value() string {
	if e == nil {
		return ""
	}
	return e.text(oped.MaxField, oped.FieldLimit)
}

// byline is the text of an element that names people.
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

// id is the text of an element that identifies something.
func (e *element) id() string {
	whole, _ := gather(e.inner, 2*len(e.inner), false)
	return e.base.meter.identity(whole)
}

// text is the text of an element, cut after n bytes, for which limit is noted.
func (e *element) text(n int, limit oped.Limit) string { return e.gather(n, limit, false) }

// markupText is the content of an element as markup: CDATA escaped, comments left out, the tags of prefixed XHTML
// without their prefix.
func (e *element) markupText(n int, limit oped.Limit) string { return e.gather(n, limit, true) }

func (e *element) gather(n int, limit oped.Limit, markup bool) string {
	s, whole := gather(e.inner, n, markup)
	if !whole {
		e.base.meter.cut(limit, e.inner)
	}
	return s
}

// gather is the text or markup of the content of an element, as far as it has n bytes. It decodes no more than it
// keeps, but for the last stretch.
func gather(inner string, n int, markup bool) (s string, whole bool) {
	inner = strings.TrimSpace(inner)
	if !markup && len(inner) <= n && strings.IndexByte(inner, '<') < 0 {
		return strings.TrimSpace(decodeReferences(inner)), true
	}
	var out strings.Builder
	walk(inner, func(kind piece, raw string) bool {
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
	s = strings.TrimSpace(out.String())
	return text.Clip(s, n), len(s) <= n
}

// unprefixed is a tag without the prefix of its name, and without declarations of namespaces.
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

// piece is what a stretch of a document is.
type piece int

const (
	characters piece = iota
	cdata
	markupTag
)

// stretch is how many bytes of text walk hands out at once.
const stretch = 32 << 10

// walk goes through the content of an element and hands out each piece of it, long texts in several, until one is
// refused; comments and instructions are passed over.
func walk(s string, take func(kind piece, raw string) bool) {
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

// takeText hands out text in stretches; none ends within a reference.
func takeText(kind piece, s string, take func(kind piece, raw string) bool) bool {
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

// tagEnd is where the tag that s begins with ends; a > in quotes does not end it.
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

// decodeReferences decodes character references and the entities of HTML, once. A reference to a character that XML does not
// have goes; an unknown one stays as it stands.
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

// reference decodes the reference that s begins with; length 0 if it is none.
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
	end := strings.IndexByte(s[:min(len(s), maxReference)], ';')
	if end < 2 {
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
	switch {
	case err != nil:
		return "", 0
	case 0x80 <= code && code <= 0x9f:
		return html.UnescapeString(s[:end+1]), end + 1 // windows-1252, as every browser reads it
	case code > utf8.MaxRune || !legal(rune(code)):
		return "", end + 1
	}
	return string(rune(code)), end + 1
}

// escapeText makes HTML of plain text.
func escapeText(s string) string { return textEscaper.Replace(s) }

var textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
