package main

import (
	"context"
	"log/slog"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
)

// options returns the options of an App in this program.
func (a *cli) options() app.Options {
	o := app.Options{
		Log:     a.log,
		Now:     a.now,
		Version: version,
		User:    a.user(),
		Note:    func(what string) { a.say(slog.LevelInfo, oped.Invalid(what, "")) },
	}
	if a.applyDrafts {
		o.Applies = a.user()
	}
	return o
}

// user returns the name of the user, from $USER or $LOGNAME, else "curator".
func (a *cli) user() string {
	for _, env := range []string{"USER", "LOGNAME"} {
		if name := a.getenv(env); name != "" {
			return name
		}
	}
	return "curator"
}

// reads completes a command that reads the database, which works beside a daemon. ask returns a value and its text.
func (a *cli) reads(
	cmd *cobra.Command, ask func(ctx context.Context, p *app.App, args []string) (any, func(*output), error),
) *cobra.Command {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := a.config()
		if err != nil {
			return err
		}
		p, err := app.OpenReadOnly(cmd.Context(), cfg, a.options())
		if err != nil {
			return err
		}
		defer p.Close()
		v, text, err := ask(cmd.Context(), p, args)
		if err != nil {
			return err
		}
		return a.print(v, text)
	}
	return cmd
}

// call carries out a method that writes the database, in the daemon that holds it, if there is one.
func call[P, R any](ctx context.Context, a *cli, m app.Method[P, R], params P) (result R, err error) {
	cfg, err := a.config()
	if err != nil {
		return result, err
	}
	var progress progress
	o := a.options()
	o.Progress = progress.show
	c, err := app.Dial(ctx, cfg, o)
	if err != nil {
		return result, err
	}
	defer c.Close()
	progress.begin(a)
	defer progress.done()
	return app.Call(ctx, c, m, params)
}
