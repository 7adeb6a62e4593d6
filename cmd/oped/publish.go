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
		Short: "Render every edition to files again; the same rows give the same bytes",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return publishAll(cmd.Context(), a) },
	}
}

func publishAll(ctx context.Context, a *cli) error {
	return a.withPipeline(ctx, func(cfg *config.Config, p *app.App) error {
		if cfg.Publish.Dir == "" {
			return oped.Invalid(cfg.Path+": there is no folder to publish to", "set `publish: {dir: site}` in the configuration")
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
