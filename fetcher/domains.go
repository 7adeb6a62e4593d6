package fetcher

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"

	"oped"
)

// domains remembers the last requests to registrable domains, and their requests to be left alone.
type domains struct {
	mu      sync.Mutex
	next    map[string]time.Time // when the next request to a domain may begin
	waits   map[string]oped.Wait // by domain or shared host
	unsaved []oped.Wait          // not in the store yet
}

func newDomains() domains {
	return domains{next: map[string]time.Time{}, waits: map[string]oped.Wait{}}
}

// sharedPeriod is the time within which two feeds of a shared host are asked to wait if the host means them all.
const sharedPeriod = time.Hour

// maxReserved is the longest wait before a reserved request. A longer one comes from a clock that has come back since.
const maxReserved = 10 * time.Minute

// reserve reserves the next request to a domain, and returns the time until it may begin.
func (d *domains) reserve(domain string, now time.Time, spacing time.Duration) time.Duration {
	return d.reserveAfter(time.Time{}, domain, now, spacing)
}

// reserveAfter is reserve for a domain whose last request may have been sent by another process.
func (d *domains) reserveAfter(last time.Time, domain string, now time.Time, spacing time.Duration) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	wait := max(d.until(domain, now), min(spacing-now.Sub(last), spacing))
	d.next[domain] = now.Add(wait + spacing)
	return wait
}

// untilFree returns the time until the next request to a domain may begin.
func (d *domains) untilFree(domain string, now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.until(domain, now)
}

// until is untilFree under the lock.
func (d *domains) until(domain string, now time.Time) time.Duration {
	if wait := d.next[domain].Sub(now); wait > 0 && wait <= maxReserved {
		return wait
	}
	delete(d.next, domain)
	return 0
}

// load adds the waits of the store, since another process may have been asked to wait. It returns those to forget.
func (d *domains) load(stored []oped.Wait, now time.Time) (old []oped.Wait) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range stored {
		switch {
		case isOver(w, now) && now.Sub(w.Since).Abs() >= sharedPeriod:
			old = append(old, oped.Wait{Domain: w.Domain})
		case w.Since.After(d.waits[w.Domain].Since):
			d.waits[w.Domain] = w
		}
	}
	return old
}

// isOver reports whether a wait has ended, or began in the future of a clock that has come back since.
func isOver(w oped.Wait, now time.Time) bool {
	return !w.Until.After(now) || w.IsAhead(now)
}

// take returns the waits to store.
func (d *domains) take() []oped.Wait {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.unsaved
	d.unsaved = nil
	return all
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}

// domainOf returns the registrable domain of an address: dawn.com.pk for epaper.dawn.com.pk. Spacing applies to this
// domain.
func domainOf(address string) string {
	host := hostOf(address)
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host // an IP address, or a name without dots
	}
	return domain
}

// holder returns the domain to which a server's request to wait applies: the registrable domain, or a shared host.
func holder(address string) (domain string, shared bool) {
	host := hostOf(address)
	for _, s := range sharedHosts {
		if host == s || strings.HasSuffix(host, "."+s) {
			return s, true
		}
	}
	return domainOf(address), false
}

// block records that an address asked us to wait. It holds the registrable domain. A shared host is held by the second
// such answer within sharedPeriod; the first one holds its feed alone, and is recorded with a wait that is over.
// Without a Retry-After, only a shared host is held.
func (d *domains) block(address string, now time.Time, wait time.Duration) {
	domain, shared := holder(address)
	if wait == 0 && !shared {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	w := oped.Wait{Domain: domain, Since: now, Until: now}
	if last, again := d.waits[domain]; !shared || again && now.Sub(last.Since).Abs() < sharedPeriod {
		w.Until = now.Add(min(cmp.Or(wait, minBackOff), longestWait))
	}
	d.waits[domain] = w
	d.unsaved = append(d.unsaved, w)
}

// check returns an error if the domain of an address has asked us to wait. The wait applies to all its feeds and to
// redirects.
func (d *domains) check(address string, now time.Time) *oped.FetchError {
	domain, _ := holder(address)
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.waits[domain]
	if isOver(w, now) {
		return nil
	}
	return &oped.FetchError{
		Kind: oped.Throttled,
		Wait: w.Until.Sub(now),
		Err:  fmt.Errorf("%s asked us to wait until %s", domain, w.Until.UTC().Format(time.RFC3339)),
	}
}
