package store

import (
	"bytes"
	"context"
	"time"

	"oped"
)

const (
	accountColumns = `a.id, a.name, a.role, a.password, a.handle, a.created`
	accountsQuery  = `
		SELECT ` + accountColumns + `
		FROM account a
		ORDER BY a.name`
	accountQuery = `
		SELECT ` + accountColumns + `
		FROM account a
		WHERE a.id = $1`
	accountNamedQuery = `
		SELECT ` + accountColumns + `
		FROM account a
		WHERE a.name = $1`
	accountOfHandle = `
		SELECT ` + accountColumns + `
		FROM account a
		WHERE a.handle = $1`
	accountOfIdentity = `
		SELECT ` + accountColumns + `
		FROM identity i
		JOIN account a ON a.id = i.account
		WHERE i.issuer = $1 AND i.subject = $2`
	putAccount = `
		INSERT INTO account (name, role, password, handle, created)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (name) DO NOTHING
		RETURNING id`
	setRole     = `UPDATE account SET role = $1 WHERE id = $2`
	setPassword = `UPDATE account SET password = $1 WHERE id = $2`
	setHandle   = `UPDATE account SET handle = $1 WHERE id = $2`
	putIdentity = `
		INSERT INTO identity (issuer, subject, account)
		VALUES ($1, $2, $3)
		ON CONFLICT (issuer, subject) DO NOTHING
		RETURNING account`
	identitiesQuery = `
		SELECT issuer
		FROM identity
		WHERE account = $1
		ORDER BY issuer`

	dropAccount     = `DELETE FROM account WHERE id = $1`
	dropPasskeys    = `DELETE FROM passkey WHERE account = $1`
	dropIdentities  = `DELETE FROM identity WHERE account = $1`
	dropOthers      = `DELETE FROM session WHERE account = $1 AND id <> $2`
	dropSessions    = `DELETE FROM session WHERE account = $1`
	dropInvitations = `DELETE FROM invitation WHERE account = $1`

	passkeysQuery = `
		SELECT id, account, name, credential, created, used
		FROM passkey
		WHERE account = $1
		ORDER BY created, id`
	putPasskey = `
		INSERT INTO passkey (id, account, name, credential, created)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO NOTHING
		RETURNING account`
	usePasskey = `
		UPDATE passkey
		SET credential = $1, used = $2
		WHERE id = $3`
	dropPasskey = `DELETE FROM passkey WHERE account = $1 AND id = $2`

	sessionColumns = `s.id, s.account, s.method, s.agent, s.address, s.created, s.seen, s.expires`
	sessionQuery   = `
		SELECT ` + sessionColumns + `, ` + accountColumns + `
		FROM session s
		JOIN account a ON a.id = s.account
		WHERE s.id = $1 AND s.expires > $2`
	sessionsQuery = `
		SELECT ` + sessionColumns + `
		FROM session s
		WHERE s.expires > $1
		ORDER BY s.seen DESC, s.id`
	putSession = `
		INSERT INTO session (id, account, method, agent, address, created, seen, expires)
		VALUES ($1, $2, $3, $4, $5, $6, $6, $7)`
	seeSession   = `UPDATE session SET seen = $1 WHERE id = $2`
	dropSession  = `DELETE FROM session WHERE account = $1 AND id = $2`
	dropOutdated = `DELETE FROM session WHERE expires <= $1`

	invitationQuery = `
		SELECT id, coalesce(account, 0), role, expires
		FROM invitation
		WHERE id = $1 AND expires > $2`
	putInvitation = `
		INSERT INTO invitation (id, account, role, expires)
		VALUES ($1, nullif(CAST($2 AS BIGINT), 0), $3, $4)`
	dropInvitation  = `DELETE FROM invitation WHERE id = $1`
	dropLateLinks   = `DELETE FROM invitation WHERE expires <= $1`
	dropOpenedLinks = `DELETE FROM invitation WHERE account IS NULL`
)

func scanAccount(row scanner, a *oped.Account) error { return row.Scan(accountFields(a)...) }

func accountFields(a *oped.Account) []any {
	return []any{&a.ID, &a.Name, &a.Role, &a.Password, &a.Handle, (*instant)(&a.Created)}
}

func sessionFields(s *oped.Session) []any {
	return []any{&s.ID, &s.Account, &s.Method, &s.Agent, &s.Address, (*instant)(&s.Created), (*instant)(&s.Seen),
		(*instant)(&s.Expires)}
}

// All returns all accounts, by name.
func (s Accounts) All(ctx context.Context) ([]oped.Account, error) {
	all, err := list(ctx, s.db.reader, scanAccount, accountsQuery)
	return all, s.db.doing("read the accounts", err)
}

// Named returns the account with a name. The error is ErrNotFound if there is none.
func (s Accounts) Named(ctx context.Context, name string) (oped.Account, error) {
	a, err := first(list(ctx, s.db.reader, scanAccount, accountNamedQuery, name))
	return a, s.db.doing("look for an account", err)
}

