package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestTableFits: a table is as wide as its output at most. Its last column is cut or wrapped first.
func TestTableFits(t *testing.T) {
	const urdu = "پاکِستان اور امریکہ کے تعلقات پر ایک رائے"
	for _, width := range []int{60, 80, 120} {
		for _, limit := range []int{0, 2, 99} {
			table := newTable("PIECE", "PAPER", "HEADLINE")
			table.lines = limit
			for i, title := range []string{"Short", strings.Repeat("A long headline ", 12), urdu, "Red \x1b[31m\nend"} {
				table.row(i, strings.Repeat("The Paper of Record ", i), title)
			}
			o := output{width: width}
			o.table(table)
			widest := 0
			for line := range strings.Lines(o.String()) {
				line = strings.TrimSuffix(line, "\n")
				widest = max(widest, cells.StringWidth(line))
				if cells.StringWidth(line) > width || strings.TrimRight(line, " ") != line {
					t.Errorf("%d columns: %q", width, line)
				}
			}
			if widest < width-10 {
				t.Errorf("%d of %d columns are used", widest, width)
			}
			words := strings.Join(strings.Fields(o.String()), " ")
			if whole := strings.Count(words, "A long headline") == 12; whole != (limit == 99) {
				t.Errorf("%d columns, %d lines:\n%s", width, limit, o.String())
			}
		}
	}
}

func Example_table() {
	table := newTable("PIECE", "PAPER", "HEADLINE")
	table.row(7, "Dawn", "Rivers and treaties")
	table.note("The rivers of the plain have been divided by treaty since 1960.")
	table.row(12, "The Nation", "A budget for none")
	o := output{width: 40}
	o.table(table)
	fmt.Print(o.String())
	// Output:
	// PIECE  PAPER       HEADLINE
	//     7  Dawn        Rivers and treaties
	//   The rivers of the plain have been
	//     divided by treaty since 1960.
	//    12  The Nation  A budget for none
}

// TestOnlyOurColoursReachTheTerminal: text of a newspaper is escaped within a style too.
func TestOnlyOurColoursReachTheTerminal(t *testing.T) {
	var b bytes.Buffer
	o := output{width: 80}
	o.WriteString("a \x1b[5m ")
	o.paint(red, "b\x1b[6m")
	o.printf(" c\n")
	must(t, o.writeTo(plainly(&b)))
	if want := `a \u001b[5m ` + "\x1b[31m" + `b\u001b[6m` + "\x1b[0m c\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
