package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"oped"
	"oped/config"
	"oped/parse"
	"oped/publish"
	"oped/text"
)

func importCommand(a *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Add the feeds of an OPML file to the configuration",
		Long: "Add the feeds of an OPML file to the configuration, keeping all comments. Known\n" +
			"feeds are skipped. FILE is - for standard input.",
		Example: "  oped import subscriptions.opml",
		Args:    requireArgs("FILE"),
		RunE:    func(_ *cobra.Command, args []string) error { return importOPML(a, args[0]) },
	}
}

const maxOPML = 32 << 20 // bytes

func importOPML(a *cli, path string) error {
	file, err := openInput(a, path)
	if err != nil {
		return err
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, maxOPML+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", nameOf(path), err)
	}
	if len(body) > maxOPML {
		return oped.Invalid(fmt.Sprintf("%s is longer than %d bytes", path, maxOPML),
			"check that it is a list of feeds, or split it")
	}
	feeds, err := parse.OPML(body)
	if err != nil {
		return inFile(nameOf(path), err)
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, f := range cfg.Feeds {
		have[oped.FeedKey(f.URL)] = true
	}
	var add []oped.Feed
	for _, f := range feeds {
		if key := oped.FeedKey(f.URL); !have[key] {
			have[key] = true
			f.Enabled = true
			add = append(add, f)
		}
	}
	path = cfg.Path
	if len(add) > 0 {
		if path, err = config.AddFeeds(path, add); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(a.stdout, "%s added to %s; %d already configured\n", text.Count(len(add), "feed"), path,
		len(feeds)-len(add))
	return err
}

// inFile adds the file to the position of a mistake.
func inFile(path string, err error) error {
	if m, ok := err.(*oped.Diagnostic); ok {
		m.Pos.File = path
	}
	return err
}

func exportCommand(a *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "export feeds|editions",
		Short: "Print the polled feeds or the published editions as OPML",
		Long: "Print the polled feeds, or the published editions, as OPML. The list of feeds\n" +
			"is a private backup: its addresses are complete, with user names, passwords and\n" +
			"keys. The list for readers is feeds.opml among the published files.",
		Example:   "  oped export feeds > feeds-private.opml",
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"feeds", "editions"},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.config()
			if err != nil {
				return err
			}
			if args[0] == "editions" {
				if cfg.Publish.Authors { // their editions are in the database
					withAuthors, st, err := a.reading(cmd.Context())
					if err != nil {
						return err
					}
					defer st.Close()
					cfg = withAuthors
				}
				states := make([]oped.EditionState, len(cfg.Editions))
				for i, e := range cfg.Editions {
					states[i].Edition = e
				}
				return publish.WriteEditions(a.stdout, cfg.BaseURL, states)
			}
			var states []oped.FeedState
			for _, f := range cfg.Feeds {
				if f.Enabled {
					states = append(states, oped.FeedState{Feed: f})
				}
			}
			return publish.WriteBackup(a.stdout, "Feeds of "+cfg.BaseURL, states)
		},
	}
}
