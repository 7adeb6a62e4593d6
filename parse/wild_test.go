package parse_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html/charset"

	"oped"
	"oped/parse"
)

// wild reads a document of testdata/wild. Each is one example of a fault seen in real feeds; docs/wild.md lists
// the kinds.
func wild(t *testing.T, name string) parse.Result {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "wild", name))
	if err != nil {
		t.Fatal(err)
	}
	return read(t, string(body))
}

// TestWild_NamespacesAreFolded checks that scheme, www and the last slash of a namespace make no difference.
func TestWild_NamespacesAreFolded(t *testing.T) {
	e := wild(t, "01-https-namespaces.xml").Entries[0]
	if e.Content != "<p>Whole text</p>" || people(e) != "Jo Writer||" || published(e) != "2026-11-05T10:00:00Z" {
		t.Errorf("%+v", e)
	}
	if e := wild(t, "01b-https-rss10.xml").Entries; len(e) != 1 || e[0].URL != "https://paper.example/1" {
		t.Errorf("%+v", e)
	}
	for _, doc := range []string{
		`<rss xmlns:c="HTTPS://www.purl.org/rss/1.0/modules/content"><channel><item><c:encoded>text</c:encoded></item></channel></rss>`,
		`<feed xmlns="https://www.w3.org/2005/Atom/"><entry><content>text</content></entry></feed>`,
		`<feed xmlns="http://w3.org/2005/Atom"><entry><content type="xhtml"><div>text</div></content></entry></feed>`,
		`<a:feed xmlns:a="https://w3.org/2005/Atom/"><a:entry><a:content>text</a:content></a:entry></a:feed>`,
		`<feed xmlns="https://purl.org/atom/ns"><entry><content>text</content></entry></feed>`,
		`<rdf:RDF xmlns:rdf="https://www.w3.org/1999/02/22-rdf-syntax-ns" xmlns="https://www.purl.org/rss/1.0" xmlns:content="//purl.org/rss/1.0/modules/content/"><channel/><item><content:encoded>text</content:encoded></item></rdf:RDF>`,
		`<rdf:RDF xmlns:rdf="http://w3.org/1999/02/22-rdf-syntax-ns#" xmlns="https://my.netscape.com/rdf/simple/0.9"><item><description>text</description></item></rdf:RDF>`,
		`<rss xmlns:x="https://www.w3.org/1999/xhtml/"><channel><item><x:body><x:p>text</x:p></x:body></item></channel></rss>`,
	} {
		if e := read(t, doc).Entries; len(e) != 1 || !strings.Contains(e[0].Content+e[0].Summary, "text") {
			t.Errorf("%s: %+v", doc, e)
		}
	}
}

// TestWild_LegacyCharsets checks documents in a legacy charset, without a declaration or declared as UTF-8.
func TestWild_LegacyCharsets(t *testing.T) {
	for _, tc := range []struct{ charset, lang, text string }{
		{"windows-1256", "", "كتب الوزير مقالا عن اتفاق التجارة بين البلدين"},
		{"windows-1256", "ar", "مقال الرأي"},
		{"windows-1256", "ur", "وزير اعظم نے كہا"},
		{"windows-1256", "en", "قرار مجلس الأمن حول السودان"},
		{"windows-1251", "ru", "Мнение редакции"},
		{"windows-1251", "", "Правительство объявило о новом торговом соглашении с соседней страной"},
		{"koi8-r", "", "Правительство объявило о новом торговом соглашении"},
		{"koi8-r", "ru", "Правительство объявило о новом торговом соглашении"},
		{"windows-1253", "el", "Η κυβέρνηση ανακοίνωσε"},
		{"windows-1255", "he", "דעה של העורך"},
		{"windows-1250", "pl", "Opinia: źródło wiedzy i łąka"},
		{"windows-1256", "", "وقال الوزير إن الاتفاق «تاريخي» – حسب بيان"},
		{"iso-8859-6", "ar", "كتب الوزير مقالا عن اتفاق التجارة بين البلدين"},
		{"iso-8859-6", "", "كتب الوزير مقالا عن اتفاق التجارة بين البلدين"},
		{"iso-8859-2", "pl", "Opinia: źródło wiedzy i łąka, Śląsk"},
		{"windows-1250", "pl", "„Śląsk” – źródło wiedzy, łąka"},
		{"iso-8859-2", "cs", "Šťastný rok: že poťouchlý Žižka"},
		{"windows-1250", "cs", "Šťastný rok: že poťouchlý Žižka"},
		{"iso-8859-2", "sk", "Ľudia, ktorí šľapú: žiaľ"},
		{"windows-1250", "sk", "Ľudia, ktorí šľapú: žiaľ"},
		{"iso-8859-2", "hr", "Šuma i život"},
		{"windows-1250", "hr", "Šuma i život"},
		{"iso-8859-2", "hu", "Őszi tűz © 2026"},
		{"windows-1250", "hu", "„Őszi” tűz – ára"},
		{"iso-8859-2", "sl", "Še živi"},
		{"windows-1253", "el", "Άρθρο: η κυβέρνηση «ανακοίνωσε»"},
		{"iso-8859-7", "el", "Άρθρο: η κυβέρνηση ανακοίνωσε"},
		{"iso-8859-15", "fr", "Le cœur déjà signé, 10 €"},
		{"windows-1252", "fr", "Le cœur déjà, 10 €, ½ tasse"},
		{"windows-1252", "fr", "½ tasse de thé"},
		{"windows-1252", "de", "Der Preis: 10 € für Öl"},
		{"iso-8859-15", "de", "Der Preis: 10 € für Öl"},
		{"windows-1252", "fr", "Le gouvernement a annoncé l’accord déjà signé"},
		{"windows-1252", "en", "The minister’s “plan” – again"},
		{"gb18030", "zh", "政府宣布与邻国签署新的贸易协定"},
		{"euc-kr", "", "정부는 이웃 나라와 새로운 무역 협정을 발표했다"},
		{"shift_jis", "ja", "政府は隣国との新しい貿易協定を発表した"},
	} {
		enc, _ := charset.Lookup(tc.charset)
		for declared, contentType := range map[string]string{
			"": "application/xml", ` encoding="UTF-8"`: "application/xml", " ": "text/xml; charset=utf-8",
		} {
			doc := `<?xml version="1.0"` + declared + `?><rss><channel><language>` + tc.lang + `</language>` +
				`<item><title>` + tc.text + `</title></item></channel></rss>`
			body, err := enc.NewEncoder().String(doc)
			if err != nil {
				t.Fatal(tc.charset, err)
			}
			got, err := parse.Document(t.Context(), parse.Input{
				Body:   []byte(body),
				Header: map[string][]string{"Content-Type": {contentType}},
			})
			if err != nil || got.Entries[0].Title != tc.text || !strings.Contains(got.Warning, "read as ") ||
				got.Partial {
				t.Errorf("%s %s%s: %q, %q, %v", tc.charset, tc.lang, declared, got.Entries[0].Title, got.Warning, err)
			}
		}
	}
}

