package publish

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"oped"
	"oped/dedup"
)

// linkURL returns an address as a link may have it: see webURL, without tracking parameters.
func linkURL(s string) string { return dedup.Untracked(webURL(s)) }

// webURL returns an address as it may be published (see uri). It returns "" also for a host of a
// private network, so that no page of ours leads readers into theirs, or reveals ours.
func webURL(s string) string {
	if s = uri(s); s == "" || oped.PrivateHost(hostIn(s)) {
		return ""
	}
	return s
}

// hostIn returns the host of an address from uri, without its port.
func hostIn(s string) string {
	_, host, _ := strings.Cut(s, "//")
	host, _, _ = strings.Cut(host, "/")
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	return strings.Trim(host, "[]")
}

// feedURL returns the publishable address of a feed, or "".
func feedURL(f *oped.Feed) string { return webURL(f.PublicURL()) }

// siteURL returns the publishable address of a feed's site, or "". The address of a secret feed is no
// site.
func siteURL(f *oped.FeedState) string {
	for _, site := range []string{f.SiteURL, f.DocSite} {
		if site == "" || f.Secret && uri(site) == uri(f.URL) {
			continue
		}
		if public := linkURL(oped.PublicAddress(site)); public != "" {
			return public
		}
	}
	return ""
}

// entryURL returns the publishable address of an entry's page, or "". A private host is allowed if it
// is our own host, as in a trial on one machine: readers know it. The link of an entry to its feed
// becomes the public address of the feed.
func (i *items) entryURL(e *oped.Entry) string {
	u := uri(e.URL)
	if u == "" {
		return ""
	}
	feed := i.feeds[e.FeedURL].Feed
	feed.URL = e.FeedURL
	if feed.Secret || strings.Contains(feed.URL, "?") {
		if at, _, _ := strings.Cut(u, "#"); at == uri(feed.URL) {
			return feedURL(&feed)
		}
	}
	if host := hostIn(u); oped.PrivateHost(host) && host != i.at.host() {
		return ""
	}
	return dedup.Untracked(u)
}

// uri returns an absolute URI (RFC 3986), http or https, without credentials, or "". Characters beyond
// that, such as letters of other scripts, are escaped as browsers escape them, since RSS knows URIs
// only, and every reader understands them. The result of uri stays as it is.
func uri(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > maxURL {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	host := hostOf(u)
	if host == "" {
		return ""
	}
	_, rest, _ := strings.Cut(s, "//")
	i := strings.IndexAny(rest, "/?#")
	if i < 0 {
		i = len(rest)
	}
	if rest = escapeRest(rest[i:]); !strings.HasPrefix(rest, "/") {
		rest = "/" + rest
	}
	if s = u.Scheme + "://" + host + rest; len(s) > maxURL {
		return ""
	}
	return s
}

// hostOf returns the host of an address, with an unusual port, or "" if the host is impossible.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		if ip, err := netip.ParseAddr(host); err != nil || ip.Zone() != "" {
			return ""
		}
		host = "[" + host + "]"
	} else if host = portlessName(host); host == "" {
		return ""
	}
	port := u.Port()
	if port == "" || port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		return host
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return ""
	}
	return host + ":" + port
}

// portlessName returns the name of a host in ASCII (RFC 5891), or "" if it is invalid.
func portlessName(host string) string {
	host = strings.TrimSuffix(host, ".")
	ascii := host
	if strings.ContainsFunc(host, func(r rune) bool { return r >= 0x80 }) {
		var err error
		if ascii, err = idna.Lookup.ToASCII(host); err != nil {
			return ""
		}
	}
	for _, label := range strings.Split(ascii, ".") {
		if label == "" || len(label) > 63 {
			return ""
		}
	}
	other := func(r rune) bool { return r != '-' && r != '.' && r != '_' && !isAlphanumeric(r) }
	if len(ascii) > 253 || strings.ContainsFunc(ascii, other) {
		return ""
	}
	return ascii
}

func isAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// escapeRest writes a path, a query and a fragment with the characters of RFC 3986 only. Escaped
// characters stay.
func escapeRest(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	inFragment := false
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]),
			c == '#' && !inFragment,
			isAlphanumeric(rune(c)), strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
		inFragment = inFragment || c == '#'
	}
	return b.String()
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }
