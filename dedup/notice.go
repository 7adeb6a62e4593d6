package dedup

import "slices"

// isNotice reports whether the common text of two entries is no piece but a notice in place of several, as
// "for subscribers only" or a page about cookies. It has two headlines and does not speak of them: of one at
// least within a publisher if it is short, else of neither.
func isNotice(a, b *reading) bool {
	if titleLikeness(a, b) != otherTitles || a.heading().folded == b.heading().folded {
		return false
	}
	short, one := len(a.scan().set) < stubShingles, samePublisher(a, b)
	x, y := speaksOf(a, a.heading()), speaksOf(a, b.heading())
	if one && short {
		return x < spoken || y < spoken
	}
	return (one || short && !authorsAgree(a, b)) && x < spoken && y < spoken
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
