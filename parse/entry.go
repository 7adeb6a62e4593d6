package parse

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"oped"
	"oped/text"
)

// result converts a document to the types of package oped. Together, its entries have at most oped.MaxDocument
// bytes. First come the identifying fields of all entries, then the texts of one entry after another.
func (d *document) result(in Input) Result {
	m := d.base.meter
	m.resume(d.limits, "")
	out := Result{Warning: d.warning, Partial: d.partial, Document: oped.Document{
		ID:      d.id,
		Title:   m.field(d.title.plain()),
		SiteURL: page(d.link),
		Rights:  m.field(d.rights.plain()),
		TTL:     d.updatePeriod(),
		Parser:  parser(&in.Feed),
	}}
	if d.kind == rssKind {
		out.Document.ID = "" // a guid or rdf:about is not an atom:id
	}
	out.Document.Signals = signals(in.Header)
	out.Document.Lang = languageTag(cmp.Or(d.language, d.lang, in.Header.Get("Content-Language")))
	out.Limits, _ = m.take()
	left := oped.NewBudget(oped.MaxDocument)
	for i := range d.entries {
		e := d.entries[i].entry(d, in)
		if m.expired() || !left.Spend(size(&e)) {
			d.entries = d.entries[:i]
			out.Limits.Add(oped.DocumentLimit)
			break
		}
		out.Entries = append(out.Entries, e)
	}
	for i := range d.entries {
		if m.expired() {
			break
		}
		e := &out.Entries[i]
		d.entries[i].finish(e, d, in, out.Document.Lang)
		e.Content = clipToBudget(e, e.Content, &left)
		e.Summary = clipToBudget(e, e.Summary, &left)
		if d.size > oped.LongResponse { // a short document may stay in memory, shared by its entries
			cloneStrings(e)
		}
		out.Limits.Add(e.Limits...)
	}
	out.Entries = newest(out.Entries)
	for _, s := range []*string{
		&out.Document.ID, &out.Document.Title, &out.Document.SiteURL, &out.Document.Rights, &out.Document.Lang,
		&out.Warning,
	} {
		*s = strings.Clone(*s)
	}
	return out
}

// updatePeriod returns the time for keeping a document before asking again: the ttl of RSS in minutes, or the
// period of the syndication module.
func (d *document) updatePeriod() time.Duration {
	if minutes, err := strconv.Atoi(d.ttl); err == nil && minutes > 0 && minutes <= 60*24*366 {
		return time.Duration(minutes) * time.Minute
	}
	period, ok := map[string]time.Duration{
		"hourly":  1,
		"daily":   24,
		"weekly":  24 * 7,
		"monthly": 24 * 30,
		"yearly":  24 * 365,
	}[lower(d.period)]
	if !ok {
		return 0
	}
	if times, err := strconv.Atoi(d.frequency); err == nil && times > 1 {
		return period * time.Hour / time.Duration(times)
	}
	return period * time.Hour
}

// entry converts a record to an entry, without texts, language and hash.
func (r *record) entry(d *document, in Input) oped.Entry {
	m := d.base.meter
	m.resume(r.limits, r.rest)
	e := oped.Entry{
		FeedURL:   in.Feed.URL,
		Publisher: in.Feed.Publisher,
		ID:        r.id,
		URL:       r.page(),
		Title:     m.field(cmp.Or(r.title.plain(), r.mediaTitle.plain())),
		Authors:   authors(r.people),
		Rights:    m.field(r.rights.plain()),
		Source:    m.field(r.sourceTitle()),
	}
	if len(e.Authors) == 0 && r.source != nil {
		e.Authors = authors(r.source.people) // RFC 4287 §4.2.1
	}
	if len(e.Authors) == 0 && d.kind != rssKind {
		e.Authors = authors(d.people)
	}
	e.Authors = m.people(e.Authors)
	e.Categories = m.categories(r.tags)
	e.Published, _ = d.calendar.time(cmp.Or(r.published, r.created))
	e.Updated, _ = d.calendar.time(r.updated)
	e.Zone = writtenZone(r.date(), in.Feed.Country)
	if d.kind != atomKind {
		r.rebaseLinks(e.URL)
	}
	e.Enclosures = m.enclosures(r.links)
	if e.Published.IsZero() && d.kind == rssKind {
		e.Published = e.Updated // RSS 1.0 has no date but dc:date
	}
	r.limits, r.rest = m.take()
	return e
}

