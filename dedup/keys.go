package dedup

import (
	"slices"

	"oped"
	"oped/text"
)

// KeysOf returns the piece keys of all entries of a stored piece.
func KeysOf(p *oped.Piece) []string {
	var all []string
	for i := range p.Entries {
		all = append(all, KeysOfOne(&p.Entries[i])...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// KeysOfOne returns the piece keys of a stored entry, in lookup order.
func KeysOfOne(e *oped.Entry) []string {
	var words text.Tokens
	words.Scan(e.Text)
	words.MarkZones()
	keys := Keys(e, &words)
	if len(e.Boilerplate) > 0 {
		words.MarkZones(e.Boilerplate...)
		keys = Learned(keys, &words)
	}
	return keys
}

// FoldedKeys returns the identity keys of a stored entry that depend on the folding of its words: those of [Identify]
// without guid and link.
func FoldedKeys(e *oped.Entry) []string {
	return slices.DeleteFunc(Identify([]oped.Entry{*e})[0], func(key string) bool { return key[0] == 'g' || key[0] == 'l' })
}
