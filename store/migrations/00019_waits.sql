-- +goose Up
-- Times without requests. A restart forgets none: cron starts a process for every round.
CREATE TABLE wait (
	domain TEXT PRIMARY KEY, -- a registrable domain; '': every host, since this machine has no network
	since  INTEGER NOT NULL, -- ms
	until  INTEGER NOT NULL  -- ms
) STRICT, WITHOUT ROWID;
