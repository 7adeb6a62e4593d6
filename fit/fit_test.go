package fit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oped"
	"oped/topic"
)

// invented returns n pieces of some papers, a third of them on the topic. A feature and a word say so, mostly.
func invented(n, papers int, seed uint64) (all []Example) {
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range n {
		on := random.Float64() < 1./3
		e := Example{
			ID:     fmt.Sprint("p", i),
			On:     on,
			Event:  fmt.Sprint("event", random.IntN(n/2)),
			Source: fmt.Sprint("paper", random.IntN(papers)),
			Values: map[string]float64{},
		}
		put := func(name string, right float64) {
			if (random.Float64() < right) == on {
				e.Values[name] = 1
			}
		}
		put("f head a and b", .93)
		put("f sentences a and b", .9)
		put("f text any a", .85)
		put("h talks", .8)
		put("l envoy", .75)
		put("l weather", .5)
		all = append(all, e)
	}
	return all
}

// TestFit_AnyOrder: the same examples give the same weights and figures.
func TestFit_AnyOrder(t *testing.T) {
	examples := invented(300, 12, 1)
	weights, report := Fit(examples, Options{})
	random := rand.New(rand.NewPCG(7, 7))
	for range 3 {
		shuffled := slices.Clone(examples)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again, figures := Fit(shuffled, Options{})
		if again.String() != weights.String() || !reflect.DeepEqual(figures, report) {
			t.Fatalf("%v\n%v", again, weights)
		}
	}
	if report.Pieces != 300 || report.Papers != 12 || report.Refusal() != "" {
		t.Errorf("%+v, %s", report, report.Refusal())
	}
	for name, positive := range map[string]bool{"f head a and b": true, "h talks": true, "l envoy": true} {
		if (weights.Values[name] > 0) != positive {
			t.Errorf("%s weighs %v", name, weights.Values[name])
		}
	}
	if f := report.Sources.F1(); f < .8 || report.InSample.F1() < f {
		t.Errorf("%v by source, %v in sample", f, report.InSample.F1())
	}
}

// TestFit_Calibration: with papers left out, probabilities hold, and the mean of the tagged ones is the target.
func TestFit_Calibration(t *testing.T) {
	_, report := Fit(invented(2000, 20, 2), Options{})
	pieces := 0
	for _, b := range report.Calibration {
		pieces += b.Pieces
		if b.Pieces >= 50 && math.Abs(b.Mean-float64(b.On)/float64(b.Pieces)) > .1 {
			t.Errorf("%+v", b)
		}
	}
	if pieces != 2000 {
		t.Errorf("%d pieces in the table", pieces)
	}
	if p := report.Sources.Precision(); p < target-.03 {
		t.Errorf("precision %v, want about %v", p, target)
	}
}

// TestFit_Share: where the topic is rarer, the threshold is higher, the prior lower, and the other weights are the
// same. The mean probability of the tagged stays the target.
func TestFit_Share(t *testing.T) {
	examples := invented(1000, 15, 3)
	same, report := Fit(examples, Options{})
	rare, _ := Fit(examples, Options{Share: .05})
	if !(rare.Prior < same.Prior) || !reflect.DeepEqual(rare.Values, same.Values) {
		t.Errorf("prior %v and %v", same.Prior, rare.Prior)
	}
	if a, b := same.Tag-same.Prior, rare.Tag-rare.Prior; !(b > a) {
		t.Errorf("the tag needs %v and, where it is rare, %v", a, b)
	}
	itself, _ := Fit(examples, Options{Share: float64(report.On) / float64(report.Pieces)})
	if itself.String() != same.String() {
		t.Error("the share of the examples is not the default")
	}
}

// TestFit_Words: a word of one source or of two pieces has no weight, so that no text can be read from weights.
func TestFit_Words(t *testing.T) {
	examples := invented(300, 12, 4)
	n := 0
	for i := range examples {
		e := &examples[i]
		if e.Source == "paper3" {
			e.Values["h our editor"] = 1
		}
		if n < 2 && e.Source != "paper3" && e.On {
			e.Values["l seldom"] = 1
			n++
		}
		if e.On && e.Source == "paper5" {
			e.Values["f home a"] = 1 // a feature may have one source
		}
	}
	weights, _ := Fit(examples, Options{})
	for name := range weights.Values {
		if strings.Contains(name, "editor") || strings.Contains(name, "seldom") {
			t.Errorf("%s has a weight", name)
		}
	}
	if weights.Values["f home a"] == 0 {
		t.Error("the feature has none")
	}
}

