package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// listenError is a failure to listen on an address, with a hint.
type listenError struct {
	address string
	err     error
}

func (e *listenError) Error() string { return fmt.Sprintf("listen on %s: %v", e.address, e.err) }
func (e *listenError) Unwrap() error { return e.err }
func (e *listenError) Hint() string {
	if errors.Is(e.err, syscall.EADDRINUSE) {
		return "another program (perhaps another oped run) uses this address; stop it, or change `listen` in the " +
			"configuration"
	}
	return "set `listen` in the configuration to an address of this machine, such as 127.0.0.1:8080"
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return nil, &listenError{address, err}
	}
	return l, nil
}
