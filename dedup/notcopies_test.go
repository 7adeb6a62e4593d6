package dedup

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	forged "oped/internal/variant"
)

// TestNotCopies: of ten thousand pairs that only look like copies none is taken for one. How many are given the relation that they have is
// told; not all can be.
func TestNotCopies(t *testing.T) {
	if os.Getenv("OPED_VARIANTS") == "" {
		t.Skip("SKIPPED: OPED_VARIANTS is not set; not all of this holds yet")
	}
	texts, err := forged.Corpus(cmp.Or(os.Getenv("OPED_DATA"), "../../shared/data"))
	if err != nil {
		t.Skipf("SKIPPED: %v; set OPED_DATA to the folder with the test data", err)
	}
	seed, all := seeded(t)("pairs").Uint64(), 10_000
	if raced || testing.Short() {
		all /= 20
	}
	kinds := forged.PairKinds()
	for _, k := range kinds {
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			notCopies(t, &k, texts, seed, all/len(kinds)+1)
		})
	}
}

func notCopies(t *testing.T, k *forged.PairKind, texts []forged.Text, seed uint64, n int) {
	related, clear := 0, 0
	verdicts := map[Verdict]int{}
	var wrong []string
	for i := range n {
		p := k.Make(texts, seed, i)
		m := Compare(&p.A, &p.B)
		if back := Compare(&p.B, &p.A); back.Verdict != m.Verdict {
			t.Errorf("%d: %s one way, %s the other", i, m.Verdict, back.Verdict)
		}
		verdicts[m.Verdict]++
		if m.Verdict == Same {
			wrong = append(wrong, fmt.Sprintf("%d: %.3f, %s\n%s\n%s", i, m.Score, m.Why, shown(&p.A), shown(&p.B)))
		}
		if p.Relation != "" {
			clear++
			if string(m.Verdict) == string(p.Relation) {
				related++
			}
		}
	}
	t.Logf("%d pairs: %v", n, verdicts)
	if clear > 0 {
		t.Logf("%d of %d have the relation that they should", related, clear)
	}
	if len(wrong) > 0 {
		t.Errorf("%d of %d are taken for copies:\n%s", len(wrong), n, strings.Join(wrong[:min(len(wrong), 5)], "\n"))
	}
}
