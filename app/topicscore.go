package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"

	"oped"
	"oped/config"
	"oped/logistic"
	"oped/topic"
)

// pieceLine is a piece in the input of scorers and of `topic tag`.
type pieceLine struct {
	ID         json.RawMessage `json:"id"`
	Title      string          `json:"title"`
	Summary    string          `json:"summary"`
	Text       string          `json:"text"`
	Author     string          `json:"author"`
	Publisher  string          `json:"publisher"`
	Categories []string        `json:"categories"`
	URL        string          `json:"url"`
	Lang       string          `json:"lang"`
	Format     string          `json:"format"`
	Implies    []string        `json:"implies"`

	Topics       []string `json:"topics"`
	ScoredTopics []string `json:"scored_topics"`
	Uncertain    bool     `json:"uncertain"`
	TextKind     string   `json:"text_kind"`
	Outlet       string   `json:"outlet"`
	Cluster      string   `json:"cluster"`
	TrainingOnly bool     `json:"training_only"`
}

func (p *pieceLine) doc() *topic.Doc {
	return &topic.Doc{
		Title:      p.Title,
		Summary:    p.Summary,
		Text:       p.Text,
		Author:     p.Author,
		Categories: p.Categories,
		URL:        p.URL,
		HTML:       p.Format == "html",
		Implies:    p.Implies,
	}
}

// labelled returns a labelled piece as rules see it. Without implied lists of its own, it has those of its site.
func (p *pieceLine) labelled(home map[string][]string) *topic.Doc {
	d := p.doc()
	if len(d.Implies) == 0 {
		d.Implies = home[siteOf(p.URL)]
	}
	return d
}

// homes returns the implied lists of the configured feeds by the site of their papers.
func homes(cfg *config.Config) map[string][]string {
	implied := map[string][]string{}
	for _, f := range cfg.Feeds {
		for _, address := range []string{f.URL, f.SiteURL} {
			if site := siteOf(address); site != "" && len(f.Implies) > 0 {
				implied[site] = f.Implies
			}
		}
	}
	return implied
}

// siteOf returns the registrable domain of an address; "" if it has none.
func siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	site, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(u.Hostname()))
	if err != nil {
		return strings.ToLower(u.Hostname())
	}
	return site
}

func (p *pieceLine) kind() string {
	switch n := utf8.RuneCountInString(p.Text); {
	case p.TextKind != "":
		return p.TextKind
	case n >= 600:
		return "full"
	case n > 0:
		return "summary"
	}
	return "title-only"
}

// language returns the language to count the piece under: en for en-GB, "" if unknown.
func (p *pieceLine) language() string {
	lang, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(p.Lang)), "-")
	return lang
}

// TopicScores holds the scores of topics by name.
type TopicScores map[string]*Scores

// ScoreTopics measures the rules of a configuration on labelled pieces.
func ScoreTopics(cfg *config.Config, in Lines) (TopicScores, error) {
	scores := TopicScores{}
	return scores, eachLabel(cfg, in, func(p *pieceLine, tag oped.Tag, _ int) {
		s := scores[tag.Topic]
		if s == nil {
			s = newScores("full", "summary", "title-only")
			scores[tag.Topic] = s
		}
		got, want := tag.Outcome == oped.Tagged, slices.Contains(p.Topics, tag.Topic)
		offered := tag.Outcome != oped.None
		s.add(p.kind(), got, want)
		s.Offered.Add(offered, want)
		score := fmt.Sprintf("%6g of %g", tag.Score, tag.Threshold)
		if tag.Threshold >= topic.OutOfReach { // of a topic for review only
			got, score = offered, fmt.Sprintf("%3.0f %%", 100*logistic.Sigmoid(tag.Score))
		}
		s.list(got, want, fmt.Sprintf("%-10s %s  %s  %.100s", p.kind(), score, p.ID, p.Title))
		if lang := p.language(); lang != "" {
			if s.languages[lang] == nil {
				s.languages[lang] = &Score{}
			}
			s.languages[lang].Add(tag.Outcome == oped.Tagged, want)
		}
	})
}

