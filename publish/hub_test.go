package publish

import (
	"slices"
	"testing"
)

func TestO28Links(t *testing.T) {
	got := Links("https://feeds.example/below/", "all.atom",
		[]string{"https://feeds.example/below/hub", "https://hub.example/?a=b"})
	want := []string{`<https://feeds.example/below/hub>; rel="hub"`, `<https://hub.example/?a=b>; rel="hub"`,
		`<https://feeds.example/below/all.atom>; rel="self"`}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestO28OnlyDocumentsOfEditionsAreTopics: only served documents of editions are WebSub topics.
func TestO28OnlyDocumentsOfEditionsAreTopics(t *testing.T) {
	if _, _, ok := New(options(), rowsOf(example())).Document("pak-us.atom"); ok {
		t.Error("there is a document before anything is published")
	}
	p := published(t, example(), options())
	got, mediaType, ok := p.Document("pak-us.atom")
	served := ask(p, "GET", "/pak-us.atom")
	if !ok || string(got) != body(t, served) || mediaType != served.Header.Get("Content-Type") {
		t.Errorf("ok %v, %s, not as it is served", ok, mediaType)
	}
	for _, name := range []string{
		"", "index.html", "pak-us/index.html", "editions.opml", "feeds.opml", "pak-us",
		"pak-us.atom.", "none.atom", "../pak-us.atom", "/pak-us.atom", "pak-us.opml",
	} {
		if _, _, ok := p.Document(name); ok {
			t.Errorf("%q is a topic", name)
		}
	}
}
