-- +goose Up
-- The versions of lists and of pages ask for the feeds of the entries of a piece, and for the feeds of a publisher.
-- Without these, each question reads a row with its texts, or all feeds.
DROP INDEX entry_piece;
CREATE INDEX entry_piece ON entry (piece, id, feed);
CREATE INDEX feed_publisher ON feed (publisher);
