package oped

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNotFound is the error, for errors.Is, of asking a store for what is not in it.
var ErrNotFound = errors.New("not in the store")

// ErrStale is the error, for errors.Is, of storing what was made of rows that have changed meanwhile. Trying again helps.
var ErrStale = errors.New("the rows have changed meanwhile")

// Kind says what went wrong with a fetch, and so when to try again.
type Kind string

// The kinds of failure.
const (
	Network   Kind = "network"   // DNS, connect, TLS, reset
	Timeout   Kind = "timeout"   // over the time limit or under the least rate
	Throttled Kind = "throttled" // 429 or 503: asks us to wait
	Server    Kind = "server"    // other 5xx
	Client    Kind = "client"    // other 4xx
	Gone      Kind = "gone"      // 410
	TooLarge  Kind = "too_large" // bytes, entries, depth or ratio
	NotFeed   Kind = "not_feed"  // HTML, an image, nothing
	Malformed Kind = "malformed" // nothing can be read
	Refused   Kind = "refused"   // by our own rules: address, scheme, port
	Fatal     Kind = "fatal"     // reading its answer ended the process, or made our own code panic
)

// FetchError is a fetch that failed. It is a value of Fetched, not the end of anything.
type FetchError struct {
	Kind   Kind
	Status int           // HTTP status; 0 if there was none
	Wait   time.Duration // what the server asked us to wait (Retry-After); 0 if it did not
	Err    error         // what happened, for people
}

func (e *FetchError) Error() string { return fmt.Sprintf("%s: %v", e.Kind, e.Err) }

func (e *FetchError) Unwrap() error { return e.Err }

// Diagnostic is something wrong in what a person wrote: where, what, and how to mend it.
type Diagnostic struct {
	Pos     Position
	Line    string // the line it stands on, as written; "" if it is not at hand
	Message string // one sentence, without a full stop
	Hint    string // how to mend it; "" if that is plain
}

// Invalid returns a Diagnostic without a position: something that a person asked for and that cannot be done.
func Invalid(message, hint string) *Diagnostic { return &Diagnostic{Message: message, Hint: hint} }

// Error is "file:line:col: what", then the line with a caret, then the hint, each on a line of its own.
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

// caret is a line that points at the col-th rune of the line above it, however that is indented.
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

// Diagnostics are all the mistakes in one file, or several: they are found together, so that they can be mended together.
type Diagnostics []*Diagnostic

func (ms Diagnostics) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.Error()
	}
	return strings.Join(lines, "\n")
}

// Err is the mistakes as an error, nil when there are none.
func (ms Diagnostics) Err() error {
	if len(ms) == 0 {
		return nil
	}
	return ms
}

// DidYouMean is a hint that names the known name that is nearest to a mistyped one; the fallback where none is near.
func DidYouMean(name string, known []string, fallback string) string {
	best, lowest := "", 3
	for _, k := range known {
		if d := edits(strings.ToLower(name), strings.ToLower(k)); d < lowest && d < len(k) {
			best, lowest = k, d
		}
	}
	if best == "" {
		return fallback
	}
	return "did you mean " + best + "?"
}

// edits counts the letters to insert, delete or replace between two names (Levenshtein).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			next := diagonal
			if a[i-1] != b[j-1] {
				next = 1 + min(diagonal, row[j], row[j-1])
			}
			diagonal, row[j] = row[j], next
		}
	}
	return row[len(b)]
}
