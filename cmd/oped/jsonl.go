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

// inWords says what is wrong with a line of JSON, without the names of our types.
func inWords(err error) string {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return strings.TrimPrefix(err.Error(), "json: ")
	}
	if wrong.Field == "" {
		return "an object is wanted, and here stands a " + wrong.Value
	}
	return fmt.Sprintf("%s is a %s", wrong.Field, wrong.Value)
}

const maxJSONLine = 64 << 20 // bytes

// interruptible is a reader that a signal ends. What was being read goes on until there is something: only the end of
// the process ends that.
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
	own := make([]byte, len(b)) // b is the caller's again when this returns
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

// openInput gives a file to read, or standard input for "-".
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

// nameOf is what a file is called in messages.
func nameOf(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}

// eachLine reads JSON lines, each as one T. A line that is none is a mistake with its number; empty lines are passed over.
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
			return &oped.Diagnostic{Pos: oped.Position{File: name, Line: n}, Message: "this line is not the JSON that is wanted: " + inWords(err), Hint: "one JSON object a line; oped topic eval --help and oped dedup pair --help tell the fields"}
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

// counts of a scorer.
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