// TestRefusal: weights that know the papers, not the topic, are refused.
func TestRefusal(t *testing.T) {
	oneGivesAll := invented(300, 12, 5)
	for i := range oneGivesAll {
		e := &oneGivesAll[i]
		e.Values = map[string]float64{"f text long": 1}
		if e.On {
			e.Source = "the one"
			e.Values["f home a"] = 1
		}
	}
	noise := invented(300, 12, 6)
	for i := range noise {
		noise[i].On = i%3 == 0
	}
	onePaper := invented(300, 1, 7)
	for name, examples := range map[string][]Example{
		"one source gives all": oneGivesAll, "noise": noise, "one paper": onePaper,
	} {
		weights, report := Fit(examples, Options{})
		if report.Refusal() == "" {
			t.Errorf("%s: %+v", name, report)
		}
		for _, x := range []float64{
			weights.Prior, weights.Tag, weights.Review, report.Sources.F1(), report.Events.F1(),
		} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Errorf("%s: %v", name, weights)
			}
		}
	}
}

// TestOutOfFold_KnowsNothingOfTheFold compares models that begin with the weights of all examples with models that
// begin with none.
func TestOutOfFold_KnowsNothingOfTheFold(t *testing.T) {
	examples := invented(400, 10, 8)
	source := func(e *Example) string { return e.Source }
	whole := train(examples, Options{}, nil)
	warm := outOfFold(examples, examples, Options{}, whole, 10, source)
	cold := outOfFold(examples, examples, Options{}, nil, 10, source)
	for i := range warm {
		if d := math.Abs(warm[i] - cold[i]); d > .002 {
			t.Errorf("%s: log-odds %v, and %v from nothing", examples[i].ID, warm[i], cold[i])
		}
	}
}

// TestThreshold: it never parts pieces of the same log-odds.
func TestThreshold(t *testing.T) {
	odds := []float64{4, 4, 2, 2, 2, -1}
	examples := make([]Example, len(odds))
	if got := threshold(odds, examples, 1, 1); got != 3.75 {
		t.Errorf("%v", got)
	}
	if got := threshold([]float64{9, 9, 9, 2}, examples, 1, 1); got != 1.75 {
		t.Errorf("%v", got)
	}
	if got := threshold([]float64{5, 3.9, 1}, examples, 1, 1); got != 3.65625 {
		t.Errorf("%v", got)
	}
	if got := threshold([]float64{1, 0, -1}, examples, 1, 1); got != topic.OutOfReach {
		t.Errorf("%v", got)
	}
}

// TestDeal: each group is in one fold, and no fold is much larger than another.
func TestDeal(t *testing.T) {
	examples := invented(200, 9, 9)
	folds := deal(examples, 4, func(e *Example) string { return e.Source })
	sizes := make([]int, 4)
	for i := range examples {
		sizes[folds[examples[i].Source]]++
	}
	if len(folds) != 9 || slices.Min(sizes) < 25 {
		t.Errorf("%v %v", folds, sizes)
	}
}

// TestFit_Unsourced: examples without a source train the weights, and are not measured.
func TestFit_Unsourced(t *testing.T) {
	examples := invented(300, 9, 9)
	more := invented(100, 9, 3)
	for i := range more {
		more[i].ID, more[i].Source = "unsourced "+more[i].ID, ""
	}
	alone, _ := Fit(examples, Options{})
	both, report := Fit(slices.Concat(examples, more), Options{})
	if report.Pieces != 400 || report.Papers != 9 || report.Sources.Pieces() != 300 {
		t.Errorf("%+v", report)
	}
	if alone.String() == both.String() {
		t.Error("they change nothing")
	}
}

func TestScore(t *testing.T) {
	s := Score{TP: 90, FP: 10, FN: 30}
	if s.Precision() != .9 || s.Recall() != .75 || math.Abs(s.F1()-.818) > .001 ||
		math.Abs(s.LowPrecision()-.826) > .001 {
		t.Errorf("%v %v %v %v", s.Precision(), s.Recall(), s.F1(), s.LowPrecision())
	}
	if none := (Score{}); none.Precision() != 0 || none.F1() != 0 || none.LowPrecision() != 0 {
		t.Error("none")
	}
}

