package publish

import (
	"context"
	"iter"
	"time"

	"oped"
	"oped/topic"
)

// Library is where pages find pieces that stand at no head: those of a publisher, of an author, and those that a reader searches for. Those that were withdrawn are
// not among them.
type Library interface {
	// ListPieces, AuthorPieces and PublisherPieces give pieces without their texts, but for the beginning of one that has no headline.
	ListPieces(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	AuthorPieces(ctx context.Context, key string, n int) ([]oped.Piece, int, error) // the newest n, and how many there are
	PublisherPieces(ctx context.Context, publisher string, n int) ([]oped.Piece, error)
	PublisherCounts(ctx context.Context) (map[string]int, error)                                      // of pieces
	EditionSince(ctx context.Context, edition string, since time.Time) (int, error)                   // pieces that are dated no earlier
	Measures(ctx context.Context) ([]oped.Measure, error)                                             // by topic, the latest first
	Search(ctx context.Context, need topic.Need, after oped.Place) iter.Seq2[oped.PlacedPiece, error] // what may fulfil a need, the newest first
}
