package e2e

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestOnceOverRealAndNastyDocuments fetches all real and nasty documents, under right and wrong content types.
// No document stops another, each failure has its line with kind and reason, and a second run changes nothing.
func TestOnceOverRealAndNastyDocuments(t *testing.T) {
	testkit.NotRaced(t)
	var feeds strings.Builder
	n, real := 0, 0
	for _, folder := range []string{"real", "nasty"} {
		press := newstest.New(t)
		for _, name := range press.Folder(t, testkit.DataDir(t, "feeds", folder)) {
			for _, kind := range []string{"right", "wrong"} {
				n++
				if folder == "real" {
					real++
				}
				fmt.Fprintf(&feeds, "  - {name: %s-%s-%d, url: %q, publisher: %q}\n", folder, kind, n,
					press.URL+"/"+kind+"/"+name, "Paper "+name)
			}
		}
	}
	config := testkit.WriteConfig(t, testkit.FarmConfig()+"feeds:\n"+feeds.String())
	out := mustOped(t, "--config", config, "once")
	t.Log(lastLine(out))
	failed := regexp.MustCompile(`(?m)^failed [a-z0-9-]+: [a-z_]+: .+$`).FindAllString(out, -1)
	counted := regexp.MustCompile(`(\d+) feeds fetched \(0 unchanged, (\d+) failed\), (\d+) entries`).FindStringSubmatch(lastLine(out))
	if counted == nil || counted[1] != fmt.Sprint(n) || counted[2] != fmt.Sprint(len(failed)) || counted[3] == "0" {
		t.Errorf("%d feeds, %d lines of failure; the summary says: %s", n, len(failed), lastLine(out))
	}
	lost := 0
	for _, line := range failed {
		t.Log(line)
		if strings.HasPrefix(line, "failed real-") {
			lost++
		}
	}
	if lost*20 > real {
		t.Errorf("%d of %d real documents give nothing", lost, real)
	}
	before := testkit.Files(t, filepath.Join(filepath.Dir(config), "public"))
	again := mustOped(t, "--config", config, "once", "--all")
	if !regexp.MustCompile(`(?m)^0 tags given(?s:.*)\(0 new, 0 joined, 0 changed\)$`).MatchString(again) {
		t.Errorf("the second run: %s", lastLine(again))
	}
	after := testkit.Files(t, filepath.Join(filepath.Dir(config), "public"))
	delete(before, "/health.atom") // it reports a second failure
	delete(after, "/health.atom")
	if diff := testkit.Differing(before, after); diff != "" {
		t.Errorf("the second run wrote %s otherwise", diff)
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
