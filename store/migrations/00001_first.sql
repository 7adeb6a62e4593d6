-- The first schema. Times are milliseconds since 1970 in UTC, NULL where unknown; lists are JSON.

-- +goose Up
PRAGMA application_id = 0x6f706564; -- "oped"

CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What we poll. The first part is the configuration's, the second what fetching has taught.
CREATE TABLE feed (
	id             INTEGER PRIMARY KEY,
	url            TEXT    NOT NULL UNIQUE,
	position       INTEGER NOT NULL, -- in the configuration
	name           TEXT    NOT NULL,
	title          TEXT    NOT NULL,
	publisher      TEXT    NOT NULL,
	site_url       TEXT    NOT NULL,
	country        TEXT    NOT NULL,
	lang           TEXT    NOT NULL,
	every          INTEGER NOT NULL, -- ms
	opinion        TEXT    NOT NULL,
	kind           TEXT    NOT NULL,
	implies        TEXT    NOT NULL, -- JSON
	excerpt        INTEGER NOT NULL,
	full           INTEGER NOT NULL,
	enabled        INTEGER NOT NULL,
	paused         INTEGER NOT NULL DEFAULT 0,

	validators_url TEXT    NOT NULL DEFAULT '',
	etag           TEXT    NOT NULL DEFAULT '',
	last_modified  TEXT    NOT NULL DEFAULT '',
	body_hash      BLOB,
	freshness      INTEGER NOT NULL DEFAULT 0, -- ms
	ttl            INTEGER NOT NULL DEFAULT 0, -- ms
	doc_title      TEXT    NOT NULL DEFAULT '',
	doc_site       TEXT    NOT NULL DEFAULT '',
	doc_lang       TEXT    NOT NULL DEFAULT '',
	doc_id         TEXT    NOT NULL DEFAULT '',
	rights         TEXT    NOT NULL DEFAULT '',
	next_fetch     INTEGER, -- NULL: never
	last_fetch     INTEGER,
	last_success   INTEGER,
	last_new       INTEGER,
	failures       INTEGER NOT NULL DEFAULT 0,
	failing_since  INTEGER,
	last_status    INTEGER NOT NULL DEFAULT 0,
	last_kind      TEXT    NOT NULL DEFAULT '',
	last_error     TEXT    NOT NULL DEFAULT '',
	entries        INTEGER NOT NULL DEFAULT 0 -- it ever gave
) STRICT;

CREATE INDEX feed_due ON feed (next_fetch, id) WHERE enabled = 1 AND paused = 0 AND next_fetch IS NOT NULL;

