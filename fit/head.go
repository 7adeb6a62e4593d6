package fit

import (
	"fmt"
	"strings"
	"time"

	"oped/topic"
)

// Head is the head of a file of weights: the pieces they were fitted to, and their success.
type Head struct {
	Topic   string    `json:"topic"`
	Fitted  time.Time `json:"fitted"` // the day
	Pieces  int       `json:"pieces"`
	Papers  int       `json:"papers"`
	On      int       `json:"on"`    // pieces on the topic
	IDs     string    `json:"ids"`   // a hash of the ids of the pieces
	Lists   string    `json:"lists"` // a hash of the lists and the rule
	Events  Score     `json:"by_event"`
	Sources Score     `json:"by_source"` // zero if an earlier release wrote the file
	Text    string    `json:"figures"`   // the figures by source, as the file has them
	Few     bool      `json:"-"`         // too few pieces to tag by them: for review only
	Forced  string    `json:"forced"`    // why they were written in spite of their figures; "": for no such reason
}

const (
	fittedFormat  = "%s to %d pieces of %d papers, %d of them on the topic"
	figuresFormat = "precision %.3f, recall %.3f, F1 %.3f"
	countsFormat  = "; tp %d, fp %d, fn %d, tn %d"
)

// Lines returns the lines of the head. [ReadHead] reads them.
func (h *Head) Lines() []topic.Line {
	lines := []topic.Line{
		{Name: "topic", Value: h.Topic},
		{Name: "fitted", Value: fmt.Sprintf(fittedFormat, h.Fitted.UTC().Format(time.DateOnly), h.Pieces, h.Papers,
			h.On)},
		{Name: "pieces", Value: h.IDs},
		{Name: "lists", Value: h.Lists},
		{Name: "by event", Value: h.Events.line()},
		{Name: "by source", Value: h.Sources.line()},
	}
	if h.Few {
		lines = append(lines, topic.Line{
			Name:  "review only",
			Value: fmt.Sprintf("until %d pieces on the topic are labelled", MinOn),
		})
	}
	if h.Forced != "" {
		lines = append(lines, topic.Line{Name: "forced", Value: h.Forced})
	}
	return lines
}

// ReadHead reads the head of a file of weights. Missing lines leave their fields zero.
func ReadHead(weights string) *Head {
	h := &Head{}
	for _, l := range topic.HeadOf(weights) {
		switch l.Name {
		case "topic":
			h.Topic = l.Value
		case "fitted":
			var day string
			fmt.Sscanf(l.Value, fittedFormat, &day, &h.Pieces, &h.Papers, &h.On)
			h.Fitted, _ = time.Parse(time.DateOnly, day) // else zero: the line was changed by hand
		case "pieces":
			h.IDs = l.Value
		case "lists":
			h.Lists = l.Value
		case "by event":
			h.Events = readScore(l.Value)
		case "by source":
			h.Sources, h.Text = readScore(l.Value), l.Value
		case "forced":
			h.Forced = l.Value
		}
	}
	return h
}

func (s Score) line() string {
	return fmt.Sprintf(figuresFormat+countsFormat, s.Precision(), s.Recall(), s.F1(), s.TP, s.FP, s.FN, s.TN)
}

func readScore(line string) (s Score) {
	if at := strings.Index(line, countsFormat[:1]); at >= 0 {
		fmt.Sscanf(line[at:], countsFormat, &s.TP, &s.FP, &s.FN, &s.TN)
	}
	return s
}
