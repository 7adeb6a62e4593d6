package parse_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

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
			if err != nil || got.Entries[0].Title != tc.text || !strings.Contains(got.Warning, "read as ") || got.Partial {
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
		if got[0] != tc.want || got[1] != tc.other || (warning == "") != (!strings.Contains(tc.want, "\ufffd") && tc.title != "he said \x93no\x94" && tc.title != "d\xe9j\xe0 vu") {
			t.Errorf("%q in %q: %q, %q", tc.title, tc.charset, got, warning)
		}
	}
}
