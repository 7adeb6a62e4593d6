package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"oped"
	"oped/config"
	"oped/store"
)

// openStore loads a configuration and opens its database for writing.
func (a *app) openStore(ctx context.Context, load func() (*config.Config, error)) (*config.Config, *store.Store, *slog.Logger, error) {
	if err := limitMemory(); err != nil {
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
func (a *app) reading(ctx context.Context) (*config.Config, *store.Store, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, nil, err
	}
	st, err := store.Open(ctx, cfg.Store, store.Options{ReadOnly: true})
	if err == nil {
		if err = addAuthors(ctx, cfg, st); err != nil {
			st.Close()
		}
	}
	return cfg, st, err
}

// readOnly is reading, as a pipeline that writes and publishes nothing.
func (a *app) readOnly(ctx context.Context) (*App, error) {
	cfg, st, err := a.reading(ctx)
	return &App{cfg: cfg, store: st, now: a.now}, err
}

// withPipeline opens the database of the configuration for writing, wired, and runs do. Where a daemon holds the database, the daemon does
// it.
func (a *app) withPipeline(ctx context.Context, do func(*config.Config, *App) error) error {
	if a.session != nil {
		cfg, err := a.config()
		if err != nil {
			return err
		}
		if path, err := filepath.Abs(cfg.Store); err != nil || path != a.session.store.Path() {
			return oped.Invalid(fmt.Sprintf("%s names the database %s, and the daemon holds %s", cfg.Path, cfg.Store, a.session.store.Path()), "set `store` as the daemon has it")
		}
		daemon := a.session.front.publisher.Load()
		if daemon == nil {
			return errors.New("the daemon has not begun to publish; try again")
		}
		// The draft of the rules is the file's; feeds and editions are those that the daemon works with, until it reads the file again.
		cfg.Feeds, cfg.Opinion, cfg.Editions, cfg.Queries = daemon.cfg.Feeds, daemon.cfg.Opinion, daemon.cfg.Editions, daemon.cfg.Queries
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
	p, err := Open(ctx, cfg, st, a.options(log))
	if err != nil {
		return err
	}
	return do(cfg, p)
}

// Options are those of a pipeline of this program.
func (a *app) options(log *slog.Logger) Options {
	o := Options{log: log, now: a.now, version: version, serves: a.servesOn}
	if a.applyDrafts {
		o.applies = a.user()
	}
	return o
}
