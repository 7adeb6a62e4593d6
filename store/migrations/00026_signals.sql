-- +goose Up
-- The wishes of a publisher about machines, by the header of its last document: JSON. It replaces doc_reserved.
ALTER TABLE feed ADD COLUMN doc_signals TEXT NOT NULL DEFAULT '';
UPDATE feed SET doc_signals = '{"reserved":true}' WHERE doc_reserved = 1;
ALTER TABLE feed DROP COLUMN doc_reserved;
