package topic

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// trie holds the terms of a program as runs of words. A node represents the words on the way to it; 0 is the
// root.
type trie struct {
	words  vocabulary
	starts filter     // words that are terms, or before a word*
	pairs  filter     // two words in a row in a term: "the" begins many, but few pairs with it do
	firsts []int32    // by word: the node it leads to from the root; 0 for none
	edges  edges      // between the other nodes, apart from the first edge of each, kept in the node
	nodes  []junction // by node
	stops  []stop     // terms ending at a node
	// The lengths of the words of word*, by their beginnings. In words they are "word*".
	prefixes map[beginning][]int32
	likely   [1 << 6]uint64 // a bit for each hash of a beginning: most words have none, and skip prefixes
}

// junction holds the ways on from a node.
type junction struct {
	stop     int32 // the index in stops of the first term ending here; 0 for none
	word, to int32 // its first edge; 0 for none. Most nodes have only one
	more     bool  // there are others, in edges
}

// stop is a term ending at a node, and the index of the next one; 0 for none.
type stop struct {
	term, next int32
	plain      bool // any spelling of its words is a match
}

// beginning is the first minPrefix bytes of a word.
type beginning [minPrefix]byte

// newTrie returns an empty trie with room for this many terms, of this many words in all.
func newTrie(terms, words int) trie {
	return trie{
		words:  newVocabulary(terms),
		firsts: make([]int32, 1, terms+1),
		edges:  newEdges(0),
		nodes:  make([]junction, 1, words+1),
		stops:  make([]stop, 1, terms+1), prefixes: map[beginning][]int32{},
	}
}

// word returns the id of a word, adding it if necessary.
func (t *trie) word(word []byte) int32 {
	id := t.words.add(word)
	for int(id) >= len(t.firsts) {
		t.firsts = append(t.firsts, 0)
	}
	return id
}

// wordBefore returns the id of a word before a *, adding it if necessary. starred is the word with its *.
func (t *trie) wordBefore(starred []byte) int32 {
	first, n := beginning(starred), int32(len(starred)-1)
	if !slices.Contains(t.prefixes[first], n) {
		t.prefixes[first] = append(t.prefixes[first], n)
	}
	h := first.hash()
	t.likely[h>>6] |= 1 << (h & 63)
	return t.word(starred)
}

func (b beginning) hash() uint32 { return binary.LittleEndian.Uint32(b[:]) * 0x9e3779b1 >> 20 }

// begins reports whether a word may begin with the word of some word*.
func (t *trie) begins(word []byte) bool {
	if len(word) < minPrefix {
		return false
	}
	h := beginning(word).hash()
	return t.likely[h>>6]>>(h&63)&1 != 0
}

// step returns the node a word leads to from another, adding it if necessary.
func (t *trie) step(at, word int32) int32 {
	if next := t.next(at, word); next != 0 {
		return next
	}
	next := int32(len(t.nodes))
	n := &t.nodes[at]
	switch {
	case at == 0:
		t.firsts[word] = next
	case n.word == 0:
		n.word, n.to = word, next
	default:
		n.more = true
		t.edges.add(at, word, next)
	}
	t.nodes = append(t.nodes, junction{})
	return next
}

// next returns the node a word leads to from another; 0 if it leads nowhere.
func (t *trie) next(at, word int32) int32 {
	n := &t.nodes[at]
	switch {
	case at == 0:
		return t.firsts[word]
	case n.word == word:
		return n.to
	case n.more:
		return t.edges.find(at, word)
	}
	return 0
}

