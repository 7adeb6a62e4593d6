package publish

import (
	"context"
	"iter"
	"time"

	"oped"
	"oped/topic"
)

// Catalog is where pages find pieces that stand at no head: those of a publisher, of an author, and those that a
// reader searches for. Those that were withdrawn are not among them.
type Catalog interface {
	// AuthorPieces and PublisherPieces give pieces without their texts, but for the beginning of one that has no
	// headline.
	AuthorPieces(ctx context.Context, key string, n int) ([]oped.Piece, int, error) // the newest n, and how many there are
	PublisherPieces(ctx context.Context, publisher string, n int) ([]oped.Piece, error)
	// PublisherVersions and AuthorVersions say which lists of pieces have changed, by name or key. A list without a
	// piece is missing.
	PublisherVersions(ctx context.Context, publishers []string) (map[string]oped.ListVersion, error)
	AuthorVersions(ctx context.Context, keys []string) (map[string]oped.ListVersion, error)
	AuthorKeys(ctx context.Context, after string, n int) ([]string, error)                               // of all authors of a piece, ascending
	EditionSince(ctx context.Context, edition string, since time.Time) (int, error)                      // pieces that are dated no earlier
	Evaluations(ctx context.Context) ([]oped.Evaluation, error)                                          // by topic, the latest first
	Search(ctx context.Context, need topic.IndexQuery, after oped.Cursor) iter.Seq2[oped.PieceAt, error] // what may fulfil a need, the newest first
}
