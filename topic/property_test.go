package topic

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"oped"
)

// fieldOf returns a field of a piece by its name in spans.
func fieldOf(d *Doc, name string) string {
	switch name {
	case "title":
		return d.Title
	case "text":
		return d.Text
	case "summary":
		return d.Summary
	case "author":
		return d.Author
	case "url":
		return d.URL
	}
	all := ""
	for i, c := range d.Categories {
		if i > 0 {
			all += "\n"
		}
		all += c
	}
	return all
}

// TestExplanation_HoldsForRandomPieces checks, for any rule and piece, that the parts sum to the score, every
// span cuts the original, nothing beside the piece counts, and removing a span not marked redundant lowers the
// score.
func TestExplanation_HoldsForRandomPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tagger, err := Compile(nil, []oped.Topic{randomTopic(t, "topic")})
		if err != nil {
			t.Skip(err)
		}
		d := randomDoc(t)
		e, _ := tagger.Explain(d, "t")
		if err := tagger.MarkRedundant(t.Context(), d, &e); err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, p := range e.Parts {
			sum += p.Weight
			field := fieldOf(d, p.Field)
			if field[p.Start:p.End] != p.Text || p.Text == "" {
				t.Fatalf("the span %q is not the text at %d–%d of the %s, %q", p.Text, p.Start, p.End, p.Field, field)
			}
			if p.Zone == "bio" || p.Zone == "credit" || p.Zone == "furniture" {
				t.Fatalf("%q counts in the %s", p.Text, p.Zone)
			}
			if p.Weight <= 0 || p.Field == "category" {
				continue
			}
			without := *d
			cut := field[:p.Start] + " " + field[p.End:]
			*map[string]*string{
				"title":   &without.Title,
				"text":    &without.Text,
				"summary": &without.Summary,
				"author":  &without.Author,
				"url":     &without.URL,
			}[p.Field] = cut
			if less, _ := tagger.Explain(&without, "t"); p.Redundant != (less.Score >= e.Score) {
				t.Fatalf("without %q the score is %g of %g; redundant: %v", p.Text, less.Score, e.Score, p.Redundant)
			}
		}
		if sum+e.Rest != e.Score {
			t.Fatalf("the parts sum to %g, the score is %g", sum, e.Score)
		}
	})
}

// TestTag_DoesNotDependOnOtherTopics checks that a topic has the same verdict, to the part, whatever else is
// compiled with it.
func TestTag_DoesNotDependOnOtherTopics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topic, other := randomTopic(t, "topic"), randomTopic(t, "other")
		other.Name = "other"
		alone, err := Compile(nil, []oped.Topic{topic})
		if err != nil {
			t.Skip(err)
		}
		together, err := Compile(other.Lists, []oped.Topic{other, topic})
		if err != nil {
			t.Skip(err)
		}
		d := randomDoc(t)
		a, _ := alone.Explain(d, "t")
		b, _ := together.Explain(d, "t")
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("alone\n%+v\ntogether\n%+v", a, b)
		}
	})
}
