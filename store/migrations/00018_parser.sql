-- +goose Up
-- A difference made by another version of the parser is no revision. The feeds of earlier releases have no version.
ALTER TABLE feed ADD COLUMN parser       TEXT NOT NULL DEFAULT ''; -- version of the parser of its last document
ALTER TABLE feed ADD COLUMN parser_since INTEGER;                  -- when that version first read it
