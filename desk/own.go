package desk

import (
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"oped"
)

func ownRoutes() []route {
	return []route{
		{"GET", "own", oped.RoleReader, (*visit).ownPage},
		{"POST", "own/password", oped.RoleReader, (*visit).setPassword},
		{"POST", "own/end", oped.RoleReader, (*visit).endOwn},
	}
}

// ways are the ways of an account to sign in.
type ways struct {
	Password  bool
	Passkeys  []oped.Passkey
	Connected bool // with a person at the provider
}

var errOnlyWay = oped.Invalid("this is your only way to sign in", "add another one first")

func (v *visit) ways() (x ways, err error) {
	x.Password = v.account.Password != ""
	if x.Passkeys, err = v.app.Accounts().Passkeys(v.r.Context(), v.account.ID); err == nil && v.settings.OIDC != nil {
		x.Connected, err = v.app.Accounts().Connected(v.r.Context(), v.account.ID, v.settings.OIDC.Issuer)
	}
	return x, err
}

// ownView is the page of the own account.
type ownView struct {
	ways
	Trouble  string // why there are no passkeys; "": there are
	Provider string // its name; "": none
	Sessions []sessionView
	failure  // of the password
}

// sessionView is a session in a list.
type sessionView struct {
	oped.Session
	Key  string // names it in forms
	This bool   // of this browser
}

func (v *visit) viewSessions(all []oped.Session) []sessionView {
	list := make([]sessionView, len(all))
	for i, s := range all {
		list[i] = sessionView{s, hex.EncodeToString(s.ID), string(s.ID) == string(v.session.ID)}
	}
	return list
}

func (v *visit) ownPage() error { return v.showOwn(failure{}) }

func (v *visit) showOwn(x failure) error {
	w, err := v.ways()
	if err != nil {
		return err
	}
	sessions, err := v.app.Accounts().SessionsOf(v.r.Context(), v.account.ID)
	if err != nil {
		return err
	}
	v.show("own", &view{Title: "Your account", Section: "own", Body: ownView{
		ways:     w,
		Trouble:  v.passkeyTrouble(),
		Provider: v.providerName(),
		Sessions: v.viewSessions(sessions),
		failure:  x,
	}})
	return nil
}

// setPassword changes the password and ends the other sessions. It needs the old password, if there is one.
func (v *visit) setPassword() error {
	if v.account.Password != "" {
		if wait := v.signIns.wait(clientOf(v.app, v.r), v.account.Name); wait > 0 {
			return tooMany(wait)
		}
		ok, err := v.hashing.matches(v.r.Context(), v.r.PostFormValue("old"), v.account.Password)
		if err != nil {
			return err
		}
		if !ok {
			v.act("change of password refused")
			v.w.WriteHeader(http.StatusUnprocessableEntity)
			return v.showOwn(failure{"The present password is another one.", "Nothing was changed."})
		}
	}
	hash, err := v.hashing.hash(v.r.Context(), v.r.PostFormValue("password"))
	var wrong *oped.Diagnostic
	if errors.As(err, &wrong) {
		v.w.WriteHeader(http.StatusUnprocessableEntity)
		return v.showOwn(failureOf(wrong))
	} else if err != nil {
		return err
	}
	if err := v.app.Accounts().SetPassword(v.r.Context(), v.account.ID, hash); err != nil {
		return err
	}
	if err := v.app.Accounts().EndOthers(v.r.Context(), v.account.ID, v.session.ID); err != nil {
		return err
	}
	v.act("password changed")
	return v.redirect("own")
}

// endOwn ends a session of the own account, or all but this one.
func (v *visit) endOwn() error {
	if err := v.end(v.account, v.r.PostFormValue("session"), v.session.ID); err != nil {
		return err
	}
	return v.redirect("own#sessions")
}

// end ends the session of an account named by its key, or, for "", all except one.
func (v *visit) end(a oped.Account, key string, except []byte) error {
	if key == "" {
		if err := v.app.Accounts().EndOthers(v.r.Context(), a.ID, except); err != nil {
			return err
		}
		v.act("sessions ended", "account", a.Name)
		return nil
	}
	id, err := hex.DecodeString(key)
	if err != nil {
		return oped.ErrNotFound
	}
	if err := v.app.Accounts().End(v.r.Context(), a.ID, id); err != nil {
		return err
	}
	v.act("session ended", "account", a.Name)
	return nil
}

// browser returns a name for people of a browser and its system.
func browser(agent string) string {
	find := func(names ...string) string { // pairs of a mark in the agent, and a name
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	name := find("Edg", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	system := find("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS",
		"CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case name == "" && system == "":
		return "Unknown browser"
	case name == "" || system == "":
		return name + system
	}
	return name + " on " + system
}
