package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/config"
	"oped/internal/newstest"
	"oped/internal/testkit"
	"oped/store"
)

// blockingLog is a log that holds up the program at lines with a message, until goOn is closed.
type blockingLog struct {
	slog.Handler
	message       string
	reached, goOn chan struct{}
}

func (l *blockingLog) Handle(_ context.Context, r slog.Record) error {
	if r.Message == l.message {
		select {
		case l.reached <- struct{}{}:
		default:
		}
		<-l.goOn
	}
	return nil
}

func (l *blockingLog) Enabled(context.Context, slog.Level) bool { return true }

// daemonOn runs a daemon until stop. Then wait returns its error.
func daemonOn(
	t *testing.T, configPath string, log slog.Handler, fetched chan oped.Changes,
) (address string, stop func(), wait func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	serving, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- Serve(ctx, Options{Log: slog.New(log), Now: time.Now, Version: "dev"}, Daemon{
			Config:  configPath,
			Serving: func(address string) { serving <- address },
			Fetched: func(_ oped.Fetched, c oped.Changes) { fetched <- c },
		})
	}()
	select {
	case address = <-serving:
	case err := <-ended:
		t.Fatal(err)
	}
	return address, cancel, func() error { return <-ended }
}

// TestUpgradeServesAtOnce: a daemon on a database of an earlier release serves its pieces while it computes their data
// again. It fetches nothing meanwhile, and commands that compare entries wait. If it ends in between, the next one
// begins again. An entry that arrived meanwhile is stored once.
func TestUpgradeServesAtOnce(t *testing.T) {
	paper := newstest.New(t)
	items := newstest.Items("https://paper.example", 0, 5)
	paper.Edition("/feed", "The Paper", items[:3]...)
	configPath := testkit.WriteConfig(t, fmt.Sprintf("base_url: https://feeds.example\nlisten: 127.0.0.1:0\n"+
		"fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: [{name: paper, url: %q}]\neditions: {all: {}}\n",
		paper.URL+"/feed"))
	cfg, err := config.Load(configPath)
	must(t, err)
	p, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler), Now: time.Now})
	must(t, err)
	_, err = p.Once(t.Context(), true)
	must(t, err)
	must(t, p.store.Feeds.MakeDue(t.Context(), time.Now()))
	must(t, p.Close())
	db, err := sql.Open("sqlite", "file:"+cfg.Store)
	must(t, err)
	for _, query := range []string{
		`UPDATE meta SET value = '0' WHERE key IN ('texts', 'words', 'prints', 'keys')`,
		`DELETE FROM print`, `DELETE FROM piece_key`,
	} {
		_, err = db.Exec(query)
		must(t, err)
	}
	must(t, db.Close())
	paper.Edition("/feed", "The Paper", items[:4]...)
	requests := len(paper.Requests("/feed"))

	fetched := make(chan oped.Changes, 10)
	for _, ends := range []bool{true, false} {
		log := &blockingLog{message: "computing again", reached: make(chan struct{}, 1), goOn: make(chan struct{})}
		address, stop, wait := daemonOn(t, configPath, log, fetched)
		<-log.reached
		res, err := http.Get("http://" + address + "/all.atom")
		must(t, err)
		body, err := io.ReadAll(res.Body)
		must(t, err)
		if n := strings.Count(string(body), "<entry>"); res.StatusCode != http.StatusOK || n != 3 {
			t.Errorf("status %d, %d entries\n%s", res.StatusCode, n, body)
		}
		if n := len(paper.Requests("/feed")); n != requests {
			t.Errorf("the paper was asked %d times", n-requests)
		}
		noted, done := make(chan string, 10), make(chan error, 1)
		command, err := Dial(t.Context(), cfg, Options{
			Log:     slog.New(slog.DiscardHandler),
			Now:     time.Now,
			Version: "dev",
			Note:    func(s string) { noted <- s },
		})
		must(t, err)
		go func() {
			_, err := Call(t.Context(), command, MergePieces, Selection{Reason{By: "me", Why: "one"}, []string{"1", "2"}, true})
			done <- err
		}()
		if note := <-noted; !strings.Contains(note, "computing stored data again") {
			t.Errorf("the command says %q", note)
		}
		if ends {
			stop()
			close(log.goOn)
			if err := wait(); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			<-done
			command.Close()
			continue
		}
		select {
		case err := <-done:
			t.Errorf("merged before the data is computed: %v", err)
		default:
		}
		close(log.goOn)
		if err := <-done; err != nil {
			t.Error(err)
		}
		command.Close()
		if c := <-fetched; c.New != 1 || c.Joined != 0 {
			t.Errorf("%+v", c)
		}
		stop()
		if err := wait(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	st, err := store.Open(t.Context(), cfg.Store, store.Options{ReadOnly: true})
	must(t, err)
	defer st.Close()
	var titles []string
	for p, err := range st.Pieces.All(t.Context(), 0, 0) {
		must(t, err)
		for i := range p.Entries {
			titles = append(titles, p.Entries[i].Title)
		}
	}
	slices.Sort(titles)
	if len(titles) != 4 || len(slices.Compact(titles)) != 4 {
		t.Errorf("%q", titles)
	}
}

// TestQueue_Doubts: an appearance of an earlier release that the present rules would not join is in the queue, with
// commands that decide on it.
func TestQueue_Doubts(t *testing.T) {
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 2)...)
	cfg, err := config.Load(testkit.WriteConfig(t, fmt.Sprintf("base_url: https://feeds.example\n"+
		"fetch: {allow_private: [127.0.0.0/8]}\nfeeds: [{name: paper, url: %q}]\neditions: {all: {}}\n", paper.URL+"/feed")))
	must(t, err)
	o := Options{Log: slog.New(slog.DiscardHandler), Now: time.Now}
	p, err := Open(t.Context(), cfg, o)
	must(t, err)
	_, err = p.Once(t.Context(), true)
	must(t, err)
	must(t, p.Close())
	db, err := sql.Open("sqlite", "file:"+cfg.Store)
	must(t, err)
	for _, query := range []string{
		`UPDATE entry SET piece = 1 WHERE piece = 2`, `DELETE FROM edition_piece WHERE piece = 2`,
		`UPDATE piece SET merged = 1 WHERE id = 2`, `DELETE FROM meta WHERE key IN ('keys', 'prints', 'doubts')`,
	} {
		_, err = db.Exec(query)
		must(t, err)
	}
	must(t, db.Close())
	p, err = Open(t.Context(), cfg, o)
	must(t, err)
	defer p.Close()
	queued := func(want int) (pair GuardedPair) {
		t.Helper()
		pairs, n, err := p.Pieces().Guarded(t.Context(), 0)
		if err != nil || n != want || len(pairs) != want {
			t.Fatalf("%+v, %d, %v; want %d", pairs, n, err, want)
		}
		if n > 0 {
			pair = pairs[0]
		}
		return pair
	}
	pair := queued(1)
	if pair.Guard != "G10" || pair.Pieces[0].Piece != 1 || pair.Pieces[1].Piece != 1 ||
		pair.Pieces[0].Title == pair.Pieces[1].Title || pair.Pieces[0].URL == pair.Pieces[1].URL {
		t.Errorf("%+v", pair)
	}
	refs := func(command, verb string) Selection {
		words := strings.Fields(strings.TrimPrefix(command, "oped piece "+verb))
		return Selection{Reason: Reason{By: "me", Why: "seen"}, Refs: words}
	}
	done, err := p.Pieces().merge(t.Context(), refs(pair.Merge, "merge"))
	if err != nil || Describe(done.Decision) != "merge by me: piece 1 is one (seen)" {
		t.Fatalf("%s: %v, %s", pair.Merge, err, Describe(done.Decision))
	}
	queued(0)
	_, err = decisions{p, cfg}.undo(t.Context(), Reversal{Reason: Reason{By: "me"}})
	must(t, err)
	queued(1)
	done, err = p.Pieces().split(t.Context(), refs(pair.Split, "split"))
	if err != nil || done.Decision.Split != 1 {
		t.Fatalf("%s: %v, %+v", pair.Split, err, done)
	}
	queued(0)
}
