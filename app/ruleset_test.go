package app

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/store"
)

// TestRuleSet_WeightsOfAnotherRelease: an active rule with weights for other features stays, with its version, so that
// no piece is judged again; the configuration is a draft.
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
	for name, stored := range map[string]string{
		"another release": strings.NewReplacer("features 2", "features 1", `"features":"2"`, `"features":"1"`).Replace(draft),
		"other weights":   strings.Replace(draft, "prior -1", "prior -3", 1),
	} {
		t.Run(name, func(t *testing.T) {
			if stored == draft {
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
				Rules:  []oped.RuleChange{{Topic: "ab", After: stored, Version: versionOf(stored)}},
			}
			if _, _, err := st.Decisions.Decide(t.Context(), d, store.Verdict{Topics: []string{"ab"}}); err != nil {
				t.Fatal(err)
			}
			s, err := loadRuleSet(t.Context(), st, cfg)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.tagger.Source("ab"); got != stored || len(s.changed) != 1 || len(s.reconcile) != 0 {
				t.Errorf("active %s, changed %v, to judge again %v", got, s.changed, s.reconcile)
			}
		})
	}
}

// versionOf returns the version that the store has of a rule.
func versionOf(source string) string {
	sum := sha256.Sum256([]byte("3\n" + source))
	return hex.EncodeToString(sum[:6])
}
