package parse

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped"
)

// result puts a document into the words of the program.
func (d *document) result(in Input) Result {
	out := Result{Flaw: d.flaw, Document: oped.Document{
		ID:      d.id,
		Title:   d.title.plain(),
		SiteURL: page(d.link),
		Rights:  d.rights.plain(),
		TTL:     d.keep(),
	}}
	if d.kind == rssKind {
		out.Document.ID = "" // a guid or rdf:about is no atom:id
	}
	out.Document.Lang = languageTag(firstOf(d.language, d.lang, in.Header.Get("Content-Language")))
	for i := range d.entries {
		out.Entries = append(out.Entries, d.entries[i].entry(d, in, out.Document.Lang))
	}
	out.Entries = newest(out.Entries)
	return out
}

// keep is how long the document asks to be kept: the ttl of RSS in minutes, or the period of the syndication module.
func (d *document) keep() time.Duration {
	if minutes, err := strconv.Atoi(d.ttl); err == nil && minutes > 0 && minutes <= 60*24*366 {
		return time.Duration(minutes) * time.Minute
	}
	period, ok := map[string]time.Duration{"hourly": 1, "daily": 24, "weekly": 24 * 7, "monthly": 24 * 30, "yearly": 24 * 365}[lower(d.period)]
	if !ok {
		return 0
	}
	if times, err := strconv.Atoi(d.frequency); err == nil && times > 1 {
		return period * time.Hour / time.Duration(times)
	}
	return period * time.Hour
}

// entry puts a record into the words of the program. lang is what the document is in.
func (r *record) entry(d *document, in Input, lang string) oped.Entry {
	e := oped.Entry{
		FeedURL:   in.Feed.URL,
		Publisher: in.Feed.Publisher,
		ID:        r.id,
		URL:       r.page(),
		Title:     r.title.plain(),
		Authors:   authors(r.people),
		Rights:    r.rights.plain(),
		Source:    r.sourceTitle(),
	}
	e.Summary, e.Content = r.bodies()
	if len(e.Authors) == 0 && r.source != nil {
		e.Authors = authors(r.source.people) // RFC 4287 §4.2.1
	}
	if len(e.Authors) == 0 && d.kind != rssKind {
		e.Authors = authors(d.people)
	}
	e.Categories = categories(r.tags)
	e.Published, _ = Time(firstOf(r.published, r.created), in.Feed.Country)
	e.Updated, _ = Time(r.updated, in.Feed.Country)
	if e.Published.IsZero() && d.kind == rssKind {
		e.Published = e.Updated // dc:date is all the date that RSS 1.0 has
	}
	e.Lang = firstOf(languageTag(firstOf(r.language, r.spoken(d))), lang)
	if e.Lang == "" && urdu(e.Title+" "+e.Summary+" "+e.Content) {
		e.Lang = "ur"
	}
	e.Lang = firstOf(e.Lang, languageTag(in.Feed.Lang))
	e.Hash = hashOf(&e)
	return e
}

// page is the address of an entry's page: the first alternate that a reader may be sent to.
func (r *record) page() string {
	if at := page(r.origLink); at != "" {
		return at
	}
	if at := page(r.guid); r.isGUIDLink && proxied(page(r.link)) && at != "" && !proxied(at) {
		return at
	}
	for _, l := range r.links {
		if l.rel == "alternate" && page(l.href) != "" {
			return page(l.href)
		}
	}
	return page(r.link)
}

// spoken is the xml:lang of an entry, if it is another than that of the document.
func (r *record) spoken(d *document) string {
	lang := r.lang
	if r.title != nil && r.title.lang != "" {
		lang = r.title.lang
	}
	if lang == d.lang {
		return ""
	}
	return lang
}

// sourceTitle is the publisher that an entry says it comes from.
func (r *record) sourceTitle() string {
	if r.source != nil && r.source.title != nil {
		return r.source.title.plain()
	}
	return looseText(r.sourceName)
}

// bodies are the summary and the content of an entry, as HTML. Of several contents the longest is taken.
func (r *record) bodies() (summary, content string) {
	for i := range r.contents {
		if html := r.contents[i].html(); len(html) > len(content) {
			content = html
		}
	}
	summary = r.summary.html()
	if summary == content {
		summary = ""
	}
	return summary, content
}

// plain is a text construct as plain text in one line.
func (c *construct) plain() string {
	if c == nil {
		return ""
	}
	line := c.value[:min(len(c.value), maxLine)] // a character that is cut in two becomes U+FFFD
	switch {
	case c.told && c.media == plainType:
		return tidy(line)
	case c.told && (c.media == htmlType || c.media == xhtmlType):
		return plainText(line)
	}
	return looseText(line)
}

