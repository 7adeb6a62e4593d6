package parse

import (
	"context"
	"testing"
)

// TestP17OneIdForEverything: a feed whose items share guid and link, as a daily column does, loses none of them; a second version of one replaces nothing newer.
func TestP17OneIdForEverything(t *testing.T) {
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
