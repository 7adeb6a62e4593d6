package desk

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"oped"
	"oped/app"
	"oped/publish"
)

func editionRoutes() []route {
	return []route{
		{"GET", "edition/", oped.RoleReader, (*visit).editionsPage},
		{"GET", "edition/{edition}/", oped.RoleReader, (*visit).editionPage},
		{"POST", "edition/{edition}/order", oped.RoleCurator, (*visit).order},
	}
}

// editionRow is an edition in the list of all.
type editionRow struct {
	app.EditionSummary
	Public string // address of its published page, without the final slash
	Queue  string // page of the queue; "": there is none
	Dir    string
}

// editionsPage lists the editions.
func (v *visit) editionsPage() error {
	all, err := v.app.Pieces().Summaries(v.r.Context())
	if err != nil {
		return err
	}
	rows := make([]editionRow, len(all))
	for i, e := range all {
		x := &rows[i]
		*x = editionRow{
			EditionSummary: e,
			Public:         v.app.Config().BaseURL + "/" + url.PathEscape(e.Name),
			Dir:            publish.Direction(e.Lang, e.Title),
		}
		if e.Asks != nil {
			x.Queue = queuePath(e.Asks.Question)
		}
	}
	v.show("editions", &view{Title: "Editions", Section: "editions", Body: rows})
	return nil
}

// editionView is the page of an edition.
type editionView struct {
	*app.EditionContents
	Next, Published, Held, Rejected []*memberView
	Public                          string // address of its published page
	Queue                           string // page of the queue; "": there is none
	Latest                          int64
}

// memberView is a piece of an edition with what can be done about it.
type memberView struct {
	app.EditionMember
	Form      formView
	Lang, Dir string
	At        int // its place among the pinned ones, from 1; 0: it is not pinned
	Last      bool
	In        bool   // it is in the edition: published, or for the next issue
	Curated   bool   // the edition
	Words     string // the decision on it
	May       bool
	Undo      undoView // of the decision
}

// Before returns the place above.
func (x *memberView) Before() int { return x.At - 1 }

// After returns the place below.
func (x *memberView) After() int { return x.At + 1 }

func (v *visit) editionPage() error {
	name, cfg := v.r.PathValue("edition"), v.app.Config()
	latest, err := v.app.Latest(v.r.Context()) // first: a later one is news to the curator
	if err != nil {
		return err
	}
	c, err := v.app.Pieces().Contents(v.r.Context(), name)
	if err != nil {
		return err
	}
	x := &editionView{
		EditionContents: c,
		Public:          cfg.BaseURL + "/" + name + "/",
		Latest:          latest,
	}
	if c.Asks != nil {
		x.Queue = queuePath(*c.Asks)
	}
	for _, list := range []struct {
		from []app.EditionMember
		to   *[]*memberView
	}{{c.Next, &x.Next}, {c.Published, &x.Published}, {c.Held, &x.Held}, {c.Rejected, &x.Rejected}} {
		for i := range list.from {
			m := v.newMemberView(name, &list.from[i], latest)
			m.Curated = c.Curated
			*list.to = append(*list.to, m)
		}
	}
	for _, in := range [][]*memberView{x.Next, x.Published} {
		for i, m := range in {
			m.In = true
			if m.Place > 0 {
				m.At = i + 1
				m.Last = i+1 == len(in) || in[i+1].Place == 0
			}
		}
	}
	title := cfg.EditionTitle(name)
	dir := publish.Direction("", title)
	v.show("edition", &view{
		Title:   title,
		Section: "editions",
		Lang:    spoken("", dir),
		Dir:     dir,
		Body:    x,
		Keys:    editionKeys(),
	})
	return nil
}

func (v *visit) newMemberView(edition string, m *app.EditionMember, latest int64) *memberView {
	x := &memberView{
		EditionMember: *m,
		Form: formView{
			Ref:      ref(m.Piece),
			Editions: []string{edition},
			Back:     v.pathHere() + "#piece-" + ref(m.Piece),
			Seen:     latest,
		},
		Dir: publish.Direction(m.Lang, m.Title),
		May: v.account.Role.May(oped.RoleCurator),
	}
	x.Lang = spoken(m.Lang, x.Dir)
	if m.Decision.ID != 0 {
		x.Words, x.Undo = v.say(&m.Decision), undoView{m.Decision.ID, x.Form.Back}
	}
	return x
}

// order moves a pinned piece to another place among the pinned ones.
func (v *visit) order() error {
	name := v.r.PathValue("edition")
	piece, err := strconv.ParseInt(v.r.PostFormValue("piece"), 10, 64)
	to, wrong := strconv.Atoi(v.r.PostFormValue("to"))
	if err != nil || wrong != nil {
		return oped.Invalid("the form names no piece, or no place", "")
	}
	c, err := v.app.Pieces().Contents(v.r.Context(), name)
	if err != nil {
		return err
	}
	pins := pinsOf(c.Published)
	if slices.ContainsFunc(c.Next, func(m app.EditionMember) bool { return m.Piece == oped.PieceID(piece) }) {
		pins = pinsOf(c.Next) // the issues of a digest have an order each
	}
	var last app.Decided
	for i, pin := range arrange(pins, oped.PieceID(piece), to) {
		reason := app.Reason{By: v.account.Name}
		if request := v.r.PostFormValue("request"); request != "" {
			reason.Request = fmt.Sprintf("%s %d", request, i)
		}
		last, err = app.Do(v.r.Context(), v.live, app.CuratePiece, app.Curation{
			Reason:   reason,
			Action:   oped.Pin,
			Ref:      ref(pin.piece),
			Editions: []string{name},
			Place:    pin.place,
		})
		if last.Decision.ID == 0 {
			return err
		}
		v.decided(&last.Decision)
	}
	back := "edition/" + url.PathEscape(name) + "/#piece-" + fmt.Sprint(piece)
	if last.Decision.ID != 0 {
		back = withDone(back, last.Decision.ID)
	}
	return v.redirect(back)
}

// pin is a pinned piece with its place, and the number of the decision that pinned it. Of one place, the last pinned
// comes first.
type pin struct {
	piece    oped.PieceID
	place    int
	decision int64
}

func pinsOf(published []app.EditionMember) (pins []pin) {
	for _, m := range published {
		if m.Place > 0 {
			pins = append(pins, pin{m.Piece, m.Place, m.Pinned})
		}
	}
	return pins
}

// arrange returns the pins to set, in order, so that a piece comes to a place among the pinned ones, from 1. The others
// keep their order. A piece that is not pinned comes nowhere.
func arrange(pins []pin, piece oped.PieceID, to int) (set []pin) {
	var moved *pin
	var order []pin
	for _, p := range pins {
		if p.piece == piece {
			moved = &p
		} else {
			order = append(order, p)
		}
	}
	if moved == nil {
		return nil
	}
	to = min(max(to, 1), len(pins))
	order = append(order[:to-1:to-1], append([]pin{*moved}, order[to-1:]...)...)
	last := pin{}
	for _, p := range order {
		if p.piece == piece || p.place < last.place || p.place == last.place && p.decision >= last.decision {
			p.place, p.decision = last.place+1, int64(1<<62)
			set = append(set, p)
		}
		last = p
	}
	return set
}
