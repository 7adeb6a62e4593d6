package fetcher

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"oped"
	"oped/parse"
)

// maxCandidates is the maximum number of linked feeds to request for one page.
const maxCandidates = 5

// maxFirst is the number of entries shown to the person who adds a feed.
const maxFirst = 5

// Discovered is a feed found by Discover, with its description of itself.
type Discovered struct {
	// URL is the final address. It keeps the credentials of the given address if the host is the same.
	URL      string
	Document oped.Document // the feed's description of itself
	Entries  int           // number of its entries
	Others   []string      // addresses of the other feeds linked from the page, for people
	First    []oped.Entry  // at most five of them

	answer *response // its document
	at     time.Time // when it was requested
}

// DiscoverNow is discover for a running program. It respects the stored waits, and stores new ones. It
// respects the spacing of the domain, too: last is the time of the last fetch there.
func (f *Fetcher) DiscoverNow(
	ctx context.Context, feeds Feeds, address string, last time.Time,
) (found Discovered, err error) {
	err = f.politely(ctx, feeds, address, last, func() (err error) {
		found, err = f.discover(ctx, address)
		return err
	})
	return found, err
}

// discover finds the feed behind an address given by a person: the address itself if it is a feed, else the first
// readable feed linked from the page. It costs one request, and one more for each feed tried.
func (f *Fetcher) discover(ctx context.Context, address string) (Discovered, error) {
	asked, failed := check(address)
	if failed != nil {
		return Discovered{}, failed
	}
	may := f.o.reachOf(asked)
	page, found, err := f.look(ctx, asked, may)
	if err == nil {
		return found, nil
	}
	if page == nil {
		return Discovered{}, fmt.Errorf("%s: %w", oped.MaskedAddress(asked), err)
	}
	candidates := parse.Discover(page.body, page.url)
	for i, candidate := range candidates[:min(len(candidates), maxCandidates)] {
		u, failed := check(candidate)
		if failed != nil {
			continue
		}
		if i > 0 { // the first request is not delayed: a person waits for it
			if err := sleep(ctx, f.o.Spacing); err != nil {
				return Discovered{}, err
			}
		}
		if u.Host == asked.Host {
			u.User = asked.User
		}
		if _, found, err := f.look(ctx, u, may); err == nil {
			for j, other := range candidates {
				if j != i {
					found.Others = append(found.Others, oped.ShownAddress(other))
				}
			}
			return found, nil
		}
	}
	return Discovered{}, fmt.Errorf("%s is not a feed, and its page links to no readable feed",
		oped.MaskedAddress(asked))
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// look requests an address once and parses it as a feed. It returns a nil page if the request failed.
func (f *Fetcher) look(ctx context.Context, u *url.URL, r reach) (*response, Discovered, error) {
	at := f.o.Now()
	ctx, clock, cancel := withClock(ctx, f.o.Timeout, f.o.Now)
	defer cancel()
	share := &share{flight: f.flight, clock: clock}
	defer share.free()
	got, failed := f.get(ctx, u, r, oped.Validators{}, share)
	if failed != nil {
		return nil, Discovered{}, failed
	}
	result, err := share.parse(ctx, parse.Input{Body: got.body, URL: got.url, Header: got.header})
	if err != nil {
		return got, Discovered{}, err
	}
	answered, err := url.Parse(got.url)
	if err != nil {
		return got, Discovered{}, err
	}
	if answered.Host == u.Host {
		answered.User = u.User
	}
	return got, Discovered{
		URL:      answered.String(),
		Document: result.Document,
		Entries:  len(result.Entries),
		First:    result.Entries[:min(len(result.Entries), maxFirst)],
		answer:   got,
		at:       at,
	}, nil
}
