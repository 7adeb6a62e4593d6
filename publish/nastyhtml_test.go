package publish

import "strings"

// markup returns HTML as in real feeds: good, broken and malicious, nested and put together at random.
func (n *nasty) markup() string {
	switch n.IntN(40) {
	case 0:
		return strings.Repeat(
			n.pick(
				"<b>", "<div>", "<blockquote>", "<ul><li>", "<span dir=rtl>", "<table><tr><td>", "<b><i><p>",
				"<font>",
			),
			10_000,
		) + n.words(5)
	case 1:
		return strings.Repeat("<p>"+n.words(9)+"</p>", 64<<10/40)
	case 2:
		return n.noise()
	}
	var b strings.Builder
	for range 1 + n.IntN(6) {
		n.node(&b, 4)
	}
	return b.String()
}

// elements are the names of elements, harmless or not.
var elements = strings.Fields(`p p p div span a a a img img blockquote em strong i b u s small sub sup cite q abbr mark del ins time figure figcaption table tr td th
	thead tbody tfoot caption col colgroup ul ol li dl dt dd h1 h2 h3 h4 h5 h6 pre code br hr bdi bdo wbr center font section article ruby rt rp details summary
	script style iframe object embed form input button select option optgroup textarea svg math title template noscript xmp plaintext base meta link video audio source
	body html head frameset frame marquee nobr noembed noframes listing keygen image foreignObject annotation-xml mtext mi x-y o:p`)

// node writes an element, or a text between elements.
func (n *nasty) node(b *strings.Builder, depth int) {
	if depth == 0 || n.chance(3) {
		b.WriteString(n.pick(
			n.words(8), n.words(3), n.noise(), "<!-- c -->", "<!-->", "<![CDATA[x]]>", "<?php x ?>",
			"</p>", "</div>", "</table>", "<", "&",
		))
		return
	}
	if n.chance(12) {
		b.WriteString(attacks[n.IntN(len(attacks))])
		return
	}
	name := elements[n.IntN(len(elements))]
	b.WriteString("<" + name)
	for range n.IntN(4) {
		quote := n.pick(`"`, `"`, `'`, "")
		b.WriteString(" " + n.pick(
			"href", "src", "title", "alt", "class", "id", "name", "style", "dir", "lang", "width",
			"height", "cite", "onclick", "onerror", "srcset", "colspan", "start", "datetime",
			"xlink:href", "data-x", "x\x00y", "=",
		) +
			"=" + quote + n.pick(
			n.url(), n.url(), n.words(2), n.noise(), "rtl", "ltr", "en", "ur-PK", "1", "600", "100%",
			"javascript:alert(1)", "color:red", "display:none",
		) + quote)
	}
	b.WriteString(n.pick(">", ">", ">", "/>"))
	for range n.IntN(4) {
		n.node(b, depth-1)
	}
	if !n.chance(5) {
		b.WriteString("</" + name + ">")
	}
}
