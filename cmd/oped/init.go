package main

import (
	"github.com/spf13/cobra"

	"oped/app"
)

func initCommand(a *cli) *cobra.Command {
	var minimal bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write the shipped configuration",
		Long: "Write the shipped configuration: config.yaml, or the file of --config, to edit\n" +
			"first; beside it feeds.yaml with 102 feeds, and topics/ with a file for each\n" +
			"topic. With --minimal, write one small file with three feeds and one topic. No\n" +
			"file is overwritten: if one exists, nothing is written.",
		Example: "  oped init --minimal",
		Args:    requireArgs(),
		RunE: func(*cobra.Command, []string) error {
			written, err := app.Init(a.configFile(), minimal)
			if err != nil {
				return err
			}
			return a.print(map[string]any{"written": written}, func(o *output) {
				for _, path := range written {
					o.printf("wrote %s\n", path)
				}
				o.printf("Edit %s first; then oped check, then oped run.\n", a.configFile())
			})
		},
	}
	a.jsonFlag(cmd, "print JSON")
	cmd.Flags().BoolVar(&minimal, "minimal", false, "three feeds and one topic, in one file")
	return cmd
}
