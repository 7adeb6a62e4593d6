-- +goose Up
-- Of a digest: until when its periods are noted to be over, which says what its issues hold, and what hubs are told of.
ALTER TABLE edition ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
