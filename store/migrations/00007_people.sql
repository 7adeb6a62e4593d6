-- Who wrote what, for the pages of authors and publishers; the order in which a search goes through the archive; how well topics were measured to work.

-- +goose Up

-- The bylines of entries. Filled when oped opens the database: names are folded by the program.
CREATE TABLE author (
	key   TEXT    NOT NULL, -- text.AuthorSlug of the name
	entry INTEGER NOT NULL REFERENCES entry,
	PRIMARY KEY (key, entry)
) STRICT, WITHOUT ROWID;

CREATE INDEX author_entry ON author (entry);

CREATE INDEX entry_feed ON entry (feed, piece);

CREATE INDEX piece_date ON piece (date, id) WHERE merged IS NULL;

CREATE INDEX edition_piece_date ON edition_piece (edition, date);

-- What oped topic eval --record has found.
CREATE TABLE measure (
	topic   TEXT    NOT NULL,
	version TEXT    NOT NULL, -- of the rule that was measured
	file    TEXT    NOT NULL, -- its base name
	at      INTEGER NOT NULL,
	records INTEGER NOT NULL, -- labelled pieces
	kinds   TEXT    NOT NULL, -- JSON: by kind of text, what was found, found wrongly and missed
	PRIMARY KEY (topic, version, file)
) STRICT, WITHOUT ROWID;
