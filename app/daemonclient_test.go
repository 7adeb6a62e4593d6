package app

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"
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

// TestStepsReachTheClient: the steps of a method go from the daemon to the waiting person.
func TestStepsReachTheClient(t *testing.T) {
	ours, theirs := net.Pipe()
	defer ours.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer theirs.Close()
		theirs.Read(make([]byte, maxRequest))
		daemon := &client{conn: theirs, o: Options{Now: time.Now}}
		steps := eachPercent(func(s Step) { daemon.send(response{Step: &s}) })
		j := jobOf(reporting(context.Background(), steps))
		j.begin("judging pieces", 2)
		j.did(1, "")
		j.did(1, "")
		daemon.end(Published{Editions: 1}, nil)
	}()
	var steps []Step
	var result Published
	d := &daemon{conn: ours, o: Options{Progress: func(s Step) { steps = append(steps, s) }}}
	err := d.call(t.Context(), "Topics.Apply", struct{}{}, &result)
	want := []Step{{"judging pieces", 0, 2, ""}, {"judging pieces", 1, 2, ""}, {"judging pieces", 2, 2, ""}}
	if err != nil || result.Editions != 1 || !slices.Equal(steps, want) {
		t.Errorf("%v, %+v, %+v", err, result, steps)
	}
	<-done
}
