package fetcher

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"oped"
)

// check parses and validates an address.
func check(address string) (*url.URL, *oped.FetchError) {
	if len(address) > oped.MaxAddress {
		return nil, tooLong("the address", len(address))
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, refusal("invalid address: %w", cause(err))
	}
	u.RawQuery = escapedQuery(u.RawQuery)
	return u, checked(u)
}

// escapedQuery returns a query with percent-encoding for all bytes that a query must not have (RFC 3986 §3.4), and the
// rest unchanged.
func escapedQuery(query string) string {
	var b strings.Builder
	for i, c := range []byte(query) {
		allowed := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
			strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0
		if c == '%' {
			_, err := url.PathUnescape(query[i:min(i+3, len(query))])
			allowed = err == nil
		}
		if allowed {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// tooLong returns the refusal of an address of n bytes. It names the limit.
func tooLong(which string, n int) *oped.FetchError {
	return refusal("%s has %d bytes, over the limit %q of %d", which, n, oped.AddressLimit, oped.MaxAddress)
}

// checked accepts http and https addresses.
func checked(u *url.URL) *oped.FetchError {
	switch n := len(u.String()); {
	case n > oped.MaxAddress:
		return tooLong("the address", n)
	case u.Scheme != "http" && u.Scheme != "https":
		return refusal("unsupported scheme %q; only http and https are fetched", u.Scheme)
	case u.Hostname() == "":
		return refusal("%s has no host", oped.MaskedAddress(u))
	case obscure(u.Hostname()):
		return refusal("%s is an obscure form of an IPv4 address; write it as four decimal numbers", u.Hostname())
	}
	return nil
}

// obscure reports whether a host is an IPv4 address in an obscure form that some resolvers accept and people do
// not recognize: 2130706433, 0x7f.1, 0177.0.0.1. No top-level domain is a number.
func obscure(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	host = strings.TrimSuffix(host, ".")
	_, err := strconv.ParseUint(host[strings.LastIndexByte(host, '.')+1:], 0, 64)
	return err == nil || errors.Is(err, strconv.ErrRange) || strings.Trim(host, "0123456789.") == ""
}

// UserAgent returns the User-Agent of a program without a configured one: its version, and the first public address
// that a server's operator can turn to. Without any, it says what the program is.
func UserAgent(version, baseURL, contact string) string {
	about := "oped, an aggregator of opinion feeds"
	for _, address := range []string{contact, baseURL} {
		if public := oped.PublicAddress(address); public != "" || strings.Contains(address, "@") {
			about = "+" + cmp.Or(public, address)
		}
	}
	return fmt.Sprintf("oped/%s (%s)", version, about)
}

// withoutUser returns the address to request. Messages show oped.MaskedAddress instead.
func withoutUser(u *url.URL) string {
	plain := *u
	plain.User = nil
	return plain.String()
}

// cause returns an error about an address without quoting the address, since it might hold credentials.
func cause(err error) error {
	var quoted *url.Error
	if errors.As(err, &quoted) {
		return quoted.Err
	}
	return err
}
