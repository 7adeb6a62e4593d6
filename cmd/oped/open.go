package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"oped"
	"oped/app"
	"oped/config"
	"oped/store"
)

// openStore loads a configuration and opens its database for writing.
func (a *cli) openStore(
	ctx context.Context, load func() (*config.Config, error),
) (*config.Config, *store.Store, *slog.Logger, error) {
	if err := app.LimitMemory(); err != nil {
		return nil, nil, nil, err
	}
	cfg, err := load()
	if err != nil {
		return nil, nil, nil, err
	}
	log, err := a.log()
	if err != nil {
		return nil, nil, nil, err
	}
	st, err := store.Open(ctx, cfg.Store, store.Options{Log: log})
	return cfg, st, log, err
}

// reading loads the configuration and opens its database read-only, which works beside a daemon.
func (a *cli) reading(ctx context.Context) (*config.Config, *store.Store, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, nil, err
	}
	st, err := store.Open(ctx, cfg.Store, store.Options{ReadOnly: true})
	if err == nil {
		if err = app.AddAuthors(ctx, cfg, st); err != nil {
			st.Close()
		}
	}
	return cfg, st, err
}

// readOnly returns an App on a read-only database. It neither writes nor publishes.
func (a *cli) readOnly(ctx context.Context) (*app.App, error) {
	cfg, st, err := a.reading(ctx)
	return &app.App{Cfg: cfg, Store: st, Now: a.now}, err
}

// withApp opens the database of the configuration for writing, and calls do with an App. If a daemon holds
// the database, the daemon runs the command instead.
func (a *cli) withApp(ctx context.Context, do func(*config.Config, *app.App) error) error {
	if a.session != nil {
		cfg, err := a.config()
		if err != nil {
			return err
		}
		if path, err := filepath.Abs(cfg.Store); err != nil || path != a.session.Store.Path() {
			return oped.Invalid(
				fmt.Sprintf("%s names the database %s, but the daemon has %s", cfg.Path, cfg.Store,
					a.session.Store.Path()), "set `store` to the database of the daemon")
		}
		daemon := a.session.Front.Publisher.Load()
		if daemon == nil {
			return errors.New("the daemon is still starting; try again")
		}
		// The drafts of rules are those of the file. Feeds and editions are those of the daemon until it reloads
		// the file.
		cfg.Feeds, cfg.Opinion = daemon.Cfg.Feeds, daemon.Cfg.Opinion
		cfg.Editions, cfg.Queries = daemon.Cfg.Editions, daemon.Cfg.Queries
		return do(cfg, daemon)
	}
	cfg, st, log, err := a.openStore(ctx, a.config)
	if inUse(err) {
		if answered, err := a.forward(ctx, cfg.Store); answered {
			return err
		}
	}
	if err != nil {
		return err
	}
	defer st.Close()
	p, err := app.Open(ctx, cfg, st, a.options(log))
	if err != nil {
		return err
	}
	return do(cfg, p)
}

// options returns the options of an App in this program.
func (a *cli) options(log *slog.Logger) app.Options {
	o := app.Options{Log: log, Now: a.now, Version: version, Serves: a.servesOn}
	if a.applyDrafts {
		o.Applies = a.user()
	}
	return o
}
