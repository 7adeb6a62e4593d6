package publish

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"oped"
	"oped/topic"
)

// fitted returns a tagger with one fitted topic.
func fitted(t testing.TB) *topic.Tagger {
	t.Helper()
	var lists []oped.List
	for _, l := range [][2]string{
		{"pakistan", "Pakistan"}, {"us", "America"}, {"us_people", "Trump"}, {"economy", "debt"},
	} {
		lists = append(lists, oped.List{Name: l[0], Terms: []oped.Term{{Source: l[1]}}})
	}
	tagger, err := topic.Compile(lists, []oped.Topic{{
		Name:  "pak-us",
		Title: "Pakistan and America",
		Sides: []string{"pakistan", "us"},
		Weights: "features 1\nprior -2\ntag 1.5\nreview -2\nf head a and b 3\nf text short -.5\n" +
			"f sentences a and b 1.5\nf text a 1\nh debt .25\n",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return tagger
}

// TestPiecePage_Fitted: a fitted topic has its sentence first, and the arithmetic folded below. Parts without a place
// in the piece have no span.
func TestPiecePage_Fitted(t *testing.T) {
	judge := fitted(t)
	p := oped.Piece{ID: 7, Entries: []oped.Entry{{
		Title: "Pakistan’s debt to America",
		Text:  "Pakistan owes America. Nobody counts. Pakistan pays, Pakistan pays.",
		Lang:  "en",
	}}}
	p.Tags = judge.Tag(docOf(&p))
	for name, explain := range map[string]func(*oped.Piece) []topic.Explanation{
		"explained": func(p *oped.Piece) []topic.Explanation {
			return judge.ExplainSome(docOf(p), func(string) bool { return true })
		},
		"stored": nil,
	} {
		o := options()
		o.Explain = explain
		var page bytes.Buffer
		if err := newRenderer(o).piece(&page, feedStates{"": {}}, nil, &p, pieceFacts{}); err != nil {
			t.Fatal(err)
		}
		topics := readPage(t, page.Bytes())
		if len(topics) != 1 {
			t.Fatalf("%s: %d topics", name, len(topics))
		}
		sum := 0.
		for _, part := range topics[0].parts {
			sum += part.addend
			if (part.field == "") != (len(part.marks) == 0) || slices.Contains(part.marks, "") {
				t.Errorf("%s: %+v", name, part)
			}
		}
		if sum != p.Tags[0].Score || topics[0].total != decimal(sum) {
			t.Errorf("%s: the parts sum up to %v, and the page says %s, want %v", name, sum, topics[0].total,
				p.Tags[0].Score)
		}
		for _, want := range []string{
			"Because the headline names Pakistan and America, and 1 of 3 sentences is about Pakistan and America",
			"<summary>The arithmetic</summary>", "the headline names Pakistan and America</span>",
			"“debt” in the headline", "before anything is known of a piece", "in advance",
		} {
			if got := strings.Contains(page.String(), want); got != (name == "explained") && want != "in advance" {
				t.Errorf("%s: %q is on the page: %v\n%s", name, want, got, page.String())
			}
		}
	}
}

// TestAboutPage_Fitted: the thresholds are those of the weights, and of the lists only those of the sides are shown.
func TestAboutPage_Fitted(t *testing.T) {
	got := topicsOf(fitted(t), []string{"pak-us"}, nil)[0]
	var lists []string
	for _, l := range got.Lists {
		lists = append(lists, l.Name)
	}
	if got.Threshold != "1.5" || got.Review != "-2" || strings.Join(lists, " ") != "$pakistan $us $us_people" {
		t.Errorf("%+v", got)
	}
}