// TestWild_MixedCharsets checks that a cut character stays one, that a text in another charset loses nothing of
// the others, and that the configuration overrides.
func TestWild_MixedCharsets(t *testing.T) {
	titles := func(charset string, all ...string) (out []string, warning string) {
		body := "<rss><channel><item><title>" + strings.Join(all, "</title></item><item><title>") +
			"</title></item></channel></rss>"
		got, err := parse.Document(t.Context(), parse.Input{Body: []byte(body), Feed: oped.Feed{Charset: charset}})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range got.Entries {
			out = append(out, e.Title)
		}
		return out, got.Warning
	}
	for _, tc := range []struct{ charset, title, other, want string }{
		{"", "کالم ن\xda", "اداریہ", "کالم ن\ufffd"},
		{"", "caf\xe2\x80", "é", "caf\ufffd"},
		{"", "emoji \xf0\x9f\x98", "é", "emoji \ufffd"},
		{"", "he said \x93no\x94", "اداریہ", "he said “no”"},
		{"", "d\xe9j\xe0 vu", "اداریہ", "déjà vu"},
		{"windows-1256", "\xc7\xe1\xd1\xc3\xed", "abc", "الرأي"},
		{"utf-8", "\xc7\xe1\xd1", "abc", "\ufffd\ufffd\ufffd"},
		{"nonsense", "é", "abc", "é"},
	} {
		got, warning := titles(tc.charset, tc.title, tc.other)
		guessed := strings.Contains(tc.want, "\ufffd") || tc.charset == "" && !utf8.ValidString(tc.title)
		if got[0] != tc.want || got[1] != tc.other || (warning != "") != guessed {
			t.Errorf("%q in %q: %q, %q", tc.title, tc.charset, got, warning)
		}
	}
}

// jsonFeed returns a JSON Feed with a good item and one with further members.
func jsonFeed(top, members string) string {
	return `{"version": "https://jsonfeed.org/version/1.1", "title": "Paper", ` + top +
		`"items": [{"id": "1", "url": "https://paper.example/1", "title": "One"` + members +
		`}, {"id": "2", "title": "Two", "content_text": "text"}]}`
}

