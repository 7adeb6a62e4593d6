package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"oped/app"
)

func runCommand(a *cli) *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Fetch on schedule, publish and serve, until SIGTERM",
		Long: "Fetch on schedule, ingest, publish and serve, until SIGTERM or Ctrl-C. A change\n" +
			"of its files, or SIGHUP, reloads the configuration; an invalid one is refused,\n" +
			"and the old one stays.",
		Example: "  oped run --listen 127.0.0.1:8090",
		Args:    requireArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := a.daemon()
			defer signal.Stop(d.Hup)
			d.Config, d.Listen = a.configFile(), address
			d.Serving = func(at string) { // for a person who started the daemon by hand
				switch {
				case a.logFormat == "json":
					a.log.Info("serving", "url", "http://"+at+"/")
				case !a.quiet:
					a.printf("serving http://%s/  (Ctrl-C to stop)\n", at)
				}
				a.printFirstLink(cmd.Context())
			}
			first := progress{keepsLog: true}
			defer first.done()
			o := a.options()
			o.Progress = func(s app.Step) {
				if s.Done == 0 {
					first.begin(a)
				}
				if first.show(s); s.Done == s.Total {
					first.done()
				}
			}
			return app.Serve(cmd.Context(), o, d)
		},
	}
	cmd.Flags().StringVar(&address, "listen", "", "serve on this `address`; links keep base_url")
	applyFlag(a, cmd)
	return cmd
}

// daemon returns a daemon that reloads its configuration at SIGHUP.
func (a *cli) daemon() app.Daemon {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	return app.Daemon{Hup: hup, Refused: func(err error) { a.report(err) }, Desk: a.openDesk}
}

func applyFlag(a *cli, cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.applyDrafts, "apply", false, "activate drafted rules first, as oped topic apply does")
}
