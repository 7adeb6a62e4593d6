package desk

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"oped"
)

func passkeyRoutes() []route {
	return []route{
		{"POST", "passkey/begin", "", (*visit).beginPasskey},
		{"POST", "passkey", "", (*visit).signInByPasskey},
		{"POST", "own/passkey/begin", oped.RoleReader, (*visit).beginNewPasskey},
		{"POST", "own/passkey", oped.RoleReader, (*visit).addPasskey},
		{"POST", "own/passkey/remove", oped.RoleReader, (*visit).removePasskey},
	}
}

// passkeyTrouble returns why this page cannot have passkeys, for people; "" if it can. A passkey belongs to the name of
// a host, and browsers offer them on encrypted pages and on this machine.
func (v *visit) passkeyTrouble() string {
	u, err := url.Parse(v.settings.URL)
	if err != nil {
		return "The address of the desk cannot be read."
	}
	_, notIP := netip.ParseAddr(u.Hostname())
	switch {
	case notIP == nil:
		return "Passkeys need a desk with a name: " + u.Hostname() + " is an IP address. An operator can set desk.url, " +
			"such as https://desk.example.org; on this machine, http://localhost:PORT will do."
	case u.Scheme != "https" && u.Hostname() != "localhost":
		return "Passkeys need a desk with https. An operator can set desk.url."
	case v.r.Host != u.Host:
		return "Passkeys belong to the address " + v.settings.URL + "/desk/. Open the desk there."
	}
	return ""
}

// passkeys returns the settings of WebAuthn. It returns an Invalid error if this page cannot have passkeys.
func (v *visit) passkeys() (*webauthn.WebAuthn, error) {
	if trouble := v.passkeyTrouble(); trouble != "" {
		return nil, &refusal{http.StatusUnprocessableEntity, 0, failure{Message: trouble}}
	}
	u, err := url.Parse(v.settings.URL)
	if err != nil {
		return nil, err
	}
	return webauthn.New(&webauthn.Config{
		RPID:          u.Hostname(),
		RPDisplayName: "Desk of " + v.siteTitle(),
		RPOrigins:     []string{originOf(v.settings.URL)},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:      protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired,
		},
		AttestationPreference: protocol.PreferNoAttestation,
	})
}

// keyOwner is an account for WebAuthn.
type keyOwner struct {
	account oped.Account
	keys    []webauthn.Credential
}

