package parse

import (
	"net/url"
	"strings"

	"oped"
)

// base is an address that others are resolved against. A nil base is none.
type base struct {
	address string
	meter   *meter
	from    *url.URL // the address parsed, once one was resolved
}

func (b *base) String() string {
	if b == nil {
		return ""
	}
	return b.address
}

// join is an address as written, resolved (RFC 3986 §5.2). What cannot be resolved stays as it is; an address that is
// absolute already is not touched. It is "" if it is longer than oped.MaxAddress, or where resolving has cost as much
// as it may.
func (b *base) join(address string) string {
	resolved, _ := b.resolve(address)
	return resolved
}

// resolve is join, and reports whether the address was kept.
func (b *base) resolve(address string) (resolved string, kept bool) {
	address = strings.TrimSpace(address)
	switch {
	case len(address) > oped.MaxAddress:
		b.meter.limits.Add(oped.AddressLimit)
		return "", false
	case b.address == "" || absolute(address):
		return address, true
	case !b.meter.resolve.Spend(len(b.address) + len(address)):
		b.meter.limits.Add(oped.DocumentLimit)
		return "", false
	}
	resolved = b.resolved(address)
	b.meter.resolve.Spend(max(0, len(resolved)-len(b.address)-len(address))) // what escaping added
	if len(resolved) > oped.MaxAddress {
		b.meter.limits.Add(oped.AddressLimit)
		return "", false
	}
	return resolved, true
}

func (b *base) resolved(address string) string {
	if b.from == nil {
		from, err := url.Parse(b.address)
		if err != nil {
			from = &url.URL{}
		}
		b.from = from
	}
	if address == "" {
		return b.address
	}
	if b.from.Scheme == "" {
		return address
	}
	to, err := b.from.Parse(escaped(unbroken(address)))
	if err != nil {
		return address
	}
	return to.String()
}

// sub is the base that an address as written makes of this one. One that is too long is ignored.
func (b *base) sub(address string) *base {
	resolved, kept := b.resolve(address)
	if !kept || resolved == b.address {
		return b
	}
	return &base{address: resolved, meter: b.meter}
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
	if len(address) > oped.MaxAddress {
		return ""
	}
	u, err := url.Parse(escaped(unbroken(address)))
	if err != nil || u.Host == "" || u.Hostname() == "" || u.User != nil {
		return ""
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if s := u.String(); isClean(s) && len(s) <= oped.MaxAddress {
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

// documentBase is the address that the relative links of a document start from: Content-Location, else where it was fetched.
func documentBase(in Input, m *meter) *base {
	b := &base{meter: m}
	if len(in.URL) <= oped.MaxAddress && isClean(in.URL) {
		b.address = in.URL
	}
	if at := in.Header.Get("Content-Location"); at != "" {
		if located := b.sub(at); absolute(located.address) {
			return located
		}
	}
	return b
}
