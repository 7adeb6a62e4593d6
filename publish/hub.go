package publish

import (
	"context"
	"fmt"
	"strings"

	"oped/publish/feed"
)

// Documents returns the names of an edition's documents that readers may subscribe to, in every format.
func Documents(edition string) []string {
	return mapped(feed.Formats(), func(f feed.Format) string { return feedFile(edition, f) })
}

// Document returns the served document of an edition, by its name; ok is false for other names. If
// nothing is served, it renders the document.
func (p *Publisher) Document(name string) (body []byte, mediaType string, ok bool) {
	now := p.site.Load()
	if now == nil || !(headKind{now}).Match(name) || strings.HasSuffix(name, "/"+indexFile) {
		return nil, "", false
	}
	rep := now.files[name]
	if rep == nil && p.options.FilesOnly {
		made := map[string]*Rendered{}
		if renderAll(context.Background(), headKind{now}, []string{name}, made) == nil {
			rep = made[name]
		}
	}
	if rep == nil {
		return nil, "", false
	}
	return rep.Plain(), rep.Page.Meta.MediaType, true
}

// Links returns the values of the Link header fields with a document's hubs and its own address (RFC
// 8288 §3, WebSub §4).
func Links(baseURL, name string, hubs []string) []string {
	var links []string
	for _, hub := range hubs {
		links = append(links, fmt.Sprintf(`<%s>; rel="hub"`, hub))
	}
	return append(links, fmt.Sprintf(`<%s/%s>; rel="self"`, newAddresses(baseURL).base, name))
}
