package fetcher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"oped"
)

// response is a document or a 304 in answer to our request.
type response struct {
	url    string // final address, after redirects
	status int
	header http.Header
	body   []byte // decoded
	wire   int64  // bytes on the wire
}

const accept = "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, " +
	"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.5, */*;q=0.1"

// get requests an address named by the operator, or found on the way to one, and follows redirects. r is the reach
// of the named address. If the failure is an HTTP answer, get returns the response too, without its body.
func (f *Fetcher) get(
	ctx context.Context, u *url.URL, r reach, v oped.Validators, share *share,
) (*response, *oped.FetchError) {
	var failed *oped.FetchError
	seen := map[string]bool{}
	domain := ""
	for range maxRedirects + 1 {
		plain := withoutUser(u)
		if seen[plain] {
			return nil, refusal("redirect loop at %s", oped.MaskedAddress(u))
		}
		seen[plain] = true
		if failed := f.domains.check(plain, f.o.Now()); failed != nil {
			return nil, failed
		}
		if err := f.o.judge(r, u); err != nil {
			return nil, refusal("%w", err)
		}
		if next := domainOf(plain); next != domain {
			if domain != "" { // the caller has waited for the first domain
				if err := share.rest(ctx, f.domains.reserve(next, f.o.Now(), f.o.Spacing)); err != nil {
					return nil, diagnose(ctx, err)
				}
			}
			domain = next
		}
		res, conditional, err := f.ask(ctx, r, plain, u.User, v)
		if err != nil {
			return nil, diagnose(ctx, err)
		}
		share.reached.Store(true)
		if !redirects(res) {
			return f.readResponse(ctx, res, plain, conditional, share)
		}
		if u, failed = follow(u, res); failed != nil {
			return nil, failed
		}
	}
	return nil, refusal("more than %d redirects", maxRedirects)
}

// follow returns the target of a redirect. Credentials stay with the host for which the operator gave them.
func follow(u *url.URL, res *http.Response) (*url.URL, *oped.FetchError) {
	drain(res.Body)
	written := res.Header.Get("Location")
	if len(written) > oped.MaxAddress {
		return nil, tooLong("the redirect target", len(written))
	}
	location, err := url.Parse(written)
	if err != nil {
		return nil, &oped.FetchError{
			Kind:   oped.Client,
			Status: res.StatusCode,
			Err:    fmt.Errorf("invalid redirect target: %w", cause(err)),
		}
	}
	location.RawQuery = escapedQuery(location.RawQuery)
	next := u.ResolveReference(location)
	if next.User = nil; next.Host == u.Host {
		next.User = u.User
	}
	next.Fragment = ""
	if u.Scheme == "https" && next.Scheme == "http" {
		return nil, refusal("redirect from https to unencrypted %s",
			oped.MaskedAddress(next))
	}
	return next, checked(next)
}

// drainTime bounds how long draining an unneeded body may delay a fetch.
const drainTime = 250 * time.Millisecond

// drain reads an unneeded body to its end, if that is near, so that the connection can be reused.
func drain(body io.ReadCloser) {
	late := time.AfterFunc(drainTime, func() { body.Close() })
	defer late.Stop()
	io.CopyN(io.Discard, body, 4<<10)
	body.Close()
}

func refusal(format string, args ...any) *oped.FetchError {
	return &oped.FetchError{Kind: oped.Refused, Err: fmt.Errorf(format, args...)}
}

// ask sends one request. It is conditional if the validators belong to this address.
func (f *Fetcher) ask(ctx context.Context, r reach, address string, user *url.Userinfo, v oped.Validators) (
	res *http.Response, conditional bool, err error,
) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, false, err
	}
	req.Header["User-Agent"] = []string{f.o.UserAgent}
	req.Header["Accept"] = []string{accept}
	req.Header["Accept-Encoding"] = []string{"gzip, br, zstd"}
	if user != nil {
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	if v.URL == address {
		if v.ETag != "" {
			req.Header["If-None-Match"] = []string{v.ETag}
		}
		if v.LastModified != "" {
			req.Header["If-Modified-Since"] = []string{v.LastModified}
		}
		conditional = v.ETag != "" || v.LastModified != ""
	}
	client := f.client
	if r.inside {
		client = f.inside
	}
	res, err = client.RoundTrip(req)
	return res, conditional, err
}

