package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/config"
	"oped/text"
)

func (a *app) feedsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "feeds [NAME]",
		Short: "Health of every feed: last success, last new entry, next fetch, diagnosis",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.feeds(cmd.Context(), args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.AddCommand(
		&cobra.Command{
			Use: "pause NAME", Short: "Stop fetching a feed until it is resumed", Args: requireArgs("NAME"),
			RunE: func(cmd *cobra.Command, args []string) error { return a.pause(cmd.Context(), args[0], true) },
		},
		&cobra.Command{
			Use: "resume NAME", Short: "Fetch a paused feed again", Args: requireArgs("NAME"),
			RunE: func(cmd *cobra.Command, args []string) error { return a.pause(cmd.Context(), args[0], false) },
		},
		&cobra.Command{
			Use: "fetch NAME", Short: "Fetch one feed now, due or not, and tell what came of it", Args: requireArgs("NAME"),
			RunE: func(cmd *cobra.Command, args []string) error { return a.fetchNow(cmd.Context(), args[0]) },
		},
		&cobra.Command{
			Use: "add URL", Short: "Find the feed of a page, and write it into the configuration, comments kept", Args: requireArgs("URL"),
			RunE: func(cmd *cobra.Command, args []string) error { return a.addFeed(cmd.Context(), args[0]) },
		},
	)
	return cmd
}

// feedHealth is one row of the table.
type feedHealth struct {
	Name        string      `json:"name"`
	Publisher   string      `json:"publisher"`
	URL         string      `json:"url"`
	State       string      `json:"state"` // ok, failing, never, new, paused, disabled
	Diagnosis   string      `json:"diagnosis"`
	Limits      oped.Limits `json:"limits"` // that its last document reached
	Entries     int         `json:"entries"`
	Failures    int         `json:"failures"`
	GUIDs       guidHealth  `json:"guids"`
	LastSuccess *time.Time  `json:"last_success"`
	LastNew     *time.Time  `json:"last_new"`
	NextFetch   *time.Time  `json:"next_fetch"`
}

func (a *app) feeds(ctx context.Context, args []string, asJSON bool) error {
	_, st, err := a.reading(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	states, err := st.Feeds.All(ctx)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		states, err = named(states, args[0])
		if err != nil {
			return err
		}
	}
	rows := make([]feedHealth, len(states))
	for i := range states {
		rows[i] = health(&states[i])
	}
	if asJSON {
		return a.printJSON(rows)
	}
	if len(args) == 1 {
		return a.printFeed(&states[0], rows[0])
	}
	return a.printFeeds(rows)
}

func (a *app) printFeeds(rows []feedHealth) error {
	now := a.now()
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "FEED\tSTATE\tENTRIES\tLAST SUCCESS\tLAST NEW\tNEXT FETCH\tDIAGNOSIS")
	states := map[string]int{}
	for _, r := range rows {
		states[r.State]++
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", r.Name, r.State, r.Entries, ago(now, r.LastSuccess), ago(now, r.LastNew), ago(now, r.NextFetch), r.Diagnosis)
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

// printFeed shows all that is known of one feed.
func (a *app) printFeed(s *oped.FeedState, h feedHealth) error {
	now := a.now()
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	row("feed", s.Name)
	row("publisher", s.Publisher)
	row("address", s.URL)
	row("calls itself", s.DocTitle)
	row("site", s.DocSite)
	row("state", strings.TrimSuffix(h.State+": "+h.Diagnosis, ": "))
	row("entries", fmt.Sprint(s.Entries))
	if s.Deferred > 0 {
		row("waiting", fmt.Sprintf("%d entries", s.Deferred))
	}
	row("guids", h.GUIDs.String())
	row("last fetch", ago(now, timeOrNil(s.LastFetch)))
	row("last success", ago(now, timeOrNil(s.LastSuccess)))
	row("last new entry", ago(now, timeOrNil(s.LastNew)))
	row("next fetch", ago(now, h.NextFetch))
	row("ETag", s.Validators.ETag)
	row("Last-Modified", s.Validators.LastModified)
	return w.Flush()
}

// named picks the feed of that name or address.
func named(states []oped.FeedState, name string) ([]oped.FeedState, error) {
	i := slices.IndexFunc(states, func(s oped.FeedState) bool { return s.Name == name || s.URL == name })
	if i < 0 {
		return nil, oped.Invalid(fmt.Sprintf("there is no feed %q", name), "oped feeds lists the names")
	}
	return states[i : i+1], nil
}

func health(s *oped.FeedState) feedHealth {
	h := feedHealth{
		Name: s.Name, Publisher: s.Publisher, URL: s.URL, Entries: s.Entries, Failures: s.Failures,
		LastSuccess: timeOrNil(s.LastSuccess), LastNew: timeOrNil(s.LastNew), NextFetch: timeOrNil(s.NextFetch),
	}
	h.GUIDs, h.Limits = guidsOf(s), oped.Limits{}.With(s.Limits...) // in JSON [], never null
	d := oped.Diagnose(s)
	h.State, h.Diagnosis = d.State, d.Text
	if h.State == "disabled" || h.State == "paused" {
		h.NextFetch = nil
	}
	return h
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// ago tells a time in the words of a person: "3m ago", "in 2h".
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

// withFeed runs do for the feed of that name or address.
func (a *app) withFeed(ctx context.Context, name string, do func(*pipeline, oped.FeedState) error) error {
	return a.withPipeline(ctx, func(_ *config.Config, p *pipeline) error {
		states, err := p.store.Feeds.All(ctx)
		if err != nil {
			return err
		}
		one, err := named(states, name)
		if err != nil {
			return err
		}
		return do(p, one[0])
	})
}

func (a *app) pause(ctx context.Context, name string, paused bool) error {
	return a.withFeed(ctx, name, func(p *pipeline, s oped.FeedState) error {
		if err := p.store.Feeds.SetPaused(ctx, s.URL, paused); err != nil {
			return err
		}
		p.mustReload() // the daemon may sleep past it
		// The feed of health leaves out what was paused.
		if err := p.publish(p.committed(ctx)); err != nil {
			return err
		}
		what := "is fetched again"
		if paused {
			what = "is paused"
		}
		_, err := fmt.Fprintf(a.stdout, "%s %s\n", s.Name, what)
		return err
	})
}

// fetchNow fetches one feed outside its schedule: once, conditionally, and through the same ingest as ever.
func (a *app) fetchNow(ctx context.Context, name string) error {
	return a.withFeed(ctx, name, func(p *pipeline, s oped.FeedState) error {
		f := p.fetcher.Fetch(ctx, s)
		changes, err := p.handle(ctx, f)
		if err != nil {
			return err
		}
		if err := p.publish(p.committed(ctx)); err != nil {
			return err
		}
		if f.Err != nil {
			return fmt.Errorf("%s: %w", s.Name, f.Err)
		}
		_, err = fmt.Fprintf(a.stdout, "%s: status %d, %s (%d new, %d joined, %d changed)\n", s.Name, f.Status,
			text.Count(len(f.Entries), "entry"), changes.New, changes.Joined, changes.Changed)
		return err
	})
}
