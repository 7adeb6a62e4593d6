package publish

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"oped"
	"oped/publish/page"
)

// wordsBefore is the number of words an excerpt shows before the first match.
const wordsBefore = 8

// spansIn returns the spans of one field in order. A span overlapping an earlier one is left out.
func spansIn(spans []oped.Span, field string) (in []oped.Span) {
	for _, x := range spans {
		if x.Field == field {
			in = append(in, x)
		}
	}
	slices.SortFunc(in, func(a, b oped.Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	end := -1
	return slices.DeleteFunc(in, func(x oped.Span) bool {
		if x.Start < end {
			return true
		}
		end = x.End
		return false
	})
}

// marked returns a part of a text with the spans in it marked.
func marked(s string, from, to int, spans []oped.Span) (out []page.Marked) {
	add := func(part string, mark bool) {
		if part = spaced(clean(part)); part != "" {
			out = append(out, page.Marked{Text: part, Marked: mark})
		}
	}
	at := from
	for _, x := range spans {
		start, end := max(x.Start, at), min(x.End, to)
		if start >= end {
			continue
		}
		add(s[at:start], false)
		add(s[start:end], true)
		at = end
	}
	add(s[at:to], false)
	return out
}

// spaced replaces each run of white space by one space.
func spaced(s string) string {
	s = strings.Map(undirected, s)
	fields := strings.Join(strings.Fields(s), " ")
	if fields == "" {
		if s != "" {
			return " "
		}
		return ""
	}
	if unicode.IsSpace(rune(s[0])) {
		fields = " " + fields
	}
	if unicode.IsSpace(rune(s[len(s)-1])) {
		fields += " "
	}
	return fields
}

// Around returns at most n words of the text of an entry, with the first of its spans among them, or the beginning
// without any. The spans in it are marked.
func Around(s string, spans []oped.Span, n int) []page.Marked {
	spans = spansIn(spans, "text")
	if n <= 0 || strings.TrimSpace(s) == "" {
		return nil
	}
	first := 0
	if len(spans) > 0 {
		first = spans[0].Start
	}
	from := back(s, first, min(wordsBefore, n/3))
	to, words := from, 0
	inWord := false
	for to < len(s) && to-from <= n*bytesPerWord {
		r, size := utf8.DecodeRuneInString(s[to:])
		space := unicode.IsSpace(r)
		if inWord && space {
			if words++; words == n {
				break
			}
		}
		inWord = !space
		to += size
	}
	if to == len(s) { // there is room before it
		from = min(from, back(s, to, n))
	}
	out := marked(s, from, to, spans)
	if strings.TrimSpace(s[:from]) != "" {
		out = append([]page.Marked{{Text: "… "}}, out...)
	}
	if strings.TrimSpace(s[to:]) != "" {
		out = append(out, page.Marked{Text: "…"})
	}
	return out
}

// back returns the place n words before at, both at the beginning of a word.
func back(s string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		head := strings.TrimRightFunc(s[:at], unicode.IsSpace)
		i := strings.LastIndexFunc(head, unicode.IsSpace)
		next := 0
		if i >= 0 {
			_, size := utf8.DecodeRuneInString(head[i:])
			next = i + size
		}
		if at-next > 4*bytesPerWord {
			break // that is no word
		}
		at = next
	}
	return at
}

// asWritten returns a text written as code: a query or a rule. Nothing is read as markup, and nothing
// is cut.
func asWritten(s string) string { return strings.TrimSpace(spaced(clean(s))) }
