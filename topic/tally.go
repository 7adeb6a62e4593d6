package topic

// tally counts keys. It is reused: reset starts a new round instead of clearing the slots.
type tally struct {
	slots []tallied
	round uint32
	used  int
}

type tallied struct {
	key   uint64
	round uint32
	n     uint8
}

func (t *tally) reset() {
	t.used = 0
	if t.round++; t.round == 0 { // after 2³² rounds old slots would count again
		clear(t.slots)
		t.round = 1
	}
}

// of returns the counter of a key, for the caller to increment. It is valid until the next call.
func (t *tally) of(key uint64) *uint8 {
	if 2*(t.used+1) > len(t.slots) {
		t.grow()
	}
	slot := int(key*golden>>32) & (len(t.slots) - 1)
	for t.slots[slot].round == t.round && t.slots[slot].key != key {
		slot = (slot + 1) & (len(t.slots) - 1)
	}
	x := &t.slots[slot]
	if x.round != t.round {
		*x = tallied{key, t.round, 0}
		t.used++
	}
	return &x.n
}

func (t *tally) grow() {
	old := t.slots
	t.slots, t.used = make([]tallied, max(32, 2*len(old))), 0
	for _, x := range old {
		if x.round == t.round && t.round > 0 {
			*t.of(x.key) = x.n
		}
	}
}
