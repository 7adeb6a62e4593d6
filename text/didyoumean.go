package text

import (
	"cmp"
	"slices"
	"strings"
)

// DidYouMean returns a hint with the known name nearest to a mistyped one. It returns fallback if none is near.
func DidYouMean(name string, known []string, fallback string) string {
	best, lowest := "", 3
	for _, k := range known {
		if d := edits(strings.ToLower(name), strings.ToLower(k)); d < lowest && d < len(k) {
			best, lowest = k, d
		}
	}
	if best == "" {
		return fallback
	}
	return "did you mean " + best + "?"
}

// Nearest returns the known names, the nearest to a mistyped one first.
func Nearest(name string, known []string) []string {
	all := slices.Clone(known)
	slices.SortStableFunc(all, func(a, b string) int {
		return cmp.Compare(edits(strings.ToLower(name), strings.ToLower(a)), edits(strings.ToLower(name), strings.ToLower(b)))
	})
	return all
}

// edits counts the letters to insert, delete or replace between two names (Levenshtein).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			next := diagonal
			if a[i-1] != b[j-1] {
				next = 1 + min(diagonal, row[j], row[j-1])
			}
			diagonal, row[j] = row[j], next
		}
	}
	return row[len(b)]
}
