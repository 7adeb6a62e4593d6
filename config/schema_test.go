package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite config.schema.json")

//go:generate go test . -run TestSchema|TestReference -update

// TestSchema generates config.schema.json from the Go types and compares the file with the result.
func TestSchema(t *testing.T) {
	s := descriptions(t).schemaOf(reflect.TypeFor[file]())
	s["$schema"], s["title"] = "https://json-schema.org/draft/2020-12/schema", "The configuration of oped"
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("../config.schema.json", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile("../config.schema.json")
	if err != nil || !bytes.Equal(have, b.Bytes()) {
		t.Errorf("config.schema.json is out of date (%v); run go generate ./config", err)
	}
}

// schema is a JSON Schema, or a part of one.
type schema map[string]any

// docs maps "type.Field" to the comment on the field.
type docs map[string]string

// descriptions reads the comments in file.go.
func descriptions(t *testing.T) docs {
	f, err := parser.ParseFile(token.NewFileSet(), "file.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	d := docs{}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if fields, ok := spec.Type.(*ast.StructType); ok {
			for _, field := range fields.Fields.List {
				for _, name := range field.Names {
					d[spec.Name.Name+"."+name.Name] = strings.Join(strings.Fields(field.Doc.Text()), " ")
				}
			}
		}
		return true
	})
	return d
}

// schemaOf returns the schema of a type of the file.
func (d docs) schemaOf(t reflect.Type) schema {
	switch t {
	case reflect.TypeFor[textValue]():
		return schema{"type": []string{"string", "number", "boolean"}} // a number or boolean of YAML is a text to us
	case reflect.TypeFor[duration]():
		return schema{"type": "string", "pattern": `^[0-9.]+(ns|us|ms|s|m|h|d)([0-9.]+(ns|us|ms|s|m|h))*$`}
	case reflect.TypeFor[feedBlock](): // a feed may be its address alone
		return schema{"oneOf": []schema{{"type": "string"}, d.objectOf(t)}}
	}
	if value, ok := valueOfNamed(t); ok {
		return schema{"type": "object", "additionalProperties": d.schemaOf(value)}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return d.schemaOf(t.Elem())
	case reflect.Slice: // one item needs no list
		return schema{"oneOf": []schema{{"type": "array", "items": d.schemaOf(t.Elem())}, d.schemaOf(t.Elem())}}
	case reflect.Struct:
		return d.objectOf(t)
	case reflect.Int:
		return schema{"type": "integer", "minimum": 0}
	case reflect.Float64:
		return schema{"type": "number"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	}
	return schema{"type": "string"}
}

func (d docs) objectOf(t reflect.Type) schema {
	properties := schema{}
	for _, f := range reflect.VisibleFields(t) {
		owner := t
		if len(f.Index) > 1 { // of an embedded struct
			owner = t.Field(f.Index[0]).Type
		}
		if name := f.Tag.Get("yaml"); name != "" {
			s := d.schemaOf(f.Type)
			s["description"] = d[owner.Name()+"."+f.Name]
			properties[name] = s
		}
	}
	return schema{"type": "object", "properties": properties, "additionalProperties": false}
}

// valueOfNamed returns the T of a named[T].
func valueOfNamed(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && t.Elem().NumField() == 2 &&
		t.Elem().Field(0).Name == "name" && t.Elem().Field(1).Name == "value" {
		return t.Elem().Field(1).Type, true
	}
	return nil, false
}
