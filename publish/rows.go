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
	// Oldest returns the oldest n pieces at the head, the oldest first.
	Oldest(ctx context.Context, edition string, n int) ([]oped.PieceID, error)
	// Put stores an archive. The error is oped.ErrStale if the rows have changed.
	Put(ctx context.Context, a oped.Archive) error
	Get(ctx context.Context, edition string, number int64) (oped.Archive, error)
	// Page returns the page of an archive. The error is oped.ErrNotFound if nothing links to the archive.
	Page(ctx context.Context, edition string, number int64) (oped.ArchivePage, error)
	With(ctx context.Context, edition string, pieces []oped.PieceID) ([]int64, error)
	// Numbers returns the numbers of the linked archives, ascending.
	Numbers(ctx context.Context, edition string) ([]int64, error)
}

// ChangeRows numbers changes.
type ChangeRows interface {
	// Since returns the changes after a change number.
	Since(ctx context.Context, number int64) (oped.ChangeSet, error)
}

// EditionRows are the configured editions and their pieces.
type EditionRows interface {
	All(ctx context.Context) ([]oped.EditionState, error)
	// Head returns the pieces at the head, the newest first.
	Head(ctx context.Context, edition string, limit int) ([]oped.PieceID, error)
	// Days returns the days with a piece, the latest first.
	Days(ctx context.Context, edition string) ([]oped.DayCount, error)
	// Removed returns the names of editions configured once, and not now.
	Removed(ctx context.Context) ([]string, error)
	// MembershipChanges returns the changes in the order of the edition's record.
	MembershipChanges(ctx context.Context, edition string) ([]oped.MembershipChange, error)
	// CountPer returns the number of pieces dated within each of n spans of time, one after the other from a time on.
	CountPer(ctx context.Context, edition string, from time.Time, span time.Duration, n int) ([]int, error)
}

// EntryRows are the entries of feeds.
type EntryRows interface {
	// RevisionsOf returns the revisions of each entry, the oldest first.
	RevisionsOf(ctx context.Context, rows []int64) (map[int64][]oped.Revision, error)
}

// FeedRows are the polled feeds.
type FeedRows interface {
	All(ctx context.Context) ([]oped.FeedState, error)
	// PublicationDays returns the latest days with an entry of a feed, the latest first.
	PublicationDays(ctx context.Context, feedURL string, limit int) ([]time.Time, error)
	// PublicationTimes returns the times of publication of a feed's latest entries, each in the zone of its date as
	// written, or else in UTC.
	PublicationTimes(ctx context.Context, feedURL string, limit int) ([]time.Time, error)
	// Waits returns the times without requests. That of the domain "" means no network.
	Waits(ctx context.Context) ([]oped.Wait, error)
}

// PieceRows are the stored pieces.
type PieceRows interface {
	// Of returns the pieces with these ids, in this order, without unknown ones.
	Of(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	// Seen is Of without the HTML of entries with a text, and without the spans of tags.
	Seen(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	// Listed is Of without texts, but for the beginning of a piece without a headline.
	Listed(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	// Headers returns the headers of the pieces with these ids, in this order, without unknown ones.
	Headers(ctx context.Context, ids []oped.PieceID) ([]oped.PieceHeader, error)
	// IDs returns at most n ids after one, ascending. Merged and withdrawn pieces are included.
	IDs(ctx context.Context, after oped.PieceID, n int) ([]oped.PieceID, error)
	// IDsOfFeed returns the pieces with an entry of a feed, if its description changed after a change
	// number, else none.
	IDsOfFeed(ctx context.Context, url string, after int64) ([]oped.PieceID, error)
	// AliasesOf returns the ids of the pieces merged into any of these pieces.
	AliasesOf(ctx context.Context, ids []oped.PieceID) ([]oped.PieceID, error)
	// RelationsOf returns the relations of each piece, the latest first.
	RelationsOf(ctx context.Context, ids []oped.PieceID) (map[oped.PieceID][]oped.Relation, error)
}

// Catalog finds pieces beyond the heads: those of a publisher or of an author, and the results of a
// search. It leaves out withdrawn pieces.
type Catalog struct {
	People   PeopleRows
	Editions EditionCounts
	Pieces   SearchRows
	Months   MonthRows
	Topics   EvaluationRows
}

// PeopleRows are the pieces of publishers and authors, without their texts, but for the beginning of a
// piece without a headline.
type PeopleRows interface {
	// AuthorPieces returns the newest n pieces of an author, and the number of the author's pieces.
	AuthorPieces(ctx context.Context, key string, n int) ([]oped.Piece, int, error)
	PublisherPieces(ctx context.Context, publisher string, n int) ([]oped.Piece, error)
	// PublisherVersions and AuthorVersions return the versions of lists of pieces, by name or key; a version
	// differs once its list has changed. A list without a piece is missing.
	PublisherVersions(ctx context.Context, publishers []string) (map[string]oped.ListVersion, error)
	AuthorVersions(ctx context.Context, keys []string) (map[string]oped.ListVersion, error)
	// AuthorKeys returns at most n keys of authors with a piece, after a key, ascending.
	AuthorKeys(ctx context.Context, after string, n int) ([]string, error)
	// AuthorNames returns the names of authors, by key. Former keys are missing.
	AuthorNames(ctx context.Context, keys []string) (map[string]string, error)
}

// EditionCounts counts the pieces of an edition dated at or after a time.
type EditionCounts interface {
	CountSince(ctx context.Context, edition string, since time.Time) (int, error)
}

// SearchRows finds the possible matches of a query, the newest first, in the form of PieceRows.Seen.
type SearchRows interface {
	Search(ctx context.Context, q topic.IndexQuery, after oped.Cursor) iter.Seq2[oped.PieceAt, error]
}

// MonthRows are the pieces behind the index of a search without a server, by the month of their date in UTC. A month is
// its first moment.
type MonthRows interface {
	// Months returns the months with a piece, the newest first.
	Months(ctx context.Context) ([]time.Time, error)
	// MonthVersion returns the version of the list of a month's opinion pieces. It differs once its list has changed,
	// except for the names and zones of feeds.
	MonthVersion(ctx context.Context, month time.Time) (oped.ListVersion, error)
	// MonthPieces returns the pieces of that list, the newest first, without their texts, but for the beginning of a
	// piece without a headline.
	MonthPieces(ctx context.Context, month time.Time) ([]oped.Piece, error)
}

// EvaluationRows are the evaluations of topics' rules, by topic, the latest first.
type EvaluationRows interface {
	Evaluations(ctx context.Context) ([]oped.Evaluation, error)
}
