package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"

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
	if err := writeNew(demoFiles(d.Config, world, papers.Addr().String(), address)); err != nil {
		return err
	}
	d.Serving = func(at string) { serving(at, d.Config) }
	o.Log = slog.New(slog.DiscardHandler)
	return Serve(ctx, o, d)
}

// demoFiles returns the configuration of the demo: its own feeds, with the shipped topics and editions.
func demoFiles(path string, press *newstest.Press, papers, address string) []newFile {
	main := press.Config("http://"+papers, "http://"+address, filepath.Dir(path))
	main = append(main, "include: [topics/*.yaml, topics/packs/*.yaml]\n"...)
	shipped := shippedFiles(path, ".")[0].body
	main = append(main, shipped[bytes.Index(shipped, []byte("\neditions:")):]...)
	return append([]newFile{{path, main}}, shippedFiles(path, "topics")...)
}

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
