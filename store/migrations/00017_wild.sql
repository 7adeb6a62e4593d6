-- +goose Up
-- Of equal dates, the first stored piece comes first: a document lists its newest entry first.
DROP INDEX edition_head;
CREATE INDEX edition_head ON edition_piece (edition, date DESC, piece) WHERE head = 1;
ALTER TABLE feed ADD COLUMN timezone TEXT NOT NULL DEFAULT ''; -- where its publisher is; '': unknown
ALTER TABLE entry ADD COLUMN zone INTEGER NOT NULL DEFAULT 0; -- of its date as written, in minutes east of UTC
ALTER TABLE entry ADD COLUMN enclosures TEXT NOT NULL DEFAULT '[]'; -- JSON
