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

// MaxIdle is how many connections a transport keeps open that nobody uses: each is a descriptor. A Fetcher has two
// transports.
const MaxIdle = 32

// guarded is a transport that connects to public addresses only; the one for inside also to the private ones that the
// operator allows. It judges the address that a name resolved to, at the moment of the connection. Proxy settings of
// the environment are not looked at.
func guarded(o Options, inside bool) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: guard(o, inside)}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // we ask for and undo more than it knows
		MaxIdleConns:           MaxIdle,
		MaxIdleConnsPerHost:    max(2, o.PerHost),
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// guard judges an address at the moment of the connection. Inside, the port of an allowed private address was judged
// before, with its host.
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
			return fmt.Errorf("%w: %s is in your own network, and the address that you gave is not", errOwnNetwork, addr.Addr().Unmap())
		}
		if err := public.Safe(network, address, c); err != nil {
			return err // whatever its port
		}
		return open.Safe(network, address, c)
	}
}

// errOwnNetwork is the error for an address that is allowed inside only.
var errOwnNetwork = fmt.Errorf("%w", ssrf.ErrProhibitedIP)

func allowed(prefixes []netip.Prefix, addr netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// remedy says what key of the configuration allows what the guard refused; "" if none does.
func remedy(err error) string {
	switch {
	case errors.Is(err, errOwnNetwork):
		return "; `fetch: {private_hosts: […]}` takes in the host of that address"
	case errors.Is(err, ssrf.ErrProhibitedIP):
		return "; its network is not in `fetch: {allow_private: […]}`, which allows it to feeds whose own host is there, " +
			"looks private or is in `private_hosts`"
	case errors.Is(err, ssrf.ErrProhibitedPort):
		return "; `fetch: {ports: […]}` allows other ports"
	}
	return ""
}

// refused tells whether an error comes from the guard.
func refused(err error) bool {
	return errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedPort) || errors.Is(err, ssrf.ErrProhibitedNetwork) || errors.Is(err, ssrf.ErrInvalidHostPort)
}
