-- The whole schema, version 27, as the migrations make it. Written by: go test ./store -run Schema -update

CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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
	full_text           INTEGER NOT NULL,
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
, guids INTEGER NOT NULL DEFAULT 0, guid_faults INTEGER NOT NULL DEFAULT 0, noted INTEGER, limits    TEXT    NOT NULL DEFAULT '', new_day   INTEGER, new_today INTEGER NOT NULL DEFAULT 0, deferred  INTEGER NOT NULL DEFAULT 0, secret    INTEGER NOT NULL DEFAULT 0, revised_today INTEGER NOT NULL DEFAULT 0, kept_today    INTEGER NOT NULL DEFAULT 0, version   INTEGER NOT NULL DEFAULT 0, described INTEGER NOT NULL DEFAULT 0, timezone TEXT NOT NULL DEFAULT '', parser       TEXT NOT NULL DEFAULT '', parser_since INTEGER, reserved     INTEGER NOT NULL DEFAULT 0, doc_signals TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX feed_due ON feed (next_fetch, id) WHERE enabled = 1 AND paused = 0 AND next_fetch IS NOT NULL;

CREATE TABLE piece (
	id         INTEGER PRIMARY KEY,
	atom_id    TEXT    NOT NULL UNIQUE CHECK (atom_id <> ''),
	kind       TEXT    NOT NULL,
	lead       INTEGER NOT NULL, -- entry.id
	date       INTEGER NOT NULL, -- of the lead entry: what editions are sorted by
	first_seen INTEGER,
	updated    INTEGER,
	revision   INTEGER NOT NULL
, merged INTEGER REFERENCES piece, entered INTEGER, version   INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TRIGGER piece_atom_id_stays BEFORE UPDATE OF atom_id ON piece WHEN new.atom_id <> old.atom_id
BEGIN
	SELECT raise(ABORT, 'the AtomID of a piece never changes');
END;

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
, furniture TEXT NOT NULL DEFAULT '[]', joined TEXT NOT NULL DEFAULT '', limits   TEXT    NOT NULL DEFAULT '', zone INTEGER NOT NULL DEFAULT 0, enclosures TEXT NOT NULL DEFAULT '[]') STRICT;

CREATE INDEX entry_url ON entry (url) WHERE url <> '';

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
	content   TEXT    NOT NULL, news TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (entry, hash)
) STRICT;

