-- One piece behind its many copies: what its text is found by, how pieces that are not one are related, what curators joined and parted.

-- +goose Up

-- A piece that was merged into another one has no entries any more, but its id leads on for good.
ALTER TABLE piece ADD COLUMN merged INTEGER REFERENCES piece; -- NULL: it stands

ALTER TABLE piece ADD COLUMN entered INTEGER; -- when it first entered an edition; NULL: never

UPDATE piece SET entered = first.at FROM (SELECT piece, min(at) AS at FROM publication WHERE action = 'enter' GROUP BY piece) AS first WHERE first.piece = piece.id;

CREATE INDEX piece_merged ON piece (merged) WHERE merged IS NOT NULL;

CREATE INDEX piece_key_piece ON piece_key (piece); -- pieces that are merged or parted take their keys along

ALTER TABLE entry ADD COLUMN joined TEXT NOT NULL DEFAULT ''; -- why it is a copy; '': the piece was made of it

-- The fingerprints of the lead entry's text, as long as a copy of it may come in.
CREATE TABLE print (
	piece     INTEGER PRIMARY KEY REFERENCES piece,
	date      INTEGER NOT NULL, -- of the lead entry
	hot       INTEGER NOT NULL, -- the later of its date and its first sight: copies come in within days of it
	publisher TEXT    NOT NULL,
	prints    BLOB    NOT NULL  -- five bytes each
) STRICT;

CREATE INDEX print_hot ON print (hot);

-- Pieces that are not one, and how they are related all the same.
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

-- The entries that a decision joined (all on side 0) or parted (those that stay on side 0, those that go on side 1).
CREATE TABLE decision_entry (
	decision INTEGER NOT NULL REFERENCES decision,
	entry    INTEGER NOT NULL REFERENCES entry,
	side     INTEGER NOT NULL,
	was      INTEGER NOT NULL REFERENCES piece, -- where it stood before
	PRIMARY KEY (decision, entry)
) STRICT, WITHOUT ROWID;

CREATE INDEX decision_entry_entry ON decision_entry (entry, decision);

-- How far the guids of a feed can be trusted: how many were looked at, and how many of them named nothing, or another entry each time.
ALTER TABLE feed ADD COLUMN guids INTEGER NOT NULL DEFAULT 0;

ALTER TABLE feed ADD COLUMN guid_faults INTEGER NOT NULL DEFAULT 0;

ALTER TABLE revision ADD COLUMN news TEXT NOT NULL DEFAULT ''; -- what made the version that replaced it news: title, text, author, correction; '': nothing
