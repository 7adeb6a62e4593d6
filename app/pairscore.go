package app

import (
	"encoding/json"
	"fmt"

	"oped"
	"oped/dedup"
	"oped/parse"
)

// sideLine is one text of a pair.
type sideLine struct {
	Title     string `json:"title"`
	Text      string `json:"text"`
	Author    string `json:"author"`
	Publisher string `json:"publisher"`
	Outlet    string `json:"outlet"` // another name for the publisher
	URL       string `json:"url"`
	ID        string `json:"id"` // a guid, possibly the address
	Published string `json:"published"`
	Date      string `json:"date"` // another name for published
}

func (s *sideLine) entry() *oped.Entry {
	e := &oped.Entry{ID: s.ID, Title: s.Title, Text: s.Text, Publisher: s.Publisher + s.Outlet, URL: s.URL}
	if e.URL == "" && dedup.CanonicalURL(s.ID) != "" {
		e.URL = s.ID
	}
	if s.Author != "" {
		e.Authors = []oped.Person{{Name: s.Author}}
	}
	if at, ok := parse.Time(s.Published+s.Date, "", nil); ok {
		e.Published = at
	}
	return e
}

type pairLine struct {
	ID        json.RawMessage `json:"id"`
	Kind      string          `json:"kind"`
	A         sideLine        `json:"a"`
	B         sideLine        `json:"b"`
	Duplicate *bool           `json:"duplicate"`
	Uncertain bool            `json:"uncertain"`
}

func (p *pairLine) compare() dedup.Match { return dedup.Compare(p.A.entry(), p.B.entry()) }

// PairScores holds the scores of pairs, in all and by kind.
type PairScores struct{ *Scores }

// ScorePairs measures the recognition of copies on labelled pairs.
func ScorePairs(in Lines) (PairScores, error) {
	s := newScores()
	return PairScores{s}, eachLine(in, func(p *pairLine) error {
		if p.Uncertain || p.Duplicate == nil {
			return nil
		}
		if s.kinds[p.Kind] == nil {
			s.kinds[p.Kind] = &Score{}
		}
		m := p.compare()
		// A correction is found as such: it stays a piece of its own, with a relation.
		found := m.Verdict == dedup.Same || m.Verdict == dedup.CorrectionOf && *p.Duplicate
		s.add(p.Kind, found, *p.Duplicate)
		s.list(found, *p.Duplicate,
			fmt.Sprintf("%s  %.60s | %.60s  (%s)", p.ID, p.A.Title, p.B.Title, m.Why))
		return nil
	})
}

// MarshalJSON returns the scores with the true negatives.
func (s PairScores) MarshalJSON() ([]byte, error) {
	with := func(c *Score) any {
		x := c.json()
		x["tn"] = c.TN
		return x
	}
	kinds := map[string]any{}
	for kind, c := range s.kinds {
		kinds[kind] = with(c)
	}
	return json.Marshal(map[string]any{"all": with(&s.all), "kinds": kinds})
}

// ComparedLine is the verdict on a pair of an input.
type ComparedLine struct {
	ID json.RawMessage `json:"id"`
	dedup.Match
}

// CompareLines compares the pairs of an input, and calls do for each.
func CompareLines(in Lines, do func(ComparedLine) error) error {
	return eachLine(in, func(p *pairLine) error { return do(ComparedLine{p.ID, p.compare()}) })
}
