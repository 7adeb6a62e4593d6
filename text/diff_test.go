package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"oped"
	"pgregory.net/rapid"
)

// shown formats a diff for people.
func shown(before, after string) string {
	var b strings.Builder
	for _, e := range Diff(before, after) {
		switch e.Op {
		case Same:
			b.WriteString(before[e.Before[0]:e.Before[1]])
		case Removed:
			fmt.Fprintf(&b, "[-%s-]", before[e.Before[0]:e.Before[1]])
		case Added:
			fmt.Fprintf(&b, "{+%s+}", after[e.After[0]:e.After[1]])
		}
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"", "", ""},
		{"", "one two", "{+one two+}"},
		{"one two", "", "[-one two-]"},
		{"the river runs", "the river runs", "the river runs"},
		{"the river", "the river runs", "the river{+ runs+}"},
		{"the river runs", "river runs", "[-the -]river runs"},
		{"the river runs", "the wide river runs", "the {+wide +}river runs"},
		{"the river runs dry.", "the river ran dry.", "the river [-runs-]{+ran+} dry."},
		{"It ends here.", "It ends here, they say.", "It ends [-here.-]{+here, they say.+}"},
		{"One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One.\n\n[-Two.\n\n-]Three."},
		{"One.\n\nTwo.", "One.\n\nTwo.\n\nCorrection: three.", "One.\n\nTwo.{+\n\nCorrection: three.+}"},
		{"One two.\n\nThree four.", "One two. Three four.", "One two.[-\n\n-]{+ +}Three four."},
		{"a\u2003b", "a\u2002b", "a[-\u2003-]{+\u2002+}b"},
		{"دریا خشک ہے", "دریا اب خشک ہے", "دریا {+اب +}خشک ہے"},
		// A word beside kept ones is kept, although another one like it was paired first.
		{"ten long days of rain and then the air is bad today",
			"a cold and early snow in the month before it the air is bad again",
			"[-ten long days of rain and then-]{+a cold and early snow in the month before it+} the air is bad [-today-]{+again+}"},
		{"a cold and early snow in the month before it the air is bad today",
			"ten long days of rain and then the air is bad again",
			"[-a cold and early snow in the month before it-]{+ten long days of rain and then+} the air is bad [-today-]{+again+}"},
		// A word shared by chance does not tear two sentences apart.
		{"Begin. we had hoped for rain and the snow of winter. End.",
			"Begin. they will build canals and a dam near here. End.",
			"Begin. [-we had hoped for rain and the snow of winter.-]{+they will build canals and a dam near " +
				"here.+} End."},
	} {
		if got := shown(c.before, c.after); got != c.want {
			t.Errorf("%q to %q:\n%q, want\n%q", c.before, c.after, got, c.want)
		}
	}
}

// holdsDiff checks the properties of every diff: both texts, to the byte, in order, without empty edits or two
// neighbours with the same operation.
func holdsDiff(t interface{ Errorf(string, ...any) }, before, after string) {
	var was, is strings.Builder
	edits := Diff(before, after)
	for i, e := range edits {
		x, y := before[e.Before[0]:e.Before[1]], after[e.After[0]:e.After[1]]
		if was.Len() != e.Before[0] || is.Len() != e.After[0] {
			t.Errorf("edit %d of %+v leaves a gap", i, edits)
		}
		was.WriteString(x)
		is.WriteString(y)
		if x+y == "" || e.Op == Same && x != y || e.Op == Removed && y != "" || e.Op == Added && x != "" ||
			i > 0 && edits[i-1].Op == e.Op {
			t.Errorf("edit %d of %+v: %q, %q", i, edits, x, y)
		}
	}
	if was.String() != before || is.String() != after {
		t.Errorf("%q to %q is %+v", before, after, edits)
	}
	if before == after && len(edits) > 1 {
		t.Errorf("nothing changed, but %+v", edits)
	}
}

func TestDiffProperties(t *testing.T) {
	word := rapid.SampledFrom([]string{
		"a", "b", "c", "the", "river", "runs.", "خشک", "\xff", " ", "  ", "\n", "\n\n", "\u2003", "\u00a0",
	})
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.SliceOfN(word, 0, 60).Draw(t, "before")
		after := slices.Clone(before)
		for range rapid.IntRange(0, 8).Draw(t, "edits") {
			at := rapid.IntRange(0, len(after)).Draw(t, "at")
			after = slices.Replace(after, at, min(len(after), at+rapid.IntRange(0, 5).Draw(t, "out")),
				rapid.SliceOfN(word, 0, 5).Draw(t, "in")...)
		}
		holdsDiff(t, strings.Join(before, ""), strings.Join(after, ""))
		holdsDiff(t, strings.Join(before, " "), strings.Join(after, " "))
		holdsDiff(t, strings.Join(before, " "), strings.Join(before, " "))
	})
}

