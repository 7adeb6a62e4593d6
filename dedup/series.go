package dedup

import (
	"slices"
	"strings"

	"oped/text"
)

// series is guard [GuardSeries]. Two parts of one series, or two days' instalments of one column, have the same
// headline apart from a number. It returns false for others.
func series(a, b *reading) (Match, bool) {
	x, partX := seriesTitle(a.heading().words)
	y, partY := seriesTitle(b.heading().words)
	if len(x) == 0 || !slices.Equal(x, y) || slices.Equal(partX, partY) || len(partX) == 0 || len(partY) == 0 {
		return Match{}, false
	}
	return Match{
		Verdict: SeriesWith,
		Guard:   GuardSeries,
		Why:     "the headlines differ only in “" + strings.Join(partX, " ") + "” and “" + strings.Join(partY, " ") + "”",
	}, true
}

// seriesTitle splits a headline into its words and its numbers: figures, Roman numerals, number words after
// "part", names of days and months.
func seriesTitle(all []string) (words, numbers []string) {
	for i, w := range all {
		switch {
		case slices.ContainsFunc([]byte(w), isDigit), calendar[w],
			romans[w] && (i == len(all)-1 || i > 0 && parts[all[i-1]]), i > 0 && parts[all[i-1]] && ordinals[w]:
			numbers = append(numbers, w)
		default:
			words = append(words, w)
		}
	}
	return words, numbers
}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// Number words. The ordinals count only after one of the parts.
var (
	romans   = setOf("i ii iii iv v vi vii viii ix x xi xii")
	parts    = setOf("part episode chapter instalment installment day week vol volume no حصہ قسط")
	ordinals = setOf(
		"one two three four five six seven eight nine ten first second third fourth fifth last final اول دوم سوم " +
			"چہارم پنجم آخری پہلا دوسرا تیسرا پہلی دوسری تیسری")
	cardinals = setOf(
		"one two three four five six seven eight nine ten eleven twelve dozen dozens twenty thirty forty fifty " +
			"hundred hundreds thousand thousands")
	// Without "one", the article.
	urduCardinals = setOf(text.Fold(
		"دو تین چار پانچ چھ چھے سات آٹھ نو دس گیارہ بارہ درجن درجنوں بیس تیس چالیس پچاس سو سینکڑوں ہزار ہزاروں لاکھ"))
	calendar = setOf(
		"january february march april may june july august september october november december monday tuesday " +
			"wednesday thursday friday saturday sunday جنوری فروری مارچ اپریل میی جون جولایی اگست ستمبر اکتوبر " +
			"نومبر دسمبر")
)
