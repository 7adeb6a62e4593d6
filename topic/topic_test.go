package topic

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oped"
)

func terms(s ...string) []oped.Term {
	out := make([]oped.Term, len(s))
	for i, one := range s {
		out[i] = oped.Term{Source: one}
	}
	return out
}

var lists = []oped.List{
	{
		Name:  "pakistan",
		Terms: terms("Pakistan", "Pakistani~", "Islamabad", "Rawalpindi/weak", "GHQ/caps", "Pak/title", "پاکستان"),
	},
	{
		Name: "us",
		Terms: terms("US/caps", "USA/caps", "United States", "American~", "Washington/weak", "White House", "Pentagon",
			"Trump", "امریکہ", "امریکا"),
	},
}

func match(t testing.TB, expr string, d *Doc) bool {
	t.Helper()
	e, err := CompileExpr(lists, oped.Rule{Expr: expr})
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return e.match(d)
}

func (e *Expr) match(d *Doc) bool {
	ok, _ := e.MatchCounted(d)
	return ok
}

// TestOperators has one line an operator: a text that fulfils the expression, and one that nearly does.
func TestOperators(t *testing.T) {
	for _, c := range []struct{ expr, yes, no string }{
		{"virus", "A virus spreads", "A virulent debate"},
		{"us", "Tell us more", "A virus"},
		{"US/caps", "The US left", "He told us"},
		{"US/caps", "The U.S. left", "Us and them"},
		{"US/caps", "U. S. policy is set", "PAKISTAN WANTS US TO LISTEN"},
		{"Pak/title", "Pak–US ties", "pak sar zameen"},
		{"Turkey/title", "In Turkey today", "They ate turkey"},
		{"chad/lower", "a hanging chad", "Chad votes"},
		{"Karachi/exact", "In Karachi now", "In KARACHI now"},
		{"Erdogan", "Erdoğan spoke", "Erdos spoke"},
		{`"White House"`, "The White House said", "A white box of a house"},
		{`"White House"`, "the white house", "It was white. House prices rose"},
		{`"Pak-US"`, "Pak–US ties", "US-Pak ties"},
		{`"Pak-US"`, "Pak‑US ties", "Pakistan US ties"},
		{`"Pak-US"`, "Pak US ties", "Pak. US ties"},
		{"“Pak-US”", "Pak-US", "Pak, and US"},
		{"nucle*", "nuclear arms", "unclear arms"},
		{`"nuclear weap*"`, "nuclear weapons", "nuclear power"},
		{"Pakistani~", "Pakistanis vote", "Pakistan votes"},
		{"drone~", "drones fly", "droned on"},
		{"a1 AND b1", "a1 then b1", "a1 then c1"},
		{"a1 b1", "b1 then a1", "a1 then c1"},
		{"a1 OR b1", "b1", "c1"},
		{"a1 AND NOT b1", "a1 c1", "a1 b1"},
		{"(a1 OR b1) AND c1", "b1 c1", "a1 b1"},
		{"a1 NEAR/3 b1", "a1 x y b1", "a1 x y z b1"},
		{"a1 NEAR/3 b1", "b1 x y a1", "a1 x\n\nb1"},
		{"a1 PRE/3 b1", "a1 x b1", "b1 x a1"},
		{"a1 NOT NEAR/2 b1", "a1 x y z b1", "a1 x b1"},
		{"a1 SENT b1", "a1 x x x x x b1.", "a1. b1"},
		{"a1 PARA b1", "a1. b1", "a1\n\nb1"},
		{"ATLEAST(2, a1)", "a1 x a1", "a1 x"},
		{"FIRST(3, a1)", "x y a1", "x y z a1"},
		{
			"DYAD($pakistan, $us, 5)", "Islamabad and the White House",
			"Islamabad is a long way, by any road one takes, from the White House",
		},
		{"$us", "the White House said so", "Washington Irving wrote"},
		{"$us", "Washington and the Pentagon", "us"},
		{"$pakistan AND $us", "پاکستان اور امریکہ", "پاکستان اور ایران"},
		{"$pakistan AND $us", "پاكستان اور امريكا", "باقستان اور امریکہ"},
		{"body:a1", "a1", ""},
		{"NOT a1", "b1", "a1"},
		{"/re/colou?r/", "a colour", "a cooler"},
		{`"F-16"`, "F-16s sold? no: F-16 sold", "F 17"},
		{"ATLEAST(2, $us)", "The US and the Pentagon", "The US and others"},
	} {
		if !match(t, c.expr, &Doc{Text: c.yes}) {
			t.Errorf("%s does not find %q", c.expr, c.yes)
		}
		if match(t, c.expr, &Doc{Text: c.no}) {
			t.Errorf("%s finds %q", c.expr, c.no)
		}
	}
}

