package publish

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"oped"
)

// nasty makes pieces from everything newspapers and attackers put into feeds. One seed always gives the
// same pieces.
type nasty struct {
	*rand.Rand
	made int
}

func newNasty(seed uint64) *nasty { return &nasty{Rand: rand.New(rand.NewPCG(seed, 0x0bad))} }

func (n *nasty) pick(from ...string) string { return from[n.IntN(len(from))] }

// chance returns true once in so many times.
func (n *nasty) chance(in int) bool { return n.IntN(in) == 0 }

// some returns at most limit strings.
func (n *nasty) some(limit int, one func() string) []string {
	out := make([]string, n.IntN(limit+1))
	for i := range out {
		out[i] = one()
	}
	return out
}

const urduLine = "دریا کے کنارے رہنے والے لوگ ہر سال یہی سوال پوچھتے ہیں کہ پانی کب آئے گا۔ "

// words returns plain prose.
func (n *nasty) words(limit int) string {
	var b strings.Builder
	for range 1 + n.IntN(limit) {
		b.WriteString(n.pick(
			"the", "harbour", "Peace", "talks", "of", "Karachi", "AT&T", "1 < 2", "naïve", "دریا",
			"وعدہ", "“so”", "R&D", "O'Neill", "100%", "—", "😀", "x",
		))
		b.WriteString(n.pick(" ", " ", " ", ", ", ". ", "\n", "\t"))
	}
	return b.String()
}

// noise returns text no editor would write.
func (n *nasty) noise() string {
	switch n.IntN(12) {
	case 0:
		return n.pick(
			"", " ", "\t\n\r ", "\u00a0", "\u200f\u200e", "\u202e\u2066", "\ufeff", "\u200b", "\ufffe",
			"\uffff", "\ufdd0", "\U0001ffff", "\U0010fffe", "\ufffd", "\ufffd\ufffd",
		)
	case 1:
		return n.pick(
			"\xed\xa0\x80", "\xed\xbf\xbf", "\xc0\x80", "\xff\xfe", "\xf4\x90\x80\x80", "\xe2\x82",
			"a\x00b", "\x1b[31m", "\x08\x0c\x0b", "\x7f\u0085\u009f",
		)
	case 2:
		return "e" + strings.Repeat(n.pick("\u0301", "\u0489", "\u0e47", "\u064e"), 1+n.IntN(300))
	case 3:
		return n.pick(
			"]]>", "<![CDATA[x]]>", "]]&gt;", "--><!--", "<?xml version='1.0'?>",
			"<!DOCTYPE x [<!ENTITY a 'b'>]>&a;", "</entry><entry>", "</item></channel>", "</summary>",
			`"},{"id":"x"`,
		)
	case 4:
		return n.pick(
			"&", "&amp;amp;", "&#0;", "&#x1F;", "&#xFFFE;", "&#xD800;", "&nbsp;", "&bogus;",
			"&lt;script&gt;", "&#60;b&#62;", "&#x110000;", "&apos;",
		)
	case 5:
		return n.pick(
			"<b>", "</b>", "<em></em>", "<p><br/></p>", "<script>alert(1)</script>", "<b>Bold</b> words",
			"<img src=x onerror=alert(1)>", "a < b > c", "<", ">", "<>", "< b>",
		)
	case 6:
		return n.pick("😀👩‍👩‍👧", "𝕳𝖆𝖗𝖇𝖔𝖚𝖗", "𠀀𪛖", "\u2028\u2029", "\u00ad", "ﷺ", "שלום", "A\u030a")
	case 7:
		if n.chance(15) {
			return strings.Repeat(n.pick("long ", "x", "دریا ", "<b>", "&", "\u0301", "a\n"), 64<<10/4)
		}
		return strings.Repeat(n.pick("long ", "x", "<b>", "a\n"), n.IntN(500))
	case 8:
		b := make([]byte, n.IntN(60))
		for i := range b {
			b[i] = byte(n.Uint32())
		}
		return string(b)
	case 9:
		r := make([]rune, n.IntN(40))
		for i := range r {
			r[i] = rune(n.IntN(0x110000))
		}
		return string(r)
	case 10:
		return urduLine + n.words(5)
	}
	return n.words(3) + n.pick("{{.}}", "%s%n", "${x}", "../../etc", "\\u0000", "=1+1", "';--")
}

