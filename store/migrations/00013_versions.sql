-- +goose Up
-- Change numbers. A transaction that changes what a page may show takes the next number, and gives it to every piece,
-- feed, edition and archive that it changes.
CREATE TABLE sequence (
	one    INTEGER PRIMARY KEY CHECK (one = 1),
	number INTEGER NOT NULL -- of the last change
) STRICT;
INSERT INTO sequence (one, number) VALUES (1, 0);

ALTER TABLE piece   ADD COLUMN version   INTEGER NOT NULL DEFAULT 0; -- number of its last change
ALTER TABLE edition ADD COLUMN version   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE archive ADD COLUMN version   INTEGER NOT NULL DEFAULT 0; -- of the change that cut it, or unlinked it
ALTER TABLE feed    ADD COLUMN version   INTEGER NOT NULL DEFAULT 0; -- of the last change of what pages show of it
ALTER TABLE feed    ADD COLUMN described INTEGER NOT NULL DEFAULT 0; -- of the last change of what pages of pieces show

-- Rows from before have version 0 and are in no index.
CREATE INDEX piece_version ON piece (version) WHERE version > 0;
CREATE INDEX feed_version ON feed (version) WHERE version > 0;
CREATE INDEX edition_version ON edition (version) WHERE version > 0;
CREATE INDEX archive_version ON archive (version, edition, number, previous) WHERE version > 0;

CREATE INDEX archive_linked ON archive (edition, number, unlinked) WHERE unlinked IS NULL;
CREATE INDEX gone_piece ON gone (piece);
CREATE INDEX publication_leave ON publication (piece, edition) WHERE action = 'leave';

-- Files are exported by change numbers.
DROP TABLE unfiled;
