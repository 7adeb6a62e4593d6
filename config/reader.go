package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"oped"
	"oped/text"
)

// reader converts YAML nodes to values and collects mistakes.
type reader struct {
	file        string
	included    bool // in another file
	data        []byte
	lines       []string
	diagnostics oped.Diagnostics
	nodes       int // nodes read; bounds the expansion of aliases
	unread      int // values with a mistake
	// partial has the mappings with such values, and their names: a missing value there is no further mistake.
	partial map[oped.Position]bool
}

const maxNodes = 2_000_000

func newReader(file string, data []byte) *reader {
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), byteOrderMark), "\r\n", "\n")
	return &reader{
		file:    file,
		data:    data,
		lines:   strings.Split(text, "\n"),
		partial: map[oped.Position]bool{},
	}
}

const byteOrderMark = "\ufeff"

// load reads a file into v, a pointer to a struct. It reports whether it could read the YAML.
func (r *reader) load(v any) bool {
	if line, col := notUTF8(r.data); line > 0 {
		r.report(oped.Position{File: r.file, Line: line, Col: col}, "the file is not UTF-8",
			"save it as UTF-8; a configuration is a text file")
		r.diagnostics[len(r.diagnostics)-1].Line = ""
		return false
	}
	documents, err := r.documents()
	one, marked := errors.AsType[*yaml.LoadError](err)
	switch {
	case marked && one.Mark.Line > 0:
		hint := "compare the indentation with the lines around it; spaces only, no tabs"
		if strings.HasPrefix(r.lines[min(one.Mark.Line, len(r.lines))-1], "%") {
			hint = "remove this line: oped needs no directives"
		}
		r.report(oped.Position{File: r.file, Line: one.Mark.Line, Col: one.Mark.Column},
			"invalid YAML: "+one.Message, hint)
	case err != nil:
		r.report(oped.Position{File: r.file}, "invalid YAML: "+err.Error(), "")
	case len(documents) > 1:
		r.report(r.pos(documents[1]), "a second document begins here",
			"write everything into one document: remove the line --- above")
	case len(documents) == 1:
		r.decode(documents[0], v, "")
		return true
	case r.included: // empty, or comments only
		return true
	default:
		r.report(oped.Position{File: r.file}, "the file is empty", "remove it, and oped init writes a complete one")
	}
	return false
}

// documents returns the documents of the file with content. Marks of a beginning or an end around nothing, --- and
// ..., are none. The file may name its version of YAML, which the parser refuses unless it is 1.1.
func (r *reader) documents() (documents []*yaml.Node, err error) {
	data := yamlVersion.ReplaceAllFunc(r.data, func(line []byte) []byte {
		return bytes.Replace(line, []byte("%"), []byte("#"), 1)
	})
	l, err := yaml.NewLoader(bytes.NewReader(data))
	for err == nil {
		var root yaml.Node
		if err = l.Load(&root); err == nil && len(root.Content) == 1 && root.Content[0].Tag != "!!null" {
			documents = append(documents, root.Content[0])
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return documents, err
}

// yamlVersion matches the line %YAML at the beginning of a file, after comments and empty lines.
var yamlVersion = regexp.MustCompile(`^(\x{FEFF}?(?:[ \t]*(?:#[^\n]*)?\r?\n)*)%YAML 1\.[0-9]+`)

// notUTF8 returns the line and column of the first byte that is not UTF-8, or 0.
func notUTF8(data []byte) (line, col int) {
	utf16 := len(data) > 1 && (data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff)
	if utf8.Valid(data) || utf16 { // UTF-16 is YAML as well
		return 0, 0
	}
	line, col = 1, 1
	for len(data) > 0 {
		c, size := utf8.DecodeRune(data)
		if c == utf8.RuneError && size == 1 {
			break
		}
		col++
		if c == '\n' {
			line, col = line+1, 1
		}
		data = data[size:]
	}
	return line, col
}

func (r *reader) pos(n *yaml.Node) oped.Position {
	return oped.Position{File: r.file, Line: n.Line, Col: n.Column}
}

// report adds a mistake with an excerpt of its line.
func (r *reader) report(pos oped.Position, message, hint string) {
	m := &oped.Diagnostic{Pos: pos, Message: message, Hint: hint}
	r.diagnostics = append(r.diagnostics, m)
	if pos.Line >= 1 && pos.Line <= len(r.lines) {
		m.Line = r.lines[pos.Line-1]
		if utf8.RuneCountInString(m.Line) > 160 { // the caret under a long line would be out of sight
			m.Line, m.Pos.Col = string([]rune(m.Line)[:160])+"…", 0
		}
	}
}

// wrong reports a value that cannot be read.
func (r *reader) wrong(pos oped.Position, message, hint string) {
	r.unread++
	r.report(pos, message, hint)
}

// special is a type with its own decoding.
type special interface {
	fromNode(r *reader, n *yaml.Node, path string)
}

// decode reads a node into the value that v points to. path names the place for messages.
func (r *reader) decode(n *yaml.Node, v any, path string) {
	if r.nodes++; r.nodes > maxNodes {
		if r.nodes == maxNodes+1 {
			r.report(r.pos(n), fmt.Sprintf("more than %d values", maxNodes), "look for an alias that repeats itself")
		}
		return
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		r.nothing(n, v)
		return
	}
	switch v := v.(type) {
	case special:
		v.fromNode(r, n, path)
	case *textValue:
		if r.scalar(n, path, "a text") {
			*v = r.text(n)
		}
	case *duration:
		r.duration(n, v, path)
	case *string:
		if r.scalar(n, path, "a text") {
			*v = n.Value
		}
	case *bool:
		r.bool(n, v, path)
	case *int:
		r.int(n, v, path)
	case *float64:
		f, err := strconv.ParseFloat(n.Value, 64)
		if r.scalar(n, path, "a number") && (err != nil || math.IsNaN(f) || math.IsInf(f, 0)) {
			r.wrong(r.pos(n), fmt.Sprintf("%s: %q is not a number", path, n.Value), "write a number such as 3 or 2.5")
		}
		*v = f
	default:
		r.reflected(n, reflect.ValueOf(v).Elem(), path)
	}
}

// nothing reads an empty value. An empty text or list differs from an absent one: it is a mistake, since its
// intended meaning is unknown.
func (r *reader) nothing(n *yaml.Node, v any) {
	switch v := v.(type) {
	case *textValue:
		*v = textValue{"", r.pos(n)}
	case *[]textValue:
		*v = []textValue{}
	}
}

// reflected reads pointers, sequences and structs.
func (r *reader) reflected(n *yaml.Node, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.decode(n, v.Interface(), path)
	case reflect.Slice:
		items := n.Content
		switch n.Kind {
		case yaml.ScalarNode: // one item needs no list
			items = []*yaml.Node{n}
		case yaml.MappingNode:
			r.wrong(r.pos(n), prefix(path)+"expected a list, got a mapping", "begin each item with a dash")
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 0, len(items))) // an empty list differs from none
		for _, item := range items {
			one := reflect.New(v.Type().Elem())
			r.decode(item, one.Interface(), path)
			v.Set(reflect.Append(v, one.Elem()))
		}
	case reflect.Struct:
		r.fields(n, v, path)
	default:
		panic("config: no reader for " + v.Type().String())
	}
}

