package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"

	"oped"
)

// ownHub is how `publish: {hub: …}` names the hub that oped is itself.
const ownHub = "self"

const hubHint = "write self, or the whole address of a hub: https://…; leave the key out for none"

// hubs reads which WebSub hubs hear of changes. It needs to know of the private networks that may be asked.
func (b *builder) hubs(values []textValue) {
	seen := map[string]oped.Position{}
	for _, v := range values {
		if first, twice := seen[v.value]; twice {
			b.wrong(v.pos, fmt.Sprintf("publish hub: %q stands here twice, and in line %d first", v.value, first.Line), "keep one of them")
			continue
		}
		seen[v.value] = v.pos
		switch {
		case v.value == "" && len(values) == 1: // none
		case v.value == ownHub:
			b.c.Publish.HubSelf = true
		case b.isHub(v.value):
			b.c.Publish.Hubs = append(b.c.Publish.Hubs, v.value)
			if oped.HasCredentials(v.value) {
				b.credentials(v.pos.File)
			}
		default:
			b.wrong(v.pos, fmt.Sprintf("publish hub: %q is neither self nor the https address of a hub", v.value), hubHint)
		}
	}
}

// isHub tells whether an address may be that of a hub. What is sent there says what we publish, to whoever is on the way: without TLS it
// goes to hosts of private networks only, and to those only that may be asked.
func (b *builder) isHub(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	host, err := netip.ParseAddr(u.Hostname())
	private := err == nil && slices.ContainsFunc(b.c.Fetch.AllowPrivate, func(p netip.Prefix) bool { return p.Contains(host.Unmap()) })
	return u.Scheme == "https" || u.Scheme == "http" && private
}
