package dedup_test

import (
	"net/url"
	"regexp"
	"slices"
	"testing"
	"time"

	"oped"
	"oped/dedup"
	"pgregory.net/rapid"
)

// tagURI matches our tag: URIs, within RFC 4151 §2.1.
var tagURI = regexp.MustCompile(`^tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:piece/[0-9a-f]{32}$`)

func atomIDs(e oped.Entry) []string {
	return dedup.AtomIDs(&e, dedup.Identify([]oped.Entry{e})[0], "oped.example", time.Time{})
}

func TestAtomIDs(t *testing.T) {
	for _, tt := range []struct {
		guid string
		iri  bool
	}{
		{"HTTP://Example.org/x", true}, // ids are compared character by character and never normalised (RFC 4287 §4.2.6.1)
		{"https://a.example/?p=1&utm_source=rss#top", true},
		{"tag:a.example,2026:1", true},
		{"urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6", true},
		{"https://a.example/%D8%B1", true},
		{"https://اردو.example/رائے", true},
		{"https://jinnah:s3cret@a.example/x", false}, // S28: an address that may not be published is no id
		{"http://10.0.0.7/?p=1", false},
		{"http://nas.lan/x", false},
		{"1234", false},
		{"", false},
		{"post 17: the budget", false},
		{"17:4", false},
		{":x", false},
		{"urn:", false},
		{"https://a.example/a b", false},
		{"https://a.example/<x>", false},
		{"https://a.example/100%", false},
		{"https://a.example/%zz", false},
		{"urn:a\x01b", false},
		{"urn:a\u00a0b", false},
		{"urn:a\ufffeb", false},
		{"urn:\xff", false},
		{`c:\news\1`, false},
		{feed, false}, // names the feed
	} {
		ids := atomIDs(entry(tt.guid, "https://a.example/1", "One", "x", noon))
		if tt.iri != (len(ids) == 2 && ids[0] == tt.guid) {
			t.Errorf("guid %q: ids %q", tt.guid, ids)
		}
		if minted := ids[len(ids)-1]; !tagURI.MatchString(minted) {
			t.Errorf("guid %q: minted %q", tt.guid, minted)
		}
	}
}

// TestAtomIDs_RejectsSharedIDs checks that an id of several entries of a feed is not used.
func TestAtomIDs_RejectsSharedIDs(t *testing.T) {
	entries := []oped.Entry{
		entry("urn:1", "https://a.example/1", "One", "x", noon),
		entry("urn:1", "https://a.example/2", "Two", "y", noon),
	}
	var all []string
	for i, keys := range dedup.Identify(entries) {
		all = append(all, dedup.AtomIDs(&entries[i], keys, "oped.example", time.Time{})...)
	}
	if len(all) != 2 || all[0] == all[1] || slices.Contains(all, "urn:1") {
		t.Errorf("ids %q", all)
	}
}

func TestAtomIDs_UsesTheDayOfFirstSight(t *testing.T) {
	e := entry("1", "", "One", "x", noon)
	if id := atomIDs(e)[0]; id[:len("tag:oped.example,2026-03-01")] != "tag:oped.example,2026-03-01" {
		t.Errorf("minted %q", id)
	}
	e.FirstSeen = time.Date(2026, 5, 4, 23, 30, 0, 0, time.FixedZone("PKT", 5*3600))
	if id := atomIDs(e)[0]; id[:len("tag:oped.example,2026-05-04")] != "tag:oped.example,2026-05-04" {
		t.Errorf("minted %q, first seen on 2026-05-04", id)
	}
}

// TestAtomIDs_AreStableAndUnique checks that the same entry gives the same ids, an entry of another feed
// another minted id, and that every id is an absolute URI.
func TestAtomIDs_AreStableAndUnique(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := entry(rapid.String().Draw(t, "guid"), addresses().Draw(t, "link"), rapid.String().Draw(t, "title"),
			rapid.String().Draw(t, "body"), noon)
		ids := atomIDs(e)
		if again := atomIDs(e); !slices.Equal(ids, again) {
			t.Fatalf("ids %q, then %q", ids, again)
		}
		if len(ids) == 0 || len(ids) > 2 {
			t.Fatalf("ids %q", ids)
		}
		minted := ids[len(ids)-1]
		if u, err := url.Parse(minted); err != nil || u.Scheme != "tag" || !tagURI.MatchString(minted) {
			t.Fatalf("minted %q: %v", minted, err)
		}
		e.FeedURL = "https://b.example/rss"
		if other := atomIDs(e); other[len(other)-1] == minted {
			t.Fatalf("two feeds' entries are both %q", minted)
		}
	})
}
