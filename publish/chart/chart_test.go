package chart_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"oped/publish/chart"
)

func ExampleSpark() {
	drawing := chart.Spark(chart.Text{Title: "Pieces a week", Desc: "2, 0, 4"}, []int{2, 0, 4})
	fmt.Println(strings.ReplaceAll(drawing, "><", ">\n<"))
	// Output:
	// <svg class="spark" viewBox="0 0 17 20" width="17" height="20" role="img">
	// <title>Pieces a week</title>
	// <desc>2, 0, 4</desc>
	// <path class="bar" d="M2 20v-10M8 20v-1"/>
	// <path class="now" d="M14 20v-20"/>
	// </svg>
}

func ExampleStack() {
	drawing := chart.Stack(chart.Text{Title: "Two weeks", Desc: "of two topics"},
		[][]int{{1, 2}, {1, 0}}, []chart.Mark{{At: 0, Label: "Jan"}})
	fmt.Println(strings.ReplaceAll(drawing, "><", ">\n<"))
	// Output:
	// <svg class="chart stack" viewBox="0 0 88 238" width="88" height="238" role="img">
	// <title>Two weeks</title>
	// <desc>of two topics</desc>
	// <path class="grid" d="M40 212H64"/>
	// <text x="34" y="216" text-anchor="end">0</text>
	// <path class="grid" d="M40 112H64"/>
	// <text x="34" y="116" text-anchor="end">1</text>
	// <path class="grid" d="M40 12H64"/>
	// <text x="34" y="16" text-anchor="end">2</text>
	// <path class="c1" d="M40 112h10v100h-10zM52 12h10v200h-10z"/>
	// <path class="c2" d="M40 12h10v100h-10z"/>
	// <path class="axis" d="M40 212v5"/>
	// <text x="40" y="232" text-anchor="start">Jan</text>
	// </svg>
}

func ExampleRhythm() {
	var counts [7][24]int
	counts[0][9], counts[6][23] = 8, 2
	drawing := chart.Rhythm(chart.Text{Title: "When it publishes"}, counts, [7]string{"Mon", "", "", "", "", "", "Sun"})
	for _, line := range strings.Split(strings.ReplaceAll(drawing, "><", ">\n<"), "\n") {
		if strings.Contains(line, `"l1"`) || strings.Contains(line, `"l4"`) || strings.Contains(line, "Sun") {
			fmt.Println(line)
		}
	}
	// Output:
	// <text x="54" y="149" text-anchor="end">Sun</text>
	// <path class="l1" d="M520 136h18v18h-18z"/>
	// <path class="l4" d="M240 16h18v18h-18z"/>
}

func ExampleShare() {
	fmt.Println(strings.ReplaceAll(chart.Share(1, 8), "><", ">\n<"))
	// Output:
	// <svg class="share" width="100%" height="6" aria-hidden="true">
	// <rect class="rest" width="100%" height="6"/>
	// <rect class="bar" width="12.5%" height="6"/>
	// </svg>
}

// TestCharts_WellFormed: every chart is well-formed XML, whatever the words and the numbers are.
func TestCharts_WellFormed(t *testing.T) {
	words := chart.Text{Title: `<script>&"'`, Desc: "دریا & <b>"}
	many := make([][]int, 20)
	for i := range many {
		many[i] = []int{i, 0, 1_000_000}
	}
	for _, drawing := range []string{
		chart.Spark(words, nil),
		chart.Spark(words, []int{0, 0}),
		chart.Spark(words, []int{-1, 1 << 40}),
		chart.Stack(words, nil, nil),
		chart.Stack(words, [][]int{{0}}, nil),
		chart.Stack(words, many, []chart.Mark{{At: 2, Label: "<&>"}}),
		chart.Rhythm(words, [7][24]int{}, [7]string{"<&>"}),
		chart.Share(0, 0),
		chart.Share(9, 1),
		chart.Swatch(99),
	} {
		for dec := xml.NewDecoder(strings.NewReader(drawing)); ; {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%v: %s", err, drawing)
			}
		}
		if strings.Contains(drawing, "style=") || strings.Contains(drawing, "<script") {
			t.Error(drawing)
		}
	}
}
