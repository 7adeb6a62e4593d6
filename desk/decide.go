package desk

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/app"
)

func decideRoutes() []route {
	return []route{{"POST", "decide", oped.RoleCurator, (*visit).decide}}
}

// decide carries out the decision of a form. The script gets it as JSON; a browser without script goes back to the page
// with the form.
func (v *visit) decide() error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if err := v.complete(f); err != nil {
		return err
	}
	if err := v.mayUndo(f); err != nil {
		return err
	}
	act, err := actOf(f, v.account.Name)
	if err != nil {
		return err
	}
	done, err := act(v.r.Context(), v.live)
	if done.Decision.ID == 0 {
		return err
	}
	if err != nil { // published later
		v.live.Log().Error("published late", "decision", done.Decision.ID, "err", err)
	}
	v.decided(&done.Decision)
	if v.asksJSON() {
		return v.json(http.StatusOK, v.newDoneView(&done.Decision))
	}
	return v.redirect(withDone(local(f.Get("back")), done.Decision.ID))
}

// form returns the fields of a form.
func (v *visit) form() (url.Values, error) {
	if err := v.r.ParseForm(); err != nil {
		return nil, oped.Invalid("the form is too long, or cannot be read", "")
	}
	return v.r.PostForm, nil
}

// decided writes a decision to the log.
func (v *visit) decided(d *oped.Decision, more ...any) {
	v.act("decided", append([]any{"action", d.Action, "decision", d.ID, "piece", d.Piece}, more...)...)
}

// lastOwn is the decision of an undo of the last act of the curator.
const lastOwn = "last"

// complete fills in what a form leaves to the desk: the last own decision, and the day of a clock time.
func (v *visit) complete(f url.Values) error {
	if f.Get("decision") == lastOwn {
		last, err := v.lastOwn()
		if err != nil {
			return err
		}
		f.Set("decision", fmt.Sprint(last))
	}
	now := v.live.Now().In(v.app.Config().Publish.Timezone)
	days := map[string]int{"today": 0, "tomorrow": 1}
	clock, err := time.Parse("15:04", strings.TrimSpace(f.Get("until")))
	if n, ok := days[f.Get("day")]; ok && err == nil {
		y, m, d := now.Date()
		f.Set("until", time.Date(y, m, d+n, clock.Hour(), clock.Minute(), 0, 0, now.Location()).Format(time.RFC3339))
	}
	return nil
}

// mayUndo returns an error for the undo of a decision of another role.
func (v *visit) mayUndo(f url.Values) error {
	n, err := strconv.ParseInt(f.Get("decision"), 10, 64)
	if err != nil || oped.Action(f.Get("action")) != oped.Undo {
		return nil
	}
	d, err := v.app.Decision(v.r.Context(), n)
	if err == nil && !v.account.Role.MayUndo(d.Action) {
		return errForbidden
	}
	return nil // the undo says what else is wrong
}

// recent is the number of decisions among which a curator's last one is looked for.
const recent = 200

// lastOwn returns the number of the last decision of the curator in effect.
func (v *visit) lastOwn() (int64, error) {
	all, err := v.app.Decisions(v.r.Context(), recent)
	if err != nil {
		return 0, err
	}
	for _, d := range all {
		if d.By == v.account.Name && d.Action != oped.Undo && d.UndoneBy == 0 {
			return d.ID, nil
		}
	}
	return 0, oped.Invalid("you have nothing to undo", "the log lists all decisions")
}

// withDone adds the number of a decision to a page of the desk.
func withDone(page string, decision int64) string {
	u, err := url.Parse(page)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("done", fmt.Sprint(decision))
	u.RawQuery = q.Encode()
	return u.String()
}

// act carries out a decision.
type act func(context.Context, *app.Live) (app.Decided, error)

