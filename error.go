package oped

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNotFound reports, through errors.Is, a request for something the store does not have.
var ErrNotFound = errors.New("not in the store")

// ErrExists reports, through errors.Is, a name that is taken.
var ErrExists = errors.New("already in the store")

// ErrStale reports, through errors.Is, a write based on rows changed since they were read. The caller may try again.
var ErrStale = errors.New("the rows have changed meanwhile")

// FailureKind classifies the failure of a fetch. The time of the next attempt depends on it.
type FailureKind string

// The kinds of failure.
const (
	Network   FailureKind = "network"   // DNS, connect, TLS, reset
	Timeout   FailureKind = "timeout"   // over the time limit or under the minimum rate
	Throttled FailureKind = "throttled" // 429 or 503: the server asks us to wait
	Server    FailureKind = "server"    // other 5xx
	Client    FailureKind = "client"    // other 4xx
	Gone      FailureKind = "gone"      // 410
	TooLarge  FailureKind = "too_large" // bytes, entries, depth or ratio
	NotFeed   FailureKind = "not_feed"  // HTML, an image, nothing
	Malformed FailureKind = "malformed" // nothing is readable
	Refused   FailureKind = "refused"   // by our own rules: address, scheme, port
	Fatal     FailureKind = "fatal"     // reading the answer ended the process, or made our own code panic
)

// Passes reports whether a failure may be over with the next fetch, without any action.
func (k FailureKind) Passes() bool {
	switch k {
	case Client, Gone, TooLarge, Refused, Fatal:
		return false
	}
	return true
}

// FetchError describes a failed fetch. It is a value in [Fetched]; processing of the feed goes on with it.
type FetchError struct {
	Kind   FailureKind
	Status int           // HTTP status; 0 if there was none
	Wait   time.Duration // the server's requested delay (Retry-After); 0 if none
	Err    error         // the cause, for people
}

func (e *FetchError) Error() string { return fmt.Sprintf("%s: %v", e.Kind, e.Err) }

func (e *FetchError) Unwrap() error { return e.Err }

// Diagnostic is a mistake in a person's input: its position, the fault and a hint to fix it.
type Diagnostic struct {
	Pos     Position
	Line    string // the line of the mistake, as written; "" if not available
	Message string // one sentence, without a full stop
	Hint    string // how to fix it; "" if obvious
	Desk    string // the hint on the pages of curators, where there are no commands; "": the same
}

// Invalid returns a Diagnostic without a position, for a request that cannot be carried out.
func Invalid(message, hint string) *Diagnostic { return &Diagnostic{Message: message, Hint: hint} }

// OnDesk sets the hint on the pages of curators.
func (m *Diagnostic) OnDesk(hint string) *Diagnostic {
	m.Desk = hint
	return m
}

// Error returns the diagnostic on lines of its own: file:line:col and the message; the source line; a caret under the
// column; the hint. Unknown parts are left out.
func (m *Diagnostic) Error() string {
	var b strings.Builder
	if m.Pos.File != "" {
		b.WriteString(m.Pos.File)
		if m.Pos.Line > 0 {
			fmt.Fprintf(&b, ":%d", m.Pos.Line)
			if m.Pos.Col > 0 {
				fmt.Fprintf(&b, ":%d", m.Pos.Col)
			}
		}
		b.WriteString(": ")
	}
	b.WriteString(m.Message)
	if m.Line != "" {
		b.WriteString("\n    " + m.Line)
		if m.Pos.Col > 0 {
			b.WriteString("\n    " + caret(m.Line, m.Pos.Col))
		}
	}
	if m.Hint != "" {
		b.WriteString("\nhint: " + m.Hint)
	}
	return b.String()
}

// caret returns a line with a caret under the col-th rune of the line above it. It repeats that line's tabs.
func caret(line string, col int) string {
	var b strings.Builder
	for i, r := range []rune(line) {
		if i+1 >= col {
			break
		}
		if r == '\t' {
			b.WriteRune('\t')
		} else {
			b.WriteRune(' ')
		}
	}
	return b.String() + "^"
}

// Diagnostics lists all mistakes in one file, or several, so that a person can fix them together.
type Diagnostics []*Diagnostic

func (ms Diagnostics) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns the mistakes as an error, or nil if there are none.
func (ms Diagnostics) Err() error {
	if len(ms) == 0 {
		return nil
	}
	return ms
}
