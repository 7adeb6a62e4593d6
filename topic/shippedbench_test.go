package topic_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"oped"
	"oped/config"
	"oped/topic"
)

// TestShipped_TagsAreVerdicts checks on real pieces that the shipped topics decide as if they measured everything.
func TestShipped_TagsAreVerdicts(t *testing.T) {
	docs := topic.RealDocs(t, func(string, string, int) bool { return true })
	c, err := config.Load("../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tagger, err := topic.Compile(c.Lists, c.Topics)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range docs {
		if i%2 == 0 {
			d.Implies = []string{"pakistan"}
		}
		want := slices.DeleteFunc(tagger.Verdicts(d), func(v oped.Tag) bool { return v.Outcome == oped.None })
		if got := tagger.Tag(d); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n%v, want\n%v", d.Title, got, want)
		}
	}
}

// BenchmarkShipped measures the shipped topics among 1,000 of 50 terms, and 100 variants of them alone. It makes no
// tags, as BenchmarkFitted.
func BenchmarkShipped(b *testing.B) {
	c, err := config.Load("../config.yaml")
	if err != nil {
		b.Fatal(err)
	}
	docs := topic.RealDocs(b, topic.Opinions)
	shipped := len(c.Topics)
	others := []string{"iran", "russia", "uk", "saudi", "turkey", "israel", "bangladesh", "japan", "canada"}
	for i := range 100 {
		x := c.Topics[i%shipped]
		if i >= shipped {
			x.Name += fmt.Sprint(i)
			x.Sides = slices.Clone(x.Sides)
			x.Sides[len(x.Sides)-1] = others[i/shipped%len(others)]
		}
		w, err := topic.ParseWeights(x.Weights)
		if err != nil {
			b.Fatal(err)
		}
		w.Head = nil // it names the topic
		x.Weights = w.String()
		c.Topics = append(c.Topics, x)
	}
	c.Topics = c.Topics[shipped:]
	for _, n := range []struct{ fitted, written int }{{shipped, 1000 - shipped}, {100, 0}} {
		lists, written := topic.BenchTopics(n.written)
		tagger, err := topic.Compile(append(lists, c.Lists...), append(written, c.Topics[:n.fitted]...))
		if err != nil {
			b.Fatal(err)
		}
		name := fmt.Sprintf("fitted=%d/written=%d", n.fitted, n.written)
		b.Run(name+"/real/text", func(b *testing.B) { topic.BenchDecide(b, tagger, docs) })
		b.Run(name+"/real/words", func(b *testing.B) { topic.BenchDecide(b, tagger, topic.Scanned(docs)) })
	}
}
