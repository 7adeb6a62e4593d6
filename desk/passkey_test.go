package desk

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	cdpwebauthn "github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/descope/virtualwebauthn"

	"oped"
	"oped/app"
)

// device is an authenticator, with a browser's part of the protocol.
type device struct {
	*guest
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	key  virtualwebauthn.Credential
}

func (g *guest) device() *device {
	return &device{
		guest: g,
		rp:    virtualwebauthn.RelyingParty{ID: "localhost", Name: "Desk", Origin: origin},
		auth:  virtualwebauthn.NewAuthenticator(),
		key:   newCredential(),
	}
}

// newCredential returns a new key with 32 bytes for each coordinate: the authenticator leaves out zeros before them.
func newCredential() virtualwebauthn.Credential {
	for {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			panic(err)
		}
		point, err := key.PublicKey.Bytes()
		if err != nil {
			panic(err)
		}
		if point[1] == 0 || point[33] == 0 {
			continue
		}
		written, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			panic(err)
		}
		return virtualwebauthn.NewCredentialWithImportedKey(virtualwebauthn.KeyTypeEC2, written)
	}
}

func (d *device) json(page, body string) (int, string) {
	d.Helper()
	w := d.sendBody("POST", page, "application/json", body, "Accept", "application/json")
	return w.Code, w.Body.String()
}

// register adds a passkey to the account signed in.
func (d *device) register(name string) (int, string) {
	d.Helper()
	code, options := d.json("own/passkey/begin", "{}")
	if code != http.StatusOK {
		return code, options
	}
	return d.json("own/passkey?name="+name, d.answerTo(options))
}

// answerTo creates the key that a page asked for.
func (d *device) answerTo(options string) string {
	d.Helper()
	ask, err := virtualwebauthn.ParseAttestationOptions(options)
	must(d.T, err)
	answer := virtualwebauthn.CreateAttestationResponse(d.rp, d.auth, d.key, *ask)
	d.auth.Options.UserHandle = []byte(ask.UserID)
	d.auth.AddCredential(d.key)
	return answer
}

// use answers with the passkey.
func (d *device) use() (int, string) {
	d.Helper()
	code, options := d.json("passkey/begin", "{}")
	if code != http.StatusOK {
		return code, options
	}
	return d.json("passkey", d.sign(options))
}

func (d *device) sign(options string) string {
	d.Helper()
	ask, err := virtualwebauthn.ParseAssertionOptions(options)
	must(d.T, err)
	return virtualwebauthn.CreateAssertionResponse(d.rp, d.auth, d.key, *ask)
}

// TestPasskeys: an account has several; one signs in without a name, until it is removed.
func TestPasskeys(t *testing.T) {
	h := newHouse(t, "")
	g := h.enter("aisha", oped.RoleCurator)
	phone, laptop := g.device(), g.device()
	for name, d := range map[string]*device{"My%20phone": phone, "": laptop} {
		if code, body := d.register(name); code != http.StatusOK {
			t.Fatalf("register %q: %d %s", name, code, body)
		}
	}
	g.want(g.get("own"), http.StatusOK, "My phone", ">Passkey<")
	for range 2 {
		phone.guest = h.guest()
		if code, body := phone.use(); code != http.StatusOK {
			t.Fatalf("sign in: %d %s", code, body)
		}
		phone.want(phone.get("own"), http.StatusOK, "aisha", "last used", "by passkey")
	}
	if len(h.logged("msg=\"passkey added\" by=aisha")) != 2 || len(h.logged("method=passkey")) != 2 {
		t.Error("the log lacks lines")
	}
	g.want(g.post("own/passkey/remove", "passkey", hex.EncodeToString(phone.key.ID)), http.StatusSeeOther)
	phone.guest = h.guest()
	if code, body := phone.use(); code != http.StatusUnauthorized ||
		!strings.Contains(body, "No account has this passkey.") {
		t.Errorf("a removed passkey: %d %s", code, body)
	}
	laptop.guest = h.guest()
	if code, body := laptop.use(); code != http.StatusOK {
		t.Errorf("the other passkey: %d %s", code, body)
	}
}

