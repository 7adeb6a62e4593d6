package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"oped"
)

// Change is a change of one file of a configuration.
type Change struct {
	File          string
	path          string // of the configuration
	before, after []byte
}

// edit replaces a part of a text, from a byte to another. The zero value changes nothing.
type edit struct {
	begin, end int
	with       string
}

// RemoveFeed removes the feed at an address from the configuration. It changes nothing else, including comments. It
// returns Diagnostics if the rest is not valid, as when an edition names the feed.
func RemoveFeed(path, address string) (*Change, error) {
	return changeFeed(path, address, withoutItem,
		func(feeds []oped.Feed, i int) []oped.Feed { return slices.Delete(feeds, i, i+1) },
		func(before, _ *yaml.Node, i int) {
			before.Content = slices.Delete(before.Content, i, i+1)
			if len(before.Content) == 0 { // a key without a value
				before.Kind, before.Tag = yaml.ScalarNode, "!!null"
			}
		})
}

// SetGroup sets the group of the feed at an address in the configuration; "" is none. It changes nothing else. It
// returns the group as written: one line.
func SetGroup(path, address, group string) (c *Change, written string, err error) {
	group = plainLine(group)
	c, err = changeFeed(path, address,
		func(text string, item *yaml.Node) edit { return withGroup(text, item, group) },
		func(feeds []oped.Feed, i int) []oped.Feed {
			feeds[i].Group = group
			return feeds
		},
		func(before, after *yaml.Node, i int) {
			dropGroup(before, i)
			dropGroup(after, i)
		})
	return c, group, err
}

// Undo restores the file. It returns an Invalid error if the file has changed since, or no longer fits the others.
func (c *Change) Undo() error {
	now, err := readFile(c.File)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, c.after) {
		return oped.Invalid("the file "+c.File+" has changed since", "change it back in the file")
	}
	_, err = load(c.path, replaced(c.File, c.before)).done()
	if all, ok := errors.AsType[oped.Diagnostics](err); ok {
		return oped.Invalid("with "+c.File+" as it was, the configuration would no longer be valid: "+
			all[0].Message, "undo the later change first, or change it in the file")
	}
	if err != nil {
		return err
	}
	return Replace(c.File, c.before)
}

// changeFeed edits a feed in its file, if that changes the configuration as expected: its feeds as want does, and the
// YAML of its file in nothing but what ignore removes from the lists of feeds before and after.
func changeFeed(
	path, address string, change func(text string, item *yaml.Node) edit,
	want func([]oped.Feed, int) []oped.Feed, ignore func(before, after *yaml.Node, i int),
) (*Change, error) {
	b := load(path, readFile)
	was, err := b.done()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(was.Feeds, func(f oped.Feed) bool { return oped.FeedKey(f.URL) == oped.FeedKey(address) })
	if i < 0 {
		return nil, oped.Invalid("the configuration no longer has this feed", "")
	}
	at := b.feedsAt[i]
	first := slices.IndexFunc(b.feedsAt, func(p oped.Position) bool { return p.File == at.File })
	r := b.readers[slices.Index(b.c.Files, at.File)]
	c := &Change{File: at.File, path: path, before: r.data}
	refused := oped.Invalid(fmt.Sprintf("oped cannot change the feed at line %d of %s", at.Line, c.File),
		"it is written in an unusual form: change this one in the file")
	e, exact := c.edit(i-first, change, ignore)
	if !exact {
		return nil, refused
	}
	trial := load(path, replaced(c.File, c.after))
	feeds := want(slices.Clone(was.Feeds), i)
	if err := renamed(feeds, trial.c.Feeds); err != nil {
		return nil, err
	}
	is, err := trial.done()
	if all, ok := errors.AsType[oped.Diagnostics](err); ok {
		return nil, moved(all, c.File, string(c.before), e)
	}
	if err != nil {
		return nil, err
	}
	if !slices.EqualFunc(is.Feeds, feeds, sameFeed) {
		return nil, refused
	}
	return c, Replace(c.File, c.after)
}

// edit edits a feed of the file. It reports whether this changes nothing else in its YAML.
func (c *Change) edit(
	i int, change func(text string, item *yaml.Node) edit, ignore func(before, after *yaml.Node, i int),
) (e edit, exact bool) {
	before, list := feedList(newReader(c.File, c.before))
	if list == nil || i >= len(list.Content) {
		return edit{}, false
	}
	text := string(c.before)
	e = change(text, list.Content[i])
	c.after = []byte(text[:e.begin] + e.with + text[e.end:])
	after, changed := feedList(newReader(c.File, c.after))
	if changed == nil {
		return edit{}, false
	}
	ignore(list, changed, i)
	return e, sameYAML(before, after)
}

func sameFeed(a, b oped.Feed) bool { return reflect.DeepEqual(a, b) }

// renamed returns an Invalid error if feeds have other derived names than before.
func renamed(before, after []oped.Feed) error {
	var names []string
	for i := range min(len(before), len(after)) {
		if was := before[i]; after[i].Name != was.Name {
			names = append(names, fmt.Sprintf("name: %s to %s", was.Name, oped.ShownAddress(was.URL)))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return oped.Invalid("other feeds have derived names, which would change without this one",
		"add their names in the file first: "+strings.Join(names, ", "))
}

// feedList returns the YAML of a file, and its list of feeds: nil if there is none.
func feedList(r *reader) (root, list *yaml.Node) {
	documents, err := r.documents()
	if err != nil || len(documents) != 1 {
		return nil, nil
	}
	root = documents[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "feeds" {
			return root, root.Content[i+1]
		}
	}
	return root, nil
}

// sameYAML reports whether nodes have the same content, in whatever form.
func sameYAML(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.Tag == b.Tag && a.Value == b.Value && a.Anchor == b.Anchor &&
		slices.EqualFunc(a.Content, b.Content, sameYAML)
}

// dropGroup removes the group of a feed from a list. An address alone becomes a mapping.
func dropGroup(list *yaml.Node, i int) {
	if i >= len(list.Content) {
		return
	}
	item := list.Content[i]
	if item.Kind == yaml.ScalarNode {
		key := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "url"}
		list.Content[i] = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{&key, item}}
	} else if j := keyIn(item, "group"); j >= 0 {
		item.Content = slices.Delete(item.Content, j, j+2)
	}
}

