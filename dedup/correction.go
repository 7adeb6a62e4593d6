package dedup

import (
	"fmt"
	"slices"
	"strings"

	"oped/text"
)

// wholeText is the share of a corrected text left unchanged. A note with a quotation from it has more words of
// its own.
const wholeText = .7

// correctionWords are the first words of a correction, folded.
var correctionWords = []string{
	"correction", "corrections", "clarification", "clarifications", "corrigendum", "erratum", "corrected", "تصحیح",
	"وضاحت", "معذرت",
}

// correction reports whether one text is a note correcting the other, and not the other piece once more. Such a
// note says so at its beginning. It is short compared with the piece or has little of its text, and quotes it
// or names its headline.
func correction(e *evidence) (Match, bool) {
	note, other := e.short, e.long
	if !isCorrection(note) || isCorrection(other) || e.containment >= wholeText && e.ratio >= smallPart {
		return Match{}, false
	}
	quotes := longestSharedRun(note, other) >= runShingles
	title := other.heading().folded
	note.c.spend(len(note.Text))
	names := len(other.heading().words) >= 3 &&
		(strings.Contains(text.Fold(note.Text), title) || strings.Contains(note.heading().folded, title))
	if !quotes && !names {
		return Match{}, false
	}
	return Match{Verdict: CorrectionOf, Why: fmt.Sprintf("a correction with a quotation from it; %s", e)}, true
}

func isCorrection(r *reading) bool {
	for _, s := range []string{r.Title, r.Text} {
		if words := text.FoldedWords(s[:min(len(s), 80)]); len(words) > 0 &&
			slices.Contains(correctionWords, words[0]) {
			return true
		}
	}
	return false
}
