package parse

import (
	"cmp"
	"slices"
	"strings"

	"oped"
)

// splitPerson splits the single string for a person in RSS and Dublin Core: "mail (Name)", "Name <mail>", "Name
// (mail)". A string without a mail address is a name, unchanged: "Brig (retd) X" is all of it.
func splitPerson(s string) person {
	if strings.IndexByte(s, '<') >= 0 && strings.Contains(s, "</") {
		s = plainText(s)
	}
	s = tidy(s)
	start, end := mailIn(s)
	if start == end {
		return person{name: s}
	}
	p := person{email: strings.TrimPrefix(s[start:end], "mailto:")}
	before := strings.TrimRight(s[:start], " (<[,;:-")
	behind := strings.TrimLeft(s[end:], " )>],;:-")
	p.name = strings.TrimSpace(before + " " + behind)
	if strings.HasPrefix(p.name, "(") && strings.HasSuffix(p.name, ")") {
		p.name = p.name[1 : len(p.name)-1]
	}
	p.name = strings.Trim(strings.TrimSpace(p.name), `"'`)
	if strings.Count(p.name, "(") < strings.Count(p.name, ")") {
		p.name = strings.TrimSuffix(p.name, ")")
	}
	return p
}

// mailIn returns the place of a mail address in a string; 0, 0 for none.
func mailIn(s string) (start, end int) {
	for from := 0; ; {
		at := strings.IndexByte(s[from:], '@')
		if at < 0 {
			return 0, 0
		}
		at += from
		start, end = at, at+1
		for start > 0 && mailByte(s[start-1]) {
			start--
		}
		for end < len(s) && mailByte(s[end]) {
			end++
		}
		for end > at+1 && s[end-1] == '.' {
			end--
		}
		if start < at && strings.IndexByte(s[at:end], '.') > 1 {
			return start, end
		}
		from = at + 1
	}
}

func mailByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("._%+-'=/~:", c) >= 0
}

// personOf returns the person of an element: the person construct of Atom (RFC 4287 §3.2), in any format and
// namespace, or one string.
func personOf(el *element) person {
	part := func(names ...string) *element {
		for _, name := range names {
			for _, k := range el.children {
				if k.name == name {
					return k
				}
			}
		}
		return nil
	}
	p := person{
		name:  part("name", "fullname", "full_name", "displayname", "display_name").byline(),
		email: part("email", "mail").value(),
	}
	if k := part("uri", "url", "homepage", "href", "link", "website"); k != nil {
		p.href = k.base.join(cmp.Or(k.value(), k.attr("href")))
	}
	if p.name == "" {
		first := part("firstname", "first_name", "first", "given", "givenname").byline()
		last := part("lastname", "last_name", "last", "family", "familyname", "surname").byline()
		p.name = strings.TrimSpace(first + " " + last)
	}
	if p == (person{}) {
		return splitPerson(el.byline())
	}
	return p
}

// addPerson adds a person unless it is empty or already in the list.
func (r *record) addPerson(all []person, p person) []person {
	switch {
	case p == (person{}) || slices.Contains(all, p):
		return all
	case len(all) >= oped.MaxPeople:
		r.base.meter.cut(oped.PeopleLimit, p.name+"\x00"+p.email+"\x00"+p.href)
		return all
	}
	return append(all, p)
}
