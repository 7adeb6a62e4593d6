package app

import (
	"context"

	"oped/config"
)

// ChangedFeed is a feed changed in the configuration.
type ChangedFeed struct {
	Feed  string `json:"feed"`            // its name
	File  string `json:"file"`            // of the configuration
	Group string `json:"group,omitempty"` // after a change of the group

	change *config.Change
}

// Grouping puts a feed into a group.
type Grouping struct {
	Feed  string `json:"feed"`  // name or address
	Group string `json:"group"` // "": none
}

// remove removes a feed from a configuration. Its entries and their pieces stay. It returns an Invalid error for an
// unknown feed, and Diagnostics if the rest needs it.
func (v Feeds) remove(ctx context.Context, configPath, name string) (ChangedFeed, error) {
	return v.change(ctx, configPath, name, config.RemoveFeed)
}

// setGroup sets the group of a feed in a configuration. Its errors are those of remove.
func (v Feeds) setGroup(ctx context.Context, configPath string, x Grouping) (ChangedFeed, error) {
	written := ""
	done, err := v.change(ctx, configPath, x.Feed, func(path, address string) (c *config.Change, err error) {
		c, written, err = config.SetGroup(path, address, x.Group)
		return c, err
	})
	done.Group = written
	return done, err
}

// change changes a feed in a configuration. A daemon reloads it; a command follows it at once.
func (v Feeds) change(
	ctx context.Context, configPath, name string, change func(path, address string) (*config.Change, error),
) (ChangedFeed, error) {
	f, err := v.Configured(ctx, name)
	if err != nil {
		return ChangedFeed{}, err
	}
	done := ChangedFeed{Feed: f.Name}
	if done.change, err = change(configPath, f.URL); err != nil {
		return done, err
	}
	done.File = done.change.File
	if v.p.changed != nil {
		v.p.mustReload()
		return done, nil
	}
	cfg, err := config.Load(configPath)
	if err != nil {
		return done, err
	}
	ctx = v.p.committed(ctx)
	p, err := connect(ctx, cfg, v.p.store, v.p.options)
	if err != nil {
		return done, err
	}
	return done, p.publish(ctx)
}

// Restore undoes the change of a feed. It returns an Invalid error if its file has changed since.
func (l *Live) Restore(ctx context.Context, f ChangedFeed) error {
	return l.locked(ctx, "Feeds.Restore", func(p *App) error {
		p.mustReload()
		return f.change.Undo()
	})
}
