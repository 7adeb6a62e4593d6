package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/app"
	"oped/text"
)

func batchRoutes() []route {
	return []route{
		{"POST", "bulk", oped.RoleCurator, (*visit).bulk},
		{"GET", "batch/{batch}/", oped.RoleReader, (*visit).batchPage},
		{"POST", "batch/{batch}/undo", oped.RoleCurator, (*visit).undoBatch},
	}
}

const (
	batchPatience = 2 * time.Second // until a long batch goes on without its curator
	batchRefresh  = "1"             // seconds between two looks at a batch under way
)

// batch is several decisions, carried out one after the other.
type batch struct {
	By     string
	Total  int
	Done   int
	Failed []failedStep
	Ended  bool
}

// failedStep is a decision of a batch that could not be made.
type failedStep struct{ Of, Words string }

// bulkView is the page that says what a bulk act would do.
type bulkView struct {
	Wrong  diagnostic
	Fields url.Values // the form, to be sent again
	Acts   int
	Counts []counted // the effects
	Pieces []app.Foreseen
	Back   string
}

// counted is an effect, and the number of pieces with it.
type counted struct {
	Words string
	N     int
}

// bulk shows what an act on several pieces would do. If the form says so, it carries the act out.
func (v *visit) bulk() error {
	f, err := v.form()
	if err != nil {
		return err
	}
	b, err := bulkOf(f, v.account.Name)
	if err != nil {
		return err
	}
	latest, err := v.app.Latest(v.r.Context()) // first: a later one is news to the curator
	if err != nil {
		return err
	}
	x := bulkView{Back: local(f.Get("back")), Fields: f}
	x.Pieces, err = v.app.Pieces().Foresee(v.r.Context(), b)
	if x.Wrong, err = diagnosticOf(err); err != nil {
		return err
	}
	acting := x.count()
	if x.Wrong.Message == "" {
		if f.Get("confirm") != "" {
			return v.carryOut(b.Request, b.Steps(acting))
		}
		if gone := len(b.Pieces) - len(x.Pieces); gone > 0 {
			x.Counts = append(x.Counts, counted{"gone: merged into another meanwhile", gone})
		}
	}
	if x.Acts = len(acting); b.Action == oped.Merge {
		x.Acts = min(1, x.Acts)
	}
	if f.Get("until") != "" {
		f.Set("until", b.Until)
	}
	if f.Get("seen") == "" {
		f.Set("seen", strconv.FormatInt(latest, 10))
	}
	f.Set("request", b.Request)
	f.Del("confirm")
	title := "What this does"
	if x.Wrong.Message != "" {
		title = "This cannot be done"
	}
	v.show("bulk", &view{Title: title, Section: "search", Body: x})
	return nil
}

// count counts the effects, those that happen first. It returns the pieces with one.
func (x *bulkView) count() (acting []oped.PieceID) {
	for _, acts := range []bool{true, false} {
		for _, p := range x.Pieces {
			if p.Acts != acts {
				continue
			}
			i := slices.IndexFunc(x.Counts, func(c counted) bool { return c.Words == p.Words })
			if i < 0 {
				i, x.Counts = len(x.Counts), append(x.Counts, counted{Words: p.Words})
			}
			if x.Counts[i].N++; acts {
				acting = append(acting, p.Piece)
			}
		}
	}
	return acting
}

// bulkOf returns the bulk act of a form.
func bulkOf(f url.Values, by string) (*app.Bulk, error) {
	why, err := reasonOf(f, by)
	if err != nil {
		return nil, err
	}
	b := &app.Bulk{
		Reason:  why,
		Action:  oped.Action(f.Get("action")),
		Edition: f.Get("edition"),
		Topic:   f.Get("topic"),
		Listed:  oped.RejectReason(f.Get("reason")),
		Note:    f.Get("note"),
		Until:   f.Get("until"),
		Force:   f.Get("force") != "",
	}
	if !isBatchName(b.Request) {
		b.Request = rand.Text()
	}
	for _, written := range f["piece"] {
		id, err := strconv.ParseInt(written, 10, 64)
		if err != nil {
			return nil, oped.Invalid(fmt.Sprintf("%q is no number of a piece", written), "")
		}
		b.Pieces = append(b.Pieces, oped.PieceID(id))
	}
	return b, nil
}

// isBatchName reports whether a name has the form of those by bulkOf.
func isBatchName(name string) bool {
	return len(name) == 26 && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// carryOut carries out the steps of a batch, once, and leads to its page.
func (v *visit) carryOut(name string, steps []app.BatchStep) error {
	page := fmt.Sprintf("batch/%s/?of=%d", name, len(steps)) // the number is known after a restart, too
	if !v.batches.add(name, batch{By: v.account.Name, Total: len(steps)}) {
		return v.redirect(page)
	}
	done := make(chan struct{})
	v.live.Go(func(ctx context.Context) {
		defer close(done)
		for _, s := range steps {
			decided, err := s.Do(ctx, v.live)
			if d := &decided.Decision; d.ID != 0 {
				v.decided(d, "batch", name, "err", err)
				err = nil
			}
			v.batches.change(name, func(b *batch) {
				if b.Done++; err != nil {
					b.Failed = append(b.Failed, failedStep{s.Of, inSentences(err)})
				}
			})
		}
		v.batches.change(name, func(b *batch) { b.Ended = true })
	})
	select {
	case <-done:
	case <-time.After(batchPatience):
	}
	return v.redirect(page)
}

// batchView is the page of a batch.
type batchView struct {
	batch
	Name     string
	Lines    []logLine
	Undoable int
	Asked    int // decisions asked for, if oped ended before all were made; 0: it did not
}

func (v *visit) batchPage() error {
	x := batchView{Name: v.r.PathValue("batch")}
	if !isBatchName(x.Name) {
		return oped.ErrNotFound
	}
	var known bool
	x.batch, known = v.batches.get(x.Name)
	all, err := v.app.Batch(v.r.Context(), x.Name)
	if err != nil {
		return err
	}
	x.Lines = v.lines(all)
	if !known {
		if len(x.Lines) == 0 {
			return oped.ErrNotFound
		}
		of, _ := strconv.Atoi(v.r.URL.Query().Get("of"))
		x.batch = batch{By: x.Lines[0].By, Total: len(x.Lines), Done: len(x.Lines), Ended: true}
		if x.Done < of && of <= app.MaxBulk {
			x.Asked = of
		}
	}
	for _, l := range x.Lines {
		if l.Keeps == "" {
			x.Undoable++
		}
	}
	title := text.Count(len(x.Lines), "decision")
	if !x.Ended {
		title = fmt.Sprintf("%d of %d done", x.Done, x.Total)
		v.w.Header().Set("Refresh", batchRefresh)
	}
	v.show("batch", &view{Title: title, Section: "search", Body: x})
	return nil
}

// undoBatch undoes the decisions of a batch that can be undone, as a batch of its own.
func (v *visit) undoBatch() error {
	name := v.r.PathValue("batch")
	if !isBatchName(name) {
		return oped.ErrNotFound
	}
	lines, err := v.app.Batch(v.r.Context(), name)
	if err != nil {
		return err
	}
	undo := v.r.PostFormValue("request")
	if !isBatchName(undo) {
		undo = rand.Text()
	}
	why := app.Reason{By: v.account.Name, Why: v.r.PostFormValue("why"), Request: undo}
	return v.carryOut(undo, app.UndoSteps(why, lines))
}
