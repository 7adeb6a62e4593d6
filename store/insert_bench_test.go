//go:build linux

package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"oped"
	"oped/dedup"
	"oped/text"
)

// insertHot is the number of pieces a month from the busiest list of papers in use.
const insertHot = 120_000

// BenchmarkInsert measures the cost of deduplication for an entry: look its keys up among those of an
// archive, find candidates by fingerprints among 120,000 hot pieces, compare it with them, and write its own
// keys and fingerprints. Every twentieth is an edited copy of a hot piece. OPED_ARCHIVE is the number of
// pieces in the archive; 10,000,000 take 4 GB and some minutes to make. The load reports the time to build
// the index when oped starts.
func BenchmarkInsert(b *testing.B) {
	archive, _ := strconv.Atoi(os.Getenv("OPED_ARCHIVE"))
	if archive == 0 {
		archive = 20_000
	}
	hot := insertHot
	if n, _ := strconv.Atoi(os.Getenv("OPED_HOT")); n > 0 {
		hot = n
	}
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(b.TempDir(), "oped.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	writer := newColumnist(archive)
	fill(b, s, archive, hot, writer, at)

	var x *dedup.Index
	load, loadCPU := time.Now(), processTime()
	t, err := s.db.begin(ctx)
	if err != nil {
		b.Fatal(err)
	}
	if x, err = t.hot(ctx, at); err != nil {
		b.Fatal(err)
	}
	loaded, loadedCPU := time.Since(load), processTime()-loadCPU
	defer func() { t.rollback() }()

	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var took, busy []time.Duration
	copies, found := 0, 0
	var words text.Tokens
	w := writing{tx: t}
	id := oped.PieceID(archive + hot)
	for i := 0; b.Loop(); i++ {
		e := writer.entry(id, at)
		if i%20 == 0 {
			copies++
			e.Text = writer.edited(writer.text(archive + 1 + i%hot))
		}
		words.Scan(e.Text)
		words.MarkZones()
		keys, fingerprints := dedup.Keys(&e, &words), dedup.Fingerprints(&words)
		id++
		start, cpu := time.Now(), threadTime()
		n, err := insertOne(ctx, &w, x, id, &e, keys, fingerprints)
		took, busy = append(took, time.Since(start)), append(busy, threadTime()-cpu)
		if i%50 == 49 && err == nil { // a fetch brings no more
			if err = t.commit(); err == nil {
				t, err = s.db.begin(ctx)
				w.tx = t
			}
		}
		if err != nil {
			b.Fatal(err)
		}
		if i%20 == 0 {
			found += n
		}
	}
	for name, all := range map[string][]time.Duration{"": took, "-CPU": busy} {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Nanoseconds())/1e3, "p50-µs"+name)
		b.ReportMetric(float64(all[len(all)*99/100].Nanoseconds())/1e3, "p99-µs"+name)
	}
	b.ReportMetric(float64(x.Bytes())/1e6, "index-MB")
	b.ReportMetric(loaded.Seconds(), "load-s")
	b.ReportMetric(loadedCPU.Seconds(), "load-s-CPU")
	b.ReportMetric(float64(found)/float64(max(copies, 1)), "copies-found")
}

func processTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// threadTime returns the computing time of this thread, more telling than the clock on a shared machine.
func threadTime() time.Duration {
	const threadCPUTime = 3 // CLOCK_THREAD_CPUTIME_ID
	var ts syscall.Timespec
	if _, _, errno := syscall.Syscall(
		syscall.SYS_CLOCK_GETTIME, threadCPUTime, uintptr(unsafe.Pointer(&ts)), 0,
	); errno != 0 {
		return 0
	}
	return time.Duration(ts.Nano())
}

// insertOne is the share of deduplication in storing an entry. It gives 1 if the entry belongs to a piece.
func insertOne(
	ctx context.Context, w *writing, x *dedup.Index, id oped.PieceID, e *oped.Entry, keys []string,
	fingerprints []uint64,
) (int, error) {
	var ids []oped.PieceID
	for _, key := range keys {
		found, err := column[oped.PieceID](ctx, w.tx, matchQuery, key, maxMatches)
		if err != nil {
			return 0, err
		}
		ids = append(ids, found...)
	}
	alike, common := x.Alike(fingerprints, e.Publisher, e.Date(), 0)
	q := dedup.Query{Entry: e, Keys: keys, Common: map[uint64]bool{}}
	for _, p := range common {
		q.Common[p] = true
	}
	pieces, err := loadPieces(ctx, w.tx, append(ids, alike...))
	if err != nil {
		return 0, err
	}
	if answer := dedup.Find(&q, pieces); len(answer.Same) > 0 {
		return 1, nil
	}
	for _, key := range keys {
		if _, err := w.tx.exec(`
			INSERT INTO piece_key (key, piece)
			VALUES (?, ?)
			ON CONFLICT DO NOTHING`, key, 1); err != nil {
			return 0, err
		}
	}
	x.Put(dedup.Hot{Piece: id, Fingerprints: fingerprints, Publisher: e.Publisher, Date: e.Date(), Seen: e.FirstSeen})
	_, err = w.tx.exec(`
		INSERT OR REPLACE INTO print (piece, date, hot, publisher, prints)
		VALUES (1, ?, ?, ?, ?)`, e.Date().UnixMilli(), e.FirstSeen.UnixMilli(), e.Publisher, pack(fingerprints))
	return 0, err
}

