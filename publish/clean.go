package publish

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"oped/text"
)

const (
	maxURL  = 2048 // bytes of an address that is republished; longer ones are left out
	maxLine = 1024 // bytes of a title, a name or a notice
)

// clean removes the characters forbidden in XML 1.0 (§2.2), and control characters without a visible
// form. Left in, encoding/xml would print U+FFFD in their place.
func clean(s string) string {
	if isASCII(s) {
		return s
	}
	return strings.Map(printable, s)
}

// isASCII reports whether a text is printable ASCII and line ends. Nothing is cleaned from such a text.
func isASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c > '~') && c != '\n' {
			return false
		}
	}
	return true
}

// printable drops the runes that clean removes. U+FFFD is among them: it replaces a letter lost long
// before, or an invalid byte.
func printable(r rune) rune {
	switch {
	case r == '\t' || r == '\n':
		return r
	case r < 0x20, 0x7f <= r && r < 0xa0, text.Invisible(r), r == utf8.RuneError:
		return -1
	case 0xfdd0 <= r && r <= 0xfdef, r&0xfffe == 0xfffe:
		return -1 // noncharacters; the last two of the first plane are illegal, the others of no use
	}
	return r
}

// line makes one line of plain text: clean, without markup, with folded white space. A line longer than maxLine
// bytes is cut at the end of a word.
func line(s string) string { return cutLine(s, maxLine) }

func cutLine(s string, size int) string {
	if len(s) <= size && isLine(s) {
		return s
	}
	s = text.Clip(s, size*64) // a longer text is mostly invisible
	if s = strings.Map(undirected, unmarked(clean(s))); !isFolded(s) {
		s = strings.Join(strings.Fields(s), " ")
	}
	if len(s) <= size {
		return s
	}
	s = text.Clip(s, size-len("…"))
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return s + "…"
}

// isLine reports whether a text is a line already: printable ASCII, no possible markup, and single
// spaces between its words. Most are.
func isLine(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == '&' || c == '<' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' ' || s == ""
}

// isFolded reports whether a text has single spaces between its words, and no other white space.
func isFolded(s string) bool {
	before := ' '
	for _, r := range s {
		if unicode.IsSpace(r) && (r != ' ' || before == ' ') {
			return false
		}
		before = r
	}
	return before != ' ' || s == ""
}

// markup matches signs of HTML in a plain text: the end of an element, or a character reference. A
// "<b>" alone may be the subject of the text.
var markup = text.Pattern(`</[A-Za-z][A-Za-z0-9]*[\s/]*>|&(#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);`)

// encodings is the number of times the HTML of a text may have been encoded, one after the other.
const encodings = 4

// unmarked returns a plain text without leftover markup. A newspaper leaves some by encoding its HTML
// once too often.
func unmarked(s string) string {
	for range encodings {
		if !strings.Contains(s, "&") && !strings.Contains(s, "</") || !markup().MatchString(s) {
			break
		}
		plain := clean(text.FromHTML(s).Text)
		if plain == s {
			break // the references are to nothing
		}
		s = plain
	}
	return s
}

// undirected drops the runes that override the direction of the following text (UAX 9 §2.1–2.2). Left
// open in one title, they would turn the rest of a page.
func undirected(r rune) rune {
	if 0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069 {
		return -1
	}
	return r
}

// isIRI reports whether s is an IRI that may be published as an id or a link.
func isIRI(s string) bool {
	return len(s) <= maxURL && clean(s) == s && text.IsIRI(s) && strings.Count(s, "#") <= 1 &&
		!strings.ContainsAny(s, "[]") && !strings.ContainsFunc(s, unassigned)
}

// unassigned reports whether r is a rune of private use, without a common meaning.
func unassigned(r rune) bool { return unicode.Is(unicode.Co, r) }
