package app

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"oped"
	"oped/config"
	"oped/store"
	"oped/topic"
)

// Coverage is a report on the opinion pieces of some days: how many are on a topic, and where the rules may need
// work.
type Coverage struct {
	Since      string          `json:"since"`
	Opinion    int             `json:"opinion"` // opinion pieces, news left out
	OnTopic    int             `json:"on_topic"`
	Review     int             `json:"review"` // on no topic, but a candidate for one
	NoTopic    int             `json:"no_topic"`
	Publishers []coveredShare  `json:"publishers"` // most pieces without a topic first
	Newest     []uncovered     `json:"newest"`     // newest pieces without a topic
	Unmatched  []UnmatchedTerm `json:"unmatched"`
	Rejected   []RejectedTerm  `json:"rejected"`
	Odd        []oddVolume     `json:"odd"`
}

type coveredShare struct {
	Publisher string `json:"publisher"`
	Pieces    int    `json:"pieces"`
	NoTopic   int    `json:"no_topic"`
}

type uncovered struct {
	Piece     oped.PieceID `json:"piece"`
	Date      string       `json:"date"`
	Publisher string       `json:"publisher"`
	Title     string       `json:"title"`
}

// UnmatchedTerm lists the terms of one list with no match in the archive.
type UnmatchedTerm struct {
	List  string   `json:"list"`
	Terms []string `json:"terms"`
}

// RejectedTerm counts the decisions of curators on pieces with one term of a topic.
type RejectedTerm struct {
	Topic    string `json:"topic"`
	Term     string `json:"term"`
	Approved int    `json:"approved"`
	Rejected int    `json:"rejected"`
}

type oddVolume struct {
	Topic  string  `json:"topic"`
	Week   string  `json:"week"`
	Pieces int     `json:"pieces"`
	Mean   float64 `json:"mean"` // of the weeks before it
	Sigma  float64 `json:"sigma"`
}

// pieces counts the opinion pieces on topics, for review, and on no topic.
func (r *Coverage) pieces(ctx context.Context, st *store.Store, since time.Time, limit int) error {
	by := map[string]*coveredShare{}
	err := st.Topics.Coverage(ctx, since, func(c store.Covered) {
		if c.Kind == oped.News {
			return
		}
		share := by[c.Publisher]
		if share == nil {
			share = &coveredShare{Publisher: c.Publisher}
			by[c.Publisher] = share
		}
		r.Opinion++
		share.Pieces++
		switch {
		case c.Tagged > 0:
			r.OnTopic++
			return
		case c.Review > 0:
			r.Review++
			return
		}
		r.NoTopic++
		share.NoTopic++
		if len(r.Newest) < limit {
			r.Newest = append(r.Newest, uncovered{c.Piece, c.Date.Format(time.DateOnly), c.Publisher, c.Title})
		}
	})
	for _, share := range by {
		r.Publishers = append(r.Publishers, *share)
	}
	slices.SortFunc(r.Publishers, func(a, b coveredShare) int {
		return cmp.Or(cmp.Compare(b.NoTopic, a.NoTopic), cmp.Compare(a.Publisher, b.Publisher))
	})
	return err
}

// terms finds terms of lists without a match in the archive, or in the newest pieces with all their words.
func (r *Coverage) terms(ctx context.Context, cfg *config.Config, st *store.Store, s *ruleSet) error {
	rules := rulesOf(cfg, s.tagger)
	for _, l := range cfg.Lists {
		var never []string
		for _, t := range l.Terms {
			met, err := everMet(ctx, st, t, func(p *oped.Piece) *topic.Doc { return rules.Doc(p) })
			if err != nil {
				return err
			}
			if !met {
				never = append(never, t.Source)
			}
		}
		if len(never) > 0 {
			r.Unmatched = append(r.Unmatched, UnmatchedTerm{l.Name, never})
		}
	}
	return nil
}

// maxSearched is the number of pieces to search for a term: the newest with all its words. Older pieces say no more
// about the rule of today, and the words of "act of" are everywhere.
const maxSearched = 200

// everMet reports whether the archive has a match of a term. The index returns the pieces with its words, newest
// first.
func everMet(ctx context.Context, st *store.Store, t oped.Term, doc func(*oped.Piece) *topic.Doc) (bool, error) {
	e, err := topic.CompileExpr([]oped.List{{Name: "term", Terms: []oped.Term{t}}}, oped.Rule{Expr: "$term"})
	if err != nil {
		return false, err
	}
	ids, err := st.Topics.Newest(ctx, e.Words(), maxSearched)
	for page := 2; err == nil && len(ids) > 0; page *= 4 { // most terms match in the first page
		var pieces []oped.Piece
		n := min(page, len(ids))
		if pieces, err = st.Pieces.Seen(ctx, ids[:n]); err != nil {
			break
		}
		ids = ids[n:]
		for i := range pieces {
			if e.Finds(doc(&pieces[i])) {
				return true, nil
			}
		}
	}
	return false, err
}

