package dedup

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// CanonicalURL returns the form of an address for recognising copies of a page. It replaces http by https,
// lowers the case of scheme and host, and writes the host in ASCII. It drops default port, fragment and user,
// and normalises escapes (RFC 3986 §6.2.2). It removes tracking parameters and sorts the others, and replaces a
// redirector by the target in its parameter. The case of the path stays. CanonicalURL is idempotent. It returns
// "" if u is no http address, or the address of a home page, shared by many pieces.
func CanonicalURL(u string) string {
	for range 4 { // a redirector may lead to another
		address, target := canonical(strings.TrimSpace(u))
		if target == "" {
			return address
		}
		u = target
	}
	return ""
}

// canonical returns the canonical form of an address, and the target of a redirector.
func canonical(address string) (form, target string) {
	address, fragment := cutFragment(address)
	u, err := url.Parse(address)
	if err != nil || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		return "", ""
	}
	host := hostName(u.Hostname())
	if host == "" {
		return "", ""
	}
	site := host
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	path := u.RawPath // as written, if it differs from the plain escaping
	if path == "" {
		path = u.EscapedPath()
	}
	path = normal(path)
	kept := parameters(site, u.RawQuery)
	if strings.Trim(path, "/") == "" && len(kept) == 0 && fragment == "" {
		return "", ""
	}
	if path == "" {
		path = "/"
	}
	query := ""
	if len(kept) > 0 {
		query = "?" + strings.Join(kept, "&")
	}
	return "https://" + host + path + query + fragment, unwrap(site+path, kept)
}

// cutFragment splits an address from its fragment, dropped unless it selects a page (#!). The rest of a
// fragment is never checked by browsers, and need not be legal.
func cutFragment(address string) (rest, fragment string) {
	rest, after, _ := strings.Cut(address, "#")
	if !strings.HasPrefix(after, "!") {
		return rest, ""
	}
	return rest, "#" + normal(after)
}

// hostName returns a host in lower case and in ASCII, without the dot of the root; "" if it is not a possible
// host.
func hostName(host string) string {
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		if ip.Zone() != "" {
			return "" // a link-local address
		}
		return "[" + ip.String() + "]"
	}
	if !utf8.ValidString(host) {
		return ""
	}
	name := strings.ToLower(host)
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		name = ascii
	}
	name = strings.TrimSuffix(name, ".")
	for label := range strings.SplitSeq(name, ".") {
		if label == "" {
			return ""
		}
	}
	for _, c := range []byte(name) {
		if !unreserved(c) || c == '~' {
			return ""
		}
	}
	return name
}

// parameters returns the parameters of a query to a site, sorted, without tracking ones. Feeds with one
// escaping too many separate them by "&amp;".
func parameters(site, query string) []string {
	if query == "" {
		return nil
	}
	var kept []string
	rules := trackers()
	query = strings.ReplaceAll(query, "&amp;", "&")
	for _, p := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' }) {
		p = normal(p)
		name, value, _ := strings.Cut(p, "=")
		if !rules.track(site, strings.ToLower(name), strings.ToLower(value)) {
			kept = append(kept, p)
		}
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}

const hexDigits = "0123456789ABCDEF"

// normal normalises percent escapes: it removes unnecessary ones, adds missing ones, and writes them in
// capitals (RFC 3986 §6.2.2.2).
func normal(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		escaped := c == '%' && i+2 < len(s) && ishex(s[i+1]) && ishex(s[i+2])
		if escaped {
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
		}
		switch {
		case unreserved(c), !escaped && c < 0x7f && c > ' ' && !strings.ContainsRune("\"<>%\\^`{|}", rune(c)):
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

func ishex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' ||
		c == '~'
}

// unwrap returns the address in a parameter of a redirector; "" if page is none, or has no such address.
func unwrap(page string, parameters []string) string {
	for _, name := range redirectors()[strings.ToLower(page)] {
		for _, p := range parameters {
			value, ok := strings.CutPrefix(p, name+"=")
			if !ok {
				continue
			}
			target, err := url.QueryUnescape(value)
			if err == nil && len(target) > 4 && strings.EqualFold(target[:4], "http") {
				return target
			}
		}
	}
	return ""
}
