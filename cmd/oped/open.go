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
func (a *cli) openStore(ctx context.Context, load func() (*config.Config, error)) (*config.Config, *store.Store, *slog.Logger, error) {
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

// reading loads the configuration and opens its database for reading, which a daemon at work does not mind.
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

// readOnly is reading, as a pipeline that writes and publishes nothing.
func (a *cli) readOnly(ctx context.Context) (*app.App, error) {
	cfg, st, err := a.reading(ctx)
	return &app.App{Cfg: cfg, Store: st, Now: a.now}, err
}

// withPipeline opens the database of the configuration for writing, wired, and runs do. Where a daemon holds the database, the daemon does
// it.
func (a *cli) withPipeline(ctx context.Context, do func(*config.Config, *app.App) error) error {
	if a.session != nil {
		cfg, err := a.config()
		if err != nil {
			return err
		}
		if path, err := filepath.Abs(cfg.Store); err != nil || path != a.session.Store.Path() {
			return oped.Invalid(fmt.Sprintf("%s names the database %s, and the daemon holds %s", cfg.Path, cfg.Store, a.session.Store.Path()), "set `store` as the daemon has it")
		}
		daemon := a.session.Front.Publisher.Load()
		if daemon == nil {
			return errors.New("the daemon has not begun to publish; try again")
		}
		// The draft of the rules is the file's; feeds and editions are those that the daemon works with, until it reads the file again.
		cfg.Feeds, cfg.Opinion, cfg.Editions, cfg.Queries = daemon.Cfg.Feeds, daemon.Cfg.Opinion, daemon.Cfg.Editions, daemon.Cfg.Queries
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

// Options are those of a pipeline of this program.
func (a *cli) options(log *slog.Logger) app.Options {
	o := app.Options{Log: log, Now: a.now, Version: version, Serves: a.servesOn}
	if a.applyDrafts {
		o.Applies = a.user()
	}
	return o
}
