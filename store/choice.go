package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"oped"
)

const (
	choiceColumns = `x.decision, e.name, d.action, d.note, d.place,
		d.released IS NOT NULL`
	choicesOf = `
		FROM choice x
		JOIN decision d ON d.id = x.decision
		JOIN edition e ON e.id = x.edition`
	choiceQuery = `
		SELECT x.piece, ` + choiceColumns + choicesOf + `
		WHERE x.piece IN (%s) AND d.undone_by IS NULL
		ORDER BY x.piece, x.decision, e.name`
	choicePiecesQuery = `
		SELECT DISTINCT piece
		FROM choice
		WHERE decision = $1`
	choiceEditionsQuery = `
		SELECT DISTINCT x.decision, e.name
		FROM choice x
		JOIN edition e ON e.id = x.edition
		WHERE x.decision IN (%s)
		ORDER BY x.decision, e.name`
	// undecided selects the pieces without a decision to enter an edition.
	undecided = `
		SELECT p.id, p.date
		FROM piece p
		WHERE p.merged IS NULL AND %s NOT EXISTS (
			SELECT 1
			FROM choice x
			JOIN decision d ON d.id = x.decision
			JOIN edition e ON e.id = x.edition
			WHERE x.piece = p.id AND e.name = $1 AND d.action IN ('approve', 'reject', 'hold') AND d.undone_by IS NULL)`
	undecidedQuery = undecided + `
		ORDER BY p.date DESC, p.id DESC
		LIMIT $2`
	undecidedAmongQuery = undecided + ` AND p.id IN (%s)`
	onTopicsQuery       = `p.id IN (SELECT piece FROM tag WHERE topic IN (%s) AND outcome <> 'none') AND`
	// isOnTopicsQuery is the same for few pieces.
	isOnTopicsQuery = `EXISTS (SELECT 1 FROM tag t WHERE t.piece = p.id AND t.topic IN (%s) AND t.outcome <> 'none') AND`
	decidedQuery    = `
		SELECT x.piece, ` + choiceColumns + choicesOf + `
		WHERE e.name = $1 AND d.undone_by IS NULL
		ORDER BY x.decision`
	decidedAmongQuery = `
		SELECT x.piece, ` + choiceColumns + choicesOf + `
		WHERE e.name = $1 AND d.undone_by IS NULL AND x.piece IN (%s)
		ORDER BY x.decision`
	putChoice = `
		INSERT INTO choice (piece, decision, edition)
		SELECT p.id, $2, e.id
		FROM piece p
		CROSS JOIN edition e
		WHERE e.name = $3 AND p.id = ` + targetOf + `$1` + isTarget
	moveChoice = `
		UPDATE choice
		SET piece = $1
		WHERE decision = $2 AND edition = (SELECT id FROM edition WHERE name = $3)`

	overQuery = `
		SELECT ` + decisionColumns + `
		FROM decision d
		WHERE d.action = 'hold' AND d.released IS NULL AND d.undone_by IS NULL AND d.until <= $1
		ORDER BY d.until, d.id`
	nextHoldQuery = `
		SELECT min(until)
		FROM decision
		WHERE action = 'hold' AND released IS NULL AND undone_by IS NULL`
	releaseHold = `
		UPDATE decision
		SET released = $1
		WHERE id = $2 AND released IS NULL AND undone_by IS NULL`

	// bumpChoice is for the editions of a choice.
	bumpChoice = `
		UPDATE edition
		SET version = $1
		WHERE id IN (SELECT edition FROM choice WHERE decision = $2)`
)

func scanChoice(row scanner, id *oped.PieceID, c *oped.Choice) error {
	return row.Scan(id, &c.Decision, &c.Edition, &c.Action, &c.Note, &c.Place, &c.Released)
}

// PieceChoice is a choice with its piece.
type PieceChoice struct {
	Piece oped.PieceID
	oped.Choice
}

// Decided returns the last choice of each piece that decides if it enters an edition, the oldest first.
func (s Editions) Decided(ctx context.Context, edition string) ([]PieceChoice, error) {
	all, err := list(ctx, s.db.reader, scanPieceChoice, decidedQuery, edition)
	return s.lastDecided(edition, all, err)
}

// DecidedAmong is Decided for some pieces.
func (s Editions) DecidedAmong(ctx context.Context, edition string, ids []oped.PieceID) ([]PieceChoice, error) {
	all, err := listIn(ctx, s.db.reader, scanPieceChoice, decidedAmongQuery, ids, edition)
	return s.lastDecided(edition, all, err)
}

func scanPieceChoice(row scanner, c *PieceChoice) error { return scanChoice(row, &c.Piece, &c.Choice) }

func (s Editions) lastDecided(edition string, all []PieceChoice, err error) ([]PieceChoice, error) {
	all = slices.DeleteFunc(all, func(c PieceChoice) bool { return !c.Action.DecidesEntry() })
	return lastOfEach(all), s.db.doing("read the decisions on "+edition, err)
}

