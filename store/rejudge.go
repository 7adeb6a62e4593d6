package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"oped"
)

// Rejudge calls decide for every piece and writes the changes, all in one transaction: after a crash, either
// everything is judged by the new rules or nothing is. Versions names everything a judgement depends on. If
// nothing differs from the last time, or only feeds without pieces were added, nothing is done. For a new
// author only the author's pieces are judged. Decide returns false for an unchanged piece.
func (s Topics) Rejudge(
	ctx context.Context, versions map[string]string, decide func(oped.Piece) (oped.PieceChange, bool),
) (changes oped.Changes, err error) {
	err = s.db.compare(ctx, func(tx *tx) error {
		judged, err := judgedVersions(ctx, tx)
		if err != nil || judged != nil && maps.Equal(judged, versions) {
			return err
		}
		authors, few := []string(nil), false
		if judged != nil {
			authors, few, err = onlyNewAuthors(tx, judged, versions)
		}
		var ids []oped.PieceID
		if few && err == nil {
			ids, err = piecesBy(ctx, tx, authors)
		} else if err == nil {
			ids, err = column[oped.PieceID](ctx, tx, allQuery)
		}
		if err != nil {
			return err
		}
		w := newWriting(tx, time.Time{})
		err = eachPiece(ctx, tx, ids, func(p oped.Piece) error {
			change, ok := decide(p)
			if !ok {
				return nil
			}
			if change.Piece.ID != p.ID {
				return fmt.Errorf("the change is of piece %d", change.Piece.ID)
			}
			return w.piece(p, &change)
		})
		if err != nil {
			return err
		}
		changes = w.done()
		return putJudgedVersions(tx, versions)
	})
	if err != nil {
		return oped.Changes{}, s.db.doing("judge the stored pieces again", err)
	}
	return changes, nil
}

const (
	entriesQuery = `SELECT coalesce((SELECT entries FROM feed WHERE url = $1), 0)`
	judgedQuery  = `SELECT value FROM meta WHERE key = 'judged'`
	putMeta      = `
		INSERT INTO meta (key, value)
		VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE
		SET value = excluded.value`
)

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
			entries, err := t.number(entriesQuery, url)
			if err != nil || entries > 0 { // it came back
				return nil, false, err
			}
		}
	}
	return authors, true, nil
}

// judgedVersions returns the versions of the rules behind the stored judgements; nil if there are none.
func judgedVersions(ctx context.Context, t *tx) (versions map[string]string, err error) {
	raw, err := one[[]byte](ctx, t, judgedQuery)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &versions)
	}
	return versions, err
}

func putJudgedVersions(t *tx, versions map[string]string) error {
	raw, err := json.Marshal(versions)
	if err == nil {
		_, err = t.exec(putMeta, "judged", string(raw))
	}
	return err
}
