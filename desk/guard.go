package desk

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/app"
	"oped/config"
)

// maxForm limits the body of a request, in bytes.
const maxForm = 64 << 10

// policy is the content security policy of every page: nothing comes from elsewhere, and no script is in a page.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP answers a request for the desk. It refuses hosts other than its own, and acts begun by pages of other
// sites.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := h.live.App()
	if !isOpen(p, w) {
		return
	}
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	if !isOwnHost(p.Desk(), r) {
		h.live.Log().Warn("desk refused a host", "host", r.Host, "client", clientOf(p, r))
		http.Error(w, "this is not the address of the desk", http.StatusMisdirectedRequest)
		return
	}
	cross := http.NewCrossOriginProtection()
	cross.AddTrustedOrigin(originOf(p.Desk().URL))
	if err := cross.Check(r); err != nil {
		h.live.Log().Warn("desk refused a request from another site", "client", clientOf(p, r))
		http.Error(w, "this request came from a page of another site", http.StatusForbidden)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	prefix := p.Desk().Path()
	if clean := cleaned(r.URL); clean != "" {
		if !strings.HasPrefix(clean, prefix+app.DeskPath) {
			clean = prefix + clean
		}
		http.Redirect(w, r, clean, http.StatusTemporaryRedirect)
		return
	}
	if prefix != "" { // a proxy may or may not remove the path of the address
		if rest, ok := strings.CutPrefix(r.URL.Path, prefix+app.DeskPath); ok {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = app.DeskPath+rest, strings.TrimPrefix(r.URL.RawPath, prefix)
		}
	}
	if page := r.URL.Path + "/"; page == "//" || page == app.DeskPath || page == prefix+app.DeskPath {
		http.Redirect(w, r, prefix+app.DeskPath, http.StatusSeeOther)
		return
	}
	h.pages.ServeHTTP(w, r)
}

// cleaned returns an address without its host, and without needless slashes and dots in its path; "": it has none.
func cleaned(u *url.URL) string {
	asked := u.EscapedPath()
	clean := path.Clean("/" + asked)
	if strings.HasSuffix(asked, "/") && clean != "/" {
		clean += "/"
	}
	if asked == "" || clean == asked {
		return ""
	}
	if u.RawQuery != "" {
		clean += "?" + u.RawQuery
	}
	return clean
}

// isOpen reports whether a configuration has a desk. If not, it answers the request.
func isOpen(p *app.App, w http.ResponseWriter) bool {
	if p != nil && p.Desk() != nil {
		return true
	}
	http.Error(w, "the desk is not open; try again in a minute", http.StatusServiceUnavailable)
	return false
}

