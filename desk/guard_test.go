package desk

import (
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/app"
	"oped/config"
	"oped/publish/page"
)

// openRoutes are the routes for anybody.
var openRoutes = []string{
	"GET sign-in", "POST sign-in", "GET enter/{secret}", "POST enter/{secret}", "POST passkey/begin", "POST passkey",
	"POST oidc", "GET oidc/callback",
}

var wildcard = regexp.MustCompile(`\{[a-z]+(\.\.\.)?\}`)

// state is everything that an act could change.
func (h *house) state() string {
	h.Helper()
	x, err := h.desk.live.App().Decisions(h.Context(), 100)
	must(h.T, err)
	all, err := h.accounts().List(h.Context())
	must(h.T, err)
	config, err := os.ReadFile(h.config)
	must(h.T, err)
	state := string(config)
	for _, d := range x {
		state += string(d.Action)
	}
	for _, a := range all {
		state += a.Name + string(a.Role) + a.Password
		for _, s := range a.Sessions {
			state += string(s.ID)
		}
	}
	return state
}

// everyField is a form with the fields of every act.
func everyField() url.Values {
	return url.Values{
		"action": {"approve"}, "piece": {"1"}, "edition": {"picks"}, "name": {"omar"}, "role": {"operator"},
		"password": {goodPassword}, "url": {"http://paper.example/feed"}, "feed": {"paper"}, "decision": {"1"},
	}
}

// TestNothingWithoutASession: every route but the sign-in gives no content and does nothing. A new route is here
// by itself.
func TestNothingWithoutASession(t *testing.T) {
	h := newHouse(t, "")
	h.enter("omar", oped.RoleOperator)
	before := h.state()
	open := slices.Clone(openRoutes)
	for _, r := range assetRoutes() {
		open = append(open, "GET "+r.path)
	}
	for _, r := range routes() {
		at := slices.Index(open, r.method+" "+r.path)
		if r.role == "" {
			if at < 0 {
				t.Errorf("%s %s is open to anybody; is that right?", r.method, r.path)
			} else {
				open = slices.Delete(open, at, at+1)
			}
			continue
		}
		page := wildcard.ReplaceAllString(r.path, "1")
		for _, accept := range []string{"text/html", "application/json"} {
			w := h.guest().send(r.method, page, everyField(), "Accept", accept)
			switch {
			case w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/desk/sign-in?to="):
			case w.Code == http.StatusUnauthorized:
			default:
				t.Errorf("%s %s without a session: %d", r.method, page, w.Code)
			}
			if body := w.Body.String(); strings.Contains(body, "omar") || strings.Contains(body, "paper.example") {
				t.Errorf("%s %s without a session has content:\n%s", r.method, page, body)
			}
			if w.Result().Cookies() != nil && len(w.Result().Cookies()) > 0 {
				t.Errorf("%s %s without a session sets a cookie", r.method, page)
			}
		}
	}
	if len(open) > 0 {
		t.Errorf("these routes are gone: %q", open)
	}
	if h.state() != before {
		t.Error("a request without a session changed something")
	}
	for _, method := range []string{"HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		if w := h.guest().send(method, "own", nil); w.Code < 300 {
			t.Errorf("%s own without a session: %d", method, w.Code)
		}
	}
}

// TestRolesBoundActs: forced browsing by a lower role is refused, does nothing, and is in the log.
func TestRolesBoundActs(t *testing.T) {
	h := newHouse(t, "")
	h.enter("omar", oped.RoleOperator)
	people := map[oped.Role]*guest{
		oped.RoleReader:  h.enter("rida", oped.RoleReader),
		oped.RoleCurator: h.enter("hamza", oped.RoleCurator),
	}
	before := h.state()
	for _, r := range routes() {
		for role, g := range people {
			if r.role == "" || role.May(r.role) {
				continue
			}
			w := g.send(r.method, wildcard.ReplaceAllString(r.path, "1"), everyField())
			if w.Code != http.StatusForbidden {
				t.Errorf("%s %s by a %s: %d", r.method, r.path, role, w.Code)
			}
		}
	}
	if h.state() != before {
		t.Error("a refused act changed something")
	}
	if len(h.logged(`msg="desk refused an act" by=rida`)) == 0 {
		t.Error("no line about a refused act")
	}
}

