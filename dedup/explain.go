package dedup

import (
	"cmp"
	"slices"

	"oped"
	"oped/text"
)

// Passage is a stretch that two texts have in common: of the first one's text the bytes from Start to End.
type Passage struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Other int    `json:"other"` // where it begins in the second text, as a byte offset
	Words int    `json:"words"`
	Text  string `json:"text"` // as it stands in the first text
}

// Explanation is a verdict with all that it rests on.
type Explanation struct {
	Match
	Shingles    int       `json:"shingles"`    // runs of five words in the shorter text, each counted once, without what stands beside the piece
	Ratio       float64   `json:"ratio"`       // of the shorter text to the longer one
	Containment float64   `json:"containment"` // how much of the shorter text stands in the longer one
	Needed      float64   `json:"needed"`      // how much has to; 0: the texts say too little to be told by their words
	Leads       float64   `json:"leads"`       // how much of either lead stands in the other text
	Headlines   string    `json:"headlines"`   // same, alike, other
	DaysApart   int       `json:"days_apart"`  // -1: unknown
	Passages    []Passage `json:"passages"`    // that they have in common, the longest first
}

// maxPassages is how many passages are told.
const maxPassages = 5

// Explain compares two entries as Compare does, and says what the verdict rests on.
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

// passages are the longest stretches that two texts have in common, of at least five words.
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
		all = append(all, Passage{Start: int(first.Start), End: int(last.End), Other: int(wordsY[j].Start), Words: n + shingleWords - 1, Text: a.Text[first.Start:last.End]})
		i += n - 1
	}
	slices.SortStableFunc(all, func(p, q Passage) int { return cmp.Compare(q.Words, p.Words) })
	return all[:min(maxPassages, len(all))]
}

// numberedShingles are the shingles of a text, and the words that they begin with.
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
	return AppendShingles(nil, &ts), words
}
