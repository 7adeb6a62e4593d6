package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"oped"
)

func signInRoutes() []route {
	return []route{
		{"GET", "sign-in", "", (*visit).signInPage},
		{"POST", "sign-in", "", (*visit).signIn},
		{"POST", "sign-out", oped.RoleReader, (*visit).signOut},
		{"GET", "enter/{secret}", "", (*visit).enterPage},
		{"POST", "enter/{secret}", "", (*visit).enter},
	}
}

// signInView is the page for signing in.
type signInView struct {
	Name     string
	To       string // page of the desk to go to
	Passkeys bool   // the page offers them
	Provider string // its name; "": none
	failure
}

func (v *visit) signInPage() error {
	if v.account.ID != 0 {
		return v.redirect(local(v.r.FormValue("to")))
	}
	v.askForName(signInView{To: local(v.r.FormValue("to"))})
	return nil
}

func (v *visit) askForName(x signInView) {
	x.Passkeys, x.Provider = v.passkeyTrouble() == "", v.providerName()
	v.show("signin", &view{Title: "Sign in", Body: x})
}

// signIn signs in with a name and a password. An unknown name takes as long as a wrong password. The log has names of
// accounts only: people type passwords into the wrong field.
func (v *visit) signIn() error {
	name, to := strings.TrimSpace(v.r.PostFormValue("name")), v.r.PostFormValue("to")
	limited := name
	if oped.CheckAccountName(name) != nil {
		limited = ""
	}
	client := clientOf(v.app, v.r)
	if wait := v.signIns.wait(client, limited); wait > 0 {
		v.live.Log().Warn("sign-in refused: too many attempts", "client", client)
		return v.refuse(tooMany(wait), name, to)
	}
	a, err := v.app.Accounts().Named(v.r.Context(), name)
	if err != nil && !errors.Is(err, oped.ErrNotFound) {
		return err
	}
	ok, err := v.hashing.matches(v.r.Context(), v.r.PostFormValue("password"), a.Password)
	if errors.Is(err, errBusy) {
		return v.refuse(errBusy, name, to)
	} else if err != nil {
		return err
	}
	if !ok {
		v.live.Log().Warn("sign-in failed", "account", a.Name, "client", client)
		return v.refuse(&refusal{http.StatusUnauthorized, 0, failure{
			"No account has this name and password.", "",
		}}, name, to)
	}
	if err := v.begin(a, oped.ByPassword); err != nil {
		return err
	}
	return v.redirect(local(to))
}

// refuse shows the page for signing in again.
func (v *visit) refuse(x *refusal, name, to string) error {
	v.retryAfter(x)
	v.w.WriteHeader(x.status)
	v.askForName(signInView{Name: name, To: local(to), failure: x.failure})
	return nil
}

// local returns a page of the desk named by a request; "" for another address.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.HasPrefix(to, "/") || strings.ContainsRune(to, '\\') ||
		strings.Contains(u.Path, "..") {
		return ""
	}
	return to
}

func (v *visit) signOut() error {
	if err := v.app.Accounts().End(v.r.Context(), v.account.ID, v.session.ID); err != nil {
		return err
	}
	http.SetCookie(v.w, v.newCookie(sessionCookie, "", -1))
	v.w.Header().Set("Clear-Site-Data", `"cache"`) // pages that a browser keeps for its way back
	v.act("signed out")
	return v.redirect("sign-in")
}

// enterView is the page of a one-time link.
type enterView struct {
	Secret   string
	New      bool // the link creates an account
	Name     string
	Passkeys bool   // the page offers them
	Provider string // its name; "": none
	failure
}

func (v *visit) askForPassword(x enterView) {
	x.Passkeys, x.Provider = v.passkeyTrouble() == "", v.providerName()
	v.show("enter", &view{Title: "Welcome", Body: x})
}

var errUsed = oped.Invalid("this link was used, or has expired", "ask an operator for another")

// invitation returns the link of the request. It returns an Invalid error for one used or expired.
func (v *visit) invitation() (oped.Invitation, error) {
	x, err := v.app.Accounts().Invitation(v.r.Context(), v.r.PathValue("secret"))
	if errors.Is(err, oped.ErrNotFound) {
		return x, errUsed
	}
	return x, err
}

// enterPage shows the page of a one-time link. It does not use the link up: programs open links too.
func (v *visit) enterPage() error {
	x, err := v.invitation()
	if err != nil {
		return err
	}
	v.askForPassword(enterView{Secret: v.r.PathValue("secret"), New: x.Account == 0})
	return nil
}

// enter uses a one-time link up and signs in. Without a password, a passkey or the provider follows.
func (v *visit) enter() error {
	x, err := v.invitation()
	if err != nil {
		return err
	}
	secret, name, then := v.r.PathValue("secret"), v.r.PostFormValue("name"), v.r.PostFormValue("then")
	hash := ""
	if then == "" {
		hash, err = v.hashing.hash(v.r.Context(), v.r.PostFormValue("password"))
	}
	var a oped.Account
	if err == nil {
		a, err = v.app.Accounts().Accept(v.r.Context(), secret, name, hash)
	}
	if errors.Is(err, oped.ErrNotFound) { // used meanwhile
		return errUsed
	}
	if words, ok := isRefusal(err); ok {
		v.w.WriteHeader(http.StatusUnprocessableEntity)
		v.askForPassword(enterView{Secret: secret, New: x.Account == 0, Name: name, failure: words})
		return nil
	} else if err != nil {
		return err
	}
	if err := v.begin(a, oped.ByLink); err != nil {
		return err
	}
	switch then {
	case "passkey":
		return v.redirect("own#passkeys")
	case "connect":
		return v.leave(attempt{account: a.ID, to: "own"})
	}
	return v.redirect("")
}