func (o *keyOwner) WebAuthnID() []byte                         { return o.account.Handle }
func (o *keyOwner) WebAuthnName() string                       { return o.account.Name }
func (o *keyOwner) WebAuthnDisplayName() string                { return o.account.Name }
func (o *keyOwner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

func newKeyOwner(a oped.Account, keys []oped.Passkey) (*keyOwner, error) {
	o := &keyOwner{a, make([]webauthn.Credential, len(keys))}
	for i, k := range keys {
		if err := json.Unmarshal([]byte(k.Credential), &o.keys[i]); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// beginPasskey asks a browser for a passkey of anybody.
func (v *visit) beginPasskey() error {
	w, err := v.passkeys()
	if err == nil {
		err = v.mayBegin()
	}
	if err != nil {
		return err
	}
	ask, data, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return err
	}
	v.expect(attempt{passkey: data})
	return v.json(http.StatusOK, ask)
}

var errPasskey = &refusal{http.StatusUnauthorized, 0, failure{
	"No account has this passkey.", "It may have been removed: sign in another way, or ask an operator for a link.",
}}

// signInByPasskey signs in with the passkey that beginPasskey asked for.
func (v *visit) signInByPasskey() error {
	w, err := v.passkeys()
	if err != nil {
		return err
	}
	x, err := v.expected()
	if err == nil && (x.passkey == nil || x.account != 0) {
		err = errNoAttempt
	}
	if err != nil {
		return err
	}
	answer, err := protocol.ParseCredentialRequestResponse(v.r)
	if err != nil {
		return v.refusePasskey(err)
	}
	find := func(_, handle []byte) (webauthn.User, error) {
		a, keys, err := v.app.Accounts().WithHandle(v.r.Context(), handle)
		if err != nil {
			return nil, err
		}
		return newKeyOwner(a, keys)
	}
	user, used, err := w.ValidatePasskeyLogin(find, *x.passkey, answer)
	if err != nil {
		return v.refusePasskey(err)
	}
	a := user.(*keyOwner).account
	if used.Authenticator.CloneWarning {
		v.live.Log().Warn("sign-in failed: the counter of a passkey went back, so it may be a copy", "account", a.Name,
			"client", clientOf(v.app, v.r))
		return errPasskey
	}
	k, err := newPasskey(a.ID, used)
	if err != nil {
		return err
	}
	if err := v.app.Accounts().UsePasskey(v.r.Context(), k); err != nil {
		return err
	}
	if err := v.begin(a, oped.ByPasskey); err != nil {
		return err
	}
	return v.json(http.StatusOK, struct{}{})
}

func (v *visit) refusePasskey(err error) error {
	v.live.Log().Warn("sign-in failed", "method", oped.ByPasskey, "client", clientOf(v.app, v.r), "err", err)
	return errPasskey
}

func newPasskey(account int64, c *webauthn.Credential) (oped.Passkey, error) {
	data, err := json.Marshal(c)
	return oped.Passkey{ID: c.ID, Account: account, Credential: string(data)}, err
}

// beginNewPasskey asks the browser to create a passkey.
func (v *visit) beginNewPasskey() error {
	w, err := v.passkeys()
	if err == nil {
		err = v.mayBegin()
	}
	if err != nil {
		return err
	}
	keys, err := v.app.Accounts().Passkeys(v.r.Context(), v.account.ID)
	if err != nil {
		return err
	}
	owner, err := newKeyOwner(v.account, keys)
	if err != nil {
		return err
	}
	ask, data, err := w.BeginRegistration(owner,
		webauthn.WithExclusions(webauthn.Credentials(owner.keys).CredentialDescriptors()))
	if err != nil {
		return err
	}
	v.expect(attempt{account: v.account.ID, passkey: data})
	return v.json(http.StatusOK, ask)
}

// addPasskey stores the passkey that beginNewPasskey asked for. The address has its name.
func (v *visit) addPasskey() error {
	w, err := v.passkeys()
	if err != nil {
		return err
	}
	x, err := v.expected()
	if err == nil && (x.passkey == nil || x.account == 0) {
		err = errNoAttempt
	}
	if err != nil {
		return err
	}
	made, err := w.FinishRegistration(&keyOwner{account: v.account}, *x.passkey, v.r)
	if err != nil {
		v.live.Log().Warn("passkey refused", "by", v.account.Name, "err", err)
		return oped.Invalid("the browser sent no suitable passkey", "try again, or use another device")
	}
	k, err := newPasskey(v.account.ID, made)
	if err != nil {
		return err
	}
	k.Name = v.r.URL.Query().Get("name")
	if err := v.app.Accounts().AddPasskey(v.r.Context(), k); err != nil {
		return err
	}
	v.act("passkey added", "passkey", hex.EncodeToString(k.ID))
	return v.json(http.StatusOK, struct{}{})
}

func (v *visit) removePasskey() error {
	id, err := hex.DecodeString(v.r.PostFormValue("passkey"))
	if err != nil {
		return oped.ErrNotFound
	}
	ways, err := v.ways()
	if err != nil {
		return err
	}
	if len(ways.Passkeys) == 1 && !ways.Password && !ways.Connected {
		return errOnlyWay
	}
	if err := v.app.Accounts().RemovePasskey(v.r.Context(), v.account.ID, id); err != nil {
		return err
	}
	v.act("passkey removed", "passkey", hex.EncodeToString(id))
	return v.redirect("own#passkeys")
}
