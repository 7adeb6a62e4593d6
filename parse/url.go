package parse

import (
	"net/url"
	"strings"
)

// join resolves an address as written against a base (RFC 3986 §5.2). What cannot be resolved stays as it is; an address that
// is absolute already is not touched.
func join(base, address string) string {
	address = strings.TrimSpace(address)
	if base == "" || absolute(address) {
		return address
	}
	from, err := url.Parse(base)
	if err != nil || from.Scheme == "" {
		if address == "" {
			return base
		}
		return address
	}
	to, err := from.Parse(escaped(unbroken(address)))
	if err != nil {
		return address
	}
	if address == "" {
		return base
	}
	return to.String()
}

// absolute tells whether an address begins with a scheme (RFC 3986 §3.1).
func absolute(address string) bool {
	for i := range len(address) {
		switch c := address[i]; {
		case c == ':':
			return i > 0
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case i > 0 && (c == '+' || c == '-' || c == '.' || '0' <= c && c <= '9'):
		default:
			return false
		}
	}
	return false
}

// unbroken is an address without the line ends and tabs that browsers leave out.
func unbroken(address string) string {
	if strings.ContainsAny(address, "\t\r\n") {
		return strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(address)
	}
	return address
}

// page is an address if it is one that a reader may be sent to: absolute http or https, with a host and without a name and
// password in it. Otherwise it is "".
func page(address string) string {
	address = strings.TrimSpace(address)
	if len(address) > maxURL {
		return ""
	}
	u, err := url.Parse(escaped(unbroken(address)))
	if err != nil || u.Host == "" || u.Hostname() == "" || u.User != nil {
		return ""
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if s := u.String(); isClean(s) {
		return s
	}
	return ""
}

// proxied tells whether an address is one of FeedBurner's, which counts readers and sends them on. Its feeds name the page in origLink, or
// at least in a guid that is an address.
func proxied(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Host == "feedproxy.google.com" || u.Host == "feeds.feedburner.com") && strings.HasPrefix(u.Path, "/~")
}

// escaped is an address with its spaces escaped, and every percent sign that escapes nothing, as browsers take it.
func escaped(address string) string {
	address = strings.ReplaceAll(address, " ", "%20")
	if !strings.Contains(address, "%") {
		return address
	}
	var b strings.Builder
	for i := range len(address) {
		b.WriteByte(address[i])
		if address[i] == '%' && (i+2 >= len(address) || !hexDigit(address[i+1]) || !hexDigit(address[i+2])) {
			b.WriteString("25")
		}
	}
	return b.String()
}

func hexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// maxURL is the longest address that is taken, in bytes.
const maxURL = 2048

// documentBase is the address that the relative links of a document start from: Content-Location, else where it was fetched.
func documentBase(in Input) string {
	if at := in.Header.Get("Content-Location"); at != "" {
		if resolved := join(in.URL, at); absolute(resolved) {
			return resolved
		}
	}
	return in.URL
}
