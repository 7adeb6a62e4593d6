package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oped/text"
)

// output is the text of a command for people.
type output struct {
	bytes.Buffer
	width int            // of a line
	marks []stretch      // in order, without overlaps
	zone  *time.Location // of the site
}

// style is the parameter of a control sequence that sets colours (ECMA-48 §8.3.117, SGR); "": none.
type style string

const (
	bold   style = "1"
	faint  style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// stretch is a part of an output in a style.
type stretch struct {
	from, to int
	style    style
}

func (o *output) printf(format string, args ...any) { fmt.Fprintf(o, format, args...) }

// wrapf writes a line, broken between words where it is too wide. Further lines begin with indent.
func (o *output) wrapf(indent, format string, args ...any) {
	o.WriteString(text.Wrap(plain(fmt.Sprintf(format, args...)), o.width, indent) + "\n")
}

// clock returns a time in the zone of the site, with its name.
func (o *output) clock(t time.Time) string { return t.In(o.zone).Format("2006-01-02 15:04 MST") }

// lines writes lines, each broken between words where it is too wide, its rest indented under it.
func (o *output) lines(s string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		o.wrapf(line[:len(line)-len(strings.TrimLeft(line, " "))]+"  ", "%s", line)
	}
}

// title writes a headline.
func (o *output) title(s string) {
	o.paint(bold, text.Wrap(plain(oneLine(s)), o.width, ""))
	o.WriteString("\n")
}

// linef writes a line, cut where it is too wide.
func (o *output) linef(format string, args ...any) {
	o.WriteString(shorten(plain(fmt.Sprintf(format, args...)), o.width) + "\n")
}

// paint writes a text in a style.
func (o *output) paint(s style, text string) {
	from := o.Len()
	o.WriteString(text)
	if s != "" {
		o.marks = append(o.marks, stretch{from, o.Len(), s})
	}
}

// print prints a value as JSON with --json, else as text.
func (a *cli) print(v any, text func(*output)) error {
	if a.asJSON {
		enc := json.NewEncoder(a.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	}
	o := output{width: columns(a.stdout), zone: cmp.Or(a.zone, time.UTC)}
	text(&o)
	if !a.coloured() {
		o.marks = nil
	}
	return o.writeTo(a.stdout)
}

// writeTo writes the output. Only the colours are written past a plainWriter.
func (o *output) writeTo(w io.Writer) error {
	body, at := o.Bytes(), 0
	for _, m := range o.marks {
		for _, part := range []struct {
			to   io.Writer
			text string
		}{
			{w, string(body[at:m.from])},
			{unwrapped(w), "\x1b[" + string(m.style) + "m"},
			{w, string(body[m.from:m.to])},
			{unwrapped(w), "\x1b[0m"},
		} {
			if _, err := io.WriteString(part.to, part.text); err != nil {
				return err
			}
		}
		at = m.to
	}
	_, err := w.Write(body[at:])
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
