package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
	"oped/text"
)

func feedsCommand(a *cli) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "feeds [NAME]",
		Short: "Show the health of every feed, or all about one",
		Long: "Show the health of every feed: its state, its entries, the last success, the\n" +
			"last new entry, the next fetch, and a diagnosis. With NAME, show all about one\n" +
			"feed.",
		Example: "  oped feeds dawn",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return listFeeds(cmd.Context(), a, args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.AddCommand(
		&cobra.Command{
			Use:   "pause NAME",
			Short: "Stop fetching a feed until it is resumed",
			Long: "Stop fetching the feed NAME. Its entries stay published. oped feeds resume\n" +
				"starts it again.",
			Example: "  oped feeds pause dawn",
			Args:    requireArgs("NAME"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return pauseFeed(cmd.Context(), a, args[0], true)
			},
		},
		&cobra.Command{
			Use:     "resume NAME",
			Short:   "Fetch a paused feed again",
			Long:    "Fetch the paused feed NAME again, on its schedule.",
			Example: "  oped feeds resume dawn",
			Args:    requireArgs("NAME"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return pauseFeed(cmd.Context(), a, args[0], false)
			},
		},
		&cobra.Command{
			Use:     "fetch NAME",
			Short:   "Fetch one feed now, due or not",
			Long:    "Fetch the feed NAME now, due or not, publish the changes, and print the result.",
			Example: "  oped feeds fetch dawn",
			Args:    requireArgs("NAME"),
			RunE:    func(cmd *cobra.Command, args []string) error { return fetchNow(cmd.Context(), a, args[0]) },
		},
		&cobra.Command{
			Use:     "add URL",
			Short:   "Add the feed of a page to the configuration",
			Long:    "Find the feed of a page, and add it to the configuration, keeping all comments.",
			Example: "  oped feeds add https://dawn.example/opinion",
			Args:    requireArgs("URL"),
			RunE:    func(cmd *cobra.Command, args []string) error { return addFeed(cmd.Context(), a, args[0]) },
		},
	)
	return cmd
}

func listFeeds(ctx context.Context, a *cli, args []string, asJSON bool) error {
	p, err := a.readOnly(ctx)
	if err != nil {
		return err
	}
	defer p.Store.Close()
	states, rows, err := p.Feeds().Health(ctx, args...)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(rows)
	}
	since, err := p.Feeds().Offline(ctx)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		fmt.Fprintf(a.stdout, "no network since %s\n", since.Format("2 Jan 15:04"))
	}
	if len(args) == 1 {
		return printFeed(a, &states[0], rows[0])
	}
	return printFeeds(a, rows)
}

func printFeeds(a *cli, rows []app.FeedHealth) error {
	now := a.now()
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "FEED\tSTATE\tENTRIES\tLAST SUCCESS\tLAST NEW\tNEXT FETCH\tDIAGNOSIS")
	states := map[string]int{}
	for _, r := range rows {
		states[r.State]++
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", r.Name, r.State, r.Entries, ago(now, r.LastSuccess),
			ago(now, r.LastNew), ago(now, r.NextFetch), r.Diagnosis)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var parts []string
	for _, s := range []string{"ok", "failing", "never", "new", "paused", "disabled"} {
		if n := states[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	_, err := fmt.Fprintf(a.stdout, "%s: %s\n", text.Count(len(rows), "feed"), strings.Join(parts, ", "))
	return err
}

// printFeed prints everything known of one feed.
func printFeed(a *cli, s *oped.FeedState, h app.FeedHealth) error {
	now := a.now()
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	row("feed", s.Name)
	row("publisher", s.Publisher)
	row("address", h.URL)
	row("calls itself", s.DocTitle)
	row("site", s.DocSite)
	row("state", strings.TrimSuffix(h.State+": "+h.Diagnosis, ": "))
	row("entries", fmt.Sprint(s.Entries))
	if s.Deferred > 0 {
		row("waiting", fmt.Sprintf("%d entries", s.Deferred))
	}
	row("guids", guidText(h.GUIDs))
	row("last fetch", ago(now, app.TimeOrNil(s.LastFetch)))
	row("last success", ago(now, app.TimeOrNil(s.LastSuccess)))
	row("last new entry", ago(now, app.TimeOrNil(s.LastNew)))
	row("next fetch", ago(now, h.NextFetch))
	row("ETag", s.Validators.ETag)
	row("Last-Modified", s.Validators.LastModified)
	return w.Flush()
}

// ago formats a time relative to now: "3m ago", "in 2h".
func ago(now time.Time, t *time.Time) string {
	if t == nil {
		return "–"
	}
	d := now.Sub(*t)
	if d < 0 {
		return "in " + span(-d)
	}
	return span(d) + " ago"
}

func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

func pauseFeed(ctx context.Context, a *cli, name string, paused bool) error {
	return a.withApp(ctx, func(_ *config.Config, p *app.App) error {
		f, err := p.Feeds().SetPaused(ctx, name, paused)
		if err != nil {
			return err
		}
		what := "is fetched again"
		if paused {
			what = "is paused"
		}
		_, err = fmt.Fprintf(a.stdout, "%s %s\n", f.Name, what)
		return err
	})
}

func fetchNow(ctx context.Context, a *cli, name string) error {
	return a.withApp(ctx, func(_ *config.Config, p *app.App) error {
		f, changes, err := p.Feeds().Fetch(ctx, name)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(a.stdout, "%s: status %d, %s (%d new, %d joined, %d changed)\n", f.Feed.Name, f.Status,
			text.Count(len(f.Entries), "entry"), changes.New, changes.Joined, changes.Changed)
		return err
	})
}
