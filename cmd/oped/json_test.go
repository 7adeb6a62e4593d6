package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestEveryCommandHasJSON: except for parents, daemons, and commands with another format as their output.
func TestEveryCommandHasJSON(t *testing.T) {
	others := []string{"oped run", "oped demo", "oped export", "oped topic tag", "oped dedup pair", "oped man", "oped completion", "oped help"}
	a := &cli{stdin: strings.NewReader("")}
	var check func(cmd *cobra.Command)
	check = func(cmd *cobra.Command) {
		parent := cmd.HasSubCommands() && cmd.Name() != "feeds"
		if has := cmd.Flags().Lookup("json") != nil; has == (parent || slices.Contains(others, cmd.CommandPath())) {
			t.Errorf("%s: --json is %v", cmd.CommandPath(), has)
		}
		for _, sub := range cmd.Commands() {
			check(sub)
		}
	}
	check(a.rootCommand())
}

// TestNamesAndAddresses: near names are suggested, pieces are found by the address of their page, and everything is
// JSON on demand.
func TestNamesAndAddresses(t *testing.T) {
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	config := testkit.WriteConfig(t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
		"feeds: [{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {}}\n"+
		"topics: {rivers: {score: {river: 1}, threshold: 1}}\n")
	asJSON := func(v any, args ...string) {
		t.Helper()
		must(t, json.Unmarshal([]byte(mustOped(t, append(args, "--config", config, "--json")...)), v))
	}
	var once app.Summary
	if asJSON(&once, "once", "--quiet"); once.New != 3 || once.Stored.Pieces != 3 || once.Failures == nil {
		t.Errorf("%+v", once)
	}
	var decided app.Decided
	if asJSON(&decided, "piece", "tag", "/piece/2/", "rivers"); decided.Decision.ID == 0 || decided.Decision.Piece != 2 {
		t.Errorf("%+v", decided)
	}
	tagged := decided.Decision.ID
	if asJSON(&decided, "undo"); decided.Decision.ID <= tagged || decided.Decision.Action != oped.Undo {
		t.Errorf("%+v", decided)
	}
	var c checked
	if asJSON(&c, "check"); c.Feeds != 1 || c.Topics != 1 || len(c.Files) != 1 {
		t.Errorf("%+v", c)
	}
	var paused app.Pause
	if asJSON(&paused, "feeds", "pause", "paper"); paused.Feed != "paper" || !paused.Paused {
		t.Errorf("%+v", paused)
	}
	for _, ref := range []string{
		"2", "/piece/2/", "/piece/2", "piece/2/", "piece/2/index.html", "http://127.0.0.1:8080/piece/2/",
		"https://feeds.example.org/oped/piece/2/", "https://feeds.example.org/piece/2/?from=x", "/piece/2/#reasons",
	} {
		var shown app.Shown
		if asJSON(&shown, "piece", "show", ref); shown.Piece != 2 {
			t.Errorf("%s is piece %d", ref, shown.Piece)
		}
		if out := mustOped(t, "--config", config, "explain", ref); !strings.Contains(out, "piece 2,") {
			t.Errorf("%s: %s", ref, out)
		}
	}
	for _, tt := range []struct{ line, hint string }{
		{"chek", "did you mean check?"},
		{"feed", "did you mean feeds?"},
		{"piece shw 2", "did you mean show?"},
		{"feeds papr", "did you mean paper?"},
		{"feeds pause papr", "did you mean paper?"},
		{"feeds fetch Paper2", "did you mean paper?"},
		{"explain 2 river", "did you mean rivers?"},
		{"topic queue rivrs", "did you mean rivers?"},
		{"piece tag 2 rivesr", "did you mean rivers?"},
		{"feeds qqqqqqq", "oped feeds lists the names"},
		{"qqqqqqq", "oped --help lists its commands"},
		{"piece show /piece/9/", "name it by its number"},
		{"piece show /pieces/2/", "name it by its number"},
		{"check none.yaml", "two configurations"},
	} {
		args := append([]string{"--config", config}, strings.Fields(tt.line)...)
		if _, said, code := runOped(t, t.Context(), args...); code != exitUsage || !strings.Contains(said, tt.hint) {
			t.Errorf("%s: exit %d, %s", tt.line, code, said)
		}
	}
	if out := mustOped(t, "check", config); !strings.Contains(strings.Join(strings.Fields(out), " "), config+" is valid") {
		t.Error(out)
	}
	line := mustOped(t, "version")
	for _, args := range [][]string{{"--version"}, {"-v"}} {
		if out := mustOped(t, args...); out != line {
			t.Errorf("%q: %s, want %s", args, out, line)
		}
	}
}