// minRejected is the number of rejections before a term counts as rejected by curators.
const minRejected = 3

// judgements finds the terms of pieces that curators mostly took off a topic.
func (r *Coverage) judgements(ctx context.Context, cfg *config.Config, st *store.Store, s *ruleSet) error {
	rules := rulesOf(cfg, s.tagger)
	for _, t := range s.topics {
		on, err := judgedPieces(ctx, st, t.Name)
		if err != nil {
			return err
		}
		by := map[string]*RejectedTerm{}
		ids := slices.Sorted(maps.Keys(on))
		pieces, err := st.Pieces.Seen(ctx, ids)
		if err != nil {
			return err
		}
		for i := range pieces {
			for _, term := range s.tagger.Hits(rules.Doc(&pieces[i]), t.Name) {
				if by[term] == nil {
					by[term] = &RejectedTerm{Topic: t.Name, Term: term}
				}
				if on[pieces[i].ID] {
					by[term].Approved++
				} else {
					by[term].Rejected++
				}
			}
		}
		for _, term := range slices.Sorted(maps.Keys(by)) {
			if x := by[term]; x.Rejected >= minRejected && x.Rejected > x.Approved {
				r.Rejected = append(r.Rejected, *x)
			}
		}
	}
	return nil
}

// judgedPieces returns the pieces judged by curators: true if on the topic, false if off it.
func judgedPieces(ctx context.Context, st *store.Store, topic string) (map[oped.PieceID]bool, error) {
	decisions, err := st.Decisions.Judgements(ctx, topic)
	on := map[oped.PieceID]bool{}
	for _, d := range decisions {
		on[d.Piece] = d.Action == oped.TagIt
	}
	return on, err
}

const (
	weeksBefore = 12 // weeks to compare with
	weeksNeeded = 4  // weeks needed for a comparison
)

// oddWeek reports whether the last whole week of a topic differs from the weeks before by more than three
// standard deviations. The deviation is at least the square root of the mean, since counts scatter by that much
// even in even weeks.
func oddWeek(name string, weeks []store.Week, now time.Time) (oddVolume, bool) {
	counts := map[time.Time]int{}
	first := time.Time{}
	for _, w := range weeks {
		if w.Topic == name {
			counts[w.Start] = w.Pieces
			if first.IsZero() {
				first = w.Start
			}
		}
	}
	monday := now.Truncate(24*time.Hour).AddDate(0, 0, -(int(now.Weekday())+6)%7)
	last := monday.AddDate(0, 0, -7)
	var before []float64
	for i := 1; i <= weeksBefore; i++ {
		if at := last.AddDate(0, 0, -7*i); !first.IsZero() && !at.Before(first) {
			before = append(before, float64(counts[at]))
		}
	}
	if len(before) < weeksNeeded {
		return oddVolume{}, false
	}
	mean, square := 0.0, 0.0
	for _, n := range before {
		mean += n / float64(len(before))
	}
	for _, n := range before {
		square += (n - mean) * (n - mean) / float64(len(before)-1)
	}
	sigma := math.Max(math.Sqrt(square), math.Sqrt(math.Max(mean, 1)))
	n := counts[last]
	return oddVolume{name, last.Format(time.DateOnly), n, mean, sigma}, math.Abs(float64(n)-mean) > 3*sigma
}

// Coverage reports the opinion pieces of the last days without a topic, terms without a match, terms rejected by
// curators, and topics with an odd weekly volume. It lists up to limit pieces.
func (t Topics) Coverage(ctx context.Context, days, limit int) (*Coverage, error) {
	s, err := loadRuleSet(ctx, t.p.store, t.cfg)
	if err != nil {
		return nil, err
	}
	now := t.p.now().UTC()
	since := now.AddDate(0, 0, -days)
	r := &Coverage{Since: since.Format(time.DateOnly)}
	if err := r.pieces(ctx, t.p.store, since, limit); err != nil {
		return nil, err
	}
	if err := r.terms(ctx, t.cfg, t.p.store, s); err != nil {
		return nil, err
	}
	if err := r.judgements(ctx, t.cfg, t.p.store, s); err != nil {
		return nil, err
	}
	weeks, err := t.p.store.Topics.Weeks(ctx)
	if err != nil {
		return nil, err
	}
	for _, known := range s.topics {
		if odd, ok := oddWeek(known.Name, weeks, now); ok {
			r.Odd = append(r.Odd, odd)
		}
	}
	return r, nil
}