// eachLabel calls do for each verdict on a labelled piece, with the number of the piece from 1. It returns an Invalid
// error if there is none.
func eachLabel(cfg *config.Config, in Lines, do func(p *pieceLine, tag oped.Tag, n int)) error {
	if len(cfg.Topics) == 0 {
		return oped.Invalid(cfg.Path+" has no topics", "write a topic, or copy one of oped init")
	}
	n, home, none := 0, homes(cfg), true
	err := eachLine(in, func(p *pieceLine) error {
		if n++; p.Uncertain {
			return nil
		}
		for _, tag := range cfg.Tagger.Verdicts(p.labelled(home)) {
			if !slices.Contains(p.ScoredTopics, tag.Topic) {
				continue
			}
			if err := p.hasWords(); err != nil {
				return err
			}
			none = false
			do(p, tag, n)
		}
		return nil
	})
	if err == nil && none {
		err = oped.Invalid(fmt.Sprintf("no piece of %s is labelled for a topic of %s", in.Name, cfg.Path),
			"name the labelled topics of each piece in scored_topics: the topics are "+
				strings.Join(topicNames(cfg), ", "))
	}
	return err
}

// hasWords returns a mistake of a labelled piece without words: nothing can be learned from it, or measured on it.
func (p *pieceLine) hasWords() error {
	if strings.TrimSpace(p.Title+p.Summary+p.Text) != "" {
		return nil
	}
	return oped.Invalid("a labelled piece without title, summary and text",
		"write title and text, or remove the line; oped topic eval --help lists the fields")
}

// MarshalJSON returns the scores of each topic by kind of text and by language.
func (all TopicScores) MarshalJSON() ([]byte, error) {
	out := map[string]any{}
	for name, s := range all {
		languages := map[string]any{}
		for lang, c := range s.languages {
			languages[lang] = c.json()
		}
		kinds := map[string]any{"all": s.all.json(), "languages": languages}
		for kind, c := range s.kinds {
			kinds[kind] = c.json()
		}
		out[name] = kinds
	}
	return json.Marshal(out)
}

// Evaluations returns the scores as values for [RecordEvaluation], apart from those of topics that tag nothing yet. It
// returns an Invalid error if no topic remains.
func (all TopicScores) Evaluations(cfg *config.Config, path string, now time.Time) ([]oped.Evaluation, error) {
	var measures []oped.Evaluation
	for _, t := range cfg.Topics {
		s := all[t.Name]
		if s == nil || !cfg.Tagger.Tags(t.Name) {
			continue
		}
		m := oped.Evaluation{
			Topic:   t.Name,
			Version: cfg.Tagger.Version(t.Name),
			File:    filepath.Base(path),
			At:      now,
			Records: s.all.TP + s.all.FP + s.all.FN + s.all.TN,
		}
		for _, r := range s.Rows()[:1+len(s.kinds)] {
			m.Kinds = append(m.Kinds, oped.KindEvaluation{Kind: r.Name, Found: r.TP, Wrong: r.FP, Missed: r.FN})
		}
		measures = append(measures, m)
	}
	if len(measures) == 0 {
		return nil, oped.Invalid(fmt.Sprintf("%s has labels for topics that tag nothing yet: no figures to record", path),
			"oped topic eval without --record counts the pieces for review")
	}
	return measures, nil
}

// record stores evaluations, and publishes the pages about editions.
func (t Topics) record(ctx context.Context, measures []oped.Evaluation) (none struct{}, err error) {
	if err := t.p.store.Topics.PutEvaluations(ctx, measures); err != nil {
		return none, err
	}
	return none, t.p.publish(t.p.committed(ctx))
}

// TaggedLine is a piece of an input with its tags.
type TaggedLine struct {
	ID   json.RawMessage `json:"id"`
	Tags []tagLine       `json:"tags"`
}

// tagLine is the verdict on a topic.
type tagLine struct {
	Topic     string       `json:"topic"`
	Outcome   oped.Outcome `json:"outcome"`
	Score     float64      `json:"score"`
	Threshold float64      `json:"threshold"`
	Spans     []SpanLine   `json:"spans"`
}

// TagLines tags the pieces of an input, and calls do for each.
func TagLines(cfg *config.Config, in Lines, do func(TaggedLine) error) error {
	return eachLine(in, func(p *pieceLine) error {
		tags := []tagLine{}
		doc := p.doc()
		doc.AllParts = true
		for _, t := range cfg.Tagger.Verdicts(doc) {
			line := tagLine{t.Topic, t.Outcome, t.Score, t.Threshold, []SpanLine{}}
			for _, x := range t.Why {
				line.Spans = append(line.Spans, SpanLine(x))
			}
			tags = append(tags, line)
		}
		return do(TaggedLine{p.ID, tags})
	})
}
