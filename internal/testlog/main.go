// Command testlog condenses the output of `go test -json` for people: one line per package, the whole output of
// failed tests, every skipped test with its reason, and the counts. It exits with 1 if anything failed or nothing
// ran.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of go test -json.
type event struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64
}

// name returns the test's package and name.
func (e event) name() string { return e.Package + "." + e.Test }

func main() {
	if !report(os.Stdin, os.Stdout) {
		os.Exit(1)
	}
}

func report(r io.Reader, w io.Writer) (good bool) {
	var passed, failed, skipped int
	output := map[string]string{}
	var skips []string
	good = true
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(w, lines.Text()) // a line of the go command itself
			continue
		}
		switch e.Action {
		case "output":
			output[e.name()] += e.Output
		case "build-output":
			fmt.Fprint(w, e.Output)
		case "build-fail":
			good = false
		case "pass":
			if e.Test == "" {
				fmt.Fprintf(w, "ok    %s %.1fs\n", e.Package, e.Elapsed)
			} else {
				passed++
			}
			delete(output, e.name())
		case "skip":
			if e.Test != "" {
				skipped++
				skips = append(skips, e.Package+" "+reason(output[e.name()], e.Test))
			}
		case "fail":
			good = false
			if e.Test != "" {
				failed++
			} else {
				fmt.Fprintf(w, "FAIL  %s %.1fs\n", e.Package, e.Elapsed)
			}
			fmt.Fprint(w, output[e.name()])
		}
	}
	if len(skips) > 0 {
		fmt.Fprintf(w, "\nskipped:\n")
		for _, s := range skips {
			fmt.Fprintf(w, "  %s\n", s)
		}
	}
	fmt.Fprintf(w, "\n%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	return good && failed == 0 && passed > 0 && lines.Err() == nil
}

// reason returns the name of a skipped test and its output.
func reason(output, test string) string {
	var text []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			text = append(text, line)
		}
	}
	return test + ": " + strings.Join(text, " ")
}
