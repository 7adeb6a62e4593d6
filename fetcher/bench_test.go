package fetcher

import (
	"net/http"
	"syscall"
	"testing"
	"time"

	"oped"
	"oped/ingest"
	"oped/internal/newstest"
)

// BenchmarkFetch304 measures one conditional fetch over a kept-alive loopback connection. The CPU time includes the
// server's.
func BenchmarkFetch304(b *testing.B) {
	paper := newstest.New(b)
	paper.Edition("/feed", "The Paper", newstest.Items(paper.URL, 0, 50)...)
	bench(b, paper.URL+"/feed", true, func(r oped.Fetched) bool { return r.NotModified })
}

// BenchmarkFetch200Gzip measures one fetch of 190 KB, sent as gzip and parsed.
func BenchmarkFetch200Gzip(b *testing.B) {
	paper := newstest.New(b)
	body := newstest.RSS("The Paper", newstest.Items(paper.URL, 0, 215)...)
	zipped := newstest.Encode("gzip", body) // compressed once, outside the measurement
	b.Logf("%d bytes, %d as gzip", len(body), len(zipped))
	paper.Serve("/feed", newstest.Answer{
		Body:        zipped,
		ContentType: "application/rss+xml",
		Header:      headers("Content-Encoding", "gzip"),
	})
	b.SetBytes(int64(len(body)))
	bench(b, paper.URL+"/feed", false, func(r oped.Fetched) bool { return r.Read() })
}

func bench(b *testing.B, address string, remember bool, fine func(oped.Fetched) bool) {
	f := New(Options{AllowPrivate: loopback()})
	defer f.inside.(*http.Transport).CloseIdleConnections()
	s := feedAt(address)
	if first := f.Fetch(b.Context(), s); remember {
		s = ingest.Remember(s, first)
	}
	b.ReportAllocs()
	began := cpu()
	for b.Loop() {
		if r := f.Fetch(b.Context(), s); r.Err != nil || !fine(r) {
			b.Fatalf("status %d, %v", r.Status, r.Err)
		}
	}
	b.ReportMetric(float64((cpu()-began).Microseconds())/float64(b.N), "cpu-µs/op")
}

// cpu returns the CPU time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
