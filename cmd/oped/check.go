package main

import (
	"fmt"
	"log/slog"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"oped"
	"oped/text"
)

func checkCommand(a *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check the configuration, and run the topics' tests",
		Long: "Read the configuration, report every mistake in it, and run the tests of each\n" +
			"topic. Nothing is fetched or written.",
		Example: "  oped --config config.yaml check",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return checkConfig(a) },
	}
}

// checkConfig reads the configuration as every command does, then runs the tests of each topic. It fetches and
// writes nothing.
func checkConfig(a *cli) error {
	cfg, err := a.config()
	if err != nil {
		return err
	}
	if err := cfg.Tagger.Test().Err(); err != nil {
		return err
	}
	warnOfReaders(a, cfg.Credentials)
	enabled, examples := 0, 0
	for _, f := range cfg.Feeds {
		if f.Enabled {
			enabled++
		}
	}
	for _, t := range cfg.Topics {
		examples += len(t.Tests)
	}
	files := " is valid: "
	if n := len(cfg.Files) - 1; n > 0 {
		files = fmt.Sprintf(" and its %s are valid:\n", text.Count(n, "included file"))
	}
	return a.printf("%s%s%s (%d enabled), %s with %s passing, %s\n", cfg.Path, files,
		text.Count(len(cfg.Feeds), "feed"), enabled, text.Count(len(cfg.Topics), "topic"),
		text.Count(examples, "example"), text.Count(len(cfg.Editions), "edition"))
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
