package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/text"
)

func feedsCommand(a *cli) *cobra.Command {
	cmd := a.reads(&cobra.Command{
		Use:   "feeds [NAME]",
		Short: "Show the health of every feed, or all about one",
		Long: "Show the health of every feed: its state, its entries, the last success, the\n" +
			"last new entry, the next fetch, and a diagnosis. With NAME, show all about one\n" +
			"feed.",
		Example: "  oped feeds dawn",
		Args:    cobra.MaximumNArgs(1),
	}, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		states, rows, err := p.Feeds().Health(ctx, args...)
		if err != nil {
			return nil, nil, err
		}
		since, err := p.Feeds().Offline(ctx)
		return rows, func(o *output) {
			if !since.IsZero() {
				o.printf("no network since %s\n", since.Format("2 Jan 15:04"))
			}
			if n := p.Feeds().Ahead(states); n > 0 {
				o.printf("the clock was ahead: the next fetch of %s is too far away; the next round fetches at once\n",
					text.Count(n, "feed"))
			}
			if len(args) == 1 {
				o.table(0, func(w io.Writer) { printFeed(w, a.now(), &states[0], rows[0]) })
			} else {
				printFeeds(o, a.now(), rows)
			}
		}, err
	})
	a.jsonFlag(cmd, "print JSON")
	cmd.AddCommand(
		&cobra.Command{
			Use:   "pause NAME",
			Short: "Stop fetching a feed until it is resumed",
			Long: "Stop fetching the feed NAME. Its entries stay published. oped feeds resume\n" +
				"starts it again.",
			Example: "  oped feeds pause dawn",
			Args:    requireArgs("NAME"),
			RunE:    pauseFeed(a, true),
		},
		&cobra.Command{
			Use:     "resume NAME",
			Short:   "Fetch a paused feed again",
			Long:    "Fetch the paused feed NAME again, on its schedule.",
			Example: "  oped feeds resume dawn",
			Args:    requireArgs("NAME"),
			RunE:    pauseFeed(a, false),
		},
		&cobra.Command{
			Use:     "fetch NAME",
			Short:   "Fetch one feed now, due or not",
			Long:    "Fetch the feed NAME now, due or not, publish the changes, and print the result.",
			Example: "  oped feeds fetch dawn",
			Args:    requireArgs("NAME"),
			RunE:    fetchNow(a),
		},
		&cobra.Command{
			Use:   "add URL",
			Short: "Add the feed of a page to the configuration",
			Long: "Find the feed of a page, and add it to the configuration, keeping all comments.\n" +
				"Its document is stored as the first fetch.",
			Example: "  oped feeds add https://dawn.example/opinion",
			Args:    requireArgs("URL"),
			RunE:    addFeed(a),
		},
	)
	for _, sub := range cmd.Commands() {
		a.jsonFlag(sub, "print JSON")
	}
	return cmd
}

func printFeeds(o *output, now time.Time, rows []app.FeedHealth) {
	states := map[string]int{}
	grouped := slices.ContainsFunc(rows, func(r app.FeedHealth) bool { return r.Group != "" })
	o.table(0, func(w io.Writer) {
		if grouped {
			fmt.Fprint(w, "GROUP\t")
		}
		fmt.Fprintln(w, "FEED\tSTATE\tENTRIES\tLAST SUCCESS\tLAST NEW\tNEXT FETCH\tDIAGNOSIS")
		for _, r := range rows {
			states[r.State]++
			if grouped {
				fmt.Fprintf(w, "%s\t", r.Group)
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", r.Name, r.State, r.Entries, ago(now, r.LastSuccess),
				ago(now, r.LastNew), ago(now, r.NextFetch), r.Diagnosis)
		}
	})
	var parts []string
	for _, s := range []string{"ok", "failing", "never", "new", "paused", "disabled"} {
		if n := states[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	o.printf("%s: %s\n", text.Count(len(rows), "feed"), strings.Join(parts, ", "))
}

// printFeed prints everything known of one feed.
func printFeed(w io.Writer, now time.Time, s *oped.FeedState, h app.FeedHealth) {
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	row("feed", s.Name)
	row("group", h.Group)
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
	row("last success", ago(now, h.LastSuccess))
	row("last new entry", ago(now, h.LastNew))
	row("next fetch", ago(now, h.NextFetch))
	row("ETag", s.Validators.ETag)
	row("Last-Modified", s.Validators.LastModified)
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

func pauseFeed(a *cli, paused bool) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		name, err := call(cmd.Context(), a, app.PauseFeed, app.Pause{Feed: args[0], Paused: paused})
		if err != nil {
			return err
		}
		return a.print(app.Pause{Feed: name, Paused: paused}, func(o *output) {
			state := "fetched again"
			if paused {
				state = "paused"
			}
			o.printf("%s is %s\n", name, state)
		})
	}
}

func fetchNow(a *cli) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		f, err := call(cmd.Context(), a, app.FetchFeed, args[0])
		if err != nil {
			return err
		}
		return a.print(f, func(o *output) {
			o.printf("%s: status %d, %s (%d new, %d joined, %d changed)\n", f.Feed, f.Status,
				text.Count(f.Entries, "entry"), f.New, f.Joined, f.Changed)
		})
	}
}

func addFeed(a *cli) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		f, err := call(cmd.Context(), a, app.AddFeed, args[0])
		if err != nil {
			return err
		}
		return a.print(f, func(o *output) { printAdded(o, &f) })
	}
}

func printAdded(o *output, f *app.AddedFeed) {
	o.printf("added %s (%s, %s) to %s as %s; these entries are its first fetch\n", f.URL,
		cmp.Or(f.Title, "untitled"), text.Count(f.Entries, "entry"), f.File, f.Name)
	for _, other := range f.Others {
		o.printf("the page links to another feed: %s\n", other)
	}
	if f.Opinion == oped.Always {
		o.WriteString("opinion: always, since its title or address says so\n")
	} else {
		o.WriteString("opinion: pieces with a mark of opinion in their categories or address\n")
	}
	for _, h := range f.Headlines {
		kind := "news"
		if h.Opinion {
			kind = "opinion"
		}
		o.printf("  %-7s  %s\n", kind, shortened(oneLine(h.Title), 66))
	}
	o.WriteString("to correct the guess, change `opinion` of this feed: always, never, expression\n")
}
