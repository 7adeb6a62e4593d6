package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"

	"oped/config"
)

// daemon is the daemon that holds a database, seen from a client.
type daemon struct {
	conn   net.Conn
	config string // absolute path of the configuration
	o      Options
}

// dialDaemon connects to the daemon that holds the database of a configuration. It returns nil if none answers.
func dialDaemon(ctx context.Context, cfg *config.Config, o Options) *daemon {
	path, err := filepath.Abs(cfg.Path)
	if err != nil {
		return nil
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socketPath(cfg.Store))
	if err != nil {
		return nil
	}
	return &daemon{conn, path, o}
}

var errCancelled = errors.New("the command was cancelled; oped topic log shows whether it was done before")

// call lets the daemon carry out a method, and decodes its result. The end of ctx cuts the connection, so the
// daemon stops before its commit.
func (d *daemon) call(ctx context.Context, method string, params, result any) error {
	defer context.AfterFunc(ctx, func() { d.conn.Close() })()
	raw, err := json.Marshal(params)
	if err == nil {
		err = json.NewEncoder(d.conn).Encode(request{protocol, d.o.Version, method, raw, d.config, d.o.User})
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("send the command to the daemon: %w", err)
	}
	for answers := json.NewDecoder(d.conn); ; {
		var r response
		err := answers.Decode(&r)
		if err != nil && ctx.Err() != nil {
			return errCancelled
		}
		if err != nil {
			return fmt.Errorf(
				"the daemon ended before the command did; oped topic log shows whether it was done: %w", err)
		}
		if r.Protocol != protocol {
			return versionsDiffer(r.Version, d.o.Version)
		}
		if r.Note != "" {
			d.o.Note(r.Note)
		}
		if r.Step != nil && d.o.Progress != nil {
			d.o.Progress(*r.Step)
		}
		if !r.Done {
			continue
		}
		if len(r.Result) > 0 {
			if err := json.Unmarshal(r.Result, result); err != nil {
				return fmt.Errorf("read the result of %s: %w", method, err)
			}
		}
		return r.Failure.err()
	}
}