// fillFilters fills starts and pairs, once all terms are known.
func (t *trie) fillFilters() {
	hashes := make([]uint64, len(t.firsts)) // by word
	starts, pairs := make([]uint64, 0, len(t.firsts)), make([]uint64, 0, len(t.nodes))
	before := make([]int32, len(t.nodes)) // by node: the word that leads to it
	for word := int32(1); int(word) < len(t.firsts); word++ {
		hashes[word] = hash(t.words.word(word))
		node := t.firsts[word]
		before[node] = word
		if t.nodes[node].stop != 0 {
			starts = append(starts, hashes[word])
		}
	}
	t.eachEdge(func(_, word, to int32) { before[to] = word })
	t.eachEdge(func(node, word, _ int32) {
		first, next := before[node], t.words.word(word)
		begins := t.firsts[first] == node
		switch {
		case next[len(next)-1] != '*':
			pairs = append(pairs, pairOf(hashes[first], hashes[word], begins))
		case begins: // many words may be next
			starts = append(starts, hashes[first])
		}
	})
	t.starts, t.pairs = filterOf(starts), filterOf(pairs)
}

// eachEdge calls do for each edge, apart from those of the root.
func (t *trie) eachEdge(do func(node, word, to int32)) {
	for node := range t.nodes {
		if n := &t.nodes[node]; n.word != 0 {
			do(int32(node), n.word, n.to)
		}
	}
	for slot, key := range t.edges.keys {
		if key != 0 {
			do(int32(key>>32), int32(key), t.edges.to[slot])
		}
	}
}

// pairOf returns the hash of two words, given theirs. Those at the beginning of a term have another one than those
// within: "of the" begins no term.
func pairOf(first, second uint64, begin bool) uint64 {
	h := bits.RotateLeft64(first, 31) + second
	if begin {
		return h
	}
	return h ^ golden
}

// finish adds a term ending at a node.
func (t *trie) finish(at, term int32, plain bool) {
	t.stops = append(t.stops, stop{term, t.nodes[at].stop, plain})
	t.nodes[at].stop = int32(len(t.stops) - 1)
}

// filter is a Bloom filter in blocks of 64 bits. It excludes most words from a set, and is small enough for the
// processor's cache.
type filter []uint64

// filterOf returns the filter of some hashes.
func filterOf(hashes []uint64) filter {
	f := make(filter, 1<<bits.Len(uint(len(hashes))/8))
	for _, h := range hashes {
		*f.block(h) |= filterBits(h)
	}
	return f
}

// may reports whether a word with this hash may be in the set.
func (f filter) may(h uint64) bool { return *f.block(h)&filterBits(h) == filterBits(h) }

func (f filter) block(h uint64) *uint64 { return &f[int(h>>12)&(len(f)-1)] }

// filterBits returns a block with the two bits of a hash.
func filterBits(h uint64) uint64 { return 1<<(h&63) | 1<<(h>>6&63) }

// vocabulary numbers words, from 1. It is a hash table with open addressing. A Go map of strings finds its few
// words as fast, but is slower at rejecting all others.
type vocabulary struct {
	marks []uint8 // by slot: a part of the word's hash; 0 for none
	slots []slot
	text  []byte  // all words, end to end
	ends  []int32 // by id: the end of the word in text
}

// slot is a word: its id, and its place in text once more, near the id in memory.
type slot struct{ id, from, to int32 }

func newVocabulary(words int) vocabulary {
	size := 1 << bits.Len(uint(2*words+8)) // at most half full
	return vocabulary{marks: make([]uint8, size), slots: make([]slot, size), ends: make([]int32, 1, words+1)}
}

func (v *vocabulary) word(id int32) []byte { return v.text[v.ends[id-1]:v.ends[id]] }

// find returns the id of a word; 0 if it has none.
func (v *vocabulary) find(word []byte) int32 {
	_, id := v.look(word, hash(word))
	return id
}

// look returns the slot of a word with this hash, or the free slot for it.
func (v *vocabulary) look(word []byte, h uint64) (slot int, id int32) {
	mark := markOf(h)
	for slot = int(h) & (len(v.marks) - 1); v.marks[slot] != 0; slot = (slot + 1) & (len(v.marks) - 1) {
		if v.marks[slot] == mark {
			if x := &v.slots[slot]; string(v.text[x.from:x.to]) == string(word) {
				return slot, x.id
			}
		}
	}
	return slot, 0
}

