package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"oped"
	"oped/config"
	"oped/dedup"
	"oped/fit"
	"oped/text"
	"oped/topic"
)

// FitOptions are the choices of [FitTopic].
type FitOptions struct {
	fit.Options
	App   Options
	Force string // why weights are written in spite of few pieces or of their figures; "": they are not
}

// TopicFit is the result of a fit.
type TopicFit struct {
	Topic     string `json:"topic"`
	Decisions int    `json:"decisions"` // pieces decided by curators
	*fit.Report
	Refusal string `json:"refusal"` // why the figures are too bad; "": they are not
	Forced  string `json:"forced"`  // why the weights were written all the same; "": they were not
	File    string `json:"file"`    // the path of the weights; "": not written
}

// FitTopic fits the weights of a topic to labelled pieces and curators' decisions, and writes them to its file of
// weights. With few pieces on the topic, or none, they are near the shared weights, and for review only. It writes none
// if the figures are too bad, unless forced.
func FitTopic(ctx context.Context, cfg *config.Config, name string, in []Lines, o FitOptions) (*TopicFit, error) {
	err := knownTopic(cfg, name)
	if err != nil {
		return nil, err
	}
	t := &cfg.Topics[slices.IndexFunc(cfg.Topics, func(t oped.Topic) bool { return t.Name == name })]
	if !t.Fitted() {
		return nil, oped.Invalid("the topic "+name+" is written, not fitted",
			"a fitted topic has sides: [$a, $b], or a subject: and a side:")
	}
	o.Rule = len(t.Score) > 0
	if cfg, err = measuring(cfg, *t); err != nil {
		return nil, err
	}
	decided, err := readDecided(ctx, cfg, name, o.App)
	if err != nil {
		return nil, err
	}
	examples, err := examplesOf(cfg, name, in, decided.addresses)
	if err != nil {
		return nil, err
	}
	if len(in) > 0 && len(examples) == 0 {
		return nil, oped.Invalid("no piece is labelled for "+name, "write "+name+" among the scored_topics of pieces")
	}
	examples = append(examples, decided.examples...)
	if err := enough(t, examples, &o); err != nil {
		return nil, err
	}
	o.Own = ownExamples(cfg.Tagger, t)
	weights, report := fit.Fit(examples, o.Options)
	f := &TopicFit{Topic: name, Decisions: len(decided.examples), Report: report, Refusal: report.Refusal()}
	if f.Refusal != "" {
		if o.Force == "" {
			return f, nil
		}
		f.Forced = o.Force
	}
	head := f.head(examples, o)
	head.Lists = hashOfLists(cfg.Lists, *t)
	weights.Head = head.Lines()
	f.File = t.WeightsFile
	return f, config.Replace(f.File, []byte(weights.String()))
}

// minOn is the smallest number of pieces on a topic, and off it, to fit it to them alone.
const minOn = 10

// enough sets the shared weights in the options if the examples are few. It returns an Invalid error if even these do
// not help.
func enough(t *oped.Topic, examples []fit.Example, o *FitOptions) (err error) {
	on := count(examples, func(e fit.Example) bool { return e.On })
	if on < fit.MinOn && o.Force == "" {
		if present, err := topic.ParseWeights(t.Weights); err == nil && present.Tag < topic.OutOfReach {
			return oped.Invalid(
				fmt.Sprintf("%s on %s is too few to replace %s: its weights tag pieces by themselves",
					text.Count(on, "labelled piece"), t.Name, t.WeightsFile),
				"name the files of all labelled pieces with --on, or remove the weights")
		}
		o.Near, err = fit.Shared(t)
		return err
	}
	measured := count(examples, func(e fit.Example) bool { return e.Measured() })
	if on = count(examples, func(e fit.Example) bool { return e.On && e.Measured() }); on < minOn || measured-on < minOn {
		return oped.Invalid(
			fmt.Sprintf("%d of %s labelled for %s are on it: too few to fit it", on, text.Count(measured, "piece"), t.Name),
			fmt.Sprintf("label %d pieces on it and %d others at least, with %s among their scored_topics, and an outlet "+
				"or url", minOn, minOn, t.Name))
	}
	return nil
}