// TestShared: each form of a topic has shared weights for the features of this release. They tag nothing.
func TestShared(t *testing.T) {
	a, b := []string{"a"}, []string{"a", "b"}
	for _, c := range []struct {
		topic oped.Topic
		mean  string
	}{
		{oped.Topic{Sides: b}, "china-pakistan, india-pakistan, pak-us"},
		{oped.Topic{Sides: a}, "afghanistan"},
		{oped.Topic{Sides: a, Subject: b}, "climate-water, pak-economy, pak-politics"},
		{oped.Topic{Subject: a}, "climate-water, pak-economy, pak-politics"},
	} {
		w, err := Shared(&c.topic)
		if err != nil {
			t.Error(err)
			continue
		}
		if w.Head[0].Value != c.mean || w.Tag != topic.OutOfReach || len(w.Values) < 100 {
			t.Errorf("%+v: %d weights, tag %v, the mean of %s", c.topic, len(w.Values), w.Tag, w.Head[0].Value)
		}
		for name := range w.Values {
			if !isFeature(name) {
				t.Errorf("%+v: %s has a weight", c.topic, name)
			}
		}
	}
}

// TestFit_Near: without examples the weights are the shared ones. Few move them, in any order, and tag nothing.
func TestFit_Near(t *testing.T) {
	near := &topic.Weights{Prior: -3, Values: map[string]float64{"f head a and b": 2, "f head bridge": 1}}
	same, none := Fit(nil, Options{Near: near})
	if same.Prior != near.Prior || !reflect.DeepEqual(same.Values, near.Values) || same.Tag != topic.OutOfReach ||
		!none.ReviewOnly || none.Refusal() != "" {
		t.Errorf("%v\n%+v", same, none)
	}
	examples := invented(30, 5, 10)
	few, report := Fit(examples, Options{Near: near})
	if few.Tag != topic.OutOfReach || few.Values["f head bridge"] != 1 || few.Values["f head a and b"] <= 2 ||
		few.Values["f text any a"] <= 0 || report.Sources.F1() < .7 {
		t.Errorf("%v\n%+v", few, report)
	}
	slices.Reverse(examples)
	if again, _ := Fit(examples, Options{Near: near}); again.String() != few.String() {
		t.Errorf("%v\n%v", again, few)
	}
	for i := range examples {
		examples[i].On = true
	}
	all, _ := Fit(examples, Options{Near: near})
	if math.IsNaN(all.Prior) || all.Prior < few.Prior {
		t.Errorf("%v, and %v of pieces on the topic", few.Prior, all.Prior)
	}
	if rare, _ := Fit(invented(30, 5, 10), Options{Near: near, Share: .01}); rare.Prior >= few.Prior {
		t.Errorf("%v, and %v where the topic is rare", few.Prior, rare.Prior)
	}
}

// TestFit_Rule: half of the log-odds of the written rule is a part. A piece judged without its source is judged by the
// rule's log-odds without it, too.
func TestFit_Rule(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 1))
	examples := invented(400, 8, 11)
	for i := range examples {
		e := &examples[i]
		if right := random.Float64() < .9 || e.Source == "paper3"; right == e.On {
			e.Values[ruleName] = 1 + random.Float64()
		}
	}
	with, report := Fit(examples, Options{Rule: true})
	without, plain := Fit(examples, Options{})
	if x, usual := with.Values[ruleName], ruleSlope/2; x < .5*usual || x > 2*usual || without.Values[ruleName] != 0 {
		t.Errorf("the rule weighs %v, and %v without it", x, without.Values[ruleName])
	}
	if report.Sources.F1() <= plain.Sources.F1() {
		t.Errorf("F1 %v with the rule, %v without it", report.Sources.F1(), plain.Sources.F1())
	}
	o := Options{Rule: true}
	source := func(e *Example) string { return e.Source }
	odds := outOfFold(examples, examples, o, train(examples, o, nil), 8, source)
	rest := slices.DeleteFunc(slices.Clone(examples), func(e Example) bool { return e.Source == "paper3" })
	alone := train(rest, o, nil)
	if d := alone.rule - train(examples, o, nil).rule; math.Abs(d) < .01 {
		t.Error("the source has no effect on the rule: the test tests nothing")
	}
	for i := range examples {
		if e := &examples[i]; e.Source == "paper3" && math.Abs(odds[i]-alone.odds(e)) > .002 {
			t.Errorf("%s: log-odds %v, want %v", e.ID, odds[i], alone.odds(e))
		}
	}
	if few, _ := Fit(nil, Options{Rule: true, Near: &topic.Weights{}}); few.Values[ruleName] != round(ruleSlope/2) {
		t.Errorf("without examples the rule weighs %v", few.Values[ruleName])
	}
	for i := range examples {
		examples[i].Values = map[string]float64{}
		if !examples[i].On {
			examples[i].Values[ruleName] = 1
		}
	}
	if wrong, _ := Fit(examples, o); wrong.Values[ruleName] != 0 {
		t.Errorf("a rule that is always wrong weighs %v", wrong.Values[ruleName])
	}
}
