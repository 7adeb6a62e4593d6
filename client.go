package oped

import (
	"net/netip"
	"slices"
	"strings"
)

// maxProxies is how many addresses of X-Forwarded-For are looked at: a longer chain of trusted proxies is a mistake.
const maxProxies = 32

// ClientAddress is the address of the client behind a request, of IPv6 its first 64 bits, since one customer has them
// all. peer is who is connected to us, as host:port; forwarded are the lines of X-Forwarded-For. A line counts only
// where a trusted proxy wrote it: the client is the last address that no trusted proxy has. What is before it,
// anybody may have written. The chain ends at what is no address. ok is false if peer is no address either.
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

// Peer is who is at the other end of a connection, as limits on readers count them: an address, of IPv6 its first 64
// bits. proxy reports whether it is a trusted proxy, which speaks for many. ok is false for what is no address.
func Peer(address string, trusted []netip.Prefix) (client netip.Addr, proxy, ok bool) {
	a, ok := addressOf(address)
	return network(a), isTrusted(a, trusted), ok
}

// addressOf reads 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1] and [2001:db8::1]:80.
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

// network is an IPv4 address, or the first 64 bits of one of IPv6.
func network(a netip.Addr) netip.Addr {
	if a.Is4() {
		return a
	}
	n, _ := a.Prefix(64) // it has 128 bits
	return n.Addr()
}
