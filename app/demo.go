package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"oped"
	"oped/internal/newstest"
)

// Demo serves invented newspapers on one loopback port and runs the daemon over them on another, without a log. The
// database is in a temporary folder, removed at the end. If the port of the address is taken, another is used. It
// calls serving, once, with the address and the path of the configuration.
func Demo(ctx context.Context, address string, o Options, d Daemon, serving func(address, config string)) error {
	dir, err := os.MkdirTemp("", "oped-demo-")
	if err != nil {
		return fmt.Errorf("create a folder for the demo: %w", err)
	}
	defer os.RemoveAll(dir)
	address, err = freeAddress(ctx, address)
	if err != nil {
		return err
	}
	papers, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	world := newstest.NewPress(o.Now())
	press := newServer(world.Handler(o.Now), o)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		press.Serve(papers) // ends with the demo
	}()
	defer func() {
		press.Close()
		<-ended
	}()

	d.Config = filepath.Join(dir, "config.yaml")
	text := string(world.Config("http://"+papers.Addr().String(), "http://"+address, dir)) +
		demo.Sections(oped.ShippedConfig, "terms", "topics", "editions")
	if err := writeNew(d.Config, []byte(text)); err != nil {
		return err
	}
	d.Serving = func(at string) { serving(at, d.Config) }
	o.Log = slog.New(slog.DiscardHandler)
	return Serve(ctx, o, d)
}

// Init writes the shipped configuration to a new file.
func Init(path string) error { return writeNew(path, []byte(oped.ShippedConfig)) }

// freeAddress returns the given address, or one with another port of the same host if it is in use.
func freeAddress(ctx context.Context, address string) (string, error) {
	l, err := listen(ctx, address)
	var taken *listenError
	if errors.As(err, &taken) {
		host, _, splitErr := net.SplitHostPort(address)
		if splitErr != nil {
			return "", err
		}
		l, err = listen(ctx, net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// writeNew creates a file, readable by its owner only, since a configuration may hold credentials. An existing
// file is an error.
func writeNew(path string, body []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return oped.Invalid(path+" already exists", "move it away first; nothing was written")
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if _, err := f.Write(body); err != nil {
		f.Close()
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.Close()
}
