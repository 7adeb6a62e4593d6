package e2e

import (
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestExplainPairs: explain reports whether two addresses are one piece, and why.
func TestExplainPairs(t *testing.T) {
	testkit.NotShort(t)
	paper, other := newstest.New(t), newstest.New(t)
	items := newstest.Items("https://one.example", 0, 3)
	paper.Edition("/feed", "One", items...)
	late := copied(items[2], "https://other.example/rerun", "The same, a month later")
	late.Published = items[2].Published.Add(31 * 24 * time.Hour)
	other.Edition("/feed", "Other", copied(items[0], "https://other.example/copy", "Another headline"), late)
	config := testkit.WriteConfig(
		t, "fetch: {spacing: 0s, concurrency: 1, allow_private: [127.0.0.0/8]}\nfeeds:\n"+
			"  - {url: \""+paper.URL+"/feed\", publisher: One}\n  - {url: \""+other.URL+"/feed\", publisher: Other}\n"+
			"topics: {trade: {score: {word: 1}, threshold: 1}}\neditions: {all: {}}\n")
	mustOped(t, "--config", config, "--quiet", "once")
	for _, c := range []struct{ a, b, want string }{
		{items[0].Link, "https://other.example/copy?utm_source=x", "one piece, 1, with 2 appearances: same text of "},
		{items[0].Link, items[0].Link, "the same appearance of it"},
		{items[0].Link, items[1].Link, "in a series; the headlines differ only in “0” and “1” (guard series, G4)"},
		{items[2].Link, "https://other.example/rerun", "a rerun; the same text was published 31 days apart (guard re-run, G1)"},
	} {
		if out := inOneLine(mustOped(t, "--config", config, "explain", c.a, c.b)); !strings.Contains(out, c.want) {
			t.Errorf("%s and %s: %s\nwant %q", c.a, c.b, out, c.want)
		} else if apart := c.a != c.b; apart != strings.Contains(out, "headlines: ") ||
			strings.Contains(out, "share 100 % of the") != strings.Contains(out,
				"shared passages, the longest first:") {
			t.Errorf("%s and %s: the evidence is missing, or out of place: %s", c.a, c.b, out)
		}
	}
	if out := inOneLine(mustOped(t, "--config", config, "explain", items[0].Link, "trade")); !strings.Contains(out, "trade:") {
		t.Errorf("of one piece and a topic: %s", out)
	}
	_, stderr, code := runOped(t, t.Context(), "--config", config, "explain", items[0].Link, "trde")
	if code != exitUsage || !strings.Contains(stderr, "there is no piece trde") ||
		!strings.Contains(stderr, "did you mean trade?") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}