// TestWild_JSONMembersOfAnotherType checks that one wrong member costs only itself.
func TestWild_JSONMembersOfAnotherType(t *testing.T) {
	for _, name := range []string{
		"02-json-authors-object.json", "02b-json-tags-string.json", "02c-json-date-number.json",
	} {
		r := wild(t, name)
		if len(r.Entries) != 2 || r.Entries[0].ID != "1" || r.Entries[0].Title != "Piece 1" ||
			r.Entries[0].Content != "text" || !strings.Contains(r.Warning, "has another type") || r.Partial {
			t.Errorf("%s: %q, %+v", name, r.Warning, r.Entries)
		}
	}
	values := []string{`"x"`, `7`, `true`, `{}`, `[]`, `{"name": "x"}`, `["x"]`, `[1]`, `[null]`, `null`, `[[]]`}
	for _, member := range []string{
		"content_html", "content_text", "summary", "image", "banner_image", "date_published", "date_modified",
		"author", "authors", "tags", "attachments", "language", "external_url",
	} {
		for _, value := range values {
			r := read(t, jsonFeed("", `, "`+member+`": `+value))
			if len(r.Entries) != 2 || r.Entries[0].Title != "One" || r.Entries[0].URL != "https://paper.example/1" ||
				r.Entries[0].ID != "1" || r.Entries[1].Content != "text" || r.Document.Title != "Paper" {
				t.Errorf("%s %s: %q, %+v", member, value, r.Warning, r.Entries)
			}
		}
	}
	for _, member := range []string{
		"home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon", "author",
		"authors", "expired", "language", "hubs",
	} {
		for _, value := range values {
			r := read(t, jsonFeed(`"`+member+`": `+value+", ", ""))
			if len(r.Entries) != 2 || r.Document.Title != "Paper" {
				t.Errorf("%s %s: %q, %+v", member, value, r.Warning, r.Entries)
			}
		}
	}
	for items, want := range map[string]string{
		`[{"id": {"a": 1}, "title": "T"}]`:                       ":T",
		`[{"id": [1], "title": "T"}, {"id": "2", "title": "U"}]`: ":T 2:U",
		`[null, {"id": "1", "title": "T"}, null]`:                "1:T",
		`{"b": {"id": "1", "title": "T"}, "a": {"id": "2"}}`:     "1:T 2:",
		`{"id": "1", "title": "T"}`:                              "1:T",
		`{"author": {"name": "A"}, "id": 1, "title": "T"}`:       "1:T",
		`{}`: "", `null`: "", `"x"`: "", `[null]`: "",
		`[{"id": "1", "title": "T"}], "hubs": {}`:  "1:T",
		`[{"id": "1", "title": "T"}], "hubs": "x"`: "1:T",
		`[{"id": "{1}", "title": "T"}]`:            "{1}:T no warning",
		`[{"id": 1, "title": "T"}], "hubs": [{}]`:  "1:T no warning",
		`[]`: " no warning",
		`[{"id": "1", "title": "T", "tags": {"a":1}}]`: "1:T",
	} {
		r := read(t, `{"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "items": `+items+`}`)
		var got []string
		for _, e := range r.Entries {
			got = append(got, e.ID+":"+e.Title)
		}
		want, silent := strings.CutSuffix(want, " no warning")
		if strings.Join(got, " ") != want || (r.Warning == "") != silent || r.Document.Title != "Paper" {
			t.Errorf("%s: %q, %q", items, got, r.Warning)
		}
	}
	for _, items := range []string{
		`[1, {"id": "1"}]`, `[{"id": "1"}, "x"]`, `[[], {"id": 1}]`, `[{"id": "1", "title": 7}]`,
	} {
		r := read(t, `{"version": "https://jsonfeed.org/version/1", "title": 3, "items": `+items+`}`)
		if len(r.Entries) != 1 || r.Entries[0].ID != "1" || r.Warning == "" {
			t.Errorf("%s: %q, %+v", items, r.Warning, r.Entries)
		}
	}
}

// TestWild_CutJSON checks that a cut document gives its whole items.
func TestWild_CutJSON(t *testing.T) {
	whole := jsonFeed(`"authors": [{"name": "A"}], `, `, "tags": ["a", "b"]`)
	first, second := strings.Index(whole, `, {"id": "2"`), len(whole)-len("]}")
	for cut := range len(whole) {
		r, err := parse.Document(t.Context(), parse.Input{Body: []byte(whole[:cut])})
		want := 0
		if cut >= first {
			want = 1
		}
		if cut >= second {
			want = 2
		}
		if len(r.Entries) != want || (err == nil) != (want > 0) || err == nil && (r.Warning == "" || !r.Partial) {
			t.Fatalf("cut at %d: %d entries, want %d, %q, %v", cut, len(r.Entries), want, r.Warning, err)
		}
	}
	for doc, want := range map[string]int{
		strings.Replace(whole, "}]}", "},]}", 1):                 2,
		strings.Replace(whole, "}]}", `}, {"id": "3" "x"}]}`, 1): 2,
		whole + "<!-- cached -->":                                2,
		whole + "}":                                              2,
		strings.Replace(whole, `"Two"`, `"T\wo"`, 1):             1,
		strings.Replace(whole, "}]}", "}}", 1):                   2,
	} {
		if r := read(t, doc); len(r.Entries) != want || r.Warning == "" {
			t.Errorf("%s: %d entries, want %d", doc, len(r.Entries), want)
		}
	}
}

