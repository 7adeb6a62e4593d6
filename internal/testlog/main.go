// Command testlog reads `go test -json` and prints what a person wants of it: a line a package, the whole output of what
// failed, every skipped test with its reason, and the counts. It exits 1 when anything failed or nothing ran.
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

// name is what the event is about.
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

// reason is the test's name and what it said when it skipped.
func reason(output, test string) string {
	var said []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			said = append(said, line)
		}
	}
	return test + ": " + strings.Join(said, " ")
}
