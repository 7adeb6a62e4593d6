package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// wordy returns a sentence of n words, each with the mark.
func wordy(mark string, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprint(mark, string(rune('a'+i%26)), string(rune('a'+i/26)))
	}
	words[0] = strings.ToUpper(mark[:1]) + words[0][1:]
	return strings.Join(words, " ") + "."
}

func cuts(s string) (out []string) {
	for _, b := range scan(s).Blocks(nil) {
		out = append(out, s[b.Start:b.End])
	}
	return out
}

func TestBlocks(t *testing.T) {
	const note = "Sana Khan lives in Washington and grows roses"
	var paras []string
	for i := range 12 {
		paras = append(paras, strings.TrimSuffix(wordy(fmt.Sprint("p", string(rune('a'+i))), 20), "."))
	}
	long := wordy("x", 50) + " " + wordy("y", 50)
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"four words", "One two three four", nil},
		{"one paragraph", note, []string{note}},
		{
			"one paragraph of 80 words", strings.TrimSuffix(wordy("z", 80), "."),
			[]string{strings.TrimSuffix(wordy("z", 80), ".")},
		},
		{"one sentence of 81 words", wordy("z", 81), nil},
		{
			"few paragraphs, each once", strings.Join(paras[:4], "\n\n"),
			[]string{paras[0], paras[1], paras[3], paras[2]},
		},
		{"two from the beginning, six from the end", strings.Join(paras, "\n"),
			[]string{paras[0], paras[1], paras[11], paras[10], paras[9], paras[8], paras[7], paras[6]}},
		{"the same paragraph twice", note + ".\n" + wordy("z", 90) + "\n" + note, []string{note}},
		{"a long paragraph's last sentences",
			wordy("x", 100) + " " + wordy("v", 60) + " " + note + ". Write to her soon, and well. Not now.",
			[]string{"Write to her soon, and well", note}},
		{"a long paragraph's first and last sentences", note + ". " + long + " And so it ends, as ever",
			[]string{
				note, "And so it ends, as ever", strings.TrimSuffix(wordy("y", 50), "."),
				strings.TrimSuffix(wordy("x", 50), "."),
			}},
		{"a note that looks like one", long + "\nThe writer is a lawyer and can be reached at a@b.example", []string{
			strings.TrimSuffix(wordy("x", 50), ".")}},
		{
			"lines broken at a width",
			"The Federal Reserve entered the U.S.\nGovernment securities market to arrange 1.5 billion dlrs " +
				"of\ncustomer repurchase agreements, a Fed spokesman said",
			nil,
		},
		{"Urdu", "یہ مضمون اخبار کی رائے نہیں ہے", []string{"یہ مضمون اخبار کی رائے نہیں ہے"}},
	} {
		if got := cuts(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// TestBlockHash_IsStable pins hashes, since they are stored and must never change.
func TestBlockHash_IsStable(t *testing.T) {
	one := func(s string) int64 {
		ts := scan(s)
		return ts.blockHash(0, len(ts.List))
	}
	for _, same := range [][]string{
		{"Printed in Dawn, March 5th, 2026", "printed in dawn — April 21st, 1999.", "PRINTED IN DAWN JUNE 3, 2026"},
		{"Monday 05 2026, late edition", "Sunday 17 1950: late edition"},
		{"ڈان میں 5 مارچ 2026 کو شائع ہوا", "ڈان ميں ۱۲ اپریل ۲۰۲۷ كو شائع ہوا"},
	} {
		for _, s := range same[1:] {
			if one(s) != one(same[0]) {
				t.Errorf("%q and %q are two blocks", s, same[0])
			}
		}
	}
	for _, other := range [][2]string{
		{"It fell by 5 points of 100", "It fell by 6 points of 100"},
		{"On Monday it fell by 12.5 points", "On Monday it fell by 13.5 points"},
		{"a bc", "ab c"},
		{"Subscribe to our newsletter", "Subscribe to her newsletter"},
	} {
		if one(other[0]) == one(other[1]) {
			t.Errorf("%q and %q are one block", other[0], other[1])
		}
	}
	for s, want := range map[string]int64{
		"Subscribe to our newsletter":      8805292166585340655,
		"Printed in Dawn, March 5th, 2026": 4799014553888253733,
		"یہ مضمون اخبار کی رائے نہیں ہے":   -7890572832582169348,
	} {
		if got := one(s); got != want {
			t.Errorf("%q has the hash %d, and had %d", s, got, want)
		}
	}
}

// TestIsDayName_ComparesFoldedNames checks that names are compared in folded form.
func TestIsDayName_ComparesFoldedNames(t *testing.T) {
	for _, name := range strings.Fields("March MAY Sept Sunday مئی جولائی اپریل بدھ جمعہ ہفتہ جمعرات") {
		if !isDayName([]byte(Fold(name))) {
			t.Errorf("%q (%q) is no name", name, Fold(name))
		}
	}
	for _, word := range []string{"", "5", "marches", "the"} {
		if isDayName([]byte(word)) {
			t.Errorf("%q is a name", word)
		}
	}
}

// TestMarkLearned_MarksOnlyLearnedStretches checks that learned stretches are boilerplate in any order and with
// any words, and that no other word changes between the piece and the zones beside it.
func TestMarkLearned_MarksOnlyLearnedStretches(t *testing.T) {
	line := rapid.SampledFrom([]string{"", "Read more: roses", "The writer is a lawyer.",
		"“One two three four five six seven eight nine ten.”",
		wordy("x", 30), wordy("y", 130), "U. S. roses", "پاکستان اور امریکہ"})
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(line, 0, 12).Draw(t, "lines"), "\n")
		var learned [][2]int
		for range rapid.IntRange(0, 4).Draw(t, "stretches") {
			start := rapid.IntRange(0, len(s)).Draw(t, "start")
			learned = append(learned, [2]int{start, rapid.IntRange(start, len(s)).Draw(t, "end")})
		}
		before := scan(s)
		var after Tokens
		after.Scan(s)
		after.MarkZones(learned...)
		for i, word := range after.List {
			within := slices.ContainsFunc(learned, func(l [2]int) bool {
				return l[0] <= int(word.Start) && int(word.End) <= l[1]
			})
			if within && word.Zone != Boilerplate || !within && before.List[i].Zone.Beside() != word.Zone.Beside() {
				t.Fatalf("%q (learned: %v) is %v, and was %v", s[word.Start:word.End], within, word.Zone,
					before.List[i].Zone)
			}
		}
		marked := slices.Clone(after.List)
		slices.Reverse(learned)
		if after.MarkZones(learned...); !slices.Equal(marked, after.List) {
			t.Fatal("the order of learned stretches changes the zones")
		}
	})
}

// TestBlocks_HoldForAnyText checks that blocks are within the text, have distinct hashes, and do not depend on
// the slice they are appended to.
func TestBlocks_HoldForAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{
			"", wordy("a", 4), wordy("b", 20), wordy("c", 81), wordy("d", 60) + " " + wordy("e", 30), "1 2 3 4 5 6",
		}), 0, 12).Draw(t, "lines")
		ts := scan(strings.Join(lines, "\n"))
		blocks := ts.Blocks(nil)
		seen := map[int64]bool{}
		for _, b := range blocks {
			if b.Start < 0 || b.Start >= b.End || b.End > len(ts.Text) || seen[b.Hash] {
				t.Fatalf("block %+v", b)
			}
			seen[b.Hash] = true
		}
		if again := ts.Blocks(slices.Clone(blocks)); len(again) != 2*len(blocks) {
			t.Fatalf("%d blocks, appended %d", len(blocks), len(again)-len(blocks))
		}
	})
}
