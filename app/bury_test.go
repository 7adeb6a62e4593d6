package app

import (
	"encoding/xml"
	"slices"
	"testing"
	"time"

	"oped"
)

// TestO5_O16_WithdrawnPieceOfAnArchive: a piece only in an archive of an edition is withdrawn. The head has its
// tombstone, and a later updated and position; also when that is undone.
func TestO5_O16_WithdrawnPieceOfAnArchive(t *testing.T) {
	y := newYear(t, "base_url: https://editions.example\nfetch: {spacing: 0s}\ntopics: {water: {score: {river: 1}, threshold: 1}}\neditions: {water: {topics: water, limit: 4}}\n"+
		"feeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n")
	var entries []oped.Entry
	for i := range 12 {
		e := y.entry(time.Duration(i) * time.Hour)
		e.Content += "<p>the river</p>"
		entries = append(entries, e)
	}
	slices.Reverse(entries)
	y.fetched(0, entries...)
	last := entries[0].ID
	updated, position := y.now, y.position("water")
	wants := func(when string, gone []string) {
		t.Helper()
		_, _, body := y.get("/water.atom")
		var doc struct {
			Updated time.Time `xml:"updated"`
			Gone    []struct {
				Ref  string    `xml:"ref,attr"`
				When time.Time `xml:"when,attr"`
			} `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
		}
		must(t, xml.Unmarshal(body, &doc))
		var met []string
		for _, g := range doc.Gone {
			met = append(met, g.Ref)
			if !g.When.Equal(updated) {
				t.Errorf("%s: it is gone since %v, want %v", when, g.When, updated)
			}
		}
		if !slices.Equal(met, gone) || !doc.Updated.Equal(updated) {
			t.Errorf("%s: %q are gone, updated %v; want %q, %v", when, met, doc.Updated, gone, updated)
		}
		if now := y.position("water"); now != position {
			t.Errorf("%s: position %d, want %d", when, now, position)
		}
	}
	wants("at first", nil)
	_, _, archives := y.crawl("water")
	if archives == 0 {
		t.Fatal("nothing is archived")
	}
	y.now = y.now.Add(time.Hour)
	y.oped("piece", "untag", last, "water")
	wants("off the topic", nil)

	y.now = y.now.Add(time.Hour)
	y.oped("piece", "withdraw", last)
	updated, position = y.now, position+2 // the line before is of the archive alone
	wants("withdrawn", []string{last})

	y.now = y.now.Add(time.Hour)
	y.oped("undo")
	updated, position = y.now, position+1
	wants("taken back", nil)
	y.holds("water")
}

// position is up to where the record has changed an edition's documents.
func (y *year) position(edition string) int64 {
	y.Helper()
	positions, err := y.p.store.Outbox.Changed(y.Context())
	must(y, err)
	return positions[edition]
}
