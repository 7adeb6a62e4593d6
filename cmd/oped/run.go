package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/net/netutil"

	"oped/app"
	"oped/config"
	"oped/fetcher"
)

func runCommand(a *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Fetch on schedule, publish and serve, until SIGTERM",
		Long: "Fetch on schedule, ingest, publish and serve, until SIGTERM. A change of its\n" +
			"files, or SIGHUP, reloads the configuration; an invalid one is refused, and the\n" +
			"old one stays.",
		Example: "  oped run --config /etc/oped/config.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDaemon(cmd.Context(), a, a.config, &app.Hooks{Serving: func(at string) { reportServing(a, at) }})
		},
	}
	applyFlag(a, cmd)
	return cmd
}

// reportServing prints the address, for a person who started the daemon by hand.
func reportServing(a *cli, at string) {
	if !a.quiet {
		fmt.Fprintf(a.stdout, "serving http://%s/  (Ctrl-C to stop)\n", at)
	}
}

// runDaemon runs the daemon. It calls load for the configuration at the start, and again at every SIGHUP.
func runDaemon(ctx context.Context, a *cli, load func() (*config.Config, error), h *app.Hooks) error {
	if h == nil {
		h = &app.Hooks{}
	}
	a.servesOn = true
	cfg, st, log, err := a.openStore(ctx, load)
	if err != nil {
		return err
	}
	defer st.Close()
	limit, err := app.Connections(openFiles(), cmp.Or(cfg.Fetch.Concurrency, fetcher.Concurrency))
	if err != nil {
		return err
	}
	listener, err := listen(ctx, cfg.Listen)
	if err != nil {
		return err
	}
	listener = netutil.LimitListener(newSteady(listener, log), limit)
	defer listener.Close()

	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	return app.Serve(ctx, cfg, st, a.options(log), app.Surroundings{
		Listener: listener,
		Server:   func(h http.Handler) *http.Server { return newServer(h, log) },
		Limit:    limit,
		Hup:      hup,
		Load:     load,
		Refused: func(err error) {
			a.report(err)
			log.Warn("config refused", "config", a.configFile())
		},
		Control: func(ctx context.Context, s *app.Session, reload func()) func() {
			return a.serveControl(ctx, s, log, reload)
		},
		Hooks: h,
	})
}

// listenError is a failure to listen on an address, with a hint.
type listenError struct {
	address string
	err     error
}

func (e *listenError) Error() string { return fmt.Sprintf("listen on %s: %v", e.address, e.err) }
func (e *listenError) Unwrap() error { return e.err }
func (e *listenError) Hint() string {
	if errors.Is(e.err, syscall.EADDRINUSE) {
		return "another program (perhaps another oped run) uses this address; stop it, or change `listen` in the " +
			"configuration"
	}
	return "set `listen` in the configuration to an address of this machine, such as 127.0.0.1:8080"
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return nil, &listenError{address, err}
	}
	return l, nil
}
