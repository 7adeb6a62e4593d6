package fetcher

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"oped"
	"oped/parse"
)

// tries is how many of the feeds that a page names are asked for at most.
const tries = 5

// Found is a feed that Discover found, and what it says of itself.
type Found struct {
	URL      string // that answers in the end; with the credentials of the address that was given, if its host is the same
	Document oped.Document
	Entries  int
}

// Discover finds the feed behind an address that a person gave: the address itself if it is a feed, else the first readable feed that
// the page there names. It costs one request, and one more for each feed that is tried.
func (f *Fetcher) Discover(ctx context.Context, address string) (Found, error) {
	asked, failed := check(address)
	if failed != nil {
		return Found{}, failed
	}
	may := f.o.reachOf(asked)
	page, found, err := f.look(ctx, asked, may)
	if err == nil {
		return found, nil
	}
	if page == nil {
		return Found{}, fmt.Errorf("%s: %w", oped.MaskedAddress(asked), err)
	}
	candidates := parse.Discover(page.body, page.url)
	for i, candidate := range candidates[:min(len(candidates), tries)] {
		u, failed := check(candidate)
		if failed != nil {
			continue
		}
		if i > 0 { // the first one comes at once: a person waits for it
			if err := rest(ctx, f.o.Spacing); err != nil {
				return Found{}, err
			}
		}
		if u.Host == asked.Host {
			u.User = asked.User
		}
		if _, found, err := f.look(ctx, u, may); err == nil {
			return found, nil
		}
	}
	return Found{}, fmt.Errorf("%s is not a feed, and the page there names none that can be read",
		oped.MaskedAddress(asked))
}

func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// look asks for an address once and reads it as a feed. The page is nil where none came.
func (f *Fetcher) look(ctx context.Context, u *url.URL, r reach) (*response, Found, error) {
	ctx, clock, cancel := withClock(ctx, f.o.Timeout, f.o.Now)
	defer cancel()
	share := &share{flight: f.flight, clock: clock}
	defer share.free()
	got, failed := f.get(ctx, u, r, oped.Validators{}, share)
	if failed != nil {
		return nil, Found{}, failed
	}
	result, err := share.parse(ctx, parse.Input{Body: got.body, URL: got.url, Header: got.header})
	if err != nil {
		return got, Found{}, err
	}
	answered, err := url.Parse(got.url)
	if err != nil {
		return got, Found{}, err
	}
	if answered.Host == u.Host {
		answered.User = u.User
	}
	return got, Found{URL: answered.String(), Document: result.Document, Entries: len(result.Entries)}, nil
}
