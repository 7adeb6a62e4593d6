package fetcher

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"oped"
	"oped/parse"
	"oped/text"
)

// Fetch requests a feed once. The returned value holds the outcome, including a failure.
func (f *Fetcher) Fetch(ctx context.Context, s oped.FeedState) oped.Fetched {
	share := &share{flight: f.flight}
	defer share.free()
	r := f.fetchShared(ctx, s, share)
	f.report(ctx, &r)
	return r
}

// First returns the document of a discovery as the first fetch of the feed added, which costs no request.
func (f *Fetcher) First(ctx context.Context, s oped.FeedState, d Discovered) oped.Fetched {
	share := &share{flight: f.flight}
	defer share.free()
	return f.outcome(ctx, s, share, d.at, func(context.Context, oped.Validators) (*response, *oped.FetchError) {
		return d.answer, nil
	})
}

// fetchShared is Fetch for concurrent fetches. The caller frees the share after handling the result.
func (f *Fetcher) fetchShared(ctx context.Context, s oped.FeedState, share *share) oped.Fetched {
	request := func(ctx context.Context, v oped.Validators) (*response, *oped.FetchError) {
		u, failed := check(s.URL)
		if failed != nil {
			return nil, failed
		}
		return f.get(ctx, u, f.o.reachOf(u), v, share)
	}
	return f.outcome(ctx, s, share, f.o.Now(), request)
}

// outcome returns the outcome of a fetch that began at a time.
func (f *Fetcher) outcome(
	ctx context.Context, s oped.FeedState, share *share, began time.Time, answer answer,
) oped.Fetched {
	if parse.ConfiguredCharset(s.Parser) != f.o.Charsets[s.URL] {
		s.Validators, s.BodyHash = oped.Validators{}, [sha256.Size]byte{} // the same document is read otherwise now
	}
	r := oped.Fetched{
		Feed:       s,
		At:         began,
		Validators: s.Validators,
		BodyHash:   s.BodyHash,
		Freshness:  s.Freshness,
	}
	r.Err = f.fetch(ctx, &r, share, answer)
	if r.Err != nil { // F8: discard everything that came with a failure
		r.Validators, r.BodyHash, r.Freshness = s.Validators, s.BodyHash, s.Freshness
		r.Entries, r.Document, r.Limits = nil, oped.Document{}, nil
	}
	r.Took = f.o.Now().Sub(began)
	r.Next = Next(&r, f.every(s.Feed), f.o.MaxEvery)
	if r.Err == nil && r.Freshness > f.o.MaxEvery {
		f.o.Log.Debug("freshness capped", "feed", s.Name, "freshness", r.Freshness, "cap", f.o.MaxEvery)
	}
	return r
}

// report logs a failed fetch.
func (f *Fetcher) report(ctx context.Context, r *oped.Fetched) {
	if r.Err != nil && ctx.Err() == nil { // a fetch that we cancelled says nothing about the feed
		level := slog.LevelInfo
		if failsAnew(r) {
			level = slog.LevelWarn
		}
		f.o.Log.Log(ctx, level, "fetch failed", "feed", r.Feed.Name, "kind", string(r.Err.Kind), "status", r.Status,
			"failures", r.Feed.Failures+1, "next", r.Next, "err", r.Err.Err)
	}
}

// failsAnew reports whether a failed fetch is news for a person: the feed worked before, or failed otherwise. A failure
// that may pass by itself is news when it is the second in a row. A server asking us to wait needs nobody.
func failsAnew(r *oped.Fetched) bool {
	if r.Err.Kind.Passes() && r.Err.Kind != oped.Throttled {
		return r.Feed.Failures == 1
	}
	return r.Err.Kind != oped.Throttled && (r.Err.Kind != r.Feed.LastKind || r.Status != r.Feed.LastStatus)
}

// Fatal returns the outcome of a fetch, begun at the given time, that killed an earlier process or made our own
// code panic. It counts as a failure of the feed and is handled like any other. The feed is retried once, alone,
// and after a second time once a day.
func (f *Fetcher) Fatal(s oped.FeedState, at time.Time, err error) oped.Fetched {
	r := oped.Fetched{
		Feed:       s,
		At:         at,
		Validators: s.Validators,
		BodyHash:   s.BodyHash,
		Freshness:  s.Freshness,
		Err:        &oped.FetchError{Kind: oped.Fatal, Err: err},
	}
	r.Next = Next(&r, f.every(s.Feed), f.o.MaxEvery)
	f.o.Log.Error("feed is fatal", "feed", s.Name, "failures", s.Failures+1, "next", r.Next, "err", err)
	return r
}

