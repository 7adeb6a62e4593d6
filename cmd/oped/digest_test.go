package main

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"oped"
)

const digestConfig = "base_url: https://editions.example\nfetch: {spacing: 0s}\neditions: {weekly: {digest: weekly, limit: 3}}\n" +
	"feeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n"

// issues are the entries of a document of a digest edition, by the ends of their ids, with their times; and the tombstones.
func (y *year) issues(path string) (entries map[string]string, updated string, gone map[string]string) {
	y.Helper()
	code, _, body := y.get(path)
	if code != 200 {
		y.Fatalf("%s: %d", path, code)
	}
	var doc struct {
		Updated string `xml:"updated"`
		Entries []struct {
			ID      string `xml:"id"`
			Updated string `xml:"updated"`
		} `xml:"entry"`
		Gone []struct {
			Ref  string `xml:"ref,attr"`
			When string `xml:"when,attr"`
		} `xml:"deleted-entry"`
	}
	must(y, xml.Unmarshal(body, &doc))
	last := func(id string) string { return id[strings.LastIndex(id, "/")+1:] }
	entries, gone = map[string]string{}, map[string]string{}
	for _, e := range doc.Entries {
		entries[last(e.ID)] = e.Updated
	}
	for _, g := range doc.Gone {
		gone[last(g.Ref)] = g.When
	}
	return entries, doc.Updated, gone
}

// weeks lets pieces come in, some in each week, from a Monday on, and gives their ids by week.
func (y *year) weeks(n int) (ids [][]string) {
	y.Helper()
	for w := range n {
		if w > 0 {
			y.now = y.now.Add(7 * 24 * time.Hour)
		}
		var entries []oped.Entry
		for i := range 3 {
			entries = append(entries, y.entry(time.Duration(i+1)*time.Hour))
		}
		if w == 0 {
			entries = entries[:1]
		}
		y.fetched(0, entries...)
		var these []string
		for _, e := range entries {
			these = append(these, e.ID)
		}
		ids = append(ids, these)
	}
	return ids
}

// TestJ6_AnIssueTellsWhenItChanged: an issue that loses a piece is news by the time of the decision, one that loses all is told as gone, and what comes back is news again;
// a process that begins anew renders the same bytes.
func TestJ6_AnIssueTellsWhenItChanged(t *testing.T) {
	y := newYear(t, digestConfig)
	ids := y.weeks(4)
	want := func(entries, gone map[string]string, updated string) {
		t.Helper()
		got, at, without := y.issues("/weekly.atom")
		if fmt.Sprint(got, without, at) != fmt.Sprint(entries, gone, updated) {
			t.Errorf("issues %v gone %v, updated %s;\nwant %v gone %v, updated %s", got, without, at, entries, gone, updated)
		}
		before := y.documents("weekly")
		must(t, y.p.store.Close())
		y.open()
		if y.documents("weekly") != before {
			t.Error("rendered anew, the documents differ")
		}
	}
	none := map[string]string{}
	want(map[string]string{"2026-W01": "2026-01-05T00:00:00Z", "2026-W02": "2026-01-12T00:00:00Z", "2026-W03": "2026-01-19T00:00:00Z"}, none, "2026-01-19T00:00:00Z")
	y.now = y.now.Add(30 * time.Minute)
	y.oped("piece", "withdraw", ids[1][0])
	want(map[string]string{"2026-W01": "2026-01-05T00:00:00Z", "2026-W02": "2026-01-22T06:30:00Z", "2026-W03": "2026-01-19T00:00:00Z"}, none, "2026-01-22T06:30:00Z")
	y.now = y.now.Add(30 * time.Minute)
	y.oped("piece", "withdraw", ids[0][0])
	want(map[string]string{"2026-W02": "2026-01-22T06:30:00Z", "2026-W03": "2026-01-19T00:00:00Z"}, map[string]string{"2026-W01": "2026-01-22T07:00:00Z"}, "2026-01-22T07:00:00Z")
	y.oped("undo")
	_, _, body := y.get("/weekly.atom")
	if met, _, gone := y.issues("/weekly.atom"); len(met) != 3 || len(gone) != 0 || !strings.Contains(string(body), ids[0][0]) {
		t.Errorf("after the withdrawal was taken back: %v, gone %v", met, gone)
	}
}
