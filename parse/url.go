package parse

import (
	"net/url"
	"strings"

	"oped"
)

// base is the base of relative addresses. A nil base is none.
type base struct {
	address  string
	declared bool // by xml:base, not the address of the document
	meter    *meter
	from     *url.URL // the parsed address, set on first use
}

func (b *base) String() string {
	if b == nil {
		return ""
	}
	return b.address
}

// join resolves an address as written (RFC 3986 §5.2). It returns absolute and unresolvable addresses
// unchanged. It returns "" if the result is longer than oped.MaxAddress, or if the budget for resolving is used
// up.
func (b *base) join(address string) string {
	resolved, _ := b.resolve(address)
	return resolved
}

// resolve is join, and reports whether the address was kept.
func (b *base) resolve(address string) (resolved string, kept bool) {
	address = strings.TrimSpace(address)
	switch {
	case address == "":
		return "", true // not the document's own address
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
	b.meter.resolve.Spend(max(0, len(resolved)-len(b.address)-len(address))) // the bytes added by escaping
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
	if b.from.Scheme == "" {
		return address
	}
	to, err := b.from.Parse(escaped(unbroken(address)))
	if err != nil {
		return address
	}
	return to.String()
}

// isNowhere reports whether an address as written is an empty query, or a fragment alone: no page of its own.
func isNowhere(address string) bool {
	address = strings.TrimSpace(address)
	return strings.HasPrefix(address, "#") || address == "?" || strings.HasPrefix(address, "?#")
}

// undeclared returns an address as written if it is relative and the document declares no base for it; else "".
func (b *base) undeclared(address string) string {
	if b.declared || absolute(strings.TrimSpace(address)) {
		return ""
	}
	return address
}

// sub returns the base for an address as written, relative to this one. It ignores an address that is too long.
func (b *base) sub(address string) *base {
	resolved, kept := b.resolve(address)
	if !kept || resolved == "" || resolved == b.address {
		return b
	}
	return &base{address: resolved, declared: true, meter: b.meter}
}

// absolute reports whether an address begins with a scheme (RFC 3986 §3.1).
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

// unbroken returns an address without line ends and tabs, as browsers do.
func unbroken(address string) string {
	if strings.ContainsAny(address, "\t\r\n") {
		return strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(address)
	}
	return address
}

// page returns an address if it is fit for a reader: absolute http or https, with a host, without a user name
// and password. Otherwise it returns "".
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

// proxied reports whether an address is FeedBurner's. FeedBurner counts readers and redirects them; its feeds
// name the page in origLink, or at least in a guid.
func proxied(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Host == "feedproxy.google.com" || u.Host == "feeds.feedburner.com") &&
		strings.HasPrefix(u.Path, "/~")
}

// escaped returns an address with its spaces escaped, and also percent signs without two hexadecimal digits, as
// browsers do.
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

// documentBase returns the base of the relative links in a document: Content-Location, else the address of the
// response.
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
