package desk

import (
	"net/http"

	"oped"
	"oped/app"
)

func accountRoutes() []route {
	return []route{
		{"GET", "accounts", oped.RoleOperator, (*visit).accountsPage},
		{"POST", "accounts/add", oped.RoleOperator, (*visit).addAccount},
		{"POST", "accounts/role", oped.RoleOperator, (*visit).setRole},
		{"POST", "accounts/reset", oped.RoleOperator, (*visit).resetAccount},
		{"POST", "accounts/remove", oped.RoleOperator, (*visit).removeAccount},
		{"POST", "accounts/end", oped.RoleOperator, (*visit).endOther},
	}
}

// accountsView is the page of all accounts.
type accountsView struct {
	Accounts []accountView
	Roles    []oped.Role
	Link     *app.Invited // just made, and shown this once
	Added    app.NewAccount
	failure
}

// accountView is an account in the list.
type accountView struct {
	app.ListedAccount
	Sessions []sessionView
}

func (v *visit) accountsPage() error { return v.showAccounts(accountsView{}) }

func (v *visit) showAccounts(x accountsView) error {
	all, err := v.app.Accounts().List(v.r.Context())
	if err != nil {
		return err
	}
	for _, a := range all {
		x.Accounts = append(x.Accounts, accountView{a, v.viewSessions(a.Sessions)})
	}
	x.Roles = oped.Roles()
	v.show("accounts", &view{Title: "Accounts", Section: "accounts", Body: x})
	return nil
}

// refuseAccount shows the page again with an error for people.
func (v *visit) refuseAccount(err error, added app.NewAccount) error {
	words, ok := isRefusal(err)
	if !ok {
		return err
	}
	v.w.WriteHeader(http.StatusUnprocessableEntity)
	return v.showAccounts(accountsView{Added: added, failure: words})
}

func (v *visit) addAccount() error {
	x := app.NewAccount{Name: v.r.PostFormValue("name"), Role: oped.Role(v.r.PostFormValue("role"))}
	link, err := app.Do(v.r.Context(), v.live, app.AddAccount, x)
	if err != nil {
		return v.refuseAccount(err, x)
	}
	v.act("account added", "account", link.Name, "role", link.Role)
	return v.showAccounts(accountsView{Link: &link})
}

func (v *visit) resetAccount() error {
	link, err := app.Do(v.r.Context(), v.live, app.ResetAccount, v.r.PostFormValue("name"))
	if err != nil {
		return v.refuseAccount(err, app.NewAccount{})
	}
	v.act("account reset", "account", link.Name)
	return v.showAccounts(accountsView{Link: &link})
}

func (v *visit) setRole() error {
	x := app.NewAccount{Name: v.r.PostFormValue("name"), Role: oped.Role(v.r.PostFormValue("role"))}
	if _, err := app.Do(v.r.Context(), v.live, app.SetAccountRole, x); err != nil {
		return v.refuseAccount(err, app.NewAccount{})
	}
	v.act("role changed", "account", x.Name, "role", x.Role)
	return v.redirect("accounts")
}

func (v *visit) removeAccount() error {
	name := v.r.PostFormValue("name")
	if _, err := app.Do(v.r.Context(), v.live, app.RemoveAccount, name); err != nil {
		return v.refuseAccount(err, app.NewAccount{})
	}
	v.act("account removed", "account", name)
	return v.redirect("accounts")
}

// endOther ends a session of an account, or all of them.
func (v *visit) endOther() error {
	a, err := v.app.Accounts().Named(v.r.Context(), v.r.PostFormValue("name"))
	if err != nil {
		return err
	}
	if err := v.end(a, v.r.PostFormValue("session"), nil); err != nil {
		return err
	}
	return v.redirect("accounts")
}