// LastVisit returns the time of the last fetch from the domain of an address.
func LastVisit(states []oped.FeedState, address string) (last time.Time) {
	for i := range states {
		if s := &states[i]; s.LastFetch.After(last) && domainOf(s.URL) == domainOf(address) {
			last = s.LastFetch
		}
	}
	return last
}

func (f *Fetcher) every(feed oped.Feed) time.Duration {
	if feed.Every > 0 {
		return feed.Every
	}
	return f.o.Every
}

// answer returns a server's answer to a fetch with validators.
type answer func(context.Context, oped.Validators) (*response, *oped.FetchError)

// fetch fills in the server's answer.
func (f *Fetcher) fetch(
	ctx context.Context, r *oped.Fetched, share *share, answer answer,
) (failed *oped.FetchError) {
	defer func() {
		if p := recover(); p != nil { // from a decoder, caused by the server's bytes
			failed = &oped.FetchError{Kind: oped.Fatal, Err: fmt.Errorf("a bug in oped: %v", p)}
			f.o.Log.Error("fetch panicked", "feed", r.Feed.Name, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	ctx, clock, cancel := withClock(ctx, f.o.Timeout, f.o.Now)
	share.clock = clock
	defer cancel()
	ctx = share.traced(ctx)
	got, failed := answer(ctx, r.Feed.Validators)
	if got != nil {
		r.URL, r.Status, r.Bytes = got.url, got.status, got.wire
	}
	if failed != nil {
		r.Status = failed.Status
		return failed
	}
	fresh := freshness(got.header, f.o.Now())
	given := oped.Validators{
		URL:          got.url,
		ETag:         sendable(got.header.Get("ETag")),
		LastModified: sendable(got.header.Get("Last-Modified")),
	}
	if got.status == http.StatusNotModified {
		r.NotModified = true
		refresh(&r.Validators, given)
		if fresh.known {
			r.Freshness = fresh.keep
		}
		return nil
	}
	hash := sha256.Sum256(got.body)
	r.SameBody = hash == r.Feed.BodyHash
	if !r.SameBody {
		if failed := f.parse(ctx, r, got, share); failed != nil {
			return failed
		}
	}
	r.Freshness = fresh.keep
	if !r.Partial { // otherwise the next fetch has to return the whole document
		r.Validators, r.BodyHash = given, hash
		if given.ETag == "" && given.LastModified == "" {
			r.Validators = oped.Validators{}
		}
	}
	return nil
}

// refresh stores the validators of a 304. A missing one keeps its value (RFC 9111 §4.3.4).
func refresh(v *oped.Validators, given oped.Validators) {
	if given.ETag != "" {
		v.ETag = given.ETag
	}
	if given.LastModified != "" {
		v.LastModified = given.LastModified
	}
}

func (f *Fetcher) parse(ctx context.Context, r *oped.Fetched, got *response, share *share) *oped.FetchError {
	in := parse.Input{
		Body:   got.body,
		URL:    got.url,
		Header: got.header,
		Feed:   r.Feed.Feed,
	}
	in.Feed.Charset = f.o.Charsets[in.Feed.URL]
	result, err := share.parse(ctx, in)
	if err != nil {
		var failed *oped.FetchError
		if !errors.As(err, &failed) {
			failed = &oped.FetchError{Kind: oped.Malformed, Err: err}
		}
		failed.Status = got.status
		if failed.Kind == oped.NotFeed {
			failed.Err = fmt.Errorf("%w (Content-Type: %s)", failed.Err,
				text.Clip(cmp.Or(got.header.Get("Content-Type"), "none"), 100))
		}
		return failed
	}
	r.Document, r.Entries, r.Limits = result.Document, result.Entries, result.Limits
	r.Warning, r.Partial = result.Warning, result.Partial
	if share.held {
		r.Limits.Add(oped.FlightLimit)
	}
	return nil
}

// sendable returns a validator that can be sent back unchanged. It returns "" if no request may carry it or if it
// is longer than oped.MaxField.
func sendable(v string) string {
	if len(v) > oped.MaxField {
		return ""
	}
	for _, c := range []byte(v) {
		if c < ' ' && c != '\t' || c == 0x7f {
			return ""
		}
	}
	return v
}
