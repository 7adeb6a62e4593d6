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
	// burst is how often a document may be asked for at once: people press reload, and several readers of one make
	// may share an address.
	burst = 10
	// generation is how many clients are remembered before the older half is forgotten.
	generation = 1 << 15
)

// limiter tells readers that poll a document too often to wait. A reader is an address and a User-Agent; of IPv6 the
// first 64 bits count, which is what one customer gets. Each may ask burst times at once, and then once in every
// interval. It costs a lookup, and its memory is bounded: of two generations of readers the older is forgotten when
// the younger is full, which forgives them.
type limiter struct {
	every   time.Duration // between two polls; ≤ 0: there is no limit
	now     func() time.Time
	trusted []netip.Prefix // proxies whose X-Forwarded-For is believed
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

// wait counts a request, and gives how long the reader has to wait; 0 if it need not. A request that is refused does
// not make the wait longer.
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

// clientOf is the address of who sent a request, of IPv6 its first 64 bits (see oped.ClientAddress).
func (l *limiter) clientOf(r *http.Request) (netip.Addr, bool) {
	return oped.ClientAddress(r.RemoteAddr, r.Header["X-Forwarded-For"], l.trusted)
}
