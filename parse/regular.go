package parse

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// regular writes an HTML fragment as feedparser prints it: attributes quoted and in order, empty elements
// closed, every & part of a reference. It is used only for comparing; entries keep their HTML as received.
func regular(fragment string) string {
	if strings.IndexByte(fragment, '<') < 0 {
		return regularText(fragment)
	}
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out.String()
		case html.TextToken:
			out.WriteString(regularText(string(z.Raw())))
		case html.StartTagToken, html.SelfClosingTagToken:
			regularTag(&out, z.Token())
		case html.EndTagToken:
			if name, _ := z.TagName(); !voidTags[string(name)] {
				out.WriteString("</" + string(name) + ">")
			}
		case html.CommentToken:
			if raw := string(z.Raw()); !strings.HasPrefix(raw, "<!--") {
				out.WriteString("&lt;" + raw[1:])
			}
		}
	}
}

func regularTag(out *strings.Builder, t html.Token) {
	out.WriteString("<" + t.Data)
	slices.SortFunc(t.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
	for _, a := range t.Attr {
		out.WriteString(" " + a.Key + `="` + regularValue.Replace(a.Val) + `"`)
	}
	if voidTags[t.Data] {
		out.WriteString(" /")
	}
	out.WriteString(">")
}

var regularValue = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;")

var voidTags = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true,
	"param": true, "source": true, "track": true, "wbr": true,
}

// regularText makes every & part of a reference, and writes numbers in one way.
func regularText(s string) string {
	var out strings.Builder
	for {
		at := strings.IndexAny(s, "&<")
		if at < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:at])
		s = s[at:]
		decoded, length := reference(s)
		switch {
		case s[0] == '<':
			out.WriteString("&lt;")
			length = 1
		case length == 0:
			out.WriteString("&amp;")
			length = 1
		case decoded != "" && strings.HasPrefix(s, "&#1") && []rune(decoded)[0] > 0xff:
			out.WriteString("&#x" + strconv.FormatInt(int64([]rune(decoded)[0]), 16) + ";")
		case strings.HasPrefix(s, "&#"):
			out.WriteString(lower(s[:length]))
		default:
			out.WriteString(s[:length])
		}
		s = s[length:]
	}
}
