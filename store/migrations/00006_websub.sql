-- WebSub: what hubs of others, and subscribers of our own, have heard of.

-- +goose Up

-- Up to which position of its record readers have the edition. It is written where a hub is configured.
ALTER TABLE edition ADD COLUMN published INTEGER NOT NULL DEFAULT 0;

-- A document of an edition that a hub shall hear of: due when readers have more of the edition than the hub was told of.
CREATE TABLE outbox (
	edition   INTEGER NOT NULL REFERENCES edition,
	document  TEXT    NOT NULL, -- its name
	hub       TEXT    NOT NULL, -- address
	announced INTEGER NOT NULL, -- position of the edition's record
	attempts  INTEGER NOT NULL DEFAULT 0, -- that failed one after the other
	next      INTEGER NOT NULL DEFAULT 0, -- not to be tried before
	error     TEXT    NOT NULL DEFAULT '', -- of the last attempt
	PRIMARY KEY (edition, document, hub)
) STRICT, WITHOUT ROWID;

-- Who gets a document from our own hub. Only what was verified is here.
CREATE TABLE subscriber (
	id        INTEGER PRIMARY KEY,
	callback  TEXT    NOT NULL,
	document  TEXT    NOT NULL, -- its name
	edition   INTEGER NOT NULL REFERENCES edition,
	host      TEXT    NOT NULL, -- of the callback
	secret    TEXT    NOT NULL, -- '': what is sent is not signed
	until     INTEGER NOT NULL, -- end of the lease
	announced INTEGER NOT NULL, -- position of the edition's record
	attempts  INTEGER NOT NULL DEFAULT 0,
	next      INTEGER NOT NULL DEFAULT 0,
	error     TEXT    NOT NULL DEFAULT '',
	UNIQUE (callback, document)
) STRICT;

CREATE INDEX subscriber_host ON subscriber (host);

CREATE INDEX subscriber_edition ON subscriber (edition, announced);