// Decided returns the last decision on each piece and a topic, the oldest first. A merged piece is named by its target.
func (s Topics) Decided(ctx context.Context, topic string) ([]PieceChoice, error) {
	decisions, err := Decisions(s).Judgements(ctx, topic)
	all := make([]PieceChoice, len(decisions))
	for i, d := range decisions {
		all[i] = PieceChoice{d.Piece, oped.Choice{Decision: d.ID, Action: d.Action}}
	}
	return lastOfEach(all), err
}

// lastOfEach returns the last choice of each piece.
func lastOfEach(all []PieceChoice) []PieceChoice {
	last := map[oped.PieceID]int64{}
	for _, c := range all {
		last[c.Piece] = c.Decision
	}
	return slices.DeleteFunc(all, func(c PieceChoice) bool { return c.Decision != last[c.Piece] })
}

// Undecided returns the newest n pieces that nobody has let into an edition or kept out of it: those on some topics
// or for review, or without topics all.
func (s Editions) Undecided(ctx context.Context, edition string, topics []string, n int) ([]Waiting, error) {
	on, args := onTopics(onTopicsQuery, topics, edition, n)
	all, err := list(ctx, s.db.reader, scanWaiting, fmt.Sprintf(undecidedQuery, on), args...)
	return all, s.db.doing("read the queue of "+edition, err)
}

// UndecidedAmong returns those of some pieces that Undecided would return without a limit, in any order.
func (s Editions) UndecidedAmong(
	ctx context.Context, edition string, topics []string, ids []oped.PieceID,
) ([]Waiting, error) {
	on, args := onTopics(isOnTopicsQuery, topics, edition)
	all, err := listIn(ctx, s.db.reader, scanWaiting, fmt.Sprintf(undecidedAmongQuery, on, "%s"), ids, args...)
	return all, s.db.doing("read the queue of "+edition, err)
}

// onTopics returns a condition for pieces on topics, "" without topics, and the arguments with those of before.
func onTopics(condition string, topics []string, before ...any) (on string, args []any) {
	args = before
	for _, t := range topics {
		args = append(args, t)
		on += fmt.Sprintf(", $%d", len(args))
	}
	if on != "" {
		on = fmt.Sprintf(condition, on[2:])
	}
	return on, args
}

// Waiting is a piece in a queue, with its place there: the highest date comes first, then the highest number.
type Waiting struct {
	Piece oped.PieceID
	Date  int64
}

// Compare orders pieces of a queue.
func (w Waiting) Compare(other Waiting) int {
	return cmp.Or(cmp.Compare(other.Date, w.Date), cmp.Compare(other.Piece, w.Piece))
}

func scanWaiting(row scanner, w *Waiting) error { return row.Scan(&w.Piece, &w.Date) }

// putChoices writes the editions of a decision on one piece.
func putChoices(t *tx, d *oped.Decision) error {
	for _, name := range d.Editions {
		n, err := t.exec(putChoice, d.Piece, d.ID, name)
		if err == nil && n != 1 {
			err = ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("edition %s: %w", name, err)
		}
	}
	return t.bumpVersions(bumpChoice, d.ID)
}

// choices moves the choices of merged and restored pieces to a piece.
func (w *writing) choices(before, p *oped.Piece) error {
	for _, c := range p.Choices {
		if slices.Contains(before.Choices, c) {
			continue
		}
		if _, err := w.tx.exec(moveChoice, p.ID, c.Decision, c.Edition); err != nil {
			return err
		}
	}
	return nil
}

// Due returns the decisions that hold pieces until a time not after now, the earliest first.
func (s Decisions) Due(ctx context.Context, now time.Time) ([]oped.Decision, error) {
	all, err := decisions(ctx, s.db.reader, overQuery, now.UnixMilli())
	return all, s.db.doing("look for pieces to release", err)
}

// NextHold returns the time at which the next hold ends; zero: there is none.
func (s Decisions) NextHold(ctx context.Context) (time.Time, error) {
	until, err := one[instant](ctx, s.db.reader, nextHoldQuery)
	return time.Time(until), s.db.doing("look for the next hold", err)
}

// Release records that the time of a hold is over, with the change of its piece, in one transaction. A hold released or
// undone meanwhile stays as it is. The hold is the decision behind the change: its undo undoes both.
func (s Decisions) Release(
	ctx context.Context, hold int64, at time.Time, decide func(oped.Piece) oped.PieceChange,
) error {
	return s.db.doing(fmt.Sprintf("release decision %d", hold), s.db.compare(ctx, func(tx *tx) error {
		n, err := tx.exec(releaseHold, at.UnixMilli(), hold)
		if err != nil || n == 0 {
			return err
		}
		ids, err := column[oped.PieceID](ctx, tx, choicePiecesQuery, hold)
		if err != nil {
			return err
		}
		w := newWriting(tx, at)
		w.decision = hold
		return eachPiece(ctx, tx, ids, func(p oped.Piece) error {
			c := decide(p)
			return w.piece(p, &c)
		})
	}))
}
