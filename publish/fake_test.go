package publish

import (
	"context"
	"time"

	"oped"
	"oped/store"
)

// fakeStore is a single value with all rows.
type fakeStore interface {
	Backlog(ctx context.Context, edition string) (oped.Backlog, error)
	Oldest(ctx context.Context, edition string, n int) ([]oped.PieceID, error)
	PutArchive(ctx context.Context, a oped.Archive) error
	Archive(ctx context.Context, edition string, number int64) (oped.Archive, error)
	ArchivePage(ctx context.Context, edition string, number int64) (oped.ArchivePage, error)
	ArchivesWith(ctx context.Context, edition string, pieces []oped.PieceID) ([]int64, error)
	ArchiveNumbers(ctx context.Context, edition string) ([]int64, error)
	ChangesSince(ctx context.Context, number int64) (oped.ChangeSet, error)
	Editions(ctx context.Context) ([]oped.EditionState, error)
	Head(ctx context.Context, edition string, limit int) ([]oped.PieceID, error)
	Days(ctx context.Context, edition string) ([]oped.DayCount, error)
	RemovedEditions(ctx context.Context) ([]string, error)
	MembershipChanges(ctx context.Context, edition string) ([]oped.MembershipChange, error)
	Feeds(ctx context.Context) ([]oped.FeedState, error)
	PublicationDays(ctx context.Context, feedURL string, limit int) ([]time.Time, error)
	PublicationTimes(ctx context.Context, feedURL string, limit int) ([]time.Time, error)
	CountPer(ctx context.Context, edition string, from time.Time, span time.Duration, n int) ([]int, error)
	Waits(ctx context.Context) ([]oped.Wait, error)
	RevisionsOf(ctx context.Context, rows []int64) (map[int64][]oped.Revision, error)
	PiecesOf(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	SeenPieces(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	ListPieces(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error)
	PieceHeaders(ctx context.Context, ids []oped.PieceID) ([]oped.PieceHeader, error)
	PieceIDs(ctx context.Context, after oped.PieceID, n int) ([]oped.PieceID, error)
	PieceIDsOfFeed(ctx context.Context, url string, after int64) ([]oped.PieceID, error)
	AliasesOf(ctx context.Context, ids []oped.PieceID) ([]oped.PieceID, error)
	RelationsOf(ctx context.Context, ids []oped.PieceID) (map[oped.PieceID][]oped.Relation, error)
}

// rowsOf returns the rows of a fake, one port for each noun.
func rowsOf(s fakeStore) Rows {
	return Rows{
		Archives: fakeArchives{s},
		Changes:  fakeChanges{s},
		Editions: fakeEditions{s},
		Entries:  fakeEntries{s},
		Feeds:    fakeFeeds{s},
		Pieces:   fakePieces{s},
	}
}

type (
	fakeArchives struct{ fakeStore }
	fakeChanges  struct{ fakeStore }
	fakeEditions struct{ fakeStore }
	fakeEntries  struct{ fakeStore }
	fakeFeeds    struct{ fakeStore }
	fakePieces   struct{ fakeStore }
)

func (f fakeArchives) Put(ctx context.Context, a oped.Archive) error {
	return f.fakeStore.PutArchive(ctx, a)
}
func (f fakeArchives) Get(ctx context.Context, edition string, number int64) (oped.Archive, error) {
	return f.fakeStore.Archive(ctx, edition, number)
}
func (f fakeArchives) Page(ctx context.Context, edition string, number int64) (oped.ArchivePage, error) {
	return f.fakeStore.ArchivePage(ctx, edition, number)
}
func (f fakeArchives) With(ctx context.Context, edition string, pieces []oped.PieceID) ([]int64, error) {
	return f.fakeStore.ArchivesWith(ctx, edition, pieces)
}
func (f fakeArchives) Numbers(ctx context.Context, edition string) ([]int64, error) {
	return f.fakeStore.ArchiveNumbers(ctx, edition)
}

func (f fakeChanges) Since(ctx context.Context, number int64) (oped.ChangeSet, error) {
	return f.fakeStore.ChangesSince(ctx, number)
}

func (f fakeEditions) All(ctx context.Context) ([]oped.EditionState, error) {
	return f.fakeStore.Editions(ctx)
}
func (f fakeEditions) Removed(ctx context.Context) ([]string, error) {
	return f.fakeStore.RemovedEditions(ctx)
}

func (f fakeFeeds) All(ctx context.Context) ([]oped.FeedState, error) {
	return f.fakeStore.Feeds(ctx)
}

func (f fakePieces) Of(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) {
	return f.fakeStore.PiecesOf(ctx, ids)
}
func (f fakePieces) Seen(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) {
	return f.fakeStore.SeenPieces(ctx, ids)
}
func (f fakePieces) Listed(ctx context.Context, ids []oped.PieceID) ([]oped.Piece, error) {
	return f.fakeStore.ListPieces(ctx, ids)
}
func (f fakePieces) Headers(ctx context.Context, ids []oped.PieceID) ([]oped.PieceHeader, error) {
	return f.fakeStore.PieceHeaders(ctx, ids)
}
func (f fakePieces) IDs(ctx context.Context, after oped.PieceID, n int) ([]oped.PieceID, error) {
	return f.fakeStore.PieceIDs(ctx, after, n)
}
func (f fakePieces) IDsOfFeed(ctx context.Context, url string, after int64) ([]oped.PieceID, error) {
	return f.fakeStore.PieceIDsOfFeed(ctx, url, after)
}

// rowsIn returns the rows of a database.
func rowsIn(s *store.Store) Rows {
	return Rows{s.Archives, s.Changes, s.Editions, s.Entries, s.Feeds, s.Pieces}
}

// fakePeople is a single value with all the ports of a Catalog.
type fakePeople interface {
	PeopleRows
	SearchRows
	EvaluationRows
	MonthRows
	EditionSince(ctx context.Context, edition string, since time.Time) (int, error)
}

// catalogOf returns the catalog of a fake.
func catalogOf(s fakePeople) *Catalog { return &Catalog{s, fakeCounts{s}, s, s, s} }

type fakeCounts struct{ fakePeople }

func (f fakeCounts) CountSince(ctx context.Context, edition string, since time.Time) (int, error) {
	return f.EditionSince(ctx, edition, since)
}
