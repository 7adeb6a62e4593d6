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

// A daemon locks the database, so commands that write must run inside it. The daemon listens on a socket beside the
// database, which only its own user may open. The command sends its arguments, and the daemon runs it on the open
// database.

// remoteCommand is a command line sent to the daemon.
type remoteCommand struct {
	Args []string `json:"args"`
	User string   `json:"user"`
}

// reply is a part of the output of a command, or its end.
type reply struct {
	Out  string `json:"out,omitempty"`
	Err  string `json:"err,omitempty"`
	Done bool   `json:"done,omitempty"`
	Code int    `json:"code,omitempty"`
}

// exitError is the exit code of a command after it has printed its own errors.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// The limits of the socket. Each client belongs to this process's user or root, but a hanging one must not block
// the others.
const (
	maxRequest   = 64 << 10        // bytes of a request: a command line
	maxClients   = 16              // connected at once, including the running one
	requestTime  = 5 * time.Second // for a client to send its command
	replyTime    = 5 * time.Second // for a client to take a part of the answer
	lockPatience = 5 * time.Minute // for a command to wait for others
)

// remoteCommands returns the commands that a daemon runs for clients: those that write. It refuses all others.
func remoteCommands() []string {
	return []string{
		"oped publish", "oped undo",
		"oped feeds pause", "oped feeds resume", "oped feeds fetch",
		"oped piece tag", "oped piece untag", "oped piece withdraw", "oped piece merge", "oped piece split",
		"oped topic apply", "oped topic undo", "oped topic eval",
	}
}

func socketPath(database string) string { return database + ".sock" }

// forward lets the daemon that holds a database run this command line. It returns false if no daemon answers.
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
		return true, fmt.Errorf("send the command to the daemon: %w", err)
	}
	for answers := json.NewDecoder(conn); ; {
		var s reply
		if err := answers.Decode(&s); err != nil {
			return true, fmt.Errorf(
				"the daemon ended before the command did; oped topic log shows whether it was done: %w", err)
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

// withConfig adds the configuration to a command line, before any --.
func withConfig(args []string, config string) []string {
	i := slices.Index(args, "--")
	if i < 0 {
		i = len(args)
	}
	return slices.Insert(slices.Clone(args), i, "--config="+config)
}

// serveControl runs remote commands, one at a time, until ctx ends. It calls reload after a command that changed
// the configuration of the daemon.
func (a *cli) serveControl(ctx context.Context, h *app.Session, log *slog.Logger, reload func()) (wait func()) {
	path := socketPath(h.Store.Path())
	os.Remove(path) // of a killed daemon: we hold the database, so no process listens there
	var l *net.UnixListener
	var err error
	ownerOnly(func() { l, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"}) })
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		log.Warn("no remote commands", "err", err, "hint", "commands that write do not work while this daemon runs")
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

// serveClient runs the command of one client, and answers.
func (a *cli) serveClient(
	ctx context.Context, conn net.Conn, clients chan struct{}, h *app.Session, log *slog.Logger, reload func(),
) {
	ctx, gone := context.WithCancelCause(ctx)
	defer gone(nil)
	answers := &replies{conn: conn, enc: json.NewEncoder(conn), gone: gone}
	if err := checkPeer(conn); err != nil {
		answers.refuse(err.Error(), "only the user of the daemon may send it commands")
		return
	}
	select {
	case clients <- struct{}{}:
		defer func() { <-clients }()
	default:
		answers.refuse("too many commands are waiting for the daemon", "try again later")
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
		// Closing with unread bytes would cut the answer off.
		io.Copy(io.Discard, io.LimitReader(conn, 1<<20))
		return
	}
	conn.SetReadDeadline(time.Time{})
	watched := make(chan struct{})
	go func() { // a client sends nothing more, so the end of its data means that it is gone
		defer close(watched)
		io.Copy(io.Discard, io.LimitReader(conn, maxRequest))
		gone(errClientGone)
	}()
	defer func() {
		conn.Close()
		<-watched
	}()
	if err := await(ctx, h, e, answers); err != nil {
		answers.refuse(err.Error(), "try again when it has finished")
		return
	}
	defer h.Give()
	code := a.runRemote(ctx, e, answers, h, log)
	if context.Cause(ctx) == errClientGone { // its committed changes are still published
		log.Warn("remote command cut off", "args", e.Args, "hint", "its client disconnected; committed changes stay")
		h.Changed = true
	}
	if h.Changed {
		h.Changed = false
		reload()
	}
	answers.send(reply{Done: true, Code: code})
}

var errClientGone = errors.New("the client of this command disconnected")

// await waits for the lock of the session, and sends the client the command it waits for.
func await(ctx context.Context, h *app.Session, e remoteCommand, to *replies) error {
	what := strings.Join(e.Args, " ")
	if busy := h.Work(); busy != "" {
		to.send(reply{Err: fmt.Sprintf("oped: waiting for the daemon, which is busy: %s\n", busy)})
	}
	late := fmt.Errorf("the daemon has been busy for %v: %s", lockPatience, h.Work())
	ctx, cancel := context.WithTimeoutCause(ctx, lockPatience, late)
	defer cancel()
	return h.Take(ctx, what)
}

// runRemote runs one command line. It ends with its client, unless it has committed.
func (a *cli) runRemote(
	ctx context.Context, e remoteCommand, answers *replies, h *app.Session, log *slog.Logger,
) (code int) {
	sub := &cli{
		stdin:   noInput{},
		stdout:  answers.to(func(s string) reply { return reply{Out: s} }),
		stderr:  answers.to(func(s string) reply { return reply{Err: s} }),
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

// refuseRemote returns an error for a command that the daemon does not run for clients.
func (a *cli) refuseRemote(cmd *cobra.Command) error {
	if a.session == nil || slices.Contains(remoteCommands(), cmd.CommandPath()) {
		return nil
	}
	return oped.Invalid(fmt.Sprintf("the daemon does not run %q for clients", cmd.CommandPath()),
		"run it outside the daemon")
}

// replies sends the output of a command, from any goroutine.
type replies struct {
	mu   sync.Mutex
	conn net.Conn
	enc  *json.Encoder
	gone context.CancelCauseFunc // ends the command
}

func (x *replies) send(s reply) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.conn.SetWriteDeadline(time.Now().Add(replyTime))
	err := x.enc.Encode(s)
	if err != nil {
		x.gone(errClientGone) // or it does not read
	}
	return err
}

// refuse answers with an error and a hint, and ends the command.
func (x *replies) refuse(what, hint string) {
	text := "oped: " + what + "\n"
	if hint != "" {
		text += "hint: " + hint + "\n"
	}
	x.send(reply{Err: text, Done: true, Code: exitFailed})
}

func (x *replies) to(wrap func(string) reply) io.Writer { return replyStream{x, wrap} }

type replyStream struct {
	to   *replies
	wrap func(string) reply
}

func (w replyStream) Write(b []byte) (int, error) {
	if err := w.to.send(w.wrap(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}

type noInput struct{}

func (noInput) Read([]byte) (int, error) { return 0, io.EOF }

// inUse reports whether another process holds the database.
func inUse(err error) bool { return errors.Is(err, store.ErrInUse) }