// text returns prose half of the time.
func (n *nasty) text() string {
	if n.chance(2) {
		return n.words(12)
	}
	return n.noise()
}

// url returns an address, good or bad.
func (n *nasty) url() string {
	good := fmt.Sprintf("https://paper%d.example/%d/%d", n.IntN(5), n.IntN(90), n.IntN(1e6))
	switch n.IntN(4) {
	case 0:
		return n.pick("", " ", "x", "//evil.example/x", "/rooted", "../up", "?q", "#f", "javascript:alert(1)",
			"JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)",
			"data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "ftp://a.example/",
			"mailto:a@b.example", "feed:https://a.example/", "view-source:https://a.example/",
			"https:", "https://", "https:///x", "https:a.example", "http:/a.example", "https://a.example:port/",
			"https://[::1", "https://[::1]/", "https://[fe80::1%25eth0]/", "https://a.example:99999/",
			"https://user:secret@a.example/x", "https://user@a.example/", "https://:@a.example/",
			"https://a.example@evil.example/", "https://a.example\\@evil.example/", "https://a.example/%zz",
			"https://a.example/%",
			"https://a.example/a b", "https://a.example/a\nb", "https://a.example/<>\"'", "https://a.example/{x}|^`",
			"https://exämple.example/ü?ä=ö#é", "https://دریا.example/راہ", "https://xn--e1afmkfd.example/",
			"HTTPS://A.EXAMPLE:443/x", "https://a.example./", "https://a..example/", "https://a_b.example/",
			"https://-a.example/", "https://a.example/\ufffd", "https://a.example/\u202e", "https://a.example/\ufdd0",
			"https://a.example/\ue000", "https://a.example?x", "https://a.example#x", "https://1.2.3.4/",
			"https://0x7f.1/", "https://a.example:0/", "https://a.example:/", "https://a.example/[x]",
			"https://a.example/?a=[1]", "https://a.example/x#y#z", "https://a.example/?x=%C3%28",
			"https://\u00ad.example/", "https://a%2eexample/", "https://a.example/'", "http://a.example/;x=1,2!$*()",
			"https://"+strings.Repeat("a", 300)+".example/", "https://"+strings.Repeat("ä", 70)+".example/",
			good+strings.Repeat("/x", 2<<10), good+strings.Repeat("ü", 2<<10))
	case 1:
		return good + n.pick("?a=1&b=2", "#part", "?q=a+b%20c", "/راستہ", " ", "\n", "/a'b",
			"?u=https://b.example/?x", ";j=1")
	}
	return good
}

// when returns a time, believable or not.
func (n *nasty) when() time.Time {
	switch n.IntN(10) {
	case 0:
		return time.Time{}
	case 1:
		return time.Date([]int{
			-1, 0, 1, 2, 1582, 1900, 1969, 1970, 1989, 1990, 2038, 9999, 10000, 100000,
		}[n.IntN(14)], time.Month(1+n.IntN(12)), 1+n.IntN(28), n.IntN(24), 0, 0, n.IntN(1e9),
			time.FixedZone("", (n.IntN(29)-14)*3600))
	case 2:
		return time.Unix(n.Int64(), 0)
	}
	return at(1+n.IntN(20), n.IntN(24)).Add(time.Duration(n.IntN(1e9)))
}

func (n *nasty) lang() string {
	return n.pick(
		"", "en", "en-GB", "ur", "ur-PK", "UR_pk", "x", "x-klingon", "i-klingon", "english", "en-",
		"-en", "zz", "qq-QQ", "de-1901", "zh-Hant-TW", "en us", "\x00", "en\n", "<b>", "123", "a-b-c",
		strings.Repeat("en-", 100)+"x", "tlh", "mul", "und", "art-lojban", "xx-xx", "en-GB-oed", "c",
		"none", "UTF-8",
	)
}

