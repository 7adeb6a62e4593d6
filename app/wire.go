package app

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"oped"
)

// protocol numbers the format of requests and responses, and of the parameters and results of methods. Release
// 0.1 sent command lines, without a number.
const protocol = 2

// request asks a daemon to carry out a method.
type request struct {
	Protocol int             `json:"protocol"`
	Version  string          `json:"version"` // of the client
	Method   string          `json:"method"`
	Params   json.RawMessage `json:"params"`
	Config   string          `json:"config"` // absolute path
	User     string          `json:"user"`   // for the log
}

// response is a note or a step for a waiting person, or the end of a method.
type response struct {
	Protocol int             `json:"protocol"`
	Version  string          `json:"version"` // of the daemon
	Note     string          `json:"note,omitempty"`
	Step     *Step           `json:"step,omitempty"`
	Done     bool            `json:"done,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Failure  *failure        `json:"error,omitempty"`

	// A client of release 0.1 prints Err and exits with Code.
	Err  string `json:"err,omitempty"`
	Code int    `json:"code,omitempty"`
}

// maxRequest is the maximum size of a request, in bytes.
const maxRequest = 64 << 10

// readRequest reads a request, of any protocol.
func readRequest(r io.Reader) (q request, err error) {
	limited := &io.LimitedReader{R: r, N: maxRequest}
	switch err := json.NewDecoder(limited).Decode(&q); {
	case err != nil && limited.N <= 0:
		return q, fmt.Errorf("the command is longer than %d KiB", maxRequest>>10)
	case err != nil:
		return q, errors.New("the command did not arrive")
	}
	return q, nil
}

// params decodes the parameters of a request. It refuses unknown names.
func (q *request) params(to any) error {
	d := json.NewDecoder(bytes.NewReader(q.Params))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return oped.Invalid(fmt.Sprintf("the parameters of %s: %s", q.Method, inWords(err)), "")
	}
	return nil
}

// versionError reports a daemon and a client with different protocols.
type versionError struct{ daemon, client string }

// versionsDiffer names the versions of a daemon and a client. Release 0.1 does not name its own.
func versionsDiffer(daemon, client string) *versionError {
	return &versionError{cmp.Or(daemon, "0.1"), cmp.Or(client, "0.1")}
}

func (e *versionError) Error() string {
	return fmt.Sprintf("the daemon is oped %s, this command is oped %s, and they cannot work together", e.daemon, e.client)
}

// Hint returns the way to fix it.
func (e *versionError) Hint() string {
	return "restart the daemon after an update, and use one version of oped"
}

// failure is an error on the wire.
type failure struct {
	Mistakes oped.Diagnostics `json:"mistakes,omitempty"` // if set, the other fields are empty
	Message  string           `json:"message,omitempty"`
	Advice   string           `json:"hint,omitempty"`
}

func (f *failure) Error() string { return f.Message }

// Hint returns the way to fix it; "" if unknown.
func (f *failure) Hint() string { return f.Advice }

// failureOf returns an error as a value for the wire; nil for nil.
func failureOf(err error) *failure {
	var all oped.Diagnostics
	var one *oped.Diagnostic
	var hinted interface{ Hint() string }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &all):
		return &failure{Mistakes: all}
	case errors.As(err, &one):
		return &failure{Mistakes: oped.Diagnostics{one}}
	case errors.As(err, &hinted):
		return &failure{Message: err.Error(), Advice: hinted.Hint()}
	}
	return &failure{Message: err.Error()}
}

// err is the inverse of failureOf.
func (f *failure) err() error {
	switch {
	case f == nil:
		return nil
	case len(f.Mistakes) > 0:
		return f.Mistakes
	}
	return f
}

// safely does some work. A panic is an error.
func safely(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = Bug(p)
		}
	}()
	return work()
}

// Bug returns the error for a recovered panic, with the stack of the caller.
func Bug(panicked any) error {
	return &failure{
		Message: fmt.Sprintf("this is a bug in oped: %v", panicked),
		Advice:  "no committed data is lost; please report it with the lines below\n" + string(debug.Stack()),
	}
}
