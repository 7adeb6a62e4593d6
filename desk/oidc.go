package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"oped"
	"oped/config"
)

func oidcRoutes() []route {
	return []route{
		{"POST", "oidc", "", (*visit).signInAbroad},
		{"GET", "oidc/callback", "", (*visit).comeBack},
		{"POST", "own/connect", oped.RoleReader, (*visit).connect},
		{"POST", "own/disconnect", oped.RoleReader, (*visit).disconnect},
	}
}

const (
	providerTime = 10 * time.Second // for one request to the provider
	providerSize = 1 << 20          // of one answer, in bytes
	providerRest = 10 * time.Second // after a failure
)

// provider is the provider of OpenID Connect, found at the first use.
type provider struct {
	client   *http.Client
	mu       sync.Mutex
	settings config.OIDC
	found    *oidc.Provider
	err      error
	retry    time.Time // of an error
}

// limitedTransport limits the size of answers.
type limitedTransport struct{ http.RoundTripper }

func (t limitedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, providerSize), res.Body}
	}
	return res, err
}

// newProviderClient returns a client for the provider. The guard of the fetcher is not for it: the operator names the
// provider, often in a private network.
func newProviderClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes = 64 << 10
	t.MaxIdleConns = 2
	return &http.Client{Transport: limitedTransport{t}, Timeout: providerTime}
}

// find returns the provider. After an error, it rests.
func (x *provider) find(c *config.OIDC, now func() time.Time) (*oidc.Provider, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.settings != *c {
		x.settings, x.found, x.err = *c, nil, nil
	}
	if x.found != nil || x.err != nil && now().Before(x.retry) {
		return x.found, x.err
	}
	ctx := oidc.ClientContext(context.Background(), x.client) // it outlives the request
	x.found, x.err = oidc.NewProvider(ctx, c.Issuer)
	x.retry = now().Add(providerRest)
	return x.found, x.err
}

// providerName returns the name of the provider; "" if there is none.
func (v *visit) providerName() string {
	if v.settings.OIDC == nil {
		return ""
	}
	return v.settings.OIDC.Name
}

// abroad is what the desk expects from the provider.
type abroad struct {
	settings config.OIDC
	state    string
	nonce    string
	verifier string // of PKCE, RFC 7636
}

// oauth returns the registration at the provider. It returns a refusal if the provider cannot be reached.
func (v *visit) oauth() (*oidc.Provider, *oauth2.Config, error) {
	c := v.settings.OIDC
	if c == nil {
		return nil, nil, oped.ErrNotFound
	}
	p, err := v.provider.find(c, v.live.Now)
	if err != nil {
		v.live.Log().Error("provider failed", "issuer", c.Issuer, "err", err)
		return nil, nil, v.providerFailed("It cannot be reached, or its answer is not understood.")
	}
	return p, &oauth2.Config{
		ClientID:     c.ClientID,
		ClientSecret: c.ClientSecret,
		Endpoint:     p.Endpoint(),
		RedirectURL:  v.settings.URL + "/desk/oidc/callback",
		Scopes:       []string{oidc.ScopeOpenID},
	}, nil
}

func (v *visit) providerFailed(why string) *refusal {
	return &refusal{http.StatusBadGateway, 0, failure{
		v.providerName() + " did not sign you in. " + why, "Try again, or sign in another way. The log has more.",
	}}
}

// signInAbroad sends the browser to the provider.
func (v *visit) signInAbroad() error { return v.leave(attempt{to: v.r.PostFormValue("to")}) }

// connect sends the browser to the provider, to connect the account with its person there.
func (v *visit) connect() error { return v.leave(attempt{account: v.account.ID, to: "own"}) }

// leaveView is the page on the way to the provider. A redirect would not do: the content security policy forbids one
// after a form.
type leaveView struct {
	Provider string
	URL      string
}

func (v *visit) leave(x attempt) error {
	if err := v.mayBegin(); err != nil {
		return err
	}
	_, registration, err := v.oauth()
	if err != nil {
		return err
	}
	x.abroad = &abroad{*v.settings.OIDC, rand.Text(), rand.Text(), oauth2.GenerateVerifier()}
	v.expect(x)
	to := registration.AuthCodeURL(x.abroad.state, oidc.Nonce(x.abroad.nonce),
		oauth2.S256ChallengeOption(x.abroad.verifier))
	v.w.Header().Set("Refresh", "0; url="+to)
	v.show("leave", &view{Title: "On to " + v.providerName(), Body: leaveView{v.providerName(), to}})
	return nil
}

// comeBack signs in, or connects an account, when the provider sends the browser back.
func (v *visit) comeBack() error {
	x, err := v.expected()
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	if x.abroad == nil || v.settings.OIDC == nil || *v.settings.OIDC != x.abroad.settings ||
		subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(x.abroad.state)) != 1 {
		return errNoAttempt
	}
	if q.Get("error") != "" {
		v.abroadFailed(clip(q.Get("error")))
		return v.providerFailed("It refused.")
	}
	token, err := v.exchange(x.abroad, q.Get("code"))
	if err != nil {
		v.abroadFailed(err)
		return v.providerFailed("Its answer is not valid.")
	}
	if x.account != 0 {
		if err := v.app.Accounts().Connect(v.r.Context(), token.Issuer, token.Subject, x.account); err != nil {
			return err
		}
		v.act("identity connected", "issuer", token.Issuer, "subject", clip(token.Subject))
		return v.redirect(local(x.to))
	}
	a, err := v.app.Accounts().WithIdentity(v.r.Context(), token.Issuer, token.Subject)
	if errors.Is(err, oped.ErrNotFound) {
		v.live.Log().Warn("sign-in failed: no account is connected", "method", oped.ByOIDC, "subject", clip(token.Subject),
			"client", clientOf(v.app, v.r))
		return &refusal{http.StatusForbidden, 0, failure{
			"No account is connected with you at " + v.providerName() + ".",
			"Sign in another way, then connect it on the page of your account.",
		}}
	} else if err != nil {
		return err
	}
	if err := v.begin(a, oped.ByOIDC); err != nil {
		return err
	}
	return v.redirect(local(x.to))
}

func (v *visit) abroadFailed(err any) {
	v.live.Log().Warn("sign-in failed", "method", oped.ByOIDC, "client", clientOf(v.app, v.r), "err", err)
}

// exchange returns the token of the person for a code. It checks its signature, audience, time and nonce.
func (v *visit) exchange(x *abroad, code string) (*oidc.IDToken, error) {
	p, registration, err := v.oauth()
	if err != nil {
		return nil, err
	}
	ctx := oidc.ClientContext(v.r.Context(), v.provider.client)
	got, err := registration.Exchange(ctx, code, oauth2.VerifierOption(x.verifier))
	if err != nil {
		return nil, err
	}
	raw, ok := got.Extra("id_token").(string)
	if !ok {
		return nil, errors.New("the answer has no id_token")
	}
	token, err := p.Verifier(&oidc.Config{ClientID: registration.ClientID, Now: v.live.Now}).Verify(ctx, raw)
	if err == nil && subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(x.nonce)) != 1 {
		err = errors.New("the nonce differs")
	}
	return token, err
}

func (v *visit) disconnect() error {
	ways, err := v.ways()
	if err != nil {
		return err
	}
	if len(ways.Passkeys) == 0 && !ways.Password {
		return errOnlyWay
	}
	if err := v.app.Accounts().Disconnect(v.r.Context(), v.account.ID); err != nil {
		return err
	}
	v.act("identity disconnected")
	return v.redirect("own")
}

// clip shortens a text of others for the log.
func clip(s string) string { return s[:min(len(s), 200)] }
