package store

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// indexWords indexes the words of the pieces written by the transaction, all of them last. FTS5 writes its
// memory to a new segment whenever another statement with its own undo begins, and then merges segments
// (https://www.sqlite.org/vtab.html#the_xsavepoint_xrelease_and_xrollbackto_methods). Old words are removed
// before any are added: FTS5 merges segments by the share of removed words, and would merge them again and
// again. Indexing is most of the work for a large document, and ends early when no caller waits for the
// transaction any more.
func (t *tx) indexWords() error {
	ids := slices.Sorted(maps.Keys(t.words))
	if len(ids) == 0 {
		return nil
	}
	raw, err := json.Marshal(ids)
	if err == nil {
		_, err = t.exec(t.dialect.words.dropAll, string(raw))
	}
	if err != nil {
		return fmt.Errorf("remove words from the index: %w", err)
	}
	for _, id := range ids {
		if err := t.ended(); err != nil {
			return err
		}
		if _, err := t.exec(t.dialect.words.put, id, t.words[id]); err != nil {
			return fmt.Errorf("index the words of piece %d: %w", id, err)
		}
	}
	return nil
}
