package topic

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oped"
	"oped/text"
)

// fulfils reports whether a set of words from the index meets a query.
func (n IndexQuery) fulfils(words []string) bool {
	switch n.Op {
	case Never:
		return false
	case Word:
		return slices.Contains(words, n.Word)
	case Prefix:
		return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, n.Word) })
	case All:
		return !slices.ContainsFunc(n.Of, func(of IndexQuery) bool { return !of.fulfils(words) })
	case Any:
		return slices.ContainsFunc(n.Of, func(of IndexQuery) bool { return of.fulfils(words) })
	}
	return true
}

func wordsOf(d *Doc) []string {
	p := oped.Piece{Entries: []oped.Entry{{
		Title:      d.Title,
		Text:       d.Text,
		Summary:    d.Summary,
		Content:    d.Text,
		Authors:    []oped.Person{{Name: d.Author}},
		Categories: d.Categories,
		URL:        d.URL,
	}}}
	return strings.Fields(Words(&p, &text.WordSet{}))
}

// The vocabulary of random pieces and random rules.
var (
	someWords = []string{
		"Pakistan", "Pakistani", "US", "us", "U.S.", "Washington", "White", "House", "Islamabad", "nuclear", "weapons",
		"F-16", "O'Hara", "پاکستان", "امریکہ", "ties", "cricket", ".", "\n",
	}
	someTerms = []string{
		"Pakistan~", "US/caps", "U.S.", "Washington/weak", "White House", "Islamabad", "nucl*", "F-16", "O'Hara",
		"پاكستان", "امریکہ", "cricket/lower", "Pak-U.S.", "Pakistani/title/weak",
	}
)

func randomText(t *rapid.T, name string, limit int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(someWords), 0, limit).Draw(t, name), " ")
}

func randomDoc(t *rapid.T) *Doc {
	d := &Doc{Title: randomText(t, "title", 6), Text: randomText(t, "text", 20), Author: randomText(t, "author", 2)}
	if c := randomText(t, "category", 1); c != "" {
		d.Categories = []string{c}
	}
	if rapid.Bool().Draw(t, "implies a") {
		d.Implies = []string{"a"}
	}
	return d
}

func randomExpr(t *rapid.T, depth int) string {
	if depth == 0 {
		return rapid.SampledFrom([]string{
			"$a", "$b", "Pakistan", "US/caps", `"White House"`, "Washington/weak", "nucl*", "/re/tie/",
		}).Draw(t, "leaf")
	}
	x, y := randomExpr(t, depth-1), randomExpr(t, depth-1)
	form := rapid.SampledFrom([]string{"(%s AND %s)", "(%s OR %s)", "(%s AND NOT (%s))", "DYAD(%s, %s, 5)",
		"((%s) PRE/3 (%s))", "((%s) NOT NEAR/2 (%s))", "((%s) SENT (%s))", "((%s) PARA (%s))", "title:(%s OR %s)",
		"ATLEAST(2, %s OR %s)", "FIRST(5, %s OR %s)", "(NOT title:(%s) OR %s)"}).Draw(t, "form")
	return fmt.Sprintf(form, x, y)
}

func randomTopic(t *rapid.T, name string) oped.Topic {
	topic := oped.Topic{
		Name:      "t",
		Threshold: rapid.SampledFrom([]float64{1, 3}).Draw(t, name+" threshold"),
		Review:    rapid.SampledFrom([]float64{0, .5, 1}).Draw(t, name+" review"),
	}
	for range rapid.IntRange(1, 3).Draw(t, name+" rules") {
		topic.Score = append(topic.Score, oped.Rule{
			Expr:   randomExpr(t, rapid.IntRange(0, 2).Draw(t, "depth")),
			Weight: rapid.SampledFrom([]float64{1, 2, -1}).Draw(t, "weight"),
		})
	}
	if rapid.Bool().Draw(t, name+" requires") {
		topic.Require.Expr = randomExpr(t, 1)
	}
	if rapid.Bool().Draw(t, name+" excludes") {
		topic.Exclude.Expr = randomExpr(t, 1)
	}
	for _, l := range []string{"a", "b"} {
		topic.Lists = append(topic.Lists, oped.List{
			Name: l,
			Terms: terms(
				rapid.SliceOfNDistinct(rapid.SampledFrom(someTerms), 1, 4, rapid.ID).Draw(t, name+" list "+l)...),
		})
	}
	return topic
}