// WithHandle returns the account that passkeys name by a handle. The error is ErrNotFound if there is none.
func (s Accounts) WithHandle(ctx context.Context, handle []byte) (oped.Account, error) {
	a, err := first(list(ctx, s.db.reader, scanAccount, accountOfHandle, handle))
	return a, s.db.doing("look for an account", err)
}

// WithIdentity returns the account of a person at a provider of OpenID Connect. The error is ErrNotFound if there is
// none.
func (s Accounts) WithIdentity(ctx context.Context, issuer, subject string) (oped.Account, error) {
	a, err := first(list(ctx, s.db.reader, scanAccount, accountOfIdentity, issuer, subject))
	return a, s.db.doing("look for an account", err)
}

// Add stores a new account and returns it with its ID. The error is ErrExists if the name is taken.
func (s Accounts) Add(ctx context.Context, a oped.Account) (oped.Account, error) {
	err := s.db.write(ctx, func(tx *tx) error { return addAccount(ctx, tx, &a) })
	return a, s.db.doing("add an account", err)
}

// addAccount inserts an account. With an account, the link for the first operator is void.
func addAccount(ctx context.Context, tx *tx, a *oped.Account) error {
	if _, err := tx.exec(dropOpenedLinks); err != nil {
		return err
	}
	ids, err := column[int64](ctx, tx, putAccount, a.Name, a.Role, a.Password, a.Handle, a.Created.UnixMilli())
	switch {
	case err != nil:
		return err
	case len(ids) == 0:
		return ErrExists
	}
	a.ID = ids[0]
	return nil
}

