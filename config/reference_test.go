package config

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestReference generates docs/configuration.md from the Go types and compares the file with the result.
func TestReference(t *testing.T) {
	r := reference{docs: descriptions(t)}
	r.WriteString(`# Configuration reference

Every key of config.yaml and of the files it includes, generated from the program. [config.yaml](../config.yaml) is an
example; editors that know JSON Schema complete keys with [config.schema.json](../config.schema.json). ` + "`oped check`" + `
reports every mistake at once, with its line and a hint.

Where a list is expected, a single item needs no brackets. A duration is written as 30s, 15m, 1h30m or 7d.

`)
	r.block("At the top", reflect.TypeFor[file]())
	const name = "../docs/configuration.md"
	if *update {
		if err := os.WriteFile(name, []byte(r.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(name); err != nil || string(have) != r.String() {
		t.Errorf("%s is out of date (%v); run go generate ./config", name, err)
	}
}

// reference is the text of the reference.
type reference struct {
	strings.Builder
	docs docs
}

// block writes the keys of a mapping, then the blocks below it.
func (r *reference) block(title string, t reflect.Type) {
	fmt.Fprintf(r, "## %s\n\n", title)
	type below struct {
		title string
		t     reflect.Type
	}
	var next []below
	for _, f := range reflect.VisibleFields(t) {
		key := f.Tag.Get("yaml")
		if key == "" {
			continue
		}
		owner := t
		if len(f.Index) > 1 { // of an embedded struct
			owner = t.Field(f.Index[0]).Type
		}
		form, inner, each := formOf(f.Type)
		fmt.Fprintf(r, "%s\n", wrapped("* `"+key+"` ("+form+"): "+r.docs[owner.Name()+"."+f.Name]))
		if inner != nil {
			next = append(next, below{"`" + key + "`" + each, inner})
		}
	}
	r.WriteString("\n")
	for _, b := range next {
		r.block(b.title, b.t)
	}
}

// formOf returns the form of a value in words and, of a mapping, its type and what the mapping is of.
func formOf(t reflect.Type) (form string, inner reflect.Type, each string) {
	switch t {
	case reflect.TypeFor[textValue]():
		return "text", nil, ""
	case reflect.TypeFor[duration]():
		return "duration", nil, ""
	case reflect.TypeFor[feedBlock]():
		return "mapping, or an address", t, ": each feed"
	}
	if value, ok := valueOfNamed(t); ok {
		form, inner, _ = formOf(value)
		return "names with a " + form + " each", inner, ": each name"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return formOf(t.Elem())
	case reflect.Slice:
		form, inner, each = formOf(t.Elem())
		return "list: " + form, inner, each
	case reflect.Struct:
		return "mapping", t, ""
	case reflect.Int, reflect.Float64:
		return "number", nil, ""
	case reflect.Bool:
		return "true or false", nil, ""
	}
	return "text", nil, ""
}

// wrapped breaks an item of a list at 120 columns.
func wrapped(item string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(item) {
		switch n := len([]rune(word)); {
		case i == 0:
		case column+1+n > 120:
			b.WriteString("\n  ")
			column = 2
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += len([]rune(word))
	}
	return b.String()
}
