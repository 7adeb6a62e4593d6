package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

var update = flag.Bool("update", false, "rewrite the transcripts' expected output")

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"oped": narrow}) }

// narrow is main for transcripts. It fails if the output for a person has lines of more than 80 columns. An address or
// a path, which nothing can break, may be longer, and so may the summary of once, which is one line for scripts.
func narrow() {
	if terminal(os.Stdout) {
		main()
	}
	var out bytes.Buffer
	code := run(io.MultiWriter(os.Stdout, &out))
	// what is for programs, or as wide as it is
	others := []string{" --json", " --wide", " export ", " parse ", " topic tag", " dedup pair", "complet"}
	args := strings.Join(os.Args, " ")
	if !slices.ContainsFunc(others, func(s string) bool { return strings.Contains(args, s) }) {
		for line := range strings.Lines(out.String()) {
			words := strings.Fields(line)
			if cells.StringWidth(line) > 80 && len(words[len(words)-1]) < 40 && !strings.Contains(line, " fetched (") {
				fmt.Fprintf(os.Stderr, "more than 80 columns: %s", line)
				code = exitFailed
			}
		}
	}
	os.Exit(code)
}

// TestTranscripts runs the real command line as a user would, and compares its output.
func TestTranscripts(t *testing.T) {
	if testkit.Raced {
		t.Skip("SKIPPED: runs four hundred programs, slow to start with the race detector")
	}
	copies := copiesPress(t)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			// A port in use, for one of the transcripts.
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Defer(func() { l.Close() })
			env.Setenv("GOGC", "off") // no program runs long enough to need it
			if err := os.WriteFile(filepath.Join(env.WorkDir, "copies.yaml"), []byte(copies), 0o644); err != nil {
				return err
			}
			// A newspaper of the files in the folder paper, without validators, since it may change within a
			// second.
			paper := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := os.ReadFile(filepath.Join(env.WorkDir, "paper", path.Base(r.URL.Path)))
				if err != nil {
					http.NotFound(w, r)
					return
				}
				w.Header().Set("Content-Type", "application/rss+xml")
				w.Write(body)
			}))
			env.Defer(paper.Close)
			printed := "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nstore: paper.db\nfeeds: [{name: paper, " +
				"url: " + paper.URL + "/feed, publisher: The Paper}]\n" +
				"topics: {rivers: {score: {river: 1}, threshold: 1}}\neditions: {all: {}}\n"
			if err := os.WriteFile(filepath.Join(env.WorkDir, "paper.yaml"), []byte(printed), 0o644); err != nil {
				return err
			}
			taken := "listen: " + l.Addr().String() + "\nstore: taken.db\n"
			return os.WriteFile(filepath.Join(env.WorkDir, "taken.yaml"), []byte(taken), 0o644)
		},
	})
}

// copiesPress prints a column in two papers, and another one again much later. It returns a configuration with
// the two feeds.
func copiesPress(t testing.TB) string {
	press := newstest.New(t)
	item := func(site, slug, title string, words, day int) newstest.Item {
		return newstest.Item{
			GUID:      site + slug,
			Link:      site + slug,
			Title:     title,
			HTML:      "<p>" + newstest.Words(words, 80) + "</p>",
			Published: time.Date(2026, 1, day, 9, 0, 0, 0, time.UTC),
		}
	}
	const dawn, nation = "https://dawn.example/", "https://nation.example/"
	press.Edition("/dawn", "Dawn", item(dawn, "rivers", "Rivers and treaties", 1, 5),
		item(dawn, "budget", "A budget for none", 2, 6), item(dawn, "schools", "Schools without roofs", 3, 1))
	press.Edition("/nation", "The Nation", item(nation, "rivers", "Rivers and treaties", 1, 6),
		item(nation, "roofs", "Schools without roofs", 3, 60))
	return "fetch: {spacing: 0s, concurrency: 1, allow_private: [127.0.0.0/8]}\nterms: {}\ntopics: {water: {score: " +
		"{'title:rivers': 2}, threshold: 1}}\neditions: {all: {}, water: {topics: water}}\n" +
		"feeds:\n  - {name: dawn, url: \"" + press.URL + "/dawn\", publisher: Dawn}\n  - {name: nation, url: \"" +
		press.URL + "/nation\", publisher: The Nation}\n"
}

// runOped runs one command line in the process and returns its output and exit code.
func runOped(t testing.TB, ctx context.Context, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	a := &cli{stdin: strings.NewReader(""), stdout: &out, stderr: &err, getenv: func(string) string {
		return ""
	}, now: time.Now}
	code = a.main(ctx, args)
	return out.String(), err.String(), code
}

// mustOped is runOped for a command that must succeed.
func mustOped(t testing.TB, args ...string) string {
	t.Helper()
	stdout, stderr, code := runOped(t, t.Context(), args...)
	if code != exitDone {
		t.Fatalf("oped %s: exit %d\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestAnUnknownFormOfTheLogIsAUsageError: for every command, before it does anything.
func TestAnUnknownFormOfTheLogIsAUsageError(t *testing.T) {
	for _, command := range []string{"feeds", "check", "run", "once", "version", "topic", "init"} {
		if _, said, code := runOped(t, t.Context(), command, "--log", "xml"); code != exitUsage ||
			!strings.Contains(said, "--log xml") {
			t.Errorf("%s: exit %d: %s", command, code, said)
		}
	}
}