// dated returns the dates of the entries of a document with the given ones, or - for none.
func dated(t *testing.T, country string, written ...string) string {
	t.Helper()
	doc := "<rss><channel><item><title>x</title><pubDate>" +
		strings.Join(written, "</pubDate></item><item><title>x</title><pubDate>") + "</pubDate></item></channel></rss>"
	r, err := parse.Document(t.Context(), parse.Input{Body: []byte(doc), Feed: oped.Feed{Country: country}})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range r.Entries {
		if e.Published.IsZero() {
			out = append(out, "-")
		} else {
			out = append(out, e.Published.Format("0102"))
		}
	}
	return strings.Join(out, " ")
}

// TestWild_OneOrderOfDayAndMonth checks dates of numbers in one document.
func TestWild_OneOrderOfDayAndMonth(t *testing.T) {
	r := wild(t, "03-dates-us-slashes.xml")
	for i, want := range []string{"2026-11-27T10:00:00Z", "2026-11-05T10:00:00Z", "2020-03-12T12:00:00Z"} {
		if got := published(r.Entries[i]); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, name := range []string{"04-dates-tuesday-mar.xml", "05-dates-none.xml"} {
		for _, e := range wild(t, name).Entries {
			if e.Published.IsZero() {
				t.Errorf("%s: %s has no date", name, e.Title)
			}
		}
	}
	for _, tc := range []struct {
		country string
		dates   []string
		want    string
	}{
		{"", []string{"05/11/2026", "27/11/2026"}, "1105 1127"},
		{"", []string{"05/11/2026", "11/27/2026"}, "0511 1127"},
		{"", []string{"05/11/2026", "Thu, 05/11/2026"}, "1105 1105"},
		{"", []string{"05/11/2026", "jeu. 05/11/2026"}, "1105 1105"},
		{"", []string{"05/11/2026 10:00 AM", "06/11/2026 9:00 PM"}, "0511 0611"},
		{"UK", []string{"05/11/2026", "06/11/2026"}, "1105 1106"},
		{"US", []string{"05/11/2026", "06/11/2026"}, "0511 0611"},
		{"US", []string{"05/11/2026", "27/11/2026"}, "1105 1127"},
		{"UK", []string{"05/11/2026 10:00 AM", "27/11/2026 10:00 AM"}, "1105 1127"},
		{"UK", []string{"05/11/2026", "27/11/2026", "11/28/2026"}, "- 1127 1128"},
		{"US/Japan", []string{"05/11/2026", "05/05/2026"}, "- 0505"},
		{"", []string{"05-11-2026", "27-11-2026"}, "1105 1127"},
		{"", []string{"5/11/26 10:00", "13/11/26"}, "1105 1113"},
	} {
		if got := dated(t, tc.country, tc.dates...); got != tc.want {
			t.Errorf("%s %q: got %s, want %s", tc.country, tc.dates, got, tc.want)
		}
	}
}

// TestWild_Entries checks single fields of the only entry of a document.
func TestWild_Entries(t *testing.T) {
	const group = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><entry>`
	json := func(members string) string {
		return `{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", ` + members + `}]}`
	}
	for _, tc := range []struct {
		name, doc string
		of        func(oped.Entry) string
		want      string
	}{
		{"reference, guid", rssDoc("<item><guid>https://p.example/?a=1&para=2&amp;b=3</guid></item>"), id, "https://p.example/?a=1&para=2&b=3"},
		{"reference, title", rssDoc("<item><title>Q&image=1 &amp; more</title></item>"), title, "Q&image=1 & more"},
		{
			"reference, tags",
			rssDoc("<item><title>&lt;b&gt;a=1&amp;section=2&lt;/b&gt; x;</title></item>"),
			title, "a=1&section=2 x;",
		},
		{"reference, Atom", atomDoc(`<entry><link href="/?a=1&reg=2&times=3;x=&amp;y"/></entry>`), address, "https://paper.example/?a=1&reg=2&times=3;x=&y"},
		{"reference, RSS 1.0", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item><link>https://p.example/?x&not=1?y;z</link></item></rdf:RDF>`, address, "https://p.example/?x&not=1?y;z"},
		{"reference, question mark", rssDoc("<item><link>https://p.example/?u=/x&lt?y=1;z=2</link></item>"), address, "https://p.example/?u=/x&lt?y=1;z=2"},
		{"reference, whole", rssDoc("<item><title>&eacute;&#233;&#xE9;&hellip;&AMP;</title></item>"), title, "ééé…&"},
		{
			"reference, bytes",
			rssDoc("<item><title>a&#226;&#128;&#153;b &#xc3;&#xA9; &#233;&#232;</title></item>"),
			title, "a’b é éè",
		},
		{
			"entity of the document",
			`<!DOCTYPE rss [<!ENTITY co "A &#x26; B"><!ENTITY name 'Paper'>]>` +
				rssDoc("<item><title>The &name; &co;</title></item>"),
			title, "The Paper &co;",
		},

		{"CDATA, title", rssDoc("<item><title>&lt;![CDATA[A &amp;amp; B]]&gt;</title></item>"), title, "A & B"},
		{
			"CDATA, nested",
			rssDoc("<item><title><![CDATA[<![CDATA[Nested]]]]><![CDATA[>]]></title></item>"),
			title, "Nested",
		},
		{"CDATA, in another", rssDoc("<item><title><![CDATA[ <![CDATA[Nested]]> ]]></title></item>"), title, "Nested"},
		{"CDATA, guid", rssDoc("<item><guid>&lt;![CDATA[g1]]&gt;</guid></item>"), id, "g1"},
		{
			"CDATA, author",
			rssDoc("<item><dc:creator>&lt;![CDATA[Jo Writer]]&gt;</dc:creator></item>"),
			people, "Jo Writer||",
		},
		{"CDATA, attribute", atomDoc(`<entry><link href="&lt;![CDATA[https://p.example/1]]&gt;"/></entry>`), address, "https://p.example/1"},
		{
			"CDATA, Atom content",
			atomDoc(`<entry><content type="html">&lt;![CDATA[&lt;p&gt;x&lt;/p&gt;]]&gt;</content></entry>`),
			content, "<p>x</p>",
		},
		{
			"CDATA, twice escaped",
			rssDoc("<item><description>&amp;lt;![CDATA[x]]&amp;gt;</description></item>"),
			summary, "x",
		},
		{"CDATA, author without brackets", rssDoc("<item><author>![CDATA[Jo B]]</author></item>"), people, "Jo B||"},
		{
			"CDATA, creator without brackets",
			rssDoc("<item><dc:creator> [CDATA[Jo B]] </dc:creator></item>"),
			people, "Jo B||",
		},
		{
			"CDATA, half a bracket",
			rssDoc("<item><dc:creator>![CDATA[ Jo B ]]&gt;</dc:creator></item>"),
			people, "Jo B||",
		},
		{"CDATA, Atom name", atomDoc("<entry><author><name>[CDATA[Jo B]]</name></author></entry>"), people, "Jo B||"},
		{
			"CDATA, within CDATA",
			rssDoc("<item><dc:creator><![CDATA[![CDATA[Jo B]]]]></dc:creator></item>"),
			people, "Jo B||",
		},
		{
			"CDATA, date",
			rssDoc("<item><pubDate>![CDATA[Thu, 05 Nov 2026 10:00:00 GMT]]</pubDate></item>"),
			published, "2026-11-05T10:00:00Z",
		},
		{"CDATA, author in JSON", json(`"authors": [{"name": "![CDATA[Jo B]]"}]`), people, "Jo B||"},
		{
			"CDATA, date in JSON",
			json(`"date_published": "[CDATA[2026-11-05T10:00:00Z]]"`),
			published, "2026-11-05T10:00:00Z",
		},
		{"CDATA, JSON", json(`"title": "<![CDATA[T]]>"`), title, "T"},
		{"CDATA, a text about arrays", rssDoc("<item><title>if a[b[0]]>1</title></item>"), title, "if a[b[0]]>1"},

		{"person, RSS", rssDoc("<item><author><name>A</name><email>a@x.example</email><uri>/a</uri></author></item>"), people, "A|a@x.example|https://paper.example/a"},
		{
			"person, creator",
			rssDoc("<item><dc:creator><name>A B</name><role>Editor</role></dc:creator></item>"),
			people, "A B||",
		},
		{
			"person, parts",
			rssDoc("<item><author><firstName>A</firstName><lastName>B</lastName></author></item>"),
			people, "A B||",
		},
		{"person, Atom in RSS", rssDoc(`<item><a:author xmlns:a="http://www.w3.org/2005/Atom"><a:name>A</a:name></a:author></item>`), people, "A||"},
		{"person, no namespace in Atom", atomDoc(`<entry><author xmlns=""><name>A</name><url>/u</url></author></entry>`), people, "A||https://paper.example/u"},
		{"person, linked", rssDoc(`<item><author><a href="/x">A B</a></author></item>`), people, "A B||"},
		{
			"person, two",
			rssDoc("<item><author><name>A</name></author><author><name>B</name></author></item>"),
			people, "A||; B||",
		},

		{"empty href", atomDoc(`<entry><link rel="alternate" href=""/></entry>`), address, ""},
		{"blank href", atomDoc(`<entry><link href="  "/></entry>`), address, ""},
		{"empty link", rssDoc("<item><title>x</title><link/></item>"), address, ""},
		{"empty guid", rssDoc("<item><title>x</title><guid></guid></item>"), address, ""},
		{"empty uri", atomDoc("<entry><author><name>A</name><uri></uri></author></entry>"), people, "A||"},
		{"empty href beside another", atomDoc(`<entry><link href=""/><link href="/a"/></entry>`), address, "https://paper.example/a"},
		{"empty url, JSON", json(`"url": "", "external_url": ""`), address, ""},
		{
			"empty href in a text",
			rssDoc(`<item><description>&lt;a href=""&gt;x&lt;/a&gt;</description></item>`),
			summary, `<a href="">x</a>`,
		},
		{"empty href in a text under a base", atomDoc(`<entry xml:base="https://b.example/"><content type="html">&lt;a href=""&gt;x&lt;/a&gt;</content></entry>`), content, `<a href="https://b.example/">x</a>`},
		{"fragment", atomDoc(`<entry><link href="#"/></entry>`), address, ""},
		{"fragment, JSON", json(`"url": "#top"`), address, ""},
		{"empty query", rssDoc("<item><link> ? </link></item>"), address, ""},
		{"empty query and fragment", atomDoc(`<entry><link href="?#"/></entry>`), address, ""},
		{"empty query, JSON", json(`"url": "?"`), address, ""},
		{"empty query beside a guid", rssDoc("<item><link>?</link><guid>https://p.example/1</guid></item>"), address, "https://p.example/1"},
		{"query", rssDoc("<item><link>?p=1</link></item>"), address, "https://paper.example/feed/rss.xml?p=1"},
		{"empty base", atomDoc(`<entry xml:base=""><link href="a"/></entry>`), address, "https://paper.example/feed/a"},

		{
			"blank content",
			rssDoc("<item><description>S</description><content:encoded>&lt;p&gt;&amp;nbsp; &lt;/p&gt;</content:encoded></item>"),
			content, "",
		},
		{
			"blank content, pixel",
			rssDoc(`<item><content:encoded><![CDATA[<img src="/p" width="1" height="1"/>]]></content:encoded></item>`),
			content, "",
		},
		{
			"blank content, comment",
			rssDoc("<item><content:encoded><![CDATA[<!-- x --><p>\u200b</p>]]></content:encoded></item>"),
			content, "",
		},
		{
			"blank content, Atom",
			atomDoc(`<entry><summary>S</summary><content type="xhtml"><div><p/></div></content></entry>`),
			content, "",
		},
		{"blank content, JSON", json(`"content_html": "<p></p>", "content_text": "T"`), content, "T"},
		{"an image is content", rssDoc(`<item><content:encoded><![CDATA[<img src="https://p.example/i.png">]]></content:encoded></item>`), content, `<img src="https://p.example/i.png">`},

		{
			"pubDate in Atom",
			atomDoc("<entry><pubDate>Thu, 05 Nov 2026 10:00:00 GMT</pubDate></entry>"),
			published, "2026-11-05T10:00:00Z",
		},
		{"description in Atom", atomDoc("<entry><description>text</description></entry>"), summary, "text"},
		{"guid in Atom", atomDoc("<entry><guid>g</guid></entry>"), id, "g"},
		{
			"published in RSS",
			rssDoc("<item><published>2026-11-05T10:00:00Z</published></item>"),
			published, "2026-11-05T10:00:00Z",
		},
		{"date in RSS", rssDoc("<item><date>2026-11-05T10:00:00Z</date></item>"), published, "2026-11-05T10:00:00Z"},
		{"dc:date in Atom", atomDoc(`<entry><d:date xmlns:d="http://purl.org/dc/elements/1.1/">2026-11-05</d:date></entry>`), func(e oped.Entry) string { return e.Updated.Format("2006-01-02") }, "2026-11-05"},

		{"media:description", group + "<media:description>text</media:description></entry></feed>", summary, "text"},
		{
			"media:description in a group",
			group + "<media:group><media:title>T</media:title><media:description>text</media:description></media:group></entry></feed>",
			summary, "text",
		},
		{
			"media:title alone",
			group + "<media:group><media:title>T</media:title></media:group></entry></feed>",
			title, "T",
		},
		{
			"media:description in content",
			group + "<media:group><media:content><media:description>text</media:description></media:content></media:group></entry></feed>",
			summary, "text",
		},
		{
			"media:description beside a summary",
			group + "<media:description>no</media:description><summary>text</summary></entry></feed>",
			summary, "text",
		},
		{"media:description in RSS", `<rss xmlns:media="https://search.yahoo.com/mrss"><channel><item><media:content url="u"><media:description type="html">&lt;b&gt;text&lt;/b&gt;</media:description></media:content><description> </description></item></channel></rss>`, summary, "<b>text</b>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := read(t, tc.doc)
			if len(got.Entries) != 1 {
				t.Fatalf("%d entries", len(got.Entries))
			}
			if text := tc.of(got.Entries[0]); text != tc.want {
				t.Errorf("got  %q\nwant %q", text, tc.want)
			}
		})
	}
}

// TestWild_Examples checks the documents of testdata/wild for the kinds of TestWild_Entries.
func TestWild_Examples(t *testing.T) {
	first := func(name string) oped.Entry { return wild(t, name).Entries[0] }
	for _, tc := range []struct{ name, got, want string }{
		{"raw ampersand", first("06-raw-and-escaped-ampersand.xml").URL, "https://paper.example/?a=1&section=2&x=3"},
		{"raw ampersand, Atom", first("06b-raw-and-escaped-ampersand-atom.xml").URL, "https://paper.example/?a=1&copy=2&sect=3"},
		{"escaped CDATA, title", first("07-escaped-cdata.xml").Title, "Escaped title"},
		{"escaped CDATA, text", first("07-escaped-cdata.xml").Summary, "some text"},
		{"escaped CDATA, link", wild(t, "07-escaped-cdata.xml").Entries[1].URL, "https://paper.example/2"},
		{"escaped CDATA, date", published(wild(t, "07-escaped-cdata.xml").Entries[1]), "2026-11-05T10:00:00Z"},
		{"escaped CDATA, HTML", wild(t, "07-escaped-cdata.xml").Entries[1].Summary, "<p>para one</p><p>two</p>"},
		{"author of elements", people(first("08-structured-author.xml")), "Jo Writer|jo@example.org|https://jo.example/"},
		{"author of other elements", people(wild(t, "08-structured-author.xml").Entries[1]), "Jo Writer||"},
		{"warning of PHP", first("09-php-warning-before.xml").URL, "https://paper.example/1"},
		{"guid twice", first("10-same-guid-revised.xml").Title, "Correction: accord not to be signed"},
		{"no link", wild(t, "12-empty-references.xml").Entries[1].URL, ""},
		{"empty href", first("12b-empty-href.xml").URL, ""},
		{"media:description", first("13-youtube-media-group.xml").Summary[:12], "The synopsis"},
		{"blank content", first("14-blank-content-encoded.xml").Content, ""},
		{"its summary", first("14-blank-content-encoded.xml").Summary, "The real summary."},
		{"pubDate in Atom", published(first("15-atom-pubdate.xml")), "2026-11-05T10:00:00Z"},
		{"description in Atom", first("15-atom-pubdate.xml").Summary, "text"},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, tc.got, tc.want)
		}
	}
}

