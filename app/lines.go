package app

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"oped"
)

// MaxLine limits a line of JSON, in bytes.
const MaxLine = 64 << 20

// Lines is an input of JSON lines, with its name for messages.
type Lines struct {
	Name string
	io.Reader
}

// eachLine reads JSON lines, each as one T, and calls do for each. Invalid JSON is a mistake with its line
// number; so is an Invalid error of do. Empty lines are skipped.
func eachLine[T any](in Lines, do func(*T) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), MaxLine)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var one T
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return &oped.Diagnostic{
				Pos:     oped.Position{File: in.Name, Line: n},
				Message: "unexpected JSON: " + inWords(err),
				Hint: "write one JSON object a line; oped topic eval --help and oped dedup pair --help list the " +
					"fields",
			}
		}
		if err := do(&one); err != nil {
			var mistake *oped.Diagnostic
			if errors.As(err, &mistake) {
				mistake.Pos = oped.Position{File: in.Name, Line: n}
			}
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read %s: %w", in.Name, err)
	}
	return nil
}

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
