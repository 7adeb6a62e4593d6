-- +goose Up
-- A search for a kind that few pieces have walks the index alone: SQLite reads merged although the index implies it.
DROP INDEX piece_date;
CREATE INDEX piece_date ON piece (date, id, kind, merged) WHERE merged IS NULL;
