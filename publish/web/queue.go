package web

import (
	"context"
	"net/netip"
	"sync"

	"oped/publish"
)

// queue runs a few searches at a time, and one per client. However many searches a client starts, others get a
// turn. Among the waiting searches, the first one of each client is next, in order of arrival.
type queue struct {
	free chan struct{} // one token per running search

	mu      sync.Mutex
	clients map[netip.Addr]*client
}

// client is a client with running or waiting searches.
type client struct {
	running chan struct{} // holds a token while one of its searches runs or is the client's next
	n       int           // running and waiting searches; at 0 the client is removed
}

func newQueue(n int) *queue {
	return &queue{free: make(chan struct{}, n), clients: map[netip.Addr]*client{}}
}

// enter waits for a turn and returns a function that ends it. Its error is publish.ErrBusy if the context ends
// first. Clients without an address, behind a socket, are not limited individually.
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
