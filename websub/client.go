package websub

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// clients counts the requests of each client, hour by hour.
type clients struct {
	mu    sync.Mutex
	since time.Time
	asked map[string]int
}

// maxClients is how many clients are told apart. Beyond it, all others count as one.
const maxClients = 10_000

// ask counts a request. It tells after how long the client may ask again if it has asked too often; 0: it may ask now.
func (c *clients) ask(client string, now time.Time, limit int) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age := now.Sub(c.since); age < 0 || age >= time.Hour || c.asked == nil {
		c.since, c.asked = now, map[string]int{}
	}
	if _, known := c.asked[client]; !known && len(c.asked) >= maxClients {
		client = ""
	}
	if c.asked[client] >= limit {
		return (c.since.Add(time.Hour).Sub(now) + time.Second - 1).Truncate(time.Second)
	}
	c.asked[client]++
	return 0
}

// clientOf names who sent a request: by its address, of IPv6 by its network, since one client has them all. Behind a proxy on this machine, it is who
// the proxy says.
func clientOf(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if addr.IsLoopback() {
		said := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
		last := strings.TrimSpace(said[strings.LastIndexByte(said, ',')+1:])
		if behind, err := netip.ParseAddr(last); err == nil {
			addr = behind
		}
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if network, err := addr.Prefix(64); err == nil {
			return network.String()
		}
	}
	return addr.String()
}
