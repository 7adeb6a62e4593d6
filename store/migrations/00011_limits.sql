-- +goose Up
-- What strangers' input may cost: the limits that it reached, and the quota of a feed.
ALTER TABLE feed ADD COLUMN limits    TEXT    NOT NULL DEFAULT ''; -- reached by its last document, separated by commas
ALTER TABLE feed ADD COLUMN new_day   INTEGER;                     -- the day (ms, UTC) of new_today
ALTER TABLE feed ADD COLUMN new_today INTEGER NOT NULL DEFAULT 0;  -- new entries stored on that day
ALTER TABLE feed ADD COLUMN deferred  INTEGER NOT NULL DEFAULT 0;  -- entries of its last document that wait for the quota
ALTER TABLE feed ADD COLUMN secret    INTEGER NOT NULL DEFAULT 0;  -- its address is published nowhere
ALTER TABLE entry ADD COLUMN limits   TEXT    NOT NULL DEFAULT ''; -- reached by the entry, separated by commas
