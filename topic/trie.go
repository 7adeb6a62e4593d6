package topic

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// trie holds the terms of a program as runs of words. A node stands for the words that lead to it; 0 is where all begin.
type trie struct {
	words    vocabulary
	starts   filter                // words that a term begins with, so that the others need no look into words
	firsts   []int32               // by word: the node that it leads to from the beginning; 0 for none
	edges    edges                 // from the other nodes, but for the first edge of each, which the node has itself
	nodes    []junction            // by node
	stops    []stop                // terms that end at a node
	prefixes map[beginning][]int32 // the lengths of the words of word*, by their first letters; such a word is in the vocabulary as "word*"
	likely   [1 << 6]uint64        // a bit for each beginning, by its hash: most words have none, and need no look into prefixes
}

// junction is what a node leads to.
type junction struct {
	stop     int32 // the first term that ends here, by its place in stops; 0 for none
	word, to int32 // an edge that leads on; most nodes have no more. 0 for none
	more     bool  // there are others
}

// stop is a term that ends at a node, and the next such; 0 for none.
type stop struct{ term, next int32 }

// beginning is what a word begins with, which is no more than the least that stands before a *.
type beginning [minPrefix]byte

// newTrie makes an empty trie with room for so many terms of so many words in all.
func newTrie(terms, words int) trie {
	return trie{
		words: newVocabulary(terms), firsts: make([]int32, 1, terms+1), edges: newEdges(0), nodes: make([]junction, 1, words+1),
		stops: make([]stop, 1, terms+1), prefixes: map[beginning][]int32{},
	}
}

// word gives a word its id.
func (t *trie) word(word []byte) int32 {
	id := t.words.add(word)
	for int(id) >= len(t.firsts) {
		t.firsts = append(t.firsts, 0)
	}
	return id
}

// wordBefore gives the word before a * its id. starred is the word with its *.
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

// begins tells whether a word may begin as the word of some word* does.
func (t *trie) begins(word []byte) bool {
	if len(word) < minPrefix {
		return false
	}
	h := beginning(word).hash()
	return t.likely[h>>6]>>(h&63)&1 != 0
}

// step is the node that a word leads to from another; it is made if it is not there.
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

// next is the node that a word leads to from another; 0 if it leads nowhere.
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

// filterStarts notes the words that terms begin with, once all are known.
func (t *trie) filterStarts() {
	t.starts = newFilter(len(t.firsts))
	for word, node := range t.firsts {
		if node != 0 {
			t.starts.add(hash(t.words.word(int32(word))))
		}
	}
}

// finish lets a term end at a node.
func (t *trie) finish(at, term int32) {
	t.stops = append(t.stops, stop{term, t.nodes[at].stop})
	t.nodes[at].stop = int32(len(t.stops) - 1)
}

// filter tells of most words that they are not in a set (a Bloom filter in blocks of 64 bits): it is small enough to stay near the processor.
type filter []uint64

func newFilter(words int) filter { return make(filter, 1<<bits.Len(uint(words)/8)) }

func (f filter) add(h uint64) { *f.block(h) |= filterBits(h) }

// may tells whether a word with this hash may be in the set.
func (f filter) may(h uint64) bool { return *f.block(h)&filterBits(h) == filterBits(h) }

func (f filter) block(h uint64) *uint64 { return &f[int(h>>12)&(len(f)-1)] }

// filterBits are two bits of a block.
func filterBits(h uint64) uint64 { return 1<<(h&63) | 1<<(h>>6&63) }

// vocabulary numbers words, from 1. It is a table with open addressing: a Go map of strings finds the few words that are in it as fast, but
// not that most words are not.
type vocabulary struct {
	marks []uint8 // by slot: a part of the word's hash; 0 where there is none
	ids   []int32 // by slot
	text  []byte  // all words, end to end
	ends  []int32 // by id: where a word ends in text
}

func newVocabulary(words int) vocabulary {
	size := 1 << bits.Len(uint(2*words+8)) // half full at most
	return vocabulary{marks: make([]uint8, size), ids: make([]int32, size), ends: make([]int32, 1, words+1)}
}

func (v *vocabulary) word(id int32) []byte { return v.text[v.ends[id-1]:v.ends[id]] }

// find is the id of a word; 0 if it has none.
func (v *vocabulary) find(word []byte) int32 {
	_, id := v.look(word, hash(word))
	return id
}

// look finds the slot of a word with this hash, or the one where it belongs.
func (v *vocabulary) look(word []byte, h uint64) (slot int, id int32) {
	mark := markOf(h)
	for slot = int(h) & (len(v.marks) - 1); v.marks[slot] != 0; slot = (slot + 1) & (len(v.marks) - 1) {
		if v.marks[slot] == mark {
			if id := v.ids[slot]; string(v.word(id)) == string(word) {
				return slot, id
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
	v.marks[slot], v.ids[slot] = markOf(h), id
	if 2*len(v.ends) > len(v.marks) {
		v.grow()
	}
	return id
}

func (v *vocabulary) grow() {
	size := 2 * len(v.marks)
	v.marks, v.ids = make([]uint8, size), make([]int32, size)
	for id := int32(1); int(id) < len(v.ends); id++ {
		h := hash(v.word(id))
		slot, _ := v.look(v.word(id), h)
		v.marks[slot], v.ids[slot] = markOf(h), id
	}
}

// markOf is never 0.
func markOf(h uint64) uint8 { return uint8(h>>56) | 1 }

const golden = 0x9e3779b97f4a7c15 // 2⁶⁴ divided by the golden ratio, which spreads what is multiplied by it

// hash spreads words over 64 bits.
func hash(word []byte) uint64 {
	h := uint64(len(word))
	for ; len(word) > 8; word = word[8:] {
		h = mix(h, binary.LittleEndian.Uint64(word))
	}
	return mix(h, tail(word))
}

// hashIn is the hash of text[from:to]. Of a short word it reads eight bytes at once, if there are as many.
func hashIn(text []byte, from, to int32) uint64 {
	n := uint(to - from)
	if n > 8 || int(from)+8 > len(text) {
		return hash(text[from:to])
	}
	return mix(uint64(n), binary.LittleEndian.Uint64(text[from:])&(1<<(8*n)-1))
}

// tail are eight bytes at most as a number, the first of them lowest.
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

// edges lead from a node with a word to another node: a table with open addressing.
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

// find is where an edge leads; 0 if there is none.
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
