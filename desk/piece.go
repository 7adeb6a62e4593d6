package desk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"oped"
	"oped/app"
	"oped/publish"
	"oped/publish/page"
)

func pieceRoutes() []route {
	return []route{{"GET", "piece/{piece}/", oped.RoleReader, (*visit).piecePage}}
}

// pieceView is the page of a piece.
type pieceView struct {
	candidateView
	Merged    string        // the number by which the piece was asked for, if it was merged into this one
	Public    string        // address of its published page; "": it has none
	Choices   []*choiceView // in curated editions
	Others    []*choiceView // in other editions
	Entries   []*entryView
	On        []*topicView // it is on, or for review
	Off       []*topicView
	Decisions []*decisionView
	Relations []app.ShownRelation
}

// choiceView is a piece in one edition.
type choiceView struct {
	candidateView
	Title     string
	Curated   bool
	Published bool
	Next      bool   // with the next issue of a digest
	Says      string // the decision; "": none yet
}

// entryView is an appearance of a piece.
type entryView struct {
	app.ShownAppearance
	Ref       string // PIECE#N
	Lang, Dir string
	Text      []page.Marked
}

// topicView is the verdict on a topic.
type topicView struct {
	Title  string
	On     bool   // false: for review, or off it
	By     string // the curator who decided; "": the rule
	Reason string
}

// decisionView is a decision on the piece.
type decisionView struct {
	*oped.Decision
	*doneView
}

func (v *visit) piecePage() error {
	asked, cfg := v.r.PathValue("piece"), v.app.Config()
	pieces := v.app.Pieces()
	latest, err := v.app.Latest(v.r.Context()) // first: a later one is news to the curator
	if err != nil {
		return err
	}
	shown, err := pieces.Show(v.r.Context(), asked)
	if err != nil {
		return missing(err)
	}
	if number := ref(shown.Piece); asked != number {
		return v.redirect("piece/" + number + "/?merged=" + asked)
	}
	explained, err := pieces.Explain(v.r.Context(), asked)
	if err != nil {
		return err
	}
	piece, histories, err := pieces.Versions(v.r.Context(), asked)
	if err != nil {
		return err
	}
	x := &pieceView{
		candidateView: v.newPieceForms(&piece, latest),
		Merged:        v.r.URL.Query().Get("merged"),
		Relations:     shown.Relations,
	}
	if !piece.Entered.IsZero() {
		x.Public = fmt.Sprintf("%s/piece/%d/", cfg.BaseURL, piece.ID)
	}
	x.addTopics(explained)
	x.addEntries(shown, &piece, histories, explained)
	if err := x.addChoices(v, &piece); err != nil {
		return err
	}
	for i := range slices.Backward(shown.Decisions) {
		d := &shown.Decisions[i]
		x.Decisions = append(x.Decisions, &decisionView{d, v.newDoneView(d)})
	}
	v.show("piece", &view{
		Title:   piece.Lead().Title,
		Section: "queue",
		Lang:    x.Lang,
		Dir:     x.Dir,
		Body:    x,
		Keys:    keys(),
	})
	return nil
}

// newPieceForms returns what the forms of a piece send.
func (v *visit) newPieceForms(p *oped.Piece, latest int64) candidateView {
	lead := p.Lead()
	x := candidateView{
		Form:   formView{Ref: ref(p.ID), Back: v.pathHere(), Seen: latest},
		Dir:    publish.Direction(lead.Lang, lead.Title),
		Topics: v.topics(p.Topics()...),
		May:    v.account.Role.May(oped.RoleCurator),

		Withdrawn: p.Withdrawn,
	}
	x.Piece, x.Title, x.URL, x.Publisher, x.Kind = p.ID, lead.Title, lead.URL, lead.Publisher, p.Kind
	for _, a := range lead.Authors {
		x.Authors = append(x.Authors, a.Name)
	}
	x.Date, x.Hour = v.app.Pieces().When(lead)
	x.Lang = spoken(lead.Lang, x.Dir)
	return x
}

