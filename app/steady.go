package app

import (
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"
)

// steady is a listener that survives failed accepts: the process may be out of descriptors for a while, or the
// kernel out of memory (accept(2), "Error handling"). It tries again until it is closed.
type steady struct {
	net.Listener
	log    *slog.Logger
	closed chan struct{}
	close  func() error
}

func newSteady(l net.Listener, log *slog.Logger) *steady {
	s := &steady{Listener: l, log: log, closed: make(chan struct{})}
	s.close = sync.OnceValue(func() error {
		close(s.closed)
		return l.Close()
	})
	return s
}

// Close ends a waiting Accept.
func (s *steady) Close() error { return s.close() }

// Accept returns the next connection. Its only error is net.ErrClosed.
func (s *steady) Accept() (net.Conn, error) {
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		conn, err := s.Listener.Accept()
		if err == nil || errors.Is(err, net.ErrClosed) {
			return conn, err
		}
		if pause == 5*time.Millisecond {
			s.log.Warn("cannot accept", "at", s.Addr().String(), "err", err, "hint",
				"if it was reached, raise the limit of open files (ulimit -n)")
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-s.closed:
			timer.Stop()
			return nil, net.ErrClosed
		}
	}
}
