package parse

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/text"
)

// enclosures returns the files an entry links to for download or listening (RSS 2.0 enclosure, RFC 4287 §4.2.7.2), each
// address once.
func (m *meter) enclosures(links []link) (out []oped.Enclosure) {
	seen := map[string]bool{}
	for i, l := range links {
		switch {
		case !strings.EqualFold(l.rel, "enclosure") || l.href == "" || seen[l.href]:
		case len(out) >= oped.MaxEnclosures || i%256 == 0 && m.expired():
			m.cut(oped.FieldLimit, l.href)
		default:
			seen[l.href] = true
			size, _ := strconv.ParseInt(strings.TrimSpace(l.length), 10, 64)
			out = append(out, oped.Enclosure{
				URL:  l.href,
				Type: m.field(strings.TrimSpace(l.media)),
				Size: max(size, 0),
			})
		}
	}
	return out
}

// zoneAtEnd matches the zone at the end of a date. AM and PM are not zones.
var zoneAtEnd = text.Pattern(`(?:(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2})?|\(?[A-Za-z]{3,5}\)?)(?:\s*\([^()]*\))?$`)

// writtenZone returns the zone of a date as written, in minutes east of UTC; 0 if it has none.
func writtenZone(s, country string) int {
	s = strings.TrimSpace(westernDigits(s))
	at := zoneAtEnd().FindStringIndex(s)
	if at == nil {
		return 0
	}
	if name := nameOf(strings.Trim(s[at[0]:], "()")); name.half > 0 || name.periods != "" {
		return 0
	}
	there, ok := Time(s, country, nil)
	here, found := Time(s[:at[0]]+"+00:00", country, nil)
	if ahead := here.Sub(there); ok && found && ahead.Abs() <= 14*time.Hour {
		return int(ahead / time.Minute)
	}
	return 0
}

// date returns the date of a record as written.
func (r *record) date() string { return cmp.Or(r.published, r.created, r.updated) }

// rebaseLinks makes the page of an entry the base of its enclosures, as rebase does for its texts.
func (r *record) rebaseLinks(page string) {
	if page == "" {
		return
	}
	at := &base{address: page, meter: r.base.meter}
	for i, l := range r.links {
		if l.relative != "" && strings.EqualFold(l.rel, "enclosure") {
			r.links[i].href = at.join(l.relative)
		}
	}
}

// rebase makes the page of an entry the base of its texts, unless the document declares one: RSS has no rule, and
// papers copy texts from their pages.
func (r *record) rebase(page string) {
	if page == "" {
		return
	}
	texts := []*construct{r.summary, r.media}
	for i := range r.contents {
		texts = append(texts, &r.contents[i])
	}
	for _, c := range texts {
		if c != nil && c.base != nil && !c.base.declared {
			c.base = &base{address: page, meter: c.base.meter}
		}
	}
}
