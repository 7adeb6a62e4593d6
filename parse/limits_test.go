package parse_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"oped"
	"oped/parse"
	"oped/text"
)

// bytesOf returns the total bytes of a result's entries.
func bytesOf(entries []oped.Entry) (n int) {
	for _, e := range entries {
		for _, s := range append([]string{
			e.ID, e.URL, e.Title, e.Summary, e.Content, e.Rights, e.Source, e.Lang,
		}, e.Categories...) {
			n += len(s)
		}
		for _, a := range e.Authors {
			n += len(a.Name) + len(a.Email) + len(a.URL)
		}
	}
	return n
}

// checkLimits checks the limits of entries of any document.
func checkLimits(t *testing.T, got parse.Result) {
	t.Helper()
	within := func(what, s string, limit int) {
		if len(s) > limit {
			t.Errorf("%s has %d bytes, %d are the limit", what, len(s), limit)
		}
	}
	d := got.Document
	for what, s := range map[string]string{"id": d.ID, "title": d.Title, "rights": d.Rights, "lang": d.Lang} {
		within("the document's "+what, s, oped.MaxField)
	}
	within("the document's site", d.SiteURL, oped.MaxAddress)
	if n := bytesOf(got.Entries); len(got.Entries) > oped.MaxEntries || n > oped.MaxDocument {
		t.Errorf("%d entries with %d bytes", len(got.Entries), n)
	}
	for _, e := range got.Entries {
		for what, s := range map[string]string{
			"id":     e.ID,
			"title":  e.Title,
			"rights": e.Rights,
			"source": e.Source,
			"lang":   e.Lang,
		} {
			within(what, s, oped.MaxField)
		}
		within("url", e.URL, oped.MaxAddress)
		within("summary", e.Summary, oped.MaxContent)
		within("content", e.Content, oped.MaxContent)
		for _, c := range e.Categories {
			within("category", c, oped.MaxField)
		}
		for _, a := range e.Authors {
			within("author", a.Name, oped.MaxField)
			within("email", a.Email, oped.MaxField)
			within("author's url", a.URL, oped.MaxAddress)
		}
		if people := text.Bylines(e.Authors); len(e.Authors) > oped.MaxPeople || len(people) > oped.MaxPeople {
			t.Errorf("%d authors, %d people", len(e.Authors), len(people))
		}
		if len(e.Categories) > oped.MaxCategories {
			t.Errorf("%d categories", len(e.Categories))
		}
		for _, l := range e.Limits {
			if !slices.Contains(got.Limits, l) {
				t.Errorf("the document lacks the limit %q of an entry", l)
			}
		}
	}
}

// readWithin parses a readable document and checks the limits.
func readWithin(t *testing.T, doc string) parse.Result {
	t.Helper()
	got, err := parse.Document(t.Context(), parse.Input{Body: []byte(doc), URL: "https://paper.example/feed"})
	if err != nil {
		t.Fatal(err)
	}
	checkLimits(t, got)
	checkResult(t, got)
	return got
}

