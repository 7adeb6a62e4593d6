package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"oped"
)

// ActiveRule is the rule of one topic by which the stored pieces are judged.
type ActiveRule struct {
	Topic    string
	Version  string
	Source   string        // as topic.Source gives it
	Decision oped.Decision // the decision that activated it; without Rules
}

const (
	decisionColumns = `
		d.id, d.at, d.given_by, d.why, d.action, coalesce(d.piece, 0), coalesce(d.topic, ''),
		coalesce(d.undoes, 0), coalesce(d.undone_by, 0), d.reason, d.note, d.until,
		d.place, coalesce(d.request, '')`
	activeRulesQuery = `
		SELECT ` + decisionColumns + `, r.topic, r.version, r.source
		FROM rule r
		JOIN decision d ON d.id = r.decision
		ORDER BY r.topic`
	latestQuery = `
		SELECT ` + decisionColumns + `
		FROM decision d
		ORDER BY d.id DESC
		LIMIT $1`
	decisionQuery = `
		SELECT ` + decisionColumns + `
		FROM decision d
		WHERE d.id = $1`
	requestedQuery = `
		SELECT ` + decisionColumns + `
		FROM decision d
		WHERE d.request = $1`
	judgementsQuery = `
		SELECT ` + decisionColumns + `
		FROM decision d
		WHERE d.topic = $1 AND d.action IN ('tag', 'untag') AND d.undone_by IS NULL
		ORDER BY d.id`
	decisionsOnQuery = `
		WITH RECURSIVE near (id) AS (
			SELECT id
			FROM piece
			WHERE id = $1
			UNION ALL
			SELECT p.id
			FROM near
			JOIN piece p ON p.merged = near.id)
		SELECT ` + decisionColumns + `
		FROM decision d
		WHERE d.piece IN (SELECT id FROM near)
			OR d.id IN (
				SELECT x.decision
				FROM entry e
				JOIN decision_entry x ON x.entry = e.id
				WHERE e.piece = $1)
		ORDER BY d.id`
	lastManualQuery = `
		SELECT ` + decisionColumns + `
		FROM decision d
		WHERE d.undone_by IS NULL AND d.action <> 'undo' AND d.given_by NOT IN ($1, $2)
			AND (d.action = 'apply' OR $3 = 0)
		ORDER BY d.id DESC
		LIMIT 1`

	decidedPiecesQuery = `
		SELECT d.id, x.was, count(*) FILTER (WHERE x.side > 0 AND x.was = coalesce(d.piece, 0))
		FROM decision d
		JOIN decision_entry x ON x.decision = d.id
		WHERE d.id IN (%s)
		GROUP BY d.id, x.was
		ORDER BY d.id, x.was`
	decidedRulesQuery = `
		SELECT decision, topic, before, after, added, removed
		FROM decision_rule
		WHERE decision IN (%s)
		ORDER BY decision, topic`
)

// ActiveRules returns the active rules, sorted by topic name.
func (s Topics) ActiveRules(ctx context.Context) ([]ActiveRule, error) {
	rules, err := list(ctx, s.db.reader, func(row scanner, r *ActiveRule) error {
		return row.Scan(append(decisionFields(&r.Decision), &r.Topic, &r.Version, &r.Source)...)
	}, activeRulesQuery)
	return rules, s.db.doing("read the active rules", err)
}

func scanDecision(row scanner, d *oped.Decision) error { return row.Scan(decisionFields(d)...) }

// decisionFields returns where to read decisionColumns.
func decisionFields(d *oped.Decision) []any {
	return []any{
		&d.ID, (*instant)(&d.At), &d.By, &d.Why, &d.Action, &d.Piece, &d.Topic, &d.Undoes, &d.UndoneBy,
		&d.Reason, &d.Note, (*instant)(&d.Until), &d.Place, &d.Request,
	}
}

// Latest returns the last n decisions, the latest first; n ≤ 0 means all of them.
func (s Decisions) Latest(ctx context.Context, n int) ([]oped.Decision, error) {
	all, err := decisions(ctx, s.db.reader, latestQuery, orAll(n))
	return all, s.db.doing("read the decisions", err)
}

// ByID returns a decision. The error is ErrNotFound if there is none.
func (s Decisions) ByID(ctx context.Context, id int64) (oped.Decision, error) {
	return s.one(ctx, "read a decision", decisionQuery, id)
}