// TestForeignAnswersOfPasskeys: an answer counts once, in its browser, within five minutes, from this site, by a
// present and verified person, with a key of the account, whose counter went up.
func TestForeignAnswersOfPasskeys(t *testing.T) {
	h := newHouse(t, "")
	g := h.enter("aisha", oped.RoleCurator)
	d := g.device()
	d.key.Counter = 5
	if code, body := d.register("phone"); code != http.StatusOK {
		t.Fatal(code, body)
	}
	fresh := func() *device {
		x := *d
		x.guest = h.guest()
		return &x
	}
	refuse := func(what string, x *device, page, body string) {
		t.Helper()
		if code, got := x.json(page, body); code < 400 || code >= 500 {
			t.Errorf("%s: %d %s", what, code, got)
		}
		if x.signedIn() {
			t.Errorf("%s: signed in", what)
		}
	}
	ask := func(x *device) string {
		t.Helper()
		code, options := x.json("passkey/begin", "{}")
		if code != http.StatusOK {
			t.Fatal(code, options)
		}
		return options
	}

	desk, _ := url.Parse(origin + app.DeskPath)
	x := fresh()
	options := ask(x)
	other := fresh()
	refuse("another browser", other, "passkey", x.sign(options))
	ask(other)
	refuse("another challenge", other, "passkey", x.sign(options))

	x = fresh()
	x.key.Counter = 6
	answer := x.sign(ask(x))
	at := x.jar.Cookies(desk)
	if code, body := x.json("passkey", answer); code != http.StatusOK {
		t.Fatal(code, body)
	}
	again := fresh()
	again.jar.SetCookies(desk, at)
	refuse("a repeated answer", again, "passkey", answer)

	x = fresh()
	x.key.Counter = 6
	refuse("a counter that stayed", x, "passkey", x.sign(ask(x)))
	x = fresh()
	x.key.Counter = 9
	options = ask(x)
	h.pass(attemptTime)
	refuse("after five minutes", x, "passkey", x.sign(options))

	x = fresh()
	x.rp.Origin = "http://localhost:9090"
	refuse("another origin", x, "passkey", x.sign(ask(x)))
	x = fresh()
	x.rp.ID = "evil.example"
	refuse("another site", x, "passkey", x.sign(ask(x)))
	x = fresh()
	x.auth.Options.UserNotVerified = true
	refuse("no verification", x, "passkey", x.sign(ask(x)))
	x = fresh()
	x.auth.Options.UserHandle = []byte("another account, of 32 bytes....")
	refuse("another account", x, "passkey", x.sign(ask(x)))
	x = fresh()
	x.key = newCredential()
	x.key.ID = d.key.ID
	refuse("another key", x, "passkey", x.sign(ask(x)))
	for _, body := range []string{"", "{}", "[]", `{"id":1}`, strings.Repeat("{", 5000), strings.Repeat("a", 100<<10)} {
		x = fresh()
		x.peer = "198.51.100.7"
		ask(x)
		refuse("rubbish", x, "passkey", body)
	}

	if len(h.logged("it may be a copy")) != 1 {
		t.Error("not one line of the log about a copied passkey: the others were refused for their counter")
	}

	// A challenge for signing in registers nothing, and the other way round.
	_, options = g.device().json("passkey/begin", "{}")
	fake := g.device()
	if code, _ := fake.json("own/passkey", fake.answerTo(options)); code != http.StatusUnprocessableEntity {
		t.Errorf("a registration with the challenge of a sign-in: %d", code)
	}
	mallory := h.enter("mallory", oped.RoleReader)
	m := mallory.device()
	m.key = d.key
	if code, body := m.register("stolen"); code != http.StatusUnprocessableEntity {
		t.Errorf("a passkey of another account: %d %s", code, body)
	}
}

// TestTheOnlyWayStays: nobody removes the last way to sign in.
func TestTheOnlyWayStays(t *testing.T) {
	h := newHouse(t, "")
	op := h.enter("omar", oped.RoleOperator)
	link := op.linkOn(op.post("accounts/add", "name", "aisha"))
	g := h.guest()
	w := g.want(g.open(link, "then", "passkey"), http.StatusSeeOther)
	if w.Header().Get("Location") != "/desk/own#passkeys" {
		t.Errorf("a link without a password leads to %q", w.Header().Get("Location"))
	}
	d := g.device()
	if code, body := d.register("phone"); code != http.StatusOK {
		t.Fatal(code, body)
	}
	g.want(g.post("own/passkey/remove", "passkey", hex.EncodeToString(d.key.ID)), http.StatusUnprocessableEntity,
		"your only way")
	g.want(g.post("own/password", "password", goodPassword), http.StatusSeeOther)
	g.want(g.post("own/passkey/remove", "passkey", hex.EncodeToString(d.key.ID)), http.StatusSeeOther)
}

