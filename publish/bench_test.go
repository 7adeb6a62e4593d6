package publish

import (
	"io"
	"runtime"
	"syscall"
	"testing"
	"time"

	"oped"
	"oped/publish/feed"
)

// BenchmarkSet50 renders an edition of fifty pieces without a cache, in all formats and as a page, and
// makes it ready to be served.
func BenchmarkSet50(b *testing.B) {
	s := example()
	s.editions = s.editions[:1]
	s.pieces["pak-us"] = nil
	for p := range manyPieces(50) {
		p.ID = 0 // its page is another matter, and nothing is kept of it
		s.pieces["pak-us"] = append(s.pieces["pak-us"], p)
	}
	p := New(options(), rowsOf(s))
	b.ReportAllocs()
	defer reportCPU(b)()
	changed := &s.pieces["pak-us"][7]
	for b.Loop() {
		changed.Updated = changed.Updated.Add(time.Second)
		s.editions[0].Updated = s.editions[0].Updated.Add(24 * time.Hour)
		if err := p.publish(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// reportCPU begins to measure the CPU time of the process. It returns a function to report the time of
// each round.
func reportCPU(b *testing.B) func() {
	spent := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			return 0
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	began := spent()
	return func() { b.ReportMetric(float64((spent()-began).Microseconds())/float64(b.N), "cpu-µs/op") }
}

// BenchmarkAtomEntry renders one entry of a long document.
func BenchmarkAtomEntry(b *testing.B) {
	r, s := newRenderer(options()), example()
	b.ReportAllocs()
	if _, err := r.atom(io.Discard, feedStates{s.feeds[0].URL: s.feeds[0]}, s.editions[0], manyPieces(b.N), 0); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkServe serves one answer with a body.
func BenchmarkServe(b *testing.B) {
	p := New(options(), rowsOf(example()))
	if err := p.publish(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		ask(p, "GET", "/pak-us.atom", "Accept-Encoding: gzip")
	}
}

// BenchmarkStream renders a document of a hundred thousand entries, in each format.
func BenchmarkStream(b *testing.B) {
	for _, f := range feed.Formats() {
		b.Run(string(f), func(b *testing.B) {
			defer reportCPU(b)()
			peak := 0
			for b.Loop() {
				peak = max(peak, stream(b, f, 100_000))
			}
			b.ReportMetric(float64(peak>>10), "peak-KiB")
		})
	}
}

// TestRender_StreamHoldsFewEntries: a document is never held whole: an entry is written before the next
// few are asked for. Its memory is the business of BenchmarkStream.
func TestRender_StreamHoldsFewEntries(t *testing.T) {
	const n, held = 2_000, 100
	for _, f := range feed.Formats() {
		var w countingWriter
		var written [n]int // when the i-th piece was asked for
		pieces := func(yield func(oped.Piece, error) bool) {
			i := 0
			for p, err := range manyPieces(n) {
				written[i] = int(w)
				if i++; !yield(p, err) {
					return
				}
			}
		}
		got, err := newRenderer(options()).write(&w, f, nil, &document{Edition: example().editions[0]}, pieces, 0)
		if err != nil || got != n {
			t.Fatalf("%d entries, %v", got, err)
		}
		for i := held; i < n; i++ {
			if lowest := (i - held) * (int(w) / n); written[i] < lowest {
				t.Errorf("%s: %d bytes were written before piece %d was asked for, want %d", f, written[i], i, lowest)
				break
			}
		}
	}
}

// countingWriter counts the bytes that are written.
type countingWriter int

func (c *countingWriter) Write(p []byte) (int, error) {
	*c += countingWriter(len(p))
	return len(p), nil
}

// stream renders a document of n entries, and returns the growth of the heap in bytes.
func stream(t testing.TB, f feed.Format, n int) int {
	t.Helper()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	start, peak := m.HeapAlloc, uint64(0)
	pieces := func(yield func(oped.Piece, error) bool) {
		i := 0
		for p, err := range manyPieces(n) {
			if i++; i%2000 == 0 {
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
			if !yield(p, err) {
				return
			}
		}
	}
	s := example()
	got, err := newRenderer(options()).write(io.Discard, f, nil, &document{Edition: s.editions[0]}, pieces, 0)
	if err != nil || got != n {
		t.Fatalf("%d entries, %v", got, err)
	}
	return int(max(peak, start) - start)
}
