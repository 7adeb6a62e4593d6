package dedup

import "fmt"

// Guard keeps two pieces separate although they share much of their text. The values are stored and are part of the
// JSON output.
type Guard string

// The guards. NoGuard means that none decided.
const (
	NoGuard            Guard = ""
	GuardRerun         Guard = "G1"
	GuardSameDocument  Guard = "G2"
	GuardSamePublisher Guard = "G3"
	GuardSeries        Guard = "G4"
	GuardChain         Guard = "G5"
	GuardFrozen        Guard = "G6"
	GuardTemplate      Guard = "G7"
	GuardOwnPassage    Guard = "G8"
	GuardHeadline      Guard = "G9"
	GuardEarlier       Guard = "G10"
)

// Name returns the name of a guard for people, as "re-run" for [GuardRerun]; "" for an unknown one.
func (g Guard) Name() string {
	return g.words()[0]
}

// Means describes the pieces kept separate by a guard; "" for an unknown one.
func (g Guard) Means() string {
	return g.words()[1]
}

// words returns the name of a guard, and what it means.
func (g Guard) words() [2]string {
	return map[Guard][2]string{
		GuardRerun:        {"re-run", "the same text published more than 21 days apart: a re-run"},
		GuardSameDocument: {"same document", "two entries side by side in one feed"},
		GuardSamePublisher: {
			"same publisher",
			"two pieces of one publisher with much the same text, each with its own headline, beginning or passage",
		},
		GuardSeries:   {"series", "two parts of a series: the same headline apart from a number or a day"},
		GuardChain:    {"chain", "a digest from the pieces in it"},
		GuardFrozen:   {"frozen", fmt.Sprintf("an entry from a piece with %d entries already", Frozen)},
		GuardTemplate: {"template", "two reports in the same words with other figures"},
		GuardHeadline: {"headline only", "two entries with one headline on one day, and too few words to compare"},
		GuardEarlier:  {"earlier rules", "pieces of an earlier release, which the present rules would join or split"},
		GuardOwnPassage: {
			"own passage",
			"two texts with a long passage of their own each: digests, live reports, pages with one notice",
		},
	}[g]
}
