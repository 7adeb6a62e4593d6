package fetcher

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"oped"
)

// check reads an address.
func check(address string) (*url.URL, *oped.FetchError) {
	if len(address) > oped.MaxAddress {
		return nil, tooLong("it", len(address))
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, refusal("the address cannot be read: %w", cause(err))
	}
	return u, checked(u)
}

// tooLong refuses an address of n bytes, by the name of the limit.
func tooLong(which string, n int) *oped.FetchError {
	return refusal("an address may have %d bytes (limit %q), %s has %d", oped.MaxAddress, oped.AddressLimit, which, n)
}

// checked lets http and https addresses pass.
func checked(u *url.URL) *oped.FetchError {
	switch n := len(u.String()); {
	case n > oped.MaxAddress:
		return tooLong("it", n)
	case u.Scheme != "http" && u.Scheme != "https":
		return refusal("it is a %q address; only http and https ones are fetched", u.Scheme)
	case u.Hostname() == "":
		return refusal("%s names no host", oped.MaskedAddress(u))
	case disguised(u.Hostname()):
		return refusal("%s is an address in disguise; write it as four decimal numbers", u.Hostname())
	}
	return nil
}

// disguised tells whether a host is an IPv4 address in a form that some resolvers take and people do not see through: 2130706433,
// 0x7f.1, 0177.0.0.1. No top-level domain is a number.
func disguised(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	host = strings.TrimSuffix(host, ".")
	_, err := strconv.ParseUint(host[strings.LastIndexByte(host, '.')+1:], 0, 64)
	return err == nil || errors.Is(err, strconv.ErrRange) || strings.Trim(host, "0123456789.") == ""
}

// withoutUser is an address as it is asked for. Messages show oped.MaskedAddress.
func withoutUser(u *url.URL) string {
	plain := *u
	plain.User = nil
	return plain.String()
}

// cause is what is wrong with an address, without the address: it might hold credentials.
func cause(err error) error {
	var quoted *url.Error
	if errors.As(err, &quoted) {
		return quoted.Err
	}
	return err
}
