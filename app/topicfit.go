package app

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/config"
	"oped/fit"
	"oped/text"
)

// FitOptions are the choices of [FitTopic].
type FitOptions struct {
	fit.Options
	Force string // why weights are written in spite of their figures; "": they are not
	Now   time.Time
}

// TopicFit is the result of a fit.
type TopicFit struct {
	Topic string `json:"topic"`
	*fit.Report
	Refusal string `json:"refusal"` // why the figures are too bad; "": they are not
	Forced  string `json:"forced"`  // why the weights were written all the same; "": they were not
	File    string `json:"file"`    // the path of the weights; "": not written
}

// FitTopic fits the weights of a topic to labelled pieces, and writes them to its file of weights. It writes none if
// the figures are too bad, unless forced.
func FitTopic(cfg *config.Config, name string, in []Lines, o FitOptions) (*TopicFit, error) {
	if err := knownTopic(cfg, name); err != nil {
		return nil, err
	}
	t := &cfg.Topics[slices.IndexFunc(cfg.Topics, func(t oped.Topic) bool { return t.Name == name })]
	if !t.Fitted() {
		return nil, oped.Invalid("the topic "+name+" is written, not fitted",
			"a fitted topic has sides: [$a, $b], or a subject: and a side:")
	}
	examples, err := examplesOf(cfg, name, in)
	if err != nil {
		return nil, err
	}
	if on := count(examples, func(e fit.Example) bool { return e.On }); on < minOn || len(examples)-on < minOn {
		return nil, oped.Invalid(
			fmt.Sprintf("%d of %s labelled for %s are on it: too few to fit it", on, text.Count(len(examples), "piece"),
				name),
			fmt.Sprintf("label %d pieces on it and %d others at least, with %s among their scored_topics", minOn, minOn,
				name))
	}
	weights, report := fit.Fit(examples, o.Options)
	f := &TopicFit{Topic: name, Report: report, Refusal: report.Refusal()}
	if f.Refusal != "" {
		if o.Force == "" {
			return f, nil
		}
		f.Forced = o.Force
	}
	weights.Head = f.head(examples, o).Lines()
	f.File = t.WeightsFile
	return f, config.Replace(f.File, []byte(weights.String()))
}

// minOn is the smallest number of pieces on a topic, and off it, to fit it to.
const minOn = 10

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
	sum := sha256.Sum256([]byte(strings.Join(ids, "\n")))
	r := f.Report
	h := &fit.Head{
		Topic:   f.Topic,
		Fitted:  o.Now,
		Pieces:  r.Pieces,
		Papers:  r.Papers,
		On:      r.On,
		IDs:     hex.EncodeToString(sum[:8]),
		Events:  r.Events,
		Sources: r.Sources,
	}
	if f.Forced != "" {
		h.Forced = f.Forced + " (" + f.Refusal + ")"
	}
	return h
}

// examplesOf reads the labelled pieces of a topic, each once: of pieces with the same id, or without an id and with
// the same content, the first.
func examplesOf(cfg *config.Config, name string, in []Lines) ([]fit.Example, error) {
	var examples []fit.Example
	seen := map[string]bool{}
	home := homes(cfg)
	for _, lines := range in {
		err := eachLine(lines, func(p *pieceLine) error {
			id := p.identity()
			if p.Uncertain || !slices.Contains(p.ScoredTopics, name) || seen[id] {
				return nil
			}
			seen[id] = true
			e := fit.Example{
				ID:     id,
				On:     slices.Contains(p.Topics, name),
				Event:  p.Cluster,
				Source: strings.ToLower(cmp.Or(p.Outlet, siteOf(p.URL), "unknown")),
				Values: map[string]float64{},
			}
			cfg.Tagger.Measure(p.labelled(home), name, func(name string, value float64) { e.Values[name] = value })
			examples = append(examples, e)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return examples, nil
}

// identity returns the id of a piece, or else a hash of its content.
func (p *pieceLine) identity() string {
	if id := strings.Trim(string(p.ID), `"`); id != "" && id != "null" {
		return id
	}
	sum := sha256.Sum256([]byte(p.URL + "\n" + p.Title + "\n" + p.Summary + "\n" + p.Text))
	return hex.EncodeToString(sum[:8])
}
