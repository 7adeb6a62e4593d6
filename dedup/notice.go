package dedup

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// isNotice reports whether the common text of two entries is no piece but a notice in place of several, as
// "for subscribers only" or a page about cookies. It has two headlines and does not speak of them: of one at
// least within a publisher if it is short, else of neither. The summaries of two publishers are no notice if one text
// is cut in them: a notice ends where its sentence does, in both.
func isNotice(a, b *reading) bool {
	if titleLikeness(a, b) != otherTitles || a.heading().folded == b.heading().folded {
		return false
	}
	short, one := len(a.scan().set) < stubShingles, samePublisher(a, b)
	x, y := speaksOf(a, a.heading()), speaksOf(a, b.heading())
	if one && short {
		return x < spoken || y < spoken
	}
	return (one || short && !authorsAgree(a, b) && !isCut(a, b)) && x < spoken && y < spoken
}

// isCut reports whether two short texts begin alike and are cut: one ends earlier than the other, or within a
// sentence.
func isCut(a, b *reading) bool {
	x, y := a.scan().shingles, b.scan().shingles
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) <= cutWord || !slices.Equal(x[:len(x)-cutWord], y[:len(x)-cutWord]) {
		return false
	}
	return len(y)-len(x) > cutWord || !endsSentence(a.Text) || !endsSentence(b.Text)
}

// cutWord is the number of words of a text that a cut may change: its last one, or a mark in its place.
const cutWord = 2

// endsSentence reports whether the last sentence of a text is whole.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, " \n\t\"'”’»)]")
	if strings.HasSuffix(s, "..") {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?۔؟।。！？", last)
}

// spoken is the share of a headline's words in a text from which the text speaks of it.
const spoken = .5

// speaksOf returns the share of a headline's words in a text, fillers and endings aside.
func speaksOf(r *reading, h *heading) float64 {
	found, weight := 0, 0
	vocabulary := r.vocabulary()
	for _, w := range h.words {
		if len(w) < 3 || fillers[w] {
			continue
		}
		weight++
		if _, ok := slices.BinarySearch(vocabulary, wordHash([]byte(stem(w)))); ok {
			found++
		}
	}
	return float64(found) / float64(max(weight, 1))
}

// vocabulary returns the hashes of the distinct words of a text, in ascending order: their stems, without
// figures and names of days and months.
func (r *reading) vocabulary() []uint64 {
	s := r.scan().scanned
	if s.vocabulary == nil {
		r.c.reads(r.Text)
		ts := &r.c.tokens
		ts.Scan(r.Text)
		ts.MarkZones(r.Boilerplate...)
		s.vocabulary = []uint64{}
		for i := range ts.List {
			w := ts.Folded(i)
			if !ts.List[i].Zone.Beside() && !slices.ContainsFunc(w, isDigit) && !calendar[string(w)] {
				s.vocabulary = append(s.vocabulary, wordHash([]byte(stem(string(w)))))
			}
		}
		slices.Sort(s.vocabulary)
		s.vocabulary = slices.Compact(s.vocabulary)
	}
	return s.vocabulary
}
