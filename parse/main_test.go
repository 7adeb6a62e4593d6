package parse_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"oped"
	"oped/parse"
)

// TestMain lets the test binary act as the command `oped parse --json`, for the scorer of feedparser's tests.
func TestMain(m *testing.M) {
	if os.Getenv("OPED_PARSE_JSON") != "" {
		os.Exit(command(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func command(args []string) int {
	header := http.Header{}
	flags := flag.NewFlagSet("parse", flag.ContinueOnError)
	base := flags.String("base", "", "")
	flags.Func("header", "", func(s string) error {
		key, value, _ := strings.Cut(s, ":")
		header.Set(strings.TrimSpace(key), strings.TrimSpace(value))
		return nil
	})
	if flags.Parse(args) != nil {
		return 2
	}
	body, err := os.ReadFile(flags.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	out, err := parse.JSON(context.Background(), parse.Input{Body: body, URL: *base, Header: header})
	fmt.Printf("%s\n", out)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// data returns the folder of the shared test data. Without the data it skips the test.
func data(t testing.TB, name ...string) string {
	t.Helper()
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = "../../shared/data"
	}
	path := filepath.Join(append([]string{root}, name...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("SKIPPED: no test data at %s; set OPED_DATA to its folder", path)
	}
	return path
}

// TestFeedparser (P1, P9) runs feedparser's own cases with the shared scorer. The minimum scores may only rise.
func TestFeedparser(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("SKIPPED: runs a thousand commands, slow to start with the race detector")
	}
	cases := data(t, "feedparser")
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: the scorer needs python3")
	}
	scorer := filepath.Join(cases, "..", "..", "tools", "feedparser_score.py")
	if _, err := os.Stat(scorer); err != nil {
		t.Skipf("SKIPPED: no scorer at %s", scorer)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, scorer, "--cases", cases, "-v", "--min", "C=0.995", "--min",
		"E=0.99", "--min", "H=0.99", "--min", "L=0.99", "--", self)
	cmd.Env = append(os.Environ(), "OPED_PARSE_JSON=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	t.Logf("\n%s", strings.Join(lines[max(0, len(lines)-7):], "\n"))
}

func read(t testing.TB, doc string) parse.Result {
	t.Helper()
	got, err := parse.Document(t.Context(), parse.Input{
		Body: []byte(doc),
		URL:  "https://paper.example/feed/rss.xml",
		Feed: oped.Feed{URL: "https://paper.example/feed/rss.xml"},
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	return got
}