CREATE TABLE entry_key (
	feed  INTEGER NOT NULL REFERENCES feed,
	key   TEXT    NOT NULL,
	entry INTEGER NOT NULL REFERENCES entry,
	PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE piece_key (
	key   TEXT    NOT NULL,
	piece INTEGER NOT NULL REFERENCES piece,
	PRIMARY KEY (key, piece)
) STRICT, WITHOUT ROWID;

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
	full_text       INTEGER NOT NULL,
	created    INTEGER NOT NULL,
	updated    INTEGER NOT NULL, -- never goes back
	pieces     INTEGER NOT NULL DEFAULT 0 -- that stand in it
, window_ms INTEGER NOT NULL DEFAULT 0, digest TEXT NOT NULL DEFAULT '', published INTEGER NOT NULL DEFAULT 0, closed INTEGER NOT NULL DEFAULT 0, version   INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TRIGGER edition_atom_id_stays BEFORE UPDATE OF atom_id ON edition WHEN new.atom_id <> old.atom_id
BEGIN
	SELECT raise(ABORT, 'the AtomID of an edition never changes');
END;

CREATE TABLE edition_piece (
	piece   INTEGER NOT NULL REFERENCES piece,
	edition INTEGER NOT NULL REFERENCES edition,
	date    INTEGER NOT NULL, head INTEGER NOT NULL DEFAULT 1, -- piece.date
	PRIMARY KEY (piece, edition)
) STRICT, WITHOUT ROWID;

CREATE TABLE publication (
	edition  INTEGER NOT NULL REFERENCES edition,
	position INTEGER NOT NULL, -- from 1, without a gap
	piece    INTEGER NOT NULL REFERENCES piece,
	revision INTEGER NOT NULL,
	action   TEXT    NOT NULL CHECK (action IN ('enter', 'revise', 'leave')),
	at       INTEGER NOT NULL, head INTEGER NOT NULL DEFAULT 1, decision INTEGER REFERENCES decision,
	PRIMARY KEY (edition, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER publication_is_not_rewritten BEFORE UPDATE ON publication
BEGIN
	SELECT raise(ABORT, 'the record of publication only grows');
END;

CREATE TRIGGER publication_is_not_shortened BEFORE DELETE ON publication
BEGIN
	SELECT raise(ABORT, 'the record of publication only grows');
END;

CREATE TABLE rule (
	topic    TEXT PRIMARY KEY,
	version  TEXT NOT NULL, -- that the stored tags bear
	source   TEXT NOT NULL, -- JSON: the rule with the lists that it uses
	decision INTEGER NOT NULL REFERENCES decision -- that put it in force
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
	id        INTEGER PRIMARY KEY,
	at        INTEGER NOT NULL,
	given_by  TEXT    NOT NULL,
	why       TEXT    NOT NULL,
	action    TEXT    NOT NULL, -- apply, undo, tag, untag
	piece     INTEGER REFERENCES piece, -- of tag and untag
	topic     TEXT, -- of tag and untag
	undoes    INTEGER REFERENCES decision, -- of undo
	undone_by INTEGER REFERENCES decision -- NULL: it stands
, reason   TEXT    NOT NULL DEFAULT '', note     TEXT    NOT NULL DEFAULT '', place    INTEGER NOT NULL DEFAULT 0, until    INTEGER, released INTEGER, request TEXT) STRICT;

CREATE INDEX decision_topic ON decision (topic, id) WHERE topic IS NOT NULL;

CREATE TABLE decision_rule (
	decision INTEGER NOT NULL REFERENCES decision,
	topic    TEXT    NOT NULL,
	before   TEXT    NOT NULL, -- source; '': there was none
	after    TEXT    NOT NULL, -- source; '': there is none
	added    INTEGER NOT NULL, -- pieces that came to be on the topic
	removed  INTEGER NOT NULL, -- pieces that are on it no more
	PRIMARY KEY (decision, topic)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision_tag (
	decision INTEGER NOT NULL REFERENCES decision,
	piece    INTEGER NOT NULL REFERENCES piece,
	was      TEXT    NOT NULL, -- JSON: tags
	PRIMARY KEY (decision, piece)
) STRICT, WITHOUT ROWID;

CREATE INDEX publication_decision ON publication (decision, edition, piece) WHERE decision IS NOT NULL;

CREATE TABLE block (
	publisher TEXT    NOT NULL,
	hash      INTEGER NOT NULL,
	pieces    INTEGER NOT NULL,
	last      INTEGER NOT NULL, -- when it was last met
	PRIMARY KEY (publisher, hash)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE words USING fts5 (folded, content = '', contentless_delete = 1, detail = none, tokenize = ascii);

CREATE TABLE 'words_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE 'words_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'words_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE INDEX piece_merged ON piece (merged) WHERE merged IS NOT NULL;

CREATE INDEX piece_key_piece ON piece_key (piece);

CREATE TABLE print (
	piece     INTEGER PRIMARY KEY REFERENCES piece,
	date      INTEGER NOT NULL, -- of the lead entry
	hot       INTEGER NOT NULL, -- the later of its date and its first sight: copies come in within days of it
	publisher TEXT    NOT NULL,
	prints    BLOB    NOT NULL  -- five bytes each
) STRICT;

CREATE INDEX print_hot ON print (hot);

CREATE TABLE relation (
	piece INTEGER NOT NULL REFERENCES piece, -- the one that came later
	other INTEGER NOT NULL REFERENCES piece,
	kind  TEXT    NOT NULL, -- rerun_of, excerpt_of, correction_of, series_with, like
	guard TEXT    NOT NULL, -- that kept them apart; '': none had to
	score REAL    NOT NULL,
	why   TEXT    NOT NULL,
	at    INTEGER NOT NULL,
	PRIMARY KEY (piece, other)
) STRICT, WITHOUT ROWID;

CREATE INDEX relation_other ON relation (other);

CREATE TABLE decision_entry (
	decision INTEGER NOT NULL REFERENCES decision,
	entry    INTEGER NOT NULL REFERENCES entry,
	side     INTEGER NOT NULL,
	was      INTEGER NOT NULL REFERENCES piece, -- where it stood before
	PRIMARY KEY (decision, entry)
) STRICT, WITHOUT ROWID;

CREATE INDEX decision_entry_entry ON decision_entry (entry, decision);

CREATE TABLE sight (
	entry INTEGER PRIMARY KEY REFERENCES entry,
	at    INTEGER NOT NULL
) STRICT;

CREATE TABLE archive (
	edition  INTEGER NOT NULL REFERENCES edition,
	number   INTEGER NOT NULL, -- from 1
	previous INTEGER NOT NULL, -- that stands before it; 0: none
	position INTEGER NOT NULL, -- of the edition's record up to which everything below the head stands in an archive
	cut      INTEGER NOT NULL, -- position of the record when it was cut
	base     TEXT    NOT NULL, -- that its links begin with
	atom     BLOB    NOT NULL, -- gzip
	json     BLOB    NOT NULL, -- gzip
	unlinked INTEGER REFERENCES decision, version   INTEGER NOT NULL DEFAULT 0, -- that took back what it was cut for: nothing leads to it any more
	PRIMARY KEY (edition, number)
) STRICT;

CREATE TRIGGER archive_is_not_rewritten BEFORE UPDATE OF edition, number, previous, base, atom, json ON archive
BEGIN
	SELECT raise(ABORT, 'an archive never changes');
END;

CREATE TRIGGER archive_is_not_removed BEFORE DELETE ON archive
BEGIN
	SELECT raise(ABORT, 'an archive never changes');
END;

CREATE TABLE archive_piece (
	edition INTEGER NOT NULL REFERENCES edition,
	piece   INTEGER NOT NULL REFERENCES piece,
	number  INTEGER NOT NULL,
	head    INTEGER NOT NULL, -- 1: it stood at the head before
	PRIMARY KEY (edition, piece)
) STRICT, WITHOUT ROWID;

CREATE INDEX archive_piece_number ON archive_piece (edition, number);

CREATE TABLE gone (
	edition INTEGER NOT NULL REFERENCES edition,
	piece   INTEGER NOT NULL REFERENCES piece,
	at      INTEGER NOT NULL,
	archive INTEGER NOT NULL DEFAULT 0, -- in which that stands; 0: at the head
	PRIMARY KEY (edition, piece)
) STRICT, WITHOUT ROWID;

CREATE INDEX publication_enter ON publication (edition, at, piece) WHERE action = 'enter';

CREATE INDEX decision_withdraw ON decision (piece) WHERE action = 'withdraw' AND undone_by IS NULL;

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

CREATE TABLE author (
	key   TEXT    NOT NULL, -- text.AuthorSlug of the name
	entry INTEGER NOT NULL REFERENCES entry,
	PRIMARY KEY (key, entry)
) STRICT, WITHOUT ROWID;

CREATE INDEX author_entry ON author (entry);

CREATE INDEX entry_feed ON entry (feed, piece);

CREATE INDEX edition_piece_date ON edition_piece (edition, date);

CREATE TABLE measure (
	topic   TEXT    NOT NULL,
	version TEXT    NOT NULL, -- of the rule that was measured
	file    TEXT    NOT NULL, -- its base name
	at      INTEGER NOT NULL,
	records INTEGER NOT NULL, -- labelled pieces
	kinds   TEXT    NOT NULL, -- JSON: by kind of text, what was found, found wrongly and missed
	PRIMARY KEY (topic, version, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE outlived (
	key       TEXT NOT NULL, -- a piece key that the piece has, or its beginning
	atom_id   TEXT NOT NULL,
	title     TEXT NOT NULL, -- as readers know it
	beginning TEXT NOT NULL, -- dedup.Beginning; '': too little was told
	PRIMARY KEY (key, atom_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sequence (
	one    INTEGER PRIMARY KEY CHECK (one = 1),
	number INTEGER NOT NULL -- of the last change
, rules INTEGER NOT NULL DEFAULT 0, day TEXT NOT NULL DEFAULT '', day_version INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX piece_version ON piece (version) WHERE version > 0;

CREATE INDEX feed_version ON feed (version) WHERE version > 0;

CREATE INDEX edition_version ON edition (version) WHERE version > 0;

CREATE INDEX archive_version ON archive (version, edition, number, previous) WHERE version > 0;

CREATE INDEX archive_linked ON archive (edition, number, unlinked) WHERE unlinked IS NULL;

CREATE INDEX gone_piece ON gone (piece);

CREATE INDEX publication_leave ON publication (piece, edition) WHERE action = 'leave';

CREATE INDEX entry_piece ON entry (piece, id, feed);

CREATE INDEX feed_publisher ON feed (publisher);

CREATE INDEX edition_head ON edition_piece (edition, date DESC, piece) WHERE head = 1;

CREATE TABLE wait (
	domain TEXT PRIMARY KEY, -- a registrable domain; '': every host, since this machine has no network
	since  INTEGER NOT NULL, -- ms
	until  INTEGER NOT NULL  -- ms
) STRICT, WITHOUT ROWID;

CREATE TABLE doubt (
	entry INTEGER NOT NULL REFERENCES entry,
	piece INTEGER NOT NULL REFERENCES piece,
	joins INTEGER NOT NULL, -- 1: the entry would join the piece; 0: it is in it, and would not
	score REAL    NOT NULL,
	why   TEXT    NOT NULL,
	at    INTEGER NOT NULL, -- ms; arrival of the entry
	PRIMARY KEY (entry, piece)
) STRICT, WITHOUT ROWID;

CREATE TABLE choice (
	piece    INTEGER NOT NULL REFERENCES piece,
	decision INTEGER NOT NULL REFERENCES decision,
	edition  INTEGER NOT NULL REFERENCES edition,
	PRIMARY KEY (piece, decision, edition)
) STRICT, WITHOUT ROWID;

CREATE INDEX decision_hold ON decision (until) WHERE action = 'hold' AND released IS NULL AND undone_by IS NULL;

CREATE INDEX choice_decision ON choice (decision, edition);

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

CREATE TABLE invitation (
	id      BLOB    PRIMARY KEY, -- SHA-256 of the secret
	account INTEGER REFERENCES account, -- NULL: the link creates one
	role    TEXT    NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX decision_request ON decision (request) WHERE request IS NOT NULL;

CREATE INDEX piece_date ON piece (date, id, kind, merged) WHERE merged IS NULL;
