package main

import (
	"github.com/spf13/cobra"

	"oped"
	"oped/app"
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

func importOPML(a *cli, path string) error {
	var feeds []oped.Feed
	err := a.input(path, func(in app.Lines) (err error) {
		feeds, err = app.ReadOPML(in.Name, in)
		return err
	})
	if err != nil {
		return err
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	added, file, err := app.ImportFeeds(cfg, feeds)
	if err != nil {
		return err
	}
	return a.printf("%s added to %s; %d already configured\n", text.Count(added, "feed"), file, len(feeds)-added)
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
				return app.ExportEditions(cmd.Context(), a.stdout, cfg, a.options())
			}
			return app.ExportFeeds(a.stdout, cfg)
		},
	}
}