// TestOtherSitesCannotAct: a browser's request from a page of another site is refused, whatever the session.
func TestOtherSitesCannotAct(t *testing.T) {
	h := newHouse(t, "")
	g := h.enter("omar", oped.RoleOperator)
	before := h.state()
	for _, r := range routes() {
		if r.method == "GET" {
			continue
		}
		for _, header := range [][]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example"},
			{"Origin", "null"},
			{"Origin", "http://localhost:9999"},
		} {
			rec := h.raw(g, r.method, app.DeskPath+wildcard.ReplaceAllString(r.path, "1"), header...)
			if rec.Code != http.StatusForbidden {
				t.Errorf("%s %s with %q: %d", r.method, r.path, header, rec.Code)
			}
		}
	}
	if h.state() != before {
		t.Error("a page of another site changed something")
	}
	if rec := h.raw(g, "POST", "/desk/own/end", "Origin", origin); rec.Code != http.StatusSeeOther {
		t.Errorf("the own origin: %d", rec.Code)
	}
	if w := g.get("own"); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("the desk shares its pages")
	}
}

// raw sends a form of a browser, with nothing but the given header.
func (h *house) raw(g *guest, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, origin+path, strings.NewReader(everyField().Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for _, c := range g.jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.desk.ServeHTTP(w, r)
	return w
}

// TestHosts: a name of another site for our address reaches nothing.
func TestHosts(t *testing.T) {
	h := newHouse(t, "")
	for host, want := range map[string]int{
		"localhost:8080": http.StatusOK,
		"LOCALHOST:8080": http.StatusOK, "evil.example:8080": http.StatusMisdirectedRequest,
		"localhost:8080.evil.example": http.StatusMisdirectedRequest, "localhost": http.StatusMisdirectedRequest,
		"127.0.0.1:8080": http.StatusMisdirectedRequest,
	} {
		r := httptest.NewRequest("GET", "/desk/sign-in", nil)
		r.Host = host
		w := httptest.NewRecorder()
		if h.desk.ServeHTTP(w, r); w.Code != want {
			t.Errorf("host %s: %d, not %d", host, w.Code, want)
		}
	}
	if code, _ := h.sendTo("", "/desk/sign-in"); code != http.StatusOK {
		t.Errorf("over loopback: %d", code)
	}
	_, port, _ := strings.Cut(h.address, ":")
	if code, _ := h.sendTo("LOCALHOST:"+port, "/desk/sign-in"); code != http.StatusOK {
		t.Errorf("this machine in capitals, over loopback: %d", code)
	}
	if code, _ := h.sendTo("evil.example", "/desk/sign-in"); code != http.StatusMisdirectedRequest {
		t.Errorf("a rebound name over loopback: %d", code)
	}
}

// TestHeadersOfPages: no page runs or embeds foreign content, is stored, or is framed.
func TestHeadersOfPages(t *testing.T) {
	g := newHouse(t, "").enter("omar", oped.RoleOperator)
	for _, page := range []string{"", "own", "accounts", "nowhere"} {
		w := g.get(page)
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s: %q", page, name, got)
			}
		}
		for _, bad := range []string{"<script>", " onclick", " style=", "<style"} {
			if strings.Contains(w.Body.String(), bad) {
				t.Errorf("%s has %s, which the policy forbids", page, bad)
			}
		}
	}
	g.want(g.get("nowhere"), http.StatusNotFound)
	if w := g.get("/desk"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/desk/" {
		t.Errorf("/desk: %d %q", w.Code, w.Header().Get("Location"))
	}
}

// TestSessionFixation: a cookie set beforehand is never adopted, and a sign-in ends the session before it.
func TestSessionFixation(t *testing.T) {
	h := newHouse(t, "")
	h.enter("aisha", oped.RoleCurator)
	g := h.guest()
	at, _ := url.Parse(origin + "/desk/")
	planted := &http.Cookie{Name: sessionCookie, Value: "PLANTED", Path: "/desk/"}
	g.jar.SetCookies(at, []*http.Cookie{planted})
	g.want(g.signIn("aisha", goodPassword), http.StatusSeeOther)
	first := secretOf(g)
	if first == "PLANTED" || len(first) < 26 {
		t.Fatalf("the secret is %q", first)
	}
	g.want(g.signIn("aisha", goodPassword), http.StatusSeeOther)
	if secretOf(g) == first {
		t.Error("the second sign-in kept the secret")
	}
	g.jar.SetCookies(at, []*http.Cookie{{Name: sessionCookie, Value: first, Path: "/desk/"}})
	if g.signedIn() {
		t.Error("the session before the sign-in lives on")
	}
}

