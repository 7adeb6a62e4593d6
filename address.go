package oped

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// FeedKey returns the same text for addresses of the same feed (RFC 3986 §6.2): scheme and host in small letters,
// without default port and fragment. It may contain credentials.
func FeedKey(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return address
	}
	defaults := map[string]string{"http": ":80", "https": ":443"}
	u.Host = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(u.Host), defaults[u.Scheme]), ".")
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// PublicURL returns the feed's address for publication (see [PublicAddress]), or "" for a secret feed.
func (f *Feed) PublicURL() string {
	if f.Secret {
		return ""
	}
	return PublicAddress(f.URL)
}

// PublicAddress returns an address for publication: without user name, password and fragment, with asterisks for the
// values of parameters that look like credentials. It returns "" for an address other than http or https, and for a
// host in a private network (see [PrivateHost]).
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

// MaskedAddress returns an address for logs and messages to the operator: without user name, password and fragment,
// with asterisks for the values of parameters that look like credentials. Its host may be private.
func MaskedAddress(u *url.URL) string {
	plain := *u
	plain.User, plain.Fragment, plain.RawFragment = nil, "", ""
	plain.RawQuery = masked(u.RawQuery)
	return strings.TrimSpace(plain.String())
}

// ShownAddress parses an address and returns its [MaskedAddress], or "(an address)" if it cannot be parsed.
func ShownAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(an address)"
	}
	return MaskedAddress(u)
}

// ShownText returns a message for logs and for the operator. Each address in it with a user name, a password or another
// credential becomes its [MaskedAddress].
func ShownText(s string) string {
	if !strings.Contains(s, "://") { // as most are
		return s
	}
	s = anyAddress.ReplaceAllStringFunc(s, func(address string) string {
		if HasCredentials(address) {
			return ShownAddress(address)
		}
		return address
	})
	return userInAddress.ReplaceAllString(s, "://")
}

// anyAddress finds addresses of any scheme in a text.
var anyAddress = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^\s"<>]+`)

// addressInText finds web addresses in a text.
var addressInText = regexp.MustCompile(`(?i)https?://[^\s"<>]+`)

// PublicText returns a message about the feed for publication. Each address in it becomes its [PublicAddress]. An
// address without one, and any address of a secret feed, becomes "(an address)".
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

// PrivateHost reports whether a host belongs to a private network or to a single machine. The host is a name or an IP
// address, without a port. Private are loopback, RFC 1918, link-local and similar addresses, names without a dot, and
// names under domains outside the public DNS.
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

// asDot replaces the characters that browsers read as a dot in a name (RFC 3490 §3.1).
func asDot(r rune) rune {
	if r == '。' || r == '．' || r == '｡' {
		return '.'
	}
	return r
}

// privateNetworks are private networks unknown to netip: "this network", carrier-grade NAT, deprecated site-local
// addresses, and forms of IPv6 with an embedded IPv4 address (RFC 6890, RFC 6052, RFC 3056).
var privateNetworks = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

// privateDomains are domains outside the public DNS: RFC 6761, RFC 6762, RFC 8375, ICANN's resolution on .internal, and
// the customary names of routers and offices.
var privateDomains = []string{
	".localhost", ".local", ".internal", ".intranet", ".private", ".lan", ".home", ".corp", ".localdomain",
	".home.arpa",
}

// masked returns a query with asterisks for the values of parameters that look like credentials, or hold an address
// with a user name. Everything else stays unchanged, byte for byte.
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

// mask replaces a confidential value.
const mask = "***"

// userInAddress finds a user name before the host of an address in a text.
var userInAddress = regexp.MustCompile(`://[^/?#\s]*@`)

// unescaped returns a part of a query without its escapes, even if it was escaped up to three times.
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

// credentialWords are words in the names of credential parameters, collected from the APIs of newspapers, blogs and
// clouds.
var credentialWords = []string{
	"apikey", "auth", "authkey", "authorization", "bearer", "credential", "credentials", "feedkey", "jwt", "key",
	"oauth", "otp", "pass", "passcode", "passphrase", "passwd", "password", "pwd", "secret", "session", "sessionid",
	"sessid", "sid", "sig", "signature", "signed", "ticket", "token", "userkey",
}

// credentialEndings are the same words as endings of compounds, as in accesstoken.
var credentialEndings = []string{
	"apikey", "authkey", "password", "passwd", "secret", "sessionid", "sessid", "signature", "token",
}

// namesCredential reports whether the name of a parameter contains a credential word, as in api_key, X-Amz-Signature
// and accessToken.
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
