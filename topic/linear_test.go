package topic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oped"
)

// stepsOf returns the steps of judging one piece by all topics.
func stepsOf(t *Tagger, d *Doc) int {
	s := t.program.pool.Get().(*scratch)
	defer t.program.pool.Put(s)
	s.read(&t.program, d)
	for i := range t.topics {
		s.judge(t, i)
	}
	return s.steps
}

// hostileTexts repeat a topic's words, in one paragraph but for the last two.
var hostileTexts = map[string]string{
	"words":      "Pakistan US Islamabad Washington ",
	"one side":   "Pakistan Pakistan Islamabad ",
	"far apart":  "Pakistan a b c d e f g h i j k l m n o p q r s t u v w x y z ",
	"phrases":    "White House White House Pakistan ",
	"sentences":  "Pakistan and the US. ",
	"paragraphs": "Pakistan and the US\n",
	"separators": "Pakistan and the US\u2028",
}

// TestS6_StepsAreLinear checks that each operator takes twice the steps for twice the text, however repetitive.
func TestS6_StepsAreLinear(t *testing.T) {
	for _, expr := range []string{
		"DYAD($pakistan, $us, 25)", "$pakistan NEAR/100000 $us", "$pakistan PRE/5 $us", "$pakistan SENT $us",
		"$pakistan PARA $us", "$pakistan NOT NEAR/3 $us",
		"ATLEAST(6, DYAD($pakistan, $us, 20))", "FIRST(50, $us)", "$us", "$pakistan AND $us", "body:($pakistan OR $us)",
		"/re/US/ NEAR/5 $pakistan",
		"($pakistan NEAR/5 $us) NEAR/9 ($us PARA $pakistan)", "($pakistan PARA US) NOT NEAR/4 (US SENT Pakistan)",
	} {
		tagger, err := Compile(lists, []oped.Topic{{
			Name:      "t",
			Score:     []oped.Rule{{Expr: expr, Weight: 1}},
			Threshold: 1,
		}})
		if err != nil {
			t.Fatal(err)
		}
		for name, unit := range hostileTexts {
			steps := func(n int) int {
				text := strings.Repeat(unit, n)
				return stepsOf(tagger, &Doc{Title: "Pakistan US", Text: text})
			}
			one, two, four := steps(500), steps(1000), steps(2000)
			if 10*two > 21*one || 10*four > 21*two {
				t.Errorf("%s of %s: %d, %d, %d steps", expr, name, one, two, four)
			}
		}
	}
}

// TestS6_SummaryIsSearchedOnce checks that a summary nearly repeated all over the text is compared with each of
// its words a few times, not with all.
func TestS6_SummaryIsSearchedOnce(t *testing.T) {
	e, err := CompileExpr(nil, oped.Rule{Expr: "b"})
	if err != nil {
		t.Fatal(err)
	}
	steps := func(n int) int {
		s := e.pool.Get().(*scratch)
		defer e.pool.Put(s)
		s.read(&e.program, &Doc{
			Text:    strings.Repeat("a ", 2*n),
			Summary: strings.Repeat("a ", n) + strings.Repeat("b ", n),
		})
		return s.steps
	}
	one, two, four := steps(1000), steps(2000), steps(4000)
	if 10*two > 21*one || 10*four > 21*two {
		t.Errorf("%d, %d, %d steps", one, two, four)
	}
}

