package app

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener of connections within the process.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if c, ok := <-p; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{} }

// TestUnsentBodyBlocksNoConnection: a request with an unsent body gets an immediate answer from a handler
// without interest in it, and soon one from a handler reading it. Its connection is closed soon.
func TestUnsentBodyBlocksNoConnection(t *testing.T) {
	reads := func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}
	for _, c := range []struct {
		name    string
		handler http.Handler
		body    string
		status  int
		after   time.Duration
	}{
		{"no body wanted", &front{now: time.Now}, "Content-Length: 100\r\n\r\n", 503, 0},
		{"no body wanted, one of unknown length", &front{now: time.Now}, "Transfer-Encoding: chunked\r\n\r\n", 503, 0},
		{"read", http.HandlerFunc(reads), "Content-Length: 100\r\n\r\nhub.mode=", 400, bodyTime},
		{"sent", http.HandlerFunc(reads), "Content-Length: 4\r\n\r\nhub.", 200, 0},
		{"none", http.HandlerFunc(reads), "Connection: close\r\n\r\n", 200, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := make(pipes)
				server := newServer(impatient(c.handler, time.Now), Options{Log: slog.New(slog.DiscardHandler), Now: time.Now})
				go server.Serve(l)
				defer close(l)
				ours, theirs := net.Pipe()
				defer ours.Close()
				l <- theirs
				began := time.Now()
				go io.WriteString(ours, "POST /websub HTTP/1.1\r\nHost: x\r\n"+c.body)
				r := bufio.NewReader(ours)
				res, err := http.ReadResponse(r, nil)
				if err != nil || res.StatusCode != c.status || time.Since(began) != c.after {
					t.Fatalf("%v after %v, %v; want %d after %v", res, time.Since(began), err, c.status, c.after)
				}
				if _, err := io.Copy(io.Discard, r); err != nil || time.Since(began) > bodyTime+time.Second {
					t.Errorf("closed after %v, %v", time.Since(began), err)
				}
			})
		})
	}
}
