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
	lazy = []string{"data-src", "data-original", "data-lazy-src", "data-lazy", "data-orig-file", "data-actualsrc"}
	sets = []string{"data-srcset", "data-lazy-srcset", "srcset"}
)

// showPicture sets the src of an image to the address of its picture. Pages load pictures late: their src is missing
// or a placeholder.
func showPicture(img *xhtml.Node) {
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
	img.Attr = slices.DeleteFunc(img.Attr, func(a xhtml.Attribute) bool { return a.Key == "src" })
	if src != "" {
		img.Attr = append([]xhtml.Attribute{{Key: "src", Val: src}}, img.Attr...)
	}
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
