// Command stream ingests a stream of real items into a store, in the order of their first sighting. It prints the
// growth of the store, and the joins.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"oped"
	"oped/ingest"
	"oped/parse"
	"oped/store"
	"oped/topic"
)

// item is a line of the stream.
type item struct {
	Title     string `json:"t"`
	URL       string `json:"u"`
	Published string `json:"p"`
	Seen      string `json:"s"`
	Feed      string `json:"f"`
	Text      string `json:"d"`
	Author    string `json:"a"`
}

func main() {
	db := flag.String("store", "", "the database to make (default: in a temporary directory)")
	limit := flag.Int("n", 0, "stop after so many items; 0: never")
	sample := flag.Int("sample", 300, "joins of each sort to print")
	seed := flag.Uint64("seed", 1, "of the sample")
	flag.Parse()
	if err := run(*db, *limit, *sample, *seed); err != nil {
		log.Fatal(err)
	}
}

func run(db string, limit, sample int, seed uint64) error {
	if db == "" {
		dir, err := os.MkdirTemp("", "stream")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		db = filepath.Join(dir, "oped.db")
	}
	ctx := context.Background()
	items, err := read(os.Stdin, limit)
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, db, store.Options{})
	if err != nil {
		return err
	}
	defer st.Close()
	feeds := feedsOf(items)
	if err := st.Feeds.Sync(ctx, feeds, time.Unix(0, 0)); err != nil {
		return err
	}
	rules, err := noTopics()
	if err != nil {
		return err
	}
	related := relations{Entries: st.Entries, kinds: map[string]int{}}
	if err := feed(ctx, st, ingest.New(related, rules), feeds, items); err != nil {
		return err
	}
	fmt.Println("\nrelations by kind and guard:", related.kinds)
	return report(ctx, st, sample, seed)
}

// relations counts the relations stored with entries.
type relations struct {
	store.Entries
	kinds map[string]int
}

func (r relations) Ingest(ctx context.Context, l oped.Lookup, decide func(oped.Known) oped.Plan) (oped.Changes, error) {
	var plan oped.Plan
	changes, err := r.Entries.Ingest(ctx, l, func(k oped.Known) oped.Plan {
		plan = decide(k)
		return plan
	})
	for _, c := range plan.Pieces {
		for _, rel := range c.Relations {
			r.kinds[strings.TrimSpace(string(rel.Kind)+" "+rel.Guard)]++
		}
	}
	return changes, err
}

func noTopics() (*ingest.Rules, error) {
	t, err := topic.Compile(nil, nil)
	return &ingest.Rules{Tagger: t, Authority: "stream.example"}, err
}

