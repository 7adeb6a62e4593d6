package desk

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"oped"
	"oped/app"
	"oped/config"
)

// maxForm limits the body of a request, in bytes.
const maxForm = 64 << 10

// policy is the content security policy of every page: nothing comes from elsewhere, and no script is in a page.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP answers a request for the desk. It refuses hosts other than its own, and requests that change something from
// pages of other sites.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := h.live.App()
	if p == nil || p.Desk() == nil {
		http.Error(w, "the desk is not open yet; try again in a minute", http.StatusServiceUnavailable)
		return
	}
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	if !isOwnHost(p.Desk(), r) {
		h.live.Log().Warn("desk refused a host", "host", r.Host, "client", clientOf(p, r))
		http.Error(w, "this is not the address of the desk", http.StatusMisdirectedRequest)
		return
	}
	cross := http.NewCrossOriginProtection()
	cross.AddTrustedOrigin(originOf(p.Desk().URL))
	if err := cross.Check(r); err != nil {
		h.live.Log().Warn("desk refused a request from another site", "client", clientOf(p, r), "path", r.URL.Path)
		http.Error(w, "this request came from a page of another site", http.StatusForbidden)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if prefix := p.Desk().Path(); prefix != "" { // a proxy may or may not remove the path of the address
		if rest, ok := strings.CutPrefix(r.URL.Path, prefix+app.DeskPath); ok {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = app.DeskPath+rest, ""
		}
	}
	h.mux.ServeHTTP(w, r)
}

// originOf returns the origin of an address: its scheme and host.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// isOwnHost reports whether a request names the host of the desk, or this machine if it came over loopback. So a page of
// another site cannot reach the desk by a name of its own (DNS rebinding).
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
	return host == "localhost" || err == nil && ip.IsLoopback()
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

// cookie is the name of the cookie with the secret of a session.
const cookie = "oped-desk"

// handler serves a route to those who may use it.
func (h *Handler) handler(x route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := h.live.App()
		v := &visit{Handler: h, w: w, r: r, app: p, settings: p.Desk()}
		if err := v.identify(); err != nil {
			v.fail(err)
			return
		}
		switch {
		case x.role == "":
		case v.account.ID == 0:
			v.askToSignIn()
			return
		case !v.account.Role.May(x.role):
			h.live.Log().Warn("desk refused an act", "by", v.account.Name, "role", v.account.Role, "path", r.URL.Path)
			v.fail(errForbidden)
			return
		}
		if err := x.serve(v); err != nil {
			v.fail(err)
		}
	})
}

// identify looks for the session of the request.
func (v *visit) identify() error {
	c, err := v.r.Cookie(cookie)
	if err != nil {
		return nil
	}
	v.session, v.account, err = v.app.Accounts().Session(v.r.Context(), c.Value)
	if errors.Is(err, oped.ErrNotFound) {
		v.session, v.account = oped.Session{}, oped.Account{}
		return nil
	}
	return err
}

// askToSignIn answers a request without a session.
func (v *visit) askToSignIn() {
	if v.r.Method != http.MethodGet || v.asksJSON() || strings.HasSuffix(v.r.URL.Path, "/events") {
		v.fail(errSignedOut)
		return
	}
	to := strings.TrimPrefix(v.r.URL.RequestURI(), v.settings.Path()+app.DeskPath)
	v.redirect("sign-in?to=" + url.QueryEscape(strings.TrimPrefix(to, app.DeskPath)))
}

// begin begins a session of an account and sets its cookie. A session of the browser before that ends, so that nobody
// can give a browser a session beforehand.
func (v *visit) begin(account int64, method oped.SignIn) error {
	if v.session.ID != nil {
		if err := v.app.Accounts().End(v.r.Context(), v.account.ID, v.session.ID); err != nil {
			return err
		}
	}
	secret, err := v.app.Accounts().Begin(v.r.Context(), oped.Session{
		Account: account,
		Method:  method,
		Agent:   v.r.UserAgent(),
		Address: clientOf(v.app, v.r),
	})
	if err != nil {
		return err
	}
	http.SetCookie(v.w, v.newCookie(secret, 0))
	return nil
}

// newCookie returns the cookie of a session; "" and -1 remove it.
func (v *visit) newCookie(secret string, age int) *http.Cookie {
	return &http.Cookie{
		Name:     cookie,
		Value:    secret,
		Path:     v.at(""),
		MaxAge:   age,
		HttpOnly: true,
		Secure:   strings.HasPrefix(v.settings.URL, "https:"),
		SameSite: http.SameSiteLaxMode,
	}
}

// Errors of requests.
var (
	errForbidden = oped.Invalid("your role does not include this", "ask an operator for another role")
	errSignedOut = oped.Invalid("you are not signed in any more", "sign in again; nothing was changed")
)

// fail answers a request with an error.
func (v *visit) fail(err error) {
	var wrong *oped.Diagnostic
	var conflict *app.Conflict
	status, x := http.StatusInternalServerError, failure{Message: "The desk failed at this; nothing more was changed."}
	switch {
	case errors.Is(err, oped.ErrNotFound):
		status, x = http.StatusNotFound, failure{Message: "There is no such page.", Hint: "It may have been removed."}
	case err == errSignedOut:
		status, x = http.StatusUnauthorized, failure{Message: errSignedOut.Message, Hint: errSignedOut.Hint}
	case err == errForbidden:
		status, x = http.StatusForbidden, failure{Message: errForbidden.Message, Hint: errForbidden.Hint}
	case errors.As(err, &conflict):
		status, x = http.StatusConflict, failure{Message: conflict.Error() + ".", Hint: conflict.Hint() + "."}
	case errors.As(err, &wrong):
		status, x = http.StatusUnprocessableEntity, failure{Message: wrong.Message, Hint: wrong.Hint}
	default:
		v.live.Log().Error("desk failed", "path", v.r.URL.Path, "by", v.account.Name, "err", err)
	}
	if v.asksJSON() {
		v.json(status, x)
		return
	}
	v.w.WriteHeader(status)
	v.show("failure", &view{Title: "It did not work", Body: x})
}

// failure is an error for people.
type failure struct {
	Message string `json:"message"`
	Hint    string `json:"hint"`
}