// mutate changes one thing of a topic, as a curator does.
func mutate(t *rapid.T, topic oped.Topic) oped.Topic {
	topic.Score, topic.Lists = slices.Clone(topic.Score), slices.Clone(topic.Lists)
	switch rapid.IntRange(0, 7).Draw(t, "mutation") {
	case 0:
		topic.Lists[0].Terms = append(slices.Clone(topic.Lists[0].Terms),
			terms(rapid.SampledFrom(someTerms).Draw(t, "more"))...)
	case 1:
		topic.Lists[1].Terms = topic.Lists[1].Terms[1:]
	case 2:
		topic.Threshold = rapid.SampledFrom([]float64{1, 2, 4}).Draw(t, "threshold")
	case 3:
		topic.Review = rapid.SampledFrom([]float64{0, .25, .5, 1}).Draw(t, "review")
	case 4:
		topic.Score[0].Weight = rapid.SampledFrom([]float64{1, 2, 3}).Draw(t, "weight")
	case 5:
		topic.Score = append(topic.Score, oped.Rule{Expr: randomExpr(t, 1), Weight: 2})
	case 6:
		topic.Exclude.Expr = rapid.SampledFrom([]string{"", "Washington", "title:$a"}).Draw(t, "exclude")
	case 7:
		topic.Require.Expr = rapid.SampledFrom([]string{"", "$b", "NOT $b"}).Draw(t, "require")
	}
	return topic
}

// TestIndexQuery_IsMetByEveryTaggedPiece checks that every piece taken by a rule meets its query, and that
// every piece judged differently by two rules meets their AffectedQuery.
func TestIndexQuery_IsMetByEveryTaggedPiece(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topic := randomTopic(t, "topic")
		other := mutate(t, topic)
		before, err := Compile(nil, []oped.Topic{topic})
		if err != nil {
			t.Skip(err)
		}
		after, err := Compile(nil, []oped.Topic{other})
		if err != nil {
			t.Skip(err)
		}
		for range 8 {
			d := randomDoc(t)
			words := wordsOf(d)
			was, is := before.Outcome(d, "t"), after.Outcome(d, "t")
			if need := after.IndexQuery("t", d.Implies); is != oped.None && !need.fulfils(words) {
				t.Fatalf("%s, and its need %+v is not fulfilled by %v", is, need, words)
			}
			if was == is {
				continue
			}
			need, tagged := AffectedQuery(before, after, "t", d.Implies)
			found := need.fulfils(words)
			if was != oped.None {
				found = found || !tagged || Differs(before, after, "t", d.Implies).fulfils(words)
			}
			if !found {
				t.Fatalf("%s, was %s, and the delta %+v (%v) does not find %v", is, was, need, tagged, words)
			}
		}
	})
}

// TestSource_RestoresTheRule checks that a rule restored from its source has the same version, and that another
// rule has another source.
func TestSource_RestoresTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topic := randomTopic(t, "topic")
		src := Source(nil, topic)
		back, err := WithSource(oped.Topic{Name: "t"}, src)
		if err != nil {
			t.Fatal(err)
		}
		if again := Source(nil, back); again != src {
			t.Fatalf("%s came back as %s", src, again)
		}
		if len(Compare(src, src)) != 0 {
			t.Fatal("a rule differs from itself")
		}
		if other := mutate(t, topic); Source(nil, other) != src && len(Compare(src, Source(nil, other))) == 0 {
			t.Fatalf("Compare finds no difference between %s and %s", src, Source(nil, other))
		}
	})
}
