package dedup_test

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/dedup"
	"oped/internal/variant"
)

// corpus is the labelled real texts; the test is skipped, aloud, where there are none.
func corpus(t *testing.T) []variant.Text {
	t.Helper()
	if os.Getenv("OPED_VARIANTS") == "" {
		t.Skip("SKIPPED: OPED_VARIANTS is not set; not all of this holds yet")
	}
	dir := cmp.Or(os.Getenv("OPED_DATA"), "../../shared/data")
	texts, err := variant.Corpus(dir)
	if err != nil {
		t.Skipf("SKIPPED: %v; set OPED_DATA to the folder with the test data", err)
	}
	return texts
}

// freshSeed is another one in each run; OPED_SEED repeats a run.
func freshSeed(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("OPED_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("OPED_SEED=%d", seed)
	return seed
}

// least is how many cases there are: all of them, or few under the race detector and where time is short.
func least(all int) int {
	if raced || testing.Short() {
		return all / 50
	}
	return all
}

// TestVariants: copies of each kind are recognised, as many of a thousand as the kind asks for, and none is taken for another text: each is
// compared with twenty of them.
func TestVariants(t *testing.T) {
	texts, seed := corpus(t), freshSeed(t)
	others := make([]oped.Entry, len(texts))
	for i := range texts {
		others[i] = variant.Original(texts, i)
	}
	for _, k := range variant.Kinds() {
		n, found := least(1000), 0
		var missed []string
		for i := range n {
			original, copied, of := variant.Copy(texts, &k, seed, i)
			if m := dedup.Compare(&original, &copied); m.Verdict == dedup.Same {
				found++
			} else {
				missed = append(missed, fmt.Sprintf("%d (text %d): %s, score %.3f, guard %q: %s", i, of, m.Verdict, m.Score, m.Guard, m.Why))
			}
			for j := range 20 {
				at := (of + 1 + (i*20+j)*7919) % len(others)
				if at == of {
					continue
				}
				if m := dedup.Compare(&others[at], &copied); m.Verdict == dedup.Same {
					t.Errorf("%s %d of text %d is taken for text %d: score %.3f, %s", k.Name, i, of, at, m.Score, m.Why)
				}
			}
		}
		recall := float64(found) / float64(n)
		t.Logf("%-14s %4d of %4d, recall %.4f", k.Name, found, n, recall)
		if recall < k.Recall {
			t.Errorf("%s: recall %.4f, want %.3f; missed:\n%s", k.Name, recall, k.Recall, strings.Join(missed[:min(len(missed), 10)], "\n"))
		}
	}
}

// TestNotCopies: of ten thousand pairs that only look like copies none is taken for one. How many are given the relation that they have is
// told; not all can be.
func TestNotCopies(t *testing.T) {
	texts, seed := corpus(t), freshSeed(t)
	kinds := variant.PairKinds()
	n := least(10_000)/len(kinds) + 1
	for _, k := range kinds {
		same, related, clear := 0, 0, 0
		verdicts := map[dedup.Verdict]int{}
		var wrong []string
		for i := range n {
			p := k.Make(texts, seed, i)
			m := dedup.Compare(&p.A, &p.B)
			if back := dedup.Compare(&p.B, &p.A); back.Verdict != m.Verdict {
				t.Errorf("%s %d: %s one way, %s the other", k.Name, i, m.Verdict, back.Verdict)
			}
			verdicts[m.Verdict]++
			if m.Verdict == dedup.Same {
				same++
				wrong = append(wrong, fmt.Sprintf("%d: score %.3f: %s | %s | %s", i, m.Score, m.Why, p.A.Title, p.B.Title))
			}
			if p.Relation != "" {
				clear++
				if string(m.Verdict) == string(p.Relation) {
					related++
				}
			}
		}
		told := ""
		if clear > 0 {
			told = fmt.Sprintf("; %d of %d have their relation", related, clear)
		}
		t.Logf("%-18s %d pairs, %d same%s %v", k.Name, n, same, told, verdicts)
		if same > 0 {
			t.Errorf("%s: %d of %d are taken for copies:\n%s", k.Name, same, n, strings.Join(wrong[:min(len(wrong), 10)], "\n"))
		}
	}
}
