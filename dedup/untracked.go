package dedup

import (
	"net/url"
	"strings"
)

// Untracked returns an address without its tracking parameters. The rest of it stays as written.
func Untracked(address string) string {
	page, fragment, marked := strings.Cut(address, "#")
	page, query, asked := strings.Cut(page, "?")
	if !asked && !strings.Contains(fragment, "=") {
		return address
	}
	u, err := url.Parse(page)
	if err != nil {
		return address
	}
	site, out := hostName(u.Hostname()), page
	if kept := untracked(site, query); asked && (kept != "" || query == "") {
		out += "?" + kept
	}
	if kept := fragment; marked {
		if isParameters(fragment) {
			kept = untracked(site, fragment)
		}
		if kept != "" || fragment == "" {
			out += "#" + kept
		}
	}
	return out
}

// untracked returns the parameters of a query to a site without the tracking ones.
func untracked(site, query string) string {
	rules, kept := trackers(), []string{}
	for p := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(normal(p), "=")
		if !rules.track(site, strings.ToLower(strings.TrimPrefix(name, "amp;")), strings.ToLower(value)) {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "&")
}

// isParameters reports whether a fragment is written as a query: papers mark the links of their feeds so.
func isParameters(fragment string) bool {
	for p := range strings.SplitSeq(fragment, "&") {
		if name, _, ok := strings.Cut(p, "="); !ok || strings.ContainsAny(name, "/!?:") {
			return false
		}
	}
	return true
}
