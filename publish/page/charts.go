package page

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped/publish/chart"
)

// Charts is the page with charts of the topics.
type Charts struct {
	Head
	Today  time.Time // the end of the last week
	First  time.Time // the beginning of the first week
	Topics []Charted // in the configured order
}

func (*Charts) template() string { return "charts" }

// Charted is an edition on the page of [Charts].
type Charted struct {
	Title, Lang, Dir, Page string
	Layer                  int   // in the stacked chart, from 1; 0: it has none
	Weeks                  []int // number of pieces in each week, the current one last
}

// Week returns the number of pieces in the current week.
func (c Charted) Week() int { return c.Weeks[len(c.Weeks)-1] }

// Year returns the number of pieces in all weeks.
func (c Charted) Year() (sum int) {
	for _, n := range c.Weeks {
		sum += n
	}
	return sum
}

// Rhythm counts the entries of a newspaper by weekday, Monday first, and hour.
type Rhythm [7][24]int

// spark draws the number of pieces in each of some weeks.
func (w *Words) spark(lang string, counts []int) template.HTML {
	each := make([]string, len(counts))
	for i, n := range counts {
		each[i] = strconv.Itoa(n)
	}
	return template.HTML(chart.Spark(chart.Text{
		Title: w.Say(lang, "Pieces a week"),
		Desc:  strings.Join(each, " "),
	}, counts))
}

// stack draws the pieces of the topics with a layer, week by week.
func (w *Words) stack(v *Charts) template.HTML {
	var series [][]int
	var sums []string
	for _, t := range v.Topics {
		if t.Layer > 0 {
			series = append(series, t.Weeks)
			sums = append(sums, t.Title+": "+strconv.Itoa(t.Year()))
		}
	}
	if len(series) == 0 {
		return ""
	}
	var marks []chart.Mark
	for i := range series[0] {
		last := v.First.AddDate(0, 0, 7*i+6)
		if last.Day() <= 7 { // the first week to end in this month
			marks = append(marks, chart.Mark{At: i, Label: w.Say(v.Lang, last.Month().String()[:3])})
		}
	}
	return template.HTML(chart.Stack(chart.Text{
		Title: w.Say(v.Lang, "Pieces a week"),
		Desc:  strings.Join(sums, "; "),
	}, series, marks))
}

// swatch draws the key to a layer, by its number from 1 on.
func swatch(layer int) template.HTML { return template.HTML(chart.Swatch(layer - 1)) }

// share draws a part of the largest number.
func share(part, largest int) template.HTML { return template.HTML(chart.Share(part, largest)) }

// percent returns a part of a whole as a number of percent, with a decimal below ten: 23 %, 4.5 %, 0 %.
func percent(part, whole int) string {
	if part <= 0 || whole <= 0 {
		return "0 %"
	}
	switch p := 100 * float64(part) / float64(whole); {
	case p < .1:
		return "< 0.1 %"
	case p < 9.95:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	default:
		return strconv.FormatFloat(p, 'f', 0, 64) + " %"
	}
}

// rhythm draws the hours of a newspaper.
func (w *Words) rhythm(lang string, r *Rhythm) template.HTML {
	var days [7]string
	best, day, hour := 0, 0, 0
	for i := range days {
		if days[i] = w.weekday(lang, i); Spoken(lang) == "en" {
			days[i] = days[i][:3]
		}
		if n := slices.Max(r[i][:]); n > best {
			best, day, hour = n, i, slices.Index(r[i][:], n)
		}
	}
	return template.HTML(chart.Rhythm(chart.Text{
		Title: w.Say(lang, "When it publishes"),
		Desc:  w.Sayf(lang, "Most often: %s, %d:00", w.weekday(lang, day), hour),
	}, *r, days))
}

// weekday returns the name of a day of the week, by its number from Monday on.
func (w *Words) weekday(lang string, n int) string {
	return w.Say(lang, time.Weekday((n+1)%7).String())
}
