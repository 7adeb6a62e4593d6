-- The life of a rule: what topics are judged by, what curators decided, the words of all pieces, and what publishers put under
-- many of theirs.

-- +goose Up

-- The rules in force. The configuration holds the curator's draft of them.
CREATE TABLE rule (
	topic    TEXT PRIMARY KEY,
	version  TEXT NOT NULL, -- that the stored tags bear
	source   TEXT NOT NULL, -- JSON: the rule with the lists that it uses
	decision INTEGER NOT NULL REFERENCES decision -- that put it in force
) STRICT, WITHOUT ROWID;

-- What was decided, by whom, when and why. A decision is taken back by another one; none is forgotten.
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
) STRICT;

CREATE INDEX decision_topic ON decision (topic, id) WHERE topic IS NOT NULL;

-- The rules that a decision put in force, and those that were before it.
CREATE TABLE decision_rule (
	decision INTEGER NOT NULL REFERENCES decision,
	topic    TEXT    NOT NULL,
	before   TEXT    NOT NULL, -- source; '': there was none
	after    TEXT    NOT NULL, -- source; '': there is none
	added    INTEGER NOT NULL, -- pieces that came to be on the topic
	removed  INTEGER NOT NULL, -- pieces that are on it no more
	PRIMARY KEY (decision, topic)
) STRICT, WITHOUT ROWID;

-- The tags of each piece that a decision changed, as they were before it.
CREATE TABLE decision_tag (
	decision INTEGER NOT NULL REFERENCES decision,
	piece    INTEGER NOT NULL REFERENCES piece,
	was      TEXT    NOT NULL, -- JSON: tags
	PRIMARY KEY (decision, piece)
) STRICT, WITHOUT ROWID;

-- An old piece that a changed rule takes stands in the edition, but not at its head.
ALTER TABLE edition_piece ADD COLUMN head INTEGER NOT NULL DEFAULT 1;

DROP INDEX edition_head;

CREATE INDEX edition_head ON edition_piece (edition, date, piece) WHERE head = 1;

ALTER TABLE edition ADD COLUMN window INTEGER NOT NULL DEFAULT 0; -- ms

ALTER TABLE publication ADD COLUMN head INTEGER NOT NULL DEFAULT 1; -- the piece stands, or stood, at the head

ALTER TABLE publication ADD COLUMN decision INTEGER REFERENCES decision; -- that let it enter or leave; NULL: a fetch did

CREATE INDEX publication_decision ON publication (decision, edition, piece) WHERE decision IS NOT NULL;

-- Stretches of the text that are the page's or the paper's and not the piece's, as learned: JSON, pairs of byte offsets.
ALTER TABLE entry ADD COLUMN furniture TEXT NOT NULL DEFAULT '[]';

-- Paragraphs at the edges of texts, by a hash of their folded words: in how many pieces of a publisher each stood.
CREATE TABLE block (
	publisher TEXT    NOT NULL,
	hash      INTEGER NOT NULL,
	pieces    INTEGER NOT NULL,
	last      INTEGER NOT NULL, -- when it was last met
	PRIMARY KEY (publisher, hash)
) STRICT, WITHOUT ROWID;

-- The distinct folded words of every piece, by piece.id. It says which pieces a rule could take; the tagger says which it takes.
CREATE VIRTUAL TABLE words USING fts5 (folded, content = '', contentless_delete = 1, detail = none, tokenize = ascii);
