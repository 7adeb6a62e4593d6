// Package hostile is a press that tries to stop its readers. Each of its feeds multiplies two quantities under a
// stranger's control, so that a small document causes much work. Tests and bench/hostile.sh let oped read it.
//
// To serve it, pass [Feeds] to [NewPress].
package hostile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Feed is one hostile feed.
type Feed struct {
	Name  string // its path is "/" and the name
	Means string // the multiplied quantities

	document func(poll int) []byte // for each poll, from 0
	gzipped  bool
	redirect string // target of a first redirect, below its own address
}

// Press serves feeds by name. It is an http.Handler for concurrent use.
type Press struct {
	feeds map[string]Feed

	mu    sync.Mutex
	polls map[string]int
	made  map[string][]byte // constant documents
}

// NewPress returns a press with these feeds.
func NewPress(feeds []Feed) *Press {
	p := &Press{feeds: map[string]Feed{}, polls: map[string]int{}, made: map[string][]byte{}}
	for _, f := range feeds {
		p.feeds[f.Name] = f
	}
	return p
}

// ServeHTTP answers with the next document of a feed.
func (p *Press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, rest, redirected := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	f, ok := p.feeds[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if f.redirect != "" && !redirected && rest == "" {
		w.Header().Set("Location", "/"+name+"/"+f.redirect)
		w.WriteHeader(http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	if f.gzipped {
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Write(p.body(&f))
}

// body returns the document of the next poll, encoded.
func (p *Press) body(f *Feed) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	poll := p.polls[f.Name]
	p.polls[f.Name]++
	raw := f.document(poll)
	if !f.gzipped {
		return raw
	}
	if p.made[f.Name] == nil {
		p.made[f.Name] = compress(raw)
	}
	return p.made[f.Name]
}

// compress compresses a document. If it exceeds 1 MiB, a comment of noise comes first. This keeps the ratio below a
// hundred, which a reader might refuse.
func compress(raw []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is valid
	}
	if len(raw) > 1<<20 {
		noise := make([]byte, len(raw)/70) // 6 bits of each byte are incompressible
		random := rand.New(rand.NewPCG(1, 2))
		for i := range noise {
			noise[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[random.IntN(64)]
		}
		fmt.Fprintf(z, "<!--%s-->", noise)
	}
	z.Write(raw)
	z.Close()
	return b.Bytes()
}

// Feeds returns the hostile feeds.
func Feeds() []Feed {
	always := func(make func() string) func(int) []byte {
		doc := sync.OnceValue(func() []byte { return []byte(make()) })
		return func(int) []byte { return doc() }
	}
	feeds := []Feed{
		{
			Name:    "base",
			Means:   "a base address of 500,000 characters × 50,000 relative links",
			gzipped: true,
			document: always(func() string {
				return atom(500_000, strings.Repeat(`<a href=a>`, 50_000))
			}),
		},
		{
			Name:    "base-2k",
			Means:   "a base address of 1,900 characters × 2.2 MB of links",
			gzipped: true,
			document: always(func() string {
				return atom(1_900, strings.Repeat(`<a href=a>b</a>`, 150_000))
			}),
		},
		{
			Name:    "base-entries",
			Means:   "a base address of 1,900 characters × 30 links × 2,000 entries",
			gzipped: true,
			document: always(func() string {
				var b strings.Builder
				for n := range 2_000 {
					fmt.Fprintf(&b, `<entry><id>tag:e,2026:%d</id><title>T %d</title><link href="a%d"/>`+
						`<content type="html">%s</content></entry>`,
						n, n, n, escape(strings.Repeat("<a href=a>b</a>", 30)))
				}
				return atomOf(1_900, b.String())
			}),
		},
		{
			Name:    "base-nested",
			Means:   "200 bases in each other × 200 links in each",
			gzipped: true,
			document: always(func() string {
				base := strings.Repeat("d/", 900)
				return atomOf(100, `<entry><id>tag:e,2026:1</id><title>T</title><content type="xhtml">`+
					strings.Repeat(`<div xml:base="`+base+`">`, 200)+
					strings.Repeat(`<a href="a">b</a>`, 40_000)+
					strings.Repeat("</div>", 200)+"</content></entry>")
			}),
		},
		{
			Name:     "base-elements",
			Means:    "a base address of 1,900 characters × 150,000 elements with a base of their own",
			gzipped:  true,
			document: always(func() string { return atomOf(1_900, strings.Repeat(`<x xml:base="a"/>`, 150_000)) }),
		},
		{
			Name:    "links",
			Means:   "a base address of 1,900 characters × 150,000 links of one entry",
			gzipped: true,
			document: always(func() string {
				return atomOf(1_900, "<entry><id>tag:e,2026:1</id><title>T</title>"+
					strings.Repeat(`<link href="a"/>`, 150_000)+"</entry>")
			}),
		},
		{
			Name:     "redirect",
			Means:    "a redirect to an address of 60 KB × the links of a document",
			redirect: strings.Repeat("r", 60_000),
			document: always(func() string { return rss(item("1", "T", strings.Repeat(`<a href="a">b</a>`, 2_000))) }),
		},
		{
			Name:  "byline",
			Means: "one author of 1,000 names × 3 entries × everybody's page",
			document: always(func() string {
				var all []string
				for n := range 3 {
					var names strings.Builder
					for k := range 1_000 {
						fmt.Fprintf(&names, "Ann%d Bell%c and ", k, 'a'+(n+k)%26)
					}
					all = append(all, fmt.Sprintf("<item><guid>g%d</guid><title>T %d</title><author>%sZoe Zed</author>"+
						"<description>%s</description></item>", n, n, names.String(), words(n, 200)))
				}
				return rss(all...)
			}),
		},
		{
			Name:    "topic",
			Means:   "the words of a topic, 256 KB: every mention × every other",
			gzipped: true,
			document: always(func() string {
				return rss(item("1", "Pakistan US", strings.Repeat("Pakistan US Islamabad Washington ", 256<<10/33)))
			}),
		},
		{
			Name:    "topic-many",
			Means:   "the words of a topic, 20 entries of 256 KB",
			gzipped: true,
			document: always(func() string {
				var all []string
				for n := range 20 {
					content := strings.Repeat(fmt.Sprintf("Pakistan US x%d ", n), 256<<10/17)
					all = append(all, item(fmt.Sprint(n), fmt.Sprint("Pakistan US ", n), content))
				}
				return rss(all...)
			}),
		},
		{
			Name:    "topic-short",
			Means:   "the words of a topic, 1,500 entries of 5 KB",
			gzipped: true,
			document: always(func() string {
				var all []string
				for n := range 1_500 {
					content := strings.Repeat(fmt.Sprintf("Pakistan US x%d ", n), 5<<10/17)
					all = append(all, item(fmt.Sprint(n), fmt.Sprint("Pakistan US ", n), content))
				}
				return rss(all...)
			}),
		},
		{
			Name:    "topic-long",
			Means:   "the words of a topic, 12 entries of 500 KB",
			gzipped: true,
			document: always(func() string {
				var all []string
				for n := range 12 {
					all = append(all,
						item(fmt.Sprint(n), fmt.Sprint("Pakistan US ", n), strings.Repeat("Pakistan US ", 500_000/12)))
				}
				return rss(all...)
			}),
		},
		{
			Name:    "topic-furniture",
			Means:   "the words of a topic, 1,500 entries of 5 KB × a note to learn, so that each is read twice",
			gzipped: true,
			document: always(func() string {
				var all []string
				for n := range 1_500 {
					content := words(n, 20) + strings.Repeat("Pakistan US<br>", 5<<10/15) +
						"<p>Whoever would like to read on finds us by the old river.</p>"
					all = append(all, item(fmt.Sprint(n), fmt.Sprint("Pakistan US ", n), content))
				}
				return rss(all...)
			}),
		},
		{Name: "same-link", Means: "2,000 entries × one address", document: always(func() string {
			var all []string
			for n := range 2_000 {
				all = append(all, fmt.Sprintf("<item><guid>g%d</guid><title>Title %d</title>"+
					"<link>http://example.org/same</link><description>%s</description></item>",
					n, n, words(n%40, 30)))
			}
			return rss(all...)
		})},
		{
			Name:    "same-text",
			Means:   "2,000 entries × one text of 400 words",
			gzipped: true,
			document: always(func() string {
				text := words(1, 400)
				var all []string
				for n := range 2_000 {
					all = append(all, item(fmt.Sprint(n), fmt.Sprint("Title ", n), text))
				}
				return rss(all...)
			}),
		},
		{
			Name:    "same-beginning",
			Means:   "2,000 entries × one beginning of 300 words, each with an end of its own",
			gzipped: true,
			document: always(func() string {
				text := words(1, 300)
				var all []string
				for n := range 2_000 {
					all = append(all, item(fmt.Sprint(n), fmt.Sprint("Title ", n), text+words(1000+n, 100)))
				}
				return rss(all...)
			}),
		},
		{
			Name:    "long-alike",
			Means:   "16 entries of 500 KB, alike but for a few words × each other",
			gzipped: true,
			document: always(func() string {
				text := words(7, 80_000)
				var all []string
				for n := range 16 {
					all = append(all,
						item(fmt.Sprint(n), fmt.Sprint("Long ", n), words(n, 60)+text[:min(len(text), 500_000)]))
				}
				return rss(all...)
			}),
		},
		{
			Name:    "new",
			Means:   "1,990 new entries × every fetch",
			gzipped: false,
			document: func(poll int) []byte {
				var all []string
				for n := range 1_990 {
					k := poll*1_990 + n
					all = append(all, item(fmt.Sprint(k), fmt.Sprint("New ", k), words(k, 60)))
				}
				return []byte(rss(all...))
			},
		},
		{
			Name:    "changing",
			Means:   "500 entries × another text at every fetch",
			gzipped: false,
			document: func(poll int) []byte {
				var all []string
				for n := range 500 {
					all = append(all, item(fmt.Sprint(n), fmt.Sprint("Changing ", n), words(poll*500+n, 200)))
				}
				return []byte(rss(all...))
			},
		},
		{
			Name:    "rewritten",
			Means:   "1,990 entries of 4 KB × another text at every fetch",
			gzipped: false,
			document: func(poll int) []byte {
				var all []string
				for n := range 1_990 {
					all = append(all, item(fmt.Sprint(n), fmt.Sprint("Rewritten ", n), words(poll*1_990+n, 640)))
				}
				return []byte(rss(all...))
			},
		},
		{
			Name:    "flip",
			Means:   "12 entries of 480 KB × each other's text at every fetch",
			gzipped: false,
			document: func(poll int) []byte {
				var all []string
				for n := range 12 {
					all = append(all, item(fmt.Sprint(n), fmt.Sprint("Flip ", n), words(n^poll%2, 80_000)))
				}
				return []byte(rss(all...))
			},
		},
		{
			Name:    "elements",
			Means:   "200,000 elements within the limits × their trees",
			gzipped: true,
			document: always(func() string {
				return rss(strings.Repeat("<item><a/></item>", 1_900), strings.Repeat("<b/>", 190_000))
			}),
		},
		{
			Name:    "attributes",
			Means:   "19 MB of attributes",
			gzipped: true,
			document: always(func() string {
				var attrs strings.Builder
				for n := range 250 {
					fmt.Fprintf(&attrs, ` a%d=""`, n)
				}
				return rss(strings.Repeat("<x"+attrs.String()+"/>", 19_000_000/attrs.Len()))
			}),
		},
		{
			Name:    "unclosed",
			Means:   "1 MB of tags that are not closed, in a text",
			gzipped: true,
			document: always(func() string {
				return rss(item("1", "T", strings.Repeat(`<a href="`, 110_000)),
					item("2", "T2", strings.Repeat("<!--", 250_000)))
			}),
		},
		{
			Name:    "references",
			Means:   "1 MB of references",
			gzipped: true,
			document: always(func() string {
				return rss("<item><guid>1</guid><title>T</title><description>" +
					strings.Repeat("&amp;lt;", 130_000) + "</description></item>")
			}),
		},
		{
			Name:    "one-guid",
			Means:   "2,000 entries × one guid",
			gzipped: true,
			document: always(func() string {
				var all []string
				for n := range 2_000 {
					all = append(all, fmt.Sprintf("<item><guid>same</guid><title>Title %d</title>"+
						"<link>http://example.org/%d</link><description>%s</description></item>", n, n, words(n, 50)))
				}
				return rss(all...)
			}),
		},
	}
	for _, field := range []string{"title", "guid", "author", "category", "source", "description"} {
		feeds = append(feeds, Feed{
			Name:    "long-" + field,
			Means:   "9 MB in a " + field,
			gzipped: true,
			document: always(func() string {
				long := "<" + field + ">" + strings.Repeat("word ", 9<<20/5) + "</" + field + ">"
				return rss("<item><guid>g</guid><title>T</title><link>http://example.org/long</link>"+long+"</item>",
					item("2", "T2", words(2, 60)))
			}),
		})
	}
	return append(feeds, Feed{
		Name:    "long-id",
		Means:   "9 MB in the feed's id",
		gzipped: true,
		document: always(func() string {
			return "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>tag:" + strings.Repeat("x", 9<<20) +
				"</id><title>T</title><entry><id>tag:e,2026:1</id><title>T</title></entry></feed>"
		}),
	})
}

func atom(base int, content string) string {
	return atomOf(base, `<entry><id>tag:e,2026:1</id><title>T</title><link href="a"/><content type="html">`+
		escape(content)+"</content></entry>")
}

func atomOf(base int, entries string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://example.org/` + strings.Repeat("d", base) +
		`/"><id>tag:e,2026:0</id><title>T</title>` + entries + "</feed>"
}

func rss(items ...string) string {
	return `<rss version="2.0"><channel><title>t</title><link>http://example.org/</link><description>d</description>` +
		strings.Join(items, "") + "</channel></rss>"
}

func item(guid, title, html string) string {
	date := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).Format(time.RFC1123)
	return "<item><guid isPermaLink=\"false\">g" + guid + "</guid><title>" + title + "</title>" +
		"<link>http://example.org/" + guid + "</link><pubDate>" + date + "</pubDate>" +
		"<description>" + escape(html) + "</description></item>"
}

// words returns n words of five letters derived from a seed.
func words(seed, n int) string {
	var b strings.Builder
	x := uint64(seed)*2654435761 + 88172645463325252
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		for k := range 5 {
			b.WriteByte('a' + byte(x>>(8*k)%26))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func escape(s string) string { return escaper.Replace(s) }
