package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestP9Windows1256: an Urdu paper in windows-1256, declared by its document, by its header or not at all, comes out in
// UTF-8 and on its topic.
func TestP9Windows1256(t *testing.T) {
	testkit.NotShort(t)
	const title = "پاک امريکہ تعلقات کا موڑ" // with the letters that the charset has
	document := newstest.Windows1256(newstest.RSS("روزنامہ", newstest.Item{GUID: "urn:1", Link: "https://paper.example/1", Title: title, HTML: "<p>پاکستان اور امريکہ کے تعلقات پر نظر.</p>", Published: time.Now()}))
	undeclared := []byte(strings.Replace(string(document), ` encoding="windows-1256"`, "", 1))
	for name, a := range map[string]newstest.Answer{
		"declared in the document": {Body: document, ContentType: "application/rss+xml"},
		"declared in the header":   {Body: undeclared, ContentType: "text/xml; charset=windows-1256"},
		"sent compressed":          {Body: document, ContentType: "application/rss+xml", Encoding: "gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			paper := newstest.New(t)
			paper.Serve("/feed", a)
			config := testkit.WriteConfig(
				t, testkit.FarmConfig()+
					"feeds:\n  - {name: urdu, url: \""+paper.URL+"/feed\", publisher: Urdu, lang: ur}\n")
			mustOped(t, "--config", config, "--quiet", "once")
			f := testkit.ReadAtom(t, filepath.Join(filepath.Dir(config), "public", "pak-us.atom"))
			if len(f.Entries) != 1 || f.Entries[0].Title != title {
				t.Errorf("%+v", f.Entries)
			}
		})
	}
}