// fields reads a mapping into a struct by the names in its yaml tags.
func (r *reader) fields(n *yaml.Node, v reflect.Value, path string) {
	r.pairs(n, path, func(key, value *yaml.Node) {
		var known []string
		for _, f := range reflect.VisibleFields(v.Type()) {
			name := f.Tag.Get("yaml")
			if name == key.Value && name != "" {
				r.decode(value, v.FieldByIndex(f.Index).Addr().Interface(), strings.TrimSpace(path+" "+name))
				return
			}
			if name != "" {
				known = append(known, name)
			}
		}
		where := ""
		if r.included && path == "" {
			where = " in an included file"
		}
		r.report(r.pos(key), prefix(path)+"unknown key "+key.Value+where,
			text.DidYouMean(key.Value, known, "valid keys: "+strings.Join(known, ", ")))
	})
}

// pairs calls do for each key and value of a mapping. It reports duplicate keys.
func (r *reader) pairs(n *yaml.Node, path string, do func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.wrong(r.pos(n), prefix(path)+"expected a mapping (name: value)", "write one name: value per line")
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || strings.TrimSpace(key.Value) == "" {
			r.report(r.pos(key), prefix(path)+"expected a name",
				"write name: value; quote a name with special characters")
			continue
		}
		if line, twice := seen[key.Value]; twice {
			r.report(r.pos(key), fmt.Sprintf("%sduplicate key %s, first in line %d", prefix(path), key.Value, line),
				"keep one of them")
			continue
		}
		seen[key.Value] = key.Line
		before := r.unread
		if key.Value == "<<" && key.Tag == "!!merge" {
			r.wrong(r.pos(key), prefix(path)+"merge keys (<<) are not supported",
				"write the keys themselves, or an alias in place of a whole value")
		} else {
			do(key, n.Content[i+1])
		}
		if r.unread > before {
			r.partial[r.pos(key)], r.partial[r.pos(n)] = true, true
		}
	}
}

func prefix(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

func (r *reader) scalar(n *yaml.Node, path, want string) bool {
	if n.Kind != yaml.ScalarNode {
		r.wrong(r.pos(n), prefix(path)+"expected "+want,
			"write one value after the colon, not a list or a mapping")
		return false
	}
	return true
}

// text returns a scalar with the position of its first rune, after a quotation mark.
func (r *reader) text(n *yaml.Node) textValue {
	pos := r.pos(n)
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		pos.Col++
	}
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		pos.Line, pos.Col = pos.Line+1, 0
	}
	return textValue{n.Value, pos}
}

func (r *reader) bool(n *yaml.Node, v *bool, path string) {
	if !r.scalar(n, path, "true or false") {
		return
	}
	switch n.Value {
	case "true", "yes", "on":
		*v = true
	case "false", "no", "off":
		*v = false
	default:
		r.wrong(r.pos(n), fmt.Sprintf("%s: %q is neither true nor false", path, n.Value), "write true or false")
	}
}

func (r *reader) int(n *yaml.Node, v *int, path string) {
	i, err := strconv.Atoi(strings.ReplaceAll(n.Value, "_", ""))
	if n.Kind != yaml.ScalarNode || err != nil || i < 0 {
		r.wrong(r.pos(n), fmt.Sprintf("%s: %q is not a whole number", path, n.Value), "write 0 or more, digits only")
		return
	}
	*v = i
}

func (r *reader) duration(n *yaml.Node, v *duration, path string) {
	d, err := parseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || d < 0 {
		r.wrong(r.pos(n), fmt.Sprintf("%s: %q is not a duration", path, n.Value), "write 90s, 30m, 1h or 2d")
		return
	}
	if d == 0 {
		d = -1 // given explicitly; 0 means the default
	}
	*v = duration(d)
}

func parseDuration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		return time.Duration(n * 24 * float64(time.Hour)), err
	}
	return time.ParseDuration(s)
}
