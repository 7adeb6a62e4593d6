package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"oped/app"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestUndo_NamesTheOtherCommand: a decision that this command cannot undo has a hint with the way to change it.
func TestUndo_NamesTheOtherCommand(t *testing.T) {
	paper := newstest.New(t)
	items := newstest.Items("https://paper.example", 0, 2)
	items[1].Link += "?id=7&utm_source=rss&fbclid=x"
	paper.Edition("/feed", "The Paper", items...)
	config := testkit.WriteConfig(t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
		"feeds: [{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {}}\n"+
		"topics: {rivers: {score: {'title:opinion': 1}, threshold: 5, review: 1}}\n")
	mustOped(t, "--config", config, "--quiet", "once")
	if out := mustOped(t, "--config", config, "topic", "queue"); !strings.Contains(out, "?id=7\n") ||
		strings.Contains(out, "utm_source") {
		t.Errorf("addresses have tracking parameters:\n%s", out)
	}
	decide := func(args ...string) int64 {
		var d app.Decided
		must(t, json.Unmarshal([]byte(mustOped(t, append(args, "--config", config, "--json")...)), &d))
		return d.Decision.ID
	}
	tagged := decide("piece", "tag", "2", "rivers")
	refused := func(command string, id int64, hint string) {
		t.Helper()
		args := append([]string{"--config", config}, strings.Fields(command)...)
		_, said, code := runOped(t, t.Context(), append(args, fmt.Sprint(id))...)
		if code != exitUsage || !strings.Contains(said, "cannot be undone here") || !strings.Contains(said, "hint: "+hint) {
			t.Errorf("%s %d: exit %d, %s", command, id, code, said)
		}
	}
	refused("topic undo", tagged, fmt.Sprintf("oped undo %d undoes it", tagged))
	refused("undo", 1, "the configuration decided it: edit the rule, then run oped topic apply")
	refused("undo", decide("undo"), "an undo stays: decide again, or undo another decision of oped topic log")
}
