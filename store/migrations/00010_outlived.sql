-- +goose Up
-- Ids that were published and that the database has forgotten, because an older one was restored: what documents told of is given its id again.
CREATE TABLE outlived (
	key       TEXT NOT NULL, -- a piece key that the piece has, or its beginning
	atom_id   TEXT NOT NULL,
	title     TEXT NOT NULL, -- as readers know it
	beginning TEXT NOT NULL, -- dedup.Beginning; '': too little was told
	PRIMARY KEY (key, atom_id)
) STRICT, WITHOUT ROWID;
