package desk

import (
	"crypto/rand"
	"sync"
)

// kept keeps the last values of some sort for later requests. It is safe for concurrent use.
type kept[T any] struct {
	limit int // of the values
	mu    sync.Mutex
	all   map[string]*T
	order []string // the oldest first
}

func newKept[T any](limit int) *kept[T] { return &kept[T]{limit: limit, all: map[string]*T{}} }

// keep keeps a value, and returns its new name.
func (k *kept[T]) keep(x T) (name string) {
	name = rand.Text()
	k.add(name, x)
	return name
}

// add keeps a value, unless there is one with its name.
func (k *kept[T]) add(name string, x T) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all[name] != nil {
		return false
	}
	k.all[name], k.order = &x, append(k.order, name)
	if len(k.order) > k.limit {
		delete(k.all, k.order[0])
		k.order = k.order[1:]
	}
	return true
}

// change changes a value, unless it is no longer kept.
func (k *kept[T]) change(name string, change func(*T)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if x := k.all[name]; x != nil {
		change(x)
	}
}

// get returns a value, and whether it is kept.
func (k *kept[T]) get(name string) (x T, known bool) {
	k.change(name, func(now *T) { x, known = *now, true })
	return x, known
}
