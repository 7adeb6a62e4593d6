package publish

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"oped/text"
)

// sanitiser makes untrusted HTML fit for republication. It may be used from several goroutines.
type sanitiser struct{ policy *bluemonday.Policy }

// newSanitiser makes a sanitiser.
func newSanitiser() *sanitiser {
	p := bluemonday.NewPolicy()
	p.AllowElements(
		"p", "br", "hr", "div", "span", "blockquote", "pre", "code", "h1", "h2", "h3", "h4", "h5", "h6",
		"ul", "ol", "li", "dl", "dt", "dd",
		"em", "strong", "i", "b", "u", "s", "small", "sub", "sup", "cite", "q", "abbr", "dfn",
		"mark", "del", "ins", "time", "kbd", "samp", "var", "wbr", "bdi",
		"figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
		"address", "article", "section", "aside", "header", "footer", "details", "summary",
	)
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("cite").OnElements("blockquote", "q", "del", "ins")
	p.AllowAttrs("title").OnElements("abbr", "dfn")
	p.AllowAttrs("datetime").Matching(bluemonday.ISO8601).OnElements("time", "del", "ins")
	p.AllowAttrs("src").OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(bluemonday.Integer).OnElements("img")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("type").Matching(numbering).OnElements("ol")
	p.AllowAttrs("dir").Matching(directions).Globally()
	p.AllowAttrs("lang").Matching(languageTag()).Globally()
	return &sanitiser{p}
}

var (
	numbering  = regexp.MustCompile(`^[1aAiI]$`)
	directions = regexp.MustCompile(`^(?i:rtl|ltr|auto)$`)
)

const (
	// rounds is the number of times an output may change when it is sanitised again, before it is given up.
	rounds = 4
	// growth is the greatest number of output bytes for one of input: a quotation mark is written as five.
	// Overlapping elements grow without end.
	growth = 5
)

// sanitise returns balanced HTML without scripts, styles, frames, forms, trackers and addresses other
// than http, https and mailto. Sanitised HTML stays as it is. HTML too tangled for that becomes its
// plain text.
func (s *sanitiser) sanitise(fragment string) string {
	out, ok := s.once(clean(fragment))
	for range rounds {
		if !ok {
			break
		}
		var again string
		if again, ok = s.once(out); ok && again == out && len(out) <= growth*len(fragment)+512 {
			return out
		}
		out = again
	}
	return html.EscapeString(text.FromHTML(clean(fragment)).Text)
}

// once parses, prunes and prints, and sends the result through the allow-list. The allow-list always
// has the last word.
func (s *sanitiser) once(fragment string) (string, bool) {
	body := &xhtml.Node{Type: xhtml.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := xhtml.ParseFragment(strings.NewReader(fragment), body)
	if err != nil {
		return "", false // nested too deeply
	}
	var b strings.Builder
	for _, n := range nodes {
		body.AppendChild(n)
	}
	prune(body)
	for n := range body.ChildNodes() {
		if err := xhtml.Render(&b, n); err != nil {
			return "", false
		}
	}
	return clean(s.policy.Sanitize(b.String())), true
}

// prune removes from a tree the elements that vanish with their content, and addresses that may not be
// republished.
func prune(n *xhtml.Node) {
	plainPictures(n)
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if drop(c) {
			n.RemoveChild(c)
		} else {
			prune(c)
		}
		c = next
	}
	n.Attr = slices.DeleteFunc(n.Attr, func(a xhtml.Attribute) bool { return a.Namespace != "" })
	if n.DataAtom == atom.Img {
		showPicture(n)
	}
	for i, a := range n.Attr {
		if a.Key == "href" || a.Key == "src" || a.Key == "cite" {
			n.Attr[i].Val = address(a.Val)
		}
	}
}

// address returns an address as permitted in a text; a mailto: address is permitted, too.
func address(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > len("mailto:") && strings.EqualFold(s[:len("mailto:")], "mailto:") && isIRI(s) {
		return s
	}
	return linkURL(s)
}

// drop reports whether a node goes with all its content.
func drop(n *xhtml.Node) bool {
	return n.Type == xhtml.CommentNode ||
		n.Type == xhtml.ElementNode &&
			(vanishing[n.DataAtom] || n.Namespace != "" || n.DataAtom == atom.Img && tracker(n))
}

// vanishing are elements with content that is never read, or must not run.
var vanishing = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Iframe: true, atom.Frame: true, atom.Frameset: true,
	atom.Object: true, atom.Embed: true, atom.Applet: true,
	atom.Form: true, atom.Input: true, atom.Button: true, atom.Select: true, atom.Textarea: true, atom.Svg: true,
	atom.Math: true, atom.Base: true,
	atom.Meta: true, atom.Link: true, atom.Template: true, atom.Noscript: true, atom.Title: true,
	atom.Audio: true, atom.Video: true, atom.Canvas: true,
	atom.Noembed: true, atom.Noframes: true, atom.Plaintext: true, atom.Xmp: true,
}

// tracker reports whether an image serves to be loaded, not to be seen: it has no or one pixel, or its
// host counts readers.
func tracker(n *xhtml.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "width", "height":
			if px, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(a.Val), "px")); err == nil && px <= 1 {
				return true
			}
		case "style":
			if style := strings.ReplaceAll(strings.ToLower(a.Val), " ", ""); strings.Contains(style, "display:none") ||
				strings.Contains(style, "width:1px") {
				return true
			}
		case "src":
			if slices.ContainsFunc(counters, func(part string) bool { return strings.Contains(a.Val, part) }) {
				return true
			}
		}
	}
	return false
}

// counters are parts of the addresses of services that count readers.
var counters = []string{
	"//pixel.", "/pixel.gif", "/1x1.", "//feeds.feedburner.com/~r/", "//pixel.wp.com/", "//stats.wordpress.com/",
	"//www.google-analytics.com/",
	"//sb.scorecardresearch.com/", "//www.facebook.com/tr", "doubleclick.net/", "/open.gif", "/track.gif",
	"/beacon.gif",
}
