// Command oped fetches the op-ed feeds of newspapers and think tanks, recognises the copies of a piece, tags pieces on
// topics, and republishes them as Atom feeds without repeats, floods or breaks.
//
// It is one binary with one configuration file and one SQLite database:
//
//	oped init     write a configuration with a hundred feeds and seven topics
//	oped once     fetch due feeds, publish files, exit: for cron
//	oped run      fetch on schedule, publish and serve, until SIGTERM
//	oped feeds    show the health of every feed
//	oped explain  explain why a piece is on a topic, or not
//
// Tables go to standard output, logs to standard error. Exit codes: 0 done, 1 failed, 2 usage or configuration.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata"
)

func main() { os.Exit(run(os.Stdout)) }

// run carries out the command line of the process, with this standard output, and returns the exit code.
func run(stdout io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	a := &cli{
		stdin:   os.Stdin,
		stdout:  stdout,
		stderr:  os.Stderr,
		getenv:  os.Getenv,
		now:     time.Now,
		program: os.Args[0],
		std:     log.Default(),
	}
	return a.main(ctx, os.Args[1:])
}
