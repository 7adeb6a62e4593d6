// Package olddb makes databases of released versions from their commits, for tests of upgrades.
//
// To let a release read the invented press, call [Build]. To run a program on the result, call [Database.Run].
package olddb

import (
	"archive/zip"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oped/internal/newstest"
)

// Release is a released version, and its commit as in CHANGELOG.md.
type Release struct{ Version, Commit string }

// Releases returns all releases, oldest first.
func Releases() []Release { return []Release{{"0.1.0", "c729da3"}} }

// Pieces with decisions of a curator, by number.
const (
	Merged    = "3"
	Tagged    = "7"
	Withdrawn = "9"
)

// Database is a folder with config.yaml, oped.db and the published files in public/. The press that its feeds come
// from goes on until the test ends.
type Database struct {
	Dir     string
	Program string // the release

	t   testing.TB
	now atomic.Int64 // the clock of the press, in nanoseconds
}

// Build builds a release, and lets it fetch, decide and publish. It skips the test where the commit is missing, and
// in the quick tier.
func Build(t testing.TB, r Release) *Database {
	t.Helper()
	root := Root(t)
	if err := exec.Command("git", "-C", root, "cat-file", "-e", r.Commit+"^{commit}").Run(); err != nil {
		t.Skipf("SKIPPED: no commit %s in this clone", r.Commit)
	}
	source := filepath.Join(t.TempDir(), "source")
	archive := source + ".zip"
	run(t, root, "git", "archive", "--format=zip", "--output="+archive, r.Commit)
	files, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	if err := os.CopyFS(source, files); err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile(filepath.Join(source, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d := &Database{Dir: t.TempDir(), Program: Program(t, source), t: t}
	start := time.Now().AddDate(0, 0, -1)
	d.now.Store(start.UnixNano())
	press := newstest.NewPress(start)
	server := httptest.NewServer(press.Handler(func() time.Time { return time.Unix(0, d.now.Load()) }))
	t.Cleanup(server.Close)
	// A short head cuts archives.
	sections := strings.ReplaceAll(newstest.Sections(string(config), "terms", "topics", "editions"),
		"everything: {", "everything: {limit: 10, ")
	text := string(press.Config(server.URL, "http://127.0.0.1:1", d.Dir)) + sections
	if err := os.WriteFile(d.config(), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Run(d.Program, "once")
	d.Advance(10 * time.Minute)
	d.Run(d.Program, "once", "--all")
	d.Run(d.Program, "piece", "merge", Merged, "5", "--by", "curator", "--why", "one text")
	d.Run(d.Program, "piece", "tag", Tagged, "climate-water", "--by", "curator", "--why", "it is about rivers")
	d.Run(d.Program, "piece", "withdraw", Withdrawn, "--by", "curator", "--why", "the author asked for it")
	d.Run(d.Program, "once", "--all")
	return d
}

// Advance moves the clock of the press.
func (d *Database) Advance(by time.Duration) { d.now.Add(int64(by)) }

// Run runs a program on the database, and returns its output. The test ends if the program fails.
func (d *Database) Run(program string, args ...string) string {
	d.t.Helper()
	return run(d.t, d.Dir, program, append([]string{"--config", d.config(), "--quiet"}, args...)...)
}

func (d *Database) config() string { return filepath.Join(d.Dir, "config.yaml") }

// Program builds the program of a source tree, as it ships.
func Program(t testing.TB, source string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "oped")
	run(t, source, "go", "build", "-trimpath", "-buildvcs=false", "-o", program, "./cmd/oped")
	return program
}

// Root returns the root of the repository. It skips the test without git, without a repository, and in the quick tier.
func Root(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	out, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	if err != nil {
		t.Skipf("SKIPPED: no git repository: %v", err)
	}
	return strings.TrimSpace(string(out))
}

func run(t testing.TB, dir, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}
