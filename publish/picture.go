package publish

import (
	"slices"
	"strconv"
	"strings"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// lazy are the attributes that scripts of pages copy to src, and sets those with addresses in several sizes.
var (
	lazy = []string{
		"data-src", "data-original", "data-lazy-src", "data-lazy", "data-lazyload", "data-orig-file", "data-actualsrc",
	}
	sets = []string{"data-srcset", "data-lazy-srcset", "srcset"}
)

// showPicture sets the src of an image to the address of its picture.
func showPicture(img *xhtml.Node) {
	src := shownAddress(img)
	img.Attr = slices.DeleteFunc(img.Attr, func(a xhtml.Attribute) bool { return a.Key == "src" })
	if src != "" {
		img.Attr = append([]xhtml.Attribute{{Key: "src", Val: src}}, img.Attr...)
	}
}

// shownAddress returns the address of the picture of an image, or "". Pages load pictures late: their src is missing
// or a placeholder.
func shownAddress(img *xhtml.Node) string {
	src := firstAddress(img, lazy)
	if src == "" {
		src = firstAddress(img, []string{"src"})
	}
	for n := img; n != nil && src == ""; n = n.PrevSibling {
		if n == img || n.DataAtom == atom.Source {
			for _, key := range sets {
				if src == "" {
					src = largest(attribute(n, key))
				}
			}
		}
	}
	return src
}

// plainPictures turns the pictures of AMP among the children of a node into images: an amp-img has no content of its
// own but stand-ins. It then keeps the images of a noscript that stands beside no other image; with one beside it, it
// repeats that one for readers without scripts.
func plainPictures(n *xhtml.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != xhtml.ElementNode || c.Data != "amp-img" {
			continue
		}
		c.Data, c.DataAtom = "img", atom.Img
		for c.LastChild != nil { // an amp-img that is never closed has the rest of the text
			k := c.LastChild
			c.RemoveChild(k)
			if !hasAttribute(k, "placeholder") && !hasAttribute(k, "fallback") {
				n.InsertBefore(k, c.NextSibling)
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Noscript && !pictured(beside(c, previous)) && !pictured(beside(c, following)) {
			for _, img := range imagesIn(c) {
				n.InsertBefore(img, c)
			}
		}
	}
}

// imagesIn returns the images of a noscript. Its content is parsed as text, or as elements within a tree.
func imagesIn(noscript *xhtml.Node) (images []*xhtml.Node) {
	var inner strings.Builder
	for c := range noscript.ChildNodes() {
		if c.Type == xhtml.TextNode {
			inner.WriteString(c.Data)
		}
	}
	body := &xhtml.Node{Type: xhtml.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := xhtml.ParseFragment(strings.NewReader(inner.String()), body)
	if err != nil {
		return nil
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	for n := range body.Descendants() {
		if n.DataAtom == atom.Img && n.Namespace == "" && !tracker(n) {
			images = append(images, n)
		}
	}
	for _, img := range images {
		img.Parent.RemoveChild(img)
	}
	return images
}

// pictured reports whether a node is or has an image that can be shown.
func pictured(n *xhtml.Node) bool {
	if n == nil {
		return false
	}
	if n.DataAtom == atom.Img && shownAddress(n) != "" && !tracker(n) {
		return true
	}
	for c := range n.ChildNodes() {
		if pictured(c) {
			return true
		}
	}
	return false
}

func previous(n *xhtml.Node) *xhtml.Node  { return n.PrevSibling }
func following(n *xhtml.Node) *xhtml.Node { return n.NextSibling }

// beside returns the next node in a direction, apart from blanks and comments; nil for none.
func beside(n *xhtml.Node, next func(*xhtml.Node) *xhtml.Node) *xhtml.Node {
	for n = next(n); n != nil; n = next(n) {
		if n.Type != xhtml.CommentNode && (n.Type != xhtml.TextNode || strings.TrimSpace(n.Data) != "") {
			return n
		}
	}
	return nil
}

func hasAttribute(n *xhtml.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a xhtml.Attribute) bool { return a.Key == key })
}

// firstAddress returns the first publishable address among the attributes of a node, or "".
func firstAddress(n *xhtml.Node, keys []string) string {
	for _, key := range keys {
		if src := attribute(n, key); webURL(src) != "" {
			return src
		}
	}
	return ""
}

func attribute(n *xhtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// largest returns the address with the largest width or density in a srcset, or "".
func largest(srcset string) (src string) {
	best := -1.0
	fields := strings.Fields(strings.NewReplacer("w,http", "w, http", "x,http", "x, http").Replace(srcset))
	for i, f := range fields {
		address := strings.Trim(f, ",")
		if webURL(address) == "" {
			continue
		}
		size := 1.0
		if i+1 < len(fields) && !strings.HasSuffix(f, ",") {
			if n, err := strconv.ParseFloat(strings.TrimRight(fields[i+1], ",wx"), 64); err == nil {
				size = n
			}
		}
		if size > best {
			src, best = address, size
		}
	}
	return src
}
