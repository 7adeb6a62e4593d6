package web

import (
	"hash/maphash"
	"math"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"oped"
)

const (
	// burst is the number of requests for a document allowed at once: people press reload, and readers of the same
	// make may share an address.
	burst = 10
	// generation is the number of clients in one of two generations.
	generation = 1 << 15
)

// limiter makes readers wait that poll a document too often. A reader is an address and a User-Agent. For IPv6, the
// first 64 bits count: the network of one customer. Each reader may send burst requests at once, and then one per
// interval. A request costs one lookup. Memory is bounded: the limiter keeps two generations of readers and forgets
// the older one when the younger is full, which resets their limits.
type limiter struct {
	every   time.Duration // between two polls; ≤ 0: no limit
	now     func() time.Time
	trusted []netip.Prefix // proxies with a trusted X-Forwarded-For
	seed    maphash.Seed

	mu         sync.Mutex
	young, old map[uint64]*rate.Limiter // by reader and document
}

func newLimiter(o *Options) *limiter {
	l := &limiter{
		every:   o.MinPoll,
		now:     o.Now,
		trusted: o.TrustedProxies,
		seed:    maphash.MakeSeed(),
		young:   map[uint64]*rate.Limiter{},
	}
	if l.now == nil {
		l.every = 0
	}
	return l
}

// wait counts a request and returns how long the reader has to wait, or 0. A refused request does not extend the
// wait.
func (l *limiter) wait(r *http.Request, name string) time.Duration {
	if l.every <= 0 {
		return 0
	}
	client, ok := l.clientOf(r)
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
	return l.count(h.Sum64(), l.now())
}

func (l *limiter) count(key uint64, now time.Time) time.Duration {
	reader := l.reader(key)
	if reader.AllowN(now, 1) {
		return 0
	}
	missing := 1 - reader.TokensAt(now)
	return max(time.Nanosecond, time.Duration(math.Round(missing*float64(l.every))))
}

func (l *limiter) reader(key uint64) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	reader := l.young[key]
	if reader != nil {
		return reader
	}
	if reader = l.old[key]; reader == nil {
		reader = rate.NewLimiter(rate.Every(l.every), burst)
	}
	if len(l.young) >= generation {
		l.young, l.old = make(map[uint64]*rate.Limiter, generation), l.young
	}
	l.young[key] = reader
	return reader
}

// clientOf returns the address of a request's sender, reduced to the first 64 bits for IPv6 (see
// oped.ClientAddress).
func (l *limiter) clientOf(r *http.Request) (netip.Addr, bool) {
	return oped.ClientAddress(r.RemoteAddr, r.Header["X-Forwarded-For"], l.trusted)
}
