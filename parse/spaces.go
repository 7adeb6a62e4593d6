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

// atom10 is the address of Atom 1.0, as plainSpace returns it.
const atom10 = "w3.org/2005/atom"

// spaces are the addresses of the namespaces, as plainSpace returns them.
var spaces = map[string]string{
	atom10:                                 atomSpace,
	"purl.org/atom/ns":                     atomSpace,
	"purl.org/echo":                        atomSpace,
	"purl.org/pie":                         atomSpace,
	"example.com/newformat":                atomSpace,
	"example.com/necho":                    atomSpace,
	"uri/of/echo/namespace":                atomSpace,
	"purl.org/dc/elements/1.1":             dcSpace,
	"purl.org/dc/elements/1.0":             dcSpace,
	"purl.org/dc/terms":                    dctermsSpace,
	"purl.org/rss/1.0/modules/content":     contentSpace,
	"purl.org/rss/1.0/modules/syndication": sySpace,
	"w3.org/1999/02/22-rdf-syntax-ns":      rdfSpace,
	"w3.org/1999/xhtml":                    xhtmlSpace,
	"w3.org/xml/1998/namespace":            xmlSpace,
	"rssnamespace.org/feedburner/ext/1.0":  burnerSpace,
	"wellformedweb.org/commentapi":         wfwSpace,
	"itunes.com/dtds/podcast-1.0.dtd":      itunesSpace,
	"search.yahoo.com/mrss":                mediaSpace,
	"purl.org/rss/1.0":                     "",
	"my.netscape.com/rdf/simple/0.9":       "",
	"channel.netscape.com/rdf/simple/0.9":  "",
	"purl.org/net/rss1.1":                  "",
	"backend.userland.com/rss":             "",
	"backend.userland.com/rss2":            "",
	"backend.userland.com/rss091":          "",
	"backend.userland.com/rss092":          "",
	"backend.userland.com/rss093":          "",
	"backend.userland.com/rss094":          "",
	"backend.userland.com/rss20":           "",
	"blogs.law.harvard.edu/tech/rss":       "",
	"cyber.law.harvard.edu/rss/rss.html":   "",
	"rssboard.org/rss-specification":       "",
	"xml.com/rss":                          "",
	"":                                     "",
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
	if short, ok := spaces[plainSpace(address)]; ok {
		return short
	}
	return otherSpace
}

// plainSpace returns the address of a namespace without the differences that writers make: case, scheme, www,
// and the last slash or number sign.
func plainSpace(address string) string {
	address = strings.ToLower(strings.TrimSpace(address))
	address = strings.TrimPrefix(strings.TrimPrefix(address, "http:"), "https:")
	address = strings.TrimPrefix(strings.TrimPrefix(address, "//"), "www.")
	return strings.TrimRight(address, "/#")
}