func TestZonesOfExpressions(t *testing.T) {
	d := &Doc{
		Title:      "Headline word",
		Summary:    "Standfirst word",
		Author:     "Maleeha Lodhi",
		Categories: []string{"Opinion", "World news"},
		URL:        "https://paper.example/opinion/2026/some-piece",
		Text: "Body word. He said “one two three four five six seven eight quoted nine”.\n\n" +
			strings.Repeat("filler ", 130) + "late\n\n—The writer is a fellow of the Washington Society.",
	}
	for expr, want := range map[string]bool{
		"title:headline":                     true,
		"title:body":                         false,
		"lead:body":                          true,
		"lead:late":                          false,
		"body:late":                          true,
		"body:headline":                      false,
		"summary:standfirst":                 true,
		"quote:quoted":                       true,
		"author:lodhi":                       true,
		"lodhi":                              false,
		"category:opinion":                   true,
		`category:"world news"`:              true,
		"url:/opinion/":                      true,
		"url:opinions":                       false,
		"piece":                              false,
		"url:some-piece":                     true,
		"washington":                         false,
		"body:washington":                    false,
		"title:(headline AND word)":          true,
		"category:Opinion OR url:/opinions/": true,
		"author:washington":                  false,
		"category:news AND NOT title:word":   false,
	} {
		if got := match(t, expr, d); got != want {
			t.Errorf("%s: %v", expr, got)
		}
	}
}

func TestImpliedLists(t *testing.T) {
	d := &Doc{Title: "Trump and our textiles", Text: "The White House spoke.", Implies: []string{"pakistan"}}
	for expr, want := range map[string]bool{
		"$pakistan AND $us":        true,
		"$pakistan":                true,
		"title:$pakistan":          false,
		"DYAD($pakistan, $us, 25)": false,
		"Pakistan":                 false,
	} {
		if got := match(t, expr, d); got != want {
			t.Errorf("%s: %v", expr, got)
		}
	}
	d.Implies = nil
	if match(t, "$pakistan AND $us", d) {
		t.Error("a list holds although no feed implies it")
	}
}

// TestDiagnostics checks that a curator's mistakes are reported with their position and a hint.
func TestDiagnostics(t *testing.T) {
	for _, c := range []struct {
		expr    string
		col     int
		message string
	}{
		{"a1 OR", 6, "missing"},
		{"a1 AND b1 OR c1", 11, "without parentheses"},
		{"(a1", 1, "never closed"},
		{"a1)", 3, `unexpected ")"`},
		{`"a1`, 1, "never closed"},
		{"$usa", 1, "no list $usa"},
		{"titel:a1", 1, "no zone or filter titel:"},
		{"a1 NEAR b1", 4, "distance"},
		{"US/cpas", 3, "no flag /cpas"},
		{"nuc*", 1, "too short"},
		{"ATLEAST(x, a1)", 9, "number"},
		{"AND a1", 1, "both sides"},
		{"/re/(/", 1, "missing closing"},
		{"--", 1, "no word in it"},
		{"", 1, "no expression"},
		{strings.Repeat("(", 100) + "a1", 66, "nested"},
		{"*abc", 1, "at the end"},
		{"a1 and b1", 4, "in capitals: AND"},
		{"a1 near/3 b1", 4, "in capitals: NEAR"},
		{"NOT a1 NEAR/3 b1", 8, "NOT matches no place"},
		{"a1 NEAR/3 NOT b1", 4, "NOT matches no place"},
		{"abc~/exact", 1, "one form only"},
	} {
		_, err := CompileExpr(lists, oped.Rule{Expr: c.expr, Pos: oped.Position{File: "c", Line: 1, Col: 1}})
		ms, ok := err.(oped.Diagnostics)
		if !ok || len(ms) != 1 || ms[0].Pos.Col != c.col || !strings.Contains(ms[0].Message, c.message) {
			t.Errorf("%.20s: %v, want %q in column %d", c.expr, err, c.message, c.col)
		}
	}
}

