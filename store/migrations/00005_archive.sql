-- Archives of editions (RFC 5005), what is gone from editions (RFC 6721), and pieces that were withdrawn.

-- +goose Up

-- Documents that never change, with the pieces that have left the head. They stay as they were written, whatever becomes of the pieces and of oped.
CREATE TABLE archive (
	edition  INTEGER NOT NULL REFERENCES edition,
	number   INTEGER NOT NULL, -- from 1
	previous INTEGER NOT NULL, -- that stands before it; 0: none
	position INTEGER NOT NULL, -- of the edition's record up to which everything below the head stands in an archive
	cut      INTEGER NOT NULL, -- position of the record when it was cut
	base     TEXT    NOT NULL, -- that its links begin with
	atom     BLOB    NOT NULL, -- gzip
	json     BLOB    NOT NULL, -- gzip
	unlinked INTEGER REFERENCES decision, -- that took back what it was cut for: nothing leads to it any more
	PRIMARY KEY (edition, number)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER archive_is_not_rewritten BEFORE UPDATE OF edition, number, previous, base, atom, json ON archive
BEGIN
	SELECT raise(ABORT, 'an archive never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER archive_is_not_removed BEFORE DELETE ON archive
BEGIN
	SELECT raise(ABORT, 'an archive never changes');
END;
-- +goose StatementEnd

-- Which archive a piece of an edition stands in, also when it has left the edition since.
CREATE TABLE archive_piece (
	edition INTEGER NOT NULL REFERENCES edition,
	piece   INTEGER NOT NULL REFERENCES piece,
	number  INTEGER NOT NULL,
	head    INTEGER NOT NULL, -- 1: it stood at the head before
	PRIMARY KEY (edition, piece)
) STRICT, WITHOUT ROWID;

CREATE INDEX archive_piece_number ON archive_piece (edition, number);

-- Pieces that readers had and that were withdrawn, or merged into others.
CREATE TABLE gone (
	edition INTEGER NOT NULL REFERENCES edition,
	piece   INTEGER NOT NULL REFERENCES piece,
	at      INTEGER NOT NULL,
	archive INTEGER NOT NULL DEFAULT 0, -- in which that stands; 0: at the head
	PRIMARY KEY (edition, piece)
) STRICT, WITHOUT ROWID;

-- Editions of one entry for each period.
ALTER TABLE edition ADD COLUMN digest TEXT NOT NULL DEFAULT '';

CREATE INDEX publication_enter ON publication (edition, at, piece) WHERE action = 'enter';

CREATE INDEX decision_withdraw ON decision (piece) WHERE action = 'withdraw' AND undone_by IS NULL;
