package app

import (
	"maps"
	"strings"
	"testing"

	"oped"
	"oped/config"
)

// TestFormerVersions compares with what release 0.1.0 has stored, so that its databases are not judged again.
func TestFormerVersions(t *testing.T) {
	cfg := &config.Config{
		Editions: []oped.Edition{
			{Name: "pak-us", Filter: oped.Filter{Topics: []string{"pak-us"}}},
			{Name: "author-ayesha-farooqi", Filter: oped.Filter{Author: "ayesha-farooqi"}},
		},
		Feeds: []oped.Feed{{URL: "http://127.0.0.1:7480/f/0/opinion.xml", Publisher: "Paper 1", Lang: "en", Opinion: "always"}},
	}
	got := formerVersions(cfg)
	for name, want := range map[string]string{
		"edition/pak-us":                             "4246c692416499ad",
		"author/ayesha-farooqi":                      "eba6c60104b3fd84",
		"feed/http://127.0.0.1:7480/f/0/opinion.xml": "9ceee4708c95cd33",
	} {
		if got[name] != want {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
	for name, v := range ruleVersions(cfg, nil) {
		if v == got[name] {
			t.Errorf("%s: %s, as release 0.1.0 has it", name, v)
		}
	}
}

// TestPiecesOfTheConfigurationJudgeNothingAgain: the feeds and editions of the shipped configuration, in several files,
// have the fingerprints of the one file of release 0.1.0. Its topics have become fitted ones.
func TestPiecesOfTheConfigurationJudgeNothingAgain(t *testing.T) {
	var versions []map[string]string
	for _, path := range []string{"../config/testdata/onefile.yaml", "../config.yaml"} {
		cfg, err := config.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		all := ruleVersions(cfg, cfg.Tagger)
		maps.DeleteFunc(all, func(name, _ string) bool { return strings.HasPrefix(name, "topic/") })
		versions = append(versions, all)
	}
	if len(versions[0]) != 1+8+102 || !maps.Equal(versions[0], versions[1]) {
		t.Errorf("%v\n%v", versions[0], versions[1])
	}
}
