package topic

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"oped"

	"pgregory.net/rapid"

	"oped/text"
)

// TestSort_EqualsComparisonSort checks the order of spans against sorting by comparison, and the stability of sorting
// many.
func TestSort_EqualsComparisonSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s scratch
		limit := rapid.SampledFrom([]int32{3, 100, 1 << 13, 1 << 24}).Draw(t, "most")
		n := rapid.SampledFrom([]int{0, 1, manySpans - 1, manySpans, 1500}).Draw(t, "n")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		spans := make([]span, n)
		for i := range spans {
			from := random.Int32N(limit)
			spans[i] = span{
				from, from + 1 + random.Int32N(limit), uint64(random.IntN(3)) << 62, text.Zone(random.IntN(text.Zones)),
				random.IntN(2) == 0,
			}
		}
		byWorthAndKey := func(a, b span) int { return cmp.Or(byWorth(a, b), cmp.Compare(a.key, b.key)) }
		for name, order := range map[string]struct {
			sort    func([]span)
			compare func(a, b span) int
		}{
			"beginning": {s.inOrder, byBeginning},
			"end":       {s.inEndOrder, byEnd},
			"worth":     {s.inWorthOrder, byWorthAndKey},
		} {
			got, want := slices.Clone(spans), slices.Clone(spans)
			order.sort(got)
			slices.SortStableFunc(want, order.compare)
			same := func(a, b span) bool {
				return a == b || (n < manySpans || name == "worth") && order.compare(a, b) == 0
			}
			if !slices.EqualFunc(got, want, same) {
				t.Fatalf("by %s:\n%+v\n%+v", name, got, want)
			}
		}
	})
}

// TestSort_IsLinear checks that twice as many spans take twice as many looks, in any order.
func TestSort_IsLinear(t *testing.T) {
	looks := func(n int) int {
		var s scratch
		random := rand.New(rand.NewPCG(1, 2))
		spans := make([]span, n)
		for i := range spans {
			spans[i].from = random.Int32()
		}
		looks := 0
		s.sort(spans, func(a, b span) int { looks++; return byBeginning(a, b) },
			func(x *span) uint32 { looks++; return uint32(x.from) })
		return looks
	}
	if one, two, four := looks(5_000), looks(10_000), looks(20_000); 100*two > 201*one || 100*four > 201*two {
		t.Errorf("%d, %d, %d looks", one, two, four)
	}
}

// TestBehind_IsTheSameFromAnyStart checks that the result is the same wherever the search begins.
func TestBehind_IsTheSameFromAnyStart(t *testing.T) {
	var s scratch
	for i := range int32(40) {
		s.spans = append(s.spans, span{from: i / 3 * 2})
	}
	for place := range int32(30) {
		want := slices.IndexFunc(s.spans, func(x span) bool { return x.from >= place })
		if want < 0 {
			want = len(s.spans)
		}
		for near := range 41 {
			if got := s.behind(place, 0, near, 40); got != want {
				t.Errorf("behind %d, from %d on: %d, want %d", place, near, got, want)
			}
		}
	}
}

// TestTag_OrderOfTermsDecidesNothing: two terms that match one word, as India~ and Indian~, give the same verdict in any
// order: the store sorts the terms of a rule.
func TestTag_OrderOfTermsDecidesNothing(t *testing.T) {
	var taggers []*Tagger
	for _, india := range [][]string{{"India~", "Indian~", "Delhi"}, {"Delhi", "Indian~", "India~"}} {
		tagger, err := Compile([]oped.List{
			{Name: "india", Terms: terms(india...)},
			{Name: "pakistan", Terms: terms("Pakistani~", "Pakistan~", "Islamabad")},
		}, []oped.Topic{{
			Name: "both",
			Score: []oped.Rule{
				{Expr: "DYAD($india, $pakistan, 9)", Weight: .75},
				{Expr: "ATLEAST(3, DYAD($india, $pakistan, 5))", Weight: 1},
			},
			Threshold: 5,
		}})
		if err != nil {
			t.Fatal(err)
		}
		taggers = append(taggers, tagger)
	}
	words := []string{"India", "Indian", "Delhi", "Pakistan", "Pakistani", "Islamabad", "and", "rain", "falls.", "Then"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var text strings.Builder
		for range 80 {
			text.WriteString(words[random.IntN(len(words))] + " ")
		}
		a, _ := taggers[0].Explain(&Doc{Text: text.String()}, "both")
		b, _ := taggers[1].Explain(&Doc{Text: text.String()}, "both")
		if a.Score != b.Score || len(a.Parts) != len(b.Parts) {
			t.Fatalf("scores %v and %v: %s", a.Score, b.Score, text.String())
		}
	}
}
