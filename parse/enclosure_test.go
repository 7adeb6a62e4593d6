package parse

import (
	"os"
	"slices"
	"strings"
	"testing"

	"oped"
)

// TestWrittenZone reads the zone of dates as written.
func TestWrittenZone(t *testing.T) {
	for _, tt := range []struct {
		date, country string
		want          int
	}{
		{"Sun, 29 Nov 2026 00:05:00 +0500", "", 300},
		{"Sun, 01 Nov 2026 02:00:00 +0530", "", 330},
		{"2026-11-29T00:05:00+05:00", "", 300},
		{"2026-11-29T00:05:00.5-03:30", "", -210},
		{"2026-11-28 19:05 -0500", "", -300},
		{"Sun, 29 Nov 2026 00:05:00 PKT", "", 300},
		{"Sun, 29 Nov 2026 00:05:00 (PKT)", "", 300},
		{"Sun, 29 Nov 2026 00:05:00 +0500 (PKT)", "", 300},
		{"Sun, 29 Nov 2026 00:05:00 GMT+5", "", 300},
		{"Sun, 29 Nov 2026 00:05:00 EST", "", -300},
		{"Sun, 29 Nov 2026 00:05:00 GMT", "Pakistan", 0},
		{"2026-11-29T00:05:00Z", "Pakistan", 0},
		{"Sun, 29 Nov 2026 00:05:00", "Pakistan", 0},
		{"2026-11-29", "Pakistan", 0},
		{"29-11-2026", "Pakistan", 0},
		{"29 Nov 2026 5:00 PM", "", 0},
		{"Nov 29, 2026 at 5:00 pm", "", 0},
		{"5 nov. 2026, 10:00 soir", "", 0},
		{"5 nov. 2026, 12:00 midi", "", 0},
		{"+0500", "", 0},
		{"", "", 0},
		{"2026-11-29T00:05:00+99:00", "", 0},
	} {
		if got := writtenZone(tt.date, tt.country); got != tt.want {
			t.Errorf("%q: %d minutes, want %d", tt.date, got, tt.want)
		}
	}
}