// TestWild_FeedBehindSomething checks that a feed is read behind the output of its program, and that a page is no
// feed.
func TestWild_FeedBehindSomething(t *testing.T) {
	feed := rssDoc("<item><title>One</title></item>")
	atom := atomDoc("<entry><title>One</title></entry>")
	for _, doc := range []string{
		"<br />\n<b>Warning</b>: x in <b>/f.php</b> on line <b>1</b><br />\n<?xml version=\"1.0\"?>" + feed,
		"<pre>" + feed + "</pre>",
		"<script>if (a < b) document.write('<rss>')</script><?xml version='1.0'?>" + atom,
		"<div>Notice</div>" + atom,
		"<!DOCTYPE html><html><body><p>cached</p></body></html>\n<?xml version=\"1.0\"?>" + feed,
		"Deprecated: f() in x.php on line 3\n" + feed,
		"<p>" + strings.Repeat("<b>x</b>", 900) + atom,
		`<b>Notice</b><br />{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "One"}]}`,
		"<link rel='x'><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\"><item><title>One</title></item></rdf:RDF>",
	} {
		if r := read(t, doc); len(r.Entries) != 1 || r.Entries[0].Title != "One" || r.Partial {
			t.Errorf("%s: %+v", doc, r.Entries)
		}
		if out, err := parse.JSON(t.Context(), parse.Input{Body: []byte(doc)}); err != nil ||
			!strings.Contains(string(out), `"bozo":true`) && !strings.HasPrefix(doc, "Deprecated") {
			t.Errorf("%s: not flagged: %v", doc, err)
		}
	}
	for _, doc := range []string{
		"<html><body>&lt;rss&gt; <feed-list></feed-list></body></html>",
		"<html><svg><?xml version='1.0'?><rss></rss></html>",
		"<p>" + strings.Repeat("<rss>", 20),
	} {
		if r, err := parse.Document(t.Context(), parse.Input{Body: []byte(doc)}); err == nil {
			t.Errorf("%s: %+v", doc, r)
		}
	}
}

