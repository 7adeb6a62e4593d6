package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"oped/store"
)

// A daemon holds the database, and a command that writes has to be carried out by it. So the daemon listens on a socket beside the database, which only its
// own user may open; the command hands over its arguments, and the daemon runs it as its own, on the open database.

// errand is a command line that is handed to the daemon.
type errand struct {
	Args []string `json:"args"`
	User string   `json:"user"`
}

// said is a piece of what the command says, or its end.
type said struct {
	Out  string `json:"out,omitempty"`
	Err  string `json:"err,omitempty"`
	Done bool   `json:"done,omitempty"`
	Code int    `json:"code,omitempty"`
}

// exitError is the exit code of a command that has said everything itself.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// held is what a daemon lends to the errands that it carries out.
type held struct {
	store   *store.Store
	front   *front     // whose publisher writes the files: two would be in each other's way
	mu      sync.Mutex // an errand, or a new configuration: one at a time
	changed bool       // an errand did what the daemon has to read anew
}

func socketPath(database string) string { return database + ".sock" }

// delegate lets the daemon that holds a database carry out this command line. false: there is none that answers.
func (a *app) delegate(ctx context.Context, database string) (bool, error) {
	config, err := filepath.Abs(a.configFile())
	if err != nil {
		return false, nil
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socketPath(database))
	if err != nil {
		return false, nil
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := json.NewEncoder(conn).Encode(errand{withConfig(a.args, config), a.user()}); err != nil {
		return true, fmt.Errorf("hand the command to the daemon: %w", err)
	}
	for answers := json.NewDecoder(conn); ; {
		var s said
		if err := answers.Decode(&s); err != nil {
			return true, fmt.Errorf("the daemon ended before it was through; oped topic log tells whether it was done: %w", err)
		}
		io.WriteString(a.stdout, s.Out)
		io.WriteString(a.stderr, s.Err)
		if s.Done && s.Code != exitDone {
			return true, &exitError{s.Code}
		}
		if s.Done {
			return true, nil
		}
	}
}

// withConfig adds the configuration to a command line, before what stands behind a --.
func withConfig(args []string, config string) []string {
	i := slices.Index(args, "--")
	if i < 0 {
		i = len(args)
	}
	return slices.Insert(slices.Clone(args), i, "--config="+config)
}

// attend carries out errands one after the other until ctx ends. Where one did what the daemon has to read anew, reload lets it.
func (a *app) attend(ctx context.Context, h *held, log *slog.Logger, reload func()) (wait func()) {
	path := socketPath(h.store.Path())
	os.Remove(path) // of a daemon that was killed: the database is ours, so nobody listens there
	var l *net.UnixListener
	var err error
	ownerOnly(func() { l, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"}) })
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		log.Warn("no errands", "err", err, "hint", "commands that write do not work beside this daemon")
		return func() {}
	}
	var wg sync.WaitGroup
	stop := context.AfterFunc(ctx, func() { l.Close() })
	wg.Go(func() {
		defer stop()
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			a.errand(ctx, conn, h, log)
			if h.changed {
				h.changed = false
				reload()
			}
		}
	})
	return wg.Wait
}

// errand carries out one command line.
func (a *app) errand(ctx context.Context, conn net.Conn, h *held, log *slog.Logger) {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	var e errand
	if err := json.NewDecoder(io.LimitReader(conn, 1<<20)).Decode(&e); err != nil {
		return
	}
	answers := &answers{enc: json.NewEncoder(conn)}
	sub := &app{
		stdin: noInput{}, stdout: answers.to(func(s string) said { return said{Out: s} }), stderr: answers.to(func(s string) said { return said{Err: s} }), now: a.now, held: h,
		getenv: func(name string) string {
			if name == "USER" {
				return e.User
			}
			return ""
		},
	}
	log.Info("errand", "args", e.Args, "user", e.User)
	h.mu.Lock()
	code := sub.main(ctx, e.Args)
	h.mu.Unlock()
	answers.send(said{Done: true, Code: code})
}

// answers sends what a command says, from whatever goroutine.
type answers struct {
	mu  sync.Mutex
	enc *json.Encoder
}

func (x *answers) send(s said) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.enc.Encode(s)
}

func (x *answers) to(wrap func(string) said) io.Writer { return answer{x, wrap} }

type answer struct {
	to   *answers
	wrap func(string) said
}

func (w answer) Write(b []byte) (int, error) {
	if err := w.to.send(w.wrap(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}

type noInput struct{}

func (noInput) Read([]byte) (int, error) { return 0, io.EOF }

// reloading asks a daemon to read its configuration again, as SIGHUP does.
func reloading(hup chan<- os.Signal) func() {
	return func() {
		select {
		case hup <- syscall.SIGHUP:
		default: // it is about to
		}
	}
}

// inUse tells whether an error says that another process holds the database.
func inUse(err error) bool { return errors.Is(err, store.ErrInUse) }
