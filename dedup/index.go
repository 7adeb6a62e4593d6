package dedup

import (
	"cmp"
	"hash/fnv"
	"slices"
	"time"

	"oped"
	"oped/text"
)

const (
	shardBits         = 12 // many small tables, so that none takes long to grow
	hotPieces         = 150_000
	stopAfter         = 64                  // pieces: a fingerprint in more of them finds nothing
	candidates        = 8                   // returned for one entry, at most
	maxTouched        = 1 << 16             // postings kept as memory for the next call
	near              = 30 * 24 * time.Hour // the longest time between copies
	boilerplatePieces = 3                   // other pieces of a publisher; a fingerprint in this many is boilerplate

	fullest  = .85 // largest part of a shard's slots in use
	minSlots = 64  // added to half as many again when a shard grows, so that small ones do not grow often
)

// Index finds pieces by the fingerprints of their lead entries. It holds the hot pieces: the last 150,000, of
// the last 30 days. Older ones are found only by exact keys, so that the cost of an entry does not depend on
// the archive. A posting takes eight bytes, and an op-ed has a hundred. An Index is not safe for concurrent
// use.
type Index struct {
	shards [1 << shardBits]shard
	pieces []hotPiece // by ordinal, in order of arrival; dead ones stay until the next sweep
	at     map[oped.PieceID]uint32
	oldest int   // no ordinal before it is alive
	since  int64 // ms: pieces from before it are cold

	counts  []uint16 // by ordinal, memory for Alike
	touched []uint32 // memory for Alike
	touch   uint64   // the sum of prefetch's reads
}

// shard is a hash table of postings with open addressing. A slot holds the lower 32 bits of a fingerprint above
// the ordinal of a piece, plus one.
type shard struct {
	slots []uint64
	used  int
}

type hotPiece struct {
	id           oped.PieceID
	date, seen   int64 // ms; date 0: unknown
	publisher    uint32
	fingerprints uint16
	gone         bool
}

// Hot is the data of a piece in the index.
type Hot struct {
	Piece        oped.PieceID
	Fingerprints []uint64 // of its lead entry, distinct
	Publisher    string   // of its lead entry
	Date         time.Time
	Seen         time.Time // its arrival
}

// NewIndex returns an empty index with room for this many fingerprints. Its tables grow if it gets more of
// them.
func NewIndex(fingerprints int) *Index {
	x := &Index{at: map[oped.PieceID]uint32{}}
	each := int(float64(fingerprints) / (fullest - .05) / (1 << shardBits))
	for i := range x.shards {
		x.shards[i].slots = make([]uint64, each)
	}
	return x
}

// Since returns the earliest arrival of pieces hot at a time: 30 days before it.
func Since(at time.Time) time.Time { return at.Add(-near) }

// Now sets the time of the index.
func (x *Index) Now(at time.Time) { x.since = Since(at).UnixMilli() }

// Put adds a piece, or replaces it. A piece without fingerprints, or from before the time of [Since], is not
// added.
func (x *Index) Put(h Hot) {
	ordinal, ok := x.add(&h)
	if !ok {
		return
	}
	x.prefetch(h.Fingerprints)
	for _, p := range h.Fingerprints {
		x.put(p, ordinal)
	}
}

// Load adds pieces without postings in the index. For many pieces it is much faster than Put: it fills one
// table after the other instead of all in turn.
func (x *Index) Load(all []Hot) {
	var byShard [1 << shardBits][]uint64
	for i := range all {
		ordinal, ok := x.add(&all[i])
		if !ok {
			continue
		}
		for _, p := range all[i].Fingerprints {
			n := shardOf(p)
			byShard[n] = append(byShard[n], uint64(uint32(p))<<32|uint64(ordinal))
		}
	}
	for n, postings := range byShard {
		for _, posting := range postings {
			x.putIn(&x.shards[n], uint32(posting>>32), uint32(posting))
		}
	}
}