func secretOf(g *guest) string {
	at, _ := url.Parse(g.origin + "/desk/")
	for _, c := range g.jar.Cookies(at) {
		if strings.HasSuffix(c.Name, sessionCookie) {
			return c.Value
		}
	}
	return ""
}

// TestSessionsEnd: by sign-out, after a week without use, after thirty days, and by an act of the owner.
func TestSessionsEnd(t *testing.T) {
	h := newHouse(t, "")
	g := h.enter("aisha", oped.RoleCurator)
	secret := secretOf(g)
	w := g.want(g.post("sign-out"), http.StatusSeeOther)
	if w.Header().Get("Clear-Site-Data") == "" {
		t.Error("a sign-out leaves pages in the browser")
	}
	at, _ := url.Parse(origin + "/desk/")
	g.jar.SetCookies(at, []*http.Cookie{{Name: sessionCookie, Value: secret, Path: "/desk/"}})
	if g.signedIn() {
		t.Error("the session outlives the sign-out")
	}

	g.want(g.signIn("aisha", goodPassword), http.StatusSeeOther)
	h.pass(6 * 24 * time.Hour)
	if !g.signedIn() {
		t.Error("the session ended within a week")
	}
	h.pass(8 * 24 * time.Hour)
	if g.signedIn() {
		t.Error("an unused session lives on")
	}

	g.want(g.signIn("aisha", goodPassword), http.StatusSeeOther)
	for range 6 {
		h.pass(4 * 24 * time.Hour)
		g.want(g.get("own"), http.StatusOK)
	}
	h.pass(7*24*time.Hour - time.Minute)
	if g.signedIn() {
		t.Error("a session lasts longer than thirty days")
	}

	g.want(g.signIn("aisha", goodPassword), http.StatusSeeOther)
	phone, laptop := h.guest(), h.guest()
	phone.want(phone.signIn("aisha", goodPassword), http.StatusSeeOther)
	laptop.want(laptop.signIn("aisha", goodPassword), http.StatusSeeOther)
	keys := regexp.MustCompile(`name="session" value="([0-9a-f]+)"`).FindAllStringSubmatch(g.get("own").Body.String(), -1)
	if len(keys) != 2 {
		t.Fatalf("%d other sessions are listed", len(keys))
	}
	g.want(g.post("own/end", "session", keys[0][1]), http.StatusSeeOther)
	if phone.signedIn() == laptop.signedIn() {
		t.Error("not one of two sessions ended")
	}
	g.want(g.post("own/end"), http.StatusSeeOther)
	if phone.signedIn() || laptop.signedIn() || !g.signedIn() {
		t.Error("not all other sessions ended")
	}
	other := h.enter("bilal", oped.RoleReader)
	for _, s := range h.account("aisha").Sessions {
		other.post("own/end", "session", string(s.ID))
		other.post("own/end", "session", hex.EncodeToString(s.ID))
	}
	if !g.signedIn() {
		t.Error("a reader ended the session of another account")
	}
}

// TestChangesActAtOnce: a changed role, a reset and a removal hold for open sessions.
func TestChangesActAtOnce(t *testing.T) {
	h := newHouse(t, "")
	op, g := h.enter("omar", oped.RoleOperator), h.enter("aisha", oped.RoleOperator)
	g.want(g.get("accounts"), http.StatusOK)
	op.want(op.post("accounts/role", "name", "aisha", "role", "reader"), http.StatusSeeOther)
	g.want(g.get("accounts"), http.StatusForbidden)
	g.want(g.get("own"), http.StatusOK)
	link := op.linkOn(op.want(op.post("accounts/reset", "name", "aisha"), http.StatusOK))
	if g.signedIn() {
		t.Error("the session outlives a reset")
	}
	g.want(g.signIn("aisha", goodPassword), http.StatusUnauthorized)
	g.want(g.open(link, "password", goodPassword), http.StatusSeeOther)
	link = op.linkOn(op.want(op.post("accounts/reset", "name", "aisha"), http.StatusOK))
	op.want(op.post("accounts/remove", "name", "aisha"), http.StatusSeeOther)
	if g.signedIn() {
		t.Error("the session outlives its account")
	}
	g.want(g.open(link, "password", goodPassword), http.StatusUnprocessableEntity, "This link was used, or has expired")
	op.want(op.post("accounts/remove", "name", "omar"), http.StatusSeeOther) // the last account of all
	if op.signedIn() {
		t.Error("the removed operator is signed in")
	}
}

