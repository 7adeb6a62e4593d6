package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestWordSet checks that each word occurs once, in the order of first occurrence, whatever the set was used
// for before.
func TestWordSet(t *testing.T) {
	var set WordSet
	for range 3 {
		for _, n := range []int{0, 1, 3, 700, 5000, 2} {
			var want []string
			set.Reset()
			for i := range n {
				want = append(want, fmt.Sprintf("word%d", i))
				set.Add(fmt.Sprintf("Word%d, word%d!", i, i/2))
			}
			if got := strings.Fields(set.String()); !slices.Equal(got, want) {
				t.Fatalf("%d words: got %d: %.100q", n, len(got), got)
			}
		}
	}
}

// TestWordSet_AllocatesOnce checks that a reused set allocates nothing for another text.
func TestWordSet_AllocatesOnce(t *testing.T) {
	var set WordSet
	var ts Tokens
	ts.Scan(strings.Repeat("The envoys agreed that talks would begin in the capital. ", 40))
	allocs := testing.AllocsPerRun(20, func() {
		set.Reset()
		set.AddTokens(&ts)
	})
	if allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}
