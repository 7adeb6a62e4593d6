package publish

import (
	"hash/maphash"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"oped"
)

const (
	// burst is how often a document may be asked for at once: people press reload, and several readers of one make may share an address.
	burst = 10
	// generation is how many clients are remembered before the older half is forgotten.
	generation = 1 << 15
)

// limiter tells readers that poll a document too often to wait. A reader is an address and a User-Agent; of IPv6 the first 64 bits count, which
// is what one customer gets. Each may ask burst times at once, and then once in every interval. It costs a lookup, and its memory is bounded: of two
// generations of readers the older is forgotten when the younger is full, which forgives them.
type limiter struct {
	every   time.Duration // between two polls; ≤ 0: there is no limit
	now     func() time.Time
	trusted []netip.Prefix // proxies whose X-Forwarded-For is believed
	seed    maphash.Seed

	mu         sync.Mutex
	young, old map[uint64]int64 // by reader and document: when it will have all of its burst again, in nanoseconds since 1970
}

func newLimiter(o *Options) *limiter {
	l := &limiter{every: o.MinPoll, now: o.Now, trusted: o.TrustedProxies, seed: maphash.MakeSeed(), young: map[uint64]int64{}}
	if l.now == nil {
		l.every = 0
	}
	return l
}

// wait counts a request, and gives how long the reader has to wait; 0 if it need not. A request that is refused does not make the wait longer.
func (l *limiter) wait(r *http.Request, name string) time.Duration {
	if l.every <= 0 {
		return 0
	}
	client, ok := clientOf(r, l.trusted)
	if !ok {
		return 0
	}
	var h maphash.Hash
	h.SetSeed(l.seed)
	ip := client.As16()
	h.Write(ip[:])
	h.WriteString(name)
	h.WriteByte(0)
	h.WriteString(r.UserAgent())
	return l.count(h.Sum64(), l.now().UnixNano())
}

func (l *limiter) count(key uint64, now int64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	full, ok := l.young[key]
	if !ok {
		full = l.old[key]
	}
	full = max(full, now) + int64(l.every)
	if over := full - now - burst*int64(l.every); over > 0 {
		return time.Duration(over)
	}
	if !ok && len(l.young) >= generation {
		l.young, l.old = make(map[uint64]int64, generation), l.young
	}
	l.young[key] = full
	return 0
}

// clientOf is the address of who sent a request, of IPv6 its first 64 bits (see oped.ClientAddress).
func clientOf(r *http.Request, trusted []netip.Prefix) (netip.Addr, bool) {
	return oped.ClientAddress(r.RemoteAddr, r.Header["X-Forwarded-For"], trusted)
}