// add gives a piece its ordinal. It returns false if the piece has no fingerprints, or is cold.
func (x *Index) add(h *Hot) (ordinal uint32, ok bool) {
	x.Drop(h.Piece)
	seen := h.Seen.UnixMilli()
	if len(h.Fingerprints) == 0 || seen < x.since {
		return 0, false
	}
	x.cool()
	if dead := len(x.pieces) - len(x.at); dead > len(x.at)/4+hotPieces/10 {
		x.sweep()
	}
	ordinal = uint32(len(x.pieces))
	x.pieces = append(x.pieces, hotPiece{
		id:           h.Piece,
		date:         millis(h.Date),
		seen:         seen,
		publisher:    publisherHash(h.Publisher),
		fingerprints: uint16(min(len(h.Fingerprints), 1<<16-1)),
	})
	x.at[h.Piece] = ordinal
	return ordinal, true
}

// cool drops the oldest pieces if they are cold, or too many.
func (x *Index) cool() {
	for ; x.oldest < len(x.pieces) && (len(x.at) >= hotPieces || !x.alive(uint32(x.oldest))); x.oldest++ {
		if id := x.pieces[x.oldest].id; x.at[id] == uint32(x.oldest) {
			x.Drop(id)
		}
	}
}

// Drop removes a piece, if the index has it. Its postings stay until its tables grow or are swept.
func (x *Index) Drop(id oped.PieceID) {
	if ordinal, ok := x.at[id]; ok {
		x.pieces[ordinal].gone = true
		delete(x.at, id)
	}
}