func (n *nasty) person() oped.Person {
	p := oped.Person{Name: n.text(), URL: n.url()}
	switch n.IntN(6) {
	case 0:
		return oped.Person{}
	case 1:
		return oped.Person{Email: n.pick("a@b.example", "x", "<a@b.example>", n.noise())}
	case 2:
		p.Name = n.pick(
			"letters@paper.example", "A. Writer <a.writer@paper.example>", "a@b.example (A. Writer)",
			"By A. Writer", "<a@b.example>", "A&B", "null", "admin", "زینب ملک",
			"<a href='x'>A</a>",
		)
	}
	p.Email = n.pick("", "a@b.example")
	return p
}

// entry returns one appearance of a piece.
func (n *nasty) entry(feed string) oped.Entry {
	e := oped.Entry{
		Row:        int64(n.IntN(1000)),
		FeedURL:    feed,
		Publisher:  n.pick("", "The Harbour Courier", "روزنامہ ساحل", n.text()),
		ID:         n.pick("", "1", n.url(), n.noise()),
		URL:        n.url(),
		Title:      n.text(),
		Rights:     n.pick("", "© 2026", n.text()),
		Source:     n.pick("", "The Harbour Courier", n.text()),
		Lang:       n.lang(),
		Categories: n.some(30, func() string { return n.pick("opinion", "Opinion", "pakistan-us", "Ports", n.text()) }),
		Published:  n.when(), Updated: n.when(), FirstSeen: at(21, n.IntN(24)),
	}
	if n.chance(2) {
		e.Summary = n.markup()
	}
	if n.chance(2) {
		e.Content = n.markup()
	}
	if n.chance(3) {
		e.Text = n.text() + n.pick("", "\n\n") + n.text()
	}
	for range n.IntN(4) {
		e.Authors = append(e.Authors, n.person())
	}
	if n.chance(50) {
		e.Authors = make([]oped.Person, 30)
		for i := range e.Authors {
			e.Authors[i] = n.person()
		}
	}
	return e
}

// piece returns a piece with up to a few appearances, seldom with very many. Its id and the time of its
// change are ours, so both are good.
func (n *nasty) piece(feeds []string) oped.Piece {
	n.made++
	id := fmt.Sprintf(n.pick("tag:editions.example,2026-03-01:piece/%d", "https://paper1.example/?p=%d",
		"urn:uuid:00000000-0000-4000-8000-%012d"), n.made)
	changed := at(22, 0).Add(time.Duration(n.made) * time.Second)
	p := oped.Piece{
		ID:        oped.PieceID(n.made),
		AtomID:    id,
		Kind:      oped.PieceKinds()[n.IntN(5)],
		FirstSeen: at(21, 0),
		Updated:   changed,
		Entered:   changed,
		Revision:  1,
	}
	appearances := 1 + n.IntN(3)
	if n.chance(100) {
		appearances = 60
	}
	for range appearances {
		p.Entries = append(p.Entries, n.entry(feeds[n.IntN(len(feeds))]))
	}
	for _, topic := range n.some(3, func() string { return n.pick("pakistan-us", "indus", "water") }) {
		p.Tags = append(p.Tags, oped.Tag{Topic: topic, Outcome: oped.Tagged})
	}
	return p
}

// press returns feeds with metadata as bad as their entries.
func (n *nasty) press() (feedStates, []string) {
	feeds, urls := feedStates{}, []string{}
	for i := range 12 {
		url := n.url()
		if _, twice := feeds[url]; twice {
			continue
		}
		urls = append(urls, url)
		feeds[url] = oped.FeedState{
			Feed: oped.Feed{
				Name:      fmt.Sprintf("feed-%d", i),
				URL:       url,
				Title:     n.pick("", n.text()),
				Publisher: n.pick("", "The Courier", n.text()),
				SiteURL:   n.url(),
				Lang:      n.lang(),
				Full:      n.chance(2),
			},
			DocTitle: n.text(),
			DocSite:  n.url(),
			DocLang:  n.lang(),
			DocID:    n.pick("", n.url(), "tag:x.example,2020:1", n.noise()),
			Rights:   n.pick("", n.text()),
		}
	}
	return feeds, urls
}
