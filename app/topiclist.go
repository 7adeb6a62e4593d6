package app

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"oped"
	"oped/config"
	"oped/fit"
	"oped/publish/page"
	"oped/store"
	"oped/topic"
)

// ListedTopic is a topic with its state, its pieces and its quality.
type ListedTopic struct {
	Topic   string        `json:"topic"`
	Title   string        `json:"title"`
	Kind    string        `json:"kind"` // fitted, written, review only: fitted to few pieces; outdated: by another release
	Rule    string        `json:"rule"` // active; draft: the configuration differs; new: active from the next run on
	Tagged  int           `json:"tagged"`
	Review  int           `json:"in_review"`
	Weights *TopicQuality `json:"weights"`    // of the active rule, or of a new one; null without weights
	Draft   *TopicQuality `json:"draft"`      // of the draft, if it has other weights
	Eval    *TopicEval    `json:"evaluation"` // the last recorded evaluation of the same rule; null: none
}

// TopicQuality has the figures of the weights of a topic for unseen papers.
type TopicQuality struct {
	*fit.Head
	Precision *fit.Estimate `json:"precision"` // null if only Figures are known
	Recall    *fit.Estimate `json:"recall"`
	Only      bool          `json:"review_only"` // they tag nothing by themselves
	Stale     bool          `json:"stale"`       // its lists or its rule have changed since
}

// TopicEval has the figures of a topic on a file of labelled pieces.
type TopicEval struct {
	File      string       `json:"file"`
	Day       string       `json:"day"`
	Pieces    int          `json:"pieces"`
	Precision fit.Estimate `json:"precision"`
	Recall    fit.Estimate `json:"recall"`
}

// ListTopics returns the topics of a configuration, in its order. Without a database, all are new and without pieces.
func ListTopics(ctx context.Context, cfg *config.Config, o Options) ([]ListedTopic, error) {
	p, err := OpenReadOnly(ctx, cfg, o)
	if errors.Is(err, store.ErrMissing) {
		return describeTopics(cfg, &ruleSet{tagger: cfg.Tagger, topics: cfg.Topics}), nil
	}
	if err != nil {
		return nil, err
	}
	defer p.Close()
	s, err := loadRuleSet(ctx, p.store, cfg)
	if err != nil {
		return nil, err
	}
	counts, err := p.store.Topics.Outcomes(ctx)
	if err != nil {
		return nil, err
	}
	evaluations, err := p.store.Topics.Evaluations(ctx)
	if err != nil {
		return nil, err
	}
	all := describeTopics(cfg, s)
	for i := range all {
		all[i].count(counts)
		all[i].Eval = evaluationOf(evaluations, all[i].Topic, s.tagger.Version(all[i].Topic))
	}
	return all, nil
}

// describeTopics returns the topics of a configuration with their rules. The numbers of their pieces are 0.
func describeTopics(cfg *config.Config, s *ruleSet) []ListedTopic {
	all := []ListedTopic{}
	for i, draft := range cfg.Topics {
		t := ListedTopic{Topic: draft.Name, Title: draft.Title, Kind: "written", Rule: "active"}
		active := &s.topics[i]
		t.Weights = qualityOf(cfg.Lists, active, s.tagger)
		switch {
		case !topic.Usable(*active):
			t.Kind = "outdated"
		case t.Weights != nil && t.Weights.Only:
			t.Kind = "review only"
		case active.Fitted() && (t.Weights != nil || len(active.Score) == 0): // else its rule judges
			t.Kind = "fitted"
		}
		if rule, known := s.active[draft.Name]; !known {
			t.Rule = "new"
		} else if rule.Source != cfg.Tagger.Source(draft.Name) {
			t.Rule = "draft"
			if draft.Weights != active.Weights {
				t.Draft = qualityOf(cfg.Lists, &draft, cfg.Tagger)
			}
		}
		all = append(all, t)
	}
	return all
}

func (t *ListedTopic) count(counts []store.OutcomeCount) {
	for _, c := range counts {
		switch {
		case c.Topic != t.Topic:
		case c.Outcome == oped.Tagged:
			t.Tagged = c.Pieces
		default:
			t.Review = c.Pieces
		}
	}
}

// qualityOf returns the figures of the weights of a topic of a tagger; nil without weights.
func qualityOf(lists []oped.List, t *oped.Topic, tagger *topic.Tagger) *TopicQuality {
	if t.Weights == "" {
		return nil
	}
	q := &TopicQuality{Head: fit.ReadHead(t.Weights), Only: !tagger.Tags(t.Name)}
	q.Stale = q.Lists != "" && q.Lists != hashOfLists(lists, *t)
	if q.Sources != (fit.Score{}) {
		precision, recall := q.Sources.Estimates()
		q.Precision, q.Recall = &precision, &recall
	}
	return q
}

// evaluationOf returns the last evaluation of a version of a topic; nil if there is none. They have the latest first.
func evaluationOf(all []oped.Evaluation, name, version string) *TopicEval {
	i := slices.IndexFunc(all, func(e oped.Evaluation) bool { return e.Topic == name && e.Version == version })
	if i < 0 || len(all[i].Kinds) == 0 {
		return nil
	}
	e := &all[i]
	k := e.Kinds[0] // of all kinds
	precision, recall := fit.Score{TP: k.Found, FP: k.Wrong, FN: k.Missed}.Estimates()
	return &TopicEval{
		File:      e.File,
		Day:       e.At.UTC().Format(time.DateOnly),
		Pieces:    e.Records,
		Precision: precision,
		Recall:    recall,
	}
}

// pageQuality returns the figures of a fitted topic for readers.
func pageQuality(t *oped.Topic, tagger *topic.Tagger) page.Quality {
	q := qualityOf(nil, t, tagger)
	if q == nil {
		return page.Quality{}
	}
	out := page.Quality{At: q.Fitted, Forced: q.Forced != "", ReviewOnly: q.Only}
	if q.Precision != nil {
		out.Right, out.Found = percent(*q.Precision), percent(*q.Recall)
		out.Pieces, out.Papers = q.Sources.Pieces(), q.Papers
	}
	return out
}

func percent(e fit.Estimate) page.Percent {
	of100 := func(x float64) int { return int(math.Round(100 * x)) }
	return page.Percent{Value: of100(e.Value), Low: of100(e.Low), High: of100(e.High)}
}
