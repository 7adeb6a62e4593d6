package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oped/publish/feed"
)

const python = "/usr/bin/python3"

// written writes documents into files, and gives their names.
func written(t *testing.T, all []output) (files []string) {
	t.Helper()
	dir := t.TempDir()
	for i, o := range all {
		file := filepath.Join(dir, fmt.Sprintf("%d.%s", i, o.format))
		if err := os.WriteFile(file, o.doc, 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// ofXML returns the documents readable by programs for Atom and RSS.
func ofXML(all []output) []output {
	return slices.DeleteFunc(slices.Clone(all), func(o output) bool { return o.format == feed.JSON })
}

// inPython runs a script with file names and addresses on its standard input, one a line. The script
// returns a line of JSON for each.
func inPython[T any](t *testing.T, script string, env []string, all []output) (lines []T) {
	t.Helper()
	var in bytes.Buffer
	for i, file := range written(t, all) {
		fmt.Fprintf(&in, "%s %s\n", file, all[i].self)
	}
	cmd := exec.Command(python, "-c", script)
	cmd.Env, cmd.Stdin, cmd.Stderr = append(os.Environ(), env...), &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", python, err)
	}
	for line := range strings.Lines(string(out)) {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		lines = append(lines, v)
	}
	if len(lines) != len(all) {
		t.Fatalf("%d answers for %d documents", len(lines), len(all))
	}
	return lines
}

// feedvalidatorScript asks the W3C's validator, at level AA: errors and warnings.
const feedvalidatorScript = `
import json, sys
import feedvalidator
from feedvalidator import logging
for line in sys.stdin:
    name, self = line.split()
    try:
        with open(name, "rb") as f:
            events = feedvalidator.validateString(f.read(), firstOccurrenceOnly=0, base=self)["loggedEvents"]
    except logging.ValidationFailure as failure:
        events = [failure.event]
    print(json.dumps([{"class": type(e).__name__, "line": e.params.get("line", 0), "about": " ".join(
        str(e.params[k])[:300] for k in ("parent", "element", "attr", "message", "value", "tag", "exception", "char") if k in e.params)}
        for e in events if isinstance(e, (logging.Error, logging.Warning))]), flush=True)
`

// finding is a message of a validator about a document.
type finding struct {
	Class string
	Line  int
	About string
}

// feedvalidator returns the findings of the W3C's feedvalidator. Its source is not ours to carry:
// $OPED_FEEDVALIDATOR names its folder. Without it, the test is skipped with a message.
func feedvalidator(t *testing.T, all []output) [][]finding {
	t.Helper()
	src := filepath.Join(os.Getenv("OPED_FEEDVALIDATOR"), "src")
	if _, err := os.Stat(filepath.Join(src, "feedvalidator")); os.Getenv("OPED_FEEDVALIDATOR") == "" || err != nil {
		t.Skip(
			"there is no feedvalidator (set OPED_FEEDVALIDATOR to a folder with its source in src/): the " +
				"W3C's validator is not asked",
		)
	}
	if out, err := exec.Command(python, "-c", "import lxml, html5lib, rdflib").CombinedOutput(); err != nil {
		t.Skipf("feedvalidator needs the Debian packages python3-lxml, python3-html5lib and python3-rdflib: %s", out)
	}
	return inPython[[]finding](t, feedvalidatorScript, []string{"PYTHONPATH=" + src}, all)
}

// ampersand matches an ampersand before a word with a digit. feedvalidator takes it for a reference to
// a character.
var ampersand = regexp.MustCompile(` &[^#;\s]*[0-9_][^#;\s]*;$`)

// known reports whether a finding in documents of nasty pieces is no fault of these documents; each
// case says why.
func known(f finding) bool {
	own := []string{"NonCanonicalURI", "SchemeNotIANARegistered", "UriNotIri", "InvalidFullLink"}
	if strings.HasPrefix(f.About, "source id") && slices.Contains(own, f.Class) {
		return true // it is the newspaper's, to the letter
	}
	switch f.Class {
	case "ImplausibleDate":
		return true // the newspaper's own date, before 1990
	case "InvalidUriChar":
		return strings.Contains(f.About, "://[") // it does not know the hosts of RFC 3986 §3.2.2
	case "ContainsHTML", "ContainsUndeclaredHTML":
		return ampersand.MatchString(f.About)
	}
	return false
}

// findsNothing wants no errors and no warnings of feedvalidator.
func findsNothing(t *testing.T, all []output) {
	all = ofXML(all)
	seen, passed := map[string]int{}, map[string]int{}
	for i, found := range feedvalidator(t, all) {
		for _, f := range found {
			if known(f) {
				passed[f.Class]++
				continue
			}
			class := string(all[i].format) + " " + f.Class
			if seen[class]++; seen[class] <= 5 {
				t.Errorf("%s: %s: line %d: %.600q", all[i].self, f.Class, f.Line, f.About)
			}
		}
	}
	t.Logf("let pass in %d documents: %v", len(all), passed)
	for class, n := range seen {
		t.Errorf("%s: %d times", class, n)
	}
}

const feedparserScript = `
import calendar, datetime, feedparser, json, sys
def second(t):
    return t and "%04d-%02d-%02dT%02d:%02d:%02dZ" % t[:6]
for line in sys.stdin:
    with open(line.split()[0], "rb") as f:
        d = feedparser.parse(f.read())
    print(json.dumps({"Bozo": str(d.get("bozo_exception", "")), "Entries": [{"ID": e.get("id"), "Title": e.get("title"), "URL": e.get("link", ""), "Authors": [a.get("name") for a in e.get("authors", [])],
        "Published": second(e.get("published_parsed")), "Updated": second(e.get("updated_parsed"))} for e in d.entries]}), flush=True)
`

// feedparserReads checks that feedparser finds all expected content in every document.
func feedparserReads(t *testing.T, all []output) {
	if out, err := exec.Command(python, "-c", "import feedparser").CombinedOutput(); err != nil {
		t.Skipf("feedparser is not installed (Debian package python3-feedparser): %s", out)
	}
	all = ofXML(all)
	for i, read := range inPython[struct {
		Bozo    string
		Entries []content
	}](t, feedparserScript, nil, all) {
		if read.Bozo != "" {
			t.Errorf("%s: bozo: %s", all[i].self, read.Bozo)
		}
		for j := range read.Entries {
			if j < len(all[i].want) {
				feedparserKnows(&read.Entries[j], &all[i].want[j], all[i].format)
			}
		}
		readsBack(t, "feedparser", all[i], read.Entries, nil)
	}
}

// feedparserKnows removes the content feedparser is known to read in another way.
func feedparserKnows(got, want *content, f feed.Format) {
	if want.URL == "" && got.URL == want.ID {
		got.URL = "" // an entry without a link is believed to be at its id
	}
	if f == feed.Atom {
		return
	}
	if strings.ContainsAny(want.Title, "<&") {
		got.Title = want.Title // RSS does not say whether a title is HTML
	}
	for i, name := range want.Authors {
		if i < len(got.Authors) && strings.ContainsAny(name, "<&@(") {
			got.Authors[i] = name // nor whether an address is in a name
		}
	}
}
