package app

import (
	"container/list"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"oped"
	"oped/fetcher"
)

const (
	// maxConnections is how many connections readers may have at once: each takes some 20 KiB and a descriptor. Readers
	// that poll need one for a moment.
	maxConnections = 512
	// minConnections are too few to serve anybody.
	minConnections = 16
	// perClient is how many of them one client may have. A university or a carrier may have one address for many
	// readers.
	PerClient = 64
)

// ownDescriptors is how many descriptors a daemon needs beside those of readers, with so many fetches at once: idle
// connections of the fetcher and of the hub, one for each fetch that waits and lends its place, per fetch one connection for each family of addresses and two for names,
// the hub's deliveries; and for the database with its log and index, files, the socket and its clients.
func ownDescriptors(fetches int) int {
	return 3*fetcher.MaxIdle + 4*fetches + fetcher.MaxLent + 32 + 64
}

// Connections is how many connections of readers a limit of open files leaves, with so many fetches at once. Too few
// are an error.
func Connections(files uint64, fetches int) (int, error) {
	own := ownDescriptors(fetches)
	n := int(min(files, 1<<20)) - own
	if n < minConnections {
		return 0, &filesError{files, own + minConnections}
	}
	return min(n, maxConnections), nil
}

// filesError is a limit of open files that is too low to work with.
type filesError struct {
	files uint64
	min   int
}

func (e *filesError) Error() string {
	return fmt.Sprintf("this process may open %d files, and needs %d", e.files, e.min)
}

// Hint says how to fix it.
func (e *filesError) Hint() string {
	return fmt.Sprintf("raise the limit (ulimit -n %d, or LimitNOFILE= of systemd), or lower fetch.concurrency", max(1024, e.min))
}

// crowd are the connections of readers. When they are many, those go that have waited longest for a reader to say
// something: connections on which nothing was asked yet, and those that are kept for a next request. So silent ones
// keep nobody out. One client may have perClient, unless it is a trusted proxy.
type crowd struct {
	max     int // more than these let one go
	trusted func() []netip.Prefix

	mu      sync.Mutex
	Open    map[net.Conn]*guest
	Waiting *list.List // of net.Conn, the longest waiting first
	Clients map[netip.Addr]int
}

// guest is an open connection.
type guest struct {
	client  netip.Addr    // not valid for a proxy
	waiting *list.Element // nil while it is served
}

func NewCrowd(limit int, trusted func() []netip.Prefix) *crowd {
	return &crowd{
		max:     limit,
		trusted: trusted,
		Open:    map[net.Conn]*guest{},
		Waiting: list.New(),
		Clients: map[netip.Addr]int{},
	}
}

// Changed follows the state of a connection (http.Server.ConnState).
func (c *crowd) Changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.Open[conn]
	switch {
	case state == http.StateNew:
		c.enter(conn)
	case g == nil: // it was let go
	case state == http.StateActive:
		c.listen(g)
	case state == http.StateIdle:
		g.waiting = c.Waiting.PushBack(conn)
	default:
		c.leave(conn, g)
	}
	for len(c.Open) > c.max && c.Waiting.Len() > 0 {
		longest := c.Waiting.Front().Value.(net.Conn)
		c.leave(longest, c.Open[longest])
		longest.Close()
	}
}

func (c *crowd) enter(conn net.Conn) {
	client, proxy, ok := oped.Peer(conn.RemoteAddr().String(), c.trusted())
	if proxy || !ok {
		client = netip.Addr{}
	}
	if client.IsValid() && c.Clients[client] >= PerClient {
		conn.Close()
		return
	}
	c.Clients[client]++
	c.Open[conn] = &guest{client, c.Waiting.PushBack(conn)}
}

// listen takes a connection out of those that wait.
func (c *crowd) listen(g *guest) {
	if g.waiting != nil {
		c.Waiting.Remove(g.waiting)
		g.waiting = nil
	}
}

func (c *crowd) leave(conn net.Conn, g *guest) {
	c.listen(g)
	delete(c.Open, conn)
	if c.Clients[g.client]--; c.Clients[g.client] == 0 {
		delete(c.Clients, g.client)
	}
}
