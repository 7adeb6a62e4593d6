package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"oped"
)

// AddFeeds writes feeds into a configuration file, at the end of its list of feeds. Nothing else in the file changes, comments
// included. The file is written only if it is a good one afterwards, and whole or not at all.
func AddFeeds(path string, feeds []oped.Feed) error {
	data, err := readFile(path)
	if err != nil {
		return err
	}
	c, err := Parse(path, data)
	if err != nil {
		return err
	}
	taken := map[string]oped.Position{}
	for _, f := range c.Feeds {
		taken[f.Name] = oped.Position{}
	}
	feeds = slices.Clone(feeds)
	for i := range feeds {
		if feeds[i].Name == "" {
			feeds[i].Name = freeName(feeds[i], taken)
		}
		taken[feeds[i].Name] = oped.Position{}
	}
	changed := insertFeeds(string(data), feeds)
	if _, err := Parse(path, []byte(changed)); err != nil {
		return err
	}
	return replace(path, []byte(changed))
}

// insertFeeds puts feeds behind the last line of the block `feeds:`.
func insertFeeds(text string, feeds []oped.Feed) string {
	lines := strings.SplitAfter(text, "\n")
	begin, end, indent := feedsBlock(lines)
	var added strings.Builder
	for _, f := range feeds {
		writeFeed(&added, indent, f)
	}
	if begin < 0 {
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

// feedsBlock finds the line `feeds:`, the line after the block's last one, and how its items are indented. begin is -1 if there is none.
func feedsBlock(lines []string) (begin, end int, indent string) {
	begin, indent = -1, "  "
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		switch {
		case begin < 0:
			if strings.HasPrefix(line, "feeds:") {
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
	put := func(key, value string) {
		if value != "" {
			fmt.Fprintf(b, "%s%s: %s\n", lead, key, value)
			lead = indent + "  "
		}
	}
	quoted := func(s string) string {
		if s == "" {
			return ""
		}
		return strconv.Quote(s)
	}
	put("name", f.Name)
	put("url", quoted(f.URL))
	put("title", quoted(f.Title))
	put("publisher", quoted(f.Publisher))
	put("site", quoted(f.SiteURL))
	if lang := strings.ReplaceAll(f.Lang, "_", "-"); isLanguage(lang) { // what a feed says of itself may be anything
		put("lang", quoted(lang))
	}
	if !f.Enabled {
		put("enabled", "false")
	}
	if f.Secret {
		put("secret", "true")
	}
}

// replace writes a file as a whole, in place of the one that is there.
func replace(path string, data []byte) error {
	mode := os.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".config-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(temp.Name()) // gone after the rename
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
