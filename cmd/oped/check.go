package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"oped"
	"oped/text"
)

func checkCommand(a *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Validate the configuration and run the topics' inline tests",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return checkConfig(a) },
	}
}

// checkConfig reads the configuration as every command does, then runs each topic's examples. Nothing is fetched or written.
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
	_, err = fmt.Fprintf(a.stdout, "%s is good: %s (%d enabled), %s with %s that pass, %s\n", cfg.Path,
		text.Count(len(cfg.Feeds), "feed"), enabled, text.Count(len(cfg.Topics), "topic"), text.Count(examples, "example"), text.Count(len(cfg.Editions), "edition"))
	return err
}

// warnOfReaders names the files with credentials that other users of this machine may read. It is no mistake: they
// may be alone on it.
func warnOfReaders(a *cli, files []string) {
	for _, path := range files {
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o044 != 0 && runtime.GOOS != "windows" {
			fmt.Fprintf(a.stderr, "oped: warning: %s holds credentials, and other users of this machine may read it "+
				"(mode %04o)\nhint: chmod 600 %s\n", path, info.Mode().Perm(), path)
		}
	}
}

func initCommand(a *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Write the shipped configuration, with its feeds and topics, to config.yaml",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			path := a.configFile()
			if err := writeNew(path, []byte(oped.ShippedConfig)); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.stdout, "wrote %s; read it, then: oped run\n", path)
			return err
		},
	}
}
