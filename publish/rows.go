package publish

import (
	"context"
	"iter"
	"time"

	"oped"
	"oped/topic"
)

// Rows are the stored rows behind the pages, one port for each noun.
type Rows struct {
	Archives ArchiveRows
	Changes  ChangeRows
	Editions EditionRows
	Entries  EntryRows
	Feeds    FeedRows
	Pieces   PieceRows
}

// ArchiveRows are the archives of editions.
type ArchiveRows interface {
	Backlog(ctx context.Context, edition string) (oped.Backlog, error)
	Oldest(ctx context.Context, edition string, n int) ([]oped.PieceID, error) // at the head, the oldest first
	Put(ctx context.Context, a oped.Archive) error                             // oped.ErrStale if the rows have changed
	Get(ctx context.Context, edition string, number int64) (oped.Archive, error)
	Page(ctx context.Context, edition string, number int64) (oped.ArchivePage, error) // oped.ErrNotFound if nothing leads to it
	With(ctx context.Context, edition string, pieces []oped.PieceID) ([]int64, error)
	Numbers(ctx context.Context, edition string) ([]int64, error) // of the linked ones, ascending
}

// ChangeRows numbers changes.
type ChangeRows interface {
	// Since returns the changes after a change number.
	Since(ctx context.Context, number int64) (oped.ChangeSet, error)
}

// EditionRows are the configured editions and their pieces.
type EditionRows interface {
	All(ctx context.Context) ([]oped.EditionState, error)
	Head(ctx context.Context, edition string, limit int) ([]oped.PieceID, error) // the newest first
	Removed(ctx context.Context) ([]string, error)                               // configured once, and not now
	// MembershipChanges are in the order of the edition's record.
	MembershipChanges(ctx context.Context, edition string) ([]oped.MembershipChange, error)
}

// EntryRows are the entries of feeds.
type EntryRows interface {
	RevisionsOf(ctx context.Context, rows []int64) (map[int64][]oped.Revision, error) // the oldest first
}

// FeedRows are the feeds that are polled.
type FeedRows interface {
	All(ctx context.Context) ([]oped.FeedState, error)
	// PublicationDays returns the latest days with an entry of a feed, the latest first.
	PublicationDays(ctx context.Context, feedURL string, limit int) ([]time.Time, error)
}

// PieceRows are the stored pieces.
type PieceRows interface {
	Of(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) // in this order, without unknown ones
	// Seen is Of without the HTML of entries with a text, and without the spans of tags.
	Seen(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	// Listed is Of without texts, but for the beginning of a piece without a headline.
	Listed(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	Headers(ctx context.Context, ids []oped.PieceID) ([]oped.PieceHeader, error)    // in this order, without unknown ones
	IDs(ctx context.Context, after oped.PieceID, n int) ([]oped.PieceID, error)     // ascending, merged and withdrawn ones too
	IDsOfFeed(ctx context.Context, url string, after int64) ([]oped.PieceID, error) // where its description changed after a number
	// ids of pieces merged into it
	AliasesOf(ctx context.Context, id oped.PieceID) ([]oped.PieceID, error)
	RelationsOf(ctx context.Context, ids []oped.PieceID) (map[oped.PieceID][]oped.Relation, error) // the latest first
}

// Catalog finds pieces beyond the heads: those of a publisher or of an author, and the results of a
// search. It leaves out withdrawn pieces.
type Catalog struct {
	People   PeopleRows
	Editions EditionCounts
	Pieces   SearchRows
	Topics   EvaluationRows
}

// PeopleRows are the pieces of publishers and authors, without their texts, but for the beginning of a
// piece without a headline.
type PeopleRows interface {
	AuthorPieces(ctx context.Context, key string, n int) ([]oped.Piece, int, error) // the newest n, and how many there are
	PublisherPieces(ctx context.Context, publisher string, n int) ([]oped.Piece, error)
	// PublisherVersions and AuthorVersions return the versions of lists of pieces, by name or key; a version
	// differs once its list has changed. A list without a piece is missing.
	PublisherVersions(ctx context.Context, publishers []string) (map[string]oped.ListVersion, error)
	AuthorVersions(ctx context.Context, keys []string) (map[string]oped.ListVersion, error)
	AuthorKeys(ctx context.Context, after string, n int) ([]string, error) // of all authors of a piece, ascending
}

// EditionCounts counts the pieces of an edition that are dated no earlier than a time.
type EditionCounts interface {
	CountSince(ctx context.Context, edition string, since time.Time) (int, error)
}

// SearchRows finds the possible matches of a query, the newest first.
type SearchRows interface {
	Search(ctx context.Context, q topic.IndexQuery, after oped.Cursor) iter.Seq2[oped.PieceAt, error]
}

// EvaluationRows are the evaluations of topics' rules, by topic, the latest first.
type EvaluationRows interface {
	Evaluations(ctx context.Context) ([]oped.Evaluation, error)
}
