package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"oped"
)

// ActiveRule is the rule of one topic by which the stored pieces are judged.
type ActiveRule struct {
	Topic    string
	Version  string
	Source   string        // as topic.Source gives it
	Decision oped.Decision // the decision that activated it; without Rules
}

// ActiveRules returns the active rules, sorted by topic name.
func (s Topics) ActiveRules(ctx context.Context) (rules []ActiveRule, err error) {
	err = each(ctx, s.db.reader, `
		SELECT r.topic, r.version, r.source, `+decisionColumns+`
		FROM rule r
		JOIN decision d ON d.id = r.decision
		ORDER BY r.topic`, nil,
		func(row scanner) error {
			var r ActiveRule
			err := scanDecision(row, &r.Decision, &r.Topic, &r.Version, &r.Source)
			rules = append(rules, r)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read the active rules: %w", explain(s.db.path, err))
	}
	return rules, nil
}

const decisionColumns = `d.id, d.at, d.given_by, d.why, d.action,
	ifnull(d.piece, 0), ifnull(d.topic, ''), ifnull(d.undoes, 0), ifnull(d.undone_by, 0)`

// scanDecision reads the columns of a decision, after others.
func scanDecision(row scanner, d *oped.Decision, before ...any) error {
	var at int64
	err := row.Scan(append(before, &d.ID, &at, &d.By, &d.Why, &d.Action, &d.Piece, &d.Topic, &d.Undoes, &d.UndoneBy)...)
	d.At = time.UnixMilli(at).UTC()
	return err
}

// Latest returns the last n decisions, the latest first; n ≤ 0 means all of them.
func (s Decisions) Latest(ctx context.Context, n int) ([]oped.Decision, error) {
	if n <= 0 {
		n = -1 // SQL for no limit
	}
	all, err := decisions(ctx, s.db.reader, `SELECT `+decisionColumns+` FROM decision d ORDER BY d.id DESC LIMIT ?`, n)
	if err != nil {
		return nil, fmt.Errorf("read the decisions: %w", explain(s.db.path, err))
	}
	return all, nil
}

// Judgements returns the decisions of one topic on single pieces, the oldest first, without undone ones. Of
// several on one piece the last one counts. A merged piece is named by its target.
func (s Decisions) Judgements(ctx context.Context, topic string) ([]oped.Decision, error) {
	all, err := decisions(ctx, s.db.reader, `SELECT `+decisionColumns+`
		FROM decision d
		WHERE d.topic = ? AND d.action IN ('tag', 'untag') AND d.undone_by IS NULL
		ORDER BY d.id`, topic)
	if err == nil {
		err = resolvePieces(ctx, s.db.reader, all)
	}
	if err != nil {
		return nil, fmt.Errorf("read the decisions on %s: %w", topic, explain(s.db.path, err))
	}
	return all, nil
}

// resolvePieces replaces the pieces of decisions by their targets.
func resolvePieces(ctx context.Context, q querier, all []oped.Decision) error {
	ids := make([]oped.PieceID, len(all))
	for i := range all {
		ids[i] = all[i].Piece
	}
	to, err := resolveIDs(ctx, q, ids)
	for i := range all {
		if at, merged := to[all[i].Piece]; merged {
			all[i].Piece = at
		}
	}
	return err
}

func decisions(ctx context.Context, q querier, query string, args ...any) (all []oped.Decision, err error) {
	err = each(ctx, q, query, args, func(row scanner) error {
		var d oped.Decision
		err := scanDecision(row, &d)
		all = append(all, d)
		return err
	})
	for i := range all {
		if err == nil {
			all[i].Rules, err = rulesOf(ctx, q, all[i].ID)
		}
		if err == nil && (all[i].Action == oped.Merge || all[i].Action == oped.Split) {
			err = aboutPieces(ctx, q, &all[i])
		}
	}
	return all, err
}

// aboutPieces adds the pieces of a merge or split to a decision.
func aboutPieces(ctx context.Context, q querier, d *oped.Decision) error {
	return each(ctx, q, `
		SELECT was, sum(side > 0 AND was = ?)
		FROM decision_entry
		WHERE decision = ?
		GROUP BY was
		ORDER BY was`, []any{d.Piece, d.ID}, func(row scanner) error {
		var id oped.PieceID
		var split int
		err := row.Scan(&id, &split)
		d.Pieces, d.Split = append(d.Pieces, id), d.Split+split
		return err
	})
}

// On returns the decisions on a piece, on the pieces merged into it, and on its entries in any other piece;
// the oldest first.
func (s Decisions) On(ctx context.Context, id oped.PieceID) ([]oped.Decision, error) {
	all, err := decisions(ctx, s.db.reader, `
		WITH RECURSIVE near (id) AS (
			SELECT ?1
			UNION ALL
			SELECT p.id
			FROM near
			JOIN piece p ON p.merged = near.id)
		SELECT `+decisionColumns+`
			FROM decision d
			WHERE d.piece IN (SELECT id FROM near)
				OR d.id IN (
					SELECT x.decision
					FROM entry e
					JOIN decision_entry x ON x.entry = e.id
					WHERE e.piece = ?1)
			ORDER BY d.id`, id)
	if err != nil {
		return nil, fmt.Errorf("read the decisions on piece %d: %w", id, explain(s.db.path, err))
	}
	return all, nil
}

func rulesOf(ctx context.Context, q querier, decision int64) (rules []oped.RuleChange, err error) {
	err = each(ctx, q, `
		SELECT topic, before, after, added, removed
		FROM decision_rule
		WHERE decision = ?
		ORDER BY topic`, []any{decision}, func(row scanner) error {
		var r oped.RuleChange
		err := row.Scan(&r.Topic, &r.Before, &r.After, &r.Added, &r.Removed)
		rules = append(rules, r)
		return err
	})
	return rules, err
}

// Last returns the last manual decision open to undo: not undone, and no undo itself. With rules, only
// decisions on rules count. The error is ErrNotFound if there is none.
func (s Decisions) Last(ctx context.Context, rules bool) (oped.Decision, error) {
	found, err := decisions(ctx, s.db.reader, `SELECT `+decisionColumns+`
		FROM decision d
		WHERE d.undone_by IS NULL AND d.action <> 'undo' AND d.given_by NOT IN (?, ?)
			AND (d.action = 'apply' OR NOT ?)
		ORDER BY d.id DESC LIMIT 1`,
		oped.ByConfig, oped.ByRule, rules)
	if err != nil {
		return oped.Decision{}, fmt.Errorf("look for the last decision: %w", explain(s.db.path, err))
	}
	if len(found) == 0 {
		return oped.Decision{}, ErrNotFound
	}
	return found[0], nil
}

// Verdict is the effect of a decision on the store: the pieces it may touch, and the change of each.
type Verdict struct {
	Queries []CandidateQuery // pieces it may touch,
	Topics  []string         // and those with a tag of these topics
	Pieces  []oped.PieceID

	// Decide returns the new state of a piece; false: it stays as it is. was are its tags before the undone
	// decision, nil if that did not change them. Decide may be called again, and must be pure.
	Decide func(p oped.Piece, was []oped.Tag) (oped.PieceChange, bool)
}

// Decide writes a decision and all its effects in one transaction: after a crash either everything is there
// or nothing. It activates the rules in d.Rules. It returns the decision as stored, with the counts of every
// topic. An undo moves editions back to their earlier time, so that an unchanged document stays the same, to
// the byte.
func (s Decisions) Decide(ctx context.Context, d oped.Decision, v Verdict) (oped.Decision, oped.Changes, error) {
	var changes oped.Changes
	var written oped.Decision
	err := s.db.write(ctx, func(tx *tx) (err error) {
		w := deciding{
			writing: writing{tx: tx, at: d.At, editions: map[string]bool{}},
			d:       d,
			moved:   map[string]*oped.RuleChange{},
		}
		if err = w.decide(ctx, v); err != nil {
			return err
		}
		changes, written = w.writing.done(), w.d
		return nil
	})
	if err != nil {
		return oped.Decision{}, oped.Changes{}, fmt.Errorf("%s: %w", d.Action, err)
	}
	return written, changes, nil
}

// deciding is the writing of one decision.
type deciding struct {
	writing writing
	d       oped.Decision
	moved   map[string]*oped.RuleChange // by topic
}

func (w *deciding) decide(ctx context.Context, v Verdict) error {
	if err := w.begin(); err != nil {
		return err
	}
	ids, err := candidates(ctx, w.writing.tx, v.Queries, v.Topics)
	if err != nil {
		return err
	}
	if err := w.judge(ctx, v, ids); err != nil {
		return err
	}
	if err := w.buryArchived(); err != nil {
		return err
	}
	if err := w.putRules(ctx); err != nil {
		return err
	}
	if w.d.Undoes != 0 {
		return w.backInTime()
	}
	return nil
}

// begin writes the decision itself.
func (w *deciding) begin() error {
	id, err := w.writing.tx.insert(`
		INSERT INTO decision (at, given_by, why, action, piece, topic, undoes)
		VALUES (?, ?, ?, ?, nullif(?, 0), nullif(?, ''), nullif(?, 0))`,
		w.d.At.UnixMilli(), w.d.By, w.d.Why, w.d.Action, w.d.Piece, w.d.Topic, w.d.Undoes)
	if err != nil {
		return err
	}
	w.d.ID, w.writing.decision = id, id
	if w.d.Action == oped.Withdraw {
		if err := w.writing.tx.bumpVersions(bumpAliases, w.d.Piece); err != nil {
			return err
		}
	}
	if w.d.Undoes != 0 {
		return w.takeBack(w.d.Undoes)
	}
	return nil
}

// takeBack marks the undone decision.
func (w *deciding) takeBack(undone int64) error {
	n, err := w.writing.tx.exec(`UPDATE decision SET undone_by = ? WHERE id = ? AND undone_by IS NULL`, w.d.ID, undone)
	if err == nil && n != 1 {
		err = fmt.Errorf("decision %d: %w", undone, ErrNotFound)
	}
	w.writing.undoes = undone
	if err == nil {
		err = w.writing.tx.bumpVersions(bumpDecided, undone)
	}
	var withdrawn int64
	if err == nil {
		withdrawn, err = w.writing.tx.number(`
			SELECT ifnull(max(piece), 0)
			FROM decision
			WHERE id = ? AND action = 'withdraw'`, undone)
	}
	if err == nil && withdrawn != 0 {
		err = w.writing.tx.bumpVersions(bumpAliases, withdrawn)
	}
	if err != nil {
		return err
	}
	return w.unlink()
}

// judge judges every piece, and writes the changed ones.
func (w *deciding) judge(ctx context.Context, v Verdict, ids []oped.PieceID) error {
	was, err := tagsBefore(ctx, &w.writing)
	if err != nil {
		return err
	}
	ids = append(append(ids, v.Pieces...), slices.Collect(maps.Keys(was))...)
	if ids, err = w.resolve(ctx, ids, was); err != nil {
		return err
	}
	for len(ids) > 0 {
		n := min(pageSize, len(ids))
		pieces, err := loadPieces(ctx, w.writing.tx, ids[:n])
		if err != nil {
			return err
		}
		ids = ids[n:]
		for _, p := range pieces {
			if err := ctx.Err(); err != nil {
				return err
			}
			if change, ok := v.Decide(p, was[p.ID]); ok {
				if err := w.change(p, &change); err != nil {
					return fmt.Errorf("piece %d: %w", p.ID, err)
				}
			}
		}
	}
	return nil
}

// resolve returns the target pieces of some ids, in order, and the earlier tags of pieces merged away since.
func (w *deciding) resolve(
	ctx context.Context, ids []oped.PieceID, was map[oped.PieceID][]oped.Tag,
) ([]oped.PieceID, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	to, err := resolveIDs(ctx, w.writing.tx, ids)
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
	if err := keepTags(&w.writing, &p); err != nil {
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
	return w.writing.piece(p, c)
}

// keepTags keeps the tags of a piece from before the decision.
func keepTags(w *writing, p *oped.Piece) error {
	raw, err := json.Marshal(p.Tags)
	if err != nil {
		return err
	}
	_, err = w.tx.exec(`
		INSERT INTO decision_tag (decision, piece, was)
		VALUES (?, ?, ?)`, w.decision, p.ID, string(raw))
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
	err := each(ctx, w.tx, `
		SELECT piece, was
		FROM decision_tag
		WHERE decision = ?`, []any{w.undoes}, func(row scanner) error {
		var id oped.PieceID
		var raw string
		if err := row.Scan(&id, &raw); err != nil {
			return err
		}
		tags := []oped.Tag{}
		err := json.Unmarshal([]byte(raw), &tags)
		was[id] = tags
		return err
	})
	return was, err
}

// putRules activates the rules of the decision, and records their effect.
func (w *deciding) putRules(ctx context.Context) error {
	judged, err := judgedVersions(ctx, w.writing.tx)
	if err != nil {
		return err
	}
	for i := range w.d.Rules {
		r := &w.d.Rules[i]
		r.Added, r.Removed = w.of(r.Topic).Added, w.of(r.Topic).Removed
		if _, err := w.writing.tx.exec(`
			INSERT INTO decision_rule (decision, topic, before, after, added, removed)
			VALUES (?, ?, ?, ?, ?, ?)`,
			w.d.ID, r.Topic, r.Before, r.After, r.Added, r.Removed); err != nil {
			return err
		}
		if r.After == "" {
			_, err = w.writing.tx.exec(`DELETE FROM rule WHERE topic = ?`, r.Topic)
		} else {
			_, err = w.writing.tx.exec(`
				INSERT INTO rule (topic, version, source, decision)
				VALUES (?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET version = excluded.version, source = excluded.source,
					decision = excluded.decision`, r.Topic, r.Version, r.After, w.d.ID)
		}
		if err == nil {
			err = w.writing.tx.bumpVersions(bumpTagged, r.Topic)
		}
		if err != nil {
			return fmt.Errorf("rule of %s: %w", r.Topic, err)
		}
		if judged != nil {
			setVersion(judged, "topic/"+r.Topic, r.Version)
		}
	}
	if len(w.d.Rules) == 0 {
		return nil
	}
	if err := w.writing.tx.bumpVersions(bumpRules); err != nil || judged == nil {
		return err
	}
	return putJudgedVersions(w.writing.tx, judged)
}

func setVersion(versions map[string]string, key, version string) {
	if version == "" {
		delete(versions, key)
		return
	}
	versions[key] = version
}

// rearranges reports whether a decision d merges, splits or withdraws pieces, or undoes that. Its effect on
// editions is news, also on undo: readers have seen the tombstones.
const rearranges = `
	coalesce(
		(SELECT u.action FROM decision u WHERE u.id = d.undoes), d.action) IN ('merge', 'split', 'withdraw')`

// lastingNews reports whether a line of the record comes from no decision d, or from one with a lasting
// effect on the documents of editions.
const lastingNews = `(d.id IS NULL OR d.undone_by IS NULL AND d.action <> 'undo' OR ` + rearranges + `)`

// backInTime sets the time of the editions touched by an undo to their time without it and the undone
// decision.
func (w *deciding) backInTime() error {
	for name, e := range w.writing.tx.rows {
		if !w.writing.editions[name] {
			continue
		}
		e.at = 0 // settle must not advance it
		_, err := w.writing.tx.exec(`UPDATE edition SET updated = max(created, ifnull((
				SELECT max(p.at) FROM publication p LEFT JOIN decision d ON d.id = p.decision
				WHERE p.edition = edition.id AND p.head = 1 AND `+lastingNews+`), 0)) WHERE id = ?`, e.id)
		if err != nil {
			return fmt.Errorf("edition %s: %w", name, err)
		}
	}
	return nil
}

// headBefore reports whether a piece was at the head of an edition before the undone decision removed it. The
// error is ErrNotFound if that decision did not.
func headBefore(w *writing, edition int64, piece oped.PieceID) (bool, error) {
	n, err := w.tx.number(`
		SELECT head
		FROM publication
		WHERE decision = ? AND edition = ? AND piece = ? AND action = 'leave'`, w.undoes, edition, piece)
	return n == 1, err
}