// ByRequest returns the decision of a request. The error is ErrNotFound if there is none.
func (s Decisions) ByRequest(ctx context.Context, request string) (oped.Decision, error) {
	return s.one(ctx, "look for the decision of a request", requestedQuery, request)
}

func (s Decisions) one(ctx context.Context, doing, query string, args ...any) (oped.Decision, error) {
	d, err := oneDecision(ctx, s.db.reader, query, args...)
	if err != nil && !errors.Is(err, ErrNotFound) {
		err = s.db.doing(doing, err)
	}
	return d, err
}

// oneDecision returns the first decision that a query finds. The error is ErrNotFound if there is none.
func oneDecision(ctx context.Context, q querier, query string, args ...any) (oped.Decision, error) {
	return first(decisions(ctx, q, query, args...))
}

// Judgements returns the decisions of one topic on single pieces, the oldest first, without undone ones. Of
// several on one piece the last one counts. A merged piece is named by its target.
func (s Decisions) Judgements(ctx context.Context, topic string) ([]oped.Decision, error) {
	all, err := decisions(ctx, s.db.reader, judgementsQuery, topic)
	if err == nil {
		err = resolvePieces(ctx, s.db.reader, all)
	}
	return all, s.db.doing("read the decisions on "+topic, err)
}

// resolvePieces replaces the pieces of decisions by their targets.
func resolvePieces(ctx context.Context, q querier, all []oped.Decision) error {
	ids := make([]oped.PieceID, len(all))
	for i := range all {
		ids[i] = all[i].Piece
	}
	to, err := mapIn[oped.PieceID, oped.PieceID](ctx, q, aliasTargetsQuery, ids)
	for i := range all {
		if at, merged := to[all[i].Piece]; merged {
			all[i].Piece = at
		}
	}
	return err
}

func decisions(ctx context.Context, q querier, query string, args ...any) ([]oped.Decision, error) {
	all, err := list(ctx, q, scanDecision, query, args...)
	if err == nil {
		err = detail(ctx, q, all)
	}
	return all, err
}

// detail adds the rules, pieces and editions of decisions.
func detail(ctx context.Context, q querier, all []oped.Decision) error {
	at := make(map[int64]*oped.Decision, len(all))
	var numbers, choices []int64
	var rearranged []*oped.Decision
	for i := range all {
		d := &all[i]
		at[d.ID] = d
		switch {
		case d.Action == oped.Merge || d.Action == oped.Split:
			rearranged = append(rearranged, d)
		case d.Action.IsChoice():
			choices = append(choices, d.ID)
		}
		numbers = append(numbers, d.ID)
	}
	err := inChunks(ctx, q, decidedRulesQuery, nil, numbers, func(row scanner) error {
		var id int64
		var r oped.RuleChange
		err := row.Scan(&id, &r.Topic, &r.Before, &r.After, &r.Added, &r.Removed)
		at[id].Rules = append(at[id].Rules, r)
		return err
	})
	if err == nil {
		err = aboutPieces(ctx, q, rearranged...)
	}
	if err != nil {
		return err
	}
	return inChunks(ctx, q, choiceEditionsQuery, nil, choices, func(row scanner) error {
		var id int64
		var edition string
		err := row.Scan(&id, &edition)
		at[id].Editions = append(at[id].Editions, edition)
		return err
	})
}

// aboutPieces adds the pieces of merges and splits to the decisions.
func aboutPieces(ctx context.Context, q querier, all ...*oped.Decision) error {
	at, numbers := map[int64]*oped.Decision{}, make([]int64, len(all))
	for i, d := range all {
		at[d.ID], numbers[i] = d, d.ID
	}
	return inChunks(ctx, q, decidedPiecesQuery, nil, numbers, func(row scanner) error {
		var number int64
		var id oped.PieceID
		var split int
		err := row.Scan(&number, &id, &split)
		d := at[number]
		d.Pieces, d.Split = append(d.Pieces, id), d.Split+split
		return err
	})
}

// On returns the decisions on a piece, on the pieces merged into it, and on its entries in any other piece;
// the oldest first.
func (s Decisions) On(ctx context.Context, id oped.PieceID) ([]oped.Decision, error) {
	all, err := decisions(ctx, s.db.reader, decisionsOnQuery, id)
	return all, s.db.doing(fmt.Sprintf("read the decisions on piece %d", id), err)
}

