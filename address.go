package oped

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// PublicURL is the address of the feed as others may have it (see PublicAddress); "" for a feed that is secret.
func (f *Feed) PublicURL() string {
	if f.Secret {
		return ""
	}
	return PublicAddress(f.URL)
}

// PublicAddress is an address as it may leave us: without a user name, a password and a fragment, with asterisks for
// the values of parameters that look like credentials. It is "" if it is no http or https address, or if its host
// means something in a private network only.
func PublicAddress(address string) string {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || PrivateHost(u.Hostname()) {
		return ""
	}
	if !strings.ContainsAny(address, "@?#") { // as most are
		return address
	}
	return MaskedAddress(u)
}

// MaskedAddress is an address as logs and messages to the operator may show it: without a user name, a password and a
// fragment, with asterisks for the values of parameters that look like credentials. Its host may be private.
func MaskedAddress(u *url.URL) string {
	plain := *u
	plain.User, plain.Fragment, plain.RawFragment = nil, "", ""
	plain.RawQuery = masked(u.RawQuery)
	return strings.TrimSpace(plain.String())
}

// ShownAddress is MaskedAddress of an address as written; "(an address)" for one that cannot be parsed.
func ShownAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(an address)"
	}
	return MaskedAddress(u)
}

// addressInText finds web addresses in a text.
var addressInText = regexp.MustCompile(`(?i)https?://[^\s"<>]+`)

// PublicText is a message about the feed as others may have it: addresses in it are as they may go out, or left out.
func (f *Feed) PublicText(s string) string {
	s = addressInText.ReplaceAllStringFunc(s, func(address string) string {
		if public := PublicAddress(address); public != "" && !f.Secret {
			return public
		}
		return "(an address)"
	})
	return userInAddress.ReplaceAllString(s, "://")
}

// HasCredentials reports whether an address has a user name, a password or a parameter that looks like a credential.
func HasCredentials(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return strings.Contains(address, "@")
	}
	return u.User != nil || masked(u.RawQuery) != u.RawQuery
}

// PrivateHost reports whether a host, a name or an IP address without a port, means something in a private network or
// on one machine only: loopback, RFC 1918, link-local and the like, names without a dot, and names under domains that
// are nobody's.
func PrivateHost(host string) bool {
	host = strings.TrimRight(strings.ToLower(strings.Map(asDot, strings.Trim(host, "[]"))), ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" {
		return true
	}
	if '0' <= last[0] && last[0] <= '9' || strings.Contains(host, ":") { // no top-level domain begins with a digit
		a, err := netip.ParseAddr(host)
		a = a.Unmap().WithZone("")
		inside := func(p netip.Prefix) bool { return p.Contains(a) }
		return err != nil || !a.IsGlobalUnicast() || a.IsPrivate() || slices.ContainsFunc(privateNetworks, inside)
	}
	if last == host {
		return true
	}
	return slices.ContainsFunc(privateDomains, func(d string) bool { return strings.HasSuffix(host, d) })
}

// asDot makes a dot of what browsers take for one in a name (RFC 3490 §3.1).
func asDot(r rune) rune {
	if r == '。' || r == '．' || r == '｡' {
		return '.'
	}
	return r
}

// privateNetworks are networks beyond those that netip knows: "this network", carrier-grade NAT, deprecated
// site-local addresses, and forms of IPv6 that an IPv4 address may hide in (RFC 6890, RFC 6052, RFC 3056).
var privateNetworks = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

// privateDomains are domains that are in no public DNS (RFC 6761, RFC 6762, RFC 8375, ICANN's resolution on
// .internal, and what routers and offices use).
var privateDomains = []string{
	".localhost", ".local", ".internal", ".intranet", ".private", ".lan", ".home", ".corp", ".localdomain", ".home.arpa",
}

// masked is a query with asterisks for the values of parameters that look like credentials, or that hold an address
// with a user name. All else stays to the byte.
func masked(query string) string {
	var b strings.Builder
	for query != "" {
		end := strings.IndexAny(query, "&;")
		one, separator := query, ""
		if end >= 0 {
			one, separator = query[:end], query[end:end+1]
		}
		query = query[len(one)+len(separator):]
		name, value, ok := strings.Cut(one, "=")
		secret := ok && (namesCredential(unescaped(name)) || userInAddress.MatchString(unescaped(value)))
		if secret && value != "" {
			one = name + "=" + mask
		}
		b.WriteString(one + separator)
	}
	return b.String()
}

// mask replaces a value that only the operator may see.
const mask = "***"

// userInAddress finds a user name before the host of an address in a text.
var userInAddress = regexp.MustCompile(`://[^/?#\s]*@`)

// unescaped is a part of a query in plain characters, also where it was escaped more than once.
func unescaped(s string) string {
	for range 3 {
		plain, err := url.QueryUnescape(s)
		if err != nil || plain == s {
			break
		}
		s = plain
	}
	return s
}

// credentialWords are words of parameters of which the values are credentials, as the interfaces of newspapers, blogs
// and clouds name them.
var credentialWords = []string{
	"apikey", "auth", "authkey", "authorization", "bearer", "credential", "credentials", "feedkey", "jwt", "key",
	"oauth", "otp", "pass", "passcode", "passphrase", "passwd", "password", "pwd", "secret", "session", "sessionid",
	"sessid", "sid", "sig", "signature", "signed", "ticket", "token", "userkey",
}

// credentialEndings are endings of such words that are written in one with what is before them, as in accesstoken.
var credentialEndings = []string{
	"apikey", "authkey", "password", "passwd", "secret", "sessionid", "sessid", "signature", "token",
}

// namesCredential reports whether the name of a parameter looks like that of a credential: one of its words does, as
// in api_key, X-Amz-Signature and accessToken.
func namesCredential(name string) bool {
	var words strings.Builder
	before := ' '
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(before):
			words.WriteByte(' ')
		}
		words.WriteRune(unicode.ToLower(r))
		before = r
	}
	return slices.ContainsFunc(strings.Fields(words.String()), func(w string) bool {
		ends := func(end string) bool { return strings.HasSuffix(w, end) }
		return slices.Contains(credentialWords, w) || slices.ContainsFunc(credentialEndings, ends)
	})
}
