package publish

import "net/netip"

// Peer is who is at the other end of a connection, as the limits on readers count them: an address, of IPv6 its first
// 64 bits. It reports whether that is a trusted proxy, which speaks for many. ok is false for what is no address.
func Peer(address string, trusted []netip.Prefix) (client netip.Addr, proxy, ok bool) {
	a, ok := addressOf(address)
	return network(a), within(a, trusted), ok
}
