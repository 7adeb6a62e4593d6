-- +goose Up
-- Some publishers reserve text and data mining (TDMRep). Pages with their words say so.
ALTER TABLE feed ADD COLUMN reserved     INTEGER NOT NULL DEFAULT 0; -- by the configuration
ALTER TABLE feed ADD COLUMN doc_reserved INTEGER NOT NULL DEFAULT 0; -- by its last document
