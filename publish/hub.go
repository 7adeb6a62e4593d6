package publish

import (
	"fmt"
	"slices"
	"strings"

	"oped"
)

// Documents are the names of the documents that an edition may be subscribed to by, in every format that there is.
func Documents(edition string) []string {
	var all []string
	for _, f := range Formats() {
		all = append(all, feedFile(edition, f))
	}
	return all
}

// Document is a document of an edition, by its name, as it is served now; ok is false for all that is none.
func (p *Publisher) Document(name string) (body []byte, mediaType string, ok bool) {
	now := p.site.Load()
	edition, _, _ := strings.Cut(name, ".") // the name of an edition has no dot
	if now == nil || !slices.Contains(Documents(edition), name) {
		return nil, "", false
	}
	rep := now.files[name]
	if rep == nil || !slices.ContainsFunc(now.editions, func(e oped.EditionState) bool { return e.Name == edition }) {
		return nil, "", false
	}
	return rep.plain.body, rep.mediaType, true
}

// FileAt is the name of the file that the path of a request asks for. Whether there is one is another question.
func (p *Publisher) FileAt(path string) string { return p.file(path) }

// Links are the values of Link header fields by which a document tells its hubs and its own address (RFC 8288 §3, WebSub §4).
func Links(baseURL, name string, hubs []string) []string {
	var links []string
	for _, hub := range hubs {
		links = append(links, fmt.Sprintf(`<%s>; rel="hub"`, hub))
	}
	return append(links, fmt.Sprintf(`<%s/%s>; rel="self"`, trimBase(baseURL), name))
}