// TestWild_OneGUIDTwice checks that the newest of two entries with one guid stays, else the first.
func TestWild_OneGUIDTwice(t *testing.T) {
	item := func(guid, title, date string) string {
		return `<item><guid isPermaLink="false">` + guid + "</guid><title>" + title + "</title><pubDate>" + date +
			"</pubDate></item>"
	}
	at := func(path, title, words, date string) string {
		return "<item><guid isPermaLink=\"false\">same</guid><link>https://paper.example/" + path + "</link><title>" + title +
			"</title><description>" + words + "</description><pubDate>" + date + "</pubDate></item>"
	}
	long := strings.Repeat("Twelve words of a text say what it is about. ", 2)
	const before, after = "Thu, 05 Nov 2026 10:00:00 GMT", "Fri, 06 Nov 2026 10:00:00 GMT"
	others := item("a", "A", before) + item("b", "B", before) + item("c", "C", before)
	for _, tc := range []struct{ doc, want string }{
		{rssDoc(item("1", "old", before) + item("1", "new", after)), "new"},
		{rssDoc(item("1", "new", after) + item("1", "old", before)), "new"},
		{rssDoc(item("1", "first", before) + item("1", "second", before)), "first"},
		{rssDoc(item("1", "first", "") + item("1", "second", "")), "first"},
		{rssDoc(item("1", "undated", "") + item("1", "dated", before)), "dated"},
		{rssDoc(others + item("1", "one", "") + item("1", "two", before) + item("1", "three", after)), "A B C three"},
		{rssDoc(item("1", "x", before) + item("1", "y", before) + item("1", "z", after)), "x z"},
		{rssDoc(at("x", "old", "short one", before) + at("y", "new", "short two", after)), "new"},
		{rssDoc(at("x", "new", "short one", after) + at("y", "old", "short two", before)), "new"},
		{rssDoc(at("x", "first", "", "") + at("y", "second", "", "")), "first"},
		{rssDoc(others + at("x", "one", "", "") + at("y", "two", "", "")), "A B C one"},
		{rssDoc(at("x", "one", "", "") + at("y", "two", "", "") + at("z", "three", "", "")), "one two three"},
		{rssDoc(at("x", "one", long, before) + at("y", "two", "Other "+long, after)), "one two"},
		{jsonFeed("", `}, {"id": "1", "url": "https://paper.example/other", "title": "Again"`), "One Two"},
		{jsonFeed("", `}, {"id": "1", "url": "https://paper.example/1", "title": "Again", "date_published": "2026-11-05"`), "Again Two"},
		{atomDoc("<entry><id>1</id><title>x</title><published>2026-11-05T00:00:00Z</published></entry>" +
			"<entry><id>1</id><title>y</title><published>2026-11-04T00:00:00Z</published></entry>"), "x"},
	} {
		var titles []string
		for _, e := range read(t, tc.doc).Entries {
			titles = append(titles, e.Title)
		}
		if got := strings.Join(titles, " "); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.doc, got, tc.want)
		}
	}
}

