package app

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
)

// TestACancelledCommandIsNoEndOfTheDaemon: an interrupted client reports its own end, whether the daemon takes the
// command, works on it, or neither. The end of the daemon is reported as such.
func TestACancelledCommandIsNoEndOfTheDaemon(t *testing.T) {
	for _, when := range []string{"before", "unread", "working", "ended"} {
		ours, theirs := net.Pipe()
		ctx, interrupt := context.WithCancel(t.Context())
		if when == "before" {
			interrupt()
		}
		serve := func() {
			switch when {
			case "working":
				theirs.Read(make([]byte, maxRequest))
				interrupt()
				io.Copy(io.Discard, theirs)
			case "unread":
				theirs.Read(make([]byte, 1))
				interrupt()
			case "ended":
				theirs.Read(make([]byte, maxRequest))
				theirs.Close()
			}
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			serve()
		}()
		d := &daemon{conn: ours}
		err := d.call(ctx, "Editions.Publish", struct{}{}, nil)
		if err == nil || errors.Is(err, errCancelled) != (when != "ended") || errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", when, err)
		}
		theirs.Close()
		ours.Close()
		<-done
		interrupt()
	}
}
