package parse

import (
	"strings"
	"testing"
	"unsafe"

	"oped"
)

// TestS6_LongDocumentIsNotKept checks that results of a long document do not share its memory, or all of it would
// be kept (S6).
func TestS6_LongDocumentIsNotKept(t *testing.T) {
	for name, doc := range map[string]string{
		"rss": `<rss version="2.0"><channel><title>Title</title><link>http://a.example/</link><language>en</language><copyright>Rights</copyright>` +
			`<item><guid>one</guid><title>One</title><author>Ann</author><category>Cat</category><link>http://a.example/1</link><description>Text</description></item>` +
			strings.Repeat("<!-- long -->", 50_000) + "</channel></rss>",
		"atom": `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>tag:a</id><title>Title</title><link href="http://a.example/"/><rights>Rights</rights>` +
			`<entry><id>one</id><title>One</title><author><name>Ann</name><email>a@a.example</email></author><category term="Cat"/><content>Text</content></entry>` +
			strings.Repeat("<!-- long -->", 50_000) + "</feed>",
		"json": `{"version":"https://jsonfeed.org/version/1.1","title":"Title","language":"en","home_page_url":"http://a.example/","items":[{"id":"one","title":"One",` +
			`"authors":[{"name":"Ann"}],"tags":["Cat"],"content_text":"Text"}],"x":"` +
			strings.Repeat("long", 150_000) + `"}`,
	} {
		body := []byte(doc)
		result, err := Document(t.Context(), Input{Body: body, URL: "http://a.example/feed"})
		if err != nil || len(result.Entries) != 1 {
			t.Fatalf("%s: %v, %d entries", name, err, len(result.Entries))
		}
		first, last := uintptr(unsafe.Pointer(&body[0])), uintptr(unsafe.Pointer(&body[len(body)-1]))
		d, e := result.Document, result.Entries[0]
		for what, s := range map[string]string{
			"document id":       d.ID,
			"document title":    d.Title,
			"site":              d.SiteURL,
			"document rights":   d.Rights,
			"document language": d.Lang,
			"id":                e.ID,
			"url":               e.URL,
			"title":             e.Title,
			"content":           e.Content,
			"summary":           e.Summary,
			"rights":            e.Rights,
			"language":          e.Lang,
			"author":            name1(e.Authors), "category": strings.Join(e.Categories, ""),
		} {
			if at := uintptr(unsafe.Pointer(unsafe.StringData(s))); s != "" && first <= at && at <= last {
				t.Errorf("%s: the %s %q shares the memory of the document", name, what, s)
			}
		}
	}
}

func name1(people []oped.Person) string {
	if len(people) == 0 {
		return ""
	}
	return people[0].Name
}
