package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"oped"
	"oped/dedup"
	"oped/store"
	"oped/text"
	"oped/topic"
)

// Explained is a piece with the explanations of its outcomes.
type Explained struct {
	Piece        oped.PieceID       `json:"piece"`
	AtomID       string             `json:"atom_id"`
	Title        string             `json:"title"`
	Kind         oped.PieceKind     `json:"kind"`
	Editions     []string           `json:"editions"`
	Appearances  []appearance       `json:"appearances"`
	Explanations []TopicExplanation `json:"explanations"`
}

// TopicExplanation is the verdict of the rule on a topic, with the decision of a curator, if there is one. The
// curator overrules the rule.
type TopicExplanation struct {
	topic.Explanation
	By      string       `json:"by"`      // "rule", or the name of the curator
	Decided oped.Outcome `json:"decided"` // the outcome in effect
}

// explanationOf returns an explanation with the decision of a curator, where there is one.
func explanationOf(p *oped.Piece, e topic.Explanation) TopicExplanation {
	x := TopicExplanation{e, oped.ByRule, e.Outcome}
	for _, t := range p.Tags {
		if t.Topic == e.Topic && t.By != oped.ByRule {
			x.By, x.Decided = t.By, t.Outcome
		}
	}
	return x
}

// String returns the decision of a curator, if any, followed by the verdict of the rule.
func (x TopicExplanation) String() string {
	if x.By == oped.ByRule {
		return x.Explanation.String()
	}
	verdict := "on the topic"
	if x.Decided != oped.Tagged {
		verdict = "not on the topic"
	}
	return fmt.Sprintf("%s: %s by decision of %s, which overrules the rule. The rule alone:\n%s", x.Topic, verdict,
		x.By, x.Explanation.String())
}

type appearance struct {
	Publisher string `json:"publisher"`
	Title     string `json:"title"`
	Date      string `json:"date"`
	URL       string `json:"url"`
	Revised   int    `json:"revised"`      // number of revisions by its publisher
	Last      string `json:"last_revised"` // day of the last revision; "" if there is none
	News      string `json:"last_news"`    // the news in that revision; "": none

	Limits oped.Limits `json:"limits"` // limits it exceeded: the entry is cut
}

// appearances returns the appearances of a piece, with their revisions.
func (v Pieces) appearances(ctx context.Context, entries []oped.Entry) ([]appearance, error) {
	all, days := make([]appearance, len(entries)), calendarOf(v.cfg)
	for i := range entries {
		e := &entries[i]
		all[i] = appearance{
			Publisher: e.Publisher,
			Title:     e.Title,
			Date:      days.day(e),
			URL:       e.URL,
			Limits:    oped.Limits{}.With(e.Limits...), // in JSON [], never null
		}
		revisions, err := v.p.store.Entries.Revisions(ctx, e.Row)
		if err != nil {
			return nil, err
		}
		if all[i].Revised = len(revisions); len(revisions) > 0 {
			last := revisions[len(revisions)-1]
			all[i].Last, all[i].News = last.At.Format(time.DateOnly), string(last.News)
		}
	}
	return all, nil
}

// decidedOn describes the latest decision that merged or split two pieces and was not undone, in one line. It
// returns "" if there is none.
func decidedOn(ctx context.Context, st *store.Store, a, b *oped.Piece) (string, error) {
	of, err := st.Decisions.On(ctx, a.ID)
	if err != nil {
		return "", err
	}
	also, err := st.Decisions.On(ctx, b.ID)
	if err != nil {
		return "", err
	}
	for _, d := range slices.Backward(of) {
		shared := slices.ContainsFunc(also, func(o oped.Decision) bool { return o.ID == d.ID })
		if shared && d.UndoneBy == 0 && (d.Action == oped.Merge || d.Action == oped.Split || d.Action == oped.Undo) {
			return fmt.Sprintf("%d of %s: %s", d.ID, d.At.Format(time.DateOnly), Describe(d)), nil
		}
	}
	return "", nil
}

// Explain explains the outcome of a piece at each topic, or at one, by the active rules. It returns an Invalid
// error for an unknown piece.
func (v Pieces) Explain(ctx context.Context, ref string, only ...string) (*Explained, error) {
	named, err := find(ctx, v.p.store, ref)
	if err != nil {
		return nil, err
	}
	piece := named.piece
	rules, err := v.p.explaining(ctx, v.cfg)
	if err != nil {
		return nil, err
	}
	doc := rules.Doc(&piece)
	out := &Explained{
		Piece:    piece.ID,
		AtomID:   piece.AtomID,
		Title:    piece.Lead().Title,
		Kind:     piece.Kind,
		Editions: piece.Editions,
	}
	if out.Appearances, err = v.appearances(ctx, piece.Entries); err != nil {
		return nil, err
	}
	for _, t := range v.cfg.Topics {
		if len(only) > 0 && !slices.Contains(only, t.Name) {
			continue
		}
		e, _ := rules.Tagger.Explain(doc, t.Name)
		if err := rules.Tagger.MarkRedundant(ctx, doc, &e); err != nil {
			return nil, err
		}
		out.Explanations = append(out.Explanations, explanationOf(&piece, e))
	}
	return out, nil
}

// Comparison explains why two appearances are one piece, or not.
type Comparison struct {
	One, Other  oped.Piece
	A, B        *oped.Entry
	Explanation dedup.Explanation
	Decided     string // the decision about both; "" if there is none
}

// Compare compares two appearances, or the lead entries of two pieces. It returns an Invalid error if a
// reference names no piece.
func (v Pieces) Compare(ctx context.Context, ref, otherRef string) (*Comparison, error) {
	first, err := find(ctx, v.p.store, ref)
	if err != nil {
		return nil, err
	}
	second, err := find(ctx, v.p.store, otherRef)
	if d, ok := errors.AsType[*oped.Diagnostic](err); ok {
		d.Hint = text.DidYouMean(otherRef, topicNames(v.cfg), d.Hint)
	}
	if err != nil {
		return nil, err
	}
	x := &Comparison{One: first.piece, Other: second.piece, A: first.entry(), B: second.entry()}
	x.Explanation = dedup.Explain(x.A, x.B)
	x.Decided, err = decidedOn(ctx, v.p.store, &x.One, &x.Other)
	return x, err
}
