package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/config"
	"oped/publish"
	"oped/text"
)

func publishCommand(a *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "publish",
		Short: "Write the files of every edition again",
		Long: "Render every edition and write its files again. The same database gives the\n" +
			"same bytes.",
		Example: "  oped publish",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return publishAll(cmd.Context(), a) },
	}
}

func publishAll(ctx context.Context, a *cli) error {
	return a.withApp(ctx, func(cfg *config.Config, p *app.App) error {
		if cfg.Publish.Dir == "" {
			return oped.Invalid(cfg.Path+": publish.dir is not set", "set `publish: {dir: site}` in the configuration")
		}
		if err := p.Build(ctx); err != nil {
			return err
		}
		if err := p.Export(ctx, publish.Full); err != nil {
			return err
		}
		_, err := fmt.Fprintf(a.stdout, "%s in %s\n", text.Count(len(cfg.Editions), "edition"), cfg.Publish.Dir)
		return err
	})
}