func (v *vocabulary) add(word []byte) int32 {
	h := hash(word)
	slot, id := v.look(word, h)
	if id != 0 {
		return id
	}
	id = int32(len(v.ends))
	v.text = append(v.text, word...)
	v.ends = append(v.ends, int32(len(v.text)))
	v.put(slot, id, h)
	if 2*len(v.ends) > len(v.marks) {
		v.grow()
	}
	return id
}

func (v *vocabulary) put(at int, id int32, h uint64) {
	v.marks[at], v.slots[at] = markOf(h), slot{id, v.ends[id-1], v.ends[id]}
}

func (v *vocabulary) grow() {
	size := 2 * len(v.marks)
	v.marks, v.slots = make([]uint8, size), make([]slot, size)
	for id := int32(1); int(id) < len(v.ends); id++ {
		h := hash(v.word(id))
		slot, _ := v.look(v.word(id), h)
		v.put(slot, id, h)
	}
}

// markOf returns a part of a hash, never 0.
func markOf(h uint64) uint8 { return uint8(h>>56) | 1 }

const golden = 0x9e3779b97f4a7c15 // 2⁶⁴ divided by the golden ratio: multiplying by it spreads numbers

// hash spreads words over 64 bits.
func hash(word []byte) uint64 {
	h := uint64(len(word))
	for ; len(word) > 8; word = word[8:] {
		h = mix(h, binary.LittleEndian.Uint64(word))
	}
	return mix(h, tail(word))
}

// hashIn returns the hash of text[from:to]. Of a short word it reads eight bytes at once, if text has them.
func hashIn(text []byte, from, to int32) uint64 {
	n := uint(to - from)
	if n > 8 || int(from)+8 > len(text) {
		return hash(text[from:to])
	}
	return mix(uint64(n), binary.LittleEndian.Uint64(text[from:])&(1<<(8*n)-1))
}

// tail returns at most eight bytes as a number, the first of them lowest.
func tail(word []byte) uint64 {
	switch n := len(word); {
	case n == 8:
		return binary.LittleEndian.Uint64(word)
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(word)) | uint64(binary.LittleEndian.Uint32(word[n-4:]))<<(8*(n-4))
	case n > 0:
		return uint64(word[0]) | uint64(word[n/2])<<(8*(n/2)) | uint64(word[n-1])<<(8*(n-1))
	}
	return 0
}

func mix(h, x uint64) uint64 {
	hi, lo := bits.Mul64(h^x^golden, golden)
	return hi ^ lo
}

// edges maps a node and a word to another node. It is a hash table with open addressing.
type edges struct {
	keys []uint64 // node and word; 0 for none
	to   []int32
	n    int
}

func newEdges(n int) edges {
	size := 1 << bits.Len(uint(2*n+8))
	return edges{keys: make([]uint64, size), to: make([]int32, size)}
}

func (e *edges) look(key uint64) int {
	slot := int(mix(0, key)) & (len(e.keys) - 1)
	for e.keys[slot] != 0 && e.keys[slot] != key {
		slot = (slot + 1) & (len(e.keys) - 1)
	}
	return slot
}

func edgeKey(node, word int32) uint64 { return uint64(node)<<32 | uint64(word) }

// find returns the target of an edge; 0 if there is none.
func (e *edges) find(node, word int32) int32 { return e.to[e.look(edgeKey(node, word))] }

func (e *edges) add(node, word, to int32) {
	slot := e.look(edgeKey(node, word))
	e.keys[slot], e.to[slot] = edgeKey(node, word), to
	if e.n++; 2*e.n <= len(e.keys) {
		return
	}
	old := *e
	*e = edges{keys: make([]uint64, 2*len(old.keys)), to: make([]int32, 2*len(old.keys)), n: old.n}
	for i, key := range old.keys {
		if key != 0 {
			slot := e.look(key)
			e.keys[slot], e.to[slot] = key, old.to[i]
		}
	}
}
