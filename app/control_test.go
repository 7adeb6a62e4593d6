package app

import (
	"bufio"
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped/store"
)

// TestCommandsWaitForTheirTurn: a waiting client gets the reason, its method ends with it, and runs in its turn (S14).
func TestCommandsWaitForTheirTurn(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "oped.db"), store.Options{})
	must(t, err)
	defer st.Close()
	c := &control{session: newSession(t.Context(), st, nil)}
	if err := c.session.take(t.Context(), "Topics.Apply"); err != nil {
		t.Fatal(err)
	}
	ours, theirs := net.Pipe()
	defer ours.Close()
	defer theirs.Close()
	ctx, gone := context.WithCancelCause(t.Context())
	waited := make(chan error)
	go func() {
		waited <- c.await(ctx, "Editions.Publish", &client{conn: theirs, o: Options{Now: time.Now}, gone: gone})
	}()
	if line, err := bufio.NewReader(ours).ReadString('\n'); err != nil ||
		!strings.Contains(line, "which is busy: Topics.Apply") {
		t.Errorf("it hears %q, %v", line, err)
	}
	gone(errClientGone)
	if err := <-waited; err != errClientGone {
		t.Errorf("without its client: %v", err)
	}
	c.session.give()
	if err := c.await(t.Context(), "Editions.Publish", nil); err != nil || c.session.work() != "Editions.Publish" {
		t.Errorf("in its turn: %v, at work %s", err, c.session.work())
	}
}

// TestAPanicWithoutTheLockTakesItAgain: the method that gave it for a while still holds it at its end.
func TestAPanicWithoutTheLockTakesItAgain(t *testing.T) {
	s := newSession(t.Context(), nil, &front{})
	must(t, s.take(t.Context(), "a fetch"))
	if err := s.unlocked(nil, func() error { panic("a bug") }); err == nil {
		t.Error("no error")
	}
	if len(s.lock) != 1 {
		t.Error("the lock is free")
	}
	s.give()
}