// hashOfLists returns a hash of the lists and the rule that a topic is fitted with.
func hashOfLists(lists []oped.List, t oped.Topic) string {
	t.Weights = (&topic.Weights{}).String()
	if t.Stored != "" {
		t.Stored, lists = "", nil // a stored rule has lists of its own
	}
	return shortHash([]byte(topic.Source(lists, t)))
}

// measuring returns a configuration whose tagger measures a topic, with weights or without.
func measuring(cfg *config.Config, t oped.Topic) (*config.Config, error) {
	t.Weights = (&topic.Weights{}).String()
	tagger, err := topic.Compile(cfg.Lists, []oped.Topic{t})
	alone := *cfg
	alone.Tagger = tagger
	return &alone, err
}

func count[T any](all []T, is func(T) bool) (n int) {
	for _, x := range all {
		if is(x) {
			n++
		}
	}
	return n
}

// head returns the head of the file of weights.
func (f *TopicFit) head(examples []fit.Example, o FitOptions) *fit.Head {
	ids := make([]string, len(examples))
	for i := range examples {
		ids[i] = examples[i].ID
	}
	slices.Sort(ids)
	r := f.Report
	h := &fit.Head{
		Topic:   f.Topic,
		Fitted:  o.App.Now(),
		Pieces:  r.Pieces,
		Papers:  r.Papers,
		On:      r.On,
		IDs:     shortHash([]byte(strings.Join(ids, "\n"))),
		Events:  r.Events,
		Sources: r.Sources,
		Few:     r.ReviewOnly,
	}
	if f.Forced != "" {
		h.Forced = f.Forced + " (" + f.Refusal + ")"
	}
	return h
}

// examplesOf reads the labelled pieces of a topic, each once: of pieces with the same id, or without an id and with
// the same content, the first. It leaves out the decided addresses.
func examplesOf(cfg *config.Config, name string, in []Lines, decided map[string]bool) ([]fit.Example, error) {
	var examples []fit.Example
	seen := map[string]bool{}
	home := homes(cfg)
	for _, lines := range in {
		err := eachLine(lines, func(p *pieceLine) error {
			id := p.identity()
			if p.Uncertain || !slices.Contains(p.ScoredTopics, name) || seen[id] ||
				decided[dedup.CanonicalURL(p.URL)] {
				return nil
			}
			if err := p.hasWords(); err != nil {
				return err
			}
			seen[id] = true
			e := fit.Example{
				ID:     id,
				On:     slices.Contains(p.Topics, name),
				Event:  p.Cluster,
				Source: strings.ToLower(cmp.Or(p.Outlet, siteOf(p.URL))),
				Train:  p.TrainingOnly,
				Values: measure(cfg.Tagger, p.labelled(home), name),
			}
			examples = append(examples, e)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return examples, nil
}

// ownExamples returns the tests of a topic as examples.
func ownExamples(tagger *topic.Tagger, t *oped.Topic) (own []fit.Example) {
	for _, x := range t.Tests {
		own = append(own, fit.Example{
			ID:     "test: " + x.Text,
			On:     x.Want,
			Values: measure(tagger, topic.ExampleDoc(x.Text), t.Name),
		})
	}
	return own
}

func measure(tagger *topic.Tagger, d *topic.Doc, topic string) map[string]float64 {
	values := map[string]float64{}
	tagger.Measure(d, topic, func(name string, value float64) { values[name] = value })
	return values
}

// identity returns the id of a piece, or else a hash of its content.
func (p *pieceLine) identity() string {
	if id := strings.Trim(string(p.ID), `"`); id != "" && id != "null" {
		return id
	}
	return shortHash([]byte(p.URL + "\n" + p.Title + "\n" + p.Summary + "\n" + p.Text))
}
