package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/store"
)

// TestRuleSet_WeightsOfAnotherRelease: the draft replaces an active rule with weights for other features, and oped
// starts. Readable weights stay active.
func TestRuleSet_WeightsOfAnotherRelease(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const weights = "features 2\nprior -1\ntag 0\nreview -2\n"
	write("config.yaml", "store: x.db\nterms: {a: [Aland], b: [Bland]}\ntopics: {ab: {sides: [$a, $b]}}\n")
	write("ab.weights", weights)
	cfg, err := config.Load(filepath.Join(dir, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	draft := cfg.Tagger.Source("ab")
	for name, c := range map[string]struct {
		stored  string
		changed bool
	}{
		"another release": {strings.Replace(draft, "features 2", "features 0", 1), true},
		"other weights":   {strings.Replace(draft, "prior -1", "prior -3", 1), true},
	} {
		t.Run(name, func(t *testing.T) {
			if c.stored == draft {
				t.Fatal("the draft is stored")
			}
			st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			d := oped.Decision{
				At:     time.Unix(1e9, 0).UTC(),
				By:     oped.ByConfig,
				Action: oped.Apply,
				Rules:  []oped.RuleChange{{Topic: "ab", After: c.stored, Version: "x"}},
			}
			if _, _, err := st.Decisions.Decide(t.Context(), d, store.Verdict{Topics: []string{"ab"}}); err != nil {
				t.Fatal(err)
			}
			s, err := loadRuleSet(t.Context(), st, cfg)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.tagger.Source("ab"); (got == draft) == c.changed || (len(s.changed) > 0) != c.changed {
				t.Errorf("active %s, changed %v", got, s.changed)
			}
		})
	}
}