func pakUS(t testing.TB) *Tagger {
	t.Helper()
	tagger, err := Compile(lists, []oped.Topic{{
		Name: "pak-us", Threshold: 12, Review: 6,
		Score: []oped.Rule{
			{Expr: "DYAD($pakistan, $us, 25)", Weight: 2}, {Expr: `"Pak-US"`, Weight: 4},
			{Expr: "title:($pakistan AND $us)", Weight: 3},
			{Expr: "$us", Weight: .25},
		},
		Require: oped.Rule{Expr: "$pakistan AND $us"},
		Exclude: oped.Rule{Expr: "title:(cricket OR PSL)"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return tagger
}

func TestOutcomes(t *testing.T) {
	tagger := pakUS(t)
	for _, c := range []struct {
		doc    Doc
		want   oped.Outcome
		reason string
	}{
		{Doc{Title: "Reconnecting the Pak-US strategic dots ?"}, oped.Tagged, "score "},
		{
			Doc{Title: "Pak-US cricket ties", Text: "Pakistan and the US play."}, oped.None,
			`excluded by title:(cricket OR PSL): "cricket"`,
		},
		{Doc{Title: "Tell us what you think of Pakistan's budget"}, oped.None, "no term of $us"},
		{
			Doc{Title: "Budget", Text: "Pakistan owes.\n\n—The writer is a fellow of the White House Society."},
			oped.None, "no term of $us outside the author's note",
		},
		{
			Doc{
				Title: "Budget",
				Text: "Pakistan owes. A long way on, much later, after many words that say nothing of the kind, and " +
					"on, and on, and on still, came the US.",
			},
			oped.None, "score .5 of 12",
		},
		{Doc{Title: "Nothing", Text: "Nothing at all."}, oped.None, "no term of $pakistan"},
		{
			Doc{Title: "The US", Text: "Rice.\n\n—The writer is a fellow of the White House Society."}, oped.None,
			"score 1 of 12: no term of $pakistan",
		},
		{
			Doc{Title: "Trade", Text: "Pakistan told the US so. Islamabad told the Pentagon too."}, oped.Review,
			"for review from 6",
		},
	} {
		e, ok := tagger.Explain(&c.doc, "pak-us")
		if !ok || e.Outcome != c.want || !strings.Contains(e.Reason, strings.TrimPrefix(c.reason, "score .5")) {
			t.Errorf("%s: %v (%s), want %v (%s)", c.doc.Title, e.Outcome, e.Reason, c.want, c.reason)
		}
	}
	if _, ok := tagger.Explain(&Doc{}, "none"); ok {
		t.Error("a missing topic is explained")
	}
}

// TestExplanation_IsExact checks the promise of every explanation: its parts add up to the score, each span cuts
// the text as received, tag and explanation agree, and nothing beside the piece counts.
func TestExplanation_IsExact(t *testing.T) {
	tagger := pakUS(t)
	word := rapid.SampledFrom([]string{"Pakistan", "US", "U.S.", "Pak–US", "the", "Washington", "White", "House",
		"امریکہ", "پاکِستان", "said.", "\n\n", "“", "”",
		"—The writer is", "<b>", "</p><p>", "&amp;", "United&nbsp;States", "US", "us", "Previous article", "virus",
		"Erdoğan", "\xff", "(", "Trump’s"})
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return strings.Join(rapid.SliceOfN(word, 0, 80).Draw(t, name), " ") }
		d := &Doc{
			Title:   text("title"),
			Summary: text("summary"),
			Text:    text("text"),
			HTML:    rapid.Bool().Draw(t, "html"),
		}
		e, _ := tagger.Explain(d, "pak-us")
		sum := 0.0
		for _, p := range e.Parts {
			sum += p.Weight
			field := map[string]string{"title": d.Title, "summary": d.Summary, "text": d.Text}[p.Field]
			if field[p.Start:p.End] != p.Text || p.Text == "" {
				t.Fatalf("span %d:%d cuts %q, not %q", p.Start, p.End, field[p.Start:p.End], p.Text)
			}
			if p.Zone == "bio" || p.Zone == "credit" || p.Zone == "furniture" {
				t.Fatalf("%q in the %s counts", p.Text, p.Zone)
			}
			if at := p.Start - len(p.Before); !d.HTML &&
				(at < 0 || !strings.HasPrefix(field[at:], p.Before+p.Text+p.After)) {
				t.Fatalf("%q and %q do not surround %q", p.Before, p.After, p.Text)
			}
			if line := strings.Join(strings.Fields(p.Before+"«"+p.Text+"»"+p.After), " "); !d.HTML &&
				!strings.Contains(p.Sentence, line) {
				t.Fatalf("%q is not in the sentence %q", line, p.Sentence)
			}
		}
		if sum != e.Score {
			t.Fatalf("parts add up to %v, the score is %v", sum, e.Score)
		}
		all := tagger.ExplainSome(d, func(string) bool { return true })
		if len(all) != 1 || !reflect.DeepEqual(all[0], e) {
			t.Fatalf("all explanations are %v, the one is %v", all, e)
		}
		tags := tagger.Tag(d)
		if (len(tags) == 1) != (e.Outcome != oped.None) ||
			len(tags) == 1 &&
				(tags[0].Score != e.Score || tags[0].Outcome != e.Outcome || len(tags[0].Why) != len(e.Parts)) {
			t.Fatalf("tags %v, explanation %v", tags, e)
		}
	})
}

func TestVersion_ChangesWithTheRule(t *testing.T) {
	one := func(change func(*oped.Topic, []oped.List)) string {
		ls := []oped.List{{Name: "a", Terms: terms("x1")}, {Name: "b", Terms: terms("y1")}}
		topic := oped.Topic{Name: "t", Title: "T", Score: []oped.Rule{{Expr: "$a", Weight: 1}}, Threshold: 1}
		change(&topic, ls)
		tagger, err := Compile(ls, []oped.Topic{topic})
		if err != nil {
			t.Fatal(err)
		}
		return tagger.Version("t")
	}
	base := one(func(*oped.Topic, []oped.List) {})
	for name, change := range map[string]func(*oped.Topic, []oped.List){
		"weight":    func(t *oped.Topic, _ []oped.List) { t.Score[0].Weight = 2 },
		"threshold": func(t *oped.Topic, _ []oped.List) { t.Threshold = 2 },
		"list":      func(_ *oped.Topic, l []oped.List) { l[0].Terms = terms("x1", "z1") },
		"exclude":   func(t *oped.Topic, _ []oped.List) { t.Exclude.Expr = "q1" },
	} {
		if one(change) == base {
			t.Errorf("another %s, the same version", name)
		}
	}
	for name, change := range map[string]func(*oped.Topic, []oped.List){
		"title":       func(t *oped.Topic, _ []oped.List) { t.Title = "Other" },
		"unused list": func(_ *oped.Topic, l []oped.List) { l[1].Terms = terms("x1") },
	} {
		if one(change) != base {
			t.Errorf("another %s, another version", name)
		}
	}
}

// TestJudge_AllocatesNothing checks that, once the memory has grown to the need of a document, reading and
// judging it allocates nothing.
func TestJudge_AllocatesNothing(t *testing.T) {
	tagger, err := Compile(benchTopics(50))
	if err != nil {
		t.Fatal(err)
	}
	s := newScratch(len(tagger.program.patterns), len(tagger.program.lists))
	d := &Doc{
		Title:      "The café at the end of the road",
		Text:       benchText + "\n\nپاکستان اور امریکہ — don’t",
		Summary:    "A summary",
		Author:     "Someone",
		Categories: []string{"Opinion"},
		URL:        "https://paper.example/a",
	}
	if n := testing.AllocsPerRun(50, func() {
		s.read(&tagger.program, d)
		tagger.mark(s)
		for i := range tagger.topics {
			s.judge(tagger, i)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestExamples(t *testing.T) {
	tagger, err := Compile(lists,
		[]oped.Topic{{Name: "t", Score: []oped.Rule{{Expr: "x1", Weight: 1}}, Threshold: 1, Tests: []oped.Example{
			{Text: "x1 here", Want: true}, {Text: "y1 here", Want: false}, {Text: "y1", Want: true},
			{Text: "Title\nand x1", Want: false},
		}}})
	if err != nil {
		t.Fatal(err)
	}
	failed := tagger.Test()
	if len(failed) != 2 || !strings.Contains(failed[0].Message, "should be on the topic and is not") ||
		!strings.Contains(failed[1].Message, `should not be on the topic and is: score 2 of 1: "x1"`) {
		t.Errorf("%v", failed)
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		"a AND b", "DYAD($us, $pakistan, 3)", `"x y" NEAR/3 z`, "title:(a OR b)", "ATLEAST(2, a)", "/re/x/",
		"NOT NOT a", "“q", "a NOT NEAR/2 b", "$", "x/caps~*", "000!*",
	} {
		f.Add(s)
	}
	d := &Doc{Title: "Pakistan and the US", Text: "a b x y z q “white house”"}
	f.Fuzz(func(t *testing.T, expr string) {
		if e, err := CompileExpr(lists, oped.Rule{Expr: expr}); err == nil {
			e.match(d)
		}
	})
}

func FuzzTag(f *testing.F) {
	f.Add("Pak-US", "<p>The U.S.&amp;Pakistan", true)
	f.Add("\xff", "“", false)
	tagger := pakUS(f)
	f.Fuzz(func(t *testing.T, title, text string, html bool) {
		d := &Doc{Title: title, Text: text, HTML: html}
		for _, tag := range tagger.Tag(d) {
			for _, x := range tag.Why {
				if x.Field == "text" && text[x.Start:x.End] != x.Text {
					t.Fatalf("%+v", x)
				}
			}
		}
		e, _ := tagger.Explain(d, "pak-us")
		_ = e.String()
	})
}
