package app

import (
	"cmp"
	"flag"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oped"
	"oped/config"
	"oped/fit"
	"oped/topic"
)

var updateShared = flag.Bool("update-shared", false, "write the shared weights of package fit")

// fittedTopic is a topic with its labelled pieces and weights.
type fittedTopic struct {
	oped.Topic
	examples []fit.Example
	weights  *topic.Weights
}

// fitAll returns the topics of the shipped configuration, fitted to the labelled pieces; without -update-shared with
// their shipped weights, and fewer pieces.
func fitAll(t *testing.T) (all []fittedTopic) {
	t.Helper()
	cfg, err := config.Load("../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	data := cmp.Or(os.Getenv("OPED_DATA"), "../../shared/data")
	files := []string{"dev"}
	if *updateShared {
		files = []string{"dev", "second", "fresh"}
	}
	for _, k := range cfg.Topics {
		var in []Lines
		for _, name := range files {
			f, err := os.Open(filepath.Join(data, "topics", name+".jsonl"))
			if err != nil {
				t.Skipf("SKIPPED: %v; set OPED_DATA to the folder with the test data", err)
			}
			defer f.Close()
			in = append(in, Lines{Name: name, Reader: f})
		}
		alone, err := measuring(cfg, k)
		if err != nil {
			t.Fatal(err)
		}
		examples, err := examplesOf(alone, k.Name, in, nil)
		if err != nil {
			t.Fatal(err)
		}
		weights, err := topic.ParseWeights(k.Weights)
		if err != nil {
			t.Fatal(err)
		}
		if *updateShared {
			weights, _ = fit.Fit(examples, fit.Options{})
		}
		all = append(all, fittedTopic{k, examples, weights})
	}
	return all
}

// forms are the topics by the form of the weights they share: the names of the files in fit/shared.
var forms = map[string][]string{
	"two-sides": {"pak-us", "india-pakistan", "china-pakistan"},
	"one-side":  {"afghanistan"},
	"subject":   {"pak-economy", "climate-water", "pak-politics"},
}

// shared returns the mean weights of the topics of a form, or of all if none of them is there.
func shared(all []fittedTopic, form string) *topic.Weights {
	var names []string
	var weights []*topic.Weights
	for _, k := range all {
		if slices.Contains(forms[form], k.Name) {
			names, weights = append(names, k.Name), append(weights, k.weights)
		}
	}
	if len(names) == 0 {
		for _, k := range all {
			weights = append(weights, k.weights)
		}
	}
	mean := meanOf(weights)
	mean.Head = []topic.Line{{Name: "the mean of", Value: strings.Join(names, ", ")}}
	return mean
}

// meanOf returns the mean of the weights of features, in 1/64.
func meanOf(all []*topic.Weights) *topic.Weights {
	round := func(x float64) float64 { return math.Round(x*64) / 64 }
	mean := &topic.Weights{Tag: topic.OutOfReach, Review: all[0].Review, Values: map[string]float64{}}
	n := float64(len(all))
	for _, w := range all {
		mean.Prior += w.Prior / n
		for name, x := range w.Values {
			if strings.HasPrefix(name, "f ") && !ofOneTopic(name) {
				mean.Values[name] += x / n
			}
		}
	}
	mean.Prior = round(mean.Prior)
	for name, x := range mean.Values {
		mean.Values[name] = round(x)
	}
	maps.DeleteFunc(mean.Values, func(_ string, x float64) bool { return x == 0 })
	return mean
}

// ofOneTopic reports whether a feature is about a subject or a country: what it says of one topic is not true of
// others. Genres are off all subjects.
func ofOneTopic(name string) bool {
	words := strings.Fields(name)
	return slices.ContainsFunc(strings.Fields("economy money water climate politics army pakistan us india china afghanistan "+
		"iran gulf israel russia europe asia far terrorism home business world"),
		func(subject string) bool { return slices.Contains(words, subject) })
}

// TestFewExamples fits each topic to few of its pieces, near the weights shared by the other topics, and scores it on
// the others at a probability of .5. With -update-shared it draws more often, for the table in bench/topics/README.md,
// and writes the weights shared by all topics to package fit, as is due with other features or other shipped topics.
func TestFewExamples(t *testing.T) {
	if testing.Short() && !*updateShared {
		t.Skip("SKIPPED: it takes a minute")
	}
	all, draws, sizes := fitAll(t), 2, []int{0, 20}
	if *updateShared {
		draws, sizes = 20, []int{0, 10, 20, 40, 80}
		for form := range forms {
			file := filepath.Join("..", "fit", "shared", form+".weights")
			if err := os.WriteFile(file, []byte(shared(all, form).String()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	mean := map[int]float64{}
	for i := range all {
		k := &all[i]
		near := shared(slices.Delete(slices.Clone(all), i, i+1), formOf(k.Name))
		for _, n := range sizes {
			f1, precision := scoreFew(k.examples, near, n, draws)
			mean[n] += f1 / float64(len(all))
			t.Logf("%-15s %2d examples: F1 %.3f, average precision %.3f", k.Name, n, f1, precision)
		}
	}
	t.Logf("mean F1 by the number of examples: %v", mean)
	for n, floor := range map[int]float64{0: .30, 20: .60} {
		if mean[n] < floor {
			t.Errorf("%d examples: F1 %.3f, want %.2f", n, mean[n], floor)
		}
	}
}

func formOf(name string) string {
	for form, names := range forms {
		if slices.Contains(names, name) {
			return form
		}
	}
	return ""
}

// scoreFew returns the mean F1 and average precision of some draws of n examples, half of them on the topic.
func scoreFew(examples []fit.Example, near *topic.Weights, n, draws int) (f1, precision float64) {
	for seed := range draws {
		few, rest := draw(examples, n, rand.New(rand.NewPCG(uint64(seed), 5)))
		weights, _ := fit.Fit(few, fit.Options{Near: near})
		odds := make([]float64, len(rest))
		var s fit.Score
		for i := range rest {
			odds[i] = weights.Prior
			for name, value := range rest[i].Values {
				odds[i] += weights.Values[name] * value
			}
			s.Add(odds[i] >= 0, rest[i].On)
		}
		f1 += s.F1() / float64(draws)
		precision += averagePrecision(rest, odds) / float64(draws)
	}
	return f1, precision
}

// draw draws n examples, half of them on the topic, or fewer if at most eight others are on it.
func draw(examples []fit.Example, n int, random *rand.Rand) (few, rest []fit.Example) {
	isOn := func(e fit.Example) bool { return e.On }
	on := min(n/2, max(0, count(examples, isOn)-8))
	off := n - on
	for _, i := range random.Perm(len(examples)) {
		left := &off
		if examples[i].On {
			left = &on
		}
		if *left == 0 {
			rest = append(rest, examples[i])
			continue
		}
		*left--
		few = append(few, examples[i])
	}
	return few, rest
}

func averagePrecision(examples []fit.Example, odds []float64) (sum float64) {
	order := make([]int, len(odds))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(odds[b], odds[a]) })
	on := 0.
	for n, i := range order {
		if examples[i].On {
			on++
			sum += on / float64(n+1)
		}
	}
	return sum / on
}
