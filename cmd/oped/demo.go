package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
	"oped/internal/newstest"
)

func demoCommand(a *cli) *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run oped over invented newspapers, without a network",
		Long: "Run the whole pipeline over invented newspapers, served by this process on\n" +
			"loopback. New pieces appear every few seconds. The database is in a temporary\n" +
			"folder, removed when the demo ends. If its port is taken, another is used.",
		Example: "  oped demo --listen 127.0.0.1:8090",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return serveDemo(cmd.Context(), a, address) },
	}
	cmd.Flags().StringVar(&address, "listen", "127.0.0.1:8080",
		"`address` of the editions")
	return cmd
}

// serveDemo serves invented newspapers on one loopback port and runs the daemon over them on another.
func serveDemo(ctx context.Context, a *cli, address string) error {
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
	log, err := a.log()
	if err != nil {
		papers.Close()
		return err
	}
	world := newstest.NewPress(a.now())
	press := newServer(world.Handler(a.now), log)
	printed := make(chan struct{})
	go func() {
		defer close(printed)
		press.Serve(papers) // ends with the demo
	}()
	defer func() {
		press.Close()
		<-printed
	}()

	a.configPath = filepath.Join(dir, "config.yaml")
	if err := writeNew(demoFiles(a.configPath, world, papers.Addr().String(), address)); err != nil {
		return err
	}
	a.logFormat = "none" // the demo prints its own messages
	load := func() (*config.Config, error) { return config.Load(a.configPath) }
	return runDaemon(ctx, a, load, &app.Hooks{
		Serving: func(at string) {
			fmt.Fprintf(a.stdout, "%s\n\n  open       http://%s/\n  subscribe  http://%s/pak-us.atom\n  look       oped --config %s feeds\n\nCtrl-C ends it.\n\n",
				"Invented newspapers, the real pipeline.", at, at, a.configPath)
		},
		Fetched: func(f oped.Fetched, c oped.Changes) { reportFetch(a, f, c) },
	})
}

// reportFetch prints the results of a fetch, if there are any.
func reportFetch(a *cli, f oped.Fetched, c oped.Changes) {
	at := a.now().Format("15:04:05")
	switch {
	case f.Err != nil && f.Feed.Failures == 0:
		fmt.Fprintf(a.stdout, "%s  %-24s %v\n", at, f.Feed.Publisher, f.Err)
	case c.New+c.Joined+c.Changed > 0:
		fmt.Fprintf(a.stdout, "%s  %-24s %s\n", at, f.Feed.Publisher, countOutcomes(c))
	}
}

// countOutcomes returns "2 new, 1 joined" and the changed editions.
func countOutcomes(c oped.Changes) string {
	var parts []string
	for _, f := range []struct {
		n       int
		outcome oped.EntryOutcome
	}{{c.New, oped.New}, {c.Joined, oped.Joined}, {c.Changed, oped.Changed}} {
		if f.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", f.n, f.outcome))
		}
	}
	line := strings.Join(parts, ", ")
	if len(c.Editions) > 0 {
		line += " → " + strings.Join(c.Editions, ", ")
	}
	return line
}

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

// demoFiles returns the configuration of the demo: its own feeds, with the shipped topics and editions.
func demoFiles(path string, world *newstest.Press, papers, address string) []newFile {
	main := world.Config("http://"+papers, "http://"+address, filepath.Dir(path))
	main = append(main, "include: [topics/*.yaml, topics/packs/*.yaml]\n"...)
	shipped := shippedFiles(path, ".")[0].body
	main = append(main, shipped[bytes.Index(shipped, []byte("\neditions:")):]...)
	return append([]newFile{{path, main}}, shippedFiles(path, "topics")...)
}
