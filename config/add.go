package config

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"oped"
	"oped/text"
)

// AddFeeds appends feeds to the list of feeds in a configuration: in the file itself, or else in the first included
// file with a list of feeds. It returns the path of that file, and changes nothing else in it, including comments. It
// writes the file only if the result is valid, and replaces it atomically.
func AddFeeds(path string, feeds []oped.Feed) (string, error) {
	b := load(path, readFile)
	c, err := b.done()
	if err != nil {
		return "", err
	}
	taken, next := map[string]oped.Position{}, map[string]int{}
	for _, f := range c.Feeds {
		taken[f.Name] = oped.Position{}
	}
	feeds = slices.Clone(feeds)
	for i := range feeds {
		feeds[i] = Plain(feeds[i])
		if feeds[i].Name == "" {
			feeds[i].Name = freeName(feeds[i], taken, next)
		}
		taken[feeds[i].Name] = oped.Position{}
	}
	list := b.readers[max(0, slices.IndexFunc(b.readers, hasFeeds))]
	changed := []byte(insertFeeds(string(list.data), feeds))
	if _, err := load(path, replaced(list.file, changed)).done(); err != nil {
		return "", err
	}
	return list.file, Replace(list.file, changed)
}

func hasFeeds(r *reader) bool {
	begin, _, _ := feedsBlock(r.lines)
	return begin >= 0
}

// maxSaid is the maximum length of a title written into a configuration, in bytes.
const maxSaid = 300

// Plain returns a feed with self-described fields that are safe to write into a configuration. Titles and groups
// become one line of bounded length without control characters. An invalid site, language or name is dropped.
func Plain(f oped.Feed) oped.Feed {
	f.Title, f.Publisher, f.Group = plainLine(f.Title), plainLine(f.Publisher), plainLine(f.Group)
	f.Lang = strings.ReplaceAll(f.Lang, "_", "-")
	if !isLanguage(f.Lang) {
		f.Lang = ""
	}
	u, err := url.Parse(f.SiteURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(f.SiteURL) > oped.MaxAddress {
		f.SiteURL = ""
	}
	if !nameForm().MatchString(f.Name) {
		f.Name = ""
	}
	return f
}

// plainLine returns a text as one line without control characters and directional overrides.
func plainLine(s string) string {
	if len(s) > 16*maxSaid {
		s = s[:16*maxSaid] // longer texts are mostly noise
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == utf8.RuneError, 0xe0000 <= r && r <= 0xe007f,
			0x202a <= r && r <= 0x202e, 0x2066 <= r && r <= 0x2069:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= maxSaid {
		return s
	}
	return text.Clip(s, maxSaid-len("…")) + "…"
}

// insertFeeds inserts feeds after the last line of the block `feeds:`.
func insertFeeds(text string, feeds []oped.Feed) string {
	lines := strings.SplitAfter(text, "\n")
	begin, end, indent := feedsBlock(lines)
	var added strings.Builder
	for _, f := range feeds {
		writeFeed(&added, indent, f)
	}
	if begin < 0 {
		text = trailingMarks.ReplaceAllString(text, "")
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		return text + "feeds:\n" + added.String()
	}
	lines[begin] = strings.Replace(lines[begin], "[]", "", 1)
	if !strings.HasSuffix(lines[end-1], "\n") {
		lines[end-1] += "\n"
	}
	return strings.Join(lines[:end], "") + added.String() + strings.Join(lines[end:], "")
}

// trailingMarks are marks of the end of a document, and of the beginning of an empty one.
var trailingMarks = regexp.MustCompile(`(?m)(^(---|\.\.\.)[ \t\r]*(\n|\z))+\z`)

// feedsBlock returns the line `feeds:`, the line after the end of its block, and the indentation of its items.
// begin is -1 if there is no block.
func feedsBlock(lines []string) (begin, end int, indent string) {
	begin, indent = -1, "  "
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		switch {
		case begin < 0:
			if strings.HasPrefix(strings.TrimPrefix(line, byteOrderMark), "feeds:") {
				begin, end = i, i+1
			}
		case trimmed == "" || strings.HasPrefix(trimmed, "#"):
		case strings.HasPrefix(trimmed, "- ") && (line[0] == ' ' || line[0] == '-'):
			if end == begin+1 {
				indent = line[:strings.IndexByte(line, '-')]
			}
			end = i + 1
		case line[0] == ' ':
			end = i + 1
		default:
			return begin, end, indent
		}
	}
	return begin, end, indent
}

func writeFeed(b *strings.Builder, indent string, f oped.Feed) {
	lead := indent + "- "
	put := func(key, form, value string) {
		if value != "" {
			fmt.Fprintf(b, "%s%s: "+form+"\n", lead, key, value)
			lead = indent + "  "
		}
	}
	put("name", "%s", f.Name)
	put("url", "%q", f.URL)
	put("title", "%q", f.Title)
	put("publisher", "%q", f.Publisher)
	put("site", "%q", f.SiteURL)
	put("group", "%q", f.Group)
	put("lang", "%q", f.Lang)
	put("opinion", "%q", string(f.Opinion))
	if !f.Enabled {
		put("enabled", "%s", "false")
	}
	if f.Secret {
		put("secret", "%s", "true")
	}
}

// Replace writes a file of a configuration atomically. The file keeps its mode. A symbolic link to it stays.
func Replace(path string, data []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := os.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".config-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(temp.Name()) // no effect after the rename
	_, err = temp.Write(data)
	if err == nil {
		err = temp.Chmod(mode)
	}
	if err == nil {
		err = temp.Sync()
	}
	if closeErr := temp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
