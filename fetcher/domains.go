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

// domains remember what a registrable domain has told us.
type domains struct {
	mu      sync.Mutex
	waiting map[string]time.Time // until when a domain asked us to wait
}

// DomainOf is the registrable domain of an address (dawn.com.pk of epaper.dawn.com.pk): what spacing, and a server's wish to be left
// alone, hold for.
func DomainOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host // an address, or a name without dots
	}
	return domain
}

// leave leaves the domain of an address alone for a while.
func (d *domains) leave(address string, until time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting == nil {
		d.waiting = map[string]time.Time{}
	}
	d.waiting[DomainOf(address)] = until
}

// open tells whether an address may be asked now; a domain that asked us to wait is not asked, by no feed and no redirect.
func (d *domains) open(address string, now time.Time) *oped.FetchError {
	domain := DomainOf(address)
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
	return &oped.FetchError{Kind: oped.Throttled, Wait: until.Sub(now), Err: fmt.Errorf("%s asked us to wait until %s", domain, until.UTC().Format(time.RFC3339))}
}
