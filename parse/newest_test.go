package parse

import (
	"context"
	"slices"
	"strings"
	"testing"

	"oped"
)

// TestP17_OneIDForEverything checks that a feed with one guid and link for all items, as of a daily column,
// loses none of them, and that a second version of one replaces nothing newer.
func TestP17_OneIDForEverything(t *testing.T) {
	const doc = `<rss version="2.0"><channel><title>T</title>
<item><guid>editorial</guid><link>https://a.example/editorial</link><title>On flour</title><pubDate>Mon, 02 Nov 2026 08:00:00 +0500</pubDate><description>One</description></item>
<item><guid>editorial</guid><link>https://a.example/editorial</link><title>On rice</title><pubDate>Tue, 03 Nov 2026 08:00:00 +0500</pubDate><description>Two</description></item>
<item><guid>editorial</guid><link>https://a.example/editorial</link><title>On rice</title><pubDate>Tue, 03 Nov 2026 08:00:00 +0500</pubDate><description>Two again</description></item>
<item><guid>editorial</guid><link>https://a.example/editorial</link><title>On tea</title><description>Three</description></item>
</channel></rss>`
	r, err := Document(context.Background(), Input{Body: []byte(doc)})
	if err != nil || len(r.Entries) != 3 {
		t.Errorf("%d entries, %v", len(r.Entries), err)
	}
}

// TestTooManyEntries_AreCut checks that the first entries of a document beyond the limit are read, and that the limit
// is named. It is no warning: another fetch would bring the same entries.
func TestTooManyEntries_AreCut(t *testing.T) {
	doc := "<rss version=\"2.0\"><channel><title>T</title>" + strings.Repeat("<item><title>One</title></item>", 2500) +
		"</channel></rss>"
	r, err := Document(context.Background(), Input{Body: []byte(doc)})
	if err != nil || len(r.Entries) != 2000 || r.Document.Title != "T" || r.Warning != "" ||
		!slices.Equal(r.Limits, oped.Limits{oped.EntriesLimit}) {
		t.Errorf("%d entries, %q, %v, %v", len(r.Entries), r.Warning, r.Limits, err)
	}
	json := `{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "0"}` +
		strings.Repeat(`,{"id": "x"}`, 2500) + "]}"
	if r, err = Document(context.Background(), Input{Body: []byte(json)}); err != nil || r.Warning != "" ||
		!slices.Equal(r.Limits, oped.Limits{oped.EntriesLimit}) {
		t.Errorf("%d entries, %q, %v, %v", len(r.Entries), r.Warning, r.Limits, err)
	}
}

// TestStrayPercent_KeepsTheAddress checks that a percent sign without two hexadecimal digits does not lose the
// address.
func TestStrayPercent_KeepsTheAddress(t *testing.T) {
	for link, want := range map[string]string{
		"http://x.example/op/100%-effort": "http://x.example/op/100%25-effort",
		"/50%":                            "https://a.example/50%25",
		"/a%20b":                          "https://a.example/a%20b",
		"/%zz":                            "https://a.example/%25zz",
	} {
		doc := "<rss version=\"2.0\"><channel><item><title>One</title><link>" + link + "</link></item></channel></rss>"
		r, err := Document(context.Background(), Input{Body: []byte(doc), URL: "https://a.example/feed"})
		if err != nil || len(r.Entries) != 1 || r.Entries[0].URL != want {
			t.Errorf("%s: %+v, %v", link, r.Entries, err)
		}
	}
}
