package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"oped/store"
)

// version is set by the linker for releases: -ldflags "-X main.version=1.2.0".
var version = "dev"

// build describes the binary.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	SQLite  string `json:"sqlite"`
	Go      string `json:"go"`
}

func buildInfo() build {
	b := build{Version: version, Commit: "unknown", SQLite: store.SQLiteVersion(), Go: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				b.Commit = s.Value[:min(12, len(s.Value))]
			case s.Key == "vcs.modified" && s.Value == "true":
				b.Commit += "+changes"
			}
		}
	}
	return b
}

// versionLine returns the versions in one line.
func versionLine(b build) string {
	return fmt.Sprintf("oped %s (commit %s, SQLite %s, %s)", b.Version, b.Commit, b.SQLite, b.Go)
}

func versionCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the versions of oped, SQLite and Go",
		Long:    "Print the version and commit of oped, and the versions of SQLite and Go.",
		Example: "  oped version --json",
		Args:    requireArgs(),
		RunE: func(*cobra.Command, []string) error {
			b := buildInfo()
			return a.print(b, func(o *output) {
				o.printf("%s\n", versionLine(b))
			})
		},
	}
	a.jsonFlag(cmd, "print JSON")
	return cmd
}
