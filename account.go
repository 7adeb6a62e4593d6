package oped

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Role says what an account may do on the desk. Each role may do what the one before it may.
type Role string

// The roles. A reader looks, a curator decides on pieces, and an operator also changes feeds and accounts.
const (
	RoleReader   Role = "reader"
	RoleCurator  Role = "curator"
	RoleOperator Role = "operator"
)

// Roles returns all roles, the lowest first.
func Roles() []Role { return []Role{RoleReader, RoleCurator, RoleOperator} }

// May reports whether the role includes another one.
func (r Role) May(other Role) bool {
	have, need := slices.Index(Roles(), r), slices.Index(Roles(), other)
	return need >= 0 && have >= need
}

// MayUndo reports whether the role may undo a decision with an action. Rules are for operators.
func (r Role) MayUndo(a Action) bool {
	return r.May(RoleOperator) || a != Apply && r.May(RoleCurator)
}

// Account is a person who signs in to the desk.
type Account struct {
	ID       int64     `json:"-"`
	Name     string    `json:"name"` // the By of decisions
	Role     Role      `json:"role"`
	Password string    `json:"-"` // its hash; "": none
	Handle   []byte    `json:"-"` // random; names the account in passkeys
	Created  time.Time `json:"created"`
}

// maxAccountName limits the name of an account, in bytes.
const maxAccountName = 64

// CheckAccountName returns an Invalid error for an unsuitable name of an account: it has letters, digits, single
// spaces and . _ - @ only, and is not reserved for decisions by oped itself.
func CheckAccountName(name string) error {
	odd := func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.Nd) && !strings.ContainsRune(" ._-@", r)
	}
	switch {
	case name == "" || len(name) > maxAccountName || strings.ContainsFunc(name, odd) ||
		strings.Join(strings.Fields(name), " ") != name:
		return Invalid(strconv.Quote(name)+" is no name of an account",
			"write letters, digits, single spaces and . _ - @, at most 64 bytes")
	case strings.EqualFold(name, ByConfig) || strings.EqualFold(name, ByRule):
		return Invalid("the name "+name+" is reserved for decisions by oped itself", "write another name")
	}
	return nil
}

// Passkey is a public key of an account for signing in without a password (WebAuthn).
type Passkey struct {
	ID         []byte // of the credential
	Account    int64
	Name       string // for its owner
	Credential string // JSON
	Created    time.Time
	Used       time.Time // zero: never
}

// SignIn is the way somebody signed in.
type SignIn string

// The ways.
const (
	ByPassword SignIn = "password"
	ByPasskey  SignIn = "passkey"
	ByOIDC     SignIn = "OpenID Connect"
	ByLink     SignIn = "one-time link"
	ByProxy    SignIn = "proxy"
)

// Session is the use of the desk by an account from one browser.
type Session struct {
	ID      []byte // SHA-256 of the secret in the cookie
	Account int64
	Method  SignIn
	Agent   string // the User-Agent field of the browser
	Address string // of the client, at its sign-in
	Created time.Time
	Seen    time.Time // last used, to the minute
	Expires time.Time
}

// Invitation is a link that signs in once, until it expires. It creates an account if it has none.
type Invitation struct {
	ID      []byte // SHA-256 of the secret in the link
	Account int64  // 0: the link creates one
	Role    Role   // of the created account
	Expires time.Time
}
