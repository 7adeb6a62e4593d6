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

// response is a 200 or a 304 that answers what we asked.
type response struct {
	url    string // that answered in the end
	status int
	header http.Header
	body   []byte // decoded
	wire   int64  // bytes of it on the wire
}

const accept = "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.5, */*;q=0.1"

// get asks for an address and follows redirects.
func (f *Fetcher) get(ctx context.Context, address string, v oped.Validators) (*response, *oped.FetchError) {
	seen := map[string]bool{}
	for range maxRedirects + 1 {
		u, failed := check(address)
		if failed != nil {
			return nil, failed
		}
		address = u.String()
		if seen[address] {
			return nil, refusal("the redirects go round in a circle at %s", address)
		}
		seen[address] = true
		res, conditional, err := f.ask(ctx, u, v)
		if err != nil {
			return nil, diagnose(ctx, err)
		}
		if !redirects(res) {
			return f.answer(ctx, res, address, conditional)
		}
		res.Body.Close()
		next, err := u.Parse(res.Header.Get("Location"))
		if err != nil {
			return nil, &oped.FetchError{Kind: oped.Client, Status: res.StatusCode, Err: fmt.Errorf("the redirect leads nowhere: %w", err)}
		}
		if u.Scheme == "https" && next.Scheme == "http" {
			return nil, refusal("it redirects from https to %s, which anybody on the way could change", next.Redacted())
		}
		next.Fragment = ""
		address = next.String()
	}
	return nil, refusal("it redirects more than %d times", maxRedirects)
}

// check lets http and https addresses pass.
func check(address string) (*url.URL, *oped.FetchError) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, refusal("%v", err)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, refusal("%s: addresses are fetched, only http and https ones", address)
	case u.Host == "":
		return nil, refusal("%s names no host", address)
	}
	return u, nil
}

func refusal(format string, args ...any) *oped.FetchError {
	return &oped.FetchError{Kind: oped.Refused, Err: fmt.Errorf(format, args...)}
}

// ask sends one request. It is conditional where the validators are of this very address.
func (f *Fetcher) ask(ctx context.Context, u *url.URL, v oped.Validators) (res *http.Response, conditional bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, false, err
	}
	req.Header["User-Agent"] = []string{f.o.UserAgent}
	req.Header["Accept"] = []string{accept}
	req.Header["Accept-Encoding"] = []string{"gzip, br, zstd"}
	if u.User != nil {
		password, _ := u.User.Password()
		req.SetBasicAuth(u.User.Username(), password)
	}
	if v.URL == u.String() {
		if v.ETag != "" {
			req.Header["If-None-Match"] = []string{v.ETag}
		}
		if v.LastModified != "" {
			req.Header["If-Modified-Since"] = []string{v.LastModified}
		}
		conditional = v.ETag != "" || v.LastModified != ""
	}
	res, err = f.client.RoundTrip(req)
	return res, conditional, err
}

func redirects(res *http.Response) bool {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return res.Header.Get("Location") != ""
	}
	return false
}

// answer reads what is not a redirect.
func (f *Fetcher) answer(ctx context.Context, res *http.Response, address string, conditional bool) (*response, *oped.FetchError) {
	defer res.Body.Close()
	out := &response{url: address, status: res.StatusCode, header: res.Header}
	switch {
	case res.StatusCode == http.StatusNotModified && conditional:
		return out, nil
	case res.StatusCode != http.StatusOK:
		return nil, f.failure(res)
	}
	var failed *oped.FetchError
	out.body, out.wire, failed = f.body(ctx, res)
	if failed != nil {
		failed.Status = res.StatusCode
		return nil, failed
	}
	return out, nil
}

// failure gives an answer that is no document its kind.
func (f *Fetcher) failure(res *http.Response) *oped.FetchError {
	io.CopyN(io.Discard, res.Body, 4<<10) // so that the connection can be used again; what it holds does not matter
	e := &oped.FetchError{Status: res.StatusCode, Err: errors.New(strings.TrimSpace(res.Proto + " " + res.Status))}
	switch code := res.StatusCode; {
	case code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable:
		e.Kind, e.Wait = oped.Throttled, retryAfter(res.Header, f.o.Now())
		if e.Wait > 0 {
			e.Err = fmt.Errorf("%s: asks us to wait %v", res.Status, e.Wait)
		}
	case code == http.StatusGone:
		e.Kind = oped.Gone
	case code >= 500:
		e.Kind = oped.Server
	case code >= 400:
		e.Kind = oped.Client
		if strings.EqualFold(res.Header.Get("Cf-Mitigated"), "challenge") {
			e.Err = fmt.Errorf("%s: Cloudflare shows us a challenge page instead of the feed; ask the publisher to let feed readers through", res.Status)
		}
	case code == http.StatusNotModified:
		e.Kind, e.Err = oped.Server, errors.New("304 Not Modified, though we asked for the whole document")
	default:
		e.Kind, e.Err = oped.NotFeed, fmt.Errorf("%s: no document", res.Status)
	}
	return e
}

// diagnose gives an error of the network its kind.
func diagnose(ctx context.Context, err error) *oped.FetchError {
	e := &oped.FetchError{Kind: oped.Network, Err: err}
	var timeout net.Error
	var dns *net.DNSError
	switch {
	case refused(err):
		e.Kind = oped.Refused
		e.Err = fmt.Errorf("%w; `fetch: {allow_private: [127.0.0.0/8]}` allows private addresses, `ports` other ports", deepest(err))
	case errors.As(err, &dns):
		e.Err = dns
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		e.Kind, e.Err = oped.Timeout, errors.New("no answer in time")
	}
	return e
}

// deepest is the last error of a chain of single errors.
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

// retryAfter is what Retry-After asks for (RFC 9110 §10.2.3), in seconds or as a date; 0 if it asks nothing.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, ok := seconds(value); ok {
		return seconds
	}
	if at, err := http.ParseTime(value); err == nil && at.After(now) {
		return at.Sub(now).Round(time.Second)
	}
	return 0
}