// TestS6_EvidenceIsBounded repeats a topic's words in ever other pairs. The score counts all of them, the tag
// keeps a bounded number of short spans, and the explanation names the limit and the weight of the others.
func TestS6_EvidenceIsBounded(t *testing.T) {
	var a, b oped.List
	a.Name, b.Name = "a", "b"
	for i := range 60 {
		a.Terms = append(a.Terms, terms(fmt.Sprintf("left%d", i))...)
		b.Terms = append(b.Terms, terms(fmt.Sprintf("right%d", i))...)
	}
	tagger, err := Compile([]oped.List{a, b}, []oped.Topic{{
		Name:      "t",
		Score:     []oped.Rule{{Expr: "DYAD($a, $b, 5)", Weight: 1}, {Expr: "$a PARA $b", Weight: 1}},
		Exclude:   oped.Rule{Expr: "title:left1"},
		Threshold: 1,
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 2, 4} {
		var text strings.Builder
		for i := range 1800 * n {
			fmt.Fprintf(&text, "left%d right%d ", i%60, i/30%60)
		}
		text.WriteString("\nleft1 " + strings.Repeat("x", 20<<10) + " right1")
		d := &Doc{Text: text.String()}
		tags := tagger.Tag(d)
		if len(tags) != 1 || len(tags[0].Why) > 2*oped.MaxMatches {
			t.Fatalf("%d tags, %d spans", len(tags), len(tags[0].Why))
		}
		why, err := json.Marshal(tags[0].Why)
		if err != nil || len(why) > 64<<10 {
			t.Errorf("%v: the reasons have %d bytes", err, len(why))
		}
		e, _ := tagger.Explain(d, "t")
		sum := e.Rest
		for _, p := range e.Parts {
			sum += p.Weight
			if len(p.Sentence)+len(p.Before)+len(p.After) > 3*oped.MaxField {
				t.Errorf("a sentence of %d bytes", len(p.Sentence))
			}
		}
		if sum != e.Score || e.Score != tags[0].Score || e.Rest == 0 || len(e.Limits) != 1 ||
			e.Limits[0] != oped.MatchLimit || !strings.Contains(e.String(), oped.MatchLimit.Meaning()) {
			t.Errorf("the parts sum to %g of %g, %g of them not kept; limits: %v", sum, e.Score, e.Rest, e.Limits)
		}
	}
}

// TestS6_RedundancyIsBounded checks that the parts of a long piece are tried up to a number of bytes in all,
// and that the limit is named.
func TestS6_RedundancyIsBounded(t *testing.T) {
	tagger := pakUS(t)
	d := &Doc{Text: "Pakistan and the US. " + strings.Repeat("x", oped.MaxContent)}
	e, _ := tagger.Explain(d, "pak-us")
	e.Parts = slices.Repeat(e.Parts, 50)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tagger.MarkRedundant(ctx, d, &e); !errors.Is(err, context.Canceled) || len(e.Limits) != 1 ||
		e.Limits[0] != oped.MatchLimit {
		t.Errorf("%v, limits %v of %d parts", err, e.Limits, len(e.Parts))
	}
}

// TestS6_BesideIsBounded checks the same for terms outside the counted zones and for vetoing ones.
func TestS6_BesideIsBounded(t *testing.T) {
	tagger, err := Compile(nil, []oped.Topic{{
		Name:      "t",
		Score:     []oped.Rule{{Expr: "rice", Weight: 1}},
		Exclude:   oped.Rule{Expr: "wheat"},
		Threshold: 1,
	}})
	if err != nil {
		t.Fatal(err)
	}
	d := &Doc{Text: strings.Repeat("rice ", 5000) + "\n" + strings.Repeat("wheat ", 5000)}
	d.Boilerplate = [][2]int{{0, 25_000}}
	e, _ := tagger.Explain(d, "t")
	if len(e.Beside) != oped.MaxMatches || len(e.Vetoed) != oped.MaxMatches || len(e.Limits) != 1 {
		t.Errorf("%d beside, %d vetoed, limits %v", len(e.Beside), len(e.Vetoed), e.Limits)
	}
}

// TestS27_FindHasABudget checks that a search ends within a piece when its budget is used up or its caller has
// gone. It has counted no more than the budget and one stage, and keeps a bounded number of mentions, however
// the expression multiplies them.
func TestS27_FindHasABudget(t *testing.T) {
	d := &Doc{Text: strings.Repeat("foo bar ", 64<<10)}
	many := strings.TrimSuffix(strings.Repeat("foo OR ", 70), " OR ")
	for _, expr := range []string{
		"foo NEAR/5 bar", many, strings.TrimSuffix(strings.Repeat("foo NEAR/5 ", 40), " NEAR/5 "),
		`"foo bar foo bar foo bar" OR "foo bar foo bar" OR "foo bar"`,
	} {
		e, err := CompileExpr(nil, oped.Rule{Expr: expr})
		if err != nil {
			t.Fatal(err)
		}
		for _, steps := range []int{0, 1 << 20, 4 << 20} {
			budget := oped.NewBudget(steps)
			spans, ok, err := e.Find(t.Context(), &budget, d)
			if err != nil && !errors.Is(err, errSteps) || err != nil && ok || len(spans) > oped.MaxMatches {
				t.Errorf("%.20s with %d: %d spans, %v, %v", expr, steps, len(spans), ok, err)
			}
			s := e.pool.Get().(*scratch)
			if s.steps > steps+8*maxKeptSteps || cap(s.spans) > 4*maxKeptSteps || cap(s.hits) > 4*maxKeptSteps {
				t.Errorf("%.20s with %d: %d steps, room for %d spans and %d hits", expr, steps, s.steps, cap(s.spans),
					cap(s.hits))
			}
		}
		left, leave := context.WithCancel(t.Context())
		leave()
		budget := oped.NewBudget(oped.MaxSearchSteps)
		if _, ok, err := e.Find(left, &budget, d); ok || !errors.Is(err, context.Canceled) ||
			budget.Left() != oped.MaxSearchSteps {
			t.Errorf("%.20s: continues although its caller has gone: %v", expr, err)
		}
	}
}

// TestS27_RegexesAreBounded checks that a regular expression enters a bounded number of states of a text. The
// bound is the budget and the states reached by one character, however many each character enters and each
// match looks at.
func TestS27_RegexesAreBounded(t *testing.T) {
	size := 1 << 20
	if testing.Short() {
		size = 1 << 18
	}
	for _, source := range []string{"a.*b|a", "a", "(.*){900}x", strings.Repeat("[^a]*[^b]*", 25)} {
		e, err := CompileExpr(nil, oped.Rule{Expr: "/re/" + source + "/"})
		if err != nil {
			t.Fatal(err)
		}
		d := &Doc{Text: strings.Repeat("a", size)}
		s := newScratch(len(e.patterns), len(e.lists))
		s.read(&e.program, d)
		if limit := 2*size + regexWork + regexWorkPerByte*size + walkedAtOnce + maxStates; s.steps > limit ||
			len(s.hits) > maxFound {
			t.Errorf("%s: %d steps, %d found", source, s.steps, len(s.hits))
		}
		budget := oped.NewBudget(2 * size)
		s.ctx, s.budget = t.Context(), &budget
		s.read(&e.program, d)
		if s.steps > 2*size+walkedAtOnce+maxStates {
			t.Errorf("%s: %d steps of %d", source, s.steps, 2*size)
		}
	}
}

// TestS27_LargeRegexesAreRejected checks the error of a regular expression with too many states.
func TestS27_LargeRegexesAreRejected(t *testing.T) {
	for _, source := range []string{"(.*){1000}x", ".{1000}.{1000}.{1000}.{1000}"} {
		_, err := CompileExpr(nil, oped.Rule{Expr: "foo /re/" + source + "/"})
		var all oped.Diagnostics
		if !errors.As(err, &all) || all[0].Pos.Col != 5 ||
			!strings.Contains(all[0].Message, "states, 4000 are allowed") {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// TestRegexes_MatchAsRegexp compares the matches with those of package regexp, for every operator of the
// syntax.
func TestRegexes_MatchAsRegexp(t *testing.T) {
	for _, source := range []string{
		"", "a", "a*", "a*?", "(a|ab)(c|bcd)?", "^a", "(?m)^a|b$", "$", `\bfoo\b`, `\Boo`, "(?i)FOO|bär", "x*",
		"[^a]+?b", "(a+)(b+)", "a{2,3}", `\pL+`, `\s\S`, "(?s)a.b", "(|a)+", "(a|b)*?c", "(a*)+$", "é+", ".",
		`\A\w`, `\w\z`, "[^\\x00-\\x{10FFFF}]", "foo(?:bar)?", "(?U)a+",
	} {
		compareRegex(t, source, "foobar bar fooo BÄR bär aab abcd\nab\na b xx é\xffé aaa")
		compareRegex(t, source, "")
		compareRegex(t, source, "aaaa")
	}
}

func compareRegex(t *testing.T, source, plain string) {
	re, err := regexp.Compile(source)
	m, failed := newMatcher(source)
	if err != nil || failed != nil {
		if failed == nil || err != nil && failed.Error() != err.Error() {
			t.Errorf("%q: %v, want %v", source, failed, err)
		}
		return
	}
	var want [][2]int
	for _, m := range re.FindAllStringIndex(plain, maxFound) {
		want = append(want, [2]int(m))
	}
	s := newScratch(0, 0)
	if got := s.find(m, plain); !slices.Equal(got, want) {
		t.Errorf("%q in %q: %v, want %v", source, plain, got, want)
	}
}

// FuzzRegex makes the same comparison for any expression and text.
func FuzzRegex(f *testing.F) {
	f.Add("(a|ab)(c|bcd)?", "abcd abc")
	f.Add(`(?m)^a*?\b|(?i)é$`, "aÉ\n\xff")
	f.Fuzz(func(t *testing.T, source, plain string) {
		if len(source) > 256 || len(plain) > 300 {
			t.Skip()
		}
		compareRegex(t, source, plain)
	})
}