// originOf returns the origin of an address: its scheme and host.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// isOwnHost reports whether a request names the host of the desk, or this machine if it came over loopback. So a page
// of another site cannot reach the desk by a name of its own (DNS rebinding).
func isOwnHost(d *config.Desk, r *http.Request) bool {
	u, err := url.Parse(d.URL)
	if err == nil && strings.EqualFold(r.Host, u.Host) {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	if err != nil || !at.Addr().IsLoopback() {
		return false
	}
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil || port != portOf(at) {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

func portOf(at netip.AddrPort) string {
	_, port, _ := net.SplitHostPort(at.String())
	return port
}

// peerOf returns the address at the other end of the connection.
func peerOf(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}

// isTrusted reports whether a request came from a trusted proxy.
func isTrusted(p *app.App, r *http.Request) bool {
	peer := peerOf(r)
	return slices.ContainsFunc(p.Config().Publish.TrustedProxies, func(n netip.Prefix) bool { return n.Contains(peer) })
}

// clientOf returns the address of the client: that of the connection, or, from a trusted proxy, the last one in
// X-Forwarded-For.
func clientOf(p *app.App, r *http.Request) string {
	peer := peerOf(r)
	if forwarded := r.Header.Values("X-Forwarded-For"); len(forwarded) > 0 && isTrusted(p, r) {
		all := strings.Split(strings.Join(forwarded, ","), ",")
		if ip, err := netip.ParseAddr(strings.TrimSpace(all[len(all)-1])); err == nil {
			return ip.Unmap().String()
		}
	}
	return peer.String()
}

// sessionCookie is the name of the cookie with the secret of a session.
const sessionCookie = "oped-desk"

// handler serves a route to those who may use it.
func (h *Handler) handler(x route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := h.live.App()
		if !isOpen(p, w) { // closed meanwhile
			return
		}
		v := &visit{Handler: h, w: w, r: r, app: p, settings: p.Desk()}
		err := v.identify()
		switch {
		case x.role == "": // also for a name that the proxy should not send
		case err != nil:
			v.fail(err)
			return
		case v.account.ID == 0:
			v.askToSignIn()
			return
		case !v.account.Role.May(x.role):
			h.live.Log().Warn("desk refused an act", "by", v.account.Name, "role", v.account.Role, "act", r.Pattern)
			v.fail(errForbidden)
			return
		}
		if err := x.serve(v); err != nil {
			v.fail(err)
		}
	})
}

// identify looks for who sends the request: the name from a trusted proxy, else the session of the cookie.
func (v *visit) identify() error {
	v.session, v.account = oped.Session{}, oped.Account{}
	if h := v.settings.ProxyHeader; h != "" && isTrusted(v.app, v.r) {
		if names := v.r.Header.Values(h); strings.Join(names, "") != "" {
			return v.believe(names)
		}
	}
	c, err := v.r.Cookie(v.cookieName(sessionCookie))
	if err != nil {
		return nil
	}
	s, a, err := v.app.Accounts().Session(v.r.Context(), c.Value)
	if errors.Is(err, oped.ErrNotFound) {
		return nil
	}
	if err == nil {
		v.session, v.account = s, a
	}
	return err
}

// isPresent reports whether somebody who was signed in still is, at a desk that is still open.
func (v *visit) isPresent() bool {
	v.app = v.live.App()
	if v.settings = v.app.Desk(); v.settings == nil {
		return false
	}
	return v.identify() == nil && v.account.ID != 0
}

// believe identifies the account named by a trusted proxy.
func (v *visit) believe(names []string) error {
	name := strings.TrimSpace(names[0])
	a, err := v.app.Accounts().Named(v.r.Context(), name)
	if len(names) > 1 || errors.Is(err, oped.ErrNotFound) {
		name = name[:min(len(name), 200)]
		v.live.Log().Warn("desk refused the name of a proxy", "name", name, "names", len(names),
			"client", clientOf(v.app, v.r))
		return &refusal{http.StatusForbidden, 0, failure{
			fmt.Sprintf("You are %q for the proxy in front of the desk; no account has this name.", name),
			"An operator can add it: oped desk add NAME.",
		}}
	}
	if err == nil {
		v.account, v.session = a, oped.Session{Account: a.ID, Method: oped.ByProxy}
	}
	return err
}

// askToSignIn answers a request without a session.
func (v *visit) askToSignIn() {
	if v.r.Method != http.MethodGet || v.asksJSON() || strings.HasSuffix(v.r.URL.Path, "/events") {
		v.fail(errSignedOut)
		return
	}
	v.redirect("sign-in?to=" + url.QueryEscape(v.here()))
}

// begin begins a session of an account, sets its cookie, and forgets its failed attempts. Its secret is new, and a
// session of the browser before that ends, so that nobody can give a browser a session beforehand.
func (v *visit) begin(a oped.Account, method oped.SignIn) error {
	if v.session.ID != nil {
		if err := v.app.Accounts().End(v.r.Context(), v.account.ID, v.session.ID); err != nil {
			return err
		}
	}
	secret, err := v.app.Accounts().Begin(v.r.Context(), a, oped.Session{
		Method:  method,
		Agent:   strings.ToValidUTF8(v.r.UserAgent(), ""),
		Address: clientOf(v.app, v.r),
	})
	if errors.Is(err, oped.ErrNotFound) {
		return errChanged
	} else if err != nil {
		return err
	}
	v.signIns.succeeded(clientOf(v.app, v.r), a.Name)
	http.SetCookie(v.w, v.newCookie(sessionCookie, secret, 0))
	v.account, v.session = a, oped.Session{}
	v.act("signed in", "method", method)
	return nil
}

// isHost reports whether cookies may have the prefix __Host-: no other host and no unencrypted page can set them. It
// needs https, and a desk without a path, since such a cookie goes to every page of its host.
func (v *visit) isHost() bool { return v.isEncrypted() && v.settings.Path() == "" }

func (v *visit) isEncrypted() bool { return strings.HasPrefix(v.settings.URL, "https:") }

func (v *visit) cookieName(name string) string {
	if v.isHost() {
		return "__Host-" + name
	}
	return name
}

// newCookie returns a cookie with a secret; -1 removes it.
func (v *visit) newCookie(name, secret string, age int) *http.Cookie {
	path := v.at("")
	if v.isHost() {
		path = "/"
	}
	return &http.Cookie{
		Name:     v.cookieName(name),
		Value:    secret,
		Path:     path,
		MaxAge:   age,
		HttpOnly: true,
		Secure:   v.isEncrypted(),
		SameSite: http.SameSiteLaxMode,
	}
}

// refusal is an answer without an act.
type refusal struct {
	status int
	wait   time.Duration // until the request may be repeated; 0: unknown
	failure
}

func (e *refusal) Error() string { return e.Message }

// Errors of requests.
var (
	errForbidden = &refusal{http.StatusForbidden, 0, failure{
		"Your role does not include this.", "Ask an operator for another role.",
	}}
	errSignedOut = &refusal{http.StatusUnauthorized, 0, failure{
		"You are not signed in any more.", "Sign in again; nothing was changed.",
	}}
	errChanged = &refusal{http.StatusUnauthorized, 0, failure{
		"This account was changed while you signed in.", "Sign in again.",
	}}
)

// fail answers a request with an error.
func (v *visit) fail(err error) {
	var wrong *oped.Diagnostic
	var conflict *app.Conflict
	var refused *refusal
	status, x := http.StatusInternalServerError, failure{Message: "The desk failed at this; nothing more was changed."}
	title := "It did not work"
	switch {
	case errors.Is(err, oped.ErrNotFound):
		status, x = http.StatusNotFound, failure{Message: "Nothing is at this address.", Hint: "It may have been removed."}
		title = "Page not found"
	case errors.As(err, &refused):
		status, x = refused.status, refused.failure
		v.retryAfter(refused)
	case errors.As(err, &conflict):
		status, x = http.StatusConflict, failure{Message: conflict.Error() + ".", Hint: conflict.Hint() + "."}
	case errors.As(err, &wrong):
		status, x = http.StatusUnprocessableEntity, failureOf(wrong)
	default:
		if app.IsPassing(err) {
			status, x = http.StatusServiceUnavailable, failure{
				"The database cannot be written: its disk is full, or fails. Nothing more was changed.",
				"Tell an operator, and try again. The log has more.",
			}
		}
		v.live.Log().Error("desk failed", "at", v.r.Pattern, "by", v.account.Name, "err", err)
	}
	if v.asksJSON() {
		v.json(status, x)
		return
	}
	if v.r.Method != http.MethodGet {
		v.said() // of an act before
	}
	v.w.WriteHeader(status)
	v.show("failure", &view{Title: title, Body: x})
}

// retryAfter announces when a refused request may be repeated.
func (v *visit) retryAfter(x *refusal) {
	if x.wait > 0 {
		v.w.Header().Set("Retry-After", strconv.Itoa(int(x.wait.Seconds())+1))
	}
}

// failure is an error for people.
type failure struct {
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// otherRoutes returns the answer for addresses without a page. Without a session, they look like the others.
func otherRoutes() []route {
	return []route{{"GET", "{rest...}", oped.RoleReader, func(*visit) error { return oped.ErrNotFound }}}
}