// Last returns the last manual decision open to undo: not undone, and no undo itself. With rules, only
// decisions on rules count. The error is ErrNotFound if there is none.
func (s Decisions) Last(ctx context.Context, rules bool) (oped.Decision, error) {
	return s.one(ctx, "look for the last decision", lastManualQuery, oped.ByConfig, oped.ByRule, rules)
}

// Verdict is the effect of a decision on the store: the pieces it may touch, and the change of each.
type Verdict struct {
	Queries []CandidateQuery // pieces it may touch,
	Topics  []string         // and those with a tag of these topics
	Pieces  []oped.PieceID

	// Decide returns the new state of a piece; false: it stays as it is. was are its tags before the undone
	// decision, nil if that did not change them. Decide may be called again, and must be pure.
	Decide func(p oped.Piece, was []oped.Tag) (oped.PieceChange, bool)

	// Begin gets the number of pieces before the first one is judged, again if the transaction begins again. Judged is
	// called after each. Both may be nil.
	Begin  func(pieces int)
	Judged func()
}

// Decide writes a decision and all its effects in one transaction: after a crash either everything is there
// or nothing. It activates the rules in d.Rules. It returns the decision as stored, with the counts of every
// topic. An undo moves editions back to their earlier time, so that an unchanged document stays the same, to
// the byte.
func (s Decisions) Decide(
	ctx context.Context, d oped.Decision, v Verdict,
) (written oped.Decision, changes oped.Changes, err error) {
	err = s.db.compare(ctx, func(tx *tx) error {
		w := newDeciding(tx, d)
		err := w.decide(ctx, v)
		changes, written = w.done(), w.d
		return err
	})
	if err != nil {
		return oped.Decision{}, oped.Changes{}, s.db.doing(string(d.Action), err)
	}
	return written, changes, nil
}

// deciding is the writing of one decision.
type deciding struct {
	*writing
	d     oped.Decision
	moved map[string]*oped.RuleChange // by topic
}

func newDeciding(tx *tx, d oped.Decision) *deciding {
	return &deciding{newWriting(tx, d.At), d, map[string]*oped.RuleChange{}}
}

func (w *deciding) decide(ctx context.Context, v Verdict) error {
	if err := w.begin(ctx, v.Pieces); err != nil {
		return err
	}
	ids, err := candidates(ctx, w.tx, w.tx.dialect, v.Queries, v.Topics)
	if err != nil {
		return err
	}
	if err := w.judge(ctx, v, ids); err != nil {
		return err
	}
	if err := w.buryArchived(); err != nil {
		return err
	}
	if err := w.putRules(ctx); err != nil || w.undoes == 0 {
		return err
	}
	return w.backInTime(ctx)
}

const (
	putDecision = `
		INSERT INTO decision (at, given_by, why, action, piece, topic, undoes, reason, note, until, place, request)
		VALUES ($1, $2, $3, $4, nullif(CAST($5 AS BIGINT), 0), nullif($6, ''), nullif(CAST($7 AS BIGINT), 0),
			$8, $9, $10, $11, nullif($12, ''))
		RETURNING id`
	undoDecision = `
		UPDATE decision
		SET undone_by = $1
		WHERE id = $2 AND undone_by IS NULL
		RETURNING CASE action WHEN 'withdraw' THEN coalesce(piece, 0) ELSE 0 END, action`
)

// begin writes the decision itself.
func (w *deciding) begin(ctx context.Context, pieces []oped.PieceID) error {
	if err := w.notOvertaken(ctx, pieces); err != nil {
		return err
	}
	d := &w.d
	var err error
	d.ID, err = w.tx.number(putDecision, d.At.UnixMilli(), d.By, d.Why, d.Action, d.Piece, d.Topic, d.Undoes, d.Reason,
		d.Note, toMillis(d.Until), d.Place, d.Request)
	w.decision = d.ID
	if err == nil && d.Action == oped.Withdraw {
		err = w.bumpWithdrawn(d.Piece)
	}
	if err == nil && d.Action.IsChoice() {
		w.chosen = d.Action.DecidesEntry()
		err = putChoices(w.tx, d)
	}
	if err == nil && d.Undoes != 0 {
		err = w.takeBack(d.Undoes)
	}
	return err
}

