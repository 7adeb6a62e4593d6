package parse_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oped"
	"oped/parse"
)

// TestMain lets the test binary play the command `oped parse --json`, for the scorer of feedparser's tests.
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

// data is the folder of the shared test data; the test is skipped where there is none.
func data(t testing.TB, name ...string) string {
	t.Helper()
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = "../../shared/data"
	}
	path := filepath.Join(append([]string{root}, name...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("SKIPPED: no test data at %s; set OPED_DATA to the folder that has it", path)
	}
	return path
}

func read(t testing.TB, doc string) parse.Result {
	t.Helper()
	got, err := parse.Document(t.Context(), parse.Input{Body: []byte(doc), URL: "https://paper.example/feed/rss.xml", Feed: oped.Feed{URL: "https://paper.example/feed/rss.xml"}})
	if err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	return got
}
