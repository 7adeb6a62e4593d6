package desk

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"oped"
	"oped/app"
	"oped/publish"
)

func queueRoutes() []route {
	return []route{
		{"GET", "", oped.RoleReader, (*visit).queuePage},
		{"GET", "queue/{edition}/", oped.RoleReader, (*visit).queuePage},
		{"GET", "queue/topic/{topic}/", oped.RoleReader, (*visit).queuePage},
	}
}

// maxShown is the number of pieces on a page of a queue.
const maxShown = 40

// queueView is the page of a question.
type queueView struct {
	*app.Candidates
	Pieces   []*candidateView
	Curated  []*askedView
	OnTopics []*askedView
	Topic    string // its title; "": the question is on editions
	Ask      string // what is asked, for people
}

// askedView is a question in the list of all.
type askedView struct {
	Title   string
	Page    string
	Waiting int
	Current bool
}

// candidateView is a piece with what can be done about it.
type candidateView struct {
	app.Candidate
	Form      formView
	Lang, Dir string
	Waits     []choice  // editions whose queues have it, in the queue of all
	Done      *doneView // the act that led to this place; nil: none
	Topics    []choice
	May       bool // the account is a curator's
	Withdrawn bool
}

// Papers returns the papers named beside the authors.
func (x *candidateView) Papers() []string { return []string{x.Publisher} }

// formView is what every form of a piece sends.
type formView struct {
	Ref      string // the piece
	Editions []string
	Topic    string
	Back     string
	Seen     int64
}

// Request returns a new name of a request.
func (formView) Request() string { return rand.Text() }

func (v *visit) queuePage() error {
	of := app.Question{Edition: v.r.PathValue("edition"), Topic: v.r.PathValue("topic")}
	cfg, ctx := v.app.Config(), v.r.Context()
	c, err := v.app.Pieces().Candidates(ctx, of, maxShown)
	if err != nil {
		return missing(err)
	}
	x := &queueView{Candidates: c, Topic: of.Topic, Ask: "All curated editions"}
	switch {
	case of.Topic != "":
		x.Ask = cfg.TopicTitle(of.Topic)
		x.Topic = x.Ask
	case of.Edition != "":
		x.Ask = cfg.EditionTitle(of.Edition)
	}
	if err := v.addQuestions(x, of); err != nil {
		return err
	}
	if of == (app.Question{}) && len(x.Curated) == 1 {
		x.Ask = x.Curated[0].Title
	}
	view := &view{Title: x.Ask, Section: "queue", Body: x, Keys: keys()}
	at := v.r.URL.Query().Get("at")
	for i := range c.Pieces {
		p := v.newCandidateView(c, i)
		if at != "" && at == p.Form.Ref {
			p.Done, view.DoneBelow = v.done(), true
		}
		x.Pieces = append(x.Pieces, p)
	}
	v.show("queue", view)
	return nil
}

// addQuestions adds the list of all questions.
func (v *visit) addQuestions(x *queueView, current app.Question) error {
	asked, err := v.app.Pieces().Questions(v.r.Context())
	if err != nil {
		return err
	}
	cfg := v.app.Config()
	for _, a := range asked {
		q := &askedView{Waiting: a.Waiting, Current: a.Question == current, Page: queuePath(a.Question)}
		if a.Topic != "" {
			q.Title = cfg.TopicTitle(a.Topic)
			x.OnTopics = append(x.OnTopics, q)
		} else if a.Edition != "" {
			q.Title = cfg.EditionTitle(a.Edition)
			x.Curated = append(x.Curated, q)
		}
	}
	together := current == app.Question{}
	switch len(x.Curated) {
	case 0:
	case 1:
		x.Curated[0].Current = x.Curated[0].Current || together
	default:
		all := &askedView{Title: "All together", Current: together, Waiting: unknown}
		if together {
			all.Waiting = x.Waiting
		}
		x.Curated = slices.Insert(x.Curated, 0, all)
	}
	return nil
}

// queuePath returns the page of the queue of an edition or topic.
func queuePath(of app.Question) string {
	if of.Topic != "" {
		return "queue/topic/" + url.PathEscape(of.Topic) + "/"
	}
	return "queue/" + url.PathEscape(of.Edition) + "/"
}

// unknown is the number of candidates of a question that was not counted.
const unknown = -1

