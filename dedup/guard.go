package dedup

import "fmt"

// The guards. Each keeps two pieces separate although they share much of their text. The values are stored and are part
// of the JSON output.
const (
	GuardRerun         = "G1"
	GuardSameDocument  = "G2"
	GuardSamePublisher = "G3"
	GuardSeries        = "G4"
	GuardChain         = "G5"
	GuardFrozen        = "G6"
	GuardTemplate      = "G7"
	GuardOwnPassage    = "G8"
)

// GuardMeans describes what a guard keeps apart; "" for an unknown one.
func GuardMeans(guard string) string {
	switch guard {
	case GuardRerun:
		return "what was published more than 21 days apart: it was run again"
	case GuardSameDocument:
		return "two entries that one feed shows side by side"
	case GuardSamePublisher:
		return "two pieces of one paper that share much of their text, each with a headline, a beginning or a passage of its own"
	case GuardSeries:
		return "two of a series: the same headline but for a number or a day"
	case GuardChain:
		return "a digest from the pieces that it has in it"
	case GuardFrozen:
		return fmt.Sprintf("what would join a piece of %d appearances by itself", Frozen)
	case GuardTemplate:
		return "reports of one paper in the same words with other figures"
	case GuardOwnPassage:
		return "texts of which each has a long passage of its own: digests, live reports, pages with one notice"
	}
	return ""
}