// TestProxyHeader: the name in a header counts from a trusted proxy, by the address of its connection.
func TestProxyHeader(t *testing.T) {
	h := newHouse(t, "desk: {url: '"+origin+"', proxy_header: X-Remote-User}\npublish: {trusted_proxies: [10.0.0.0/8]}")
	h.enter("aisha", oped.RoleCurator)
	h.enter("زینب ملک", oped.RoleReader)
	proxy := h.guest()
	proxy.peer = "10.1.2.3"
	proxy.want(proxy.get("own", "X-Remote-User", "aisha"), http.StatusOK, "signed in by the proxy")
	proxy.want(proxy.get("own", "X-Remote-User", "زینب ملک"), http.StatusOK, "زینب ملک")
	proxy.want(proxy.get("own", "X-Remote-User", "mallory"), http.StatusForbidden, "mallory", "no account has this name")
	proxy.want(proxy.get("own", "X-Remote-User", "<script>"), http.StatusForbidden, "&lt;script&gt;")
	proxy.want(proxy.get("own", "X-Remote-User", "aisha", "X-Remote-User", "omar"), http.StatusForbidden)
	proxy.want(proxy.get("own"), http.StatusSeeOther)
	if cookies := proxy.get("own", "X-Remote-User", "aisha").Result().Cookies(); len(cookies) > 0 {
		t.Error("the name of a proxy begins a session that outlives it")
	}
	other := h.guest()
	for _, header := range [][]string{
		{"X-Remote-User", "aisha"}, {"X-Remote-User", "aisha", "X-Forwarded-For", "10.1.2.3"},
		{"X-Remote-User", "aisha", "X-Real-Ip", "10.1.2.3"},
	} {
		other.want(other.get("own", header...), http.StatusSeeOther)
	}
	if len(h.logged("desk refused the name of a proxy")) != 3 {
		t.Errorf("refused names in the log: %q", h.logged("desk refused the name"))
	}

	without := newHouse(t, "publish: {trusted_proxies: [10.0.0.0/8]}")
	without.enter("aisha", oped.RoleCurator)
	g := without.guest()
	g.peer = "10.1.2.3"
	g.want(g.get("own", "X-Remote-User", "aisha"), http.StatusSeeOther)
}

// TestBehindAProxyWithAPath: links, cookies and redirects work whether or not the proxy removes the path.
func TestBehindAProxyWithAPath(t *testing.T) {
	h := newHouse(t, "desk: {url: 'https://example.org/opinion'}")
	g := h.guest()
	g.origin = "https://example.org"
	link, err := app.Do(t.Context(), h.desk.live, app.AddAccount, app.NewAccount{Name: "aisha", Role: oped.RoleReader})
	must(t, err)
	for _, path := range []string{"/opinion/desk/own?x=1", "/desk/own?x=1"} {
		w := g.get(path)
		if got := w.Header().Get("Location"); got != "/opinion/desk/sign-in?to=own%3Fx%3D1" {
			t.Errorf("%s leads to %q", path, got)
		}
	}
	_, path, _ := strings.Cut(link.URL, "example.org")
	w := g.post(path, "password", goodPassword)
	g.want(w, http.StatusSeeOther)
	c := w.Result().Cookies()[0]
	if c.Name != "oped-desk" || c.Path != "/opinion/desk/" || !c.Secure || !c.HttpOnly ||
		c.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %v", c)
	}
	g.want(g.get("/opinion/desk/own"), http.StatusOK, `action="/opinion/desk/sign-out"`)
	for from, to := range map[string]string{
		"/opinion/desk":                    "/opinion/desk/",
		"//desk//own?x=1":                  "/opinion/desk/own?x=1",
		"/opinion//desk/./own":             "/opinion/desk/own",
		"/opinion/desk/log?by=aisha":       "/opinion/desk/log/?by=aisha",
		"/opinion/desk/piece/https:%2F%2F": "/opinion/desk/piece/https:%2F%2F/",
	} {
		if got := g.get(from).Header().Get("Location"); got != to {
			t.Errorf("%s leads to %q, not %q", from, got, to)
		}
	}
}

// TestHostCookie: with https and without a path, no other host can set the cookies of the desk.
func TestHostCookie(t *testing.T) {
	h := newHouse(t, "desk: {url: 'https://desk.example.org'}")
	g := h.guest()
	g.origin = "https://desk.example.org"
	link, err := app.Do(t.Context(), h.desk.live, app.AddAccount, app.NewAccount{Name: "aisha", Role: oped.RoleReader})
	must(t, err)
	c := g.want(g.open(link.URL, "password", goodPassword), http.StatusSeeOther).Result().Cookies()[0]
	if c.Name != "__Host-oped-desk" || c.Path != "/" || !c.Secure || c.Domain != "" {
		t.Errorf("the cookie is %v", c)
	}
	if !g.signedIn() {
		t.Error("the cookie is not read")
	}
}

