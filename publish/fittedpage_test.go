package publish

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"oped"
	"oped/publish/page"
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
		Weights: "features 2\nprior -2\ntag 1.5\nreview -2\nf head a and b 3\nf text short -.5\n" +
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
		var b bytes.Buffer
		if err := newRenderer(o).details(&b, feedStates{"": {}}, nil, &p, pieceFacts{}); err != nil {
			t.Fatal(err)
		}
		topics := readPage(t, b.Bytes())
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
			"Because the headline names Pakistan and the US, and 1 of 3 sentences is about both.</span></p>\n<details>",
			"<summary>The arithmetic</summary>", "the headline names Pakistan and the US</span>",
			"Each line is a weight × a value, rounded",
			"“debt” in the headline", "before anything is known of a piece", "in advance",
		} {
			if got := strings.Contains(b.String(), want); got != (name == "explained") && want != "in advance" {
				t.Errorf("%s: %q is on the page: %v\n%s", name, want, got, b.String())
			}
		}
	}
}

// TestPiecePage_FittedFirstLine: a reader finds no numbers of the arithmetic before it.
func TestPiecePage_FittedFirstLine(t *testing.T) {
	judge := fitted(t)
	for title, want := range map[string]string{
		"Pakistan and America": "for review The headline names Pakistan and the US, though no sentence is about both.",
		"The debt of America": "not on the topic The headline names the US, though it does not name Pakistan, and no " +
			"sentence is about both.",
	} {
		p := oped.Piece{ID: 7, Entries: []oped.Entry{{Title: title, Text: "It rained.", Lang: "en"}}}
		p.Tags = judge.Verdicts(docOf(&p))
		o := options()
		o.Explain = func(p *oped.Piece) []topic.Explanation {
			return judge.ExplainSome(docOf(p), func(string) bool { return true })
		}
		var b bytes.Buffer
		if err := newRenderer(o).details(&b, feedStates{"": {}}, nil, &p, pieceFacts{}); err != nil {
			t.Fatal(err)
		}
		before, _, _ := strings.Cut(readPage(t, b.Bytes())[0].combined, "The arithmetic")
		if got := strings.Join(strings.Fields(before), " "); !strings.HasSuffix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestAboutPage_Quality: the page gives the figures of fitted topics in a sentence, and says what is missing.
func TestAboutPage_Quality(t *testing.T) {
	judge := fitted(t)
	for _, c := range []struct {
		quality page.Quality
		lang    string
		want    string
	}{
		{page.Quality{
			Right:  page.Percent{Value: 95, Low: 91, High: 97},
			Found:  page.Percent{Value: 83, Low: 78, High: 87},
			Pieces: 1671,
			Papers: 115,
			At:     at(30, 8),
		}, "en", "Of 100 pieces that this topic takes, 95 (91 to 97) are about it; it finds 83 (78 to 87) of 100. " +
			"Measured on 30 March 2026 with 1671 pieces of 115 papers, each judged by " +
			"weights that had not seen its paper.</dd>"},
		{page.Quality{Pieces: 9, Right: page.Percent{Value: 95, Low: 91, High: 97}, Forced: true}, "ur", "95 (91 تا 97)"},
		{page.Quality{Pieces: 9, Forced: true}, "en", "<strong>These figures miss the usual standard."},
		{page.Quality{}, "en", "<dd>Not measured yet.</dd>"},
		{page.Quality{ReviewOnly: true}, "en", "It takes none by itself: curators decide.</dd>"},
	} {
		o := options()
		o.Judge = func() *topic.Tagger { return judge }
		o.Quality = func(*oped.Topic, *topic.Tagger) page.Quality { return c.quality }
		e := oped.EditionState{Edition: oped.Edition{
			Name:   "pak-us",
			Lang:   c.lang,
			Filter: oped.Filter{Topics: []string{"pak-us"}},
		}}
		var b bytes.Buffer
		if err := newRenderer(o).about(&b, nil, e); err != nil {
			t.Fatal(err)
		}
		got := b.String()
		if !strings.Contains(got, c.want) || !strings.Contains(got, `<bdi lang="en">Pakistan and America</bdi>`) {
			t.Errorf("no %q in %s", c.want, got)
		}
		if strings.Count(got, "Not measured yet.") > 1 || strings.Contains(got, ">Accuracy<") {
			t.Error("the topic has a second section about its accuracy")
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
	if got.Threshold != "1.5" || got.Review != "−2" || strings.Join(lists, " ") != "$pakistan $us $us_people" {
		t.Errorf("%+v", got)
	}
}

// TestPiecePage_FittedUrdu: the page of an Urdu piece gives the reason of a fitted topic in Urdu.
func TestPiecePage_FittedUrdu(t *testing.T) {
	judge := fitted(t)
	p := oped.Piece{ID: 7, Entries: []oped.Entry{{
		Title: "Pakistan’s debt to America",
		Text:  "Pakistan owes America. Nobody counts. Pakistan pays, Pakistan pays.",
		Lang:  "ur",
	}}}
	p.Tags = judge.Tag(docOf(&p))
	o := options()
	o.Explain = func(p *oped.Piece) []topic.Explanation {
		return judge.ExplainSome(docOf(p), func(string) bool { return true })
	}
	var b bytes.Buffer
	if err := newRenderer(o).piece(&b, feedStates{"": {}}, nil, &p, pieceFacts{}); err != nil {
		t.Fatal(err)
	}
	want := `<span class="reason" lang="ur" dir="rtl">کیونکہ سرخی میں پاکستان اور امریکہ کے نام ہیں، ` +
		`اور 3 میں سے 1 جملہ دونوں کے بارے میں ہے۔</span>`
	if !strings.Contains(b.String(), want) {
		t.Errorf("no %s in\n%s", want, b.String())
	}
}
