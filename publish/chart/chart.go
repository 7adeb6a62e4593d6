// Package chart draws charts as SVG.
//
// To draw the counts of a few weeks beside a text, call [Spark]. To draw the parts of weekly sums, call [Stack]; the
// hours of a week, [Rhythm]; a share beside its number, [Share].
//
// A chart has no colours of its own. Its parts have classes, so that the style sheet of the page serves light and dark
// screens and paper: bar and now (the last bar), c1 to c8 (layers), l0 to l4 (shades), axis, grid and rest. Each chart
// has a title and a description for readers unable to see it. The same numbers give the same bytes.
package chart

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
)

// Text describes a chart in words: its subject, and what it shows.
type Text struct{ Title, Desc string }

// svg returns a drawing of some size. class is for the style sheet.
func svg(class string, width, height int, t Text, drawing string) string {
	const begin = `<svg class="%s" viewBox="0 0 %d %d" width="%[2]d" height="%[3]d" role="img">`
	return fmt.Sprintf(begin, class, width, height) + `<title>` + html.EscapeString(t.Title) + `</title><desc>` +
		html.EscapeString(t.Desc) + `</desc>` + drawing + `</svg>`
}

// A path collects rectangles.
type path struct{ strings.Builder }

func (p *path) rect(x, y, width, height int) {
	fmt.Fprintf(p, "M%d %dh%dv%dh-%dz", x, y, width, height, width)
}

// of returns the path as an element, or "" if it is empty.
func (p *path) of(class string) string {
	if p.Len() == 0 {
		return ""
	}
	return `<path class="` + class + `" d="` + p.String() + `"/>`
}

// label returns a text at a place. anchor is start, middle or end.
func label(x, y int, anchor, text string) string {
	return fmt.Sprintf(`<text x="%d" y="%d" text-anchor="%s">%s</text>`, x, y, anchor, html.EscapeString(text))
}

// scaled returns the height of n, if the height of highest is height. A positive n has a positive height.
func scaled(n, highest, height int) int {
	if n <= 0 || highest <= 0 {
		return 0
	}
	return max(1, (n*height+highest/2)/highest)
}

// Spark draws one bar for each count, the last one apart. A count of zero is a thin line. The bars are strokes, to be
// short in bytes.
func Spark(t Text, counts []int) string {
	const step, width, height = 6, 5, 20
	highest := slices.Max(append([]int{1}, counts...))
	var past, now path
	for i, n := range counts {
		p := &past
		if i == len(counts)-1 {
			p = &now
		}
		fmt.Fprintf(p, "M%d %dv-%d", i*step+width/2, height, max(1, scaled(n, highest, height)))
	}
	return svg("spark", max(1, len(counts)*step-1), height, t, past.of("bar")+now.of("now"))
}

// A Mark labels a place on the axis: the beginning of the count with this index.
type Mark struct {
	At    int
	Label string
}

// Stack draws a bar for each index, with a layer for each series; they have the same length. The first layer is the
// lowest.
func Stack(t Text, series [][]int, marks []Mark) string {
	const left, top, right, step, height, foot = 40, 12, 24, 12, 200, 26
	n := 0
	if len(series) > 0 {
		n = len(series[0])
	}
	sums := make([]int, n)
	for _, counts := range series {
		for i, c := range counts {
			sums[i] += c
		}
	}
	unit := round(slices.Max(append([]int{1}, sums...)))
	highest := unit * ((slices.Max(append([]int{1}, sums...)) + unit - 1) / unit)
	width := left + n*step
	var b strings.Builder
	for y := 0; y <= highest; y += unit {
		at := top + height - scaled(y, highest, height)
		fmt.Fprintf(&b, `<path class="grid" d="M%d %dH%d"/>`, left, at, width)
		b.WriteString(label(left-6, at+4, "end", strconv.Itoa(y)))
	}
	base := make([]int, n)
	for layer, counts := range series {
		var p path
		for i, c := range counts {
			bottom, end := scaled(base[i], highest, height), scaled(base[i]+c, highest, height)
			base[i] += c
			if end > bottom {
				p.rect(left+i*step, top+height-end, step-2, end-bottom)
			}
		}
		b.WriteString(p.of("c" + strconv.Itoa(layer%8+1)))
	}
	for _, m := range marks {
		x := left + m.At*step
		fmt.Fprintf(&b, `<path class="axis" d="M%d %dv5"/>`, x, top+height)
		b.WriteString(label(x, top+height+20, "start", m.Label))
	}
	return svg("chart stack", width+right, top+height+foot, t, b.String())
}

// round returns the distance of about four lines up to a number: 1, 2 or 5 times a power of ten.
func round(highest int) int {
	for unit := 1; ; unit *= 10 {
		for _, times := range []int{1, 2, 5} {
			if unit*times*4 >= highest {
				return unit * times
			}
		}
	}
}

// Rhythm draws a cell for each hour of a week, in four shades. days are the labels of the rows.
func Rhythm(t Text, counts [7][24]int, days [7]string) string {
	const left, top, step, size = 60, 16, 20, 18
	highest := 0
	for _, day := range counts {
		highest = max(highest, slices.Max(day[:]))
	}
	var shades [4]path
	var none path
	var b strings.Builder
	for hour := 0; hour < 24; hour += 6 {
		b.WriteString(label(left+hour*step, top-5, "start", strconv.Itoa(hour)+":00"))
	}
	for d, day := range counts {
		b.WriteString(label(left-6, top+d*step+13, "end", days[d]))
		for hour, n := range day {
			p := &none
			if shade := scaled(n, highest, len(shades)); shade > 0 {
				p = &shades[shade-1]
			}
			p.rect(left+hour*step, top+d*step, size, size)
		}
	}
	b.WriteString(none.of("l0"))
	for i := range shades {
		b.WriteString(shades[i].of("l" + strconv.Itoa(i+1)))
	}
	return svg("chart rhythm", left+24*step, top+7*step, t, b.String())
}

// Share draws a bar for a part of a whole, as wide as its box. It has no words: it is beside the number.
func Share(part, whole int) string {
	mille := 0
	if whole > 0 {
		mille = scaled(part, whole, 1000)
	}
	return `<svg class="share" width="100%" height="6" aria-hidden="true">` +
		`<rect class="rest" width="100%" height="6"/>` +
		fmt.Sprintf(`<rect class="bar" width="%d.%d%%" height="6"/></svg>`, mille/10, mille%10)
}

// Swatch draws the key to a layer.
func Swatch(layer int) string {
	return `<svg class="swatch" width="12" height="12" aria-hidden="true">` +
		fmt.Sprintf(`<rect class="c%d" width="12" height="12"/></svg>`, layer%8+1)
}
