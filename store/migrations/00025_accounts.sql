-- +goose Up
-- People who sign in to the desk. Only hashes of secrets are stored.
CREATE TABLE account (
	id       INTEGER PRIMARY KEY,
	name     TEXT    NOT NULL UNIQUE,
	role     TEXT    NOT NULL,            -- reader, curator, operator
	password TEXT    NOT NULL DEFAULT '', -- argon2id
	handle   BLOB    NOT NULL UNIQUE,     -- names the account in passkeys
	created  INTEGER NOT NULL
) STRICT;

CREATE TABLE passkey (
	id         BLOB    PRIMARY KEY,
	account    INTEGER NOT NULL REFERENCES account,
	name       TEXT    NOT NULL,
	credential TEXT    NOT NULL, -- JSON
	created    INTEGER NOT NULL,
	used       INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX passkey_account ON passkey (account);

-- The account of a person at an OpenID Connect provider.
CREATE TABLE identity (
	issuer  TEXT    NOT NULL,
	subject TEXT    NOT NULL,
	account INTEGER NOT NULL REFERENCES account,
	PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX identity_account ON identity (account);

CREATE TABLE session (
	id      BLOB    PRIMARY KEY, -- SHA-256 of the secret
	account INTEGER NOT NULL REFERENCES account,
	method  TEXT    NOT NULL,
	agent   TEXT    NOT NULL,
	address TEXT    NOT NULL,
	created INTEGER NOT NULL,
	seen    INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_account ON session (account);

-- Links that sign in once.
CREATE TABLE invitation (
	id      BLOB    PRIMARY KEY, -- SHA-256 of the secret
	account INTEGER REFERENCES account, -- NULL: the link creates one
	role    TEXT    NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The request of a decision: the same request, sent again, decides nothing more.
ALTER TABLE decision ADD COLUMN request TEXT;

CREATE UNIQUE INDEX decision_request ON decision (request) WHERE request IS NOT NULL;
