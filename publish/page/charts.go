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

// stack draws the pieces of the first topics, week by week. Further ones have no layer.
func (w *Words) stack(v *Charts) template.HTML {
	var series [][]int
	var sums []string
	for _, t := range v.Topics[:min(len(v.Topics), chart.Layers)] {
		series = append(series, t.Weeks)
		sums = append(sums, t.Title+": "+strconv.Itoa(t.Year()))
	}
	var marks []chart.Mark
	if len(series) > 0 {
		for i := range series[0] {
			begins := v.First.AddDate(0, 0, 7*i)
			if ends := begins.AddDate(0, 0, 7); begins.Day() == 1 || ends.Day() > 1 && ends.Month() != begins.Month() {
				marks = append(marks, chart.Mark{At: i, Label: w.Say(v.Lang, ends.Month().String()[:3])})
			}
		}
	}
	return template.HTML(chart.Stack(chart.Text{
		Title: w.Say(v.Lang, "Pieces a week"),
		Desc:  strings.Join(sums, "; "),
	}, series, marks))
}

// layered reports whether the chart has a layer for the topic with this index.
func layered(i int) bool { return i < chart.Layers }

func swatch(i int) template.HTML { return template.HTML(chart.Swatch(i)) }

// share draws a part of the largest number.
func share(part, largest int) template.HTML { return template.HTML(chart.Share(part, largest)) }

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
