-- +goose Up
-- Pieces that were touched since files were last brought up to date: what a process that is killed between the two leaves undone, the next one does.
CREATE TABLE unfiled (
	mark  INTEGER PRIMARY KEY AUTOINCREMENT, -- of the touch, rising
	piece INTEGER NOT NULL UNIQUE
) STRICT;
