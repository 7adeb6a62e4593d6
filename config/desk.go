package config

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Desk configures the pages of the curators.
type Desk struct {
	Listen      string // host:port; "": with the published pages
	URL         string // address for curators, without /desk/ and without a final slash
	ProxyHeader string // header of a trusted proxy with the name of the signed-in account; "": none
	OIDC        *OIDC  // nil: no sign-in by OpenID Connect
}

// OIDC is a provider of OpenID Connect, and oped's registration there.
type OIDC struct {
	Name         string // for people
	Issuer       string
	ClientID     string
	ClientSecret string
}

// Path returns the path of the address, without a final slash.
func (d *Desk) Path() string {
	u, err := url.Parse(d.URL)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.Path, "/")
}

// desk reads the settings of the desk. The address of the pages has to be read before.
func (b *builder) desk(f *deskBlock) {
	if f == nil {
		return
	}
	d := &Desk{Listen: f.Listen, URL: strings.TrimSuffix(f.URL, "/"), ProxyHeader: f.ProxyHeader.value}
	if d.Listen != "" {
		if _, port, err := net.SplitHostPort(d.Listen); err != nil || port == "" {
			b.report(lineOf(b, "desk"), fmt.Sprintf("desk: listen: %q is not host:port", d.Listen),
				"write 127.0.0.1:8081; without listen, the desk is at the address of the pages")
		}
	}
	switch {
	case d.URL == "" && d.Listen == "":
		d.URL = b.c.BaseURL
	case d.URL == "":
		d.URL = "http://" + d.Listen
	}
	if u, err := url.Parse(d.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" ||
		u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		b.report(lineOf(b, "desk"), fmt.Sprintf("desk: url: %q is not an http or https address", f.URL),
			"write https://desk.example.org")
	}
	if h := d.ProxyHeader; strings.ContainsFunc(h, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		b.report(f.ProxyHeader.pos, fmt.Sprintf("desk: proxy_header: %q is no name of a header", h),
			"write X-Remote-User, or the name that your proxy sets")
	}
	if d.ProxyHeader != "" && len(b.c.Publish.TrustedProxies) == 0 {
		b.report(f.ProxyHeader.pos, "desk: proxy_header: there is no trusted proxy to send it",
			"name the network of the proxy in publish.trusted_proxies")
	}
	if f.OIDC != nil {
		b.oidc(d, f.OIDC)
	}
	b.c.Desk = d
}

// oidc reads the provider of OpenID Connect.
func (b *builder) oidc(d *Desk, f *oidcBlock) {
	d.OIDC = &OIDC{
		Name:         cmp.Or(f.Name, "OpenID Connect"),
		Issuer:       f.Issuer.value,
		ClientID:     f.ClientID,
		ClientSecret: f.ClientSecret.value,
	}
	u, err := url.Parse(d.OIDC.Issuer)
	if err != nil || u.Scheme != "https" && !isLoopback(u) || u.Host == "" {
		b.report(f.Issuer.pos, fmt.Sprintf("desk: oidc: issuer: %q is not an https address", f.Issuer.value),
			"write the address of the provider, such as https://accounts.example.org")
	}
	if d.OIDC.ClientID == "" {
		b.report(lineOf(b, "desk"), "desk: oidc: client_id is missing",
			"write the client_id that the provider gave to oped")
	}
	if f.ClientSecret.value != "" {
		b.credentials(f.ClientSecret.pos.File)
	}
}

// isLoopback reports whether an address is on this machine.
func isLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}
