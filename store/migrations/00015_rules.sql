-- +goose Up
-- Pages about editions show the active rules and how well they were measured. The heads of editions do not.
ALTER TABLE sequence ADD COLUMN rules INTEGER NOT NULL DEFAULT 0; -- the number of the last change of them