func read(r io.Reader, limit int) (items []item, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() && (limit == 0 || len(items) < limit) {
		var it item
		if err := json.Unmarshal(lines.Bytes(), &it); err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	return items, lines.Err()
}

func feedURL(name string) string { return "https://feeds.example/" + url.PathEscape(name) }

// publisherOf returns the most frequent host among the addresses of a feed.
func publisherOf(name string, hosts map[string]map[string]int) string {
	best, n := "", 0
	for host, count := range hosts[name] {
		if count > n || count == n && host < best {
			best, n = host, count
		}
	}
	return best
}

func feedsOf(items []item) []oped.Feed {
	hosts := map[string]map[string]int{}
	var names []string
	for _, it := range items {
		if hosts[it.Feed] == nil {
			hosts[it.Feed] = map[string]int{}
			names = append(names, it.Feed)
		}
		if u, err := url.Parse(it.URL); err == nil {
			hosts[it.Feed][strings.TrimPrefix(u.Hostname(), "www.")]++
		}
	}
	feeds := make([]oped.Feed, len(names))
	for i, name := range names {
		// A feed of many papers has no publisher of its own: each entry has one, below.
		p := publisherOf(name, hosts)
		if len(hosts[name]) > 1 {
			p = ""
		}
		feeds[i] = oped.Feed{
			Name:      fmt.Sprint("feed-", i),
			URL:       feedURL(name),
			Publisher: p,
			Enabled:   true,
		}
	}
	return feeds
}

// feed ingests one fetch after the other: the items of a feed first seen at one moment.
func feed(ctx context.Context, st *store.Store, in *ingest.Ingester, feeds []oped.Feed, items []item) error {
	known := map[string]oped.Feed{}
	for _, f := range feeds {
		known[f.URL] = f
	}
	start, cpu := time.Now(), cpuTime()
	total := oped.Changes{}
	next := 20_000
	for i := 0; i < len(items); {
		n := i
		for n < len(items) && items[n].Feed == items[i].Feed && items[n].Seen == items[i].Seen {
			n++
		}
		at, ok := parse.Time(items[i].Seen, "", nil)
		if !ok {
			return fmt.Errorf("item %d: no time %q", i, items[i].Seen)
		}
		fetched := oped.Fetched{
			Feed:    oped.FeedState{Feed: known[feedURL(items[i].Feed)]},
			At:      at,
			Status:  200,
			Next:    at.Add(time.Hour),
			Entries: entries(items[i:n]),
		}
		c, err := in.Handle(ctx, fetched)
		if err != nil {
			return err
		}
		total.New += c.New
		total.Joined += c.Joined
		total.Changed += c.Changed
		total.Unchanged += c.Unchanged
		total.Merged += c.Merged
		if i = n; i >= next || i == len(items) {
			next += 20_000
			wall := time.Since(start)
			fmt.Printf("%7d items  new %7d  joined %5d  changed %5d  merged %3d  "+
				"%6.1f s wall  %6.1f s CPU  %5.0f items/s  %4d MB resident  %5d MB stored\n",
				i, total.New, total.Joined, total.Changed, total.Merged, wall.Seconds(),
				(cpuTime() - cpu).Seconds(), float64(i)/wall.Seconds(), resident(), size(st.Path()))
		}
	}
	return nil
}

func entries(items []item) []oped.Entry {
	out := make([]oped.Entry, len(items))
	for i, it := range items {
		e := oped.Entry{
			ID:      it.URL,
			URL:     it.URL,
			Title:   it.Title,
			Summary: it.Text,
			Hash:    sha256.Sum256([]byte(it.Title + "\x00" + it.Text + "\x00" + it.URL)),
		}
		if it.Author != "" {
			e.Authors = []oped.Person{{Name: it.Author}}
		}
		if at, ok := parse.Time(it.Published, "", nil); ok {
			e.Published = at
		}
		if u, err := url.Parse(it.URL); err == nil {
			e.Publisher = strings.TrimPrefix(u.Hostname(), "www.")
		}
		out[i] = e
	}
	return out
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resident returns the memory of this process, in megabytes.
func resident() int {
	raw, _ := os.ReadFile("/proc/self/statm")
	var all, here int
	fmt.Sscan(string(raw), &all, &here)
	return here * os.Getpagesize() >> 20
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size() >> 20
}

// report prints the numbers of appearances of pieces, all pieces with more than three, and samples of the joins.
func report(ctx context.Context, st *store.Store, sample int, seed uint64) error {
	sizes := map[int]int{}
	var large []oped.Piece
	joins := map[string][]join{} // by kind
	for p, err := range st.Pieces.All(ctx, 0, 0) {
		if err != nil {
			return err
		}
		sizes[len(p.Entries)]++
		if len(p.Entries) > 3 {
			large = append(large, p)
		}
		for _, e := range p.Entries {
			if e.Joined != "" {
				oldest := slices.MinFunc(p.Entries, func(a, b oped.Entry) int { return int(a.Row - b.Row) })
				by := "text"
				if strings.HasPrefix(e.Joined, "same address") {
					by = "address"
				}
				joins[by] = append(joins[by], join{oldest, e})
			}
		}
	}
	fmt.Println("\npieces by appearances:", sizes)
	fmt.Printf("\n%d pieces of more than three\n", len(large))
	for _, p := range large {
		show(&p)
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	for _, by := range []string{"address", "text"} {
		some := slices.Clone(joins[by])
		rng.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		fmt.Printf("\n%d of %d joins by %s\n", min(sample, len(some)), len(some), by)
		for _, j := range some[:min(sample, len(some))] {
			line(&j)
		}
	}
	return nil
}

// join is an entry joined to a piece, and the oldest entry of the piece.
type join struct{ oldest, e oped.Entry }

// line prints a join as a line of fields separated by tabs.
func line(j *join) {
	fields := []string{j.e.Joined}
	for _, e := range []*oped.Entry{&j.oldest, &j.e} {
		fields = append(fields, e.Publisher, e.Date().Format(time.DateOnly), e.Title, e.URL, beginning(e.Text))
	}
	for i, f := range fields {
		fields[i] = strings.Join(strings.Fields(f), " ")
	}
	fmt.Println(strings.Join(fields, "\t"))
}

func beginning(s string) string {
	words := strings.Fields(s)
	return strings.Join(words[:min(len(words), 30)], " ")
}

// appearance is an appearance printed by show.
type appearance struct {
	Publisher, Date, Title, URL, Text, Why string
}

// show prints a piece as one line of JSON: its appearances in the order of their arrival.
func show(p *oped.Piece) {
	es := slices.Clone(p.Entries)
	slices.SortFunc(es, func(a, b oped.Entry) int { return int(a.Row - b.Row) })
	out := struct {
		Piece oped.PieceID
		In    []appearance
	}{Piece: p.ID}
	for _, e := range es {
		out.In = append(out.In, appearance{
			Publisher: e.Publisher,
			Date:      e.Date().Format(time.DateOnly),
			Title:     e.Title,
			URL:       e.URL,
			Text:      e.Text,
			Why:       e.Joined,
		})
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		log.Fatal(err)
	}
}
