package newstest

import (
	"cmp"
	"embed"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed pieces/*.txt
var pieceFiles embed.FS

// The pace of the press.
const (
	firstNew      = 3 * time.Second  // from the start to the first new piece
	betweenNew    = 5 * time.Second  // from one new piece to the next
	betweenCopies = 4 * time.Second  // from a new piece to its copy in the next paper
	betweenNotes  = 20 * time.Second // from one number of the standing column to the next
	window        = 25               // entries per feed
)

// Press is a handful of invented newspapers, their op-eds, and a clock, for a first look at oped without a network.
// Each paper begins with the pieces of the days before. Then a new piece comes out every few seconds, some of them
// in several papers. After the last one, a standing column continues more slowly and indefinitely. Two papers never
// deliver: one answers with an error, the other with a web page, so that a table of feeds has something to show.
//
// The pieces are text files in pieces/, one per file, with a head of "key: value" lines; see readPiece. Their
// persons, papers and events are invented.
//
// A Press depends only on its start. Its answers depend on the start, the time of the request and the requested
// host. There is no randomness and no state, so concurrent requests are safe.
type Press struct {
	start     time.Time
	papers    []masthead
	pieces    []piece
	printings map[string][]printing // by paper, oldest first
	ended     time.Time             // when the last written piece is out; only the standing column continues
}

// printing is one appearance of a piece in one paper.
type printing struct {
	*piece
	paper    *masthead
	at       time.Time
	link     string // path of its page, with the parameters added by this paper's feed
	previous string // title of the paper's preceding piece, for the "Previous article" line
	next     string
	bare     bool // its feed has the headline alone; one of another paper than the home paper is signed
}

// NewPress returns a press beginning at start, truncated to a second. It panics on an invalid embedded piece; a test
// reads all pieces, so that this cannot happen.
func NewPress(start time.Time) *Press {
	p := &Press{start: start.UTC().Truncate(time.Second), papers: mastheads(), printings: map[string][]printing{}}
	files, _ := pieceFiles.ReadDir("pieces") // embedded and sorted
	for _, f := range files {
		data, _ := pieceFiles.ReadFile("pieces/" + f.Name())
		one, err := readPiece(strings.TrimSuffix(f.Name(), ".txt"), string(data))
		if err != nil {
			panic(fmt.Errorf("read %s: %w", f.Name(), err))
		}
		p.pieces = append(p.pieces, one)
	}
	p.schedule()
	return p
}

// schedule sets the time of every piece in each of its papers.
func (p *Press) schedule() {
	fresh := 0
	for i := range p.pieces {
		one := &p.pieces[i]
		at, step := p.start.Add(-one.before), time.Hour
		if one.before == 0 {
			at, step = p.start.Add(firstNew+time.Duration(fresh)*betweenNew), betweenCopies
			fresh++
		}
		for n, in := range one.papers {
			pr := printing{piece: one, paper: p.paper(in.name), at: at.Add(time.Duration(n) * step)}
			if one.before > 0 && pr.at.After(p.start) {
				pr.at = p.start
			}
			pr.link = address(pr.paper, one)
			switch in.how {
			case "utm":
				pr.link = address(p.paper(one.papers[0].name), one) +
					"?utm_source=" + in.name + "&utm_medium=rss&utm_campaign=exchange"
			case "headline":
				pr.bare, pr.at = true, at // on the day of the first one, whenever the press starts
			}
			p.printings[in.name] = append(p.printings[in.name], pr)
			if pr.at.After(p.ended) {
				p.ended = pr.at
			}
		}
	}
	for _, printings := range p.printings {
		slices.SortStableFunc(printings,
			func(a, b printing) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
		for i := 1; i < len(printings); i++ {
			printings[i].previous, printings[i-1].next = printings[i-1].Title, printings[i].Title
		}
	}
}

// address returns the path of a piece's page in one paper.
func address(in *masthead, p *piece) string {
	return "/" + in.Name + "/" + in.section(p.kind) + "/" + p.slug
}

// out returns the pieces printed by a paper so far, newest first.
func (p *Press) out(name string, now time.Time) []printing {
	var out []printing
	for _, pr := range p.printings[name] {
		if !pr.at.After(now) {
			out = append(out, pr)
		}
	}
	out = append(out, p.notes(name, now)...)
	slices.Reverse(out)
	return out
}

// paper returns the paper of a name, or nil.
func (p *Press) paper(name string) *masthead {
	if i := slices.IndexFunc(p.papers, func(m masthead) bool { return m.Name == name }); i >= 0 {
		return &p.papers[i]
	}
	return nil
}

// Path returns the path of the page of a piece in its first paper; "" for an unknown slug.
func (p *Press) Path(slug string) string {
	i := slices.IndexFunc(p.pieces, func(one piece) bool { return one.slug == slug })
	if i < 0 {
		return ""
	}
	return address(p.paper(p.pieces[i].papers[0].name), &p.pieces[i])
}

// item returns a printing as its feed has it. host is our address in the request.
func (pr *printing) item(host string) Item {
	body := pr.paper.spell(pr.Body)
	i := Item{
		GUID:       pr.paper.ID(pr.slug),
		Link:       host + pr.link,
		Title:      pr.paper.spell(pr.Title),
		Author:     pr.paper.spell(pr.Author),
		Categories: pr.categories,
		Published:  pr.at,
	}
	if pr.bare {
		if pr.paper.Name != pr.papers[0].name {
			i.Title += " - " + pr.paper.Title
		}
		return i
	}
	i.HTML = paragraphs(body) + "\n"
	first, _, _ := strings.Cut(body, "\n\n")
	i.Summary = first
	if words := strings.Fields(first); len(words) > 40 {
		i.Summary = strings.Join(words[:40], " ") + " …"
	}
	if pr.paper.links {
		i.HTML += "<p>"
		if pr.previous != "" {
			i.HTML += "Previous article" + html.EscapeString(pr.previous)
		}
		if pr.next != "" {
			i.HTML += "<br/>\nNext article" + html.EscapeString(pr.next)
		}
		i.HTML += "</p>\n"
	}
	return i
}

// Handler serves the press at the time now(): /PAPER/feed.xml and other feeds, a front page for every paper at
// /PAPER/, the pages of the pieces, and a list of the papers at /. Feeds have an ETag and a Last-Modified date, and
// conditional requests get 304 (RFC 9110 §13).
func (p *Press) Handler(now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := p.answer(r.URL.Path, "http://"+r.Host, now())
		a.write(w, r)
	})
}

// answer returns the answer for a path at a time.
func (p *Press) answer(path, host string, now time.Time) Answer {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	m := p.paper(name)
	if path == "/" {
		return page(p.list(), now)
	}
	if m == nil {
		return Answer{Status: http.StatusNotFound}
	}
	f := feed{masthead: *m, Self: host + m.Path(), Home: host + "/" + name + "/"}
	f.Title, f.Motto = m.spell(m.Title), m.spell(m.Motto)
	out := p.out(name, now)
	modified := p.start
	for i, pr := range out {
		if address(m, pr.piece) == path {
			pr.bare = false // the page has the text
			f.Items, f.Piece = []Item{pr.item(host)}, true
			return page(f, pr.at)
		}
		f.Items = append(f.Items, pr.item(host))
		if i == 0 {
			modified = pr.at
		}
	}
	switch {
	case path != m.Path() && path != "/"+name+"/":
		return Answer{Status: http.StatusNotFound}
	case m.Form == fails || m.Form == webpage:
		f.Note = "This paper has no readable feed. It shows how oped reports such a feed."
	case path == m.Path():
		f.Items = f.Items[:min(len(f.Items), window)]
		return fresh(document(f), m.Form.mediaType, modified)
	}
	a := page(f, now)
	if path == m.Path() && m.Form == fails {
		a.Status = http.StatusInternalServerError // not 503: a polite fetcher would hold back from the host of all papers
	}
	return a
}