// maxLine is how many bytes of a title or another text of one line are looked at.
const maxLine = 16 << 10

// html is a text construct as HTML with absolute addresses. What is neither text nor HTML is left out.
func (c *construct) html() string {
	switch {
	case c == nil || c.value == "":
		return ""
	case c.media == htmlType, c.media == xhtmlType, !c.told && guessed(c.value) == htmlType:
		return resolveHTML(c.value, c.base)
	case strings.HasPrefix(c.media, "text/"):
		return escapeText(c.value)
	}
	return ""
}

// authors are people with what is plain text and what is an address that can be gone to.
func authors(people []person) []oped.Person {
	var out []oped.Person
	for _, p := range people {
		a := oped.Person{Name: looseText(p.name), Email: tidy(p.email), URL: page(p.href)}
		if a != (oped.Person{}) && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// categories are the labels, or terms, each once.
func categories(tags []category) []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range tags {
		name := looseText(firstOf(t.label, t.term))
		if name != "" && !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}

// languageTag is a tag in the form of BCP 47, "" for what is none.
func languageTag(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), ",")
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if len(s) > 35 {
		return ""
	}
	for i, part := range strings.Split(s, "-") {
		if part == "" || len(part) > 8 || i == 0 && len(part) < 2 && s != "x" {
			return ""
		}
		for _, c := range []byte(part) {
			if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' && i > 0) {
				return ""
			}
		}
	}
	return s
}

// urdu tells whether a text is in Urdu: in Arabic letters, and with some that Arabic and Persian do not have.
func urdu(s string) bool {
	arabic, own, latin, seen := 0, 0, 0, 0
	for _, r := range s {
		if seen++; seen > 4000 {
			break
		}
		switch {
		case strings.ContainsRune("ٹڈڑںےۓہھ", r) && r >= 0x600:
			own++
			arabic++
		case r >= 0x600 && r <= 0x6ff:
			arabic++
		case 'a' <= r && r <= 'z':
			latin++
		}
	}
	return arabic > 10 && own*20 >= arabic && arabic*3 > latin
}

// hashOf is the hash of all that was published in an entry.
func hashOf(e *oped.Entry) (sum [32]byte) {
	h := sha256.New()
	for _, s := range []string{e.ID, e.URL, e.Title, e.Summary, e.Content, e.Rights, e.Source, e.Lang} {
		hashString(h, s)
	}
	for _, a := range e.Authors {
		hashString(h, a.Name)
		hashString(h, a.Email)
		hashString(h, a.URL)
	}
	hashString(h, "\x00")
	for _, c := range e.Categories {
		hashString(h, c)
	}
	for _, t := range []time.Time{e.Published, e.Updated} {
		hashString(h, t.Format(time.RFC3339Nano))
	}
	h.Sum(sum[:0])
	return sum
}

// hashString adds a string with its length, so that no two lists of strings are the same bytes.
func hashString(h hash.Hash, s string) {
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
	h.Write([]byte(s))
}

// newest leaves one of the entries that share an id and can be versions of each other: the one that was updated last, in the place of
// the first (RFC 4287 §4.1.1).
func newest(entries []oped.Entry) []oped.Entry {
	at := map[string][]int{}
	out := entries[:0]
	for _, e := range entries {
		k := slices.IndexFunc(at[e.ID], func(i int) bool { return versions(&e, &out[i]) })
		if e.ID == "" || k < 0 {
			at[e.ID] = append(at[e.ID], len(out))
			out = append(out, e)
			continue
		}
		if have := &out[at[e.ID][k]]; changed(&e).After(changed(have)) {
			*have = e
		}
	}
	return out
}

// versions tells whether two entries with one id can be versions of one: they do not contradict each other in their address, and have the
// same title, or the same day of birth, or, as in Atom, nothing but a day of change. Feeds that give everything the same id are many.
func versions(a, b *oped.Entry) bool {
	if a.URL != "" && b.URL != "" && a.URL != b.URL {
		return false
	}
	onlyUpdated := a.Published.IsZero() && b.Published.IsZero() && !a.Updated.IsZero() && !b.Updated.IsZero()
	return a.Title == b.Title || onlyUpdated || !a.Published.IsZero() && a.Published.Equal(b.Published)
}

func changed(e *oped.Entry) time.Time {
	if e.Updated.IsZero() {
		return e.Published
	}
	return e.Updated
}
