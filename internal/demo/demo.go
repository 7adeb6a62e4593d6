// Package demo is a small invented press for a first look at oped without a network. The command oped demo serves
// it on loopback.
//
// To run it, create a World with [New], serve [World.Handler], and configure oped with [World.Config].
//
// # What it is
//
// A World is a handful of invented newspapers, their op-eds, and a clock. Each paper begins with the pieces of the
// days before. Then a new piece comes out every few seconds, some of them in several papers. After the last one, a
// standing column continues more slowly and indefinitely. Two papers never deliver: one answers with an error, the
// other with a web page, so that a table of feeds has something to show.
//
// The pieces are text files in pieces/, one per file, with a head of "key: value" lines; see readPiece. Their
// persons, papers and events are invented.
//
// # What it promises
//
// A World depends only on its start. Its answers depend on the start, the time of the request and the requested
// host. There is no randomness and no state, so concurrent requests are safe. Truth returns the topics of every
// piece, for tests.
package demo

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed pieces/*.txt
var pieceFiles embed.FS

// The pace of the world.
const (
	firstNew      = 3 * time.Second  // from the start to the first new piece
	betweenNew    = 5 * time.Second  // from one new piece to the next
	betweenCopies = 4 * time.Second  // from a new piece to its copy in the next paper
	betweenNotes  = 20 * time.Second // from one number of the standing column to the next
	window        = 25               // entries per feed
)

// World is the invented press.
type World struct {
	start     time.Time
	papers    []paper
	pieces    []piece
	printings map[string][]printing // by paper, oldest first
	ended     time.Time             // when the last written piece is out; only the standing column continues
}

// printing is one appearance of a piece in one paper.
type printing struct {
	*piece
	paper    paper
	at       time.Time
	link     string // path of its page, with the parameters added by this paper's feed
	previous string // title of the paper's preceding piece, for the "Previous article" line
	next     string
}

// New returns a world beginning at start, truncated to a second. It panics on an invalid embedded piece; a test reads
// all pieces, so that this cannot happen.
func New(start time.Time) *World {
	w := &World{start: start.UTC().Truncate(time.Second), papers: allPapers(), printings: map[string][]printing{}}
	pieces, err := readPieces(pieceFiles)
	if err != nil {
		panic(err)
	}
	w.pieces = pieces
	w.schedule()
	return w
}

func readPieces(files fs.FS) ([]piece, error) {
	names, err := fs.Glob(files, "pieces/*.txt")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var pieces []piece
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		p, err := readPiece(strings.TrimSuffix(path.Base(name), ".txt"), string(data))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		pieces = append(pieces, p)
	}
	return pieces, nil
}

// schedule sets the time of every piece in each of its papers.
func (w *World) schedule() {
	fresh := 0
	for i := range w.pieces {
		p := &w.pieces[i]
		at, step := w.start.Add(-p.before), time.Hour
		if p.before == 0 {
			at, step = w.start.Add(firstNew+time.Duration(fresh)*betweenNew), betweenCopies
			fresh++
		}
		home := w.paper(p.papers[0].name)
		for n, in := range p.papers {
			pr := printing{piece: p, paper: w.paper(in.name), at: at.Add(time.Duration(n) * step)}
			if p.before > 0 && pr.at.After(w.start) {
				pr.at = w.start
			}
			pr.link = address(pr.paper, p)
			if in.how == "utm" {
				pr.link = address(home, p) + "?utm_source=" + in.name + "&utm_medium=rss&utm_campaign=exchange"
			}
			w.printings[in.name] = append(w.printings[in.name], pr)
			w.ended = latest(w.ended, pr.at)
		}
	}
	for _, printings := range w.printings {
		slices.SortStableFunc(printings,
			func(a, b printing) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
		for i := range printings {
			if i > 0 {
				printings[i].previous = printings[i-1].title
			}
			if i+1 < len(printings) {
				printings[i].next = printings[i+1].title
			}
		}
	}
}

// address returns the path of a piece's page in one paper.
func address(in paper, p *piece) string {
	return "/" + in.name + "/" + in.section(p.kind) + "/" + p.slug
}

// out returns the pieces printed by a paper so far, newest first.
func (w *World) out(name string, now time.Time) []printing {
	var out []printing
	for _, pr := range w.printings[name] {
		if !pr.at.After(now) {
			out = append(out, pr)
		}
	}
	out = append(out, w.notes(name, now)...)
	slices.Reverse(out)
	return out
}

func (w *World) paper(name string) paper {
	for _, p := range w.papers {
		if p.name == name {
			return p
		}
	}
	return paper{}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
