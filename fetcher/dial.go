package fetcher

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// MaxIdle is the number of idle connections that a transport keeps open. Each needs a file descriptor. A Fetcher
// has two transports.
const MaxIdle = 32

// guarded returns a transport that connects only to public addresses and, if inside is set, to private addresses
// allowed by the operator. It checks the resolved address at the moment of the connection. It ignores the proxy
// settings of the environment.
func guarded(o Options, inside bool) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: guard(o, inside)}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // we request and decode more encodings than net/http
		MaxIdleConns:           MaxIdle,
		MaxIdleConnsPerHost:    max(2, o.PerHost),
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// guard checks an address at the moment of the connection. If inside is set, the port of an allowed private address
// was checked before, together with its host.
func guard(o Options, inside bool) func(network, address string, c syscall.RawConn) error {
	ports := []uint16{80, 443}
	for _, p := range o.Ports {
		ports = append(ports, uint16(p))
	}
	public := ssrf.New(ssrf.WithAnyPort(), ssrf.WithNetworks("tcp4", "tcp6"))
	open := ssrf.New(ssrf.WithPorts(ports...), ssrf.WithNetworks("tcp4", "tcp6"))
	return func(network, address string, c syscall.RawConn) error {
		if addr, err := netip.ParseAddrPort(address); err == nil && allowed(o.AllowPrivate, addr.Addr().Unmap()) {
			if inside {
				return nil
			}
			return fmt.Errorf("%w: %s is in your own network, but the configured address is not", errOwnNetwork,
				addr.Addr().Unmap())
		}
		if err := public.Safe(network, address, c); err != nil {
			return err // at any port
		}
		return open.Safe(network, address, c)
	}
}

// errOwnNetwork is the error for an address allowed only inside.
var errOwnNetwork = fmt.Errorf("%w", ssrf.ErrProhibitedIP)

func allowed(prefixes []netip.Prefix, addr netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// remedy returns a hint at the configuration key that would allow a refused address, or "".
func remedy(err error) string {
	switch {
	case errors.Is(err, errOwnNetwork):
		return "; if it should be, add its host to `fetch: {private_hosts: […]}`"
	case errors.Is(err, ssrf.ErrProhibitedIP):
		return "; to allow its network, add it to `fetch: {allow_private: […]}`; " +
			"the feed's own host must be there, look private or be in `private_hosts`"
	case errors.Is(err, ssrf.ErrProhibitedPort):
		return "; to allow the port, add it to `fetch: {ports: […]}`"
	}
	return ""
}

// refused reports whether an error comes from the guard.
func refused(err error) bool {
	return errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedPort) ||
		errors.Is(err, ssrf.ErrProhibitedNetwork) || errors.Is(err, ssrf.ErrInvalidHostPort)
}
