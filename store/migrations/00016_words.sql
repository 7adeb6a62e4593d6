-- +goose Up
-- The version of the indexed words is in table meta, beside those of the bylines and fingerprints. If pieces are missing
-- from the index, as when it was being made, there is no version, and all of them are indexed at opening.
INSERT INTO meta (key, value)
SELECT 'words', '1'
WHERE (SELECT count(*) FROM piece WHERE merged IS NULL) <= (SELECT count(*) FROM words_docsize);

-- Reserved words of SQL make no names of columns.
ALTER TABLE feed RENAME COLUMN full TO full_text;
ALTER TABLE edition RENAME COLUMN full TO full_text;
ALTER TABLE edition RENAME COLUMN window TO window_ms;
