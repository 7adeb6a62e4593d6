package websub

import (
	"net/netip"
	"sync"
	"time"
)

// clients counts the requests of each client per hour. It keeps two generations of clients and forgets the older
// one when the younger is full. So a flood of addresses resets the counts of others, and never locks them out.
type clients struct {
	mu         sync.Mutex
	since      time.Time
	young, old map[netip.Addr]int
}

// maxClients is the number of clients per generation.
const maxClients = 10_000

// ask counts a request. It returns 0 if the client is within its limit, or the time until it may ask again.
func (c *clients) ask(client netip.Addr, now time.Time, limit int) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age := now.Sub(c.since); age < 0 || age >= time.Hour || c.young == nil {
		c.since, c.young, c.old = now, map[netip.Addr]int{}, nil
	}
	asked, known := c.young[client]
	if !known {
		asked = c.old[client]
	}
	if asked >= limit {
		return (c.since.Add(time.Hour).Sub(now) + time.Second - 1).Truncate(time.Second)
	}
	if !known && len(c.young) >= maxClients {
		c.young, c.old = map[netip.Addr]int{}, c.young
	}
	c.young[client] = asked + 1
	return 0
}
