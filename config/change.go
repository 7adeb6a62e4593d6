package config

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"oped"
)

// Change is a change of one file of a configuration.
type Change struct {
	File          string
	before, after []byte
}

// RemoveFeed removes the feed at an address from the configuration. It changes nothing else, including comments. It
// returns Diagnostics if the rest is not valid, as when an edition names the feed.
func RemoveFeed(path, address string) (*Change, error) {
	return changeFeed(path, address, func(lines []string) []string { return nil },
		func(feeds []oped.Feed, i int) []oped.Feed { return slices.Delete(feeds, i, i+1) })
}

// SetGroup sets the group of the feed at an address in the configuration; "" is none. It changes nothing else.
func SetGroup(path, address, group string) (*Change, error) {
	group = plainLine(group)
	return changeFeed(path, address, func(lines []string) []string { return withGroup(lines, group) },
		func(feeds []oped.Feed, i int) []oped.Feed {
			feeds[i].Group = group
			return feeds
		})
}

// Undo restores the file. It returns an Invalid error if the file has changed since.
func (c *Change) Undo() error {
	now, err := readFile(c.File)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, c.after) {
		return oped.Invalid(c.File+" has changed since", "change it back in the file")
	}
	return Replace(c.File, c.before)
}

// changeFeed replaces the lines of a feed in its file, if that changes the feeds as expected.
func changeFeed(
	path, address string, edit func([]string) []string, want func([]oped.Feed, int) []oped.Feed,
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
	r := b.readers[slices.Index(b.c.Files, at.File)]
	lines := strings.SplitAfter(string(r.data), "\n")
	begin, end := itemAt(lines, at.Line-1)
	changed := slices.Concat(lines[:begin], edit(slices.Clone(lines[begin:end])), lines[end:])
	c := &Change{File: at.File, before: r.data, after: []byte(strings.Join(changed, ""))}
	is, err := load(path, replaced(c.File, c.after)).done()
	if err != nil {
		return nil, err
	}
	same := func(a, b oped.Feed) bool { return reflect.DeepEqual(a, b) }
	if begin == end || !slices.EqualFunc(is.Feeds, want(slices.Clone(was.Feeds), i), same) {
		return nil, oped.Invalid(fmt.Sprintf("oped cannot change the feed at line %d of %s", at.Line, c.File),
			"it changes feeds of a list with a dash before each: change this one in the file")
	}
	return c, Replace(c.File, c.after)
}

// itemAt returns the lines of the item of a list that begins at a line, without empty lines and comments after it.
// There are none if the item does not begin with a dash there.
func itemAt(lines []string, at int) (begin, end int) {
	dash := strings.IndexByte(lines[at], '-')
	if !strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(lines[at], byteOrderMark), " "), "- ") {
		return at, at
	}
	end = at + 1
	for i := at + 1; i < len(lines); i++ {
		words := strings.TrimLeft(lines[i], " ")
		switch trimmed := strings.TrimSpace(words); {
		case trimmed == "" || trimmed[0] == '#':
		case len(lines[i])-len(words) <= dash:
			return at, end
		default:
			end = i + 1
		}
	}
	return at, end
}

// quoted matches a value between quotation marks.
const quoted = `"(?:\\.|[^"\\\n])*"|'(?:''|[^'\n])*'`

// The group of a feed: in a mapping of lines, and in one between braces. The second part is its value.
var (
	groupLine  = regexp.MustCompile(`(?m)^([ \t]*(?:- +)?group:[ \t]*)(` + quoted + `|[^#\r\n]*?)[ \t\r]*(?:#.*)?$`)
	groupField = regexp.MustCompile(`([{,][ \t\r\n]*group:[ \t]*)(` + quoted + `|[^,}\r\n]*)`)
)

// keyForm matches the beginning of a mapping of lines.
var keyForm = regexp.MustCompile(`^[a-z_]+:\s`)

// withGroup returns the lines of a feed with a group.
func withGroup(lines []string, group string) []string {
	item, value := strings.Join(lines, ""), fmt.Sprintf("%q", group)
	dash := strings.Index(item, "- ")
	first := strings.TrimLeft(item[dash+2:], " ")
	form := groupLine
	if strings.HasPrefix(first, "{") {
		form = groupField
	}
	key := len(item) - len(first) // where the mapping begins
	switch at := form.FindStringSubmatchIndex(item); {
	case at != nil:
		item = item[:at[4]] + value + item[at[5]:]
	case form == groupField:
		item = item[:key+1] + "group: " + value + ", " + item[key+1:]
	default:
		if !keyForm.MatchString(first) { // an address alone
			first = "url: " + first
		}
		item = item[:key] + "group: " + value + "\n" + strings.Repeat(" ", key) + first
	}
	return []string{item}
}