// TestEnclosures reads the enclosures of entries in all formats.
func TestEnclosures(t *testing.T) {
	rss := func(items string) string {
		return `<rss version="2.0"><channel><title>T</title><item><title>A</title>` + items + `</item></channel></rss>`
	}
	file, err := os.ReadFile("testdata/wild/11-enclosure.rss")
	if err != nil {
		t.Fatal(err)
	}
	mp3 := oped.Enclosure{URL: "http://gazette.example/a1.mp3", Type: "audio/mpeg", Size: 1234}
	for _, tt := range []struct {
		name, doc string
		want      []oped.Enclosure
	}{
		{"of the wild", string(file), []oped.Enclosure{mp3}},
		{"two", rss(`<enclosure url="http://a.example/1"/><enclosure url="http://a.example/2" length="x"/>`),
			[]oped.Enclosure{{URL: "http://a.example/1"}, {URL: "http://a.example/2"}}},
		{"twice", rss(strings.Repeat(`<enclosure url="http://a.example/1" length="-5"/>`, 2)),
			[]oped.Enclosure{{URL: "http://a.example/1"}}},
		{"none", rss(`<enclosure url="" type="audio/mpeg"/>`), nil},
		{"Atom", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title>
			<link rel="enclosure" href="http://gazette.example/a1.mp3" type="audio/mpeg" length="1234"/></entry></feed>`,
			[]oped.Enclosure{mp3}},
		{"JSON Feed", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","attachments":[
			{"url":"http://gazette.example/a1.mp3","mime_type":"audio/mpeg","size_in_bytes":1234}]}]}`,
			[]oped.Enclosure{mp3}},
	} {
		r, err := Document(t.Context(), Input{Body: []byte(tt.doc), URL: "http://gazette.example/rss"})
		if err != nil || len(r.Entries) != 1 {
			t.Errorf("%s: %d entries, %v", tt.name, len(r.Entries), err)
			continue
		}
		if got := r.Entries[0].Enclosures; !slices.Equal(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
	for name, tt := range map[string]struct{ doc, want string }{
		"at the page":     {rss(`<link>http://p.example/1/</link><enclosure url="/rel.mp3"/>`), "http://p.example/rel.mp3"},
		"without a page":  {rss(`<enclosure url="rel.mp3"/>`), "http://gazette.example/rel.mp3"},
		"a declared base": {rss(`<enclosure xml:base="http://b.example/" url="rel.mp3"/><link>http://p.example/1/</link>`), "http://b.example/rel.mp3"},
		"Atom": {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link href="http://p.example/"/>
			<link rel="enclosure" href="/e.mp3"/></entry></feed>`, "http://gazette.example/e.mp3"},
		"Atom in RSS": {rss(`<atom:link rel="enclosure" href="/e.mp3"/><link>http://p.example/</link>`), "http://p.example/e.mp3"},
		"JSON Feed": {`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"http://p.example/1",
			"attachments":[{"url":"e.mp3"}]}]}`, "http://p.example/e.mp3"},
	} {
		r, err := Document(t.Context(), Input{Body: []byte(tt.doc), URL: "http://gazette.example/rss"})
		if err != nil || len(r.Entries[0].Enclosures) != 1 || r.Entries[0].Enclosures[0].URL != tt.want {
			t.Errorf("%s: %+v, %v", name, r.Entries, err)
		}
	}
	many := rss(strings.Repeat(`<enclosure url="http://a.example/1"/>`, 3) + func() (all string) {
		for i := range 50 {
			all += `<enclosure url="http://a.example/` + strings.Repeat("x", i+1) + `"/>`
		}
		return all
	}())
	r, err := Document(t.Context(), Input{Body: []byte(many), URL: "http://a.example/rss"})
	if err != nil || len(r.Entries[0].Enclosures) != oped.MaxEnclosures || !slices.Contains(r.Entries[0].Limits, oped.FieldLimit) {
		t.Errorf("of many: %d, limits %v, %v", len(r.Entries[0].Enclosures), r.Entries[0].Limits, err)
	}
}

// TestRelativeLinks checks the base of relative addresses in texts of RSS and JSON Feed.
func TestRelativeLinks(t *testing.T) {
	const page = "http://gazette.example/2026/11/post/"
	rss := func(channel, link string) string {
		return `<rss version="2.0"` + channel + `><channel><title>T</title><item><title>A</title>` + link +
			`<description>&lt;img src="pic.png"&gt; &lt;a href="#fn1"&gt;1&lt;/a&gt; text</description></item></channel></rss>`
	}
	late := func(attributes string) string {
		return "<link>" + page + "</link><description>&lt;img " + attributes + "&gt;</description>"
	}
	for name, tt := range map[string]struct{ doc, want string }{
		"a page":           {rss("", "<link>"+page+"</link>"), page + "pic.png"},
		"no page":          {rss("", ""), "http://gazette.example/feeds/pic.png"},
		"a declared base":  {rss(` xml:base="http://base.example/x/"`, "<link>"+page+"</link>"), "http://base.example/x/pic.png"},
		"a page in a file": {rss("", "<link>http://gazette.example/a/b.html</link>"), "http://gazette.example/a/pic.png"},
		"a relative page":  {rss("", "<link>/2026/</link>"), "http://gazette.example/2026/pic.png"},
		"a guid":           {rss("", "<guid>"+page+"</guid>"), page + "pic.png"},
		"JSON Feed": {`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"` + page +
			`","content_html":"<img src=\"pic.png\"> text"}]}`, page + "pic.png"},
		"a late picture":  {rss("", late(`data-src="/i/a.jpg" src="/b.gif"`)), `data-src="http://gazette.example/i/a.jpg"`},
		"of another host": {rss("", late(`data-lazy-src='//cdn.example/a b.jpg'`)), `data-lazy-src='http://cdn.example/a%20b.jpg'`},
		"a word": {rss("", late(`data-lazy="true" data-original="a.jpg"`)),
			`data-lazy="true" data-original="` + page + `a.jpg"`},
		"a late load": {rss("", late(`data-lazyload="a.jpg"`)), `data-lazyload="` + page + `a.jpg"`},
		"a set": {rss("", late(`srcset="a.jpg 1x,/b.jpg?x=1&amp;amp;y=2 2x, http://c.example/c,1.jpg, d.jpg"`)),
			`srcset="` + page + `a.jpg 1x, http://gazette.example/b.jpg?x=1&amp;y=2 2x, http://c.example/c,1.jpg, ` + page + `d.jpg"`},
		"a late set": {rss("", late(`data-srcset=" a.jpg 300w , ../b.jpg  600w"`)),
			`data-srcset="` + page + `a.jpg 300w, http://gazette.example/2026/11/b.jpg 600w"`},
		"Atom": {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="` + page + `"/><content type="html">` +
			`&lt;img data-src="/i/a.jpg"&gt;</content></entry></feed>`, `data-src="http://gazette.example/i/a.jpg"`},
	} {
		r, err := Document(t.Context(), Input{Body: []byte(tt.doc), URL: "http://gazette.example/feeds/rss"})
		if err != nil || len(r.Entries) != 1 {
			t.Errorf("%s: %d entries, %v", name, len(r.Entries), err)
			continue
		}
		if e := r.Entries[0]; !strings.Contains(e.Summary+e.Content, tt.want) {
			t.Errorf("%s: %s, want %s", name, e.Summary+e.Content, tt.want)
		}
	}
}
