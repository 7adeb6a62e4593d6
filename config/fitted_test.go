package config

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oped"
)

const fittedLists = "terms: {pakistan: [Pakistan], us: [America], economy: [debt], both: [Pak-US], mine: [Mine]}\n"

func TestFittedTopics(t *testing.T) {
	const weights = "# by hand\nfeatures 2\nprior -1\ntag 0\nreview -2\nf head a and b 3\n"
	inFolder(t, map[string]string{
		"etc/config.yaml": "include: [topics/*.yaml]\n" + fittedLists,
		"etc/topics/t.yaml": `topics:
  a: {sides: [$pakistan, $us], bridge: $both, exclude: cricket}
  b: {side: pakistan, subject: [$economy], bridge: [$both, $mine], weights: ../b.weights}
  c: {subject: $economy}
  d: {sides: $us, score: {x: 1}, require: y, threshold: 2, review: 1}
`,
		"etc/topics/a.weights": weights,
		"etc/b.weights":        weights,
	})
	c, err := Load("etc/config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []oped.Topic{
		{Name: "a", Sides: []string{"pakistan", "us"}, Bridge: []string{"both"}, Weights: weights,
			WeightsFile: "etc/topics/a.weights"},
		{Name: "b", Sides: []string{"pakistan"}, Subject: []string{"economy"}, Bridge: []string{"both", "mine"},
			Weights: weights, WeightsFile: "etc/b.weights"},
		{Name: "c", Subject: []string{"economy"}, WeightsFile: "etc/topics/c.weights"},
		{Name: "d", Sides: []string{"us"}, WeightsFile: "etc/topics/d.weights"},
	} {
		got := c.Topics[i]
		got = oped.Topic{
			Name:        got.Name,
			Sides:       got.Sides,
			Subject:     got.Subject,
			Bridge:      got.Bridge,
			Weights:     got.Weights,
			WeightsFile: got.WeightsFile,
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\nwant %+v", got, want)
		}
	}
	for _, path := range []string{"etc/topics/a.weights", "etc/b.weights"} {
		if !slices.Contains(c.Files, path) {
			t.Errorf("%s is not among the files %v", path, c.Files)
		}
	}
	if slices.Contains(c.Files, "etc/topics/c.weights") {
		t.Error("a missing file is among the files")
	}
}

func TestFittedMistakes(t *testing.T) {
	const good = "features 2\nprior -1\ntag 0\nreview -2\n"
	for name, c := range map[string]struct{ topic, weights, message, hint string }{
		"an unknown list": {
			"sides: [$pakistn, $us]", "", "config.yaml:3:3: there is no list $pakistn", "did you mean pakistan?",
		},
		"an unknown bridge": {"sides: [$us], bridge: $x", "", "there is no list $x", "define it under `terms:`"},
		"three sides": {
			"sides: [$pakistan, $us, $economy]", "", "config.yaml:3:3: topic a has 3 sides", "write two at most",
		},
		"two sides and a subject": {
			"side: [$pakistan, $us], subject: $economy", "", "config.yaml:3:3: topic a has 2 sides", "one beside a subject",
		},
		"sides and a subject": {
			"sides: $pakistan, subject: $economy", "", "config.yaml:3:14: topic a has sides: and subject:",
			"write side: for the side of a subject",
		},
		"sides and a side": {
			"sides: [$pakistan], side: $us", "", "config.yaml:3:15: topic a has sides: and side:",
			"write sides: for both",
		},
		"sides, a side and a subject": {
			"sides: [$pakistan, $us], side: $us, subject: $economy", "", "topic a has sides: and subject:", "write side:",
		},
		"a named file": {
			"sides: [$us], weights: b.weights", "", "config.yaml:3:30: weights: ", "it is a.weights",
		},
		"a broken file": {
			"sides: [$us]", good + "h x y\n", `a.weights: line 5: "y" is not a multiple of 1/64`,
			"oped topic fit a --on FILE",
		},
		"another release": {"sides: [$us]", "features 0\n", "a.weights: line 1: the weights are for features 0", ""},
		"a threshold without a score": {
			"sides: [$us], threshold: 1", "", "topic a has require, threshold or review without a score",
			"remove these keys",
		},
		"a score without a threshold": {"sides: [$us], score: {x: 1}", "", "topic a: no threshold above 0", ""},
		"a bridge without sides": {
			"score: {x: 1}, threshold: 1, bridge: $us", "", "bridge and weights need sides", "",
		},
		"weights without sides": {"score: {x: 1}, threshold: 1, weights: x", "", "bridge and weights need sides", ""},
		"a mapping":             {"sides: {a: b}, threshold: 1, score: {x: 1}", "", "config.yaml:3:14: ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			inFolder(t, map[string]string{"config.yaml": fittedLists + "topics:\n  a: {" + c.topic + "}\n"})
			if c.weights != "" {
				if err := os.WriteFile("a.weights", []byte(c.weights), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Load("config.yaml")
			ms, ok := err.(oped.Diagnostics)
			if !ok || len(ms) != 1 || !strings.Contains(err.Error(), c.message) ||
				!strings.Contains(ms[0].Hint, c.hint) {
				t.Errorf("%v, want %s, and the hint %s", err, c.message, c.hint)
			}
		})
	}
}
