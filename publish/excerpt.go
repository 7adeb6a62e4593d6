package publish

import (
	"strings"
	"unicode"

	"oped/text"
)

// bytesPerWord bounds an excerpt where words have no end, as in scripts without spaces or in rubbish.
const bytesPerWord = 48

// excerpt gives the paragraphs of the first words of a plain text, n at most. Where the text goes on, it ends with a
// whole sentence if one ends in the last third of what is allowed, else with a whole word, and with "…" in either
// case.
func excerpt(s string, n int) []string {
	n = min(n, len(s))
	s = beginning(s, (max(n, 0)+1)*bytesPerWord)
	if n <= 0 || s == "" {
		return nil
	}
	n = min(n, len(s))
	allowed := len(endOfField(text.Clip(s, n*bytesPerWord), n))
	head := text.Clip(s, allowed+bytesPerWord) // with the next word, which tells whether a sentence ends before it
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

// beginning is a text cleaned and trimmed, as far as it is longer than size bytes: nobody reads the rest.
func beginning(s string, size int) string {
	if part := text.Clip(s, 2*size); len(part) < len(s) {
		if part = strings.TrimSpace(clean(part)); len(part) > size {
			return part
		}
	}
	return strings.TrimSpace(clean(s))
}

// endOfField is s up to the end of its nth word between spaces.
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

// upToSpace is s up to the first white space from the given place: what belongs to the word before it, as a full stop
// and a closing quotation mark.
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

// firstWords is a title made of a text that has none.
func firstWords(s string) string {
	return cutLine(strings.Join(excerpt(s, 10), " "), 120)
}