// TestWild_NewestOfALongDocument checks that the newest entries are kept, at whichever end they are.
func TestWild_NewestOfALongDocument(t *testing.T) {
	const n = 2500
	day := func(i int) string { return time.Unix(1_700_000_000+int64(i)*3600, 0).UTC().Format(time.RFC1123Z) }
	build := func(head, foot, between string, one func(i int) string) string {
		items := make([]string, n)
		for i := range items {
			items[i] = one(i)
		}
		return head + strings.Join(items, between) + foot
	}
	rss := func(one func(i int) string) string { return build("<rss><channel>", "</channel></rss>", "", one) }
	for name, tc := range map[string]struct {
		doc         string
		first, last string
	}{
		"dates rise": {rss(func(i int) string {
			return fmt.Sprintf("<item><title>%d</title><pubDate>%s</pubDate></item>", i, day(i))
		}), "500", "2499"},
		"dates fall": {rss(func(i int) string {
			return fmt.Sprintf("<item><title>%d</title><pubDate>%s</pubDate></item>", i, day(-i))
		}), "0", "1999"},
		"newest in the middle": {rss(func(i int) string {
			return fmt.Sprintf("<item><title>%d</title><pubDate>%s</pubDate></item>", i, day(-max(i-1250, 1250-i)))
		}), "251", "2250"},
		"one day, others before": {rss(func(i int) string {
			return fmt.Sprintf("<item><title>%d</title><pubDate>%s</pubDate></item>", i, day(min(i, 9)))
		}), "500", "2499"},
		"numbers rise": {rss(func(i int) string {
			return fmt.Sprintf("<item><title>%d</title><link>https://p.example/?p=%d</link></item>", i, i+7)
		}), "500", "2499"},
		"nothing": {rss(func(i int) string { return fmt.Sprintf("<item><title>%d</title></item>", i) }), "0", "1999"},
		"Atom": {build(`<feed xmlns="http://www.w3.org/2005/Atom">`, "</feed>", "", func(i int) string {
			return fmt.Sprintf("<entry><title>%d</title><updated>%s</updated></entry>", i, day(i))
		}), "500", "2499"},
		"RSS 1.0": {build(`<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel/>`,
			"</rdf:RDF>", "", func(i int) string {
				return fmt.Sprintf("<item><title>%d</title><dc:date>%s</dc:date></item>", i, day(i))
			}), "500", "2499"},
		"JSON": {build(`{"version": "https://jsonfeed.org/version/1", "items": [`, "]}", ",", func(i int) string {
			return fmt.Sprintf(`{"id": "x%d", "title": "%d", "date_published": "%s"}`, i, i, day(i))
		}), "500", "2499"},
	} {
		r := read(t, tc.doc)
		n := len(r.Entries)
		if first, last := r.Entries[0].Title, r.Entries[n-1].Title; n != oped.MaxEntries || first != tc.first ||
			last != tc.last {
			t.Errorf("%s: %d entries, %s to %s", name, n, first, last)
		}
	}
}
