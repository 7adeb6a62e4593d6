// Command testlog reads the output of go test -json and prints a report: one line per package, the skipped tests
// grouped by reason, one line of counts and, last, each failure with its output. It exits with status 1 if a test
// failed, if a package did not build or if no test passed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// event is one line of go test -json.
type event struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64
}

// name identifies the subject of an event: a test, or a package.
func (e event) name() string {
	if e.Test == "" {
		return e.Package
	}
	return e.Package + "." + e.Test
}

func main() {
	if !report(os.Stdin, os.Stdout) {
		os.Exit(1)
	}
}

// results are the outcomes of all tests, by name.
type results struct {
	passed  int
	failed  int
	good    bool
	output  map[string]string // of tests and packages that have not ended
	open    map[string]bool   // tests that have not ended
	skipped map[string]string // reasons
	failure []string          // names and outputs, in the order of the log
}

// report copies the package lines of the log r to w, then writes the skips, the counts and the failures.
func report(r io.Reader, w io.Writer) bool {
	all := results{good: true, output: map[string]string{}, open: map[string]bool{}, skipped: map[string]string{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(w, lines.Text()) // a line of the go command itself
			continue
		}
		all.add(e)
		if e.Test == "" && (e.Action == "pass" || e.Action == "fail") {
			state := map[string]string{"pass": "ok", "fail": "FAIL"}[e.Action]
			fmt.Fprintf(w, "%-5s %s %.1fs\n", state, e.Package, e.Elapsed)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all.open)) {
		all.fail(name, "the test did not end\n"+all.output[name])
		all.failed++
	}
	for _, group := range grouped(all.skipped) {
		fmt.Fprintf(w, "\nskipped: %s", group)
	}
	fmt.Fprintf(w, "\n%d passed, %d failed, %d skipped\n", all.passed, all.failed, len(all.skipped))
	for _, f := range all.failure {
		fmt.Fprintf(w, "\n%s", f)
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintf(w, "\nFAIL the log: %v\n", err)
		return false
	}
	return all.good && all.passed > 0
}

// add records one event.
func (a *results) add(e event) {
	name := e.name()
	switch e.Action {
	case "run":
		a.open[name] = true
		delete(a.output, name) // a test may run twice, in two builds
	case "output":
		a.output[name] += e.Output
	case "build-output":
		a.output[e.ImportPath] += e.Output
	case "build-fail":
		a.fail(e.ImportPath+" (build)", a.output[e.ImportPath])
	case "pass", "skip", "fail":
		said := a.output[name]
		delete(a.output, name)
		delete(a.open, name)
		if e.Test == "" {
			if e.Action == "fail" {
				a.failPackage(name, said)
			}
			return
		}
		switch e.Action {
		case "pass":
			a.passed++
			delete(a.skipped, name) // the other build ran it
		case "skip":
			a.skipped[name] = reason(said)
		case "fail":
			a.failed++
			a.fail(name, said)
		}
	}
}

func (a *results) fail(name, output string) {
	a.good = false
	a.failure = append(a.failure, "FAIL "+name+"\n"+output)
}

// boilerplate matches the lines that end the output of each failed package.
var boilerplate = regexp.MustCompile(`(?m)^(FAIL(\t.*)?|exit status \d+|coverage: .*)\n`)

// failPackage records the failure of a package, if its tests do not explain it.
func (a *results) failPackage(name, output string) {
	rest := boilerplate.ReplaceAllString(output, "")
	explained := slices.ContainsFunc(a.failure, func(f string) bool {
		return strings.HasPrefix(f, "FAIL "+name+".") || strings.HasPrefix(f, "FAIL "+name+" ")
	})
	if a.good = false; rest != "" || !explained {
		a.fail(name, output)
	}
}

// grouped returns each reason with the number and the names of its tests, the most frequent reason first.
func grouped(skipped map[string]string) (groups []string) {
	names := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(skipped)) {
		names[skipped[name]] = append(names[skipped[name]], name)
	}
	reasons := slices.Sorted(maps.Keys(names))
	slices.SortStableFunc(reasons, func(a, b string) int { return len(names[b]) - len(names[a]) })
	for _, r := range reasons {
		groups = append(groups, fmt.Sprintf("%s: %d\n  %s\n", r, len(names[r]), strings.Join(names[r], "\n  ")))
	}
	return groups
}

// message matches the place in the code before a message.
var message = regexp.MustCompile(`(?m)^\s+\S+\.go:\d+: `)

// reason returns the last message of a skipped test, without its place in the code.
func reason(output string) string {
	if at := message.FindAllStringIndex(output, -1); at != nil {
		output = output[at[len(at)-1][1]:]
	}
	var said []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			said = append(said, line)
		}
	}
	return strings.TrimPrefix(strings.Join(said, " "), "SKIPPED: ")
}
