package main

import (
	"io"
	"os"

	"github.com/vbauerster/cupwriter"
)

// pipeColumns is the width of tables and texts in a pipe or a file.
const pipeColumns = 80

// terminal reports whether w is a terminal.
func terminal(w io.Writer) bool {
	f, ok := unwrapped(w).(*os.File)
	return ok && cupwriter.New(f, false).IsTerminal()
}

// columns returns the width of a terminal, or pipeColumns.
func columns(w io.Writer) int {
	if f, ok := unwrapped(w).(*os.File); ok {
		if w := cupwriter.New(f, false); w.IsTerminal() {
			if width, _, err := w.GetTermSize(); err == nil && width > 0 {
				return width
			}
		}
	}
	return pipeColumns
}

// coloured reports whether standard output takes colours: it is a terminal, and nobody has switched them off
// (https://no-color.org).
func (a *cli) coloured() bool {
	term := a.getenv("TERM")
	return terminal(a.stdout) && a.getenv("NO_COLOR") == "" && term != "" && term != "dumb"
}
