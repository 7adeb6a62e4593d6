package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/text"
)

func feedsCommand(a *cli) *cobra.Command {
	var list feedList
	cmd := a.reads(&cobra.Command{
		Use:   "feeds [NAME]",
		Short: "Show the health of every feed, or all about one",
		Long: "Show the health of every feed: its state, its last new entry, its next fetch,\n" +
			"and a diagnosis. Feeds that fail come first; disabled ones are left out. With\n" +
			"NAME, show all about one feed.",
		Example: "  oped feeds --failing",
		Args:    requireArgs("[NAME]"),
	}, func(ctx context.Context, p *app.App, args []string) (any, func(*output), error) {
		states, rows, err := p.Feeds().Health(ctx, args...)
		if err != nil {
			return nil, nil, err
		}
		since, err := p.Feeds().Offline(ctx)
		if list.failing {
			rows = slices.DeleteFunc(rows, func(r app.FeedHealth) bool { return !r.Fails() })
		}
		return rows, func(o *output) {
			if !since.IsZero() {
				o.printf("no network since %s\n", o.clock(since))
			}
			if n := p.Feeds().Ahead(states); n > 0 {
				o.wrapf("", "the clock was ahead: the next fetch of %s is too far away; the next round fetches at once",
					text.Count(n, "feed"))
			}
			if len(args) == 1 {
				printFeed(o, a.now(), &states[0], rows)
			} else {
				list.print(o, a.now(), rows, len(states))
			}
		}, err
	})
	cmd.Flags().BoolVar(&list.failing, "failing", false, "list only feeds that fail")
	cmd.Flags().BoolVar(&list.all, "all", false, "list disabled feeds too")
	cmd.Flags().BoolVar(&list.wide, "wide", false, "print all columns, as wide as they are")
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
		addFeed(a),
		&cobra.Command{
			Use:   "remove NAME",
			Short: "Remove a feed from the configuration",
			Long: "Remove the feed NAME from the configuration, keeping all comments. oped no\n" +
				"longer fetches it. Its entries and their pieces stay published.",
			Example: "  oped feeds remove dawn",
			Args:    requireArgs("NAME"),
			RunE:    removeFeed(a),
		},
		&cobra.Command{
			Use:     "group NAME [GROUP]",
			Short:   "Change the group of a feed in the configuration",
			Long:    "Put the feed NAME into GROUP in the configuration; without GROUP, into none.",
			Example: "  oped feeds group dawn Pakistan",
			Args:    requireArgs("NAME", "[GROUP]"),
			RunE:    groupFeed(a),
		},
	)
	for _, sub := range cmd.Commands() {
		a.jsonFlag(sub, "print JSON")
	}
	return cmd
}

// feedList selects what the table of feeds shows.
type feedList struct{ failing, all, wide bool }

// stateStyles are the colours of the states of feeds.
var stateStyles = map[string]style{
	"ok":       green,
	"failing":  red,
	"never":    red,
	"new":      yellow,
	"paused":   faint,
	"disabled": faint,
}

