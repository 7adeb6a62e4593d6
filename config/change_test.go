package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// someFeeds is a list of feeds in every form that a person writes.
const someFeeds = `# ours
feeds:
  # the first
  - name: a
    url: https://a.example/feed # moved
    group: "Old, and: \"odd\"" # a folder

  # the second
  - {name: b, url: 'https://b.example/feed', group: Old}
  - {name: c, url: https://c.example/feed}
  - url: https://d.example/feed
    opinion: >-
      category:x

      OR category:y
    lang: en
  - https://e.example/feed
# after
terms: {x: [y1]}
`

func writeFeeds(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestRemoveFeed: the lines of a feed go, and nothing else; the undo brings the same bytes back.
func TestRemoveFeed(t *testing.T) {
	for address, gone := range map[string]string{
		"https://a.example/feed": "  - name: a\n    url: https://a.example/feed # moved\n" +
			"    group: \"Old, and: \\\"odd\\\"\" # a folder\n",
		"https://b.example/feed": "  - {name: b, url: 'https://b.example/feed', group: Old}\n",
		"https://d.example/feed": "  - url: https://d.example/feed\n    opinion: >-\n      category:x\n\n" +
			"      OR category:y\n    lang: en\n",
		"https://e.example/feed": "  - https://e.example/feed\n",
	} {
		path := writeFeeds(t, someFeeds)
		c, err := RemoveFeed(path, address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		want := strings.Replace(someFeeds, gone, "", 1)
		if got := readText(t, path); got != want || len(want) == len(someFeeds) {
			t.Errorf("without %s:\n%s", address, got)
		}
		if err := c.Undo(); err != nil || readText(t, path) != someFeeds {
			t.Errorf("undone: %v\n%s", err, readText(t, path))
		}
		if err := c.Undo(); err == nil || !strings.Contains(err.Error(), "has changed since") {
			t.Errorf("a second undo: %v", err)
		}
	}
}

// TestSetGroup: the group of a feed is replaced or added, in the form of its mapping.
func TestSetGroup(t *testing.T) {
	for address, x := range map[string][2]string{
		"https://a.example/feed": {`group: "Old, and: \"odd\"" # a folder`, `group: "New: \"{x}\", #1" # a folder`},
		"https://b.example/feed": {`group: Old}`, `group: "New: \"{x}\", #1"}`},
		"https://c.example/feed": {`{name: c,`, `{group: "New: \"{x}\", #1", name: c,`},
		"https://d.example/feed": {"  - url: https://d", "  - group: \"New: \\\"{x}\\\", #1\"\n    url: https://d"},
		"https://e.example/feed": {"  - https://e", "  - group: \"New: \\\"{x}\\\", #1\"\n    url: https://e"},
	} {
		path := writeFeeds(t, someFeeds)
		if _, err := SetGroup(path, address, "New: \"{x}\",\n#1"); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if got := readText(t, path); got != strings.Replace(someFeeds, x[0], x[1], 1) {
			t.Errorf("%s:\n%s", address, got)
		}
	}
}

// TestChangesOfFeedsRefuse: a change that would make the file invalid, or cannot be made in its form, changes nothing.
func TestChangesOfFeedsRefuse(t *testing.T) {
	named := someFeeds + "editions: {e: {feeds: a}}\n"
	for name, x := range map[string]struct {
		text, address, want string
		change              func(path, address string) (*Change, error)
	}{
		"an edition names it": {named, "https://a.example/feed", "feed", RemoveFeed},
		"on one line":         {"feeds: [{url: https://a.example/}]\n", "https://a.example/", "cannot change", RemoveFeed},
		"unknown":             {someFeeds, "https://z.example/", "no longer", RemoveFeed},
	} {
		path := writeFeeds(t, x.text)
		c, err := x.change(path, x.address)
		if err == nil || !strings.Contains(err.Error(), x.want) || readText(t, path) != x.text {
			t.Errorf("%s: %+v, %v\n%s", name, c, err, readText(t, path))
		}
	}
}

// TestRemoveFeed_Included: a feed is removed from the file that has it, and the last one may go.
func TestRemoveFeed_Included(t *testing.T) {
	path := writeFeeds(t, "include: [feeds.yaml]\n")
	other := filepath.Join(filepath.Dir(path), "feeds.yaml")
	if err := os.WriteFile(other, []byte("feeds:\n- url: https://a.example/feed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := RemoveFeed(path, "https://a.example/feed")
	if err != nil || c.File != other || readText(t, other) != "feeds:\n" {
		t.Errorf("%v\n%s", err, readText(t, other))
	}
}
