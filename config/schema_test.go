package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"
)

var update = flag.Bool("update", false, "rewrite config.schema.json")

//go:generate go test . -run TestSchema -update

// TestSchema makes config.schema.json of the Go types, and holds the file against them.
func TestSchema(t *testing.T) {
	s := schemaOf(reflect.TypeFor[file]())
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
		t.Errorf("config.schema.json is not what the types say (%v); go generate ./config", err)
	}
}

// schema is a JSON Schema, or a part of one.
type schema map[string]any

// schemaOf describes a type of the file.
func schemaOf(t reflect.Type) schema {
	switch t {
	case reflect.TypeFor[textValue]():
		return schema{"type": []string{"string", "number", "boolean"}} // what YAML reads as a number is a text to us
	case reflect.TypeFor[duration]():
		return schema{"type": "string", "pattern": `^[0-9.]+(ns|us|ms|s|m|h|d)([0-9.]+(ns|us|ms|s|m|h))*$`}
	case reflect.TypeFor[feedBlock](): // a feed may be its address alone
		return schema{"oneOf": []schema{{"type": "string"}, objectOf(t)}}
	}
	if value, ok := valueOfNamed(t); ok {
		return schema{"type": "object", "additionalProperties": schemaOf(value)}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Slice: // one item needs no list
		return schema{"oneOf": []schema{{"type": "array", "items": schemaOf(t.Elem())}, schemaOf(t.Elem())}}
	case reflect.Struct:
		return objectOf(t)
	case reflect.Int:
		return schema{"type": "integer", "minimum": 0}
	case reflect.Float64:
		return schema{"type": "number"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	}
	return schema{"type": "string"}
}

func objectOf(t reflect.Type) schema {
	properties := schema{}
	for i := range t.NumField() {
		f := t.Field(i)
		if name := f.Tag.Get("yaml"); name != "" {
			s := schemaOf(f.Type)
			s["description"] = f.Tag.Get("doc")
			properties[name] = s
		}
	}
	return schema{"type": "object", "properties": properties, "additionalProperties": false}
}

// valueOfNamed is the T of a named[T].
func valueOfNamed(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && t.Elem().NumField() == 2 && t.Elem().Field(0).Name == "name" && t.Elem().Field(1).Name == "value" {
		return t.Elem().Field(1).Type, true
	}
	return nil, false
}
