package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"oped/internal/newstest"
)

// dataDir is the folder of shared test data; the test is skipped, aloud, where there is none.
func dataDir(t testing.TB, parts ...string) string {
	t.Helper()
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = "../../../shared/data"
	}
	dir := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED: %s is not there; set OPED_DATA to the folder with the test data", filepath.Join(parts...))
	}
	return dir
}

// TestOnceOverRealAndNastyDocuments fetches all real and nasty documents, under right and wrong content types.
// No document stops another, each failure has its line with kind and reason, and a second run changes nothing.
func TestOnceOverRealAndNastyDocuments(t *testing.T) {
	notRaced(t)
	var feeds strings.Builder
	n, real := 0, 0
	for _, folder := range []string{"real", "nasty"} {
		press := newstest.New(t)
		for _, name := range press.Folder(t, dataDir(t, "feeds", folder)) {
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
	config := writeConfig(t, farmConfig()+"feeds:\n"+feeds.String())
	out := mustOped(t, "--config", config, "--quiet", "once")
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
	before := files(t, filepath.Join(filepath.Dir(config), "public"))
	again := mustOped(t, "--config", config, "--quiet", "once", "--all")
	if !strings.Contains(lastLine(again), ", 0 tags given") ||
		!regexp.MustCompile(`\(0 new, 0 joined, 0 changed\)`).MatchString(again) {
		t.Errorf("the second run: %s", lastLine(again))
	}
	after := files(t, filepath.Join(filepath.Dir(config), "public"))
	delete(before, "/health.atom") // it reports a second failure
	delete(after, "/health.atom")
	if diff := differing(before, after); diff != "" {
		t.Errorf("the second run wrote %s otherwise", diff)
	}
}

// farmConfig is the head of a configuration for papers on loopback, with the shipped topics and editions.
func farmConfig() string {
	return "base_url: http://127.0.0.1:8080\nfetch: {every: 1h, spacing: 0s, per_host: 8, allow_private: [127.0.0.0/8]}\n" +
		includeTopics() + shippedEditions()
}

// includeTopics includes the shipped topics, for a configuration in any folder.
func includeTopics() string {
	root, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("include: [%q, %q]\n", root+"/topics/*.yaml", root+"/topics/packs/*.yaml")
}

func shippedEditions() string {
	main := string(shippedFiles("config.yaml", ".")[0].body)
	return main[strings.Index(main, "\neditions:")+1:]
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

// files are the contents of a folder, by path.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".oped-manifest" { // which is no page
			return err
		}
		data, err := os.ReadFile(path)
		out[strings.TrimPrefix(path, dir)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// differing returns the first file with a difference, or "".
func differing(a, b map[string]string) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%d files instead of %d, or some", len(b), len(a))
	}
	for path, body := range a {
		if b[path] != body {
			return path
		}
	}
	return ""
}