// print prints a table of feeds, of all those configured.
func (l feedList) print(o *output, now time.Time, rows []app.FeedHealth, configured int) {
	headers := []string{"FEED", "STATE", "LAST NEW", "NEXT", "WHAT IS WRONG"}
	if l.wide {
		o.width = unlimited
		headers = []string{
			"FEED", "GROUP", "STATE", "ENTRIES", "LAST SUCCESS", "LAST NEW", "NEXT", "WHAT IS WRONG",
		}
	}
	t := newTable(headers...)
	t.lines = 3
	states, hidden := map[string]int{}, 0
	for _, r := range app.SickFirst(rows) {
		states[r.State]++
		if r.State == "disabled" && !l.all {
			hidden++
			continue
		}
		state := cell{text: r.State, style: stateStyles[r.State]}
		lastNew, next := text.Ago(now, r.LastNew), text.Ago(now, r.NextFetch)
		if r.NextFetch != nil && !r.NextFetch.After(now) {
			next = "due"
		}
		if l.wide {
			t.row(r.Name, r.Group, state, r.Entries, text.Ago(now, r.LastSuccess), lastNew, next, r.Diagnosis)
		} else {
			t.row(r.Name, state, lastNew, next, r.Diagnosis)
		}
	}
	o.table(t)
	if l.failing {
		o.printf("%d of %s failing\n", len(rows), text.Count(configured, "feed"))
		return
	}
	var parts []string
	for _, s := range []string{"ok", "failing", "never", "new", "paused", "disabled"} {
		if n := states[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	footer := strings.TrimSuffix(text.Count(len(rows), "feed")+": "+strings.Join(parts, ", "), ": ")
	if hidden > 0 {
		footer += " (--all lists them)"
	}
	o.printf("%s\n", footer)
}

// printFeed prints everything known of one feed. rows has its health, unless it was left out.
func printFeed(o *output, now time.Time, s *oped.FeedState, rows []app.FeedHealth) {
	if len(rows) == 0 {
		o.printf("%s does not fail\n", s.Name)
		return
	}
	h := rows[0]
	t := newTable("", "")
	t.lines = unlimited
	row := func(name, value string) {
		if value != "" {
			t.row(name, value)
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
		row("waiting", text.Count(s.Deferred, "entry"))
	}
	row("guids", guidText(h.GUIDs))
	row("last fetch", text.Ago(now, app.TimeOrNil(s.LastFetch)))
	row("last success", text.Ago(now, h.LastSuccess))
	row("last new entry", text.Ago(now, h.LastNew))
	row("next fetch", text.Ago(now, h.NextFetch))
	row("ETag", s.Validators.ETag)
	row("Last-Modified", s.Validators.LastModified)
	o.table(t)
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

func addFeed(a *cli) *cobra.Command {
	var x app.NewFeed
	cmd := &cobra.Command{
		Use:   "add URL",
		Short: "Add the feed of a page to the configuration",
		Long: "Find the feed of a page, and add it to the configuration, keeping all comments.\n" +
			"Its document is stored as the first fetch. Without --opinion, oped guesses which\n" +
			"pieces are opinion from the title and the address of the feed.",
		Example: "  oped feeds add https://dawn.example/opinion --group Pakistan",
		Args:    requireArgs("URL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			x.Address = args[0]
			f, err := call(cmd.Context(), a, app.AddFeed, x)
			if err != nil {
				return err
			}
			return a.print(f, func(o *output) { printAdded(o, &f, x.Opinion == "") })
		},
	}
	flags := cmd.Flags()
	flags.StringVar((*string)(&x.Opinion), "opinion", "", "opinion pieces by this `rule`: always, never, expression")
	flags.StringVar(&x.Group, "group", "", "put the feed into this `group`")
	return cmd
}

func removeFeed(a *cli) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		f, err := call(cmd.Context(), a, app.RemoveFeed, args[0])
		if err != nil {
			return err
		}
		return a.print(f, func(o *output) { o.printf("removed %s from %s; its pieces stay\n", f.Feed, f.File) })
	}
}

func groupFeed(a *cli) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		x := app.Grouping{Feed: args[0]}
		if len(args) > 1 {
			x.Group = args[1]
		}
		f, err := call(cmd.Context(), a, app.GroupFeed, x)
		if err != nil {
			return err
		}
		return a.print(f, func(o *output) { o.printf("%s: group %s\n", f.Feed, cmp.Or(f.Group, "none")) })
	}
}

func printAdded(o *output, f *app.AddedFeed, guessed bool) {
	o.wrapf("  ", "added %s (%s), with %s from its first fetch", f.Name, cmp.Or(f.Title, "untitled"),
		text.Count(f.Entries, "entry"))
	o.wrapf("    ", "  address: %s", f.URL)
	o.wrapf("    ", "  in the file: %s", f.File)
	for _, other := range f.Others {
		o.wrapf("    ", "  another feed of the page: %s", other)
	}
	switch {
	case !guessed:
		o.wrapf("  ", "opinion: %s", f.Opinion)
	case f.Opinion == oped.Always:
		o.WriteString("opinion: always, since its title or address says so\n")
	default:
		o.WriteString("opinion: pieces with a mark of opinion in their categories or address\n")
	}
	for _, h := range f.Headlines {
		kind := "news"
		if h.Opinion {
			kind = "opinion"
		}
		o.linef("  %-7s  %s", kind, oneLine(h.Title))
	}
	if !guessed {
		return
	}
	o.WriteString("to correct the guess, change `opinion` of this feed: always, never, expression\n")
}