// TestDiff_IsShortest checks that, unless pairs are dropped for the reader's sake, no more is removed than
// necessary.
func TestDiff_IsShortest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SliceOfN(rapid.Int32Range(0, 3), 0, 14)
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		steps := oped.NewBudget(1 << 20)
		d := differ{effort: 1 << 20, steps: &steps}
		pairs := d.myers(a, b)
		for i, p := range pairs {
			if a[p[0]] != b[p[1]] || i > 0 && (p[0] <= pairs[i-1][0] || p[1] <= pairs[i-1][1]) {
				t.Errorf("%v and %v: %v", a, b, pairs)
			}
		}
		if limit := common(a, b); len(pairs) != limit {
			t.Errorf("%v and %v: %v, but want %d pairs", a, b, pairs, limit)
		}
	})
}

// common returns the length of the longest common subsequence of two lists.
func common(a, b []int32) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if row[j+1] = max(above, row[j]); x == y {
				row[j+1] = diagonal + 1
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

// worst returns pairs of texts of 64 KB that are hard to compare.
func worst() map[string][2]string {
	fill := func(word func(i int) string) string {
		var b strings.Builder
		for i := 0; b.Len() < 64<<10; i++ {
			b.WriteString(word(i))
		}
		return b.String()[:64<<10]
	}
	mixed := func(seed uint32, words ...string) string {
		return fill(func(int) string {
			seed = seed*1664525 + 1013904223
			return words[int(seed>>16)%len(words)]
		})
	}
	return map[string][2]string{
		"nothing in common": {
			fill(func(i int) string { return fmt.Sprintf("a%d ", i) }),
			fill(func(i int) string { return fmt.Sprintf("b%d ", i) }),
		},
		"the same words":    {mixed(1, "a ", "b ", "c "), mixed(2, "a ", "b ", "c ")},
		"lines of a letter": {mixed(1, "a\n", "b\n", "c\n"), mixed(2, "a\n", "b\n", "c\n")},
		"one long word":     {strings.Repeat("a", 64<<10), strings.Repeat("b", 64<<10)},
		"all but one": {
			strings.Repeat("a ", 32<<10), strings.Repeat("a ", 16<<10) + strings.Repeat("b ", 16<<10),
		},
	}
}

// TestDiff_IsBounded counts the steps of texts that are slow to compare.
func TestDiff_IsBounded(t *testing.T) {
	for name, c := range worst() {
		holdsDiff(t, c[0], c[1])
		steps := oped.NewBudget(1 << 30)
		DiffWithin(c[0], c[1], &steps)
		took, limit := 1<<30-steps.Left(), 3*(len(c[0])+len(c[1]))+diffSteps
		if t.Logf("%s: %d steps of %d", name, took, limit); took > limit {
			t.Errorf("%s: %d steps, at most %d are allowed", name, took, limit)
		}
	}
}

func BenchmarkDiff(b *testing.B) {
	for name, c := range worst() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Diff(c[0], c[1])
			}
		})
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("the river runs dry", "the wide river ran dry")
	f.Add("One.\n\nTwo.", "One.\nTwo.\u2003")
	f.Add("\xff a", "\xfe a")
	f.Fuzz(func(t *testing.T, before, after string) {
		holdsDiff(t, before, after)
		if n := len(Diff(before, after)); n > len(before)+len(after) {
			t.Errorf("%d edits of %d and %d bytes", n, len(before), len(after))
		}
	})
}

// TestDiffWithin_KeepsToTheBudget checks that diffs stay within a shared budget, and that text beyond it is
// removed and added as a whole.
func TestDiffWithin_KeepsToTheBudget(t *testing.T) {
	var before, after []string
	for i := range 300 {
		before, after = append(before, fmt.Sprint("w", i)), append(after, fmt.Sprint("w", i))
		if i%20 == 10 {
			after[i] = "other"
		}
	}
	a, b := strings.Join(before, " "), strings.Join(after, " ")
	steps := oped.NewBudget(1 << 20)
	whole := len(DiffWithin(a, b, &steps))
	took := 1<<20 - steps.Left()
	for _, budget := range []int{2 * took, took, took / 2, 0} {
		steps := oped.NewBudget(budget)
		edits := DiffWithin(a, b, &steps)
		if enough := budget >= took; enough != (len(edits) == whole) || !enough && steps.Left() != 0 {
			t.Errorf("with %d steps of %d: %d edits of %d, %d steps are left", budget, took, len(edits), whole,
				steps.Left())
		}
	}
}

// TestDiffWithin_CountsReading checks that the bytes read of two texts are counted, even without anything to
// pair. The count grows with the texts, and without a budget nothing is read.
func TestDiffWithin_CountsReading(t *testing.T) {
	for _, unit := range []string{"word ", "word\n"} {
		for _, n := range []int{1000, 2000, 4000} {
			before := strings.Repeat(unit, n)
			after := before + "more"
			steps := oped.NewBudget(1 << 30)
			DiffWithin(before, after, &steps)
			if took, bytes := 1<<30-steps.Left(), len(before)+len(after); took < bytes || took > 3*bytes {
				t.Errorf("%d times %q: %d steps for %d bytes", n, unit, took, bytes)
			}
			steps = oped.NewBudget(len(before))
			if edits := DiffWithin(before, after, &steps); len(edits) != 2 || edits[0].Op != Removed ||
				edits[1].Op != Added || steps.Left() != 0 {
				t.Errorf("%d times %q: %v", n, unit, edits)
			}
		}
	}
}
