package fetcher

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"

	"oped"
)

// domains remembers the requests of registrable domains to be left alone.
type domains struct {
	mu      sync.Mutex
	waits   map[string]oped.Wait // by domain
	unsaved []oped.Wait          // not in the store yet
}

// load adds the waits of the store, since another process may have been asked to wait. It returns those that are
// over.
func (d *domains) load(stored []oped.Wait, now time.Time) (over []oped.Wait) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range stored {
		switch {
		case isOver(w, now):
			over = append(over, oped.Wait{Domain: w.Domain})
		case w.Until.After(d.waits[w.Domain].Until):
			d.put(w)
		}
	}
	return over
}

// isOver reports whether a wait has ended, or began in the future of a clock that has come back since.
func isOver(w oped.Wait, now time.Time) bool {
	return !w.Until.After(now) || w.Since.Sub(now) > clockStep
}

func (d *domains) put(w oped.Wait) {
	if d.waits == nil {
		d.waits = map[string]oped.Wait{}
	}
	d.waits[w.Domain] = w
}

// take returns the waits to store.
func (d *domains) take() []oped.Wait {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.unsaved
	d.unsaved = nil
	return all
}

// domainOf returns the registrable domain of an address: dawn.com.pk for epaper.dawn.com.pk. Spacing and a server's
// request to wait apply to this domain.
func domainOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host // an IP address, or a name without dots
	}
	return domain
}

// block records that the domain of an address must not be asked before a time.
func (d *domains) block(address string, now, until time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := oped.Wait{Domain: domainOf(address), Since: now, Until: until}
	d.put(w)
	d.unsaved = append(d.unsaved, w)
}

// check returns an error if the domain of an address has asked us to wait. The wait applies to all its feeds and to
// redirects.
func (d *domains) check(address string, now time.Time) *oped.FetchError {
	domain := domainOf(address)
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.waits[domain]
	if isOver(w, now) {
		delete(d.waits, domain)
		return nil
	}
	return &oped.FetchError{
		Kind: oped.Throttled,
		Wait: w.Until.Sub(now),
		Err:  fmt.Errorf("%s asked us to wait until %s", domain, w.Until.UTC().Format(time.RFC3339)),
	}
}
