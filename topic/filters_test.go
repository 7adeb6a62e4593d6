package topic

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"oped"
)

var papers = Known{
	byPublisher: {
		{Name: "Dawn"}, {Name: "The Harbour Courier"}, {Name: "The Hill Courier"}, {Name: `The "Daily" Post`},
	},
	byCountry: {{Name: "Pakistan"}, {Name: "Sri Lanka"}},
	byTopic:   {{"pak-us", "Pakistan and the US"}, {"climate", "Climate"}},
	byKind:    {{"opinion", "opinion"}, {"editorial", "editorials"}, {"letter", "letters"}, {"news", "the news"}},
	byLang:    {{"en", "English"}, {"ur", "Urdu"}},
}

func aColumn() *Doc {
	return &Doc{
		Title: "The ferry",
		Text:  strings.Repeat("word ", 300),
		Facts: Facts{
			publishers: []string{"Dawn", "The Hill Courier"},
			countries:  []string{"Pakistan"},
			topics:     []string{"pak-us"},
			kind:       oped.Editorial,
			lang:       "en-GB",
			day:        time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC),
		},
	}
}

func TestFilters(t *testing.T) {
	for query, want := range map[string]bool{
		"ferry publisher:dawn": true, "publisher:DAWN": true, "publisher:hill": true,
		`publisher:"harbour courier"`: false,
		"NOT publisher:dawn":          false, "ferry AND NOT publisher:harbour": true, "train publisher:dawn": false,
		"country:pakistan": true, "country:lanka": false,
		"kind:editorial": true, "kind:editorials": true, "kind:letter OR kind:opinion": false, "NOT kind:news": true,
		"lang:en": true, "lang:Urdu": false, "Lang:english": true,
		"topic:pak-us": true, `topic:"the US"`: true, "topic:climate": false,
		"since:2025": true, "since:2025-06": true, "since:2025-06-30": true, "since:2025-07": false,
		"since:2026": false,
		"until:2025": true, "until:2025-06": true, "until:2025-06-30": true, "until:2025-06-29": false,
		"until:2024":                        false,
		"since:2025-06-30 until:2025-06-30": true, "NOT since:2025-07": true,
		"length:>299": true, "length:>300": false, "length:<301": true, "length:<300": false, "length:300..300": true,
		"title:(ferry AND lang:en)": true, "(kind:letter AND lang:en) OR (ferry topic:pak)": true,
	} {
		e, err := CompileSearch(nil, papers, query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if got, _ := e.MatchCounted(aColumn()); got != want {
			t.Errorf("%s: %v", query, got)
		}
	}
}

// TestCompileSearch_News: a search finds news only if it names the kind.
func TestCompileSearch_News(t *testing.T) {
	d := aColumn()
	d.Facts.kind = oped.News
	for query, want := range map[string]bool{"ferry": false, "ferry kind:news": true, "NOT kind:letter": true} {
		e, err := CompileSearch(nil, papers, query)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := e.MatchCounted(d); got != want {
			t.Errorf("%s: %v", query, got)
		}
	}
}

func TestFilters_Mistakes(t *testing.T) {
	for query, want := range map[string]struct {
		col           int
		message, hint string
	}{
		"a publisher:":             {3, "publisher: needs a value", "write publisher:Dawn"},
		"publisher:(dawn OR hill)": {1, "needs a value", "publisher:Dawn"},
		`publisher:"dawn`:          {11, "never closed", "publisher:"},
		"publisher:courier":        {1, `"courier" may be one of several`, "The Harbour Courier, The Hill Courier"},
		"publisher:dwan":           {1, `publisher: "dwan" is not known`, "did you mean Dawn?"},
		"a kind:poem":              {3, `kind: "poem" is not known`, "editorial"},
		"topic:nothing":            {1, "is not known", "known: pak-us, climate"},
		"since:yesterday":          {1, `since: cannot be "yesterday"`, "since:2025-06-30"},
		"until:2025-02-30":         {1, "until: cannot be", "until:2025"},
		"length:500":               {1, "length: cannot be", "length:300..800"},
		"length:800..300":          {1, "length: cannot be", "length:"},
		"length:>x":                {1, "length: cannot be", "length:"},
		"a1 NEAR/3 lang:en":        {11, "is about the whole piece", ""},
		"title:kind:letter":        {7, "is about the whole piece", ""},
		"publishers:dawn":          {1, "there is no zone or filter", "did you mean publisher?"},
		"sections:dawn":            {1, "there is no zone or filter", "the filters are publisher"},
	} {
		_, err := CompileSearch(nil, papers, query)
		all, _ := err.(oped.Diagnostics)
		if len(all) != 1 || all[0].Pos.Col != want.col || !strings.Contains(all[0].Message, want.message) ||
			!strings.Contains(all[0].Hint, want.hint) {
			t.Errorf("%s: %v, want %v", query, err, want)
		}
	}
}

// TestFilters_InRules: a rule may name papers, languages and lengths. It has neither a clock nor topics.
func TestFilters_InRules(t *testing.T) {
	e := oped.Entry{Publisher: "Dawn", Lang: "ur-PK", Text: "two words"}
	for expr, want := range map[string]bool{
		"publisher:dawn": true, "publisher:daw": false, "lang:ur": true, "lang:en": false, "length:<3": true,
	} {
		if got := match(t, expr, DocOf(&e)); got != want {
			t.Errorf("%s: %v", expr, got)
		}
	}
	for _, name := range []string{byTopic, since, until, byKind, byCountry} {
		_, err := Compile(nil, []oped.Topic{{
			Name:  "x",
			Score: []oped.Rule{{Expr: "a1 AND " + name + ":2025", Pos: oped.Position{File: "c", Line: 4, Col: 9}}},
		}})
		all, _ := err.(oped.Diagnostics)
		if len(all) != 1 || all[0].Pos.Line != 4 || all[0].Pos.Col != 16 || all[0].Hint == "" ||
			!strings.Contains(all[0].Message, "is for searches, not for rules") {
			t.Errorf("%s: %v", name, err)
		}
	}
	tagger, err := Compile(nil, []oped.Topic{{
		Name:    "x",
		Score:   []oped.Rule{{Expr: "a1", Weight: 1}},
		Require: oped.Rule{Expr: "publisher:dawn"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if q := tagger.IndexQuery("x", nil); q.Op != Word {
		t.Errorf("candidates of a rule: %v", q) // the index of words knows no papers
	}
}

func TestCanonical(t *testing.T) {
	for query, want := range map[string]string{
		`ferry  publisher:hill`:         `ferry  publisher:"The Hill Courier"`,
		`publisher:post OR lang:urdu`:   `publisher:«The "Daily" Post» OR lang:ur`,
		`(topic:"the us") since:2025 x`: `(topic:pak-us) since:2025 x`,
		`"kind:letter"`:                 `"kind:letter"`,
	} {
		e, err := CompileSearch(nil, papers, query)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Canonical(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestAnd(t *testing.T) {
	filters := []string{Filtered(byPublisher, "The Hill Courier"), Filtered(since, "2025")}
	for expr, want := range map[string]string{
		"":        `publisher:"The Hill Courier" since:2025`,
		"a1":      `a1 publisher:"The Hill Courier" since:2025`,
		"a1 OR b": `(a1 OR b) publisher:"The Hill Courier" since:2025`,
		"OR (":    `(OR () publisher:"The Hill Courier" since:2025`,
	} {
		if got := And(expr, filters); got != want {
			t.Errorf("%s: %s, want %s", expr, got, want)
		}
	}
	if got := And("a OR b", nil); got != "a OR b" {
		t.Error(got)
	}
}

// allows reports whether a document meets the conditions on facts.
func (n IndexQuery) allows(d *Doc) bool {
	f := &d.Facts
	switch n.Op {
	case Never:
		return false
	case All:
		return !slices.ContainsFunc(n.Of, func(of IndexQuery) bool { return !of.allows(d) })
	case Any:
		return slices.ContainsFunc(n.Of, func(of IndexQuery) bool { return of.allows(d) })
	case OpFact:
		holds := false
		switch x := n.Fact; x.Filter {
		case byPublisher:
			holds = slices.Contains(f.publishers, x.Value)
		case byCountry:
			holds = slices.Contains(f.countries, x.Value)
		case byTopic:
			holds = slices.Contains(f.topics, x.Value)
		case byKind:
			holds = string(f.kind) == x.Value
		case byLang:
			holds = oped.PrimaryLang(f.lang) == x.Value
		case byDate:
			holds = (x.From.IsZero() || !f.day.Before(x.From)) && (x.To.IsZero() || f.day.Before(x.To))
		}
		return holds != n.Fact.Not
	}
	return true
}

// FuzzFilters: any query compiles or has a mistake within it. Its canonical form means the same, filters can be added
// to it, and the conditions for an index let every match through.
func FuzzFilters(f *testing.F) {
	for _, query := range []string{
		"ferry publisher:dawn", `(topic:"the us" OR kind:letter) since:2025-06`, "until:2025 NOT lang:ur",
		"publisher:‘x’ length:>3", "publisher:\"a", "kind:news", "publisher:«The \"Daily\" Post»",
		"lang:en title:ferry",
		"NOT (since:2025 OR length:1..2)", "publisher:“hill”NOT x",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if len(query) > 500 || !utf8.ValidString(query) {
			t.Skip()
		}
		e, err := CompileSearch(nil, papers, query)
		if err != nil {
			all, ok := err.(oped.Diagnostics)
			if !ok || len(all) == 0 || all[0].Pos.Col < 1 || all[0].Pos.Col > utf8.RuneCountInString(query)+1 {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		d := aColumn()
		got, _ := e.MatchCounted(d)
		if q := e.IndexQuery(nil); got && !(q.Facts().allows(d) && q.Words().fulfils(wordsOf(d))) {
			t.Fatalf("%q matches, and %v does not let it through", query, q)
		}
		canonical := e.Canonical(query)
		again, err := CompileSearch(nil, papers, canonical)
		if err != nil {
			t.Fatalf("%q becomes %q: %v", query, canonical, err)
		}
		if also, _ := again.MatchCounted(d); also != got || again.Canonical(canonical) != canonical {
			t.Fatalf("%q becomes %q: %v, then %v", query, canonical, got, also)
		}
		more, err := CompileSearch(nil, papers, And(query, []string{Filtered(byPublisher, "Dawn")}))
		if err != nil {
			t.Fatalf("%q and a filter: %v", query, err)
		}
		if both, _ := more.MatchCounted(d); both != got {
			t.Fatalf("%q and a filter: %v, alone %v", query, both, got)
		}
	})
}
