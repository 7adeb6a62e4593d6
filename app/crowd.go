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
	// maxConnections is the number of connections readers may have at once. Each takes about 20 KiB and a file
	// descriptor. Readers that poll need one for a moment.
	maxConnections = 512
	// minConnections is the smallest useful limit.
	minConnections = 16
	// perClient is the number of connections one client address may have. A university or a carrier may have one
	// address for many readers.
	perClient = 64
)

// ownDescriptors returns the number of descriptors a daemon needs besides those of readers, for a number of
// fetches at once. It counts idle connections of the fetcher and the hub, one connection for each waiting fetch,
// and per fetch one for each address family and two for names. It also counts the hub's deliveries, the database
// with its log and index, files, the socket and its clients.
func ownDescriptors(fetches int) int {
	return 3*fetcher.MaxIdle + 4*fetches + fetcher.MaxLent + 32 + 64
}

// connections returns how many connections of readers a limit of open files leaves, with a number of fetches at
// once. It returns an error with a hint if they are too few to serve.
func connections(files uint64, fetches int) (int, error) {
	own := ownDescriptors(fetches)
	n := int(min(files, 1<<20)) - own
	if n < minConnections {
		return 0, &filesError{files, own + minConnections}
	}
	return min(n, maxConnections), nil
}

// filesError reports a limit of open files that is too low.
type filesError struct {
	files uint64
	min   int
}

func (e *filesError) Error() string {
	return fmt.Sprintf("this process may open %d files, and needs %d", e.files, e.min)
}

// Hint returns the way to fix it.
func (e *filesError) Hint() string {
	return fmt.Sprintf("raise the limit (ulimit -n %d, or LimitNOFILE= of systemd), or lower fetch.concurrency",
		max(1024, e.min))
}

// crowd limits the connections of readers. Above its limit it closes those waiting longest for a request: new
// connections without a request, and idle ones kept alive for the next. So silent clients keep nobody out. One
// client address may have perClient connections, unless it is a trusted proxy.
type crowd struct {
	max     int // above this number, waiting ones are closed
	trusted func() []netip.Prefix

	mu      sync.Mutex
	open    map[net.Conn]*clientConn
	waiting *list.List // of net.Conn, the longest waiting first
	clients map[netip.Addr]int
}

// clientConn is an open connection.
type clientConn struct {
	client  netip.Addr    // not valid for a proxy
	waiting *list.Element // nil while being served
}

// newCrowd returns a crowd for up to limit connections. The function trusted returns the networks of trusted
// proxies.
func newCrowd(limit int, trusted func() []netip.Prefix) *crowd {
	return &crowd{
		max:     limit,
		trusted: trusted,
		open:    map[net.Conn]*clientConn{},
		waiting: list.New(),
		clients: map[netip.Addr]int{},
	}
}

// changed follows the state of a connection; it is an http.Server.ConnState.
func (c *crowd) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.open[conn]
	switch {
	case state == http.StateNew:
		c.enter(conn)
	case g == nil: // already closed by us
	case state == http.StateActive:
		c.listen(g)
	case state == http.StateIdle:
		g.waiting = c.waiting.PushBack(conn)
	default:
		c.leave(conn, g)
	}
	for len(c.open) > c.max && c.waiting.Len() > 0 {
		longest := c.waiting.Front().Value.(net.Conn)
		c.leave(longest, c.open[longest])
		longest.Close()
	}
}

func (c *crowd) enter(conn net.Conn) {
	client, proxy, ok := oped.Peer(conn.RemoteAddr().String(), c.trusted())
	if proxy || !ok {
		client = netip.Addr{}
	}
	if client.IsValid() && c.clients[client] >= perClient {
		conn.Close()
		return
	}
	c.clients[client]++
	c.open[conn] = &clientConn{client, c.waiting.PushBack(conn)}
}

// listen removes a connection from the waiting ones.
func (c *crowd) listen(g *clientConn) {
	if g.waiting != nil {
		c.waiting.Remove(g.waiting)
		g.waiting = nil
	}
}

func (c *crowd) leave(conn net.Conn, g *clientConn) {
	c.listen(g)
	delete(c.open, conn)
	if c.clients[g.client]--; c.clients[g.client] == 0 {
		delete(c.clients, g.client)
	}
}
