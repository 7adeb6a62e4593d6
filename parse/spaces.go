package parse

import "strings"

// The known namespaces, by short names of our own. Elements of plain RSS, in any namespace, have none.
const (
	atomSpace    = "atom"
	dcSpace      = "dc"
	dctermsSpace = "dcterms"
	contentSpace = "content"
	rdfSpace     = "rdf"
	sySpace      = "sy"
	xhtmlSpace   = "xhtml"
	xmlSpace     = "xml"
	burnerSpace  = "feedburner"
	itunesSpace  = "itunes"
	mediaSpace   = "media"
	wfwSpace     = "wfw"
	otherSpace   = "?" // any other, including undeclared prefixes
)

// spaces are the addresses of the namespaces, in lower case.
var spaces = map[string]string{
	"http://www.w3.org/2005/atom":      atomSpace,
	"https://www.w3.org/2005/atom":     atomSpace,
	"http://purl.org/atom/ns#":         atomSpace,
	"http://purl.org/echo/":            atomSpace,
	"http://purl.org/pie/":             atomSpace,
	"http://example.com/newformat#":    atomSpace,
	"http://example.com/necho":         atomSpace,
	"uri/of/echo/namespace#":           atomSpace,
	"http://purl.org/dc/elements/1.1/": dcSpace,
	"http://purl.org/dc/elements/1.0/": dcSpace,
	"http://purl.org/dc/terms/":        dctermsSpace,

	"http://purl.org/rss/1.0/modules/content/":     contentSpace,
	"http://purl.org/rss/1.0/modules/syndication/": sySpace,
	"http://www.w3.org/1999/02/22-rdf-syntax-ns#":  rdfSpace,
	"http://www.w3.org/1999/xhtml":                 xhtmlSpace,
	"http://www.w3.org/xml/1998/namespace":         xmlSpace,

	"http://rssnamespace.org/feedburner/ext/1.0":  burnerSpace,
	"http://wellformedweb.org/commentapi/":        wfwSpace,
	"http://www.itunes.com/dtds/podcast-1.0.dtd":  itunesSpace,
	"http://search.yahoo.com/mrss/":               mediaSpace,
	"http://search.yahoo.com/mrss":                mediaSpace,
	"http://purl.org/rss/1.0/":                    "",
	"http://my.netscape.com/rdf/simple/0.9/":      "",
	"http://channel.netscape.com/rdf/simple/0.9/": "",
	"http://purl.org/net/rss1.1#":                 "",
	"http://backend.userland.com/rss":             "",
	"http://backend.userland.com/rss2":            "",
	"http://backend.userland.com/rss091":          "",
	"http://backend.userland.com/rss092":          "",
	"http://backend.userland.com/rss093":          "",
	"http://backend.userland.com/rss094":          "",
	"http://backend.userland.com/rss20":           "",
	"http://blogs.law.harvard.edu/tech/rss":       "",
	"http://cyber.law.harvard.edu/rss/rss.html":   "",
	"http://www.rssboard.org/rss-specification":   "",
	"http://www.xml.com/rss":                      "",
	"":                                            "",
}

// usualPrefixes are prefixes often used without a declaration.
var usualPrefixes = map[string]string{
	"xml":        xmlSpace,
	"dc":         dcSpace,
	"dcterms":    dctermsSpace,
	"content":    contentSpace,
	"rdf":        rdfSpace,
	"sy":         sySpace,
	"atom":       atomSpace,
	"xhtml":      xhtmlSpace,
	"feedburner": burnerSpace,
	"itunes":     itunesSpace,
	"media":      mediaSpace,
	"wfw":        wfwSpace,
}

// spaceOf returns our short name of the namespace at an address.
func spaceOf(address string) string {
	if short, ok := spaces[strings.ToLower(strings.TrimSpace(address))]; ok {
		return short
	}
	return otherSpace
}