// TestOwnListener: a desk with a listener of its own is not with the pages, and the pages not with it.
func TestOwnListener(t *testing.T) {
	h := newHouse(t, "desk: {listen: '127.0.0.1:0', url: '"+origin+"'}")
	if code, body := h.sendTo("", "/desk/sign-in"); code != http.StatusNotFound || strings.Contains(body, "Password") {
		t.Errorf("the pages have the desk: %d", code)
	}
	g := h.guest()
	if w := g.get("/"); w.Header().Get("Location") != "/desk/" {
		t.Errorf("/ of the own listener: %d", w.Code)
	}
	for _, path := range []string{"/all.atom", "/health/", "/search", "/all/"} {
		g.want(g.get(path), http.StatusNotFound)
	}
}

// TestNoOpenRedirect: a sign-in leads to a page of the desk only.
func TestNoOpenRedirect(t *testing.T) {
	h := newHouse(t, "")
	h.enter("aisha", oped.RoleReader)
	for _, to := range []string{
		"https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
		"../../evil", "..//evil.example", "%2e%2e//evil.example", "\r\nX-Evil: 1", "/evil", "own/../..//evil.example",
	} {
		g := h.guest()
		w := g.post("sign-in", "name", "aisha", "password", goodPassword, "to", to)
		if got := w.Header().Get("Location"); got != "/desk/" || w.Header().Get("X-Evil") != "" {
			t.Errorf("%q leads to %q", to, got)
		}
	}
	g := h.guest()
	w := g.post("sign-in", "name", "aisha", "password", goodPassword, "to", "search?q=publisher:dawn")
	if got := w.Header().Get("Location"); got != "/desk/search?q=publisher:dawn" {
		t.Errorf("a page of the desk leads to %q", got)
	}
}

func FuzzLocal(f *testing.F) {
	for _, to := range []string{"own", "search?q=a:b", "//evil", "..//evil", "%2e%2e", "a\\b", "queue/all/#x"} {
		f.Add(to)
	}
	f.Fuzz(func(t *testing.T, to string) {
		base, _ := url.Parse("https://desk.example/desk/")
		got := local(to)
		u, err := base.Parse("/desk/" + got)
		if err != nil {
			t.Fatalf("%q: %v", got, err)
		}
		if u.Host != "desk.example" || !strings.HasPrefix(u.Path, "/desk/") {
			t.Fatalf("%q leads to %s", to, u)
		}
	})
}

// TestNoticesArePrivate: what a proxied operator did is told to nobody else, least of all without a session.
func TestNoticesArePrivate(t *testing.T) {
	h := newHouse(t, "desk: {url: '"+origin+"', proxy_header: X-Remote-User}\npublish: {trusted_proxies: [10.0.0.0/8]}")
	h.enter("omar", oped.RoleOperator)
	h.enter("aisha", oped.RoleReader)
	proxy := h.guest()
	proxy.peer = "10.1.2.3"
	w := proxy.send("POST", "feeds/paper/pause", nil, "X-Remote-User", "omar")
	proxy.want(w, http.StatusSeeOther)
	for _, others := range []*httptest.ResponseRecorder{h.guest().get("sign-in"), proxy.get("own", "X-Remote-User", "aisha")} {
		if strings.Contains(others.Body.String(), "Paused") {
			t.Errorf("somebody else reads the notice:\n%s", others.Body)
		}
	}
	proxy.want(proxy.get("own", "X-Remote-User", "omar"), http.StatusOK, "Paused: oped no longer fetches this feed.")
}

// TestNoticesEndWithTheNextAct: the page of a failed act has no notice of the act before.
func TestNoticesEndWithTheNextAct(t *testing.T) {
	g := newHouse(t, "").enter("omar", oped.RoleOperator)
	g.want(g.post("feeds/paper/pause"), http.StatusSeeOther)
	w := g.want(g.post("undo-feed/gone"), http.StatusUnprocessableEntity, "no longer knows this change")
	if strings.Contains(w.Body.String(), "Paused") {
		t.Errorf("a notice of the act before:\n%s", w.Body)
	}
}

