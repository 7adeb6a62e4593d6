package dedup

import (
	"fmt"
	"testing"
)

// TestLookalikes checks that entries with much in common that are not one piece are never the same, of ten
// thousand pairs none. Some have another relation: -v prints how many were found. The texts are real or
// invented; OPED_SEED seeds their mixing.
func TestLookalikes(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	all, chance := realTexts(t), seeded(t)
	each := 10_000/len(lookalikes) + 1
	if raced {
		each = 60
	}
	for _, u := range lookalikes {
		t.Run(u.name, func(t *testing.T) {
			t.Parallel()
			p := &press{chance(u.name), all}
			verdicts := map[string]int{}
			wrong := 0
			for range each {
				a, b := u.make(p)
				m := Compare(a, b)
				if verdicts[fmt.Sprint(m.Verdict, m.Guard)]++; m.Verdict != Same {
					continue
				}
				if wrong++; wrong <= 5 {
					t.Errorf("same: %s\n%s\n%s", m.Why, shown(a), shown(b))
				}
			}
			t.Logf("%d of %d wrongly the same; %v, should be %q", wrong, each, verdicts, u.relation)
		})
	}
}
