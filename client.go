package oped

import (
	"net/netip"
	"slices"
	"strings"
)

// maxProxies is the maximum number of X-Forwarded-For addresses examined. A longer chain of trusted proxies is a
// mistake.
const maxProxies = 32

// ClientAddress returns the address of the client behind a request. It returns only the first 64 bits of an IPv6
// address, since one customer has all 64-bit suffixes. peer is the other end of the connection, as host:port. forwarded
// holds the lines of X-Forwarded-For. A line counts only if a trusted proxy wrote it: the client is the last address
// outside the trusted networks. Anybody may have written the earlier ones. The chain ends at the first invalid address.
// ok is false if peer is invalid.
func ClientAddress(peer string, forwarded []string, trusted []netip.Prefix) (client netip.Addr, ok bool) {
	client, ok = addressOf(peer)
	if !ok {
		return netip.Addr{}, false
	}
	left := maxProxies
	for _, line := range slices.Backward(forwarded) {
		for line != "" && left > 0 && isTrusted(client, trusted) {
			comma := strings.LastIndexByte(line, ',')
			before, ok := addressOf(strings.Trim(line[comma+1:], " \t"))
			if !ok {
				return network(client), true
			}
			client, line, left = before, line[:max(comma, 0)], left-1
		}
	}
	return network(client), true
}

// Peer returns the other end of a connection as limits on readers count it: an IPv4 address, or the first 64 bits of an
// IPv6 address. proxy reports whether it is a trusted proxy, with many clients behind it. ok is false if address is
// invalid.
func Peer(address string, trusted []netip.Prefix) (client netip.Addr, proxy, ok bool) {
	a, ok := addressOf(address)
	return network(a), isTrusted(a, trusted), ok
}

// addressOf parses 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1] and [2001:db8::1]:80.
func addressOf(s string) (netip.Addr, bool) {
	if with, err := netip.ParseAddrPort(s); err == nil {
		return with.Addr().Unmap().WithZone(""), true
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	return a.Unmap().WithZone(""), err == nil
}

func isTrusted(a netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(a) })
}

// network returns an IPv4 address unchanged, and the first 64 bits of an IPv6 address.
func network(a netip.Addr) netip.Addr {
	if a.Is4() {
		return a
	}
	n, _ := a.Prefix(64) // it has 128 bits
	return n.Addr()
}
