package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"oped"
	"oped/config"
	"oped/internal/newstest"
)

// Demo serves invented newspapers on one loopback port and runs the daemon over them on another, without a log. The
// database is in a temporary folder, removed at the end. It begins with a past: an issue of a digest, archives, a
// withdrawn piece, and a curated edition with a queue. If the port of the address is taken, another is used. It
// calls serving, once, with the address and the path of the configuration.
func Demo(ctx context.Context, address string, o Options, d Daemon, serving func(address, config string)) error {
	dir, err := os.MkdirTemp("", "oped-demo-")
	if err != nil {
		return fmt.Errorf("create a folder for the demo: %w", err)
	}
	defer os.RemoveAll(dir)
	address, err = freeAddress(ctx, address)
	if err != nil {
		return err
	}
	papers, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	world := newstest.NewPress(o.Now())
	var back atomic.Int64 // a time.Duration: how far the clock of the papers is behind
	pages := world.Handler(func() time.Time { return o.Now().Add(-time.Duration(back.Load())) })
	press := newServer(impatient(pages, o.Now), o)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		press.Serve(papers) // ends with the demo
	}()
	defer func() {
		press.Close()
		<-ended
	}()

	d.Config = filepath.Join(dir, "config.yaml")
	if err := writeNew(demoFiles(d.Config, world, papers.Addr().String(), address)); err != nil {
		return err
	}
	d.Serving = func(at string) { serving(at, d.Config) }
	o.Log = slog.New(slog.DiscardHandler)
	back.Store(int64(demoPast))
	if err := past(ctx, d.Config, o, "http://"+papers.Addr().String()+world.Path(withdrawnSlug)); err != nil {
		return err
	}
	back.Store(0)
	return Serve(ctx, o, d)
}

const (
	demoPast      = 30 * time.Hour // more than a day, so that the daily digest has an issue
	withdrawnSlug = "lamp-post-virus"
	demoCurator   = "Amna"
	demoCurated   = "picks"
)

// past runs the pipeline as of some time ago, and withdraws a piece.
func past(ctx context.Context, path string, o Options, withdrawn string) error {
	cfg, err := config.Load(path)
	if err != nil {
		return err
	}
	now := o.Now
	o.Now = func() time.Time { return now().Add(-demoPast) }
	p, err := Open(ctx, cfg, o)
	if err != nil {
		return err
	}
	defer p.Close()
	for range 2 { // a feed counts as failing after its second failure
		if _, err := p.Once(ctx, true); err != nil {
			return err
		}
	}
	_, err = Call(ctx, &Caller{app: p}, WithdrawPiece, Selection{
		Refs:   []string{withdrawn},
		Reason: Reason{By: demoCurator, Why: "to show a withdrawn piece"},
	})
	if err != nil {
		return err
	}
	return pastChoices(ctx, p, now())
}

// pastChoices makes decisions in the curated edition: it approves a piece with a note, and holds another.
func pastChoices(ctx context.Context, p *App, now time.Time) error {
	queues, err := p.Pieces().Queue(ctx, 2, demoCurated)
	if err != nil {
		return err
	}
	for i, q := range queues[0].Pieces {
		choices := []Curation{
			{Action: oped.Annotate, Note: "Read it with the budget of the week in mind."},
			{Action: oped.Approve},
		}
		if i > 0 {
			choices = []Curation{{Action: oped.Hold, Until: now.Add(time.Hour).Format(time.RFC3339)}}
		}
		for _, x := range choices {
			x.Reason, x.Ref, x.Editions = Reason{By: demoCurator}, fmt.Sprint(q.Piece), []string{demoCurated}
			if _, err := Call(ctx, &Caller{app: p}, CuratePiece, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoFiles returns the configuration of the demo: its own feeds, with the shipped topics and editions.
func demoFiles(path string, press *newstest.Press, papers, address string) []newFile {
	main := press.Config("http://"+papers, "http://"+address, filepath.Dir(path))
	main = bytes.Replace(main, []byte("\npublish:\n"), []byte(demoPublish), 1)
	main = append(main, fmt.Sprintf("desk: {url: %q}\n", "http://"+demoHost(address))...)
	main = append(main, "include: [topics/*.yaml, topics/packs/*.yaml]\n"...)
	shipped := shippedFiles(path, ".")[0].body
	main = append(main, shipped[bytes.Index(shipped, []byte("\neditions:")):]...)
	main = append(main, demoEditions...)
	return append([]newFile{{path, main}}, shippedFiles(path, "topics")...)
}

// demoHost returns an address with localhost for a number of this machine, because a passkey needs a name.
func demoHost(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && ip.IsLoopback() {
		return net.JoinHostPort("localhost", port)
	}
	return address
}

const (
	demoPublish = `
publish:
  title: The Loopback Review
  description: Opinion from fourteen invented newspapers, by topic, each piece once.
  timezone: Asia/Karachi
  hub: self
  limit: 20 # a short head, so that there are archives
`
	demoEditions = `  pak-us-urdu: {title: پاک امریکہ تعلقات, subtitle: اردو اخبارات سے, lang: ur, topics: pak-us, langs: ur}
  ` + demoCurated + `:
    title: Our picks
    subtitle: Pak–US relations, chosen by hand.
    topics: pak-us
    curated: true
  daily: {title: The daily digest, subtitle: "One entry a day, with the pieces of the day.", digest: daily}
`
)

// freeAddress returns the given address, or one with another port of the same host if it is in use.
func freeAddress(ctx context.Context, address string) (string, error) {
	l, err := listen(ctx, address)
	var taken *listenError
	if errors.As(err, &taken) {
		host, _, splitErr := net.SplitHostPort(address)
		if splitErr != nil {
			return "", err
		}
		l, err = listen(ctx, net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
