package topic

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oped"
)

// TestFind_AgreesWithMatch checks that an expression returns matches exactly if it holds, each cut unchanged
// from its field.
func TestFind_AgreesWithMatch(t *testing.T) {
	words := []string{"rice", "wheat", "Basmati", "چاول", "and", "export", "US", "us", "—"}
	exprs := []string{
		"rice", "$rice", "rice AND NOT wheat", "rice NEAR/2 wheat", "title:rice OR wheat", "US/caps", "author:us",
		"NOT export", "/re/wh.at/", `"rice wheat"`, "FIRST(2, rice)", "ATLEAST(2, $rice)",
	}
	rapid.Check(t, func(t *rapid.T) {
		some := func(label string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 8).Draw(t, label), " ")
		}
		d := &Doc{Title: some("title"), Text: some("text"), Author: some("author")}
		source := rapid.SampledFrom(exprs).Draw(t, "expr")
		e, err := CompileExpr([]oped.List{rice}, oped.Rule{Expr: source})
		if err != nil {
			t.Fatal(err)
		}
		budget := oped.NewBudget(oped.MaxSearchSteps)
		spans, ok, err := e.Find(t.Context(), &budget, d)
		if err != nil {
			t.Fatal(err)
		}
		if ok != e.match(d) || !ok && len(spans) > 0 {
			t.Fatalf("%s in %+v: %v, %v", source, d, spans, ok)
		}
		fields := map[string]string{"title": d.Title, "text": d.Text, "author": d.Author}
		for _, x := range spans {
			if fields[x.Field][x.Start:x.End] != x.Text || x.Text == "" {
				t.Fatalf("%s in %+v: %+v", source, d, x)
			}
		}
	})
}
