package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
)

// TestDiskFull limits the size of the database: ingests fail with ErrDiskFull and leave nothing, the earlier
// content can be read, and with room again the same store goes on.
func TestDiskFull(t *testing.T) {
	s := empty(t)
	const url = "http://a.example/rss"
	if err := s.Feeds.Sync(t.Context(), []oped.Feed{{URL: url, Enabled: true}}, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	put := func(n int) error {
		_, err := s.Entries.Ingest(context.Background(), oped.Lookup{FeedURL: url}, func(k oped.Known) oped.Plan {
			k.Feed.Validators.ETag = fmt.Sprint(n)
			e := oped.Entry{FeedURL: url, Text: strings.Repeat("x", 10_000)}
			return oped.Plan{Feed: k.Feed,
				Pieces: []oped.PieceChange{{Piece: oped.Piece{AtomID: fmt.Sprint("urn:", n), Entries: []oped.Entry{e}},
					Entries: []oped.EntryChange{{Outcome: oped.New, Keys: []string{fmt.Sprint(n)}}}}}}
		})
		return err
	}
	limit := func(pages int) {
		t.Helper()
		var got int
		if err := s.db.writer.db.QueryRow(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)).Scan(&got); err != nil {
			t.Fatal(err)
		}
	}
	s.db.writer.drop() // the limit is the connection's; there is only one, and it is the writer's again afterwards
	limit(100)
	good, n := 0, 0
	for ; n < 200; n++ {
		err := put(n)
		if err != nil {
			if !errors.Is(err, ErrDiskFull) {
				t.Fatalf("a full disk is called %v", err)
			}
			break
		}
		good = n
	}
	if n == 200 {
		t.Fatal("the disk did not fill up")
	}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if err := put(1000 + i); !errors.Is(err, ErrDiskFull) {
				t.Errorf("on a full disk: %v", err)
			}
		})
	}
	wg.Wait()
	feeds, err := s.Feeds.All(t.Context())
	if err != nil || feeds[0].Validators.ETag != fmt.Sprint(good) || feeds[0].Entries != good+1 {
		t.Fatalf("the feed is %+v (%v), want that of document %d", feeds, err, good)
	}
	s.db.writer.drop()
	limit(100_000)
	if err := put(n); err != nil {
		t.Errorf("with room again: %v", err)
	}
}
