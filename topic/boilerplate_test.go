package topic

import (
	"testing"

	"oped"
)

// TestTag_IgnoresLearnedBoilerplate checks that learned boilerplate counts nothing and is explained as not
// counted, and that its offsets are ignored in HTML.
func TestTag_IgnoresLearnedBoilerplate(t *testing.T) {
	const own, note = "The roses are late this year.", "Sana Khan grows roses in Washington"
	tagger, err := Compile(nil, []oped.Topic{{
		Name:      "us",
		Score:     []oped.Rule{{Expr: "Washington", Weight: 1}},
		Threshold: 1,
	}})
	if err != nil {
		t.Fatal(err)
	}
	text := own + "\n" + note
	learned := [][2]int{{len(own) + 1, len(text)}}
	for _, tt := range []struct {
		name   string
		doc    Doc
		tagged bool
	}{
		{"not learned", Doc{Text: text}, true},
		{"learned", Doc{Text: text, Boilerplate: learned}, false},
		{"HTML", Doc{Text: text, Boilerplate: learned, HTML: true}, true},
		{
			"all of it, and a headline",
			Doc{Title: "Washington waits", Text: note, Boilerplate: [][2]int{{0, len(note)}}}, true,
		},
	} {
		tags := tagger.Tag(&tt.doc)
		e, _ := tagger.Explain(&tt.doc, "us")
		if tagged := len(tags) == 1; tagged != tt.tagged || e.Outcome == oped.Tagged != tt.tagged {
			t.Errorf("%s: tags %+v, explained as %s", tt.name, tags, e.Outcome)
		}
		if tt.doc.Boilerplate == nil || tt.doc.HTML {
			continue
		}
		if len(e.Beside) != 1 || e.Beside[0].Zone != "furniture" ||
			tt.doc.Text[e.Beside[0].Start:e.Beside[0].End] != "Washington" {
			t.Errorf("%s: not counted: %+v", tt.name, e.Beside)
		}
	}
}
