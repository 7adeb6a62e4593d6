package page

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestWords_EveryMessageIsInUrdu: every message of the templates and every display name is in the catalog.
func TestWords_EveryMessageIsInUrdu(t *testing.T) {
	known := map[string]bool{}
	for line := range strings.Lines(urdu) {
		key, said, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || said == "" || known[key] {
			t.Errorf("%q has two translations, or none", key)
		}
		if strings.Count(key, "%") != strings.Count(said, "%") {
			t.Errorf("%q takes other arguments in Urdu", key)
		}
		known[key] = true
	}
	messages := regexp.MustCompile(`sayf? \$?\.Lang "([^"]*)"`).FindAllStringSubmatch(templates, -1)
	if len(messages) < 60 {
		t.Errorf("%d messages in the templates", len(messages))
	}
	for _, m := range messages {
		if !known[m[1]] {
			t.Errorf("%q is not in the catalog", m[1])
		}
	}
	for _, table := range []map[string]string{
		kinds, kindsOfMany, languages, zones, news, outcomes, textKinds, earlier, later,
	} {
		for _, key := range table {
			if !known[key] {
				t.Errorf("%q is not in the catalog", key)
			}
		}
	}
}

func TestWords(t *testing.T) {
	w, day := NewWords(), time.Date(2026, 3, 9, 23, 0, 0, 0, time.FixedZone("", -5*3600))
	for got, want := range map[string]string{
		w.count("en", 1, 1):                      "1 piece",
		w.count("en", 0, 0):                      "0 pieces",
		w.count("fr", 5579, 5579):                "5579 pieces",
		w.count("en-GB", 50, 12345):              "The newest 50 of 12345 pieces",
		w.count("ur-PK", 1, 1):                   "مضامین: 1",
		w.count("ur", 50, 12345):                 "تازہ ترین مضامین: 50 (کل 12345)",
		w.Date("en", day):                        "10 March 2026",
		w.Date("ur", day):                        "10 مارچ 2026",
		w.Short("en", day, day):                  "10 Mar",
		w.Short("ur", day, day.AddDate(1, 0, 0)): "10 مارچ 2026",
		w.Kinds("en", "news"):                    "news",
		w.Kinds("ur", "news"):                    "خبریں",
		w.Kind("ur", "news"):                     "خبر",
		w.Kind("ur", "sermon"):                   "sermon",
		w.Say("en", "example on the topic"):      "on the topic",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSources: Sources covers every non-code file of the package.
func TestSources(t *testing.T) {
	if all := strings.Join(Sources(), ""); len(all) != len(templates)+len(Style)+len(urdu) ||
		!strings.HasPrefix(StyleName(), "style-") {
		t.Errorf("%d bytes, %s", len(all), StyleName())
	}
}
