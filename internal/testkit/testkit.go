// Package testkit has what tests of several packages need: configurations, folders, feeds as readers see them, and
// skips.
package testkit

import (
	"bytes"
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped"
)

// NotShort skips a slow test in the quick tier.
func NotShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
}

// NotRaced skips a test with a hundred programs or a thousand rendered pieces under the race detector: make test
// runs it again without.
func NotRaced(t testing.TB) {
	t.Helper()
	NotShort(t)
	if Raced {
		t.Skip("SKIPPED: takes minutes under the race detector, which the other tests give enough to look at")
	}
}

// Rounds returns how often to repeat something random: n times, or a few in the quick tier and under the race detector.
// make test does all of them without it.
func Rounds(n, few int) int {
	if testing.Short() || Raced {
		return few
	}
	return n
}

// Program skips the test, aloud, where a program of Debian's is not installed.
func Program(t testing.TB, path, pkg string) {
	t.Helper()
	if _, err := exec.LookPath(path); err != nil {
		t.Skipf("SKIPPED: %s is not installed; apt-get install %s", path, pkg)
	}
}

// WriteConfig writes a configuration into a new folder and returns its path.
func WriteConfig(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// FarmConfig returns the head of a configuration for papers on loopback, with the shipped topics and editions.
func FarmConfig() string {
	return "base_url: http://127.0.0.1:8080\nfetch: {every: 1h, spacing: 0s, per_host: 8, allow_private: [127.0.0.0/8]}\n" +
		IncludeTopics() + ShippedEditions()
}

// IncludeTopics includes the shipped topics, for a configuration in any folder.
func IncludeTopics() string {
	root, err := filepath.Abs("..")
	if err != nil {
		panic(err)
	}
	for _, err := os.Stat(filepath.Join(root, "topics")); err != nil; _, err = os.Stat(filepath.Join(root, "topics")) {
		root = filepath.Dir(root)
	}
	return fmt.Sprintf("include: [%q, %q]\n", root+"/topics/*.yaml", root+"/topics/packs/*.yaml")
}

// ShippedEditions returns the editions of the shipped configuration.
func ShippedEditions() string {
	main, err := oped.Shipped.ReadFile("config.yaml")
	if err != nil {
		panic(err) // an embedded file can always be read
	}
	return string(main[bytes.Index(main, []byte("\neditions:"))+1:])
}

// Files returns the contents of a folder, by path.
func Files(t testing.TB, dir string) map[string]string {
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

// Differing returns the first file with a difference, or "".
func Differing(a, b map[string]string) string {
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

// ChangedAt returns when each file of a folder was written.
func ChangedAt(t testing.TB, dir string) map[string]time.Time {
	t.Helper()
	at := map[string]time.Time{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			info, err := d.Info()
			if err != nil {
				return err
			}
			at[name] = info.ModTime()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// AtomFeed is an Atom document as a reader sees it.
type AtomFeed struct {
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Entries []AtomEntry `xml:"entry"`
}

// AtomEntry is an entry of an AtomFeed.
type AtomEntry struct {
	ID      string `xml:"id"`
	Title   string `xml:"title"`
	Updated string `xml:"updated"`
	Summary string `xml:"summary"`
	Authors []struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Links []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Source struct {
		ID    string `xml:"id"`
		Title string `xml:"title"`
	} `xml:"source"`
}

// ReadAtom reads an Atom document from a file.
func ReadAtom(t testing.TB, path string) (f AtomFeed) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = xml.Unmarshal(data, &f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// DataDir is the folder of shared test data; the test is skipped, aloud, where there is none.
func DataDir(t testing.TB, parts ...string) string {
	t.Helper()
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = "../../shared/data"
	}
	dir := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED: %s is not there; set OPED_DATA to the folder with the test data", filepath.Join(parts...))
	}
	return dir
}

// Get reads an address. Each call is another reader, since the daemon limits polls of one.
func Get(t testing.TB, url string) string {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "test/"+rand.Text())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
