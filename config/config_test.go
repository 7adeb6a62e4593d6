package config

import "testing"

func TestShippedConfig(t *testing.T) {
	c, err := Load("../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Tagger.Test().Err(); err != nil {
		t.Error(err)
	}
	if len(c.Feeds) != 102 || len(c.Topics) != 7 || len(c.Editions) != 8 {
		t.Errorf("%d feeds, %d topics, %d editions", len(c.Feeds), len(c.Topics), len(c.Editions))
	}
}
