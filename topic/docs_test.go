package topic

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"oped"
)

var fenced = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// TestManual_CompilesAndExplains checks docs/topics.md: its expressions compile, and its worked example is the
// output of Explain.
func TestManual_CompilesAndExplains(t *testing.T) {
	source, err := os.ReadFile("../docs/topics.md")
	if err != nil {
		t.Fatal(err)
	}
	manual := append([]oped.List{
		{Name: "climate", Terms: terms("climate")}, {Name: "iran", Terms: terms("Iran")},
		{Name: "sport", Terms: terms("cricket")}, rice,
	}, lists...)
	exprs, examples := 0, 0
	for _, block := range fenced.FindAllStringSubmatch(string(source), -1) {
		switch block[1] {
		case "expr":
			for _, expr := range strings.Split(strings.TrimSpace(block[2]), "\n") {
				exprs++
				if _, err := CompileExpr(manual, oped.Rule{Expr: expr}); err != nil {
					t.Errorf("%s: %v", expr, err)
				}
			}
		case "search":
			for _, query := range strings.Split(strings.TrimSpace(block[2]), "\n") {
				exprs++
				if _, err := CompileSearch(manual, papers, query); err != nil {
					t.Errorf("%s: %v", query, err)
				}
			}
		case "explain":
			examples++
			if got := workedExample(t); got != block[2] {
				t.Errorf("the worked example is now\n%s", got)
			}
		}
	}
	if exprs < 30 || examples != 1 {
		t.Errorf("%d expressions, %d worked examples", exprs, examples)
	}
}

var rice = oped.List{Name: "rice", Terms: terms("rice", "basmati", "paddy", "چاول")}

// workedExample returns the manual's example, as printed by `oped explain`, without the rule's version.
func workedExample(t *testing.T) string {
	tagger, err := Compile([]oped.List{rice}, []oped.Topic{{
		Name:      "rice",
		Threshold: 10,
		Review:    5,
		Score:     []oped.Rule{{Expr: "title:$rice", Weight: 3}, {Expr: "$rice", Weight: 1}},
		Exclude:   oped.Rule{Expr: `title:"Condoleezza Rice"`},
	}})
	if err != nil {
		t.Fatal(err)
	}
	e, _ := tagger.Explain(&Doc{
		Title: "Basmati without borders",
		Text: "Pakistan sells rice to the Gulf. The price of rice fell again; that of basmati did not.\n\n—The " +
			"writer grows rice in Okara.",
	}, "rice")
	out := e.String()
	return strings.Replace(out, "rule version "+e.Version+"\n", "", 1)
}
