//go:build ignore

// Serve publishes an invented edition of about 200 KB into a folder and serves it, for bench/serve.sh.
package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"oped"
	"oped/publish"
	"oped/publish/web"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(address, dir string) error {
	// The limit of polls is active, and loose enough to refuse nothing: wrk is one reader.
	next := time.Now().Add(20 * time.Minute)
	p := publish.New(publish.Options{
		BaseURL:     "http://" + address,
		Dir:         dir,
		Version:     "bench",
		Excerpt:     500,
		Precompress: true,
	}, publish.Rows{
		Archives: archives{},
		Changes:  changes{},
		Editions: editions{},
		Feeds:    feeds{},
		Pieces:   pieces{},
	})
	site := web.New(p, web.Options{
		BaseURL:        "http://" + address,
		Now:            time.Now,
		Next:           func() time.Time { return next },
		MinPoll:        time.Nanosecond,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	})
	if err := p.Build(context.Background()); err != nil {
		return err
	}
	if err := p.Export(context.Background(), publish.Changed); err != nil {
		return err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	if file := os.Getenv("CPUPROFILE"); file != "" { // of ten seconds
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		time.AfterFunc(10*time.Second, func() { pprof.StopCPUProfile(); f.Close() })
	}
	// As in `oped run`.
	server := &http.Server{
		Handler:           site,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	return server.Serve(l)
}

// The rows of one edition of fifty pieces.
type (
	archives struct{ publish.ArchiveRows }
	changes  struct{ publish.ChangeRows }
	editions struct{ publish.EditionRows }
	feeds    struct{ publish.FeedRows }
	pieces   struct{ publish.PieceRows }
)

const feedURL = "https://paper.example/feed"

var day = time.Date(2026, 3, 9, 6, 0, 0, 0, time.UTC)

func (editions) All(context.Context) ([]oped.EditionState, error) {
	return []oped.EditionState{{
		Edition: oped.Edition{Name: "all", Title: "All", Lang: "en"},
		AtomID:  "tag:bench.example,2026-03-01:edition/all",
		Created: day,
		Updated: day,
		Pieces:  50,
	}}, nil
}

func (editions) Head(_ context.Context, _ string, limit int) (ids []oped.PieceID, _ error) {
	for id := range oped.PieceID(min(50, limit)) {
		ids = append(ids, id+1)
	}
	return ids, nil
}

func (pieces) Seen(_ context.Context, ids []oped.PieceID) (all []oped.Piece, _ error) {
	for _, id := range ids {
		r := rand.New(rand.NewPCG(uint64(id), 1))
		text := words(r, 260) + "\n\n" + words(r, 260)
		all = append(all, oped.Piece{
			ID:        id,
			AtomID:    fmt.Sprintf("tag:paper.example,2026:%d", id),
			Kind:      oped.Opinion,
			Updated:   day,
			FirstSeen: day,
			Entries: []oped.Entry{{
				FeedURL:   feedURL,
				Publisher: "The Paper",
				URL:       fmt.Sprintf("https://paper.example/%d", id),
				Title:     words(r, 9),
				Authors:   []oped.Person{{Name: words(r, 2)}},
				Text:      text,
				Content:   "<p>" + text + "</p>",
				Lang:      "en",
				Published: day.Add(time.Duration(-id) * time.Hour),
				FirstSeen: day,
			}},
		})
	}
	return all, nil
}

// words returns n of 5,000 invented words, with the frequencies of a language; frequent words are short.
func words(r *rand.Rand, n int) string {
	said := make([]string, n)
	for i := range said {
		rank := uint64(math.Pow(5000, r.Float64()))
		letters := rand.New(rand.NewPCG(rank, 2))
		for range 2 + letters.IntN(2+len(fmt.Sprint(rank))*2) {
			said[i] += string("etaoinshrdlucmwfgyp"[letters.IntN(19)])
		}
	}
	return strings.Join(said, " ")
}

func (feeds) All(context.Context) ([]oped.FeedState, error) {
	return []oped.FeedState{{Feed: oped.Feed{
		Name:      "paper",
		URL:       feedURL,
		Publisher: "The Paper",
		Lang:      "en",
	}}}, nil
}
func (editions) Removed(context.Context) ([]string, error) { return nil, nil }
func (archives) Backlog(context.Context, string) (oped.Backlog, error) {
	return oped.Backlog{Head: 50}, nil
}
func (changes) Since(context.Context, int64) (oped.ChangeSet, error) {
	return oped.ChangeSet{}, nil
}
func (pieces) IDs(context.Context, oped.PieceID, int) ([]oped.PieceID, error) { return nil, nil }
func (archives) Numbers(context.Context, string) ([]int64, error)             { return nil, nil }
