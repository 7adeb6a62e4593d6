package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"oped"
)

// A daemon locks the database, so methods that write must run inside it. The daemon listens on a socket beside the
// database, which only its own user may open. The client sends a request, and the daemon carries out its method on
// the open database.

// The limits of the socket. Each client belongs to this process's user or root, but a hanging one must not block
// the others.
const (
	maxClients   = 16              // connected at once, including the running one
	requestTime  = 5 * time.Second // for a client to send its request
	replyTime    = 5 * time.Second // for a client to take a part of the answer
	lockPatience = 5 * time.Minute // for a client to wait for others
)

func socketPath(database string) string { return database + ".sock" }

// control carries out requests of clients in a daemon.
type control struct {
	session *session
	o       Options
	reload  func() // called after a method that changed the configuration of the daemon
	clients chan struct{}
}

// serveControl carries out requests, one at a time, until ctx ends. wait returns after the last one.
func serveControl(ctx context.Context, s *session, o Options, reload func()) (wait func()) {
	path := socketPath(s.store.Path())
	os.Remove(path) // of a killed daemon: we hold the database, so no process listens there
	var l *net.UnixListener
	var err error
	ownerOnly(func() { l, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"}) })
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		o.Log.Warn("no remote commands", "err", err, "hint", "commands that write do not work while this daemon runs")
		return func() {}
	}
	c := &control{s, o, reload, make(chan struct{}, maxClients)}
	listener := newSteady(l, o.Log)
	var wg sync.WaitGroup
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	wg.Go(func() {
		defer stop()
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				defer context.AfterFunc(ctx, func() { conn.Close() })()
				c.serve(ctx, conn)
			})
		}
	})
	return wg.Wait
}

// serve carries out the request of one client, and answers.
func (c *control) serve(ctx context.Context, conn net.Conn) {
	ctx, gone := context.WithCancelCause(ctx)
	defer gone(nil)
	client := &client{conn: conn, o: c.o, gone: gone}
	if err := checkPeer(conn); err != nil {
		client.refuse(err, "only the user of the daemon may send it commands")
		return
	}
	select {
	case c.clients <- struct{}{}:
		defer func() { <-c.clients }()
	default:
		client.refuse(errors.New("too many commands are waiting for the daemon"), "try again later")
		return
	}
	conn.SetReadDeadline(c.o.Now().Add(requestTime))
	q, err := readRequest(conn)
	if err != nil {
		client.refuse(err, "")
		io.Copy(io.Discard, io.LimitReader(conn, 1<<20)) // closing with unread bytes would cut the answer off
		return
	}
	if q.Protocol != protocol {
		err := versionsDiffer(c.o.Version, q.Version)
		old := fmt.Sprintf("oped: %v\nhint: %s\n", err, err.Hint())
		client.send(response{Done: true, Failure: failureOf(err), Err: old, Code: 1})
		return
	}
	conn.SetReadDeadline(time.Time{})
	defer client.watch()()
	if err := c.await(ctx, q.Method, client); err != nil {
		client.refuse(err, "try again when it has finished")
		return
	}
	defer c.session.give()
	c.o.Log.Info("remote command", "method", q.Method, "user", q.User) // parameters may be secret
	steps := eachPercent(func(s Step) { client.send(response{Step: &s}) })
	var result any
	err = safely(func() (err error) {
		result, err = c.carryOut(reporting(ctx, steps), &q)
		return err
	})
	if context.Cause(ctx) == errClientGone { // its committed changes are still published
		c.o.Log.Warn("remote command cut off", "method", q.Method, "hint",
			"its client disconnected; committed changes stay")
		c.session.changed = true
	}
	if c.session.changed {
		c.session.changed = false
		c.reload()
	}
	client.end(result, err)
}

var errClientGone = errors.New("the client of this command disconnected")

// await waits for the lock of the session, and names the method that it waits for.
func (c *control) await(ctx context.Context, method string, client *client) error {
	busy := c.session.work()
	if busy == "" && !c.session.store.Filled() {
		busy = "computing stored data again" // the method may wait for it
	}
	if busy != "" {
		client.send(response{Note: "waiting for the daemon, which is busy: " + busy})
	}
	late := fmt.Errorf("the daemon has been busy for %v: %s", lockPatience, c.session.work())
	ctx, cancel := context.WithTimeoutCause(ctx, lockPatience, late)
	defer cancel()
	return c.session.take(ctx, method)
}

// carryOut carries out a method. It ends with its client, unless it has committed.
func (c *control) carryOut(ctx context.Context, q *request) (result any, err error) {
	all, err := c.session.verbs(q.Config)
	if err != nil {
		return nil, err
	}
	do := all[q.Method]
	if do == nil {
		return nil, oped.Invalid(fmt.Sprintf("the daemon has no method %q", q.Method), "")
	}
	return do(ctx, q.params)
}

// client is the connection to a client.
type client struct {
	conn net.Conn
	o    Options                 // of the daemon
	gone context.CancelCauseFunc // ends the method
}

// watch ends the method if the client is gone. It sends nothing more, so the end of its data means that. The
// returned function closes the connection.
func (x *client) watch() (stop func()) {
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		io.Copy(io.Discard, io.LimitReader(x.conn, maxRequest))
		x.gone(errClientGone)
	}()
	return func() {
		x.conn.Close()
		<-watched
	}
}

func (x *client) send(r response) {
	r.Protocol, r.Version = protocol, x.o.Version
	x.conn.SetWriteDeadline(x.o.Now().Add(replyTime))
	if json.NewEncoder(x.conn).Encode(r) != nil {
		x.gone(errClientGone) // or it does not read
	}
}

// end sends the result of a method.
func (x *client) end(result any, failed error) {
	r := response{Done: true, Failure: failureOf(failed)}
	if result != nil {
		var err error
		if r.Result, err = json.Marshal(result); err != nil {
			r.Failure = failureOf(errors.Join(failed, err))
		}
	}
	x.send(r)
}

// refuse ends a request with an error and a hint.
func (x *client) refuse(err error, hint string) {
	x.send(response{Done: true, Failure: &failure{Message: err.Error(), Advice: hint}})
}