// TestKeysOfAReader: the list of keys has those of acts that the role includes.
func TestKeysOfAReader(t *testing.T) {
	h := newHouse(t, "")
	aisha, rida := h.enter("aisha", oped.RoleCurator), h.enter("rida", oped.RoleReader)
	for _, page := range []string{"", "edition/picks/", "pairs/", "piece/1/"} {
		for g, want := range map[*guest]bool{aisha: true, rida: false} {
			w := g.want(g.get(page), http.StatusOK, `data-act="next"`, `data-act="help"`)
			if got := strings.Contains(w.Body.String(), `data-act="undo" data-keys`); got != want {
				t.Errorf("%s lists the key of undo: %v", page, got)
			}
		}
	}
}

// TestUnknownNamesInAddresses: the page of an edition or topic that is gone is no page, and nobody's mistake.
func TestUnknownNamesInAddresses(t *testing.T) {
	h := newHouse(t, "")
	g := h.enter("rida", oped.RoleReader)
	for _, page := range []string{
		"queue/gone/", "queue/topic/gone/", "queue/all/", "edition/gone/", "piece/99/", "feeds/gone/", "batch/gone/",
		"pairs/gone/0/",
	} {
		g.want(g.get(page), http.StatusNotFound, "Page not found")
	}
}

// TestAPanicEndsOneAct: an act that meets a bug fails, and the daemon goes on, also after its request.
func TestAPanicEndsOneAct(t *testing.T) {
	h := newHouse(t, "")
	for range 2 {
		if _, err := app.Do(t.Context(), h.desk.live, app.Method[string, string]("none"), ""); err == nil ||
			!strings.Contains(err.Error(), "bug in oped") {
			t.Errorf("a method that is not there: %v", err)
		}
	}
}

// TestRulesAreForOperators: the undo of a change of rules is no act of a curator.
func TestRulesAreForOperators(t *testing.T) {
	h := newHouse(t, "topics: {water: {score: {river: 1}, threshold: 1}}")
	op, g := h.enter("omar", oped.RoleOperator), h.enter("aisha", oped.RoleCurator)
	written, err := os.ReadFile(h.config)
	must(t, err)
	must(t, os.WriteFile(h.config, []byte(strings.Replace(string(written), "{river: 1}", "{lake: 1}", 1)), 0o600))
	cfg, err := config.Load(h.config)
	must(t, err)
	c, err := app.Dial(t.Context(), cfg, app.Options{Log: slog.New(slog.DiscardHandler), Now: h.now})
	must(t, err)
	defer c.Close()
	done, err := app.Call(t.Context(), c, app.ApplyDrafts, app.Application{Reason: app.Reason{By: "omar"}})
	must(t, err)
	number := fmt.Sprint(done.Decision.ID)
	button := `name="decision" value="` + number + `"`
	if w := g.want(g.get("log/"), http.StatusOK, "Rules changed"); strings.Contains(w.Body.String(), button) {
		t.Error("the log offers the undo to a curator")
	}
	g.want(g.post("decide", "action", "undo", "decision", number), http.StatusForbidden, "Your role does not include this")
	op.want(op.get("log/"), http.StatusOK, button)
	op.want(op.post("decide", "action", "undo", "decision", number), http.StatusSeeOther)
}

// TestPagesAreCompressed: pages and styles come compressed to browsers that take it, fonts as they are.
func TestPagesAreCompressed(t *testing.T) {
	g := newHouse(t, "").enter("Aisha", oped.RoleCurator)
	for path, coding := range map[string]string{"queue/picks/": "gzip", styleName(): "gzip", page.FontName(): ""} {
		plain := g.want(g.get(path), http.StatusOK)
		w := g.want(g.get(path, "Accept-Encoding", "br, gzip"), http.StatusOK)
		if got := w.Header().Get("Content-Encoding"); got != coding {
			t.Errorf("%s: Content-Encoding %q, want %q", path, got, coding)
		}
		if coding == "" {
			continue
		}
		if !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") || w.Body.Len() > plain.Body.Len()/2 {
			t.Errorf("%s: Vary %q, %d bytes of %d", path, w.Header().Get("Vary"), w.Body.Len(), plain.Body.Len())
		}
		r, err := gzip.NewReader(w.Body)
		must(t, err)
		whole, err := io.ReadAll(r)
		must(t, err)
		if len(whole) != plain.Body.Len() {
			t.Errorf("%s: %d bytes in all, plain %d", path, len(whole), plain.Body.Len())
		}
	}
}