// Bytes returns the approximate memory of the index.
func (x *Index) Bytes() int {
	n := cap(x.pieces)*48 + cap(x.counts)*2 + len(x.at)*40
	for i := range x.shards {
		n += cap(x.shards[i].slots)*8 + 32
	}
	return n
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// publisherHash returns 0 for a publisher without a name; it has no boilerplate.
func publisherHash(name string) uint32 {
	if name == "" {
		return 0
	}
	h := fnv.New32a()
	h.Write([]byte(text.Fold(name)))
	return max(h.Sum32(), 1)
}

// shardOf returns the number of a fingerprint's table: its upper bits.
func shardOf(fingerprint uint64) int { return int(fingerprint >> (FingerprintBits - shardBits)) }

// slot returns the first possible slot of a fingerprint. It skips the bits that chose the table: they are equal
// within it.
func (s *shard) slot(key uint32) int {
	const same = 32 - (FingerprintBits - shardBits)
	return int(uint64(key<<same) * uint64(len(s.slots)) >> 32)
}

func (x *Index) put(fingerprint uint64, ordinal uint32) {
	x.putIn(&x.shards[shardOf(fingerprint)], uint32(fingerprint), ordinal)
}

func (x *Index) putIn(s *shard, key, ordinal uint32) {
	if float64(s.used+1) > fullest*float64(len(s.slots)) {
		s.grow(x.alive)
	}
	s.put(key, ordinal)
}

// put adds a posting, unless its fingerprint already has too many to find anything.
func (s *shard) put(key, ordinal uint32) {
	same := 0
	for i := s.slot(key); ; i++ {
		if i == len(s.slots) {
			i = 0
		}
		if s.slots[i] == 0 {
			s.slots[i] = uint64(key)<<32 | uint64(ordinal) + 1
			s.used++
			return
		}
		if uint32(s.slots[i]>>32) == key {
			if same++; same > stopAfter {
				return
			}
		}
	}
}

// alive reports whether the postings of a piece are still needed.
func (x *Index) alive(ordinal uint32) bool {
	p := &x.pieces[ordinal]
	return !p.gone && p.seen >= x.since
}

// grow drops the postings of dead or cold pieces, and makes room.
func (s *shard) grow(alive func(uint32) bool) {
	kept := make([]uint64, 0, s.used)
	for _, slot := range s.slots {
		if slot != 0 && alive(uint32(slot)-1) {
			kept = append(kept, slot)
		}
	}
	s.fill(kept, len(kept)*3/2+minSlots)
}

// fill rebuilds the table with n slots and the given postings.
func (s *shard) fill(postings []uint64, n int) {
	s.slots, s.used = make([]uint64, n), 0
	for _, slot := range postings {
		s.put(uint32(slot>>32), uint32(slot)-1)
	}
}

// sweep removes dead and cold pieces, and renumbers the others.
func (x *Index) sweep() {
	renumbered := make([]uint32, len(x.pieces)) // plus one
	kept := make([]hotPiece, 0, len(x.at))
	for i := range x.pieces {
		p := &x.pieces[i]
		if x.alive(uint32(i)) {
			x.at[p.id] = uint32(len(kept))
			kept = append(kept, *p)
			renumbered[i] = uint32(len(kept))
		} else if !p.gone {
			delete(x.at, p.id)
		}
	}
	for i := range x.shards {
		s := &x.shards[i]
		var postings []uint64
		for _, slot := range s.slots {
			if slot != 0 && renumbered[uint32(slot)-1] != 0 {
				postings = append(postings, slot>>32<<32|uint64(renumbered[uint32(slot)-1]))
			}
		}
		s.fill(postings, len(s.slots))
	}
	x.pieces, x.counts, x.oldest = kept, nil, 0
}

// Alike returns the pieces of about the same date with the most fingerprints in common with a text, at most
// eight, the greatest share first. common are the fingerprints of its publisher's boilerplate. itself is the
// piece of the text; 0 for none.
func (x *Index) Alike(
	fingerprints []uint64, publisher string, date time.Time, itself oped.PieceID,
) (alike []oped.PieceID, common []uint64) {
	x.counts = append(x.counts, make([]uint16, len(x.pieces)-len(x.counts))...)
	touched := x.touched[:0]
	x.prefetch(fingerprints)
	own := publisherHash(publisher)
	for _, fingerprint := range fingerprints {
		from := len(touched)
		postings, fromPublisher := 0, 0
		for ordinal := range x.postings(fingerprint) {
			p := &x.pieces[ordinal]
			if !x.alive(ordinal) || p.id == itself {
				continue
			}
			postings++
			if p.publisher == own && own != 0 {
				fromPublisher++
			}
			touched = append(touched, ordinal)
		}
		if fromPublisher >= boilerplatePieces {
			common = append(common, fingerprint)
		}
		if fromPublisher >= boilerplatePieces || postings > stopAfter {
			touched = touched[:from]
		}
	}
	if cap(touched) <= maxTouched { // the memory of a huge text is not kept
		x.touched = touched
	}
	return x.strongest(touched, len(fingerprints)-len(common), date), common
}

// prefetch reads the slots of the fingerprints. No read depends on an earlier one, so that they wait for memory
// together and not in turn.
func (x *Index) prefetch(fingerprints []uint64) {
	for _, p := range fingerprints {
		if s := &x.shards[shardOf(p)]; len(s.slots) > 0 {
			x.touch ^= s.slots[s.slot(uint32(p))]
		}
	}
}

// postings yields the pieces with a fingerprint.
func (x *Index) postings(fingerprint uint64) func(func(uint32) bool) {
	return func(yield func(uint32) bool) {
		s := &x.shards[shardOf(fingerprint)]
		if len(s.slots) == 0 {
			return
		}
		for i := s.slot(uint32(fingerprint)); ; i++ {
			if i == len(s.slots) {
				i = 0
			}
			slot := s.slots[i]
			if slot == 0 {
				return
			}
			if uint32(slot>>32) == uint32(fingerprint) && !yield(uint32(slot)-1) {
				return
			}
		}
	}
}

// strongest returns the best candidates. touched has a piece once for each shared fingerprint.
func (x *Index) strongest(touched []uint32, fingerprints int, date time.Time) []oped.PieceID {
	type candidate struct {
		id   oped.PieceID
		part float64
	}
	var found []candidate
	for _, ordinal := range touched {
		x.counts[ordinal]++
	}
	at := millis(date)
	for _, ordinal := range touched {
		n := int(x.counts[ordinal])
		if n == 0 {
			continue // counted already
		}
		x.counts[ordinal] = 0
		p := &x.pieces[ordinal]
		fewer := min(int(p.fingerprints), fingerprints)
		if n < enough(fewer) || at != 0 && p.date != 0 && max(at-p.date, p.date-at) > near.Milliseconds() {
			continue
		}
		found = append(found, candidate{p.id, float64(n) / float64(fewer)})
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.part, a.part), cmp.Compare(a.id, b.id))
	})
	var ids []oped.PieceID
	for _, c := range found[:min(candidates, len(found))] {
		ids = append(ids, c.id)
	}
	return ids
}

// enough returns the number of n fingerprints that two texts must share to be worth comparing. It is less than
// the number shared by copies, which have 50 to 80 % of their shingles in common. It is more than the number
// shared by texts with the same phrases.
func enough(n int) int {
	if n < 8 {
		return max(1, n/2)
	}
	return max(3, n/8)
}