// allocated returns the bytes allocated by reading a document, freed or not.
func allocated(t *testing.T, doc string) (bytes uint64, failed error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := parse.Document(t.Context(), parse.Input{Body: []byte(doc), URL: "https://paper.example/feed"})
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

// TestWorkIsLinear (S6, S27) checks that twice the document allocates about twice as much, whatever it repeats.
func TestWorkIsLinear(t *testing.T) {
	if raced {
		t.Skip("SKIPPED: the race detector allocates as well")
	}
	size := 10_000
	if testing.Short() {
		size = 1000
	}
	many := strings.Repeat
	long := "http://h.example/" + many("b/", 900)
	entry := func(attrs, s string) string { return atomDoc("<entry " + attrs + "><id>1</id>" + s + "</entry>") }
	for name, document := range map[string]func(n int) string{
		"links under a base of 500,000 characters": func(n int) string {
			return entry(`xml:base="http://h.example/`+many("d", 500_000)+`"`,
				"<content type=\"html\"><![CDATA["+many("<a href=x>", n)+"]]></content>")
		},
		"links under a base of 1,800 characters": func(n int) string {
			return entry(`xml:base="`+long+`"`,
				"<content type=\"html\"><![CDATA["+many("<a href=x>", n)+"]]></content>")
		},
		"links that leave a long base": func(n int) string {
			return entry(`xml:base="http://h.example/`+many("b", 1900)+`/x"`,
				"<content type=\"html\"><![CDATA["+many("<a href=../x>", n)+"]]></content>")
		},
		"contents under a long base": func(n int) string {
			return entry(`xml:base="`+long+`"`, many("<content type=\"html\">&lt;a href=x></content>", n/2))
		},
		"short bases under a long one": func(n int) string {
			return entry(`xml:base="`+long+`"`, many(`<link xml:base="a/" href="b"/>`, n))
		},
		"links of an entry": func(n int) string { return entry(`xml:base="`+long+`"`, many(`<link href="a"/>`, n)) },
		"enclosures": func(n int) string {
			return entry(`xml:base="`+long+`"`, many(`<link rel="enclosure" href="a"/>`, n))
		},
		"declarations in a tag": func(n int) string {
			return entry("",
				`<content type="xhtml"><div><p`+many(` xmlns:a="b"`, min(n, 250))+">"+many("x",
					n)+"</p></div></content>")
		},
		"tags with open quotes": func(n int) string {
			return entry("", "<content type=\"html\">"+many(`&lt;a "`, n)+"</content>")
		},
		"open tags in a text": func(n int) string { return entry("", "<content>"+many("&lt;b ", n)+"</content>") },
		"open CDATA": func(n int) string {
			return entry("", "<content>"+many("<![CDATA[x", n)+"]]></content>")
		},
		"open comments": func(n int) string { return entry("", "<content>"+many("<!--x", n)+"--></content>") },
		"references": func(n int) string {
			return entry("", "<content>"+many("&amp;&#x41;&nGt;&x;", n)+"</content>")
		},
		"mail addresses": func(n int) string { return entry("", "<author>"+many("a@b ", n)+"</author>") },
		"authors": func(n int) string {
			return entry("", manyNumbered("<author><name>", "</name></author>", n/3))
		},
		"categories": func(n int) string { return entry("", manyNumbered(`<category term="`, `"/>`, n)) },
		"attributes": func(n int) string {
			return entry("", many("<link "+many(`title="" `, 100)+"/>", n/200))
		},
		"names of namespaces": func(n int) string {
			return `<rss xmlns:a="` + many("u", 100_000) + `"><channel>` + many("<a:b/>", n) +
				"<item><title>1</title></item></channel></rss>"
		},
		"versions of one entry": func(n int) string {
			return "<rss><channel>" +
				manyNumbered("<item><guid>1</guid><title>"+many("x", 3000), "</title></item>", n/25) +
				"</channel></rss>"
		},
		"escaped CDATA": func(n int) string {
			return entry("", "<title>"+many("&lt;![CDATA[", n/2)+many("]]&gt;", n/2)+"</title>")
		},
		"references to bytes": func(n int) string { return entry("", "<content>"+many("&#226;", n)+"</content>") },
		"entities": func(n int) string {
			return `<!DOCTYPE feed [<!ENTITY a "` + many("x", 200) + `">]>` +
				entry("", "<content>"+many("&a;", n)+"</content>")
		},
		"starts of feeds": func(n int) string {
			return "<p>" + many("<rss/>", 7) + "<rss>" + many("<item><title>x</title></item>", n/5) + "</rss>"
		},
		"dates": func(n int) string {
			return "<rss><channel>" + many("<item><pubDate>05/11/2026 10:00</pubDate></item>", n/5) + "</channel></rss>"
		},
		"texts of two charsets": func(n int) string {
			return "<rss><channel>" + many("<item><title>\x93\xe9</title><link>éééé</link></item>", n/25) +
				"</channel></rss>"
		},
		"wrong members of JSON": func(n int) string {
			return `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"tags":7}` + many(`,{"id":1,"tags":7}`, n/25) + "]}"
		},
		"values of JSON": func(n int) string {
			return `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","tags":["x"` + many(`,"x"`, n) +
				`],"attachments":[{}` + many(",{}", n) + "]}]}"
		},
	} {
		t.Run(name, func(t *testing.T) {
			var cost [3]uint64
			for i := range cost {
				doc := document(size << i)
				readWithin(t, doc)
				cost[i], _ = allocated(t, doc)
				t.Logf("%d KiB: %d KiB allocated", len(doc)>>10, cost[i]>>10)
			}
			const some = 4 << 20 // granted to small documents by the budget of addresses
			if cost[1] > 5*cost[0]/2+some || cost[2] > 5*cost[1]/2+some || cost[2] > 150<<20 {
				t.Errorf("allocated %v bytes for n, 2n and 4n", cost)
			}
		})
	}
}

// TestHostileDocuments (S6) checks that the documents of the review are read within the limits, and that the
// limits are named.
func TestHostileDocuments(t *testing.T) {
	for name, want := range map[string]oped.Limit{
		"base-oom-gz.bin": oped.AddressLimit,
		"byline-1k.bin":   oped.PeopleLimit,
	} {
		body, err := os.ReadFile("testdata/hostile/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if z, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		got := readWithin(t, string(body))
		if len(got.Entries) != 1 || !slices.Contains(got.Limits, want) {
			t.Errorf("%s: %d entries, limits %v", name, len(got.Entries), got.Limits)
		}
	}
}

// TestS6_LongBaseIsIgnored (S6) checks that links then start from the base above, and that a link too
// long is dropped.
func TestS6_LongBaseIsIgnored(t *testing.T) {
	long := "http://h.example/" + strings.Repeat("d", oped.MaxAddress)
	got := readWithin(t,
		atomDoc(`<entry xml:base="`+long+`"><id>1</id><link href="one"/><content type="html">&lt;a href="two" class="c">x&lt;/a></content></entry>`))
	e := got.Entries[0]
	if e.URL != "https://paper.example/one" || e.Content != `<a href="https://paper.example/two" class="c">x</a>` {
		t.Errorf("%s, %s", e.URL, e.Content)
	}
	if !slices.Equal(got.Limits, oped.Limits{oped.AddressLimit}) {
		t.Errorf("limits %v", got.Limits)
	}
	short := "http://h.example/" + strings.Repeat("d", 1000) + "/"
	relative := strings.Repeat("r", 1200)
	got = readWithin(t,
		atomDoc(`<entry xml:base="`+short+`"><id>1</id><link href="`+relative+`"/><link href="/one"/><content type="html">&lt;a href=`+
			relative+` class="c">x&lt;/a>&lt;a href=/two>&lt;img src="data:,`+strings.Repeat("i",
			3000)+`"></content></entry>`))
	e = got.Entries[0]
	if e.URL != "http://h.example/one" ||
		!strings.HasPrefix(e.Content, `<a  class="c">x</a><a href=http://h.example/two><img src="data:,iii`) {
		t.Errorf("%s, %.100s", e.URL, e.Content)
	}
	if !slices.Equal(e.Limits, oped.Limits{oped.AddressLimit}) {
		t.Errorf("limits %v", e.Limits)
	}
}

// TestS6_LongFieldsAreCut (S6) checks that a field of 9 MB is kept in part, with the limit named. Two entries with a
// difference only beyond it stay two: their hashes differ, and are the same at the next poll.
func TestS6_LongFieldsAreCut(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: many long documents")
	}
	for name, tc := range map[string]struct {
		entry string // %s is the place of the long value
		limit oped.Limit
	}{
		"content":         {`<content type="html">%s</content>`, oped.ContentLimit},
		"XHTML":           {`<content type="xhtml"><div>%s</div></content>`, oped.ContentLimit},
		"CDATA":           {`<content type="html"><![CDATA[%s]]></content>`, oped.ContentLimit},
		"summary":         {`<summary>%s</summary>`, oped.ContentLimit},
		"title":           {`<title>%s</title>`, oped.FieldLimit},
		"author":          {`<author><name>%s</name></author>`, oped.FieldLimit},
		"e-mail":          {`<author><name>A</name><email>%s</email></author>`, oped.FieldLimit},
		"category":        {`<category term="%s"/>`, oped.FieldLimit},
		"subject":         {`<dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/">%s</dc:subject>`, oped.FieldLimit},
		"rights":          {`<rights>%s</rights>`, oped.FieldLimit},
		"source":          {`<source><title>%s</title></source>`, oped.FieldLimit},
		"author's page":   {`<author><name>A</name><uri>http://a.example/%s</uri></author>`, oped.AddressLimit},
		"address":         {`<link href="http://a.example/%s"/>`, oped.AddressLimit},
		"id":              {`</entry><entry><id>%s</id>`, oped.FieldLimit},
		"address of base": {`</entry><entry xml:base="http://a.example/%s"><id>2</id>`, oped.AddressLimit},
	} {
		t.Run(name, func(t *testing.T) {
			doc := func(end string) string {
				return atomDoc(
					"<entry><id>1</id>" + fmt.Sprintf(tc.entry, strings.Repeat("ایک لفظ ", 600_000)+end) + "</entry>")
			}
			one, same, other := readWithin(t, doc("one")), readWithin(t, doc("one")), readWithin(t, doc("other"))
			if !slices.Contains(one.Limits, tc.limit) {
				t.Errorf("limits %v", one.Limits)
			}
			a, b, c := one.Entries[len(one.Entries)-1], same.Entries[len(same.Entries)-1],
				other.Entries[len(other.Entries)-1]
			if a.Hash != b.Hash || a.ID != b.ID {
				t.Error("the same entry differs at the next poll")
			}
			if name == "id" && a.ID == c.ID || tc.limit != oped.AddressLimit && a.Hash == c.Hash {
				t.Error("two entries that differ at the end are one")
			}
		})
	}
	json := `{"version":"https://jsonfeed.org/version/1.1","title":"%[1]s","items":[{"id":"%[1]s","title":"%[1]s","content_html":"%[1]s","summary":"%[1]s x",` +
		`"url":"http://a.example/%[1]s","authors":[{"name":"%[1]s"}],"tags":["%[1]s"]}]}`
	got := readWithin(t, fmt.Sprintf(json, strings.Repeat("word ", 300_000)))
	if len(got.Entries) != 1 || !slices.Contains(got.Limits, oped.ContentLimit) ||
		!slices.Contains(got.Limits, oped.FieldLimit) {
		t.Errorf("limits %v", got.Limits)
	}
}

// TestS6_DocumentBytesAreBounded (S6) checks that the texts of the last entries are dropped, not the entries.
func TestS6_DocumentBytesAreBounded(t *testing.T) {
	entries := manyNumbered("<item><title>One</title><guid>",
		"</guid><description>"+strings.Repeat("word ", 20_000)+"</description></item>", 150)
	got := readWithin(t, rssDoc(entries))
	if len(got.Entries) != 150 || !slices.Equal(got.Limits, oped.Limits{oped.DocumentLimit}) {
		t.Fatalf("%d entries, limits %v", len(got.Entries), got.Limits)
	}
	first, last := got.Entries[0], got.Entries[149]
	if len(first.Summary) < 99_000 || len(first.Limits) > 0 || last.Summary != "" || last.Title != "One" ||
		last.ID != "149" {
		t.Errorf("%d bytes, %v; %d bytes, %v", len(first.Summary), first.Limits, len(last.Summary), last.Limits)
	}
}

// TestPeople_AreBounded checks that an entry has at most twenty people, in any form of its bylines, and that the
// limit is named.
func TestPeople_AreBounded(t *testing.T) {
	for _, n := range []int{1000, 2000, 4000} {
		for name, entry := range map[string]string{
			"joined":   "<author>" + strings.TrimPrefix(strings.Repeat(" and Ali Khan", n), " and ") + "</author>",
			"in Urdu":  "<author>" + strings.TrimPrefix(strings.Repeat(" اور علی خان", n), " اور ") + "</author>",
			"elements": manyNumbered("<author>Ali Khan", "</author>", n),
			"both":     manyNumbered("<author>Ali Khan and Amna Khan", "</author>", n),
		} {
			got := readWithin(t, rssDoc("<item><title>One</title><guid>1</guid>"+entry+"</item>"))
			if people := text.Bylines(got.Entries[0].Authors); len(people) != oped.MaxPeople ||
				!slices.Contains(got.Entries[0].Limits, oped.PeopleLimit) {
				t.Errorf("%s, %d: %d people, limits %v", name, n, len(people), got.Entries[0].Limits)
			}
		}
	}
}

// counting is a context that ends after a number of checks.
type counting struct {
	context.Context
	asked, end int
}

func (c *counting) Err() error {
	if c.asked++; c.asked > c.end {
		return context.Canceled
	}
	return nil
}

// TestCancellationMidway (S28) checks that reading stops wherever the context ends, with only a few further
// checks of it.
func TestCancellationMidway(t *testing.T) {
	entry := "<item><title>One</title>" +
		strings.Repeat("<description>text</description><category>c</category>", 2000) + "</item>"
	doc := []byte(rssDoc(strings.Repeat(entry, 20)))
	all := &counting{Context: t.Context(), end: 1 << 30}
	if _, err := parse.Document(all, parse.Input{Body: doc}); err != nil {
		t.Fatal(err)
	}
	if every := len(doc) / all.asked; every > 64<<10 {
		t.Errorf("asks the context every %d bytes", every)
	}
	ends := 50
	if testing.Short() {
		ends = 5
	}
	for end := 0; end < all.asked; end += 1 + all.asked/ends {
		ctx := &counting{Context: t.Context(), end: end}
		_, err := parse.Document(ctx, parse.Input{Body: doc})
		var failed *oped.FetchError
		if !errors.As(err, &failed) || failed.Kind != oped.Timeout {
			t.Fatalf("ended after %d: %v", end, err)
		}
		if ctx.asked > end+100 {
			t.Errorf("ended after %d, asked %d times", end, ctx.asked)
		}
	}
}

// TestOPMLAndDiscoverKeepTheLimits checks that lists and pages have no longer addresses and titles either.
func TestOPMLAndDiscoverKeepTheLimits(t *testing.T) {
	long := strings.Repeat("x", 60_000)
	list, err := parse.OPML(
		[]byte(`<opml><body><outline type="rss" text="` + long +
			`" xmlUrl="https://a.example/f"/><outline xmlUrl="https://a.example/` + long + `"/></body></opml>`))
	if err != nil || len(list.Feeds) != 1 || len(list.Feeds[0].Title) > oped.MaxField ||
		len(list.Unusable) != 1 || len(list.Unusable[0]) > oped.MaxField {
		t.Errorf("%d feeds, %v", len(list.Feeds), err)
	}
	page := `<base href="https://b.example/` + long + `"><link rel="alternate" type="application/rss+xml" href="` +
		long + `">`
	found := parse.Discover(
		[]byte(page+strings.Repeat(`<link rel="alternate" type="application/rss+xml" href="feed">`, 10_000)),
		"https://a.example/")
	if !slices.Equal(found, []string{"https://a.example/feed"}) {
		t.Errorf("%d found: %.200v", len(found), found)
	}
}
