package main

import (
	"fmt"
	"io"
	"strings"
)

// progress shows a status line on a terminal; in a pipe it is silent.
type progress struct {
	w     io.Writer
	total int
	n     int
	width int
}

func newProgressOf(a *cli, total int) *progress {
	if a.quiet || !terminal(a.stderr) || !terminal(a.stdout) {
		return &progress{}
	}
	// The line begins with a carriage return, so it bypasses plainWriter. Names of feeds are plain.
	return &progress{w: unwrapped(a.stdout), total: total}
}

func (p *progress) step(what string) {
	p.n++
	if p.w != nil {
		p.show(fmt.Sprintf("%d of %d feeds: %s", p.n, p.total, what))
	}
}

func (p *progress) done() {
	if p.w != nil {
		p.show("")
		fmt.Fprint(p.w, "\r")
	}
}

func (p *progress) show(line string) {
	fmt.Fprintf(p.w, "\r%s%s", line, strings.Repeat(" ", max(0, p.width-len(line))))
	p.width = len(line)
}
