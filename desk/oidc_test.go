package desk

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
	"oped/app"
)

// idp is a provider of OpenID Connect.
type idp struct {
	*httptest.Server
	key *rsa.PrivateKey

	mu      sync.Mutex
	codes   map[string]url.Values     // the requests of the browsers, by code
	change  func(map[string]any)      // the claims of the next tokens
	signKey *rsa.PrivateKey           // of the next tokens
	broken  bool                      // answers nothing useful
	seen    int                       // requests for the settings
	answer  func(http.ResponseWriter) // instead of a token
}

func newIDP(t *testing.T) *idp {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	p := &idp{key: key, signKey: key, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.seen++; p.broken {
			http.Error(w, "broken", http.StatusInternalServerError)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token",
			"jwks_uri": p.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": segment(p.key.N.Bytes()),
			"e": segment(big.NewInt(int64(p.key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", p.token)
	return p
}

// set changes the provider.
func (p *idp) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func segment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// token answers with the token of a person for a code. It checks the proof of PKCE and the secret.
func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.answer != nil {
		p.answer(w)
		return
	}
	asked, ok := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	user, secret, _ := r.BasicAuth()
	if !ok || asked.Get("code_challenge") != segment(sum[:]) || asked.Get("code_challenge_method") != "S256" ||
		user != "oped" || secret != "hush" || r.FormValue("redirect_uri") != asked.Get("redirect_uri") {
		http.Error(w, `{"error": "invalid_grant"}`, http.StatusBadRequest)
		return
	}
	claims := map[string]any{
		"iss": p.URL, "sub": asked.Get("person"), "aud": "oped", "nonce": asked.Get("nonce"),
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(), "email": "aisha@example.org",
	}
	if p.change != nil {
		p.change(claims)
	}
	head, _ := json.Marshal(map[string]any{"alg": "RS256", "kid": "1"})
	body, _ := json.Marshal(claims)
	signed := segment(head) + "." + segment(body)
	sum = sha256.Sum256([]byte(signed))
	signature, _ := rsa.SignPKCS1v15(nil, p.signKey, crypto.SHA256, sum[:])
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{
		"access_token": "a", "token_type": "Bearer", "id_token": signed + "." + segment(signature),
	})
}

// visit signs a person in at the provider, and returns the address that it sends the browser back to.
func (p *idp) visit(g *guest, w *httptest.ResponseRecorder, person string) url.Values {
	g.Helper()
	g.want(w, http.StatusOK, "Continue at")
	link := regexp.MustCompile(`<a href="([^"]+)">Continue`).FindStringSubmatch(w.Body.String())
	at, err := url.Parse(html.UnescapeString(link[1]))
	must(g.T, err)
	q := at.Query()
	if w.Header().Get("Refresh") != "0; url="+at.String() || at.Path != "/auth" || q.Get("response_type") != "code" ||
		q.Get("redirect_uri") != origin+"/desk/oidc/callback" || q.Get("state") == "" || q.Get("nonce") == "" {
		g.Errorf("the browser is sent to %s", at)
	}
	q.Set("person", person)
	code := rand.Text()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.codes[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

func (g *guest) comeBack(q url.Values) *httptest.ResponseRecorder {
	g.Helper()
	return g.get("oidc/callback?"+q.Encode(), "Sec-Fetch-Site", "cross-site")
}

func newAbroad(t *testing.T) (*house, *idp) {
	p := newIDP(t)
	return newHouse(t, "desk: {url: '"+origin+"', oidc: {name: Campus, issuer: '"+p.URL+
		"', client_id: oped, client_secret: hush}}"), p
}

// TestOpenIDConnect: an account connects with a person at the provider, who then signs in. An e-mail address is
// nothing.
func TestOpenIDConnect(t *testing.T) {
	h, p := newAbroad(t)
	op := h.enter("omar", oped.RoleOperator)
	link := op.linkOn(op.post("accounts/add", "name", "aisha"))
	g := h.guest()
	g.want(g.get(link[strings.Index(link, "/desk/"):]), http.StatusOK, "Sign in and connect with <bdi>Campus</bdi>")

	stranger := h.guest()
	stranger.want(stranger.get("sign-in"), http.StatusOK, "Sign in with <bdi>Campus</bdi>")
	w := stranger.comeBack(p.visit(stranger, stranger.post("oidc", "to", "own"), "person-1"))
	stranger.want(w, http.StatusForbidden, "No account is connected with you at Campus.")

	w = g.comeBack(p.visit(g, g.open(link, "then", "connect"), "person-1"))
	if g.want(w, http.StatusSeeOther); w.Header().Get("Location") != "/desk/own" {
		t.Errorf("a connection leads to %q", w.Header().Get("Location"))
	}
	g.want(g.get("own"), http.StatusOK, "Your account is connected")

	w = stranger.comeBack(p.visit(stranger, stranger.post("oidc", "to", "own?x=1"), "person-1"))
	if stranger.want(w, http.StatusSeeOther); w.Header().Get("Location") != "/desk/own?x=1" {
		t.Errorf("the sign-in leads to %q", w.Header().Get("Location"))
	}
	stranger.want(stranger.get("own"), http.StatusOK, "aisha", "by OpenID Connect")
	if p.seen != 1 {
		t.Errorf("the settings of the provider were read %d times", p.seen)
	}

	op.want(op.comeBack(p.visit(op, op.post("own/connect"), "person-1")), http.StatusUnprocessableEntity,
		"An account is connected with this person already")
	g.want(g.post("own/disconnect"), http.StatusUnprocessableEntity, "your only way")
	g.want(g.post("own/password", "password", goodPassword), http.StatusSeeOther)
	g.want(g.post("own/disconnect"), http.StatusSeeOther)
	w = stranger.comeBack(p.visit(stranger, stranger.post("oidc"), "person-1"))
	stranger.want(w, http.StatusForbidden)
	for _, line := range []string{"identity connected", "identity disconnected", `method="OpenID Connect"`} {
		if len(h.logged(line)) == 0 {
			t.Errorf("the log has no line %q", line)
		}
	}
}

// TestForeignAnswersOfProviders: a state, a code and a token count once, in their browser, for this desk, within five
// minutes.
func TestForeignAnswersOfProviders(t *testing.T) {
	h, p := newAbroad(t)
	g := h.enter("aisha", oped.RoleCurator)
	g.want(g.comeBack(p.visit(g, g.post("own/connect"), "person-1")), http.StatusSeeOther)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)

	refuse := func(what string, g *guest, q url.Values) {
		t.Helper()
		if w := g.comeBack(q); w.Code < 400 || g.signedIn() {
			t.Errorf("%s: %d", what, w.Code)
		}
	}
	begin := func() (*guest, url.Values) {
		t.Helper()
		g := h.guest()
		return g, p.visit(g, g.post("oidc"), "person-1")
	}
	_, q := begin()
	refuse("no browser", h.guest(), q)
	x, _ := begin()
	refuse("a state of another browser", x, q)
	x, q = begin()
	refuse("no state", x, url.Values{"code": q["code"]})
	refuse("after a failure", x, q)
	x, q = begin()
	x.want(x.comeBack(q), http.StatusSeeOther)
	x.post("sign-out")
	refuse("twice", x, q)
	x, q = begin()
	refuse("an error", x, url.Values{"error": {"access_denied"}, "state": q["state"]})
	x, q = begin()
	refuse("another code", x, url.Values{"code": {"guessed"}, "state": q["state"]})
	_, stolen := begin()
	x, q = begin()
	refuse("a code of another browser (PKCE)", x, url.Values{"code": stolen["code"], "state": q["state"]})

	for what, change := range map[string]func(map[string]any){
		"nonce":    func(c map[string]any) { c["nonce"] = "another" },
		"audience": func(c map[string]any) { c["aud"] = "another" },
		"issuer":   func(c map[string]any) { c["iss"] = "https://evil.example" },
		"expired":  func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() },
		"person":   func(c map[string]any) { c["sub"] = "person-2" },
	} {
		p.set(func() { p.change = change })
		x, q = begin()
		x.peer = "198.51.100.3"
		refuse(what, x, q)
		h.desk.signIns.succeeded("192.0.2.1", "aisha")
	}
	p.set(func() { p.change = nil })
	p.set(func() { p.signKey = other })
	x, q = begin()
	refuse("another key", x, q)
	p.set(func() { p.signKey = p.key })
	for what, answer := range map[string]func(http.ResponseWriter){
		"no token": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(`{"access_token": "a"}`))
		},
		"a flood": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(`{"access_token": "` + strings.Repeat("a", 4<<20) + `"}`))
		},
	} {
		p.set(func() { p.answer = answer })
		x, q = begin()
		refuse(what, x, q)
	}
	p.set(func() { p.answer = nil })
	x, q = begin()
	h.pass(attemptTime)
	refuse("after five minutes", x, q)

	// The account that began to connect is the one that is connected.
	bilal := h.enter("bilal", oped.RoleReader)
	q = p.visit(bilal, bilal.post("own/connect"), "person-3")
	bilal.want(bilal.signIn("aisha", goodPassword), http.StatusSeeOther)
	bilal.want(bilal.comeBack(q), http.StatusUnprocessableEntity)
	if _, err := h.accounts().WithIdentity(t.Context(), p.URL, "person-3"); err == nil {
		t.Error("the person was connected with another account")
	}
}

// TestAFailingProvider: the page says so, the desk asks again after a rest only, and other ways work.
func TestAFailingProvider(t *testing.T) {
	t.Parallel()
	h, p := newAbroad(t)
	p.set(func() { p.broken = true })
	h.enter("aisha", oped.RoleCurator)
	g := h.guest()
	for range 3 {
		g.want(g.post("oidc"), http.StatusBadGateway, "Campus did not sign you in", "sign in another way")
	}
	if p.seen != 1 {
		t.Errorf("a failing provider was asked %d times", p.seen)
	}
	g.want(g.signIn("aisha", goodPassword), http.StatusSeeOther)
	g.post("sign-out")
	p.set(func() { p.broken = false })
	h.pass(providerRest)
	g.want(g.post("oidc"), http.StatusOK)

	none := newHouse(t, "")
	g = none.guest()
	g.want(g.post("oidc"), http.StatusNotFound)
	g.want(g.get("oidc/callback?code=1&state="), http.StatusUnprocessableEntity)
	if strings.Contains(g.get("sign-in").Body.String(), app.DeskPath+"oidc") {
		t.Error("a desk without a provider offers one")
	}
}
