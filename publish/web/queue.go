package web

import (
	"context"
	"net/netip"
	"sync"

	"oped/publish"
)

// queue lets a few searches run at a time, one of each client: however many a client asks for, others find a turn. Of
// those who wait, one of each client comes next, in the order in which they came.
type queue struct {
	free chan struct{} // holds a token for each search that runs

	mu      sync.Mutex
	clients map[netip.Addr]*client
}

// client is who runs a search, or waits for a turn.
type client struct {
	running chan struct{} // holds a token while one of its searches runs or is the next of the client
	n       int           // searches that run or wait; at 0 the client is forgotten
}

func newQueue(n int) *queue {
	return &queue{free: make(chan struct{}, n), clients: map[netip.Addr]*client{}}
}

// enter waits for a turn, and gives what ends it. Its error is publish.ErrBusy where the context ends before. A
// client without an address, behind a socket, is nobody in particular.
func (t *queue) enter(ctx context.Context, addr netip.Addr) (leave func(), err error) {
	done := func() {}
	if addr.IsValid() {
		c := t.join(addr)
		select {
		case c.running <- struct{}{}:
			done = func() { <-c.running; t.leave(addr) }
		case <-ctx.Done():
			t.leave(addr)
			return nil, publish.ErrBusy
		}
	}
	select {
	case t.free <- struct{}{}:
		return func() { <-t.free; done() }, nil
	case <-ctx.Done():
		done()
		return nil, publish.ErrBusy
	}
}

func (t *queue) join(addr netip.Addr) *client {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.clients[addr]
	if c == nil {
		c = &client{running: make(chan struct{}, 1)}
		t.clients[addr] = c
	}
	c.n++
	return c
}

func (t *queue) leave(addr netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.clients[addr]
	if c.n--; c.n == 0 {
		delete(t.clients, addr)
	}
}
