-- +goose Up
-- Ids that were published and that the database has forgotten, because an older one was restored: what documents told of is given its id again.
CREATE TABLE outlived (
	key     TEXT PRIMARY KEY, -- a piece key that the piece has, or its beginning
	atom_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