// exec carries out statements of one change, each with its arguments.
func (s Accounts) exec(ctx context.Context, doing string, statements ...[]any) error {
	return s.db.doing(doing, s.db.write(ctx, func(tx *tx) error {
		for _, x := range statements {
			if _, err := tx.exec(x[0].(string), x[1:]...); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Remove removes an account, and everything of it. Its decisions stay.
func (s Accounts) Remove(ctx context.Context, id int64) error {
	return s.exec(ctx, "remove an account", []any{dropSessions, id}, []any{dropInvitations, id}, []any{dropPasskeys, id},
		[]any{dropIdentities, id}, []any{dropAccount, id})
}

// Reset removes every way of an account to sign in, and its sessions. handle is a new one for passkeys to come.
func (s Accounts) Reset(ctx context.Context, id int64, handle []byte) error {
	return s.exec(ctx, "reset an account", []any{dropSessions, id}, []any{dropInvitations, id}, []any{dropPasskeys, id},
		[]any{dropIdentities, id}, []any{setPassword, "", id}, []any{setHandle, handle, id})
}

// SetRole changes the role of an account.
func (s Accounts) SetRole(ctx context.Context, id int64, role oped.Role) error {
	return s.exec(ctx, "change a role", []any{setRole, role, id})
}

// SetPassword changes the hash of the password of an account; "" removes it.
func (s Accounts) SetPassword(ctx context.Context, id int64, hash string) error {
	return s.exec(ctx, "change a password", []any{setPassword, hash, id})
}

// AddIdentity connects an account to a person at a provider of OpenID Connect. The error is ErrExists if the person has
// an account.
func (s Accounts) AddIdentity(ctx context.Context, issuer, subject string, account int64) error {
	return s.addNew(ctx, "add an identity", putIdentity, issuer, subject, account)
}

// addNew inserts a row. The error is ErrExists if there is one with its key.
func (s Accounts) addNew(ctx context.Context, doing, statement string, args ...any) error {
	return s.db.doing(doing, s.db.write(ctx, func(tx *tx) error {
		added, err := column[int64](ctx, tx, statement, args...)
		if err == nil && len(added) == 0 {
			err = ErrExists
		}
		return err
	}))
}

// Identities returns the providers at which the person of an account is known.
func (s Accounts) Identities(ctx context.Context, account int64) (issuers []string, err error) {
	issuers, err = column[string](ctx, s.db.reader, identitiesQuery, account)
	return issuers, s.db.doing("read the identities", err)
}

// RemoveIdentities disconnects an account from all providers.
func (s Accounts) RemoveIdentities(ctx context.Context, account int64) error {
	return s.exec(ctx, "remove the identities", []any{dropIdentities, account})
}

// Passkeys returns the passkeys of an account, the oldest first.
func (s Accounts) Passkeys(ctx context.Context, account int64) ([]oped.Passkey, error) {
	all, err := list(ctx, s.db.reader, func(row scanner, k *oped.Passkey) error {
		return row.Scan(&k.ID, &k.Account, &k.Name, &k.Credential, (*instant)(&k.Created), (*instant)(&k.Used))
	}, passkeysQuery, account)
	return all, s.db.doing("read the passkeys", err)
}

// AddPasskey stores a new passkey. The error is ErrExists if an account has it.
func (s Accounts) AddPasskey(ctx context.Context, k oped.Passkey) error {
	return s.addNew(ctx, "add a passkey", putPasskey, k.ID, k.Account, k.Name, k.Credential, k.Created.UnixMilli())
}

// UsePasskey records the use of a passkey, with its changed credential.
func (s Accounts) UsePasskey(ctx context.Context, k oped.Passkey) error {
	return s.exec(ctx, "use a passkey", []any{usePasskey, k.Credential, k.Used.UnixMilli(), k.ID})
}

// RemovePasskey removes a passkey of an account.
func (s Accounts) RemovePasskey(ctx context.Context, account int64, id []byte) error {
	return s.exec(ctx, "remove a passkey", []any{dropPasskey, account, id})
}

// Session returns a session that has not expired, with its account. The error is ErrNotFound if there is none.
func (s Accounts) Session(ctx context.Context, id []byte, now time.Time) (oped.Session, oped.Account, error) {
	type both struct {
		session oped.Session
		account oped.Account
	}
	x, err := first(list(ctx, s.db.reader, func(row scanner, x *both) error {
		return row.Scan(append(sessionFields(&x.session), accountFields(&x.account)...)...)
	}, sessionQuery, id, now.UnixMilli()))
	return x.session, x.account, s.db.doing("look for a session", err)
}

// Sessions returns all sessions that have not expired, the last used first.
func (s Accounts) Sessions(ctx context.Context, now time.Time) ([]oped.Session, error) {
	all, err := list(ctx, s.db.reader, func(row scanner, x *oped.Session) error { return row.Scan(sessionFields(x)...) },
		sessionsQuery, now.UnixMilli())
	return all, s.db.doing("read the sessions", err)
}

// AddSession stores a new session of an account as it was read, and deletes expired ones. The error is ErrNotFound if
// the account was removed, reset or given another password since.
func (s Accounts) AddSession(ctx context.Context, x oped.Session, a oped.Account) error {
	return s.db.doing("begin a session", s.db.write(ctx, func(tx *tx) error {
		now, err := first(list(ctx, tx, scanAccount, accountQuery, a.ID))
		if err == nil && (now.Password != a.Password || !bytes.Equal(now.Handle, a.Handle)) {
			err = ErrNotFound
		}
		if err == nil {
			_, err = tx.exec(dropOutdated, x.Created.UnixMilli())
		}
		if err == nil {
			_, err = tx.exec(putSession, x.ID, a.ID, x.Method, x.Agent, x.Address, x.Created.UnixMilli(),
				x.Expires.UnixMilli())
		}
		return err
	}))
}

// SeeSession records the last use of a session.
func (s Accounts) SeeSession(ctx context.Context, id []byte, now time.Time) error {
	return s.exec(ctx, "record the use of a session", []any{seeSession, now.UnixMilli(), id})
}

// RemoveSession ends a session of an account.
func (s Accounts) RemoveSession(ctx context.Context, account int64, id []byte) error {
	return s.exec(ctx, "end a session", []any{dropSession, account, id})
}

// RemoveSessions ends all sessions of an account, but for one; nil: without exception.
func (s Accounts) RemoveSessions(ctx context.Context, account int64, except []byte) error {
	if except == nil {
		return s.exec(ctx, "end the sessions of an account", []any{dropSessions, account})
	}
	return s.exec(ctx, "end the other sessions of an account", []any{dropOthers, account, except})
}

// Invite stores a link. It replaces the other links of the account, or those that create one.
func (s Accounts) Invite(ctx context.Context, x oped.Invitation, now time.Time) error {
	replaced := []any{dropInvitations, x.Account}
	if x.Account == 0 {
		replaced = []any{dropOpenedLinks}
	}
	return s.exec(ctx, "store a link", []any{dropLateLinks, now.UnixMilli()}, replaced,
		[]any{putInvitation, x.ID, x.Account, x.Role, x.Expires.UnixMilli()})
}

// Invitation returns a link that has not expired. The error is ErrNotFound if there is none.
func (s Accounts) Invitation(ctx context.Context, id []byte, now time.Time) (oped.Invitation, error) {
	x, err := first(list(ctx, s.db.reader, scanInvitation, invitationQuery, id, now.UnixMilli()))
	return x, s.db.doing("look for a link", err)
}

func scanInvitation(row scanner, x *oped.Invitation) error {
	return row.Scan(&x.ID, &x.Account, &x.Role, (*instant)(&x.Expires))
}

// Accept uses up a link, in one transaction with what it gives: a password for its account, or a new account with a
// name, the role of the link, and a password. It returns the account. The error is ErrNotFound for a link used
// before or expired, and ErrExists for a taken name; then the link stays.
func (s Accounts) Accept(ctx context.Context, link []byte, a oped.Account, now time.Time) (oped.Account, error) {
	err := s.db.write(ctx, func(tx *tx) error {
		x, err := first(list(ctx, tx, scanInvitation, invitationQuery, link, now.UnixMilli()))
		if err != nil {
			return err
		}
		if x.Account == 0 {
			a.Role = x.Role
			err = addAccount(ctx, tx, &a)
		} else {
			if a.Password != "" {
				_, err = tx.exec(setPassword, a.Password, x.Account)
			}
			if err == nil {
				a, err = first(list(ctx, tx, scanAccount, accountQuery, x.Account))
			}
		}
		if err == nil {
			_, err = tx.exec(dropInvitation, link)
		}
		return err
	})
	return a, s.db.doing("accept a link", err)
}
