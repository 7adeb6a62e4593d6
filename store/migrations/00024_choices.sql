-- +goose Up
-- Decisions of curators on one piece in some editions: approve, reject, hold, pin, unpin, note.
ALTER TABLE decision ADD COLUMN reason   TEXT    NOT NULL DEFAULT ''; -- of reject
ALTER TABLE decision ADD COLUMN note     TEXT    NOT NULL DEFAULT ''; -- of note: plain text; '' removes it
ALTER TABLE decision ADD COLUMN place    INTEGER NOT NULL DEFAULT 0;  -- of pin: from 1
ALTER TABLE decision ADD COLUMN until    INTEGER;                     -- of hold, in ms
ALTER TABLE decision ADD COLUMN released INTEGER;                     -- of hold: when it ended, in ms

-- The editions of such a decision, and the piece that has it now. A merge moves it to the target.
CREATE TABLE choice (
	piece    INTEGER NOT NULL REFERENCES piece,
	decision INTEGER NOT NULL REFERENCES decision,
	edition  INTEGER NOT NULL REFERENCES edition,
	PRIMARY KEY (piece, decision, edition)
) STRICT, WITHOUT ROWID;

CREATE INDEX decision_hold ON decision (until) WHERE action = 'hold' AND released IS NULL AND undone_by IS NULL;

CREATE INDEX choice_decision ON choice (decision, edition);
