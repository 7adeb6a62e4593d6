package publish

import (
	"testing"

	"pgregory.net/rapid"
)

// TestCutLine_RecognisesLines: a text recognised as a line equals the result of making it one.
func TestCutLine_RecognisesLines(t *testing.T) {
	lines := 0
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[ -~]{0,4}( ?[a-z<&;/#0-9"']{1,3}){0,6}[ \n\t\x00\x7f]?`).Draw(t, "s")
		if !isLine(s) {
			return
		}
		lines++
		const dropped = "\u202a" // and not at first sight
		if got := cutLine(s+dropped, maxLine); got != s || cutLine(s, maxLine) != s {
			t.Errorf("%q became %q", s, got)
		}
	})
	if lines == 0 {
		t.Error("nothing was taken for a line")
	}
}
