package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oped"
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

// TestRemoveFeed_Forms: a feed goes whatever its form, or the refusal says what to do.
func TestRemoveFeed_Forms(t *testing.T) {
	const frame = "# ours\nfeeds:\n# first\n%s\n# last\n- url: https://b.example/\n"
	for item, gone := range map[string]bool{
		"-\n  url: https://a.example/\n":                  true,
		"- # mine\n\n  url: https://a.example/\n":         true,
		"- ? url\n  : https://a.example/\n":               true,
		"- &b !!map\n  url: https://a.example/\n":         true,
		"- &b {url: https://a.example/}\n":                true,
		"- {\n  url: https://a.example/\n}\n":             true,
		"- {url: https://a.example/,\ntitle: \"x\ny\"}\n": false,
	} {
		text := fmt.Sprintf(frame, item)
		path := writeFeeds(t, text)
		_, err := RemoveFeed(path, "https://a.example/")
		got := readText(t, path)
		if gone && (err != nil || got != fmt.Sprintf(frame, "")) {
			t.Errorf("%q: %v\n%s", item, err, got)
		}
		if !gone && (err == nil || !strings.Contains(err.Error(), "change this one in the file") || got != text) {
			t.Errorf("%q: %v\n%s", item, err, got)
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
		if _, _, err := SetGroup(path, address, "New: \"{x}\",\n#1"); err != nil {
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

// TestSetGroup_Forms: whatever the form of a feed, its group is changed, or the refusal says what to do.
func TestSetGroup_Forms(t *testing.T) {
	const address = "https://a.example/"
	for item, want := range map[string]string{
		"-\n  url: ADDRESS\n":                        "-\n  group: \"New\"\n  url: ADDRESS\n",
		"- # mine\n  url: ADDRESS\n":                 "- # mine\n  group: \"New\"\n  url: ADDRESS\n",
		"- \"url\": ADDRESS\n  'group': a b\n   c\n": "- \"url\": ADDRESS\n  'group': \"New\"\n",
		"- ? url\n  : ADDRESS\n":                     "- group: \"New\"\n  ? url\n  : ADDRESS\n",
		"- url: ADDRESS\n  group:\n":                 "- url: ADDRESS\n  group: \"New\"\n",
		"- &b {url: ADDRESS}\n":                      "- &b {group: \"New\", url: ADDRESS}\n",
		"- &b\n  url: ADDRESS\n":                     "- &b\n  group: \"New\"\n  url: ADDRESS\n",
		"- {url: ADDRESS, title: \"a, group: b\"}\n": "- {group: \"New\", url: ADDRESS, title: \"a, group: b\"}\n",
		"- {\n  url: ADDRESS, group: a }\n":          "- {\n  url: ADDRESS, group: \"New\" }\n",
		"- url: ADDRESS\r\n":                         "- group: \"New\"\r\n  url: ADDRESS\r\n",
		"- url: ADDRESS\n  group: >-\n    a\n":       "", // refused
		"- &b !!map\n  url: ADDRESS\n":               "- &b !!map\n  group: \"New\"\n  url: ADDRESS\n",
		"- url: ADDRESS\r  lang: en\r":               "",
	} {
		text := strings.ReplaceAll("# ours\nfeeds:\n"+item+"- url: https://b.example/\n", "ADDRESS", address)
		if strings.HasSuffix(item, "\r") {
			text = strings.ReplaceAll(text, "\n", "\r")
		}
		path := writeFeeds(t, text)
		_, _, err := SetGroup(path, address, "New")
		got := readText(t, path)
		if want = strings.ReplaceAll(want, "ADDRESS", address); want != "" {
			if err != nil || got != "# ours\nfeeds:\n"+want+"- url: https://b.example/\n" {
				t.Errorf("%q: %v\n%s", item, err, got)
			}
			continue
		}
		if err == nil || got != text || !strings.Contains(err.Error(), "change this one in the file") {
			t.Errorf("%q: %v\n%s", item, err, got)
		}
	}
}

// TestSetGroup_None: a group that was set is removed with its key, so that the file is as before. Comments stay.
func TestSetGroup_None(t *testing.T) {
	const other = "https://a.example/"
	for _, address := range []string{"https://c.example/feed", "https://d.example/feed"} {
		path := writeFeeds(t, someFeeds)
		for _, group := range []string{"New", "Newer", ""} {
			if _, _, err := SetGroup(path, address, group); err != nil {
				t.Error(err)
			}
		}
		if got := readText(t, path); got != someFeeds {
			t.Errorf("%s:\n%s", address, got)
		}
	}
	for item, want := range map[string]string{
		"- url: ADDRESS\n  group: a b\n":                "- url: ADDRESS\n",
		"- url: ADDRESS\n  group: 'a'\n  lang: en\n":    "- url: ADDRESS\n  lang: en\n",
		"- url: ADDRESS\n  group: a # folder\n":         "- url: ADDRESS\n  group: \"\" # folder\n",
		"- {url: ADDRESS, group: a}\n":                  "- {url: ADDRESS}\n",
		"- {url: ADDRESS, group: a, lang: en}\n":        "- {url: ADDRESS, lang: en}\n",
		"- group: a\n  # its address\n  url: ADDRESS\n": "- # its address\n  url: ADDRESS\n",
	} {
		path := writeFeeds(t, "feeds:\n"+strings.ReplaceAll(item, "ADDRESS", other))
		_, _, err := SetGroup(path, other, " ")
		if got := readText(t, path); err != nil || got != "feeds:\n"+strings.ReplaceAll(want, "ADDRESS", other) {
			t.Errorf("%q: %v\n%s", item, err, got)
		}
	}
}

// TestUndo_Invalid: an undo that would make the configuration invalid changes nothing.
func TestUndo_Invalid(t *testing.T) {
	path := writeFeeds(t, "include: [feeds.yaml]\nfeeds:\n  - {name: a, url: https://a.example/}\n")
	other := filepath.Join(filepath.Dir(path), "feeds.yaml")
	if err := os.WriteFile(other, []byte("feeds:\n- {name: b, url: https://b.example/}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := RemoveFeed(path, "https://b.example/")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := AddFeeds(path, []oped.Feed{{URL: "https://b.example/", Enabled: true}}); err != nil {
		t.Fatal(err)
	}
	if err := c.Undo(); err == nil || !strings.Contains(err.Error(), "duplicate feed address") {
		t.Errorf("the undo: %v", err)
	}
	if _, err := Load(path); err != nil {
		t.Error(err)
	}
}

// TestReplace_Symlink: a change follows a link to the file, which stays.
func TestReplace_Symlink(t *testing.T) {
	path := writeFeeds(t, someFeeds)
	link := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if _, _, err := SetGroup(link, "https://a.example/feed", "New"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&os.ModeSymlink == 0 || !strings.Contains(readText(t, path), "New") {
		t.Errorf("%v %v\n%s", info, err, readText(t, path))
	}
}

// TestRemoveFeed_Names: the removal of a feed renames no other. The refusal says how to remove it.
func TestRemoveFeed_Names(t *testing.T) {
	path := writeFeeds(t, "feeds:\n- https://a.example/1\n- https://a.example/2\n- https://a.example/3\n")
	_, err := RemoveFeed(path, "https://a.example/1")
	const way = "name: a-example-2 to https://a.example/2, name: a-example-3 to https://a.example/3"
	if err == nil || !strings.Contains(err.Error(), way) {
		t.Error(err)
	}
	if _, err := RemoveFeed(path, "https://a.example/3"); err != nil {
		t.Error(err)
	}
}

// TestRemoveFeed_MistakesHaveTheirLines: a mistake after a removal is shown at its line in the file as it is.
func TestRemoveFeed_MistakesHaveTheirLines(t *testing.T) {
	text := someFeeds + "editions: {e: {feeds: a}}\n"
	_, err := RemoveFeed(writeFeeds(t, text), "https://a.example/feed")
	if all, ok := err.(oped.Diagnostics); !ok || all[0].Pos.Line != strings.Count(text, "\n") {
		t.Error(err)
	}
}

// FuzzChangeFeed checks that a change of any file is exact and can be undone, or leaves the file as it is.
func FuzzChangeFeed(f *testing.F) {
	f.Add(someFeeds, "a\x00b \u202e", 0)
	f.Add("feeds:\n-\n  url: http://a.example\n  group: |\n   x\n", "", 0)
	f.Add("feeds:\r- # c\r  url: http://a.example\r", "x", 0)
	f.Add("feeds:\n- {\nurl: http://a.example, 'group': a\n b, lang: en\n}\n- &b http://b.example", "", 1)
	f.Add("\ufefffeeds: &f\n- ? url\n  : http://a.example\n  group: *a\n", "\"", 0)
	path := filepath.Join(f.TempDir(), fmt.Sprintf("config-%d.yaml", os.Getpid()))
	f.Fuzz(func(t *testing.T, text, group string, i int) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		was, err := Load(path)
		if err != nil || i < 0 || i >= len(was.Feeds) || len(was.Files) > 1 {
			return
		}
		address := was.Feeds[i].URL
		check := func(c *Change, err error, want []oped.Feed) {
			if err != nil {
				if readText(t, path) != text {
					t.Fatalf("refused, yet written: %v\n%q", err, text)
				}
				return
			}
			is, err := Load(path)
			if err != nil || !slices.EqualFunc(is.Feeds, want, sameFeed) ||
				!slices.Equal(listNames(is.Lists), listNames(was.Lists)) || len(is.Topics) != len(was.Topics) ||
				!reflect.DeepEqual(is.Publish, was.Publish) || is.Store != was.Store {
				t.Fatalf("%v: %q became %q", err, text, readText(t, path))
			}
			if err := c.Undo(); err != nil || readText(t, path) != text {
				t.Fatalf("undo: %v: %q", err, text)
			}
		}
		c, err := RemoveFeed(path, address)
		check(c, err, slices.Delete(slices.Clone(was.Feeds), i, i+1))
		c, group, err = SetGroup(path, address, group)
		want := slices.Clone(was.Feeds)
		want[i].Group = group
		check(c, err, want)
	})
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
