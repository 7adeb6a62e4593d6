package ingest_test

import (
	"strings"
	"testing"
	"time"

	"oped"
)

// variant is what becomes of one entry: how its guid, link and text compare with those it had, and where it stands.
type variant struct{ guid, link, text, where string }

func (v variant) String() string {
	return "guid " + v.guid + ", link " + v.link + ", text " + v.text + ", " + v.where
}

func variants() (all []variant) {
	for _, guid := range []string{"same", "changed", "missing", "shared"} {
		for _, link := range []string{"same", "changed", "tracked", "home page"} {
			for _, text := range []string{"same", "edited", "truncated"} {
				for _, where := range []string{"same document", "next fetch", "other feed"} {
					all = append(all, variant{guid, link, text, where})
				}
			}
		}
	}
	return all
}

// of makes the variant of an entry. Its title and date stay, as they do in life.
func (v variant) of(e oped.Entry) oped.Entry {
	return edited(e, func(e *oped.Entry) {
		if v.where == "other feed" {
			e.FeedURL = nation
		}
		switch v.guid {
		case "changed":
			e.ID = "https://dawn.example/?p=100001"
		case "missing":
			e.ID = ""
		}
		switch v.link {
		case "changed":
			e.URL = "https://dawn.example/moved"
		case "tracked":
			e.URL = strings.Replace(e.URL, "https", "http", 1) + "?utm_source=rss#top"
		case "home page":
			e.URL = "https://dawn.example/"
		}
		switch v.text {
		case "edited":
			e.Content = strings.Replace(e.Content, "court", "supreme court", 1)
		case "truncated":
			e.Content = e.Content[:60] + "…</p>"
		}
	})
}

// sameEntry tells whether the variant is the entry that we have: a name that the feed gives it has survived, or all that it says has.
// A guid that another entry of the same document has too is no name.
func (v variant) sameEntry() bool {
	return v.guid == "same" || v.link == "same" || v.link == "tracked" || v.text == "same"
}

// samePiece tells whether the variant is a copy of the piece that we have, if it is an entry of its own: it stands under the same address or says the same.
// Two entries of one feed are what the feed says they are: one piece under one name, or with the same words under one headline or address (G2).
func (v variant) samePiece() bool {
	sameURL := v.link == "same" || v.link == "tracked"
	if v.where == "other feed" {
		return sameURL || v.text == "same"
	}
	sameID := v.guid == "same" || v.guid == "shared"
	return v.text == "same" || sameURL && sameID
}

// expect gives how many entries and pieces there are in the end, the others of the documents not counted.
func (v variant) expect() (entries, pieces int) {
	switch v.where {
	case "next fetch":
		if v.sameEntry() {
			return 1, 1
		}
	case "same document":
		// It stands there to the letter, and is read once. Otherwise the feed shows two, and nothing of either may be lost.
		if (v.guid == "same" || v.guid == "shared") && v.link == "same" && v.text == "same" {
			return 1, 1
		}
	}
	if v.samePiece() {
		return 2, 1
	}
	return 2, 2
}

// TestIdentityMatrix: whatever a feed does to an entry's guid, link and text, nothing is lost, nothing is there twice, and no AtomID
// changes. The house holds AtomIDs after each fetch, and that the next, equal document changes nothing.
func TestIdentityMatrix(t *testing.T) {
	build := street(t)
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			h := build(t)
			entry := column(dawn, 1)
			document := []oped.Entry{v.of(entry)}
			if v.guid == "shared" { // by a third entry
				decoy := edited(column(document[0].FeedURL, 2), func(e *oped.Entry) { e.ID = document[0].ID })
				document = append(document, decoy)
			}
			feed := document[0].FeedURL
			if v.where == "same document" {
				document = append([]oped.Entry{entry}, document...)
			} else {
				h.fetch(dawn, epoch, entry)
			}
			h.fetch(feed, epoch.Add(time.Hour), document...)
			entries, pieces := v.expect()
			if v.guid == "shared" {
				entries, pieces = entries+1, pieces+1
			}
			h.want(entries, pieces)
			record := h.record()
			if c := h.fetch(feed, epoch.Add(2*time.Hour), document...); c.New+c.Joined+c.Changed > 0 {
				t.Errorf("the same document again: %+v", c)
			}
			h.want(entries, pieces)
			if again := h.record(); again != record {
				t.Errorf("the same document again published %s after %s", again, record)
			}
			h.stored(document...)
		})
	}
}

// stored holds that each entry's words stand in the store, under its feed.
func (h *house) stored(entries ...oped.Entry) {
	h.t.Helper()
	found := map[[32]byte]bool{}
	for _, p := range h.all() {
		for _, e := range p.Entries {
			found[e.Hash] = true
		}
	}
	for _, e := range entries {
		if !found[e.Hash] {
			h.t.Errorf("%s (guid %q, link %s) is lost", e.Title, e.ID, e.URL)
		}
	}
}