// TestPasskeysNeedAName: pages say why there are none.
func TestPasskeysNeedAName(t *testing.T) {
	for address, why := range map[string]string{
		"http://127.0.0.1:8080": "127.0.0.1 is an IP address", "http://desk.example": "Passkeys need a desk with https",
	} {
		h := newHouse(t, "desk: {url: '"+address+"'}")
		link, err := app.Do(t.Context(), h.desk.live, app.AddAccount, app.NewAccount{Name: "aisha"})
		must(t, err)
		g := h.guest()
		g.origin = address
		g.want(g.open(link.URL, "password", goodPassword), http.StatusSeeOther)
		g.want(g.get("own"), http.StatusOK, why)
		code, body := g.device().json("own/passkey/begin", "{}")
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, why) {
			t.Errorf("%s: %d %s", address, code, body)
		}
		out := h.guest()
		out.origin = address
		if body := out.get("sign-in").Body.String(); strings.Contains(body, "passkey") {
			t.Errorf("%s offers passkeys", address)
		}
	}
}

// TestAttemptsAreBounded: of too many, the oldest is forgotten.
func TestAttemptsAreBounded(t *testing.T) {
	h := newHouse(t, "")
	first := h.desk.attempts.add(attempt{})
	h.pass(1)
	second := h.desk.attempts.add(attempt{})
	h.pass(1)
	for range maxAttempts - 1 {
		h.desk.attempts.add(attempt{})
	}
	if n := len(h.desk.attempts.all); n != maxAttempts {
		t.Errorf("%d attempts", n)
	}
	if _, ok := h.desk.attempts.take(first); ok {
		t.Error("the oldest is there")
	}
	if _, ok := h.desk.attempts.take(second); !ok {
		t.Error("the next is gone")
	}
	h.pass(attemptTime)
	h.desk.attempts.add(attempt{})
	if n := len(h.desk.attempts.all); n != 1 {
		t.Errorf("%d attempts after five minutes", n)
	}
}

// reaches waits until an expression holds in a page that another one leads to.
func (w *window) reaches(expression string) {
	w.Helper()
	for range 20 { // a page that goes away ends the wait
		ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
		_, err := chromedp.Run(ctx, chromedp.Poll[bool]("Boolean("+expression+")"))
		cancel()
		if err == nil {
			return
		}
	}
	w.wants(expression)
}

// TestPasskeysInABrowser: the script of the pages adds a passkey after a one-time link, and signs in with it.
func TestPasskeysInABrowser(t *testing.T) {
	ctx := newBrowser(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	must(t, l.Close())
	base := "http://localhost:" + port
	h := newHouse(t, "desk: {url: '"+base+"'}\nlisten: 127.0.0.1:"+port+"\n")
	link, err := app.Do(t.Context(), h.desk.live, app.AddAccount, app.NewAccount{Name: "aisha"})
	must(t, err)
	w := &window{&person{office: &office{house: h, base: base + app.DeskPath}}, ctx}
	run(w, chromedp.Navigate(link.URL))
	_, err = chromedp.Call(ctx, cdpwebauthn.Enable, cdpwebauthn.EnableParams{})
	must(t, err)
	_, err = chromedp.Call(ctx, cdpwebauthn.AddVirtualAuthenticator, cdpwebauthn.AddVirtualAuthenticatorParams{
		Options: &cdpwebauthn.VirtualAuthenticatorOptions{
			Protocol:                    cdpwebauthn.AuthenticatorProtocolCtap2,
			Transport:                   cdpwebauthn.AuthenticatorTransportInternal,
			HasResidentKey:              true,
			HasUserVerification:         true,
			IsUserVerified:              true,
			AutomaticPresenceSimulation: true,
		},
	})
	must(t, err)
	run(w, chromedp.Click("button[value=passkey]"))
	w.reaches("document.querySelector('h1')?.innerText === 'Your account'")
	w.fill("[data-passkey=add] [name=name]", "My laptop")
	run(w, chromedp.Click("[data-passkey=add] button:enabled"))
	w.reaches("document.querySelector('#passkeys')?.innerText.includes('My laptop')")
	run(w, chromedp.Click("[data-passkey=add] button:enabled"))
	w.wants("document.querySelector('[data-passkey=add] [role=alert]')?.innerText.includes('has a passkey')")
	run(w, chromedp.Click(".who button"))
	w.reaches("document.querySelector('h1')?.innerText === 'Sign in'")
	run(w, chromedp.Click("[data-passkey=sign-in] button:enabled"))
	w.reaches("document.body.dataset.by === 'aisha'")
	if len(h.logged("by=aisha client=127.0.0.1 method=passkey")) != 1 {
		t.Error("the log has no line about the sign-in")
	}
}
