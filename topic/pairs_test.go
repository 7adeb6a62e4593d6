package topic

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"oped"
)

// pairFile is testdata/pairs.txt. The head of the file describes its format.
type pairFile struct {
	t      *testing.T
	lists  []oped.List
	topics []oped.Topic
	rule   string
	yes    string // the text of the line before
	pairs  int
}

func TestMinimalPairs(t *testing.T) {
	source, err := os.ReadFile("testdata/pairs.txt")
	if err != nil {
		t.Fatal(err)
	}
	f := &pairFile{t: t}
	for i, line := range strings.Split(string(source), "\n") {
		if err := f.line(line); err != nil {
			t.Fatalf("pairs.txt:%d: %v", i+1, err)
		}
	}
	if f.pairs < 300 {
		t.Errorf("%d pairs, want at least 300", f.pairs)
	}
}

// line reads one line. A text is judged with the rule above it.
func (f *pairFile) line(line string) error {
	switch mark, rest, _ := strings.Cut(line, " "); {
	case strings.HasPrefix(line, "#") || line == "":
	case strings.HasPrefix(line, "  "):
		return f.topicLine(strings.TrimSpace(line))
	case mark == "list":
		name, source, _ := strings.Cut(rest, ": ")
		f.lists = append(f.lists, oped.List{Name: name, Terms: terms(strings.Split(source, ", ")...)})
	case mark == "topic":
		name, threshold, _ := strings.Cut(rest, " ")
		n, err := strconv.ParseFloat(threshold, 64)
		f.topics = append(f.topics, oped.Topic{Name: name, Threshold: n})
		return err
	case mark == "=":
		f.rule = rest
	case mark == "+":
		f.yes = rest
		return f.judge(rest, true)
	case mark == "-":
		if f.yes == "" {
			return fmt.Errorf("- without a + above it")
		}
		f.yes = ""
		f.pairs++
		return f.judge(rest, false)
	default:
		return fmt.Errorf("cannot read %q", line)
	}
	return nil
}

func (f *pairFile) topicLine(line string) error {
	what, expr, _ := strings.Cut(line, " ")
	topic := &f.topics[len(f.topics)-1]
	switch what {
	case "require":
		topic.Require.Expr = expr
	case "exclude":
		topic.Exclude.Expr = expr
	default:
		n, err := strconv.ParseFloat(what, 64)
		topic.Score = append(topic.Score, oped.Rule{Expr: expr, Weight: n})
		return err
	}
	return nil
}

func (f *pairFile) judge(source string, want bool) error {
	got, why := false, ""
	d := pairDoc(source)
	if name, ok := strings.CutPrefix(f.rule, "topic "); ok {
		tagger, err := Compile(f.lists, f.topics)
		if err != nil {
			return err
		}
		e, ok := tagger.Explain(d, name)
		if !ok {
			return fmt.Errorf("there is no topic %s", name)
		}
		got, why = e.Outcome == oped.Tagged, ": "+e.Reason
	} else {
		e, err := CompileExpr(f.lists, oped.Rule{Expr: f.rule})
		if err != nil {
			return err
		}
		got = e.match(d)
	}
	if got != want {
		f.t.Errorf("%s\n   %q: %v%s", f.rule, source, got, why)
	}
	return nil
}

var pairField = regexp.MustCompile(`\{(title|summary|text|html|author|category|url|implies)\}`)

// pairDoc parses the fields of a text.
func pairDoc(source string) *Doc {
	source = strings.NewReplacer(`\n`, "\n", "{130}", strings.Repeat("filler ", 130)).Replace(source)
	d := &Doc{}
	into := &d.Text
	var category, implies string
	for source != "" {
		at := pairField.FindStringSubmatchIndex(source)
		if at == nil {
			at = []int{len(source), len(source), 0, 0}
		}
		*into += source[:at[0]]
		fields := map[string]*string{
			"title":    &d.Title,
			"summary":  &d.Summary,
			"text":     &d.Text,
			"html":     &d.Text,
			"author":   &d.Author,
			"category": &category,
			"url":      &d.URL,
			"implies":  &implies,
		}
		if name := source[at[2]:at[3]]; name != "" {
			into = fields[name]
			d.HTML = d.HTML || name == "html"
		}
		source = source[at[1]:]
	}
	if category != "" {
		d.Categories = []string{category}
	}
	d.Implies = strings.Fields(implies)
	return d
}