// finish adds the texts, language and hash of an entry. lang is the language of the document.
func (r *record) finish(e *oped.Entry, d *document, in Input, lang string) {
	m := d.base.meter
	m.resume(r.limits, r.rest)
	if d.kind != atomKind {
		r.rebase(e.URL)
	}
	summary, content := r.bodies()
	e.Summary, e.Content = m.html(summary), m.html(content)
	e.Lang = cmp.Or(languageTag(cmp.Or(r.language, r.ownLang(d))), lang)
	if e.Lang == "" && urdu(e.Title, e.Summary, e.Content) {
		e.Lang = "ur"
	}
	e.Lang = cmp.Or(e.Lang, languageTag(in.Feed.Lang))
	var rest string
	e.Limits, rest = m.take()
	e.Hash = hashOf(e, rest)
}

// size returns the number of bytes of an entry.
func size(e *oped.Entry) int {
	n := len(e.ID) + len(e.URL) + len(e.Title) + len(e.Rights) + len(e.Source) + len(e.Lang) + len(e.Summary) +
		len(e.Content)
	for _, a := range e.Authors {
		n += len(a.Name) + len(a.Email) + len(a.URL)
	}
	for _, c := range e.Categories {
		n += len(c)
	}
	return n
}

// clipToBudget returns the part of an entry's text within the document's budget.
func clipToBudget(e *oped.Entry, html string, left *oped.Budget) string {
	if n := left.Left(); len(html) > n {
		e.Limits.Add(oped.DocumentLimit)
		html = clipHTML(html, n)
	}
	left.Spend(len(html))
	return html
}

// cloneStrings copies the strings of an entry to memory of their own.
func cloneStrings(e *oped.Entry) {
	for _, s := range []*string{&e.ID, &e.URL, &e.Title, &e.Summary, &e.Content, &e.Rights, &e.Source, &e.Lang} {
		*s = strings.Clone(*s)
	}
	for i := range e.Authors {
		a := &e.Authors[i]
		a.Name, a.Email, a.URL = strings.Clone(a.Name), strings.Clone(a.Email), strings.Clone(a.URL)
	}
	for i := range e.Categories {
		e.Categories[i] = strings.Clone(e.Categories[i])
	}
}

// page returns the address of an entry's page: the first alternate fit for a reader.
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

// ownLang returns the xml:lang of an entry, if it differs from the document's.
func (r *record) ownLang(d *document) string {
	lang := r.lang
	if r.title != nil && r.title.lang != "" {
		lang = r.title.lang
	}
	if lang == d.lang {
		return ""
	}
	return lang
}

// sourceTitle returns the original publisher named in an entry.
func (r *record) sourceTitle() string {
	if r.source != nil && r.source.title != nil {
		return r.source.title.plain()
	}
	return looseText(r.sourceName)
}

// bodies returns the summary and the content of an entry, as HTML. Of several contents it takes the longest.
func (r *record) bodies() (summary, content string) {
	for i := range r.contents {
		if i%256 == 0 && r.base.meter.expired() {
			break
		}
		if html := visible(r.contents[i].html()); len(html) > len(content) {
			content = html
		}
	}
	summary = visible(r.summary.html())
	if summary == content {
		summary = ""
	}
	if summary == "" && content == "" {
		summary = visible(r.media.html())
	}
	return summary, content
}

// visible returns an HTML fragment if it shows anything: text, or more than a counting pixel.
func visible(fragment string) string {
	shows := false
	walk(fragment, func(kind token, raw string) bool {
		if kind != markupTag {
			shows = strings.TrimFunc(decodeReferences(raw), func(r rune) bool {
				return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)
			}) != ""
		} else {
			shows = shown.MatchString(raw) && !pixel.MatchString(raw)
		}
		return !shows
	})
	if shows {
		return fragment
	}
	return ""
}