// takeBack marks the undone decision.
func (w *deciding) takeBack(undone int64) error {
	w.undoes = undone
	var withdrawn int64
	var action oped.Action
	err := w.tx.read(undoDecision, []any{w.d.ID, undone}, &withdrawn, &action)
	w.chosen = action.DecidesEntry()
	if err != nil {
		return fmt.Errorf("decision %d: %w", undone, err)
	}
	if err = w.tx.bumpVersions(bumpDecided, undone); err == nil {
		err = w.tx.bumpVersions(bumpChoice, undone)
	}
	if err == nil && withdrawn != 0 {
		err = w.bumpWithdrawn(oped.PieceID(withdrawn))
	}
	if err != nil {
		return err
	}
	return w.unlink()
}

// bumpWithdrawn is for a withdrawn or restored piece: its page, and its tombstones, which have the reason.
func (w *deciding) bumpWithdrawn(id oped.PieceID) error {
	if err := w.tx.bumpVersions(bumpAliases, id); err != nil {
		return err
	}
	return w.tx.bumpVersions(bumpBuried, id)
}

// judge judges every piece, and writes the changed ones.
func (w *deciding) judge(ctx context.Context, v Verdict, ids []oped.PieceID) error {
	was, err := tagsBefore(ctx, w.writing)
	if err != nil {
		return err
	}
	chosen, err := column[oped.PieceID](ctx, w.tx, choicePiecesQuery, w.undoes)
	if err != nil {
		return err
	}
	ids = slices.Concat(ids, v.Pieces, slices.Collect(maps.Keys(was)), chosen)
	if ids, err = w.resolve(ctx, ids, was); err != nil {
		return err
	}
	if v.Begin != nil {
		v.Begin(len(ids))
	}
	return eachPiece(ctx, w.tx, ids, func(p oped.Piece) error {
		if v.Judged != nil {
			defer v.Judged()
		}
		if change, ok := v.Decide(p, was[p.ID]); ok {
			return w.change(p, &change)
		}
		return nil
	})
}

