package store_test

import (
	"path/filepath"
	"strings"
	"testing"

	"oped"
)

// TestNoTagsAreAnEmptyList: the kept tags of a piece without tags are "[]" for every decision, and "null" of an earlier
// release is read as that.
func TestNoTagsAreAnEmptyList(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	s := fresh(t, place(path))
	put(t, s, epoch, []string{"all"}, entry(dawn, 1))
	put(t, s, epoch, []string{"all"}, entry(nation, 2))
	raw(t, path, "DELETE FROM tag")
	r := &rearranging{t, s, epoch}
	merge, _ := r.do(oped.Merge, 0, []oped.PieceID{1, 2}, mergeAll)
	// a wrong value makes the statement fail
	raw(t, path, "CREATE TEMP TABLE want (was TEXT CHECK (was = '[]')) STRICT; INSERT INTO want SELECT was FROM decision_tag")
	raw(t, path, "UPDATE decision_tag SET was = 'null'")
	r.do(oped.Undo, merge.ID, nil, back)
	if got := strings.Join(r.pieces(), " "); got != "1:[1] 2:[2]" {
		t.Errorf("undone: %s", got)
	}
}