-- One op-ed, however many feeds carry it.
CREATE TABLE piece (
	id         INTEGER PRIMARY KEY,
	atom_id    TEXT    NOT NULL UNIQUE CHECK (atom_id <> ''),
	kind       TEXT    NOT NULL,
	lead       INTEGER NOT NULL, -- entry.id
	date       INTEGER NOT NULL, -- of the lead entry: what editions are sorted by
	first_seen INTEGER,
	updated    INTEGER,
	revision   INTEGER NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER piece_atom_id_stays BEFORE UPDATE OF atom_id ON piece WHEN new.atom_id <> old.atom_id
BEGIN
	SELECT raise(ABORT, 'the AtomID of a piece never changes');
END;
-- +goose StatementEnd

-- One item of one feed, as received. The long columns come last, so that reading the others does not touch their pages.
CREATE TABLE entry (
	id         INTEGER PRIMARY KEY,
	feed       INTEGER NOT NULL REFERENCES feed,
	piece      INTEGER NOT NULL REFERENCES piece,
	hash       BLOB    NOT NULL,
	guid       TEXT    NOT NULL,
	url        TEXT    NOT NULL,
	published  INTEGER,
	updated    INTEGER,
	first_seen INTEGER,
	lang       TEXT    NOT NULL,
	publisher  TEXT    NOT NULL, -- where the feed names none
	source     TEXT    NOT NULL,
	rights     TEXT    NOT NULL,
	authors    TEXT    NOT NULL, -- JSON
	categories TEXT    NOT NULL, -- JSON
	title      TEXT    NOT NULL,
	summary    TEXT    NOT NULL,
	content    TEXT    NOT NULL,
	text       TEXT    NOT NULL
) STRICT;

CREATE INDEX entry_piece ON entry (piece);
CREATE INDEX entry_url ON entry (url) WHERE url <> '';

-- What an entry said before it was changed, each version once.
CREATE TABLE revision (
	entry     INTEGER NOT NULL REFERENCES entry,
	hash      BLOB    NOT NULL,
	at        INTEGER NOT NULL, -- when it was replaced
	guid      TEXT    NOT NULL,
	url       TEXT    NOT NULL,
	published INTEGER,
	updated   INTEGER,
	authors   TEXT    NOT NULL, -- JSON
	title     TEXT    NOT NULL,
	summary   TEXT    NOT NULL,
	content   TEXT    NOT NULL,
	PRIMARY KEY (entry, hash)
) STRICT;

-- By what an entry is known again within its feed.
CREATE TABLE entry_key (
	feed  INTEGER NOT NULL REFERENCES feed,
	key   TEXT    NOT NULL,
	entry INTEGER NOT NULL REFERENCES entry,
	PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;

-- What pieces share with entries that may be theirs.
CREATE TABLE piece_key (
	key   TEXT    NOT NULL,
	piece INTEGER NOT NULL REFERENCES piece,
	PRIMARY KEY (key, piece)
) STRICT, WITHOUT ROWID;

-- Which topics a piece is on, who says so and why.
CREATE TABLE tag (
	piece        INTEGER NOT NULL REFERENCES piece,
	position     INTEGER NOT NULL, -- in the order of the topics
	topic        TEXT    NOT NULL,
	outcome      TEXT    NOT NULL,
	given_by     TEXT    NOT NULL,
	score        REAL    NOT NULL,
	threshold    REAL    NOT NULL,
	rule_version TEXT    NOT NULL,
	at           INTEGER,
	why          TEXT    NOT NULL, -- JSON: spans
	PRIMARY KEY (piece, position),
	UNIQUE (topic, piece, given_by)
) STRICT;

-- What we publish.
CREATE TABLE edition (
	id         INTEGER PRIMARY KEY,
	name       TEXT    NOT NULL UNIQUE,
	atom_id    TEXT    NOT NULL UNIQUE CHECK (atom_id <> ''),
	position   INTEGER, -- in the configuration; NULL: not there any more
	title      TEXT    NOT NULL,
	subtitle   TEXT    NOT NULL,
	lang       TEXT    NOT NULL,
	filter     TEXT    NOT NULL, -- JSON
	size       INTEGER NOT NULL, -- pieces at its head; 0: the default
	excerpt    INTEGER NOT NULL,
	full       INTEGER NOT NULL,
	created    INTEGER NOT NULL,
	updated    INTEGER NOT NULL, -- never goes back
	pieces     INTEGER NOT NULL DEFAULT 0 -- that stand in it
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER edition_atom_id_stays BEFORE UPDATE OF atom_id ON edition WHEN new.atom_id <> old.atom_id
BEGIN
	SELECT raise(ABORT, 'the AtomID of an edition never changes');
END;
-- +goose StatementEnd

-- What stands in an edition now.
CREATE TABLE edition_piece (
	piece   INTEGER NOT NULL REFERENCES piece,
	edition INTEGER NOT NULL REFERENCES edition,
	date    INTEGER NOT NULL, -- piece.date
	PRIMARY KEY (piece, edition)
) STRICT, WITHOUT ROWID;

CREATE INDEX edition_head ON edition_piece (edition, date, piece);

-- What was published, in order. It only grows.
CREATE TABLE publication (
	edition  INTEGER NOT NULL REFERENCES edition,
	position INTEGER NOT NULL, -- from 1, without a gap
	piece    INTEGER NOT NULL REFERENCES piece,
	revision INTEGER NOT NULL,
	action   TEXT    NOT NULL CHECK (action IN ('enter', 'revise', 'leave')),
	at       INTEGER NOT NULL,
	PRIMARY KEY (edition, position)
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER publication_is_not_rewritten BEFORE UPDATE ON publication
BEGIN
	SELECT raise(ABORT, 'the record of publication only grows');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER publication_is_not_shortened BEFORE DELETE ON publication
BEGIN
	SELECT raise(ABORT, 'the record of publication only grows');
END;
-- +goose StatementEnd
