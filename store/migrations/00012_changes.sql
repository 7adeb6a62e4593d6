-- +goose Up
-- What changed entries may cost in a day: the day of new_day.

ALTER TABLE feed ADD COLUMN revised_today INTEGER NOT NULL DEFAULT 0; -- pieces that it revised on that day
ALTER TABLE feed ADD COLUMN kept_today    INTEGER NOT NULL DEFAULT 0; -- bytes of earlier versions that were kept on that day
