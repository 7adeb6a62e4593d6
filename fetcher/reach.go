package fetcher

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"code.dny.dev/ssrf"

	"oped"
)

// reach limits the requests for one address named by the operator, redirects included.
type reach struct {
	inside bool   // into the allowed private networks, since the configuration puts the address there
	named  string // its host and port
}

// reachOf returns the reach of an address named by the operator.
func (o *Options) reachOf(u *url.URL) reach {
	return reach{o.isInside(u.Hostname()), hostPort(u)}
}

// isInside reports whether a host is in a private network by the configuration: an address in AllowPrivate, a name
// known only in private networks, or one of PrivateHosts. The address behind a public name does not count: the
// owner of the name controls it.
func (o *Options) isInside(host string) bool {
	if len(o.AllowPrivate) == 0 {
		return false
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return allowed(o.AllowPrivate, a.Unmap().WithZone(""))
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	named := func(h string) bool { return strings.EqualFold(h, host) }
	return oped.PrivateHost(host) || slices.ContainsFunc(o.PrivateHosts, named)
}

// port reports whether a port is allowed for every host.
func (o *Options) port(u *url.URL) bool {
	port, err := strconv.Atoi(portOf(u))
	return err == nil && (port == 80 || port == 443 || slices.Contains(o.Ports, port))
}

// judge refuses a port of a private network that the operator has not named. For public networks, the transport's
// guard does this.
func (o *Options) judge(r reach, u *url.URL) error {
	if !r.inside || hostPort(u) == r.named || o.port(u) {
		return nil
	}
	port := portOf(u)
	return fmt.Errorf("%w: port %s of %s; to allow it, set `fetch: {ports: [%s]}`", ssrf.ErrProhibitedPort, port,
		u.Hostname(), port)
}

func portOf(u *url.URL) string {
	switch port := u.Port(); {
	case port != "":
		return port
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

func hostPort(u *url.URL) string { return strings.ToLower(u.Hostname()) + " " + portOf(u) }

// Transport returns the guarded transport of a fetcher, for requests to addresses named by strangers. It follows no
// redirect. It enters AllowPrivate only for a host and port named by the operator, or, with Inside set, at an
// allowed port. It uses the options Ports, AllowPrivate, PrivateHosts and Inside.
func Transport(o Options, named ...string) http.RoundTripper {
	t := &guardedTransport{o: o, outside: guarded(o, false), inside: guarded(o, true)}
	for _, address := range named {
		if u, err := url.Parse(address); err == nil {
			t.named = append(t.named, hostPort(u))
		}
	}
	return t
}

// guardedTransport has one transport for each side. A connection opened into a private network never serves a
// request that has to stay outside.
type guardedTransport struct {
	o               Options
	outside, inside *http.Transport
	named           []string
}

// RoundTrip sends a request through the transport of its side. It returns an error for a forbidden address or port.
func (t *guardedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	here := hostPort(r.URL)
	named := slices.Contains(t.named, here)
	if !t.o.isInside(r.URL.Hostname()) || !named && !t.o.Inside {
		return t.outside.RoundTrip(r)
	}
	may := reach{inside: true}
	if named {
		may.named = here
	}
	if err := t.o.judge(may, r.URL); err != nil {
		return nil, err
	}
	return t.inside.RoundTrip(r)
}

// CloseIdleConnections closes unused connections.
func (t *guardedTransport) CloseIdleConnections() {
	t.outside.CloseIdleConnections()
	t.inside.CloseIdleConnections()
}
