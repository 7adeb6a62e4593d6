package parse

import "strings"

// format is the kind of a document, with the places of its entries.
type format struct {
	kind    family
	version string // by feedparser's names
	root    *element
	feed    *element // the description of the document: channel or feed
	entries []*element
}

// formatOf recognises a feed; it returns nil for other trees.
func formatOf(t tree) *format {
	root := t.root
	if root == nil {
		return nil
	}
	switch root.name {
	case "feed":
		return &format{
			kind:    atomKind,
			version: atomVersion(root),
			root:    root,
			feed:    root,
			entries: append(root.all("entry"), root.all("item")...),
		}
	case "entry":
		return &format{
			kind:    atomKind,
			version: atomVersion(root),
			root:    root,
			feed:    &element{base: root.base},
			entries: []*element{root},
		}
	case "rss", "rdf", "channel", "item":
		f := &format{version: rssVersion(t), root: root, feed: root}
		if channel := root.child(root.space, "channel"); channel != nil {
			f.feed = channel
		} else if channel := root.child("", "channel"); channel != nil {
			f.feed = channel
		}
		f.entries = f.feed.all("item")
		if root != f.feed {
			f.entries = append(f.entries, root.all("item")...)
		}
		if list := f.feed.child("", "items"); list != nil {
			f.entries = append(f.entries, list.all("item")...) // RSS 1.1
		}
		if root.name == "item" {
			f.feed, f.entries = &element{base: root.base}, []*element{root}
		}
		return f
	}
	return nil
}

// all returns the children with a name, in plain RSS or Atom.
func (e *element) all(name string) []*element {
	var out []*element
	for _, k := range e.children {
		if k.name == name && (k.space == "" || k.space == atomSpace) {
			out = append(out, k)
		}
	}
	return out
}

// dropPartial drops the entry cut off by the end of the document.
func (f *format) dropPartial() {
	whole := f.entries[:0]
	for _, el := range f.entries {
		if !el.partial {
			whole = append(whole, el)
		}
	}
	f.entries = whole
}

func atomVersion(root *element) string {
	switch {
	case plainSpace(root.address) == atom10:
		return "atom10"
	case root.attr("version") != "":
		return "atom" + strings.ReplaceAll(root.attr("version"), ".", "")
	}
	return "atom"
}

func rssVersion(t tree) string {
	if t.root.name == "channel" {
		return "cdf"
	}
	if t.root.name == "rdf" {
		if strings.Contains(t.plain, "netscape.com/rdf/simple/0.9") {
			return "rss090"
		}
		return "rss10"
	}
	switch version := t.root.attr("version"); {
	case version == "0.91" && strings.Contains(lower(t.doctype), "netscape"):
		return "rss091n"
	case version == "0.91":
		return "rss091u"
	case strings.HasPrefix(version, "2."):
		return "rss20"
	case strings.HasPrefix(version, "0."):
		return "rss" + strings.ReplaceAll(version, ".", "")
	}
	return "rss"
}
