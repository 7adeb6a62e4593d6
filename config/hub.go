package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"

	"oped"
)

// ownHub is the name of oped's own hub in `publish: {hub: …}`.
const ownHub = "self"

const hubHint = "write self, or the full address of a hub: https://…; remove the key for none"

// hubs reads the WebSub hubs to notify. The allowed private networks have to be read before.
func (b *builder) hubs(values []textValue) {
	seen := map[string]oped.Position{}
	for _, v := range values {
		if first, twice := seen[v.value]; twice {
			b.report(v.pos, fmt.Sprintf("publish hub: duplicate %q, first in line %d", v.value, first.Line),
				"keep one of them")
			continue
		}
		seen[v.value] = v.pos
		switch {
		case v.value == "" && len(values) == 1: // none
		case v.value == ownHub:
			b.c.Publish.HubSelf = true
		case checkHub(b, v.value):
			b.c.Publish.Hubs = append(b.c.Publish.Hubs, v.value)
			if oped.HasCredentials(v.value) {
				b.credentials(v.pos.File)
			}
		default:
			b.report(v.pos, fmt.Sprintf("publish hub: %q is neither self nor the https address of a hub", v.value),
				hubHint)
		}
	}
}

// checkHub reports whether an address is acceptable for a hub. Notifications reveal to anyone on the path what we
// publish. Without TLS they go only to hosts in allowed private networks.
func checkHub(b *builder, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	host, err := netip.ParseAddr(u.Hostname())
	private := err == nil &&
		slices.ContainsFunc(b.c.Fetch.AllowPrivate, func(p netip.Prefix) bool { return p.Contains(host.Unmap()) })
	return u.Scheme == "https" || u.Scheme == "http" && private
}
