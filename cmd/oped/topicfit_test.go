package main

import (
	"os"
	"strings"
	"testing"
)

// TestTopicFit_Mistakes: wrong input is a usage error with a hint, and no file is written.
func TestTopicFit_Mistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, text string) { must(t, os.WriteFile(name, []byte(text), 0o600)) }
	write("config.yaml", "store: x.db\nterms: {a: [Aland], b: [Bland]}\ntopics:\n  ab: {sides: [$a, $b]}\n"+
		"  written: {score: {$a: 1}, threshold: 1}\n")
	write("few.jsonl", strings.Repeat(`{"title": "Aland", "outlet": "A", "topics": ["ab"], "scored_topics": ["ab"]}`+"\n", 30)+
		`{"title": "Other", "outlet": "A", "topics": [], "scored_topics": ["ab"]}`+"\n"+
		`{"title": "Unsure", "topics": [], "scored_topics": ["ab"], "uncertain": true}`+"\n"+
		`{"title": "Another topic", "topics": [], "scored_topics": ["c"]}`+"\n")
	write("broken.jsonl", "{\n")
	for _, c := range []struct{ args, want string }{
		{"abc --on few.jsonl", "there is no topic abc"},
		{"written --on few.jsonl", "the topic written is written, not fitted"},
		{"ab --on none.jsonl", "none.jsonl"},
		{"ab --on .", "name a file of labelled pieces"},
		{"ab --on broken.jsonl", "broken.jsonl:1: unexpected JSON"},
		{"ab --on few.jsonl --force x", "1 of 2 pieces labelled for ab are on it: too few to fit it"},
		{"ab --on few.jsonl --share 1", "--share 1 is not between 0 and 1"},
		{"ab --on few.jsonl --share NaN", "--share NaN is not between 0 and 1"},
		{"", "NAME is missing"},
	} {
		args := append([]string{"topic", "fit"}, strings.Fields(c.args)...)
		if _, said, code := runOped(t, t.Context(), args...); code != exitUsage || !strings.Contains(said, c.want) ||
			!strings.Contains(said, "hint: ") {
			t.Errorf("%s: exit %d: %s", c.args, code, said)
		}
	}
	if _, err := os.Stat("ab.weights"); err == nil {
		t.Error("a file was written")
	}
}
