-- +goose Up
-- Of a digest: until when its periods are noted to be over, which says what its issues hold, and what hubs are told of.
ALTER TABLE edition ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;

-- Positions of digests are counted anew: what hubs and subscribers had heard of was every piece. They are told once more.
UPDATE outbox SET announced = -1 WHERE edition IN (SELECT id FROM edition WHERE digest <> '');
UPDATE subscriber SET announced = -1 WHERE edition IN (SELECT id FROM edition WHERE digest <> '');
UPDATE edition SET published = 0 WHERE digest <> '';
