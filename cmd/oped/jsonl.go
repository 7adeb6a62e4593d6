package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"oped"
	"oped/internal/regular"
)

// inWords describes an error of JSON, without the names of our types.
func inWords(err error) string {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return strings.TrimPrefix(err.Error(), "json: ")
	}
	if wrong.Field == "" {
		return "expected an object, found a " + wrong.Value
	}
	return fmt.Sprintf("%s is a %s", wrong.Field, wrong.Value)
}

const maxJSONLine = 64 << 20 // bytes

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

// openInput opens a file for reading, or standard input for "-".
func openInput(a *cli, path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(a.stdin), nil
	}
	f, err := regular.Open(path)
	if err != nil {
		return nil, oped.Invalid(err.Error(), "name a file, or - for standard input")
	}
	return f, nil
}

// nameOf returns the name of a file for messages.
func nameOf(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}

// eachLine reads JSON lines, each as one T, and calls do for each. Invalid JSON is a mistake with its line
// number. Empty lines are skipped.
func eachLine[T any](name string, r io.Reader, do func(*T) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxJSONLine)
	n := 0
	for lines.Scan() {
		n++
		if len(lines.Bytes()) == 0 {
			continue
		}
		var one T
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return &oped.Diagnostic{
				Pos:     oped.Position{File: name, Line: n},
				Message: "unexpected JSON: " + inWords(err),
				Hint: "write one JSON object a line; oped topic eval --help and oped dedup pair --help list the " +
					"fields",
			}
		}
		if err := do(&one); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// counts are the verdicts of a scorer: true and false positives, false and true negatives.
type counts struct{ TP, FP, FN, TN int }

func (c *counts) add(got, want bool) {
	switch {
	case got && want:
		c.TP++
	case got:
		c.FP++
	case want:
		c.FN++
	default:
		c.TN++
	}
}

func (c counts) all() int           { return c.TP + c.FP + c.FN + c.TN }
func (c counts) precision() float64 { return ratio(c.TP, c.TP+c.FP) }
func (c counts) recall() float64    { return ratio(c.TP, c.TP+c.FN) }
func (c counts) f1() float64        { return ratio(2*c.TP, 2*c.TP+c.FP+c.FN) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
