package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"oped"
)

// Rejudge calls decide for every piece and writes the changes, all in one transaction: after a crash, either
// everything is judged by the new rules or nothing is. Versions names everything a judgement depends on. If
// nothing differs from the last time, or only feeds without pieces were added, nothing is done. For a new
// author only the author's pieces are judged. Decide returns false for an unchanged piece.
func (s Topics) Rejudge(
	ctx context.Context, versions map[string]string, decide func(oped.Piece) (oped.PieceChange, bool),
) (oped.Changes, error) {
	var changes oped.Changes
	err := s.db.write(ctx, func(tx *tx) error {
		judged, err := judgedVersions(ctx, tx)
		if err != nil || judged != nil && maps.Equal(judged, versions) {
			return err
		}
		authors, few := []string(nil), false
		if judged != nil {
			if authors, few, err = onlyNewAuthors(tx, judged, versions); err != nil {
				return err
			}
		}
		w := writing{tx: tx, editions: map[string]bool{}}
		if few {
			err = rejudgeAuthors(ctx, &w, authors, decide)
		} else {
			err = rejudgeAll(ctx, &w, decide)
		}
		if err != nil {
			return err
		}
		changes = w.done()
		return putJudgedVersions(tx, versions)
	})
	if err != nil {
		return oped.Changes{}, fmt.Errorf("judge the stored pieces again: %w", err)
	}
	return changes, nil
}

// FeedVersion is the prefix of a feed's version names, before its URL.
const FeedVersion = "feed/"

// onlyNewAuthors reports whether the versions differ only by further feeds without entries, and by authors.
// It returns the new authors; others were removed.
func onlyNewAuthors(t *tx, judged, versions map[string]string) (authors []string, only bool, err error) {
	for name := range judged {
		if _, still := versions[name]; !still && !strings.HasPrefix(name, AuthorVersion) {
			return nil, false, nil
		}
	}
	for name, v := range versions {
		have, known := judged[name]
		url, feed := strings.CutPrefix(name, FeedVersion)
		author, person := strings.CutPrefix(name, AuthorVersion)
		switch {
		case have == v && known:
		case person:
			authors = append(authors, author)
		case known || !feed:
			return nil, false, nil
		default:
			entries, err := t.number(`SELECT ifnull((SELECT entries FROM feed WHERE url = ?), 0)`, url)
			if err != nil || entries > 0 { // it came back
				return nil, false, err
			}
		}
	}
	return authors, true, nil
}

// judgedVersions returns the versions of the rules behind the stored judgements; nil if there are none.
func judgedVersions(ctx context.Context, t *tx) (versions map[string]string, err error) {
	err = each(ctx, t, `SELECT value FROM meta WHERE key = 'judged'`, nil, func(row scanner) error {
		var raw string
		if err := row.Scan(&raw); err != nil {
			return err
		}
		return json.Unmarshal([]byte(raw), &versions)
	})
	return versions, err
}

func putJudgedVersions(t *tx, versions map[string]string) error {
	raw, err := json.Marshal(versions)
	if err != nil {
		return err
	}
	_, err = t.exec(`
		INSERT INTO meta (key, value)
		VALUES ('judged', ?)
		ON CONFLICT DO UPDATE SET value = excluded.value`, string(raw))
	return err
}

func rejudgeAll(ctx context.Context, w *writing, decide func(oped.Piece) (oped.PieceChange, bool)) error {
	var after oped.PieceID
	for {
		ids, pieces, err := nextPieces(ctx, w.tx, after, pageSize)
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := rejudgeThese(ctx, w, pieces, decide); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// rejudgeAuthors rejudges the pieces of some authors.
func rejudgeAuthors(
	ctx context.Context, w *writing, authors []string, decide func(oped.Piece) (oped.PieceChange, bool),
) error {
	ids, err := piecesBy(ctx, w.tx, authors)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(ids, pageSize) {
		pieces, err := loadPieces(ctx, w.tx, chunk)
		if err == nil {
			err = rejudgeThese(ctx, w, pieces, decide)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func rejudgeThese(
	ctx context.Context, w *writing, pieces []oped.Piece, decide func(oped.Piece) (oped.PieceChange, bool),
) error {
	for _, p := range pieces {
		if err := ctx.Err(); err != nil {
			return err
		}
		change, ok := decide(p)
		if !ok {
			continue
		}
		if change.Piece.ID != p.ID {
			return fmt.Errorf("the change of piece %d is of piece %d", p.ID, change.Piece.ID)
		}
		if err := w.piece(p, &change); err != nil {
			return fmt.Errorf("piece %d: %w", p.ID, err)
		}
	}
	return nil
}
