package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestRemoteCommands: commands that write work beside a daemon, and the served pages follow.
func TestRemoteCommands(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	items := newstest.Items("https://paper.example", 0, 3)
	for i, text := range []string{"The US and Pakistan talk.", "Foggy Bottom waits for Pakistan.",
		"Nothing of the kind."} {
		items[i].HTML, items[i].Published = "<p>"+text+"</p>", time.Now().Add(-time.Hour)
	}
	paper.Edition("/feed", "The Paper", items...)
	rest := "listen: 127.0.0.1:0\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [{name: paper, url: \"" +
		paper.URL + "/feed\"}]\neditions: {pak-us: {topics: pak-us}}\n"
	path := testkit.WriteConfig(t, ruleBefore+rest)
	d := startDaemon(t, path)
	served := func(title string, want bool) {
		t.Helper()
		deadline := time.After(10 * time.Second)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			if got := strings.Contains(testkit.Get(t, d.address+"/pak-us.atom"), title); got == want {
				return
			}
			select {
			case <-tick.C:
			case <-deadline:
				t.Fatalf("%q is served: %v; the daemon said\n%s", title, !want, d.said())
			}
		}
	}
	begun := func() int { return strings.Count(d.said(), "msg=started") }
	until := func(n int) { // two reloads that are asked for at the same time would be one
		t.Helper()
		for tick := time.NewTicker(5 * time.Millisecond); begun() < n; {
			<-tick.C
		}
	}
	served("Opinion number 0", true)
	if err := os.WriteFile(path, []byte(ruleAfter+rest), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := mustOped(t, "--config", path, "topic", "apply", "--by", "amna"); !strings.Contains(out,
		"apply by amna: pak-us +1 -1") {
		t.Errorf("apply said %q", out)
	}
	served("Opinion number 1", true)
	served("Opinion number 0", false)
	until(2)
	if out := mustOped(t, "--config", path, "topic", "undo"); !strings.Contains(out,
		"undoes decision 2, pak-us +1 -1") {
		t.Errorf("undo said %q", out)
	}
	served("Opinion number 0", true)
	served("Opinion number 1", false)
	until(3)
	mustOped(t, "--config", path, "piece", "tag", "--why", "between the lines",
		"--", "https://paper.example/opinion/2", "pak-us")
	served("Opinion number 2", true)
	mustOped(t, "--config", path, "undo")
	served("Opinion number 2", false)
	if n := begun(); n != 3 {
		t.Errorf("a decision on a piece cut off the fetches under way: the daemon began %d times", n)
	}
	if out := mustOped(t, "--config", path, "topic", "log"); !strings.Contains(inOneLine(out),
		"(between the lines); undone by 5") {
		t.Errorf("the log:\n%s", out)
	}
	mustOped(t, "--config", path, "piece", "merge", "https://paper.example/opinion/0",
		"https://paper.example/opinion/1")
	served("https://paper.example/opinion/1", true)
	if out := mustOped(t, "--config", path, "undo"); !strings.Contains(out, "undoes decision 6\n") {
		t.Errorf("undo said %q", out)
	}
	served("https://paper.example/opinion/1", false)
	_, stderr, code := runOped(t, t.Context(),
		"--config", path, "piece", "untag", "https://paper.example/opinion/2", "pak-uss")
	if code != exitUsage || !strings.Contains(stderr, "there is no topic pak-uss") ||
		!strings.Contains(stderr, "hint: did you mean pak-us?") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if _, stderr, code := runOped(t, t.Context(), "--config", path, "once"); code != exitFailed ||
		!strings.Contains(stderr, "in use by another oped") {
		t.Errorf("once beside the daemon: exit %d, %s", code, stderr)
	}
	info, err := os.Stat(filepath.Join(filepath.Dir(path), "oped.db.sock"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info, err)
	}
}