// keyIn returns the place of a key in a mapping, or -1.
func keyIn(mapping *yaml.Node, key string) int {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return i
		}
	}
	return -1
}

// moved returns mistakes of an edited text at their lines before the edit.
func moved(all oped.Diagnostics, file, text string, e edit) oped.Diagnostics {
	first := 1 + strings.Count(text[:e.begin], "\n")
	for _, d := range all {
		if d.Pos.File == file && d.Pos.Line >= first {
			d.Pos.Line += strings.Count(text[e.begin:e.end], "\n") - strings.Count(e.with, "\n")
		}
	}
	return all
}

// offset returns where a node begins in a text. It errs in a text with lines that do not end with a line feed.
func offset(text string, n *yaml.Node) (at int) {
	for range n.Line - 1 {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	for range n.Column - 1 {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

var dashLine = regexp.MustCompile(`^\x{FEFF}? *-\s`)

// withoutItem removes the lines of an item of a list, from its dash, without empty lines and comments after it.
func withoutItem(text string, item *yaml.Node) edit {
	lines := strings.SplitAfter(text, "\n")
	first := min(item.Line, len(lines)) - 1
	for first > 0 && !dashLine.MatchString(lines[first]) {
		first--
	}
	dash, end := strings.IndexByte(lines[first], '-'), first+1
	for i := first + 1; i < len(lines); i++ {
		words := strings.TrimLeft(lines[i], " ")
		if trimmed := strings.TrimSpace(words); trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if len(lines[i])-len(words) <= dash && words[0] != '}' {
			break
		}
		end = i + 1
	}
	begin := len(strings.Join(lines[:first], ""))
	return edit{begin, begin + len(strings.Join(lines[first:end], "")), ""}
}

// withGroup sets the group of a feed: it replaces the value, or inserts the key first.
func withGroup(text string, item *yaml.Node, group string) edit {
	value, flow := fmt.Sprintf("%q", group), item.Style&yaml.FlowStyle != 0
	if i := keyIn(item, "group"); i >= 0 {
		begin, end := offset(text, item.Content[i+1]), 0
		if end = begin + lengthOf(text[begin:], item.Content[i+1]); group == "" {
			if e := withoutPair(text, offset(text, item.Content[i]), end, flow); e != (edit{}) {
				return e
			}
		}
		if begin > 0 && text[begin-1] == ':' {
			value = " " + value
		}
		return edit{begin, end, value}
	}
	first, rest := item, ""
	switch {
	case group == "" || len(item.Content) == 0 && item.Kind != yaml.ScalarNode:
		return edit{}
	case item.Kind == yaml.ScalarNode:
		rest = "url: "
	case flow || item.Anchor != "":
		first = item.Content[0]
	}
	separator := "\n" + strings.Repeat(" ", first.Column-1)
	if flow {
		separator = ", "
	} else if strings.Contains(text, "\r\n") {
		separator = "\r" + separator
	}
	at := offset(text, first)
	return edit{at, at, "group: " + value + separator + rest}
}

// quoted matches a value between quotation marks.
var quoted = regexp.MustCompile(`^(?:"(?:\\(?s:.)|[^"\\])*"|'(?:''|[^'])*')`)

// lengthOf returns the length of a scalar at the beginning of a text. It is 0 for one in an unusual form.
func lengthOf(text string, n *yaml.Node) int {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return len(quoted.FindString(text))
	}
	rest := text
	for word := range strings.FieldsSeq(n.Value) {
		var found bool
		if rest, found = strings.CutPrefix(strings.TrimLeft(rest, " \t\r\n"), word); !found {
			return 0
		}
	}
	return len(text) - len(rest)
}

// What is around a key with its value, to be removed with it.
var (
	commaAfter  = regexp.MustCompile(`^\s*,[ \t]*`)
	commaBefore = regexp.MustCompile(`,\s*$`)
	lineAfter   = regexp.MustCompile(`^[ \t]*(?:\r?\n|$)`)
	lineBefore  = regexp.MustCompile(`(?:^|\n)( *)$`)
	dashBefore  = regexp.MustCompile(`- +$`)
)

// withoutPair removes a key with its value, unless a comment is on its line.
func withoutPair(text string, begin, end int, flow bool) edit {
	before, after := text[:begin], text[end:]
	if flow {
		if comma := commaAfter.FindString(after); comma != "" {
			return edit{begin, end + len(comma), ""}
		}
		if comma := commaBefore.FindString(before); comma != "" {
			return edit{begin - len(comma), end, ""}
		}
		return edit{}
	}
	line := lineAfter.FindString(after)
	switch indent := lineBefore.FindStringSubmatch(before); {
	case !lineAfter.MatchString(after):
		return edit{}
	case indent != nil:
		return edit{begin - len(indent[1]), end + len(line), ""}
	case dashBefore.MatchString(before):
		rest := after[len(line):]
		return edit{begin, len(text) - len(strings.TrimLeft(rest, " ")), ""}
	}
	return edit{}
}
