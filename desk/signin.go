package desk

import (
	"errors"
	"net/http"
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
	Name string
	To   string // page of the desk to go to
	failure
}

func (v *visit) signInPage() error {
	if v.account.ID != 0 {
		return v.redirect("")
	}
	v.show("signin", &view{Title: "Sign in", Body: signInView{To: v.r.FormValue("to")}})
	return nil
}

// signIn signs in with a name and a password. An unknown name takes as long as a wrong password.
func (v *visit) signIn() error {
	name, to := strings.TrimSpace(v.r.PostFormValue("name")), v.r.PostFormValue("to")
	if wait := v.signIns.wait(clientOf(v.app, v.r), name); wait > 0 {
		return v.refuse(http.StatusTooManyRequests, name, to, failure{
			"Too many attempts to sign in.", "Try again in " + inWords(wait) + ".",
		})
	}
	a, err := v.app.Accounts().Named(v.r.Context(), name)
	if err != nil && !errors.Is(err, oped.ErrNotFound) {
		return err
	}
	ok, err := v.hashing.matches(v.r.Context(), v.r.PostFormValue("password"), a.Password)
	if err != nil {
		return err
	}
	if !ok {
		v.live.Log().Warn("sign-in failed", "name", name, "client", clientOf(v.app, v.r))
		return v.refuse(http.StatusUnauthorized, name, to, failure{
			"No account has this name and password.", "An operator can give you a new link: oped desk reset NAME.",
		})
	}
	v.signIns.succeeded(clientOf(v.app, v.r), name)
	if err := v.begin(a.ID, oped.ByPassword); err != nil {
		return err
	}
	v.live.Log().Info("signed in", "by", a.Name, "method", oped.ByPassword, "client", clientOf(v.app, v.r))
	return v.redirect(local(to))
}

// refuse shows the page for signing in again.
func (v *visit) refuse(status int, name, to string, x failure) error {
	v.w.WriteHeader(status)
	v.show("signin", &view{Title: "Sign in", Body: signInView{name, to, x}})
	return nil
}

// local returns a page of the desk named by a request; "" for another address.
func local(to string) string {
	if strings.Contains(to, ":") || strings.HasPrefix(to, "/") || strings.ContainsAny(to, "\\\r\n") ||
		strings.Contains(to, "..") {
		return ""
	}
	return to
}

func (v *visit) signOut() error {
	if err := v.app.Accounts().End(v.r.Context(), v.account.ID, v.session.ID); err != nil {
		return err
	}
	http.SetCookie(v.w, v.newCookie("", -1))
	v.live.Log().Info("signed out", "by", v.account.Name)
	return v.redirect("sign-in")
}

// enterView is the page of a one-time link.
type enterView struct {
	Secret string
	New    bool // the link creates an account
	Name   string
	failure
}

// enterPage shows the page of a one-time link. It does not use the link up: programs open links too.
func (v *visit) enterPage() error {
	secret := v.r.PathValue("secret")
	x, err := v.app.Accounts().Invitation(v.r.Context(), secret)
	if errors.Is(err, oped.ErrNotFound) {
		return oped.Invalid("this link was used, or has expired", "ask an operator for another: oped desk reset NAME")
	} else if err != nil {
		return err
	}
	v.show("enter", &view{Title: "Welcome", Body: enterView{Secret: secret, New: x.Account == 0}})
	return nil
}

// enter uses a one-time link up and signs in.
func (v *visit) enter() error {
	secret, name := v.r.PathValue("secret"), v.r.PostFormValue("name")
	x, err := v.app.Accounts().Invitation(v.r.Context(), secret)
	if errors.Is(err, oped.ErrNotFound) {
		return oped.Invalid("this link was used, or has expired", "ask an operator for another: oped desk reset NAME")
	} else if err != nil {
		return err
	}
	hash := ""
	var wrong *oped.Diagnostic
	if password := v.r.PostFormValue("password"); password != "" {
		hash, err = v.hashing.hash(v.r.Context(), password)
	}
	id := int64(0)
	if err == nil {
		id, err = v.app.Accounts().Accept(v.r.Context(), secret, name, hash)
	}
	if errors.As(err, &wrong) {
		v.w.WriteHeader(http.StatusUnprocessableEntity)
		v.show("enter", &view{Title: "Welcome", Body: enterView{
			secret, x.Account == 0, name, failure{wrong.Message, wrong.Hint},
		}})
		return nil
	} else if err != nil {
		return err
	}
	if err := v.begin(id, oped.ByLink); err != nil {
		return err
	}
	v.live.Log().Info("signed in", "account", id, "method", oped.ByLink, "client", clientOf(v.app, v.r))
	return v.redirect("")
}