// columnist writes texts of 700 words, as frequent as words are in English (Zipf), the same for the same number.
type columnist struct{ archive int }

func newColumnist(archive int) *columnist { return &columnist{archive} }

func (c *columnist) text(number int) string {
	r := rand.New(rand.NewPCG(uint64(number), 3))
	z := rand.NewZipf(r, 1.1, 3, 30_000)
	var b strings.Builder
	for i := range 700 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte("bcdfghklmnprstvz"[z.Uint64()%16])
		b.WriteString(strconv.FormatUint(z.Uint64(), 36))
		if i%17 == 16 {
			b.WriteByte('.')
		}
	}
	return b.String()
}

// edited returns a text with every fiftieth word replaced.
func (c *columnist) edited(s string) string {
	words := strings.Fields(s)
	for i := 7; i < len(words); i += 50 {
		words[i] = "edited"
	}
	return strings.Join(words, " ")
}

func (c *columnist) entry(id oped.PieceID, at time.Time) oped.Entry {
	body := c.text(int(id))
	return oped.Entry{URL: fmt.Sprintf("https://archive.example/%d", id), Title: body[:20], Publisher: fmt.Sprint("Paper ", id%60), Text: body, Published: at.Add(-time.Hour), FirstSeen: at}
}

// fill makes an archive of keys only, and hot pieces with entries and fingerprints.
func fill(b *testing.B, s *Store, archive, hot int, c *columnist, at time.Time) {
	b.Helper()
	exec := func(sql string, args ...any) {
		if _, err := s.db.writer.db.ExecContext(b.Context(), sql, args...); err != nil {
			b.Fatal(err)
		}
	}
	s.db.writer.drop()
	exec(`PRAGMA foreign_keys = off`)
	exec(`PRAGMA synchronous = off`)
	exec(`
		INSERT INTO feed (id, url, position, name, title, publisher, site_url, country, lang, every, opinion,
			kind, implies, excerpt, full_text, enabled)
		VALUES (1, 'https://archive.example/feed', 1, 'archive', '', '', '', '', 'en', 0, '', '', '[]', 0, 0, 1)`)
	const page = 1_000_000
	for first := 0; first < archive; first += page {
		exec(`
			INSERT INTO piece_key (key, piece) WITH RECURSIVE n (i) AS (
				SELECT ?
				UNION ALL
				SELECT i + 1
				FROM n
				WHERE i < ?)
			SELECT printf('t:%032x', i), i
			FROM n`, first+1, min(first+page, archive))
	}
	for first := 0; first < archive; first += page {
		exec(`
			INSERT INTO piece_key (key, piece) WITH RECURSIVE n (i) AS (
				SELECT ?
				UNION ALL
				SELECT i + 1
				FROM n
				WHERE i < ?)
			SELECT printf('u:https://archive.example/%09d', i), i
			FROM n`, first+1, min(first+page, archive))
	}
	var words text.Tokens
	for first := 0; first < hot; first += 1000 {
		err := s.db.write(b.Context(), func(t *tx) error {
			w := writing{tx: t}
			for i := first; i < min(first+1000, hot); i++ {
				id := oped.PieceID(archive + 1 + i)
				e := c.entry(id, at.Add(-time.Duration(i)*time.Second))
				words.Scan(e.Text)
				words.MarkZones()
				if err := hotRow(&w, id, &e, dedup.Keys(&e, &words), dedup.Fingerprints(&words)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func hotRow(w *writing, id oped.PieceID, e *oped.Entry, keys []string, fingerprints []uint64) error {
	seen := e.FirstSeen.UnixMilli()
	if _, err := w.tx.exec(`
		INSERT INTO piece (id, atom_id, kind, lead, date, first_seen, updated, revision)
		VALUES (?, ?, 'opinion', ?1, ?, ?, ?, 1)`, id, e.URL, seen, seen, seen); err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(e.URL))
	if _, err := w.tx.exec(`
		INSERT INTO entry (id, feed, piece, hash, guid, url, published, first_seen, lang, publisher, source, rights, authors,
			categories, title, summary, content, text)
		VALUES (?, 1, ?1, ?, '', ?, ?, ?, 'en', ?, '', '', '[]', '[]', ?, '', '', ?)`, id, hash[:], e.URL,
		e.Published.UnixMilli(), seen, e.Publisher, e.Title, e.Text); err != nil {
		return err
	}
	for _, key := range keys {
		if _, err := w.tx.exec(`
			INSERT INTO piece_key (key, piece)
			VALUES (?, ?)
			ON CONFLICT DO NOTHING`, key, id); err != nil {
			return err
		}
	}
	_, err := w.tx.exec(`
		INSERT INTO print (piece, date, hot, publisher, prints)
		VALUES (?, ?, ?, ?, ?)`, id, e.Date().UnixMilli(), seen, e.Publisher, pack(fingerprints))
	return err
}
