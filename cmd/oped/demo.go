package main

import (
	"cmp"
	"fmt"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
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
		Args:    requireArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := a.daemon()
			defer signal.Stop(d.Hup)
			d.Fetched = a.printFetched
			return app.Demo(cmd.Context(), address, a.options(), d, func(at, config string) {
				link, err := a.firstLink(cmd.Context())
				if err != nil {
					a.report(err)
				}
				a.printf(demoTour, at, at, at, at, at, link, at, config, a.typed())
			})
		},
	}
	cmd.Flags().StringVar(&address, "listen", "127.0.0.1:8080",
		"`address` of the editions")
	return cmd
}

// typed returns the command as the user typed it. Under go run, the program is in a folder of its own.
func (a *cli) typed() string {
	if strings.Contains(a.program, "go-build") {
		return "go run ./cmd/oped"
	}
	return cmp.Or(a.program, "oped")
}

// demoTour has the address, for each of the links, the path of the configuration, and the command as typed.
const demoTour = `Invented newspapers, the real pipeline. A tour:

  1. today by topic    http://%s/
  2. one topic, a day  http://%s/pak-us/       "why here?" names the words that counted
  3. the same in Urdu  http://%s/pak-us-urdu/
  4. a daily digest    http://%s/daily/        one entry a day
  5. failing feeds     http://%s/health/       two papers never deliver

  curate               %s

  subscribe            http://%s/pak-us.atom
  in the terminal      export OPED_CONFIG=%s
                       %s feeds

New pieces appear every few seconds. Ctrl-C ends it.

`

// printFetched prints the results of a fetch, if there are any.
func (a *cli) printFetched(f oped.Fetched, c oped.Changes) {
	at := a.now().Format("15:04:05")
	switch {
	case f.Err != nil && f.Feed.Failures == 0:
		a.printNews(at, f.Feed.Publisher, f.Err.Error())
	case c.New+c.Joined+c.Changed > 0:
		a.printNews(at, f.Feed.Publisher, countOutcomes(c))
	}
}

// printNews prints what a fetch of a paper brought, in lines that fit.
func (a *cli) printNews(at, paper, what string) {
	o := output{width: columns(a.stdout)}
	o.wrapf(strings.Repeat(" ", 35), "%s  %s  %s", at, cells.FillRight(shorten(paper, 23), 23), what)
	a.printf("%s", o.String())
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
