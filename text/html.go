package text

import (
	"cmp"
	"html"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"oped"
)

// Plain is the plain text of an HTML fragment, with the way back to the HTML.
type Plain struct {
	Text     string
	segments []segment
}

// segment is a stretch of plain text and its stretch of HTML. If the two are equally long, they are the same
// bytes.
type segment struct{ plain, plainEnd, html, htmlEnd int }

// Original returns the stretch of HTML behind the bytes from start to end of the plain text.
func (p Plain) Original(start, end int) (int, int) {
	if len(p.segments) == 0 || start >= end {
		return 0, 0
	}
	at := func(offset int) segment {
		i := sort.Search(len(p.segments), func(i int) bool { return p.segments[i].plainEnd > offset })
		return p.segments[min(i, len(p.segments)-1)]
	}
	from, to := at(start), at(end-1)
	begin, stop := from.html, to.htmlEnd
	if from.exact() && start > from.plain {
		begin += start - from.plain
	}
	if to.exact() && end < to.plainEnd {
		stop = to.html + end - to.plain
	}
	return begin, max(begin, stop)
}

func (s segment) exact() bool { return s.plainEnd-s.plain == s.htmlEnd-s.html }

// HTMLVersion is the version of [FromHTML]. The texts of stored entries are extracted again if it changes, with
// everything made of them. TestHTMLVersion says when to raise it.
const HTMLVersion = "2"

// OfEntry returns the plain text of an entry: of its content, else of its summary.
func OfEntry(e *oped.Entry) string {
	return Clip(FromHTML(cmp.Or(e.Content, e.Summary)).Text, oped.MaxContent)
}

// FromHTML converts an HTML fragment to plain text. It folds white space, separates blocks by an empty line,
// and turns <br> into a line end. It drops scripts, styles and other unread elements. Text without a tag is
// kept, except for its white space and references. The fragment may be as broken as it likes.
func FromHTML(s string) Plain {
	var w plainWriter
	w.out.Grow(len(s))
	if !strings.Contains(s, "<") {
		w.text(s, 0)
		return w.plain()
	}
	z := xhtml.NewTokenizer(strings.NewReader(s))
	offset := 0
	hidden := atom.Atom(0) // the element with dropped content
	depth := 0
	for {
		kind := z.Next()
		raw := z.Raw()
		if kind == xhtml.ErrorToken {
			break
		}
		at := offset
		offset += len(raw)
		switch kind {
		case xhtml.TextToken:
			if hidden == 0 {
				w.text(s[at:min(offset, len(s))], at)
			}
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			switch {
			case hidden != 0:
				if tag == hidden && kind == xhtml.StartTagToken {
					depth++
				}
			case hiddenElements[tag] && kind == xhtml.StartTagToken:
				hidden, depth = tag, 1
			default:
				w.breakAt(tag)
			}
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if hidden == 0 {
				w.breakAt(tag)
			} else if tag == hidden {
				if depth--; depth == 0 {
					hidden = 0
				}
			}
		}
	}
	return w.plain()
}

// hiddenElements are elements with content never shown to a reader.
var hiddenElements = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true, atom.Iframe: true, atom.Object: true,
	atom.Svg:  true,
	atom.Math: true, atom.Title: true, atom.Select: true, atom.Textarea: true, atom.Button: true,
}

// blocks are elements with paragraphs of their own.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true,
	atom.Aside: true, atom.Nav: true,
	atom.Main: true, atom.Blockquote: true, atom.Pre: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Dl: true,
	atom.Dt: true, atom.Dd: true,
	atom.Table: true, atom.Tr: true, atom.Td: true, atom.Th: true, atom.Caption: true, atom.Figure: true,
	atom.Figcaption: true, atom.Hr: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Form: true,
	atom.Address: true, atom.Body: true,
}

// plainWriter collects plain text. It holds spaces and line ends back until more text follows.
type plainWriter struct {
	segments []segment
	out      strings.Builder
	space    bool
	lines    int // pending line ends: 1 after <br>, 2 after a block
}

// plain returns the text written. It copies a text much shorter than its HTML, to free the memory reserved for
// it.
func (w *plainWriter) plain() Plain {
	s := w.out.String()
	if len(s) < w.out.Cap()/2 {
		s = strings.Clone(s)
	}
	return Plain{s, w.segments}
}

func (w *plainWriter) breakAt(tag atom.Atom) {
	switch {
	case blocks[tag]:
		w.lines = 2
	case tag == atom.Br:
		w.lines = min(2, w.lines+1)
	}
}

// text adds character data beginning at the given offset.
func (w *plainWriter) text(raw string, at int) {
	for i := 0; i < len(raw); {
		if raw[i] == '&' {
			if decoded, n := reference(raw[i:]); n > 0 {
				w.add(decoded, at+i, n)
				i += n
				continue
			}
		}
		if n := literal(raw[i:]); n > 0 {
			w.put(raw[i:i+n], at+i, n)
			i += n
			continue
		}
		r, size := utf8.DecodeRuneInString(raw[i:])
		switch {
		case r == utf8.RuneError && size == 1: // a byte of no character
		case Invisible(r):
		case unicode.IsSpace(r):
			w.space = true
		default:
			w.put(raw[i:i+size], at+i, size)
		}
		i += size
	}
}

// literal returns the length of the longest beginning of s without a difference between HTML and plain text:
// ASCII words with single spaces between them.
func literal(s string) int {
	end := 0
	for i := range len(s) {
		switch c := s[i]; {
		case ' ' < c && c < 0x7f && c != '&':
			end = i + 1
		case c != ' ' || end < i || i == 0:
			return end
		}
	}
	return end
}

// add appends the decoded text of n bytes of HTML.
func (w *plainWriter) add(decoded string, at, n int) {
	switch r, size := utf8.DecodeRuneInString(decoded); {
	case size == len(decoded) && Invisible(r):
	case strings.TrimSpace(decoded) == "":
		w.space = true
	default:
		w.put(decoded, at, n)
	}
}

// put appends text that is not white space.
func (w *plainWriter) put(decoded string, at, n int) {
	if w.out.Len() > 0 {
		switch {
		case w.lines > 0:
			w.out.WriteString("\n\n"[:w.lines])
		case w.space:
			w.out.WriteByte(' ')
		}
	}
	w.space, w.lines = false, 0
	start := w.out.Len()
	w.out.WriteString(decoded)
	last := len(w.segments) - 1
	if len(decoded) == n && last >= 0 && w.segments[last].exact() && w.segments[last].plainEnd == start &&
		w.segments[last].htmlEnd == at {
		w.segments[last].plainEnd += n
		w.segments[last].htmlEnd += n
		return
	}
	w.segments = append(w.segments, segment{start, w.out.Len(), at, at + n})
}

// Invisible reports whether a character has no place in a text: a soft hyphen, a word joiner, a byte order mark,
// the Mongolian vowel separator. Words go on across it. The joiners of Urdu and Persian do have one.
func Invisible(r rune) bool { return r == '\u00ad' || r == '\u2060' || r == '\ufeff' || r == '\u180e' }

// reference decodes the character reference at the beginning of s and returns its length; 0 if there is none.
func reference(s string) (string, int) {
	end := strings.IndexByte(s[:min(len(s), 34)], ';')
	if end < 2 {
		return "", 0
	}
	if decoded := html.UnescapeString(s[:end+1]); decoded != s[:end+1] {
		return strings.ToValidUTF8(decoded, ""), end + 1 // text after a number without its semicolon is kept
	}
	return "", 0
}
