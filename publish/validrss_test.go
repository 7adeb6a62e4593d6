package publish

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tagBegins matches the beginning of a tag as an HTML parser sees it (HTML §13.2.5.6).
var tagBegins = regexp.MustCompile(`<[A-Za-z/!?]`)

// rss checks an RSS 2.0 document by the RSS profile of the RSS Advisory Board.
func (v *validity) rss(root *branch) {
	if root.name != "rss" {
		v.say("UndefinedElement", "%s as the root", root.name)
		return
	}
	v.attributes(root, "version")
	if root.attrs["version"] != "2.0" {
		v.say("InvalidRSSVersion", "%q", root.attrs["version"])
	}
	v.once(root, map[string]string{"channel": "1"})
	for _, channel := range root.all("channel") {
		v.channel(channel)
	}
}

func (v *validity) channel(c *branch) {
	for name, class := range map[string]string{
		"title":       "MissingTitle",
		"link":        "MissingLink",
		"description": "MissingDescription",
	} {
		if len(c.all(name)) == 0 {
			v.say(class, "of the channel")
		}
	}
	v.once(c, map[string]string{
		"title":         "?",
		"link":          "?",
		"description":   "?",
		"language":      "?",
		"lastBuildDate": "?",
		"generator":     "?",
		"docs":          "?",
		"ttl":           "?",
		"atom:link":     "*",
		"item":          "*",
		"category":      "*",
	})
	self, entered := false, false
	for _, e := range c.children {
		if entered && e.name != "item" {
			v.say("MisplacedItem", "%s after an item", e.name)
		}
		switch e.name {
		case "item":
			entered = true
		case "title", "generator":
			v.plain(e.name, e.text)
		case "description":
			v.html(e.name, e.text)
			if tagBegins.MatchString(e.text) {
				v.say("ContainsHTML", "%s: %.200q", e.name, e.text)
			}
		case "link", "docs":
			v.webAddress(e.name, e.text)
		case "language":
			v.language(e.text)
		case "lastBuildDate":
			v.rfc822(e.name, e.text)
		case "ttl":
			if n, err := strconv.Atoi(e.text); err != nil || n < 1 {
				v.say("InvalidPositiveInteger", "%q", e.text)
			}
		case "atom:link":
			v.link(e)
			self = self || e.attrs["rel"] == "self"
			if e.attrs["rel"] == "self" && e.attrs["href"] != v.self {
				v.say("SelfDoesntMatchLocation", "%q, not %q", e.attrs["href"], v.self)
			}
		}
	}
	if !self {
		v.say("MissingAtomSelfLink", "no link to itself")
	}
	guids := map[string]bool{}
	for _, item := range c.all("item") {
		v.item(item)
		v.unlike("DuplicateValue", guids, item, "guid")
	}
}

func (v *validity) item(item *branch) {
	if len(item.all("title"))+len(item.all("description")) == 0 {
		v.say("ItemMustContainTitleOrDescription", "neither")
	}
	if len(item.all("guid")) == 0 {
		v.say("MissingGuid", "no guid")
	}
	v.once(item, map[string]string{
		"title": "?", "link": "?", "guid": "?", "pubDate": "?", "dc:creator": "*", "category": "*",
		"description": "?", "content:encoded": "?", "dc:rights": "?", "dc:language": "?", "atom:updated": "?",
		"source": "?",
	})
	if at := slices.IndexFunc(item.children, func(c *branch) bool {
		return c.name == "content:encoded"
	}); at >= 0 && !slices.ContainsFunc(item.children[:at], func(c *branch) bool { return c.name == "description" }) {
		v.say("NeedDescriptionBeforeContent", "content before description")
	}
	for _, e := range item.children {
		switch e.name {
		case "title", "dc:creator", "dc:rights":
			v.plain(e.name, e.text)
		case "category":
			v.attributes(e, "domain")
			v.plain(e.name, e.text)
		case "link":
			v.webAddress(e.name, e.text)
		case "guid":
			v.guid(e)
		case "pubDate":
			v.rfc822(e.name, e.text)
		case "atom:updated":
			v.moment(e.name, e.text)
		case "dc:language":
			v.language(e.text)
		case "description", "content:encoded":
			v.html(e.name, e.text)
		case "source":
			v.attributes(e, "url")
			if _, ok := e.attrs["url"]; !ok {
				v.say("MissingAttribute", "url of a source")
			} else {
				v.webAddress("the address of a source", e.attrs["url"])
			}
			v.unmarked(e.name, e.text)
		}
	}
}

