package dedup

import "fmt"

// The guards. Each keeps two pieces separate although they share much of their text. The values are stored and
// are part of the JSON output.
const (
	GuardRerun         = "G1"
	GuardSameDocument  = "G2"
	GuardSamePublisher = "G3"
	GuardSeries        = "G4"
	GuardChain         = "G5"
	GuardFrozen        = "G6"
	GuardTemplate      = "G7"
	GuardOwnPassage    = "G8"
	GuardHeadline      = "G9"
)

// GuardName returns the name of a guard for people, as "re-run" for [GuardRerun]; "" for an unknown one.
func GuardName(guard string) string {
	switch guard {
	case GuardRerun:
		return "re-run"
	case GuardSameDocument:
		return "same document"
	case GuardSamePublisher:
		return "same publisher"
	case GuardSeries:
		return "series"
	case GuardChain:
		return "chain"
	case GuardFrozen:
		return "frozen"
	case GuardTemplate:
		return "template"
	case GuardOwnPassage:
		return "own passage"
	case GuardHeadline:
		return "headline only"
	}
	return ""
}

// because returns the reason of a verdict by a guard: the guard's name, and why.
func because(guard, why string) string { return GuardName(guard) + ": " + why }

// GuardMeans describes the pieces kept separate by a guard; "" for an unknown one.
func GuardMeans(guard string) string {
	switch guard {
	case GuardRerun:
		return "the same text published more than 21 days apart: a re-run"
	case GuardSameDocument:
		return "two entries side by side in one feed"
	case GuardSamePublisher:
		return "two pieces of one publisher with much the same text, each with its own headline, beginning or passage"
	case GuardSeries:
		return "two parts of a series: the same headline apart from a number or a day"
	case GuardChain:
		return "a digest from the pieces in it"
	case GuardFrozen:
		return fmt.Sprintf("an entry from a piece with %d entries already", Frozen)
	case GuardTemplate:
		return "two reports of one publisher in the same words with other figures"
	case GuardOwnPassage:
		return "two texts with a long passage of their own each: digests, live reports, pages with one notice"
	case GuardHeadline:
		return "two entries with the same headline on the same day, and too few words to compare"
	}
	return ""
}
