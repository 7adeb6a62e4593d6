// Command oped fetches the op-ed feeds of newspapers and think tanks, recognises one piece behind its many copies, tags
// pieces on topics, and republishes them as Atom feeds that never repeat, never flood and never break.
//
// It is one binary with one configuration file and one SQLite database:
//
//	oped init     write a configuration with a hundred feeds and seven topics
//	oped once     fetch what is due, publish files, exit: for cron
//	oped run      the same on a schedule, and serve the feeds, until it is told to stop
//	oped feeds    how every feed is doing
//	oped explain  why a piece is on a topic, or is not
//
// Tables go to standard output, logs to standard error. Exit codes: 0 done, 1 failed, 2 usage or configuration.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends it at once
	a := &cli{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, now: time.Now}
	code := a.main(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
