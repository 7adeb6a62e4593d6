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
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"oped"
	"oped/app"
	"oped/store"
)

// A daemon holds the database, and a command that writes has to be carried out by it. So the daemon listens on a socket beside the database, which only its
// own user may open; the command hands over its arguments, and the daemon runs it as its own, on the open database.

// runRemote is a command line that is handed to the daemon.
type remoteCommand struct {
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

// The socket's limits. Each client has this process's user or is root, but one that hangs must not keep the others from
// their turn.
const (
	maxRequest   = 64 << 10        // bytes of a request: a command line
	maxClients   = 16              // connected at once, the one that is served included
	requestTime  = 5 * time.Second // for a client to send its command
	replyTime    = 5 * time.Second // for a client to take a piece of the answer
	lockPatience = 5 * time.Minute // for which a command waits for others
)

// remoteCommands are the commands that a daemon carries out for others: those that write. It refuses every other one.
func remoteCommands() []string {
	return []string{
		"oped publish", "oped undo",
		"oped feeds pause", "oped feeds resume", "oped feeds fetch",
		"oped piece tag", "oped piece untag", "oped piece withdraw", "oped piece merge", "oped piece split",
		"oped topic apply", "oped topic undo", "oped topic eval",
	}
}

func socketPath(database string) string { return database + ".sock" }

// forward lets the daemon that holds a database carry out this command line. false: there is none that answers.
func (a *cli) forward(ctx context.Context, database string) (bool, error) {
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
	if err := json.NewEncoder(conn).Encode(remoteCommand{withConfig(a.args, config), a.user()}); err != nil {
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

// serveControl carries out errands, one at a time, until ctx ends. Where one did what the daemon has to read anew, reload
// lets it.
func (a *cli) serveControl(ctx context.Context, h *app.Session, log *slog.Logger, reload func()) (wait func()) {
	path := socketPath(h.Store.Path())
	os.Remove(path) // of a daemon that was killed: the database is ours, so nobody listens there
	var l *net.UnixListener
	var err error
	ownerOnly(func() { l, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"}) })
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		log.Warn("no remote commands", "err", err, "hint", "commands that write do not work beside this daemon")
		return func() {}
	}
	listener := newSteady(l, log)
	var wg sync.WaitGroup
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	clients := make(chan struct{}, maxClients)
	wg.Go(func() {
		defer stop()
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				stop := context.AfterFunc(ctx, func() { conn.Close() })
				defer stop()
				a.serveClient(ctx, conn, clients, h, log, reload)
			})
		}
	})
	return wg.Wait
}

// serveClient hears what a client wants, and answers.
func (a *cli) serveClient(ctx context.Context, conn net.Conn, clients chan struct{}, h *app.Session, log *slog.Logger, reload func()) {
	ctx, gone := context.WithCancelCause(ctx)
	defer gone(nil)
	answers := &replies{conn: conn, enc: json.NewEncoder(conn), gone: gone}
	if err := checkPeer(conn); err != nil {
		answers.refuse(err.Error(), "only the user who runs the daemon may hand it commands")
		return
	}
	select {
	case clients <- struct{}{}:
		defer func() { <-clients }()
	default:
		answers.refuse("too many commands wait for the daemon", "try again when they are through")
		return
	}
	conn.SetReadDeadline(time.Now().Add(requestTime))
	limited := &io.LimitedReader{R: conn, N: maxRequest}
	var e remoteCommand
	if err := json.NewDecoder(limited).Decode(&e); err != nil {
		what := "the command did not arrive"
		if limited.N <= 0 {
			what = fmt.Sprintf("the command is longer than %d KiB", maxRequest>>10)
		}
		answers.refuse(what, "")
		// To close over unread bytes would take the answer from the client.
		io.Copy(io.Discard, io.LimitReader(conn, 1<<20))
		return
	}
	conn.SetReadDeadline(time.Time{})
	watched := make(chan struct{})
	go func() { // a client says nothing more: that there is no more to read means that it went away
		defer close(watched)
		io.Copy(io.Discard, io.LimitReader(conn, maxRequest))
		gone(errClientGone)
	}()
	defer func() {
		conn.Close()
		<-watched
	}()
	if err := await(ctx, h, e, answers); err != nil {
		answers.refuse(err.Error(), "try again when it is through")
		return
	}
	defer h.Give()
	code := a.runRemote(ctx, e, answers, h, log)
	if context.Cause(ctx) == errClientGone { // what it had committed is published all the same
		log.Warn("remote command cut off", "args", e.Args, "hint", "its client went away; what it had committed by then holds")
		h.Changed = true
	}
	if h.Changed {
		h.Changed = false
		reload()
	}
	answers.send(said{Done: true, Code: code})
}

var errClientGone = errors.New("the client of this command went away")

// await waits for the turn of an errand. Its client hears what it waits for.
func await(ctx context.Context, h *app.Session, e remoteCommand, to *replies) error {
	what := strings.Join(e.Args, " ")
	if busy := h.Work(); busy != "" {
		to.send(said{Err: fmt.Sprintf("oped: waiting for the daemon, which is at work: %s\n", busy)})
	}
	late := fmt.Errorf("the daemon has been at work for %v: %s", lockPatience, h.Work())
	ctx, cancel := context.WithTimeoutCause(ctx, lockPatience, late)
	defer cancel()
	return h.Take(ctx, what)
}

// runRemote carries out one command line. It ends with its client, as far as nothing is committed.
func (a *cli) runRemote(ctx context.Context, e remoteCommand, answers *replies, h *app.Session, log *slog.Logger) (code int) {
	sub := &cli{
		stdin:   noInput{},
		stdout:  answers.to(func(s string) said { return said{Out: s} }),
		stderr:  answers.to(func(s string) said { return said{Err: s} }),
		now:     a.now,
		session: h,
		getenv: func(name string) string {
			if name == "USER" {
				return e.User
			}
			return ""
		},
	}
	log.Info("remote command", "args", e.Args, "user", e.User)
	return sub.main(ctx, e.Args)
}

// refuseRemote is the error of a command that no daemon carries out for others; nil for one that it does.
func (a *cli) refuseRemote(cmd *cobra.Command) error {
	if a.session == nil || slices.Contains(remoteCommands(), cmd.CommandPath()) {
		return nil
	}
	return oped.Invalid(fmt.Sprintf("the daemon carries out no %q for others", cmd.CommandPath()), "run it without the daemon's socket")
}

// replies sends what a command says, from whatever goroutine.
type replies struct {
	mu   sync.Mutex
	conn net.Conn
	enc  *json.Encoder
	gone context.CancelCauseFunc // ends the command
}

func (x *replies) send(s said) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.conn.SetWriteDeadline(time.Now().Add(replyTime))
	err := x.enc.Encode(s)
	if err != nil {
		x.gone(errClientGone) // or it does not read
	}
	return err
}

// refuse answers with the reason of a refusal.
func (x *replies) refuse(what, hint string) {
	text := "oped: " + what + "\n"
	if hint != "" {
		text += "hint: " + hint + "\n"
	}
	x.send(said{Err: text, Done: true, Code: exitFailed})
}

func (x *replies) to(wrap func(string) said) io.Writer { return replyStream{x, wrap} }

type replyStream struct {
	to   *replies
	wrap func(string) said
}

func (w replyStream) Write(b []byte) (int, error) {
	if err := w.to.send(w.wrap(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}

type noInput struct{}

func (noInput) Read([]byte) (int, error) { return 0, io.EOF }

// inUse tells whether an error says that another process holds the database.
func inUse(err error) bool { return errors.Is(err, store.ErrInUse) }