// actOf returns the act of a form: the decision of a curator that its fields describe. It returns an Invalid error for
// an unknown action or a field of another form.
func actOf(f url.Values, by string) (act, error) {
	why, err := reasonOf(f, by)
	if err != nil {
		return nil, err
	}
	refs := strings.Fields(strings.Join(f["piece"], " "))
	one := strings.Join(refs, " ")
	switch action := oped.Action(f.Get("action")); {
	case action.IsChoice():
		x := app.Curation{
			Reason:   why,
			Action:   action,
			Ref:      one,
			Editions: f["edition"],
			Listed:   oped.RejectReason(f.Get("reason")),
			Note:     strings.Join(strings.Fields(f.Get("note")), " "), // its field has lines
			Until:    f.Get("until"),
			Place:    1,
		}
		if place := f.Get("place"); place != "" {
			n, err := strconv.Atoi(place)
			if err != nil || n < 1 {
				return nil, oped.Invalid(fmt.Sprintf("%q is no place", place), "the first place is 1")
			}
			x.Place = n
		}
		return calling(app.CuratePiece, x), nil
	case action == oped.TagIt || action == oped.Untag:
		return calling(app.TagPiece, app.Judgement{
			Reason: why,
			Action: action,
			Ref:    one,
			Topic:  f.Get("topic"),
		}), nil
	case action == oped.Merge:
		return calling(app.MergePieces, app.Selection{Reason: why, Refs: refs, Force: f.Get("force") != ""}), nil
	case action == oped.Split:
		return calling(app.SplitPieces, app.Selection{Reason: why, Refs: refs}), nil
	case action == oped.Withdraw:
		return calling(app.WithdrawPiece, app.Selection{Reason: why, Refs: refs}), nil
	case action == oped.Undo:
		if f.Get("decision") == "" {
			return nil, oped.Invalid("the form names no decision to undo", "the log lists the decisions")
		}
		return calling(app.UndoDecision, app.Reversal{Reason: why, Number: f.Get("decision")}), nil
	default:
		return nil, oped.Invalid(fmt.Sprintf("%q is no decision", action), "")
	}
}

// reasonOf returns the curator and the reason of a form. On a page without a decision, the last one is 0.
func reasonOf(f url.Values, by string) (app.Reason, error) {
	x := app.Reason{By: by, Why: f.Get("why"), Request: f.Get("request")}
	if seen := f.Get("seen"); seen != "" {
		n, err := strconv.ParseInt(seen, 10, 64)
		if err != nil || n < 0 {
			return x, oped.Invalid(fmt.Sprintf("%q is no number of a decision", seen), "")
		}
		x.Seen = cmp.Or(n, -1)
	}
	return x, nil
}

func calling[P any](m app.Method[P, app.Decided], params P) act {
	return func(ctx context.Context, l *app.Live) (app.Decided, error) { return app.Do(ctx, l, m, params) }
}

// doneView is a decision, as said to curators.
type doneView struct {
	Decision int64          `json:"decision"`
	Piece    oped.PieceID   `json:"piece"`
	Pieces   []oped.PieceID `json:"pieces,omitempty"`
	Action   oped.Action    `json:"action"`
	Editions []string       `json:"editions,omitempty"`
	Topic    string         `json:"topic,omitempty"`
	Note     string         `json:"note,omitempty"`
	By       string         `json:"by"`
	Words    string         `json:"words"` // without By
	Undoes   int64          `json:"undoes,omitempty"`
	Undoable bool           `json:"undoable"`
	Undo     undoView       `json:"-"`
}

// undoView is a form for an undo.
type undoView struct {
	Number int64  // of the decision
	Back   string // the page to go to
}

// Request returns a new name of a request.
func (undoView) Request() string { return rand.Text() }

func (v *visit) newDoneView(d *oped.Decision) *doneView {
	return &doneView{
		Decision: d.ID,
		Piece:    d.Piece,
		Pieces:   d.Pieces,
		Action:   d.Action,
		Editions: d.Editions,
		Topic:    d.Topic,
		Note:     d.Note,
		By:       d.By,
		Words:    v.say(d),
		Undoes:   d.Undoes,
		Undoable: d.Action != oped.Undo && d.UndoneBy == 0 && d.By != oped.ByConfig && v.account.Role.MayUndo(d.Action),
		Undo:     undoView{d.ID, v.pathHere() + "#piece-" + ref(d.Piece)},
	}
}

// done returns the decision named by the address of the page; nil if there is none.
func (v *visit) done() *doneView {
	n, err := strconv.ParseInt(v.r.URL.Query().Get("done"), 10, 64)
	if err != nil || v.account.ID == 0 {
		return nil
	}
	d, err := v.app.Decision(v.r.Context(), n)
	if err != nil {
		return nil
	}
	return v.newDoneView(&d)
}