// resolve returns the target pieces of some ids, in order, and the earlier tags of pieces merged away since.
func (w *deciding) resolve(
	ctx context.Context, ids []oped.PieceID, was map[oped.PieceID][]oped.Tag,
) ([]oped.PieceID, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	to, err := mapIn[oped.PieceID, oped.PieceID](ctx, w.tx, aliasTargetsQuery, ids)
	for i, id := range ids {
		at, merged := to[id]
		if !merged {
			continue
		}
		ids[i] = at
		if _, own := was[at]; !own && was[id] != nil {
			was[at] = was[id]
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// change writes the change of a piece, and keeps its earlier tags.
func (w *deciding) change(p oped.Piece, c *oped.PieceChange) error {
	if err := keepTags(w.writing, &p); err != nil {
		return err
	}
	before, after := map[string]bool{}, map[string]bool{}
	for _, t := range p.Topics() {
		before[t] = true
	}
	for _, t := range c.Piece.Topics() {
		if after[t] = true; !before[t] {
			w.of(t).Added++
		}
	}
	for t := range before {
		if !after[t] {
			w.of(t).Removed++
		}
	}
	return w.piece(p, c)
}

const (
	keepTagsOf = `
		INSERT INTO decision_tag (decision, piece, was)
		VALUES ($1, $2, $3)`
	tagsBeforeQuery = `
		SELECT piece, was
		FROM decision_tag
		WHERE decision = $1`
)

// keepTags keeps the tags of a piece from before the decision.
func keepTags(w *writing, p *oped.Piece) error {
	_, err := w.tx.exec(keepTagsOf, w.decision, p.ID, asJSON(&p.Tags))
	return err
}

func (w *deciding) of(topic string) *oped.RuleChange {
	if w.moved[topic] == nil {
		w.moved[topic] = &oped.RuleChange{}
	}
	return w.moved[topic]
}

// tagsBefore returns the tags of pieces from before the undone decision.
func tagsBefore(ctx context.Context, w *writing) (map[oped.PieceID][]oped.Tag, error) {
	was := map[oped.PieceID][]oped.Tag{}
	if w.undoes == 0 {
		return was, nil
	}
	err := each(ctx, w.tx, tagsBeforeQuery, []any{w.undoes}, func(row scanner) error {
		var id oped.PieceID
		var tags []oped.Tag
		err := row.Scan(&id, asJSON(&tags)) // of an earlier release, no tags are null
		was[id] = append([]oped.Tag{}, tags...)
		return err
	})
	return was, err
}

const (
	putDecidedRule = `
		INSERT INTO decision_rule (decision, topic, before, after, added, removed)
		VALUES ($1, $2, $3, $4, $5, $6)`
	dropRule = `DELETE FROM rule WHERE topic = $1`
	putRule  = `
		INSERT INTO rule (topic, version, source, decision)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (topic) DO UPDATE
		SET version = excluded.version, source = excluded.source, decision = excluded.decision`
)

// putRules activates the rules of the decision, and records their effect.
func (w *deciding) putRules(ctx context.Context) error {
	if len(w.d.Rules) == 0 {
		return nil
	}
	judged, err := judgedVersions(ctx, w.tx)
	if err != nil {
		return err
	}
	for i := range w.d.Rules {
		r := &w.d.Rules[i]
		r.Added, r.Removed = w.of(r.Topic).Added, w.of(r.Topic).Removed
		_, err := w.tx.exec(putDecidedRule, w.d.ID, r.Topic, r.Before, r.After, r.Added, r.Removed)
		switch {
		case err != nil:
		case r.After == "":
			_, err = w.tx.exec(dropRule, r.Topic)
		default:
			_, err = w.tx.exec(putRule, r.Topic, r.Version, r.After, w.d.ID)
		}
		if err == nil {
			err = w.tx.bumpVersions(bumpTagged, r.Topic)
		}
		if err != nil {
			return fmt.Errorf("rule of %s: %w", r.Topic, err)
		}
		if judged != nil && r.Version != "" {
			judged["topic/"+r.Topic] = r.Version
		} else {
			delete(judged, "topic/"+r.Topic)
		}
	}
	if err := w.tx.bumpVersions(bumpRules); err != nil || judged == nil {
		return err
	}
	return putJudgedVersions(w.tx, judged)
}

const (
	createdQuery = `SELECT created FROM edition WHERE id = $1`

	// documentChangesQuery returns the last change of an edition's document by each decision, and by fetches.
	documentChangesQuery = `
		SELECT c.at, coalesce(d.action, ''), coalesce(d.undone_by, 0), coalesce(u.action, '')
		FROM (
			SELECT decision, max(at) AS at
			FROM publication
			WHERE edition = $1 AND head = 1
			GROUP BY decision) c
		LEFT JOIN decision d ON d.id = c.decision
		LEFT JOIN decision u ON u.id = d.undoes`
	decidedEditionsQuery = `
		SELECT DISTINCT e.name
		FROM publication p
		JOIN edition e ON e.id = p.edition
		WHERE p.decision = $1`
	setUpdated = `UPDATE edition SET updated = $1 WHERE id = $2`
)

// backInTime sets the time of the editions touched by an undo, or by the undone decision, to their time without both.
// An undo may leave an edition as it is: a later decision had already reversed the effect.
func (w *deciding) backInTime(ctx context.Context) error {
	names, err := column[string](ctx, w.tx, decidedEditionsQuery, w.undoes)
	if err != nil {
		return err
	}
	names = append(names, w.done().Editions...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		e, err := w.tx.edition(name)
		if err != nil {
			return fmt.Errorf("edition %s: %w", name, err)
		}
		e.at = 0 // writeEditions must not advance it
		created, err := w.tx.number(createdQuery, e.id)
		if err != nil {
			return fmt.Errorf("edition %s: %w", name, err)
		}
		changes, err := list(ctx, w.tx, func(row scanner, c *oped.DocumentChange) (err error) {
			c.News, err = scanNews(row, (*instant)(&c.At))
			return err
		}, documentChangesQuery, e.id)
		if err == nil {
			_, err = w.tx.exec(setUpdated, oped.UpdatedAfterUndo(fromMillis(created), changes).UnixMilli(), e.id)
		}
		if err != nil {
			return fmt.Errorf("edition %s: %w", name, err)
		}
	}
	return nil
}

// scanNews reads some columns, and after them the action of a decision, its undo, and the action that it
// undoes. It reports whether the decision is lasting news.
func scanNews(row scanner, before ...any) (bool, error) {
	var d oped.Decision
	var undone oped.Action
	err := row.Scan(append(before, &d.Action, &d.UndoneBy, &undone)...)
	return d.LastingNews(undone), err
}
