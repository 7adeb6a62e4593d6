package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// output is the text of a command for people.
type output struct{ bytes.Buffer }

func (o *output) printf(format string, args ...any) { fmt.Fprintf(o, format, args...) }

// table prints lines with tabs between their cells as a table. Flags are those of tabwriter.
func (o *output) table(flags uint, lines func(io.Writer)) {
	w := tabwriter.NewWriter(o, 0, 0, 2, ' ', flags)
	lines(w)
	w.Flush() // a buffer takes everything
}

// print prints a value as JSON with --json, else as text.
func (a *cli) print(v any, text func(*output)) error {
	if a.asJSON {
		enc := json.NewEncoder(a.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	}
	var o output
	text(&o)
	_, err := a.stdout.Write(o.Bytes())
	return err
}

// printf prints text.
func (a *cli) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(a.stdout, format, args...)
	return err
}

// jsonFlag adds --json to a command.
func (a *cli) jsonFlag(cmd *cobra.Command, usage string) {
	cmd.Flags().BoolVar(&a.asJSON, "json", false, usage)
}

// jsonLines prints values as JSON lines.
func jsonLines[T any](a *cli, each func(print func(T) error) error) error {
	out := bufio.NewWriter(a.stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := each(func(v T) error { return enc.Encode(v) })
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	return err
}
