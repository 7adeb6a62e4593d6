package main

import (
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/text"
)

func checkCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Check the configuration, and run the topics' tests",
		Long: "Read the configuration, report every mistake in it, and run the tests of each\n" +
			"topic. FILE is another configuration, as with --config. Nothing is fetched or\n" +
			"written.",
		Example: "  oped check config.yaml",
		Args:    requireArgs("[FILE]"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 && a.configPath != "" && args[0] != a.configPath {
				return oped.Invalid("two configurations: "+args[0]+" and --config "+a.configPath, "name one of them")
			}
			a.configPath = strings.Join(append(args, a.configPath)[:1], "")
			return checkConfig(a)
		},
	}
	a.jsonFlag(cmd, "print JSON")
	return cmd
}

// checked counts the parts of a valid configuration.
type checked struct {
	Files    []string `json:"files"` // the configuration and the files it includes
	Feeds    int      `json:"feeds"`
	Enabled  int      `json:"enabled"` // of the feeds
	Topics   int      `json:"topics"`
	Examples int      `json:"examples"` // of the topics: those that pass
	Waiting  int      `json:"waiting"`  // those that wait for weights
	Editions int      `json:"editions"`
	Curated  int      `json:"curated"` // of the editions
}

// checkConfig reads the configuration as every command does, then runs the tests of each topic. It fetches and
// writes nothing.
func checkConfig(a *cli) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	tests, err := app.TestTopics(cfg)
	if err != nil {
		return err
	}
	warnOfReaders(a, cfg.Credentials)
	c := checked{
		Files:    cfg.Files,
		Feeds:    len(cfg.Feeds),
		Enabled:  cfg.EnabledFeeds(),
		Topics:   len(cfg.Topics),
		Editions: len(cfg.Editions),
	}
	for _, t := range tests {
		c.Examples += t.Passed
		c.Waiting += t.Waiting
	}
	curated := ""
	for _, e := range cfg.Editions {
		if e.Filter.Curated {
			c.Curated++
			curated = fmt.Sprintf(" (%d curated)", c.Curated)
		}
	}
	waiting := ""
	if c.Waiting > 0 {
		waiting = fmt.Sprintf(", %d waiting for weights", c.Waiting)
	}
	files := " is valid:"
	if n := len(cfg.Files) - 1; n > 0 {
		files = fmt.Sprintf(" and its %s are valid:", text.Count(n, "included file"))
	}
	return a.print(c, func(o *output) {
		o.wrapf("  ", "%s%s", cfg.Path, files)
		o.wrapf("  ", "%s (%d enabled), %s with %s passing%s, %s%s", text.Count(c.Feeds, "feed"),
			c.Enabled, text.Count(c.Topics, "topic"), text.Count(c.Examples, "example"), waiting,
			text.Count(c.Editions, "edition"), curated)
	})
}

// warnOfReaders warns about files with credentials that other users of this machine may read. That is no
// mistake: the owner may be its only user.
func warnOfReaders(a *cli, files []string) {
	for _, path := range files {
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o044 != 0 && runtime.GOOS != "windows" {
			a.say(slog.LevelWarn, oped.Invalid(
				fmt.Sprintf("warning: %s holds credentials, and other users of this machine may read it (mode %04o)",
					path, info.Mode().Perm()), "chmod 600 "+path))
		}
	}
}
