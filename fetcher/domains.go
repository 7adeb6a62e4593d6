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
	waiting map[string]time.Time // when the wait of a domain ends
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
func (d *domains) block(address string, until time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting == nil {
		d.waiting = map[string]time.Time{}
	}
	d.waiting[domainOf(address)] = until
}

// check returns an error if the domain of an address has asked us to wait. The wait applies to all its feeds and to
// redirects.
func (d *domains) check(address string, now time.Time) *oped.FetchError {
	domain := domainOf(address)
	d.mu.Lock()
	defer d.mu.Unlock()
	until, ok := d.waiting[domain]
	if !ok {
		return nil
	}
	if !until.After(now) {
		delete(d.waiting, domain)
		return nil
	}
	return &oped.FetchError{
		Kind: oped.Throttled,
		Wait: until.Sub(now),
		Err:  fmt.Errorf("%s asked us to wait until %s", domain, until.UTC().Format(time.RFC3339)),
	}
}