func redirects(res *http.Response) bool {
	switch res.StatusCode {
	case http.StatusMovedPermanently,
		http.StatusFound,
		http.StatusSeeOther,
		http.StatusTemporaryRedirect,
		http.StatusPermanentRedirect:
		return res.Header.Get("Location") != ""
	}
	return false
}

// readResponse reads a response that is not a redirect.
func (f *Fetcher) readResponse(
	ctx context.Context, res *http.Response, address string, conditional bool, share *share,
) (*response, *oped.FetchError) {
	defer res.Body.Close()
	out := &response{url: address, status: res.StatusCode, header: res.Header}
	switch {
	case res.StatusCode == http.StatusNotModified && conditional:
		return out, nil
	case !hasDocument(res.StatusCode):
		return out, f.failure(res, address)
	}
	var failed *oped.FetchError
	out.body, out.wire, failed = f.body(ctx, res, share)
	if failed != nil {
		failed.Status = res.StatusCode
		return out, failed
	}
	return out, nil
}

// hasDocument reports whether an answer has a document. An unknown status counts as the first of its class, so that
// 203 and 299 count as 200 (RFC 9110 §15). A part of a document is none, and a difference (RFC 3229) neither.
func hasDocument(status int) bool {
	switch status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusPartialContent, http.StatusIMUsed:
		return false
	}
	return status/100 == 2
}

// failure classifies an answer without a document.
func (f *Fetcher) failure(res *http.Response, address string) *oped.FetchError {
	drain(res.Body)
	// The server's own reason phrase is not used: it would reach a screen.
	status := strings.TrimSpace(fmt.Sprint(res.StatusCode, " ", http.StatusText(res.StatusCode)))
	e := &oped.FetchError{Status: res.StatusCode, Err: errors.New(status)}
	switch code := res.StatusCode; {
	case code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable:
		now := f.o.Now()
		e.Kind, e.Wait = oped.Throttled, retryAfter(res.Header, now)
		if e.Wait > 0 {
			e.Err = fmt.Errorf("%s: asks us to wait %v", status, e.Wait)
		}
		if e.Wait > 0 || code == http.StatusTooManyRequests {
			f.domains.block(address, now, e.Wait)
		}
	case code == http.StatusGone:
		e.Kind = oped.Gone
	case code >= 500:
		e.Kind = oped.Server
	case code >= 400:
		e.Kind = oped.Client
		if strings.EqualFold(res.Header.Get("Cf-Mitigated"), "challenge") {
			e.Err = fmt.Errorf("%s: Cloudflare sends a challenge page instead of the feed; "+
				"ask the publisher to let feed readers through", status)
		}
	case code == http.StatusNotModified:
		e.Kind, e.Err = oped.Server, errors.New("304 Not Modified in answer to an unconditional request")
	default:
		e.Kind, e.Err = oped.NotFeed, fmt.Errorf("%s: no document", status)
	}
	return e
}

// diagnose classifies a network error.
func diagnose(ctx context.Context, err error) *oped.FetchError {
	e := &oped.FetchError{Kind: oped.Network, Err: err}
	var timeout net.Error
	var dns *net.DNSError
	switch {
	case refused(err):
		e.Kind = oped.Refused
		e.Err = fmt.Errorf("%w%s", deepest(err), remedy(err))
	case context.Cause(ctx) == errSlow:
		e.Kind, e.Err = oped.Timeout, errSlow
	case errors.As(err, &dns):
		e.Err = dns
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		e.Kind, e.Err = oped.Timeout, &lateError{err}
	}
	return e
}

// lateError is a timeout, for people.
type lateError struct{ err error }

func (e *lateError) Error() string { return "no answer in time" }
func (e *lateError) Unwrap() error { return e.err }

// deepest returns the innermost refusal in a chain of single errors.
func deepest(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil || !refused(next) {
			return err
		}
		if _, isOp := err.(*net.OpError); !isOp {
			return err
		}
		err = next
	}
}

// retryAfter returns the wait that Retry-After asks for (RFC 9110 §10.2.3), given in seconds or as a date, or 0.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, ok := seconds(value); ok {
		return seconds
	}
	if at, err := http.ParseTime(value); err == nil && at.After(now) {
		return (at.Sub(now) + time.Second - 1).Truncate(time.Second)
	}
	return 0
}
