package app

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/internal/testkit"
	"oped/parse"
)

var (
	pieces   = flag.Int("pieces", 10_000, "how large an archive the benchmarks make")
	archives = flag.String("archive", "", "a folder that keeps the archives of the benchmarks for their next runs")
)

// press prints unique op-eds, by a hundred papers, every sixth on a topic of the shipped configuration.
type press struct {
	count int
	begun time.Time
}

// now is the time of the last op-ed: one a minute, so that no paper exceeds its daily quota.
func (p *press) now() time.Time { return p.begun.Add(time.Duration(p.count) * time.Minute) }

// feedURL is the feed of one of the papers.
func (p *press) feedURL(paper int) string {
	return fmt.Sprintf("https://paper-%d.example/opinion", paper)
}

const presses = 100

// config is the shipped configuration with these papers.
func (p *press) config() string {
	var b strings.Builder
	b.WriteString(testkit.FarmConfig() + "listen: 127.0.0.1:0\npublish: {min_poll: 0s}\nfeeds:\n")
	for i := range presses {
		fmt.Fprintf(
			&b, "  - {name: paper-%d, url: \"%s\", publisher: \"The Paper of Town %d\", lang: en, opinion: always}\n",
			i, p.feedURL(i), i)
	}
	return b.String()
}

var vocabulary = strings.Fields(
	`the of and to in a that is was for it with as his on be at by had not are but from or have an they which
		one you were all her she there would their we him been has when who will no more if out so up said what
		its about than into them can only other time new some could these two may first then do any like my now
		over such our man me even most made after also did many off before must well back through years much
		where your way down should because long each just those people how too little state good very make world
		still see own work men day get here between both life being under three never know same last another
		while us might great go come since against right came take used himself few house use during without
		again place around however home small found thought went say part once general high upon school every
		does war church need public river court price harvest village minister budget law`)

// item prints one op-ed of some 400 words.
func (p *press) item(paper int) string {
	p.count++
	random := rand.New(rand.NewPCG(uint64(p.count), 7))
	text := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(vocabulary[random.IntN(len(vocabulary))])
			if b.WriteByte(' '); i%17 == 16 {
				b.WriteString("ends. ")
			}
		}
		return b.String()
	}
	title, more := fmt.Sprintf("Opinion number %d on %s", p.count, text(4)), ""
	if p.count%6 == 0 {
		title = fmt.Sprintf("Kabul and the Taliban: letter %d", p.count)
		more = "The Taliban in Afghanistan have closed the road to Kabul. What Afghanistan owes its neighbours the " +
			"Afghan government has never said. "
	}
	link := fmt.Sprintf("https://paper-%d.example/%d", paper, p.count)
	return fmt.Sprintf(
		"<item><guid>%s</guid><link>%[1]s</link><title>%s</title><dc:creator>Amina Writer "+
			"%d</dc:creator><pubDate>%s</pubDate><description>&lt;p&gt;%s&lt;/p&gt;&lt;p&gt;%s&lt;/p&gt;&lt;p&gt;%s&lt;/p&gt;</description></item>\n",
		link, title, p.count%500, p.now().Format(time.RFC1123Z), text(150), more+text(150), text(100))
}

