package app

import (
	"testing"

	"oped"
	"oped/publish/page"
	"oped/topic"
)

// TestPageQuality: readers get the figures of the head of the weights in percent, and none that the head has not.
func TestPageQuality(t *testing.T) {
	const weights = "features 2\nprior 0\nreview -2\n"
	counted := page.Quality{
		Right:  page.Percent{Value: 96, Low: 91, High: 98},
		Found:  page.Percent{Value: 65, Low: 58, High: 70},
		Pieces: 1671,
		Papers: 115,
	}
	forced := counted
	forced.Forced = true
	for head, want := range map[string]page.Quality{
		"": {},
		"tag 1\n# by source: precision 0.955, recall 0.645, F1 0.770\n":  {},
		"tag 1000\n# fitted: by hand to 9 pieces of 2 papers, 4 of them": {ReviewOnly: true},
		"tag 1\n# fitted: today to 1671 pieces of 115 papers, 231 of them on the topic\n" +
			"# by source: precision 0.955, recall 0.645, F1 0.770; tp 149, fp 7, fn 82, tn 1433\n": counted,
		"tag 1\n# fitted: today to 1671 pieces of 115 papers, 231 of them on the topic\n# forced: why\n" +
			"# by source: precision 0.955, recall 0.645, F1 0.770; tp 149, fp 7, fn 82, tn 1433\n": forced,
	} {
		x := oped.Topic{Name: "ab", Sides: []string{"a"}}
		if head != "" {
			x.Weights = weights + head
		}
		tagger, err := topic.Compile([]oped.List{{Name: "a", Terms: []oped.Term{{Source: "Aland"}}}}, []oped.Topic{x})
		if err != nil {
			t.Fatal(err)
		}
		if got := pageQuality(&x, tagger); got != want {
			t.Errorf("%q: %+v, want %+v", head, got, want)
		}
	}
}
