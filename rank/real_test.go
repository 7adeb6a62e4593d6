package rank_test

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"oped/config"
	"oped/rank"
	"oped/topic"
)

// labelled returns the pieces labelled for a topic, with the verdict of the shipped rules.
func labelled(t *testing.T, name string) (pieces []rank.Piece, decisions []rank.Label) {
	t.Helper()
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = "../../shared/data"
	}
	file, err := os.Open(filepath.Join(root, "topics", "dev.jsonl"))
	if err != nil {
		t.Skip("SKIPPED: there is no topics/dev.jsonl; set OPED_DATA to the folder with the test data")
	}
	defer file.Close()
	cfg, err := config.Load("../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var p struct {
			ID, Title, Text, Author, URL, Lang string
			Topics                             []string
			Scored                             []string `json:"scored_topics"`
			Uncertain                          bool
		}
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if p.Uncertain || !slices.Contains(p.Scored, name) {
			continue
		}
		for _, tag := range cfg.Tagger.Verdicts(&topic.Doc{
			Title:  p.Title,
			Text:   p.Text,
			Author: p.Author,
			URL:    p.URL,
		}) {
			if tag.Topic == name {
				one := rank.Piece{ID: p.ID, Title: p.Title, Text: p.Text, Score: tag.Score, Threshold: tag.Threshold}
				for _, span := range tag.Why {
					one.Rules = append(one.Rules, span.Rule)
				}
				pieces = append(pieces, one)
			}
		}
		decisions = append(decisions, rank.Label{ID: p.ID, On: slices.Contains(p.Topics, name)})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return pieces, decisions
}

// TestReal_ProbabilitiesAreCalibrated learns from every other labelled piece on Pakistan and the United States,
// and judges the rest. The probabilities must separate the pieces, and be right about as often as they say.
func TestReal_ProbabilitiesAreCalibrated(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	pieces, decisions := labelled(t, "pak-us")
	var known []rank.Label
	for i := 0; i < len(decisions); i += 2 {
		known = append(known, decisions[i])
	}
	m, ok := rank.Read(pieces).Learn(known, rank.Options{})
	if !ok {
		t.Fatal("nothing learned")
	}
	var loss, blind, expected, seen, n float64
	var bins [5]struct{ n, expected, seen float64 }
	for i := 1; i < len(decisions); i += 2 {
		p, want := m.Probability(&pieces[i]), 0.
		if decisions[i].On {
			want = 1
		}
		n, expected, seen = n+1, expected+p, seen+want
		b := &bins[min(int(p*5), 4)]
		b.n, b.expected, b.seen = b.n+1, b.expected+p, b.seen+want
		loss -= math.Log(max(want*p+(1-want)*(1-p), 1e-9))
	}
	share := seen / n
	blind = -n * (share*math.Log(share) + (1-share)*math.Log(1-share))
	t.Logf("%g pieces, %g on the topic, %.1f expected; log loss %.3f, by the share alone %.3f", n, seen, expected,
		loss/n, blind/n)
	for i, b := range bins {
		t.Logf("probability from %.1f: %g pieces, %.1f expected, %g on the topic", float64(i)/5, b.n, b.expected,
			b.seen)
	}
	if loss > blind/3 || math.Abs(expected-seen) > .15*seen {
		t.Error("the probabilities separate too little, or are off")
	}
	inLists := func(term string) bool { return slices.Contains([]string{"pakistan", "us", "washington"}, term) }
	for _, s := range m.Suggest(inLists, 10) {
		t.Logf("%+.2f  %-24s %3d for, %3d against", s.LogOdds, s.Term, s.For, s.Against)
	}
}
