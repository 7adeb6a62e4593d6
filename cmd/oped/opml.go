package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"oped/app"
	"oped/parse"
	"oped/text"
)

func importCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Add the feeds of an OPML file to the configuration",
		Long: "Add the feeds of an OPML file to the configuration, with their folders as\n" +
			"groups, keeping all comments. Known feeds are skipped, and feeds without a\n" +
			"usable address are named. All pieces of a feed are opinion if its title or\n" +
			"address says so, else those with a mark of opinion: edit `opinion` of each feed.\n" +
			"FILE is - for standard input.",
		Example: "  oped import subscriptions.opml",
		Args:    requireArgs("FILE"),
		RunE:    func(_ *cobra.Command, args []string) error { return importOPML(a, args[0]) },
	}
	a.jsonFlag(cmd, "print JSON")
	return cmd
}

func importOPML(a *cli, path string) error {
	var list parse.Subscriptions
	err := a.input(path, func(in app.Lines) (err error) {
		list, err = app.ReadOPML(in.Name, in)
		return err
	})
	if err != nil {
		return err
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	done, err := app.ImportFeeds(cfg, list)
	if err != nil {
		return err
	}
	return a.print(done, func(o *output) { printImported(o, &done) })
}

func printImported(o *output, done *app.Imported) {
	twice := ""
	if done.Twice > 0 {
		twice = fmt.Sprintf("; %d listed twice", done.Twice)
	}
	o.wrapf("  ", "%s added to %s; %d already configured%s", text.Count(done.Added, "feed"), done.File, done.Known,
		twice)
	const shown = 5
	n := len(done.Unusable)
	if n > 0 {
		o.printf("%s without a usable address:\n", text.Count(n, "feed"))
	}
	for _, name := range done.Unusable[:min(n, shown)] {
		o.linef("  %s", name)
	}
	if n > shown {
		o.printf("  … and %d more\n", n-shown)
	}
}

func exportCommand(a *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "export feeds|editions",
		Short: "Print the polled feeds or the published editions as OPML",
		Long: "Print the polled feeds, or the published editions, as OPML. The list of feeds\n" +
			"is a private backup: its addresses are complete, with user names, passwords and\n" +
			"keys. The list for readers is feeds.opml among the published files.",
		Example:   "  oped export feeds > feeds-private.opml",
		Args:      cobra.MatchAll(requireArgs("feeds|editions"), cobra.OnlyValidArgs),
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
