package main

import (
	"encoding/json"
	"strings"
	"testing"

	"oped/app"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

func TestGUIDHealth(t *testing.T) {
	for _, tt := range []struct {
		guids, faults int
		trusted       bool
		want          string
	}{
		{0, 0, true, ""},
		{7, 0, true, "7, all reliable"},
		{1204, 36, true, "3 % of 1,204 are unreliable"},
		{1204, 2, true, "less than 1 % of 1,204 are unreliable"},
		{19, 19, true, "100 % of 19 are unreliable"},
		{1000, 50, false, "5 % of 1,000 are unreliable: entries are identified by link"},
	} {
		if got := guidText(app.GUIDHealth{Looked: tt.guids, Faults: tt.faults, Trusted: tt.trusted}); got != tt.want {
			t.Errorf("%d of %d: %q, want %q", tt.faults, tt.guids, got, tt.want)
		}
	}
}

// TestFeedsReportsGUIDs: a paper with new guids in every document is reported, for people and in JSON.
func TestFeedsReportsGUIDs(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	items := newstest.Items("https://paper.example", 0, 15)
	paper.Edition("/feed", "The Paper", items...)
	config := testkit.WriteConfig(
		t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
			"feeds: [{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {}}\n")
	mustOped(t, "--config", config, "--quiet", "once")
	if out := mustOped(t, "--config", config, "feeds", "paper"); !strings.Contains(out, "15, all reliable") {
		t.Error(out)
	}
	for i := range items {
		items[i].GUID += "-again"
	}
	paper.Edition("/feed", "The Paper", items...)
	if out := mustOped(t, "--config", config, "--quiet", "feeds", "fetch", "paper"); !strings.Contains(out,
		"(0 new, 0 joined, 15 changed)") {
		t.Error(out)
	}
	if out := mustOped(t, "--config", config, "feeds", "paper"); !strings.Contains(out,
		"50 % of 30 are unreliable: entries are identified by link") {
		t.Error(out)
	}
	var rows []app.FeedHealth
	if err := json.Unmarshal([]byte(mustOped(t, "--config", config, "feeds", "paper", "--json")), &rows); err != nil ||
		rows[0].GUIDs != (app.GUIDHealth{
			Looked: 30,
			Faults: 15,
		}) {
		t.Errorf("%v: %+v", err, rows)
	}
}
