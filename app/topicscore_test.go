package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oped/config"
)

// TestScoreTopics_Homes: a labelled piece has the implied lists of the feed of its site, as in a fit, unless it has
// lists of its own. In `topic tag` it has only its own.
func TestScoreTopics_Homes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte("store: x.db\nterms: {home: [Aland], other: [Bland]}\n"+
		"feeds: [{name: a, url: \"https://feeds.aland.example/rss\", implies: [home]}]\n"+
		"topics: {home: {score: {$home: 1, Bland: 1}, require: $home, threshold: 1}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	pieces := `{"title": "Bland", "url": "https://www.aland.example/1", "topics": ["home"], "scored_topics": ["home"]}
		{"title": "Bland", "url": "https://www.aland.example/2", "implies": ["other"], "scored_topics": ["home"]}
		{"title": "Bland", "url": "https://www.bland.example/3", "scored_topics": ["home"]}`
	lines := func() Lines { return Lines{"labels.jsonl", strings.NewReader(pieces)} }
	scores, err := ScoreTopics(cfg, lines())
	if err != nil {
		t.Fatal(err)
	}
	if got := scores["home"].all; got.TP != 1 || got.TN != 2 {
		t.Errorf("%+v", got)
	}
	tagged := 0
	err = TagLines(cfg, lines(), func(l TaggedLine) error {
		for _, tag := range l.Tags {
			if tag.Outcome == "tag" {
				tagged++
			}
		}
		return nil
	})
	if err != nil || tagged > 0 {
		t.Errorf("%d tagged, %v", tagged, err)
	}
}