func (v *validity) guid(e *branch) {
	v.attributes(e, "isPermaLink")
	if e.text == "" {
		v.say("NotBlank", "guid")
	}
	permanent, ok := e.attrs["isPermaLink"]
	switch {
	case !ok, permanent == "true":
		if webURL(e.text) != e.text {
			v.say("InvalidHttpGUID", "%q", e.text)
		}
	case permanent != "false":
		v.say("InvalidBooleanAttribute", "isPermaLink=%q", permanent)
	}
}

func (v *validity) rfc822(what, s string) {
	if t, err := time.Parse("Mon, 02 Jan 2006 15:04:05 -0700", s); err != nil {
		v.say("InvalidRFC2822Date", "%s: %q", what, s)
	} else if t.Format("Mon") != s[:3] {
		v.say("IncorrectDOW", "%s: %q", what, s)
	}
}

// html checks HTML for use inside a page: safe, of known elements, and with the same tree in every
// parser.
func (v *validity) html(what, s string) {
	if badCharacters.MatchString(s) {
		v.say("BadCharacters", "%s", what)
	}
	const known = `a abbr address article aside b bdi blockquote br caption cite code dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6
		header hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr`
	nodes, err := xhtml.ParseFragment(strings.NewReader(s), &xhtml.Node{
		Type:     xhtml.ElementNode,
		Data:     "div",
		DataAtom: atom.Div,
	})
	if err != nil {
		v.say("NotHtml", "%s: %v", what, err)
		return
	}
	for _, n := range nodes {
		for d := range n.Descendants() {
			if d.Type == xhtml.ElementNode && !slices.Contains(strings.Fields(known), d.Data) {
				v.say("NotHtml", "%s: <%s>", what, d.Data)
			}
		}
		if n.Type == xhtml.ElementNode && !slices.Contains(strings.Fields(known), n.Data) {
			v.say("NotHtml", "%s: <%s>", what, n.Data)
		}
	}
	if found := unsafe(s); found != "" {
		v.say("SecurityRisk", "%s: %s", what, found)
	}
	var tree, text strings.Builder
	for _, n := range nodes {
		tagsOf(&tree, n)
	}
	z := xhtml.NewTokenizer(strings.NewReader(s))
	for kind := z.Next(); kind != xhtml.ErrorToken; kind = z.Next() {
		name, _ := z.TagName()
		switch {
		case kind == xhtml.EndTagToken:
			text.WriteString("</" + string(name) + ">")
		case kind == xhtml.StartTagToken, kind == xhtml.SelfClosingTagToken:
			text.WriteString("<" + string(name) + ">")
		}
	}
	if tree.String() != text.String() {
		v.say("NotHtml", "%s: %s is read as %s", what, text.String(), tree.String())
	}
}

// tagsOf writes the tags of a tree.
func tagsOf(b *strings.Builder, n *xhtml.Node) {
	if n.Type != xhtml.ElementNode {
		return
	}
	b.WriteString("<" + n.Data + ">")
	for c := range n.ChildNodes() {
		tagsOf(b, c)
	}
	if !slices.Contains([]string{"br", "hr", "img", "wbr", "col"}, n.Data) {
		b.WriteString("</" + n.Data + ">")
	}
}
