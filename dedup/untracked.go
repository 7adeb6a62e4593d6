package dedup

import (
	"net/url"
	"strings"
)

// Untracked returns an address without its tracking parameters. The rest of it stays as written.
func Untracked(address string) string {
	page, fragment, _ := strings.Cut(address, "#")
	page, query, ok := strings.Cut(page, "?")
	if !ok {
		return address
	}
	u, err := url.Parse(page)
	if err != nil {
		return address
	}
	site, rules, kept := hostName(u.Hostname()), trackers(), []string{}
	for _, p := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(normal(p), "=")
		if !rules.track(site, strings.ToLower(strings.TrimPrefix(name, "amp;")), strings.ToLower(value)) {
			kept = append(kept, p)
		}
	}
	out := page
	if len(kept) > 0 {
		out += "?" + strings.Join(kept, "&")
	}
	if strings.Contains(address, "#") {
		out += "#" + fragment
	}
	return out
}
