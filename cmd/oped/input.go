package main

import (
	"context"
	"io"

	"oped"
	"oped/app"
	"oped/internal/regular"
)

// interruptible is a reader that returns when a signal ends its context. The read under way goes on; only the
// end of the process ends that.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(b []byte) (int, error) {
	type got struct {
		bytes []byte
		err   error
	}
	read := make(chan got, 1)
	own := make([]byte, len(b)) // the caller owns b again on return
	go func() {
		n, err := i.r.Read(own)
		read <- got{own[:n], err}
	}()
	select {
	case g := <-read:
		return copy(b, g.bytes), g.err
	case <-i.ctx.Done():
		return 0, i.ctx.Err()
	}
}

// input calls read with a file, or with standard input for "-", and its name for messages.
func (a *cli) input(path string, read func(app.Lines) error) error {
	if path == "-" {
		return read(app.Lines{Name: "standard input", Reader: a.stdin})
	}
	f, err := regular.Open(path)
	if err != nil {
		return oped.Invalid(err.Error(), "name a file, or - for standard input")
	}
	defer f.Close()
	return read(app.Lines{Name: path, Reader: f})
}
