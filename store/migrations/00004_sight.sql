-- When entries were last seen, for what comes back after long.

-- +goose Up

-- An entry that is not here was seen when it first came in.
CREATE TABLE sight (
	entry INTEGER PRIMARY KEY REFERENCES entry,
	at    INTEGER NOT NULL
) STRICT;

ALTER TABLE feed ADD COLUMN noted INTEGER; -- when the sight of all entries of its document was last noted
