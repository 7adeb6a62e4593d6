package parse

import (
	"strings"

	"oped/text"
)

// addressAttributes are the attributes of HTML with an address.
var addressAttributes = map[string]bool{
	"href": true, "src": true, "poster": true, "cite": true, "action": true, "longdesc": true, "background": true,
	"data":       true,
	"formaction": true, "usemap": true, "classid": true, "codebase": true, "profile": true,
}

// lateAttributes are the attributes of pictures that scripts of pages copy to src. Their value may be another word
// than an address.
var lateAttributes = map[string]bool{
	"data-src": true, "data-original": true, "data-lazy-src": true, "data-lazy": true, "data-lazyload": true,
	"data-orig-file": true, "data-actualsrc": true,
}

// setAttributes are the attributes with one picture in several sizes (HTML §4.8.4.2.1).
var setAttributes = map[string]bool{"srcset": true, "data-srcset": true, "data-lazy-srcset": true}

// resolveSet makes the addresses of a srcset absolute. It drops those beyond the limits.
func resolveSet(set string, base *base) string {
	var out []string
	for {
		set = strings.TrimLeft(set, ", \t\r\n\f")
		if set == "" {
			return strings.Join(out, ", ")
		}
		end := strings.IndexAny(set, " \t\r\n\f")
		if end < 0 {
			end = len(set)
		}
		address, size := strings.TrimRight(set[:end], ","), ""
		if whole := end == len(address); whole {
			size, set, _ = strings.Cut(set[end:], ",")
		} else {
			set = set[end:]
		}
		if !absolute(address) {
			address = base.join(address)
		}
		if address != "" {
			out = append(out, strings.TrimSpace(address+" "+strings.TrimSpace(size)))
		}
	}
}

// resolveHTML makes the addresses in the tags of an HTML fragment absolute, and keeps every other byte. It
// removes attributes with an address beyond the limits.
func resolveHTML(fragment string, base *base) string {
	if base.String() == "" || strings.IndexByte(fragment, '<') < 0 {
		return fragment
	}
	var out strings.Builder
	done := 0
	for i := 0; i < len(fragment); {
		at := strings.IndexByte(fragment[i:], '<')
		if at < 0 {
			break
		}
		i += at + 1
		if i >= len(fragment) || !nameByte(fragment[i]) {
			continue
		}
		for i < len(fragment) && nameByte(fragment[i]) {
			i++
		}
		for i < len(fragment) && fragment[i] != '>' {
			if !nameByte(fragment[i]) {
				i++
				continue
			}
			name, from, to, next := htmlAttribute(fragment, i)
			start := i
			i = next
			empty := from == to && (from == 0 || !base.declared || name != "href" && name != "src")
			key := lower(name)
			late := lateAttributes[key] && strings.ContainsAny(fragment[from:to], "/.")
			if empty || !addressAttributes[key] && !late && !setAttributes[key] {
				continue
			}
			written := decodeReferences(fragment[from:to])
			resolved, kept, escaper := strings.TrimSpace(written), true, attributeEscaper
			switch {
			case setAttributes[key]:
				resolved, escaper = resolveSet(written, base), setEscaper
				kept = resolved != ""
			case resolved == "" && base.declared:
				resolved = base.address
			case !absolute(resolved): // of any length: data: addresses are absolute as well
				resolved, kept = base.resolve(written)
			}
			switch {
			case !kept:
				out.WriteString(fragment[done:start])
				done = next
			case resolved != written:
				value := escaper.Replace(resolved)
				base.meter.resolve.Spend(len(value) - len(resolved))
				out.WriteString(fragment[done:from] + value)
				done = to
			}
		}
	}
	if done == 0 {
		return fragment
	}
	out.WriteString(fragment[done:])
	return out.String()
}

var attributeEscaper = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "'", "&#39;", "<", "&lt;", ">", "&gt;", " ",
	"%20")

// setEscaper keeps the blanks before the sizes of a srcset.
var setEscaper = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "'", "&#39;", "<", "&lt;", ">", "&gt;")

// htmlAttribute reads the attribute beginning at i. It returns its name, the place of its value (0, 0 for none)
// and the place after it.
func htmlAttribute(s string, i int) (name string, from, to, next int) {
	start := i
	for i < len(s) && nameByte(s[i]) {
		i++
	}
	name = s[start:i]
	for i < len(s) && spaceByte(s[i]) {
		i++
	}
	if i >= len(s) || s[i] != '=' {
		return name, 0, 0, i
	}
	i++
	for i < len(s) && spaceByte(s[i]) {
		i++
	}
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		end := strings.IndexByte(s[i+1:], s[i])
		if end < 0 {
			return name, 0, 0, len(s)
		}
		return name, i + 1, i + 1 + end, i + end + 2
	}
	start = i
	for i < len(s) && !spaceByte(s[i]) && s[i] != '>' {
		i++
	}
	return name, start, i, i
}

// plainText returns the text of an HTML fragment in one line.
func plainText(fragment string) string {
	if strings.IndexByte(fragment, '<') < 0 {
		return tidy(decodeReferences(fragment))
	}
	return tidy(text.FromHTML(fragment).Text)
}

// looseText returns the text of a string of either plain text or HTML, since RSS does not say. It decodes
// references and drops the usual tags of headlines. Other words in angle brackets are text.
func looseText(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		return tidy(decodeReferences(s))
	}
	var out strings.Builder
	for {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			out.WriteString(escapeStray(s))
			break
		}
		out.WriteString(escapeStray(s[:at]))
		s = s[at:]
		if inlineTag(s) {
			out.WriteByte('<')
		} else {
			out.WriteString("&lt;")
		}
		s = s[1:]
	}
	return tidy(text.FromHTML(out.String()).Text)
}

// inlineTags are the usual elements of headlines, names and categories.
var inlineTags = map[string]bool{
	"a": true, "abbr": true, "b": true, "big": true, "br": true, "cite": true, "code": true, "del": true, "div": true,
	"em": true, "font": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "i": true, "img": true, "ins": true, "li": true, "mark": true,
	"p": true, "q": true, "s": true,
	"script": true, "small": true, "span": true, "strike": true, "strong": true, "style": true, "sub": true,
	"sup": true, "tt": true, "u": true,
	"ul": true, "wbr": true,
}

// inlineTag reports whether s begins with the tag of one of them.
func inlineTag(s string) bool {
	start := 1
	if strings.HasPrefix(s, "</") {
		start = 2
	}
	end := start
	for end < len(s) && end < start+12 && (nameByte(s[end])) {
		end++
	}
	return inlineTags[lower(s[start:end])] && strings.IndexByte(s[end:min(len(s), end+512)], '>') >= 0
}
