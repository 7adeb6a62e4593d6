package topic_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"oped"
	"oped/config"
	"oped/topic"
)

// TestTag_HonestPiecesAreWithinTheBudget checks that the longest document, made of real op-eds and searched for
// boilerplate, takes less than the budget of a fetch with the shipped topics.
func TestTag_HonestPiecesAreWithinTheBudget(t *testing.T) {
	c, err := config.Load("../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tagger, err := topic.Compile(c.Lists, c.Topics)
	if err != nil {
		t.Fatal(err)
	}
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = "../../shared/data"
	}
	f, err := os.Open(filepath.Join(root, "topics", "dev.jsonl"))
	if err != nil {
		t.Skipf("SKIPPED: %v; set OPED_DATA to the folder with the test data", err)
	}
	defer f.Close()
	bytes, steps, limit := 0, 0, 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var p struct{ Title, Text string }
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if len(p.Text) < 2_000 {
			continue
		}
		_, n := tagger.TagCounted(&topic.Doc{Title: p.Title, Text: p.Text})
		bytes, steps = bytes+len(p.Text), steps+n
		limit = max(limit, n*1000/len(p.Text))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%.2f steps a byte on average, %.2f at most", float64(steps)/float64(bytes), float64(limit)/1000)
	if whole := oped.MaxDocument / bytes * steps; 2*whole > oped.MaxTopicSteps*9/10 {
		t.Errorf("a document takes %d steps", whole)
	}
}
