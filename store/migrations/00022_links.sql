-- +goose Up
-- The entries of feeds link to the page of their piece, except those published by an earlier release: readers have them,
-- and some show an entry again if its text differs.
INSERT INTO meta (key, value)
SELECT 'unlinked until', CAST(max(entered) AS TEXT) -- ms
FROM piece
HAVING max(entered) IS NOT NULL;
