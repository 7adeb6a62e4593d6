package dedup

import (
	"cmp"
	"slices"

	"oped"
	"oped/text"
)

// Passage is a stretch shared by two texts: the bytes from Start to End of the first one.
type Passage struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Other int    `json:"other"` // its beginning in the second text, as a byte offset
	Words int    `json:"words"`
	Text  string `json:"text"` // as in the first text
}

// Explanation is a verdict with all its evidence.
type Explanation struct {
	Match
	Shingles    int       `json:"shingles"`    // distinct five-word phrases of the shorter text, boilerplate aside
	Ratio       float64   `json:"ratio"`       // length of the shorter text to the longer one
	Containment float64   `json:"containment"` // share of the shorter text found in the longer one
	Needed      float64   `json:"needed"`      // share needed; 0: the texts are too short to be compared
	Leads       float64   `json:"leads"`       // share of either lead found in the other text
	Headlines   string    `json:"headlines"`   // same, alike, other
	DaysApart   int       `json:"days_apart"`  // -1: unknown
	Passages    []Passage `json:"passages"`    // shared passages, the longest first
}

// maxPassages is the largest number of passages in an Explanation.
const maxPassages = 5

// Explain compares two entries as [Compare] does, and returns the evidence for the verdict.
func Explain(a, b *oped.Entry) Explanation {
	x := Explanation{Match: Compare(a, b), DaysApart: -1, Headlines: "other"}
	ra, rb := read(a, nil), read(b, nil)
	e, ok := weigh(ra, rb)
	if x.Shingles = e.m; ok {
		x.Ratio, x.Containment, x.Needed, x.Leads = e.ratio, e.containment, e.needed, e.leads()
	}
	switch titleLikeness(ra, rb) {
	case sameTitles:
		x.Headlines = "same"
	case alikeTitles:
		x.Headlines = "alike"
	}
	if !a.Published.IsZero() && !b.Published.IsZero() {
		x.DaysApart = daysBetween(ra, rb)
	}
	x.Passages = passages(a, b)
	return x
}

// passages returns the longest stretches shared by two texts, of at least five words.
func passages(a, b *oped.Entry) []Passage {
	x, wordsX := numberedShingles(a)
	y, wordsY := numberedShingles(b)
	at := map[uint64]int{}
	for j := len(y) - 1; j >= 0; j-- {
		at[y[j]] = j
	}
	var all []Passage
	for i := 0; i < len(x); i++ {
		j, ok := at[x[i]]
		if !ok {
			continue
		}
		n := 1
		for i+n < len(x) && j+n < len(y) && x[i+n] == y[j+n] {
			n++
		}
		first, last := wordsX[i], wordsX[i+n+shingleWords-2]
		all = append(all, Passage{
			Start: int(first.Start),
			End:   int(last.End),
			Other: int(wordsY[j].Start),
			Words: n + shingleWords - 1,
			Text:  a.Text[first.Start:last.End],
		})
		i += n - 1
	}
	slices.SortStableFunc(all, func(p, q Passage) int { return cmp.Compare(q.Words, p.Words) })
	return all[:min(maxPassages, len(all))]
}

// numberedShingles returns the shingles of a text, and its words. Shingle i begins with word i.
func numberedShingles(e *oped.Entry) ([]uint64, []text.Token) {
	var ts text.Tokens
	ts.Scan(e.Text)
	ts.MarkZones(e.Boilerplate...)
	var words []text.Token
	for i := range ts.List {
		if !ts.List[i].Zone.Beside() {
			words = append(words, ts.List[i])
		}
	}
	return appendShingles(nil, &ts), words
}
