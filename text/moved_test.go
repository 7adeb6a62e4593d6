package text

import (
	"slices"
	"strings"
	"testing"
)

// TestMoved: stretches of a text are found in its other extraction.
func TestMoved(t *testing.T) {
	before := "The trea ty.\n\nOur news paper daily.\n\nپاک\u2060ستان\n\nOur news paper daily.\n\nGone."
	after := "The treaty. Our newspaper daily.\n\nپاکستان\n\nOur newspaper daily."
	var stretches [][2]int
	for _, part := range strings.Split(before, "\n\n") {
		at := strings.Index(before, part)
		if len(stretches) == 3 {
			at = strings.LastIndex(before, part)
		}
		stretches = append(stretches, [2]int{at, at + len(part)})
	}
	var got []string
	end := 0
	for _, s := range Moved(before, after, stretches) {
		if s[0] < end {
			t.Errorf("%v before %d", s, end)
		}
		got = append(got, after[s[0]:s[1]])
		end = s[1]
	}
	if want := []string{"The treaty.", "Our newspaper daily.", "پاکستان", "Our newspaper daily."}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
