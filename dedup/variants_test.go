package dedup

import (
	"strings"
	"testing"

	"oped"
)

// TestVariants checks that reprints are recognised, of every kind all but one in a thousand, and are never
// taken for another piece. The texts are real; the variants are new every time.
func TestVariants(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	all, chance := realTexts(t), seeded(t)
	each, others := 1000, 20
	if raced {
		each, others = 100, 5
	}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			r := chance(v.name)
			missed, wrong := 0, 0
			for range each {
				of := &all[r.IntN(len(all))]
				e := read(v.of(r, all, of), nil)
				if m := compare(of.mine(), e, false); m.Verdict != Same {
					if missed++; missed <= 5 {
						t.Logf("missed: %s\n%s\n%s", m.Why, shown(of.Entry), shown(e.Entry))
					}
				}
				for range others {
					o := another(r, all, of)
					if m := compare(o.mine(), e, false); m.Verdict == Same {
						wrong++
						t.Errorf("taken for another: %s\n%s\n%s", m.Why, shown(o.Entry), shown(e.Entry))
					}
				}
			}
			recall := 1 - float64(missed)/float64(each)
			t.Logf("%d of %d recognised (%.4f), %d of %d others wrongly",
				each-missed, each, recall, wrong, each*others)
			if recall < v.needed {
				t.Errorf("recall %.4f, want %.3f", recall, v.needed)
			}
		})
	}
}

// shown returns an entry in short.
func shown(e *oped.Entry) string {
	w := strings.Fields(e.Text)
	return "\t" + e.Publisher + ", " + e.Published.Format("2 Jan 15:04") + ", " + e.Title + ": " +
		strings.Join(w[:min(len(w), 30)], " ")
}
