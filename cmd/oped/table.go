package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"oped/text"
)

// table is rows of cells under headers. Empty columns are left out. It fits the width of the output: first its last
// column is wrapped or cut, then the widest of the others are cut.
type table struct {
	headers []string
	rows    []tableRow
	lines   int // of a cell of the last column, at most; 0: one
	indent  string
}

// tableRow is a row, with notes in the lines below it.
type tableRow struct {
	cells []cell
	notes []string
}

// cell is one cell of a table. The cells of a number column are aligned at their right.
type cell struct {
	text   string
	style  style
	number bool
	below  string // in a line of its own; of a last cell
}

const (
	unlimited = 1 << 20 // columns of a line that is not cut

	gap     = 2  // columns between two cells
	minLast = 40 // percent of the width that the last column has at least, if a text is as long
	minCell = 10 // columns below which no other cell is cut
)

// newTable returns a table with these headers. A header of "" has no text.
func newTable(headers ...string) *table { return &table{headers: headers} }

// row adds a row. A value is a cell, a number, or a text.
func (t *table) row(values ...any) {
	cells := make([]cell, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case cell:
			cells[i] = v
		case string:
			cells[i].text = v
		default:
			cells[i] = cell{text: fmt.Sprint(v), number: true}
		}
		cells[i].text = plain(strings.Join(strings.Fields(cells[i].text), " "))
		cells[i].below = plain(strings.Join(strings.Fields(cells[i].below), " "))
	}
	t.rows = append(t.rows, tableRow{cells: cells})
}

// note adds lines below the last row.
func (t *table) note(lines ...string) {
	r := &t.rows[len(t.rows)-1]
	for _, line := range lines {
		if line = plain(line); line != "" {
			r.notes = append(r.notes, line)
		}
	}
}

// right returns a formatted cell, aligned at its right.
func right(format string, args ...any) cell {
	return cell{text: fmt.Sprintf(format, args...), number: true}
}

// cells counts characters as a terminal does: an accent or a vowel sign takes no column, a Chinese character two. The
// environment does not change it.
var cells = &runewidth.Condition{StrictEmojiNeutral: true}

// shorten cuts a text to some columns, with … at its end.
func shorten(s string, width int) string { return cells.Truncate(s, max(width, 1), "…") }

// wrapped breaks a text into lines, at most some.
func wrapped(s string, width, limit int) []string {
	lines := strings.Split(text.Wrap(s, width, ""), "\n")
	if limit = max(limit, 1); len(lines) > limit {
		lines = append(lines[:limit-1], shorten(strings.Join(lines[limit-1:], " "), width))
	}
	return lines
}

// widths returns the width of each column within a number of columns.
func (t *table) widths(width int) []int {
	all := make([]int, len(t.headers))
	for i, h := range t.headers {
		all[i] = cells.StringWidth(h)
		for _, r := range t.rows {
			all[i] = max(all[i], cells.StringWidth(r.cells[i].text), cells.StringWidth(r.cells[i].below))
		}
	}
	total := cells.StringWidth(t.indent) + gap*(len(all)-1)
	for _, w := range all {
		total += w
	}
	over := total - width
	last := len(all) - 1
	spare := all[last] - min(all[last], width*minLast/100)
	all[last] -= max(0, min(over, spare))
	for over -= spare; over > 0; over-- {
		widest := -1
		for i, w := range all[:last] {
			if w > minCell && !t.isNumber(i) && (widest < 0 || w > all[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		all[widest]--
	}
	return all
}

// isNumber reports whether a column has numbers.
func (t *table) isNumber(i int) bool {
	return slices.ContainsFunc(t.rows, func(r tableRow) bool { return r.cells[i].number })
}

// dropEmpty removes the columns without a text.
func (t *table) dropEmpty() {
	for i := len(t.headers) - 1; i >= 0; i-- {
		if slices.ContainsFunc(t.rows, func(r tableRow) bool { return r.cells[i].text != "" }) {
			continue
		}
		t.headers = slices.Delete(t.headers, i, i+1)
		for n := range t.rows {
			t.rows[n].cells = slices.Delete(t.rows[n].cells, i, i+1)
		}
	}
}

// table writes a table. Without rows or texts it writes nothing.
func (o *output) table(t *table) {
	if t.dropEmpty(); len(t.rows) == 0 || len(t.headers) == 0 {
		return
	}
	widths := t.widths(o.width)
	if strings.Join(t.headers, "") != "" {
		headers := make([]cell, len(t.headers))
		for i, h := range t.headers {
			headers[i] = cell{text: h, style: bold, number: t.isNumber(i)}
		}
		o.row(t, headers, widths)
	}
	for _, r := range t.rows {
		o.row(t, r.cells, widths)
		for _, line := range r.notes {
			o.wrapf(t.indent+"    ", "%s", t.indent+"  "+line)
		}
	}
}

// row writes a row, with the further lines of its last cell.
func (o *output) row(t *table, r []cell, widths []int) {
	o.WriteString(t.indent)
	column := cells.StringWidth(t.indent)
	blank := 0 // columns before the next text: no line ends with spaces
	for i, c := range r {
		w := widths[i]
		lines := []string{shorten(c.text, w)}
		if i == len(r)-1 {
			lines = wrapped(c.text, w, t.lines)
		}
		if c.below != "" {
			lines = append(lines, shorten(c.below, w))
		}
		pad := max(0, w-cells.StringWidth(lines[0]))
		if c.number {
			blank, pad = blank+pad, 0
		}
		for n, line := range lines {
			if n > 0 {
				o.WriteString("\n")
				blank = column
			}
			if line != "" {
				o.WriteString(strings.Repeat(" ", blank))
				s := c.style
				if c.below != "" && n == len(lines)-1 {
					s = faint
				}
				o.paint(s, line)
				blank = 0
			}
		}
		blank += pad + gap
		column += w + gap
	}
	o.WriteString("\n")
}
