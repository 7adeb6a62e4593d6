package app

import (
	"context"

	"oped/config"
	"oped/publish"
	"oped/store"
)

// Open opens the database of a configuration for writing, and connects the parts. It brings the database in line
// with the configuration: see connect. The caller closes the App.
func Open(ctx context.Context, cfg *config.Config, o Options) (*App, error) {
	st, err := openStore(ctx, cfg, o, false)
	if err != nil {
		return nil, err
	}
	p, err := connect(ctx, cfg, st, o)
	if err != nil {
		st.Close()
		return nil, err
	}
	return p, nil
}

// OpenReadOnly opens the database of a configuration for reading, which works beside a daemon. The App neither
// writes nor publishes. The caller closes it.
func OpenReadOnly(ctx context.Context, cfg *config.Config, o Options) (*App, error) {
	st, err := store.Open(ctx, cfg.Store, store.Options{
		ReadOnly:  true,
		Published: publish.ManifestPath(cfg.Publish.Dir),
	})
	if err != nil {
		return nil, err
	}
	if err := addAuthors(ctx, cfg, st); err != nil {
		st.Close()
		return nil, err
	}
	return &App{cfg: cfg, store: st, now: o.Now}, nil
}

// Close closes the database.
func (p *App) Close() error { return p.store.Close() }

// openStore opens the database of a configuration for writing, within the memory of the process. With later, the
// caller has to call Fill of the store.
func openStore(ctx context.Context, cfg *config.Config, o Options, later bool) (*store.Store, error) {
	if err := limitMemory(); err != nil {
		return nil, err
	}
	return store.Open(ctx, cfg.Store, store.Options{
		Log:       o.Log,
		Published: publish.ManifestPath(cfg.Publish.Dir),
		Later:     later,
		Now:       o.Now,
	})
}
