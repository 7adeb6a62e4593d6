package main

import (
	"context"
	"sync"

	"oped"
)

// dirty gathers the editions and pieces that wait to be rendered, so that many fetches at once cost one rendering: while one goes on,
// the next gathers.
type dirty struct {
	mu       sync.Mutex
	editions map[string]bool
	pieces   map[oped.PieceID]bool
	wake     chan struct{} // holds one token while something waits
}

func newDirty() *dirty {
	return &dirty{editions: map[string]bool{}, pieces: map[oped.PieceID]bool{}, wake: make(chan struct{}, 1)}
}

func (d *dirty) add(c oped.Changes) {
	if len(c.Editions) == 0 && len(c.Pieces) == 0 {
		return
	}
	d.mu.Lock()
	for _, name := range c.Editions {
		d.editions[name] = true
	}
	for _, id := range c.Pieces {
		d.pieces[id] = true
	}
	d.mu.Unlock()
	d.rouse()
}

// rouse lets what waits be rendered, if it is nothing but the health of a feed, which is looked at with every rendering.
func (d *dirty) rouse() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func (d *dirty) take() oped.Changes {
	d.mu.Lock()
	defer d.mu.Unlock()
	var c oped.Changes
	for name := range d.editions {
		c.Editions = append(c.Editions, name)
	}
	for id := range d.pieces {
		c.Pieces = append(c.Pieces, id)
	}
	clear(d.editions)
	clear(d.pieces)
	return c
}

// publish renders what is dirty until ctx ends. What is left then is rendered at the next start, from the rows.
func (d *dirty) publish(ctx context.Context, render func(context.Context, oped.Changes) error) error {
	for {
		select {
		case <-d.wake:
			if err := render(ctx, d.take()); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
