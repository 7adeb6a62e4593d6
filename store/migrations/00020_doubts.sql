-- +goose Up
-- What an earlier release stored, and the present rules would store otherwise. Curators decide.
CREATE TABLE doubt (
	entry INTEGER NOT NULL REFERENCES entry,
	piece INTEGER NOT NULL REFERENCES piece,
	joins INTEGER NOT NULL, -- 1: the entry would join the piece; 0: it is in it, and would not
	score REAL    NOT NULL,
	why   TEXT    NOT NULL,
	at    INTEGER NOT NULL, -- ms; arrival of the entry
	PRIMARY KEY (entry, piece)
) STRICT, WITHOUT ROWID;
