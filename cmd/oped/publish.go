package main

import (
	"github.com/spf13/cobra"

	"oped/app"
	"oped/text"
)

func publishCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "publish",
		Short: "Write the files of every edition again",
		Long: "Render every edition and write its files again. The same database gives the\n" +
			"same bytes.",
		Example: "  oped publish",
		Args:    requireArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			done, err := call(cmd.Context(), a, app.PublishEditions, struct{}{})
			if err != nil {
				return err
			}
			return a.print(done, func(o *output) {
				o.printf("%s in %s\n", text.Count(done.Editions, "edition"), done.Dir)
			})
		},
	}
	a.jsonFlag(cmd, "print JSON")
	return cmd
}
