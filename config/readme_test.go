package config

import (
	"os"
	"strings"
	"testing"
)

// TestReadmeTopic: the README's topic is a valid configuration, and its examples pass.
func TestReadmeTopic(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	c := parsed(t, example)
	if err := c.Tagger.Test().Err(); err != nil || len(c.Topics) != 1 {
		t.Error(err)
	}
}

// TestManual_FittedTopic: the fitted topic of docs/topics.md is valid beside the shipped lists.
func TestManual_FittedTopic(t *testing.T) {
	manual, err := os.ReadFile("../docs/topics.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, _ := strings.Cut(string(manual), "\n## Fitted topics\n")
	_, rest, _ := strings.Cut(chapter, "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	c := parsed(t, "include: [../../topics/packs/*.yaml]\n"+example)
	if err := c.Tagger.Test().Err(); err != nil || len(c.Topics) != 1 || !c.Topics[0].Fitted() {
		t.Error(err)
	}
}

func TestNotUTF8(t *testing.T) {
	_, err := Parse("config.yaml", []byte("feeds: []\n# caf\xe9\n"))
	if err == nil || !strings.Contains(err.Error(), "config.yaml:2:6: the file is not UTF-8") {
		t.Errorf("%v", err)
	}
}