// addTopics adds the verdicts on all topics with a reason.
func (x *pieceView) addTopics(e *app.Explained) {
	var review []*topicView
	for _, t := range e.Explanations {
		if t.Decided == oped.None && t.Reason == "" && t.By == oped.ByRule {
			continue
		}
		view := &topicView{Title: cmp.Or(t.Title, t.Topic), On: t.Decided == oped.Tagged, Reason: t.Reason}
		if t.By != oped.ByRule {
			view.By = t.By
		}
		switch t.Decided {
		case oped.Tagged:
			x.On = append(x.On, view)
		case oped.Review:
			review = append(review, view)
		default:
			x.Off = append(x.Off, view)
		}
	}
	x.On = append(x.On, review...)
}

// addEntries adds the appearances with their texts. In that of the lead entry, the words counted by some topic are
// marked.
func (x *pieceView) addEntries(shown *app.Shown, p *oped.Piece, histories []app.History, explained *app.Explained) {
	var spans [][2]int
	for _, e := range explained.Explanations {
		if e.Decided == oped.None {
			continue
		}
		for _, x := range e.Strongest() {
			if x.Field == "text" {
				spans = append(spans, [2]int{x.Start, x.End})
			}
		}
	}
	byRow := map[int64]string{}
	for i := range p.Entries {
		versions := histories[i].Versions
		byRow[p.Entries[i].Row] = versions[len(versions)-1].Text
	}
	rows := slices.Sorted(maps.Keys(byRow))         // the order of the numbers of appearances
	known := min(len(rows), len(shown.Appearances)) // others were split off after the reading of shown
	for i, a := range shown.Appearances[:known] {
		e := &entryView{ShownAppearance: a, Ref: fmt.Sprintf("%d#%d", p.ID, a.Number)}
		e.Dir = publish.Direction("", a.Title)
		e.Lang = spoken(p.Lead().Lang, e.Dir)
		if text := byRow[rows[i]]; a.Lead {
			e.Text = marked(text, spans)
		} else if text != "" {
			e.Text = []page.Marked{{Text: text}}
		}
		x.Entries = append(x.Entries, e)
	}
}

// marked returns a text with some stretches of it marked.
func marked(text string, spans [][2]int) (all []page.Marked) {
	slices.SortFunc(spans, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	at := 0
	for _, s := range spans {
		start, end := max(s[0], at), min(s[1], len(text))
		if start >= end {
			continue
		}
		if start > at {
			all = append(all, page.Marked{Text: text[at:start]})
		}
		all = append(all, page.Marked{Text: text[start:end], Marked: true})
		at = end
	}
	if at < len(text) {
		all = append(all, page.Marked{Text: text[at:]})
	}
	return all
}

// addChoices adds the piece in each curated edition, and in those that publish it.
func (x *pieceView) addChoices(v *visit, p *oped.Piece) error {
	for _, e := range v.app.Config().Editions {
		published := slices.Contains(p.Editions, e.Name)
		if !e.Filter.Curated && !published {
			continue
		}
		next, err := v.app.Pieces().NextIssue(v.r.Context(), e.Name)
		if err != nil {
			return err
		}
		c := &choiceView{
			candidateView: x.candidateView,
			Title:         cmp.Or(e.Title, e.Name),
			Published:     published,
			Next:          next[p.ID],
		}
		c.Form.Editions = []string{e.Name}
		c.Note, c.Place = p.NoteIn(e.Name), p.PinIn(e.Name).Place
		c.Curated = e.Filter.Curated
		if choice := p.EntryChoice(e.Name); choice.Decision != 0 {
			if d, err := v.app.Decision(v.r.Context(), choice.Decision); err == nil {
				c.Says = v.say(&d) + ", by " + d.By
			}
		}
		if c.Curated {
			x.Choices = append(x.Choices, c)
		} else {
			x.Others = append(x.Others, c)
		}
	}
	return nil
}
