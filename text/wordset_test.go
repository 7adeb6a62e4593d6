package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestWordSet: each word once, in the order in which it was first met, whatever the set was used for before.
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

// TestWordSet_AllocatesOnce: a set that was used before takes no memory for the words of another text.
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
