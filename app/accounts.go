package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/config"
	"oped/store"
)

// Accounts has the operations on the accounts of the desk. [App.Accounts] returns it.
type Accounts struct {
	p   *App
	cfg *config.Config
}

// Accounts returns the operations on the accounts of the desk.
func (p *App) Accounts() Accounts { return Accounts{p, p.cfg} }

const (
	// linkTime is the time until a one-time link expires.
	linkTime = 15 * time.Minute
	// sessionTime is the time until a session expires, used or not.
	sessionTime = 30 * 24 * time.Hour
	// idleTime is the time until an unused session expires.
	idleTime = 7 * 24 * time.Hour
)

// NewAccount describes an account to add.
type NewAccount struct {
	Name string    `json:"name"`
	Role oped.Role `json:"role"`
}

// Invited is an account with a link for its owner. Whoever opens the link first signs in.
type Invited struct {
	Name    string    `json:"name"` // "": the link creates an account
	Role    oped.Role `json:"role"`
	URL     string    `json:"url"`
	Expires time.Time `json:"expires"`
}

// newSecret returns a random secret, and the hash for the store.
func newSecret() (secret string, hash []byte) {
	secret = rand.Text()
	return secret, hashOf(secret)
}

func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// add adds an account, with a link for its owner. It returns an Invalid error for an unsuitable or taken name. Names
// that differ in capitals alone are the same: people would mistake one for the other.
func (v Accounts) add(ctx context.Context, x NewAccount) (Invited, error) {
	if err := v.on(); err != nil {
		return Invited{}, err
	}
	x.Role = cmp.Or(x.Role, oped.RoleCurator)
	if err := checkRole(x.Role); err != nil {
		return Invited{}, err
	}
	if err := oped.CheckAccountName(x.Name); err != nil {
		return Invited{}, err
	}
	all, err := v.p.store.Accounts.All(ctx)
	if err != nil {
		return Invited{}, err
	}
	for _, a := range all {
		if strings.EqualFold(a.Name, x.Name) {
			return Invited{}, oped.Invalid(fmt.Sprintf("there is an account %s already", a.Name),
				"oped desk reset gives it a new link").OnDesk("reset it for a new link")
		}
	}
	a, err := v.p.store.Accounts.Add(ctx, v.blank(x.Name, x.Role))
	if err != nil {
		return Invited{}, err
	}
	return v.invite(ctx, a)
}

func checkRole(r oped.Role) error {
	if r.May(oped.RoleReader) {
		return nil
	}
	return oped.Invalid(fmt.Sprintf("%q is no role", r), "the roles are "+joined(oped.Roles()))
}

func (v Accounts) blank(name string, role oped.Role) oped.Account {
	return oped.Account{Name: name, Role: role, Handle: hashOf(rand.Text()), Created: v.p.now().UTC()}
}

// setRole changes the role of an account, at once for its open sessions. The last operator stays one.
func (v Accounts) setRole(ctx context.Context, x NewAccount) (none struct{}, err error) {
	if err := checkRole(x.Role); err != nil {
		return none, err
	}
	a, err := v.named(ctx, x.Name)
	if err == nil && x.Role != oped.RoleOperator {
		err = v.checkOperators(ctx, a, 0)
	}
	if err != nil {
		return none, err
	}
	return none, v.p.store.Accounts.SetRole(ctx, a.ID, x.Role)
}

// checkOperators returns an Invalid error if an account is the only operator among more than some accounts.
func (v Accounts) checkOperators(ctx context.Context, a oped.Account, some int) error {
	all, err := v.p.store.Accounts.All(ctx)
	if err != nil || a.Role != oped.RoleOperator || len(all) <= some {
		return err
	}
	for _, other := range all {
		if other.ID != a.ID && other.Role == oped.RoleOperator {
			return nil
		}
	}
	return oped.Invalid("the only operator is "+a.Name, "give another account the role operator first")
}

// remove removes an account and ends its sessions. Its decisions stay. The last operator stays while there are others.
func (v Accounts) remove(ctx context.Context, name string) (none struct{}, err error) {
	a, err := v.named(ctx, name)
	if err == nil {
		err = v.checkOperators(ctx, a, 1)
	}
	if err != nil {
		return none, err
	}
	return none, v.p.store.Accounts.Remove(ctx, a.ID)
}

// reset removes every way of an account to sign in, ends its sessions, and returns a link.
func (v Accounts) reset(ctx context.Context, name string) (Invited, error) {
	if err := v.on(); err != nil {
		return Invited{}, err
	}
	a, err := v.named(ctx, name)
	if err != nil {
		return Invited{}, err
	}
	if err := v.p.store.Accounts.Reset(ctx, a.ID, hashOf(rand.Text())); err != nil {
		return Invited{}, err
	}
	return v.invite(ctx, a)
}

// on returns an Invalid error if there is no desk.
func (v Accounts) on() error {
	if v.cfg.Desk == nil {
		return oped.Invalid("there is no desk in "+v.cfg.Path, "write `desk: {}` in the configuration")
	}
	return nil
}

