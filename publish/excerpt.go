package publish

import (
	"strings"
	"unicode"

	"oped/text"
)

// bytesPerWord bounds an excerpt where words have no end, as in scripts without spaces or in rubbish.
const bytesPerWord = 48

// excerpt returns the paragraphs of the first words of a plain text, n at most. If the text goes on,
// the excerpt ends with a whole sentence if one ends in the last third of the allowed words, else with
// a whole word. "…" follows in either case.
func excerpt(s string, n int) []string {
	n = min(n, len(s))
	s = beginning(s, (max(n, 0)+1)*bytesPerWord)
	if n <= 0 || s == "" {
		return nil
	}
	n = min(n, len(s))
	allowed := len(endOfField(text.Clip(s, n*bytesPerWord), n))
	head := text.Clip(s, allowed+bytesPerWord) // with the next word, to see whether a sentence ends before it
	words := text.Tokens{List: make([]text.Token, 0, min(n, len(head))), Arena: make([]byte, 0, len(head))}
	words.Scan(head)
	last, sentence := -1, -1
	for i, w := range words.List {
		if i >= n || int(w.End) > allowed {
			break
		}
		last = i
		if i+1 < len(words.List) && words.List[i+1].Sentence != w.Sentence && i+1 >= n*2/3 {
			sentence = i
		}
	}
	switch {
	case allowed == len(s) && last == len(words.List)-1:
		return paragraphs(s)
	case last < 0:
		return nil
	case sentence >= 0:
		return paragraphs(upToSpace(head, int(words.List[sentence].End)) + " …")
	}
	return paragraphs(strings.TrimRightFunc(head[:words.List[last].End], unicode.IsSpace) + "…")
}

// beginning returns a text cleaned and trimmed, without a long rest beyond size bytes, which is never
// used.
func beginning(s string, size int) string {
	if part := text.Clip(s, 2*size); len(part) < len(s) {
		if part = strings.TrimSpace(clean(part)); len(part) > size {
			return part
		}
	}
	return strings.TrimSpace(clean(s))
}

// endOfField returns s up to the end of its nth word between spaces.
func endOfField(s string, n int) string {
	inWord := false
	for i, r := range s {
		space := unicode.IsSpace(r)
		if inWord && space {
			if n--; n == 0 {
				return s[:i]
			}
		}
		inWord = !space
	}
	return s
}

// upToSpace returns s up to the first white space after the given place. This keeps marks with the word
// before them, as a full stop and a closing quotation mark.
func upToSpace(s string, from int) string {
	if i := strings.IndexFunc(s[from:], unicode.IsSpace); i >= 0 {
		return s[:from+i]
	}
	return s
}

// paragraphs parts plain text where package text has put an empty line.
func paragraphs(s string) []string {
	var out []string
	for p := range strings.SplitSeq(s, "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// firstWords makes a title from the text of a piece without one.
func firstWords(s string) string {
	return cutLine(strings.Join(excerpt(s, 10), " "), 120)
}
