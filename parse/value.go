package parse

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// value is the text of an element: references decoded, CDATA taken as it is, tags left out.
func (e *element) value() string {
	if e == nil {
		return ""
	}
	if strings.IndexByte(e.inner, '<') < 0 {
		return strings.TrimSpace(decodeReferences(e.inner))
	}
	var out strings.Builder
	walk(e.inner, func(kind piece, raw string) {
		switch kind {
		case characters:
			out.WriteString(decodeReferences(raw))
		case cdata:
			out.WriteString(raw)
		}
	})
	return strings.TrimSpace(out.String())
}

// markupValue is the content of an element as markup: CDATA escaped, comments left out, the tags of prefixed XHTML without
// their prefix.
func (e *element) markupValue() string {
	var out strings.Builder
	walk(e.inner, func(kind piece, raw string) {
		switch kind {
		case characters:
			textEscaper.WriteString(&out, decodeReferences(raw))
		case cdata:
			textEscaper.WriteString(&out, raw)
		case markupTag:
			out.WriteString(unprefixed(raw))
		}
	})
	return strings.TrimSpace(out.String())
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
	for {
		at := strings.Index(tag, " xmlns")
		if at < 0 {
			return tag
		}
		quote := strings.IndexAny(tag[at:], `"'`)
		if quote < 0 {
			return tag
		}
		length := strings.IndexByte(tag[at+quote+1:], tag[at+quote])
		if length < 0 {
			return tag
		}
		tag = tag[:at] + tag[at+quote+1+length+1:]
	}
}

// piece is what a stretch of a document is.
type piece int

const (
	characters piece = iota
	cdata
	markupTag
)

// walk goes through the content of an element and tells each piece of it; comments and instructions are passed over.
func walk(s string, tell func(kind piece, raw string)) {
	for s != "" {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			tell(characters, s)
			return
		}
		if at > 0 {
			tell(characters, s[:at])
			s = s[at:]
		}
		switch {
		case strings.HasPrefix(s, "<![CDATA["):
			end := strings.Index(s, "]]>")
			if end < 0 {
				tell(cdata, s[9:])
				return
			}
			tell(cdata, s[9:end])
			s = s[end+3:]
		case strings.HasPrefix(s, "<!--"):
			s = after(s[4:], "-->")
		case strings.HasPrefix(s, "<?"):
			s = after(s, "?>")
		case len(s) > 1 && (nameByte(s[1]) || s[1] == '/'):
			end := tagEnd(s)
			tell(markupTag, s[:end])
			s = s[end:]
		default:
			tell(characters, "&lt;")
			s = s[1:]
		}
	}
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
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
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