// named returns an account. It returns an Invalid error for an unknown name.
func (v Accounts) named(ctx context.Context, name string) (oped.Account, error) {
	a, err := v.p.store.Accounts.Named(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return a, oped.Invalid(fmt.Sprintf("there is no account %q", name), "oped desk list lists the accounts").
			OnDesk("it may have been removed: load the page again")
	}
	return a, err
}

// First returns a link for the first operator; the zero value if there is an account already.
func (v Accounts) First(ctx context.Context) (Invited, error) {
	all, err := v.p.store.Accounts.All(ctx)
	if err != nil || len(all) > 0 {
		return Invited{}, err
	}
	return v.invite(ctx, oped.Account{Role: oped.RoleOperator})
}

// invite returns a new link for an account, or, without one, for a new account with a role.
func (v Accounts) invite(ctx context.Context, a oped.Account) (Invited, error) {
	secret, hash := newSecret()
	now := v.p.now().UTC()
	x := oped.Invitation{ID: hash, Account: a.ID, Role: a.Role, Expires: now.Add(linkTime)}
	if err := v.p.store.Accounts.Invite(ctx, x, now); err != nil {
		return Invited{}, err
	}
	url := v.cfg.Desk.URL + DeskPath + "enter/" + secret
	return Invited{Name: a.Name, Role: a.Role, URL: url, Expires: x.Expires}, nil
}

// Invitation returns the link with a secret. The error is oped.ErrNotFound if it was used, or has expired.
func (v Accounts) Invitation(ctx context.Context, secret string) (oped.Invitation, error) {
	return v.p.store.Accounts.Invitation(ctx, hashOf(secret), v.p.now())
}

// Accept uses up a link and returns its account, with a new hash of a password unless it is "". A link
// without an account creates one with a name. It returns an Invalid error for an unsuitable or taken name, and
// oped.ErrNotFound for a link used before or expired.
func (v Accounts) Accept(ctx context.Context, secret, name, password string) (oped.Account, error) {
	x, err := v.Invitation(ctx, secret)
	if err != nil {
		return oped.Account{}, err
	}
	name = strings.Join(strings.Fields(name), " ")
	if x.Account == 0 {
		if err := oped.CheckAccountName(name); err != nil {
			return oped.Account{}, err
		}
	}
	a := v.blank(name, x.Role)
	a.Password = password
	a, err = v.p.store.Accounts.Accept(ctx, x.ID, a, v.p.now())
	if errors.Is(err, store.ErrExists) {
		return a, oped.Invalid(fmt.Sprintf("there is an account %s already", name), "choose another name")
	}
	return a, err
}

// ListedAccount is an account with its sessions.
type ListedAccount struct {
	oped.Account
	Passkeys int            `json:"passkeys"`
	Sessions []oped.Session `json:"-"`
	Open     int            `json:"sessions"`
	Seen     time.Time      `json:"seen,omitzero"` // the last use of a session
}

