package fetcher

import (
	"context"
	"fmt"

	"oped"
	"oped/parse"
)

// Found is a feed that Discover found, and what it says of itself.
type Found struct {
	URL      string // that answers in the end
	Document oped.Document
	Entries  int
}

// Discover finds the feed behind an address that a person gave: the address itself if it is a feed, else the first readable feed that
// the page there names. It costs one request, and one more for each feed that is tried.
func (f *Fetcher) Discover(ctx context.Context, address string) (Found, error) {
	page, found, err := f.look(ctx, address)
	if err == nil {
		return found, nil
	}
	if page == nil {
		return Found{}, fmt.Errorf("%s: %w", address, err)
	}
	for _, candidate := range parse.Discover(page.body, page.url) {
		if _, found, err := f.look(ctx, candidate); err == nil {
			return found, nil
		}
	}
	return Found{}, fmt.Errorf("%s is not a feed, and the page there names none that can be read", address)
}

// look asks for an address once and reads it as a feed. The page is nil where nothing came.
func (f *Fetcher) look(ctx context.Context, address string) (*response, Found, error) {
	ctx, cancel := context.WithTimeout(ctx, f.o.Timeout)
	defer cancel()
	got, failed := f.get(ctx, address, oped.Validators{})
	if failed != nil {
		return nil, Found{}, failed
	}
	result, err := parse.Document(ctx, parse.Input{Body: got.body, URL: got.url, Header: got.header})
	return got, Found{URL: got.url, Document: result.Document, Entries: len(result.Entries)}, err
}
