-- +goose Up
-- The day that pages call today, and the number of the last change of it.
ALTER TABLE sequence ADD COLUMN day TEXT NOT NULL DEFAULT ''; -- 2026-03-09
ALTER TABLE sequence ADD COLUMN day_version INTEGER NOT NULL DEFAULT 0;
