package dedup

import (
	"slices"

	"oped"
)

// Unrelated returns the pieces without anything in common with the first one, directly or through others of them. Two
// pieces have something in common if an entry of one shares an author, an address, a word of the headline or a
// five-word phrase with an entry of the other.
func Unrelated(pieces []oped.Piece) []oped.Piece {
	c := unbounded()
	readings := make([][]*reading, len(pieces))
	for i := range pieces {
		for j := range pieces[i].Entries {
			readings[i] = append(readings[i], c.read(&pieces[i].Entries[j], nil))
		}
	}
	rest, checked := slices.Clone(pieces[1:]), 0
	related := readings[:1:1]
	readings = readings[1:]
	for ; checked < len(related); checked++ {
		for i := len(rest) - 1; i >= 0; i-- {
			if haveInCommon(readings[i], related[checked]) {
				related = append(related, readings[i])
				rest, readings = slices.Delete(rest, i, i+1), slices.Delete(readings, i, i+1)
			}
		}
	}
	return rest
}

// haveInCommon reports whether an entry of one piece shares something with an entry of another.
func haveInCommon(one, other []*reading) bool {
	return slices.ContainsFunc(one, func(a *reading) bool {
		return slices.ContainsFunc(other, func(b *reading) bool { return shareSomething(a, b) })
	})
}

func shareSomething(a, b *reading) bool {
	if authorsAgree(a, b) || a.address != "" && a.address == b.address {
		return true
	}
	words := b.heading()
	if slices.ContainsFunc(a.heading().words, func(w string) bool { return tells(w) && words.has(w) }) {
		return true
	}
	return shared(a.scan().set, b.scan().set) > 0
}
