package dedup

import (
	"fmt"
	"strings"

	"oped/text"
)

// wholeText is how much of a text that was put right stands in it as it was; a note that quotes it has more words of its own.
const wholeText = .7

// corrects are the beginnings of a note that puts a piece right, folded.
var corrects = []string{"correction", "corrections", "clarification", "clarifications", "corrigendum", "erratum", "corrected", "تصحیح", "وضاحت", "معذرت"}

// correction tells a note that puts another piece right, and is not that piece once more: it says so at its beginning, is short beside it or has little of its
// text, and quotes it or names its headline.
func correction(e *evidence) (Match, bool) {
	note, other := e.short, e.long
	if !isCorrection(note) || isCorrection(other) || e.containment >= wholeText && e.ratio >= smallPart {
		return Match{}, false
	}
	quotes := runOf(note, other) >= runShingles
	title := other.heading().folded
	note.c.spend(len(note.Text))
	names := len(other.heading().words) >= 3 && (strings.Contains(text.Fold(note.Text), title) || strings.Contains(note.heading().folded, title))
	if !quotes && !names {
		return Match{}, false
	}
	return Match{Verdict: CorrectionOf, Why: fmt.Sprintf("a correction that quotes it; %s", e)}, true
}

func isCorrection(r *reading) bool {
	for _, s := range []string{r.Title, r.Text} {
		words := text.FoldedWords(s[:min(len(s), 80)])
		if len(words) == 0 {
			continue
		}
		for _, c := range corrects {
			if words[0] == c {
				return true
			}
		}
	}
	return false
}
