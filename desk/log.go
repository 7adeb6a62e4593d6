package desk

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/app"
)

func logRoutes() []route {
	return []route{{"GET", "log/", oped.RoleReader, (*visit).logPage}}
}

// logged is the number of decisions on a page of the log.
const logged = 50

// logView is the page with the decisions.
type logView struct {
	By, Action, Of, Piece, Since, Until string // the filters

	Curators []string
	Actions  []choice
	Topics   []choice
	Editions []choice
	Wrong    diagnostic // in the filters
	Lines    []logLine
	Older    string // the next page; "": there is none
}

// logLine is a decision of the log, in words.
type logLine struct {
	app.LogLine
	Words string
}

func (v *visit) lines(all []app.LogLine) []logLine {
	lines := make([]logLine, len(all))
	for i, l := range all {
		d := l.Decision
		d.Why = "" // it has a column of its own
		lines[i] = logLine{l, say(v.app.Config(), v.live.Now(), &d, l.Undone)}
	}
	return lines
}

// choice is a value of a field, with its title.
type choice struct{ Value, Title string }

func (v *visit) logPage() error {
	q := v.r.URL.Query()
	x := logView{
		By: q.Get("by"), Action: q.Get("action"), Of: q.Get("of"), Piece: strings.TrimSpace(q.Get("piece")),
		Since: q.Get("since"), Until: q.Get("until"),
		Actions: []choice{
			{string(oped.Approve), "approved"},
			{string(oped.Reject), "rejected"},
			{string(oped.Hold), "held"},
			{string(oped.Pin), "pinned"},
			{string(oped.Unpin), "unpinned"},
			{string(oped.Annotate), "note"},
			{string(oped.TagIt), "put on a topic"},
			{string(oped.Untag), "taken off a topic"},
			{string(oped.Merge), "merged"},
			{string(oped.Split), "split"},
			{string(oped.Withdraw), "withdrawn"},
			{string(oped.Apply), "rules changed"},
			{string(oped.Undo), "undone"},
		},
	}
	var err error
	if x.Curators, err = v.app.Curators(v.r.Context()); err != nil {
		return err
	}
	x.Topics, x.Editions = v.topics(), v.editions(false)
	f, err := x.filter(v.app.Config().Publish.Timezone)
	if err == nil {
		f.Before, _ = strconv.ParseInt(q.Get("before"), 10, 64)
		var all []app.LogLine
		all, err = v.app.Log(v.r.Context(), x.Piece, f, logged+1)
		x.Lines = v.lines(all)
	}
	if x.Wrong, err = diagnosticOf(err); err != nil {
		return err
	}
	if len(x.Lines) > logged {
		x.Lines = x.Lines[:logged]
		q.Set("before", strconv.FormatInt(x.Lines[logged-1].ID, 10))
		q.Del("done")
		x.Older = "log/?" + q.Encode()
	}
	v.show("log", &view{Title: "Log", Section: "log", Body: x})
	return nil
}

// filter returns the filters as values. Days are those of a zone.
func (x *logView) filter(zone *time.Location) (f oped.LogFilter, err error) {
	f = oped.LogFilter{By: x.By, Action: oped.Action(x.Action)}
	switch kind, name, _ := strings.Cut(x.Of, ":"); kind {
	case "topic":
		f.Topic = name
	case "edition":
		f.Edition = name
	}
	if f.Since, err = dayOf(x.Since, zone); err != nil {
		return f, err
	}
	if f.Until, err = dayOf(x.Until, zone); !f.Until.IsZero() {
		f.Until = f.Until.AddDate(0, 0, 1)
	}
	return f, err
}

// dayOf returns the beginning of a day; the zero time for "".
func dayOf(written string, zone *time.Location) (time.Time, error) {
	if written == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, written, zone)
	if err != nil {
		return at, oped.Invalid(strconv.Quote(written)+" is no day", "write it as 2026-03-09")
	}
	return at, nil
}

// topics returns the topics, as values of a field. Those of a piece have a mark.
func (v *visit) topics(marked ...string) (all []choice) {
	for _, t := range v.app.Config().Topics {
		title := cmp.Or(t.Title, t.Name)
		if slices.Contains(marked, t.Name) {
			title += " (it is on this)"
		}
		all = append(all, choice{t.Name, title})
	}
	return all
}

// editions returns the editions, as values of a field; only curated ones if asked.
func (v *visit) editions(curated bool) (all []choice) {
	for _, e := range v.app.Config().Editions {
		if !curated || e.Filter.Curated {
			all = append(all, choice{e.Name, cmp.Or(e.Title, e.Name)})
		}
	}
	return all
}
