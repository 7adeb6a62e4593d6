package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oped"
	"oped/store"
)

// The variables that make the test binary a writing child, until it is killed.
const childMode, childStore, childFirst = "OPED_STORE_CHILD", "OPED_STORE_CHILD_DB", "OPED_STORE_CHILD_FIRST"

func TestMain(m *testing.M) {
	mode := os.Getenv(childMode)
	if mode == "" {
		// Each check opens a database of its own; the command line may ask for more.
		if err := flag.Set("rapid.checks", "40"); err != nil {
			panic(err)
		}
		os.Exit(m.Run())
	}
	first, err := strconv.Atoi(os.Getenv(childFirst))
	if err == nil {
		err = child(mode, os.Getenv(childStore), first)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// child writes and reports its progress. Only a kill ends it.
func child(mode, path string, first int) error {
	s, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		return err
	}
	if mode == "judge" {
		return judgeForever(s, first)
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	next.Store(int64(first))
	for range 4 {
		wg.Go(func() {
			for {
				n := int(next.Add(1))
				if err := writeNumbered(s, n); err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				os.Stdout.WriteString(fmt.Sprintf("ACK %d\n", n))
			}
		})
	}
	wg.Wait()
	return fmt.Errorf("the child came to an end")
}

// writeNumbered stores the n-th piece, together with its number as the validator of its feed.
func writeNumbered(s *store.Store, n int) error {
	l, changes := pieces(feedURL(n%3), n, 1)
	_, err := s.Entries.Ingest(context.Background(), l, func(k oped.Known) oped.Plan {
		k.Feed.Validators.ETag = strconv.Itoa(n)
		return oped.Plan{Feed: k.Feed, Pieces: changes}
	})
	return err
}

// judgeForever gives all pieces tags of a new rule, over and over.
func judgeForever(s *store.Store, n int) error {
	for {
		n++
		version := strconv.Itoa(n)
		_, err := s.Topics.Rejudge(context.Background(), map[string]string{
			"rule": version,
		}, func(p oped.Piece) (oped.PieceChange, bool) {
			p.Tags = []oped.Tag{{Topic: "pak-us", Outcome: oped.Tagged, By: oped.ByRule, RuleVersion: version}}
			return oped.PieceChange{Piece: p}, true
		})
		if err != nil {
			return err
		}
		os.Stdout.WriteString("ACK " + version + "\n")
	}
}

// killChild starts a child, kills it at a random moment after its start, and returns the acknowledged writes.
func killChild(t *testing.T, mode, path string, first int, rng *rand.Rand) (acks []int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childMode+"="+mode, childStore+"="+path, childFirst+"="+strconv.Itoa(first))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	defer cmd.Wait()
	lines := bufio.NewReader(out)
	read := func() bool {
		line, err := lines.ReadString('\n')
		if err != nil {
			return false // half a line is no acknowledgement
		}
		n, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "ACK ")))
		check(t, err)
		acks = append(acks, n)
		return true
	}
	if !read() {
		cmd.Process.Kill()
		t.Fatalf("the child said nothing but %q", stderr.String())
	}
	timer := time.AfterFunc(time.Duration(rng.IntN(40_000))*time.Microsecond, func() { cmd.Process.Kill() })
	defer timer.Stop()
	for read() {
	}
	io.Copy(io.Discard, out)
	return acks
}

// sound wants the file to be whole.
func sound(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	check(t, err)
	defer db.Close()
	for pragma, want := range map[string]string{"integrity_check": "ok", "foreign_key_check": ""} {
		var verdict string
		err := db.QueryRow(`PRAGMA ` + pragma).Scan(&verdict)
		if err != nil && want != "" || verdict != want {
			t.Fatalf("%s: %s, %v", pragma, verdict, err)
		}
	}
}

// TestKill kills a writer twenty times. Its acknowledged writes are there each time, all of them and whole; a
// feed never has the validators of a document without its entries.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	prepare(t, path)
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	last, total, rounds := 0, 0, 20
	if testing.Short() {
		rounds = 3
	}
	for range rounds {
		acks := killChild(t, "write", path, last, rng)
		sound(t, path)
		s := open(t, path, store.Options{})
		for _, n := range acks {
			last = max(last, n)
			p, err := s.Pieces.Get(t.Context(), feedURL(n%3)+"/"+strconv.Itoa(n))
			if err != nil || len(p.Entries) != 1 || len(p.Tags) != 1 || len(p.Editions) != 2 || p.Lead().Text != opEd {
				t.Fatalf("piece %d was acknowledged, now it is %+v, %v", n, p, err)
			}
		}
		last += 4 // unacknowledged writes may be there or not; the numbers of both are used up
		total += len(acks)
		consistent(t, s)
		check(t, s.Close())
	}
	t.Logf("%d acknowledged in all", total)
}

func prepare(t *testing.T, path string) {
	t.Helper()
	s := open(t, path, store.Options{})
	var feeds []oped.Feed
	for i := range 3 {
		feeds = append(feeds, oped.Feed{URL: feedURL(i), Enabled: true})
	}
	check(t, s.Feeds.Sync(t.Context(), feeds, noon))
	check(t, s.Editions.Sync(t.Context(), []oped.Edition{{Name: "all"}, {Name: "pak-us"}}, "oped.example", noon))
	check(t, s.Close())
}

func consistent(t *testing.T, s *store.Store) {
	t.Helper()
	feeds, err := s.Feeds.All(t.Context())
	check(t, err)
	entries := 0
	for _, f := range feeds {
		entries += f.Entries
		if f.Validators.ETag == "" {
			continue
		}
		if _, err := s.Pieces.Get(t.Context(), f.URL+"/"+f.Validators.ETag); err != nil {
			t.Fatalf("feed %s remembers document %s, whose entry is not there: %v", f.Name, f.Validators.ETag, err)
		}
	}
	c, err := s.Counts(t.Context())
	check(t, err)
	record, err := s.Editions.Publications(t.Context(), "all", 0, 0)
	check(t, err)
	editions, err := s.Editions.All(t.Context())
	check(t, err)
	if c.Pieces != c.Entries || c.Entries != entries || len(record) != c.Pieces || editions[0].Pieces != c.Pieces {
		t.Fatalf(
			"%+v; the feeds count %d entries, the record %d lines, the edition %d pieces", c, entries,
			len(record), editions[0].Pieces,
		)
	}
}

// TestKillJudge kills a process that judges all pieces again and again: each time all of them are judged by
// the same rule.
func TestKillJudge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oped.db")
	prepare(t, path)
	s := open(t, path, store.Options{})
	ingest(t, s, feedURL(0), 0, 100)
	check(t, s.Close())
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	last, rounds := 0, 5
	if testing.Short() {
		rounds = 2
	}
	for range rounds {
		for _, n := range killChild(t, "judge", path, last, rng) {
			last = n
		}
		sound(t, path)
		s := open(t, path, store.Options{})
		versions := map[string]int{}
		for p, err := range s.Pieces.All(t.Context(), 0, 0) {
			check(t, err)
			versions[p.Tags[0].RuleVersion]++
		}
		for v := range versions {
			n, err := strconv.Atoi(v)
			check(t, err)
			if len(versions) != 1 || n < last || n > last+1 {
				t.Fatalf("judged by %v, acknowledged was %d", versions, last)
			}
			last = n
		}
		check(t, s.Close())
	}
}