var (
	shown = regexp.MustCompile(`(?i)^<(?:img|amp-img|picture|video|audio|iframe|embed|object|svg|math|hr|canvas)\b`)
	pixel = regexp.MustCompile(`(?i)\b(?:width|height)\s*=\s*["']?[01](?:px)?["'\s/>]`)
)

// plain returns a text construct as plain text in one line.
func (c *construct) plain() string {
	if c == nil {
		return ""
	}
	line := text.Clip(c.value, maxLine)
	switch {
	case c.declared && c.media == plainType:
		return tidy(line)
	case c.declared && (c.media == htmlType || c.media == xhtmlType):
		return plainText(line)
	}
	return looseText(line)
}

// maxLine is the number of bytes read of a title or another text of one line.
const maxLine = 16 << 10

// html returns a text construct as HTML with absolute addresses; "" for other types than text and HTML.
func (c *construct) html() string {
	switch {
	case c == nil || c.value == "":
		return ""
	case c.media == htmlType, c.media == xhtmlType, !c.declared && guessed(c.value) == htmlType:
		return resolveHTML(c.value, c.base)
	case strings.HasPrefix(c.media, "text/"):
		return escapeText(c.value)
	}
	return ""
}

// authors returns people with plain text for names, and only addresses fit for a reader.
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

// people returns the kept authors of an entry.
func (m *meter) people(all []oped.Person) []oped.Person {
	kept, whole := text.FirstPeople(all)
	if !whole {
		for _, a := range all {
			m.cut(oped.PeopleLimit, a.Name+"\x00"+a.Email+"\x00"+a.URL)
		}
	}
	return kept
}

// maxCategories is the largest number of bytes of an entry's categories.
const maxCategories = 4 * oped.MaxField

// categories returns the distinct labels, or terms.
func (m *meter) categories(tags []category) []string {
	var out []string
	seen := map[string]bool{}
	left := oped.NewBudget(maxCategories)
	for i, t := range tags {
		if i%256 == 0 && m.expired() {
			break
		}
		name := looseText(cmp.Or(t.label, t.term))
		switch {
		case name == "" || seen[name]:
		case len(out) >= oped.MaxCategories || !left.Spend(len(name)):
			m.cut(oped.FieldLimit, name)
		default:
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}

// languageTag returns a tag in the form of BCP 47; "" for anything else.
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

// urdu reports whether a text is in Urdu: in Arabic letters, some of them missing in Arabic and Persian.
func urdu(all ...string) bool {
	arabic, own, latin, seen := 0, 0, 0, 0
	var head strings.Builder
	for _, s := range all {
		head.WriteString(text.Clip(s, 4*4000) + " ")
	}
	for _, r := range head.String() {
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

// hashOf returns the hash of everything published in an entry. rest is a hash of the cut values; "" if
// nothing was cut.
func hashOf(e *oped.Entry, rest string) (sum [32]byte) {
	h := newHasher()
	for _, s := range []string{e.ID, e.URL, e.Title, e.Summary, e.Content, e.Rights, e.Source, e.Lang} {
		h.add(s)
	}
	for _, a := range e.Authors {
		h.add(a.Name)
		h.add(a.Email)
		h.add(a.URL)
	}
	h.add("\x00")
	for _, c := range e.Categories {
		h.add(c)
	}
	for _, t := range []time.Time{e.Published, e.Updated} {
		h.add(t.Format(time.RFC3339Nano))
	}
	for _, f := range e.Enclosures {
		h.add(f.URL)
		h.add(f.Type)
		h.add(strconv.FormatInt(f.Size, 10))
	}
	if rest != "" {
		h.add(rest)
	}
	h.Sum(sum[:0])
	return sum
}

// hasher computes the hash of strings.
type hasher struct {
	hash.Hash
	part [1024]byte
}

func newHasher() *hasher { return &hasher{Hash: sha256.New()} }

// add adds a string with its length, so that different lists of strings never give the same bytes. It does not
// copy the whole string.
func (d *hasher) add(s string) {
	d.Write(binary.BigEndian.AppendUint64(d.part[:0], uint64(len(s))))
	for s != "" {
		n := copy(d.part[:], s)
		d.Write(d.part[:n])
		s = s[n:]
	}
}