// List returns all accounts, by name.
func (v Accounts) List(ctx context.Context) ([]ListedAccount, error) {
	all, err := v.p.store.Accounts.All(ctx)
	if err != nil {
		return nil, err
	}
	sessions, err := v.p.store.Accounts.Sessions(ctx, v.p.now())
	if err != nil {
		return nil, err
	}
	list := make([]ListedAccount, len(all))
	for i, a := range all {
		x := &list[i]
		x.Account = a
		keys, err := v.p.store.Accounts.Passkeys(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		x.Passkeys = len(keys)
		for _, s := range sessions {
			if s.Account == a.ID && !v.isIdle(s) {
				x.Sessions = append(x.Sessions, s)
			}
		}
		if x.Open = len(x.Sessions); x.Open > 0 {
			x.Seen = x.Sessions[0].Seen
		}
	}
	return list, nil
}

// Named returns the account with a name. The error is oped.ErrNotFound if there is none.
func (v Accounts) Named(ctx context.Context, name string) (oped.Account, error) {
	return v.p.store.Accounts.Named(ctx, name)
}

// Begin begins a session of an account as it was read, and returns the secret for its cookie. It sets the times and the
// ID. The error is oped.ErrNotFound if the account was removed, reset or given another password since.
func (v Accounts) Begin(ctx context.Context, a oped.Account, s oped.Session) (secret string, err error) {
	secret, s.ID = newSecret()
	s.Created = v.p.now().UTC()
	s.Expires = s.Created.Add(sessionTime)
	if len(s.Agent) > 200 {
		s.Agent = strings.ToValidUTF8(s.Agent[:200], "")
	}
	return secret, v.p.store.Accounts.AddSession(ctx, s, a)
}

// Session returns the session with a secret and its account, and records its use. The error is oped.ErrNotFound if there
// is none, or it has expired.
func (v Accounts) Session(ctx context.Context, secret string) (oped.Session, oped.Account, error) {
	now := v.p.now().UTC()
	s, a, err := v.p.store.Accounts.Session(ctx, hashOf(secret), now)
	if err != nil {
		return s, a, err
	}
	if v.isIdle(s) {
		return s, a, errors.Join(oped.ErrNotFound, v.p.store.Accounts.RemoveSession(ctx, a.ID, s.ID))
	}
	if now.Sub(s.Seen) > time.Minute {
		s.Seen = now
		v.p.store.Accounts.SeeSession(ctx, s.ID, now) // a full disk signs nobody out
	}
	return s, a, nil
}

// End ends a session of an account.
func (v Accounts) End(ctx context.Context, account int64, session []byte) error {
	return v.p.store.Accounts.RemoveSession(ctx, account, session)
}

// EndOthers ends all sessions of an account, but for one; nil: without exception.
func (v Accounts) EndOthers(ctx context.Context, account int64, except []byte) error {
	return v.p.store.Accounts.RemoveSessions(ctx, account, except)
}

// SetPassword stores the hash of a new password.
func (v Accounts) SetPassword(ctx context.Context, account int64, hash string) error {
	return v.p.store.Accounts.SetPassword(ctx, account, hash)
}

// WithHandle returns the account that a passkey names, with its passkeys. The error is oped.ErrNotFound if there is
// none.
func (v Accounts) WithHandle(ctx context.Context, handle []byte) (oped.Account, []oped.Passkey, error) {
	a, err := v.p.store.Accounts.WithHandle(ctx, handle)
	if err != nil {
		return a, nil, err
	}
	keys, err := v.Passkeys(ctx, a.ID)
	return a, keys, err
}

// Passkeys returns the passkeys of an account, the oldest first.
func (v Accounts) Passkeys(ctx context.Context, account int64) ([]oped.Passkey, error) {
	return v.p.store.Accounts.Passkeys(ctx, account)
}

const (
	maxPasskeys    = 20 // of an account
	maxPasskeyName = 60 // characters
)

// AddPasskey stores a new passkey of an account. It returns an Invalid error if an account has it, or the account has
// too many.
func (v Accounts) AddPasskey(ctx context.Context, k oped.Passkey) error {
	all, err := v.Passkeys(ctx, k.Account)
	if err != nil {
		return err
	}
	if len(all) >= maxPasskeys {
		return oped.Invalid(fmt.Sprintf("an account has at most %d passkeys", maxPasskeys), "remove one first")
	}
	k.Created = v.p.now().UTC()
	if name := []rune(strings.Join(strings.Fields(k.Name), " ")); len(name) > 0 {
		k.Name = string(name[:min(len(name), maxPasskeyName)])
	} else {
		k.Name = "Passkey"
	}
	if err = v.p.store.Accounts.AddPasskey(ctx, k); errors.Is(err, store.ErrExists) {
		return oped.Invalid("an account has this passkey already", "")
	}
	return err
}

// UsePasskey records the use of a passkey, with its changed credential.
func (v Accounts) UsePasskey(ctx context.Context, k oped.Passkey) error {
	k.Used = v.p.now().UTC()
	return v.p.store.Accounts.UsePasskey(ctx, k)
}

// RemovePasskey removes a passkey of an account.
func (v Accounts) RemovePasskey(ctx context.Context, account int64, id []byte) error {
	return v.p.store.Accounts.RemovePasskey(ctx, account, id)
}

// WithIdentity returns the account of a person at a provider of OpenID Connect. The error is oped.ErrNotFound if there
// is none.
func (v Accounts) WithIdentity(ctx context.Context, issuer, subject string) (oped.Account, error) {
	return v.p.store.Accounts.WithIdentity(ctx, issuer, subject)
}

// Connect connects an account to a person at a provider. It returns an Invalid error if the person has an account.
func (v Accounts) Connect(ctx context.Context, issuer, subject string, account int64) error {
	err := v.p.store.Accounts.AddIdentity(ctx, issuer, subject, account)
	if errors.Is(err, store.ErrExists) {
		return oped.Invalid("an account is connected with this person already", "")
	}
	return err
}

// Connected reports whether an account is connected to a person at a provider.
func (v Accounts) Connected(ctx context.Context, account int64, issuer string) (bool, error) {
	all, err := v.p.store.Accounts.Identities(ctx, account)
	return slices.Contains(all, issuer), err
}

// Disconnect disconnects an account from all providers.
func (v Accounts) Disconnect(ctx context.Context, account int64) error {
	return v.p.store.Accounts.RemoveIdentities(ctx, account)
}

// SessionsOf returns the open sessions of an account, the last used first.
func (v Accounts) SessionsOf(ctx context.Context, account int64) ([]oped.Session, error) {
	all, err := v.p.store.Accounts.Sessions(ctx, v.p.now())
	return slices.DeleteFunc(all, func(s oped.Session) bool { return s.Account != account || v.isIdle(s) }), err
}

// isIdle reports whether a session was not used for too long.
func (v Accounts) isIdle(s oped.Session) bool { return v.p.now().Sub(s.Seen) > idleTime }