// fetched returns the fetch of a paper with n new op-eds.
func (p *press) fetched(t testing.TB, feed oped.FeedState, paper, n int) oped.Fetched {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Opinion</title>`)
	for range n {
		b.WriteString(p.item(paper))
	}
	b.WriteString("</channel></rss>")
	doc, err := parse.Document(t.Context(), parse.Input{Body: b.Bytes(), URL: feed.URL, Feed: feed.Feed})
	if err != nil {
		t.Fatal(err)
	}
	at := p.now()
	return oped.Fetched{
		Feed:     feed,
		At:       at,
		URL:      feed.URL,
		Status:   200,
		Document: doc.Document,
		Entries:  doc.Entries,
		Next:     at.Add(time.Hour),
	}
}

// archive returns a database of this many pieces with its pipeline. With -archive, it copies the database kept
// in that folder.
func (p *press) archive(t testing.TB, n int) *config.Config {
	t.Helper()
	dir := t.TempDir()
	if *archives != "" {
		kept := filepath.Join(*archives, fmt.Sprint(n))
		p.fill(t, kept, n)
		if err := os.CopyFS(dir, os.DirFS(kept)); err != nil {
			t.Fatal(err)
		}
	}
	return p.fill(t, dir, n)
}

// fill creates an archive in a folder, or continues an existing one.
func (p *press) fill(t testing.TB, dir string, n int) *config.Config {
	t.Helper()
	path := filepath.Join(dir, "config.yaml")
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(path, []byte(p.config()), 0o644)); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	withHouse(t, cfg, false, func(h *App) {
		feeds, err := h.store.Feeds.All(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		counts, err := h.store.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for p.count = counts.Entries; p.count < n; {
			paper := p.count / 50 % presses
			if _, err := h.handle(t.Context(), p.fetched(t, feeds[paper], paper, min(50, n-p.count))); err != nil {
				t.Fatal(err)
			}
		}
	})
	return cfg
}

// newPress returns a press with an archive that ends on the same day in any size.
func newPress() *press {
	return &press{begun: time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC).Add(-time.Duration(*pieces) * time.Minute)}
}

func withHouse(t testing.TB, cfg *config.Config, serves bool, do func(*App)) {
	t.Helper()
	o := Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, Version: "dev", serves: serves}
	h, err := Open(t.Context(), cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	do(h)
}

// served is a document as a reader gets it.
func served(h *App, path string) string {
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Body.String()
}

// etag returns the entity tag of an edition with all of these op-eds.
func etag(h *App) string {
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/afghanistan.atom", nil))
	return w.Header().Get("ETag")
}

// BenchmarkCommitToServed measures the time from the commit of one new op-ed until it can be read in two of the
// eight shipped editions, in an archive of -pieces pieces. With files, the time ends with the last file, and
// served-µs/op ends when the op-ed can be read over HTTP.
func BenchmarkCommitToServed(b *testing.B) {
	press := newPress()
	cfg := press.archive(b, *pieces)
	for _, dir := range []string{"", cfg.Publish.Dir} {
		name := "served"
		if dir != "" {
			name = "with files"
		}
		b.Run(name, func(b *testing.B) {
			cfg := *cfg
			cfg.Publish.Dir = dir
			withHouse(b, &cfg, true, func(h *App) { press.commits(b, h) })
		})
	}
}

// commits lets one op-ed after the other come in, and be read.
func (p *press) commits(b *testing.B, h *App) {
	feeds, err := h.store.Feeds.All(b.Context())
	if err == nil {
		err = h.publish(b.Context())
	}
	if err != nil {
		b.Fatal(err)
	}
	var spent, read time.Duration
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for p.count++; p.count%6 != 5; p.count++ {
		}
		paper := p.count % presses
		changes, err := h.handle(b.Context(), p.fetched(b, feeds[paper], paper, 1))
		if err != nil || len(changes.Editions) != 2 {
			b.Fatal(changes.Editions, err)
		}
		title := fmt.Sprintf("Kabul and the Taliban: letter %d", p.count)
		before, began := etag(h), cpuTime()
		b.StartTimer()
		read += untilServed(b, h, time.Now(), before, func() error { return h.publish(b.Context()) })
		spent += cpuTime() - began
		b.StopTimer()
		if doc := served(h, "/afghanistan.atom"); !strings.Contains(doc, title) {
			b.Fatalf("%q is not served", title)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(read.Microseconds())/float64(b.N), "served-µs/op")
	b.ReportMetric(float64(spent.Microseconds())/float64(b.N), "cpu-µs/op")
}

// BenchmarkStart measures the start of the daemon on a published archive of -pieces pieces, until everything is
// published and written; served-µs/op ends when its first feed can be read.
func BenchmarkStart(b *testing.B) {
	press := newPress()
	cfg := press.archive(b, *pieces)
	withHouse(b, cfg, true, func(h *App) {
		if err := h.publish(b.Context()); err != nil {
			b.Fatal(err)
		}
	})
	var read time.Duration
	began := cpuTime()
	for b.Loop() {
		start := time.Now()
		withHouse(b, cfg, true, func(h *App) {
			read += untilServed(b, h, start, "", func() error { return h.publish(b.Context()) })
		})
	}
	b.ReportMetric(float64((cpuTime()-began).Microseconds())/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(read.Microseconds())/float64(b.N), "served-µs/op")
}

// untilServed publishes, and gives the time from the start until readers have another edition than before.
func untilServed(b *testing.B, h *App, start time.Time, before string, publish func() error) time.Duration {
	published := make(chan error, 1)
	go func() { published <- publish() }()
	for etag(h) == before && time.Since(start) < time.Minute {
		time.Sleep(500 * time.Microsecond)
	}
	read := time.Since(start)
	if err := <-published; err != nil {
		b.Fatal(err)
	}
	return read
}

// cpuTime returns the CPU time of this process.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