// newCandidateView returns one candidate of a list.
func (v *visit) newCandidateView(c *app.Candidates, i int) *candidateView {
	cfg, p := v.app.Config(), &c.Pieces[i]
	back := &url.URL{Path: v.pathHere()}
	if next := c.Pieces[min(i+1, len(c.Pieces)-1)].Piece; next != p.Piece {
		back.RawQuery = "at=" + ref(next)
		back.Fragment = "piece-" + ref(next)
	}
	x := &candidateView{
		Candidate: *p,
		Form: formView{
			Ref:      ref(p.Piece),
			Editions: p.Editions,
			Topic:    c.Topic,
			Back:     back.String(),
			Seen:     c.Latest,
		},
		Dir:    publish.Direction(p.Lang, p.Title),
		Topics: v.topics(p.Topics...),
		May:    v.account.Role.May(oped.RoleCurator),
	}
	if c.Question == (app.Question{}) && len(v.editions(true)) > 1 { // else this page is its only queue
		for _, name := range p.Editions {
			x.Waits = append(x.Waits, choice{name, cfg.EditionTitle(name)})
		}
	}
	x.Lang = spoken(p.Lang, x.Dir)
	return x
}

// spoken returns a language for a text in a direction. Papers often leave the language of their software in their
// feeds.
func spoken(lang, dir string) string {
	if dir == "rtl" && publish.Direction(lang, "") == "ltr" {
		return "ur"
	}
	return lang
}

// ref returns the number of a piece, as forms and addresses name it.
func ref(id oped.PieceID) string { return fmt.Sprint(id) }

// pathHere returns the path of this page, within the desk.
func (v *visit) pathHere() string { return strings.TrimPrefix(v.r.URL.Path, app.DeskPath) }

// keyView is an act with its keys.
type keyView struct {
	Act  string
	Keys []string
	Says string
}

// keys returns the acts of a queue with their keys, as they are before a curator changes them.
func keys() []keyView {
	return append([]keyView{
		{"next", []string{"j", "ArrowDown"}, "Next piece"},
		{"previous", []string{"k", "ArrowUp"}, "Previous piece"},
		{"approve", []string{"a"}, "Approve; in the queue of a topic: put on the topic"},
		{"reject", []string{"r"}, "Reject, then the digit of a reason; in the queue of a topic: take it off"},
		{"hold", []string{"h"}, "Hold until a time"},
		{"pin", []string{"p"}, "Pin at a place"},
		{"note", []string{"n"}, "Write a note; Enter saves it"},
		{"mark", []string{"x"}, "Mark, for a merge"},
		{"merge", []string{"m"}, "Merge with another piece, or with the marked ones"},
		{"split", []string{"s"}, "Split appearances off"},
		{"retag", []string{"t"}, "Put on a topic, or take off"},
		{"withdraw", []string{"w"}, "Withdraw from all editions"},
	}, commonKeys()...)
}

// editionKeys returns the acts of the page of an edition with their keys.
func editionKeys() []keyView {
	return append([]keyView{
		{"next", []string{"j", "ArrowDown"}, "Next piece"},
		{"previous", []string{"k", "ArrowUp"}, "Previous piece"},
		{"up", []string{"K"}, "Move a pinned piece up"},
		{"down", []string{"J"}, "Move a pinned piece down"},
		{"pin", []string{"p"}, "Pin at a place"},
		{"note", []string{"n"}, "Write a note; Enter saves it"},
		{"reject", []string{"r"}, "Take out, then the digit of a reason"},
		{"approve", []string{"a"}, "Approve a held or rejected piece"},
	}, commonKeys()...)
}

// keys returns those keys that the role of the account has a use for.
func (v *visit) keys(all []keyView) []keyView {
	if v.account.Role.May(oped.RoleCurator) {
		return all
	}
	looks := []string{"next", "previous", "original", "piece", "search", "help"}
	return slices.DeleteFunc(all, func(k keyView) bool { return !slices.Contains(looks, k.Act) })
}

// pairKeys returns the acts of the page of a pair with their keys.
func pairKeys() []keyView {
	return append([]keyView{
		{"merge", []string{"m", "a"}, "They are the same piece"},
		{"split", []string{"s", "r"}, "They are different pieces"},
		{"next", []string{"j", "ArrowDown"}, "Skip"},
		{"previous", []string{"k", "ArrowUp"}, "Back to the pair before"},
	}, commonKeys()...)
}

// commonKeys returns the acts of every page with pieces.
func commonKeys() []keyView {
	return []keyView{
		{"undo", []string{"u", "z"}, "Undo your last act"},
		{"original", []string{"o"}, "Open the original"},
		{"piece", []string{"Enter"}, "Open the page of the piece"},
		{"search", []string{"/"}, "Search"},
		{"help", []string{"?"}, "Show the keys"},
	}
}

// reasonView is a reason of a rejection.
type reasonView struct {
	Name  oped.RejectReason
	Title string
	Key   int
}

// reasons returns the listed reasons of a rejection.
func reasons() (all []reasonView) {
	for i, r := range oped.RejectReasons() {
		all = append(all, reasonView{r, reasonTitle(r), i + 1})
	}
	return all
}
