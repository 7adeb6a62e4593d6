// Package demo is a small invented press that oped demo serves on loopback: for a first look without a network.
//
// # What it is
//
// A World is a handful of newspapers that exist nowhere, their op-eds, and a clock. Each paper begins with what it
// printed in the days before; then a new piece comes out somewhere every few seconds, some of them in several papers,
// and when all are out a standing column goes on more slowly, for as long as anybody looks. Two papers never deliver:
// one answers with an error, the other with a web page, so that a table of feeds has something to show.
//
// The pieces stand as text files in pieces/, one a file, with a head of "key: value" lines; see readPiece. Persons,
// papers and events in them are invented.
//
// # What it promises
//
// A World depends on its start alone, and what it serves on the start, the time of the request and the host asked for:
// nothing is drawn by lot, nothing is remembered, so it may be asked from many goroutines. Truth says which topics every
// piece is on, for tests.
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

// How fast the world moves.
const (
	firstNew      = 3 * time.Second  // from the start to the first new piece
	betweenNew    = 5 * time.Second  // from one new piece to the next
	betweenCopies = 4 * time.Second  // from a new piece to its copy in the next paper
	betweenNotes  = 20 * time.Second // from one number of the standing column to the next
	window        = 25               // entries a feed holds
)

// World is the invented press.
type World struct {
	start        time.Time
	papers       []paper
	pieces       []piece
	fingerprints map[string][]printing // by paper, oldest first
	ended        time.Time             // when the last written piece is out and only the standing column goes on
}

// printing is one appearance of a piece in one paper.
type printing struct {
	*piece
	paper    paper
	at       time.Time
	link     string // path of its page, with the parameters that this paper's feed adds
	previous string // title of what the paper printed before it, for its "Previous article" line
	next     string
}

// New makes the world that begins at start. It panics if a piece that is compiled in cannot be read; a test reads them all.
func New(start time.Time) *World {
	w := &World{start: start.UTC().Truncate(time.Second), papers: allPapers(), fingerprints: map[string][]printing{}}
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

// schedule gives every piece its hour in every paper that carries it.
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
			w.fingerprints[in.name] = append(w.fingerprints[in.name], pr)
			w.ended = latest(w.ended, pr.at)
		}
	}
	for _, fingerprints := range w.fingerprints {
		slices.SortStableFunc(fingerprints, func(a, b printing) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
		for i := range fingerprints {
			if i > 0 {
				fingerprints[i].previous = fingerprints[i-1].title
			}
			if i+1 < len(fingerprints) {
				fingerprints[i].next = fingerprints[i+1].title
			}
		}
	}
}

// address is the path of a piece's page in one paper.
func address(in paper, p *piece) string {
	return "/" + in.name + "/" + in.section(p.kind) + "/" + p.slug
}

// out are the pieces that a paper has printed by now, newest first.
func (w *World) out(name string, now time.Time) []printing {
	var out []printing
	for _, pr := range w.fingerprints[name] {
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
