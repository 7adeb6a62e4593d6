package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"oped"
)

// inFolder writes files into a new working folder, by path.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for path, text := range files {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

const topicT = "topics: {t: {score: {x1: 1}, threshold: 1}}\n"

func TestInclude(t *testing.T) {
	inFolder(t, map[string]string{
		"etc/config.yaml": "include: [feeds.yaml, topics/*.yaml, topics/packs/*.yaml, none/*.yaml, ../more/*.yaml]\n" +
			"editions: {t: {topics: t}}\n",
		"etc/feeds.yaml":          "feeds: [https://b.example/feed, https://a.example/feed]\n",
		"etc/topics/t.yaml":       "\ufefftopics:\r\n  t: {score: {$x: 1}, threshold: 1}\r\n",
		"etc/topics/a.yaml":       "topics: {a: {score: {$x: 1}, threshold: 1}}\neditions: {a: {topics: a}}\n",
		"etc/topics/off.yaml":     "# nothing\n",
		"etc/topics/.#t.yaml":     "an editor's file",
		"etc/topics/t.yaml~":      "another",
		"etc/topics/packs/x.yaml": "terms: {x: [y1]}\n",
		"more/u.yaml":             "topics: {u: {score: {$x: 1}, threshold: 1}}\n",
		"etc/[old] *?/config.yaml": "include: [./*.yaml, ../topics/t.yaml, ../topics/packs/x.yaml, " +
			"../topics/../topics/packs/x.yaml]\n",
		"etc/[old] *?/more.yaml": "feeds: [https://c.example/feed]\n",
	})
	for main, want := range map[string]struct{ feeds, topics, editions, files string }{
		"etc/config.yaml": {
			"https://b.example/feed https://a.example/feed", "a t u", "t a",
			"etc/config.yaml etc/feeds.yaml etc/topics/a.yaml etc/topics/off.yaml etc/topics/t.yaml " +
				"etc/topics/packs/x.yaml more/u.yaml",
		},
		"./etc/[old] *?/config.yaml": {
			"https://c.example/feed", "t", "",
			"etc/[old] *?/config.yaml etc/[old] *?/more.yaml etc/topics/t.yaml etc/topics/packs/x.yaml",
		},
	} {
		c, err := Load(main)
		if err != nil {
			t.Fatal(err)
		}
		var feeds, topics, editions []string
		for _, f := range c.Feeds {
			feeds = append(feeds, f.URL)
		}
		for _, x := range c.Topics {
			topics = append(topics, x.Name)
		}
		for _, e := range c.Editions {
			editions = append(editions, e.Name)
		}
		if strings.Join(feeds, " ") != want.feeds || strings.Join(topics, " ") != want.topics ||
			strings.Join(editions, " ") != want.editions || strings.Join(c.Files, " ") != want.files {
			t.Errorf("%s: %s, %s, %s, %s", main, feeds, topics, editions, c.Files)
		}
	}
}

// TestIncludeMistakes: each names the file and the line of the mistake.
func TestIncludeMistakes(t *testing.T) {
	const main = "include: [more.yaml, topics/*.yaml]\nfeeds: [{name: a, url: https://a.example/feed}]\n" +
		"editions: {e: {}}\n"
	for name, c := range map[string]struct {
		main, more, topic string // files: config.yaml, more.yaml, topics/t.yaml
		want              []string
	}{
		"a missing file": {
			"store: x.db\ninclude:\n  - more.yaml\n  - nowhere/more.yaml\n", "feeds: []", "",
			[]string{"config.yaml:4:5: include nowhere/more.yaml: no such file", "relative to this file"},
		},
		"a folder": {
			"include: [more.yaml, topics]\n", "feeds: []", topicT,
			[]string{"config.yaml:1:22: include topics: this is a folder", "topics/*.yaml"},
		},
		"a bad pattern": {
			"include: ['topics/[a-.yaml']\n", "", "", []string{"config.yaml:1:12: include topics/[a-.yaml: syntax error"},
		},
		"no name": {"include: ['']\n", "", "", []string{"config.yaml:1:12: include .: this is a folder"}},
		"itself under another name": {
			"include: [link.yaml]\n", "", "",
			[]string{"link.yaml:1:1: unknown key include in an included file"},
		},
		"a cycle": {
			main, "include: [config.yaml]\n", "",
			[]string{"more.yaml:1:1: unknown key include in an included file", "feeds, terms, topics, editions"},
		},
		"a key of the main file": {
			main, "feeds: []\npublish: {dir: x}\n", "",
			[]string{"more.yaml:2:1: unknown key publish in an included file"},
		},
		"a misspelt key": {
			main, "feds: []\n", "", []string{"more.yaml:1:1: unknown key feds", "did you mean feeds?"},
		},
		"an equal feed": {
			main, "\nfeeds: [{name: a, url: https://b.example/feed}]\n", "",
			[]string{"more.yaml:2:16: duplicate feed name a, first in config.yaml:2"},
		},
		"an equal address": {
			main, "feeds: [https://a.example/feed]\n", "",
			[]string{"more.yaml:1:9: duplicate feed address https://a.example/feed, first in config.yaml:2"},
		},
		"an equal edition": {
			main, "editions: {e: {}}\n", "", []string{"more.yaml:1:12: duplicate edition e, first in config.yaml:3"},
		},
		"an equal topic": {
			main, topicT, "\n" + topicT, []string{"topics/t.yaml:2:10: duplicate topic t, first in more.yaml:1"},
		},
		"an equal list": {
			main, "terms: {x: [x1]}\n", "terms: {x: [x1]}\n",
			[]string{
				"topics/t.yaml:1:9: duplicate list x, first in more.yaml:1",
				"use the other list, or give this one another name",
			},
		},
		"a rule": {
			main, "", "topics:\r\n  t:\r\n    score: {x1 AND y1 OR z1: 1}\r\n    threshold: 1\r\n",
			[]string{"topics/t.yaml:3:23: AND and OR are mixed", "    score: {x1 AND y1 OR z1: 1}\n"},
		},
		"a mistake behind a byte order mark": {
			main, "", "\ufeffboth: [1]\n", []string{"topics/t.yaml:1:1: unknown key both", "    both: [1]\n    ^"},
		},
		"not UTF-8": {main, "", "# \xe9\n", []string{"topics/t.yaml:1:3: the file is not UTF-8"}},
	} {
		t.Run(name, func(t *testing.T) {
			inFolder(t, map[string]string{"config.yaml": c.main, "more.yaml": c.more, "topics/t.yaml": c.topic})
			if err := os.Symlink("config.yaml", "link.yaml"); err != nil {
				t.Fatal(err)
			}
			_, err := Load("config.yaml")
			ms, ok := err.(oped.Diagnostics)
			if !ok || len(ms) != 1 {
				t.Fatalf("want one mistake, got %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nwant %s", err, want)
				}
			}
		})
	}
}

// TestIncludeUnreadable: if one file cannot be read, its names are not reported as unknown in the others.
func TestIncludeUnreadable(t *testing.T) {
	const main = "include: [packs/*.yaml]\n" + "topics: {t: {score: {$x: 1}, threshold: 1}}\n"
	for name, c := range map[string]struct {
		spoil func(t *testing.T, path string) error
		want  string
	}{
		"invalid YAML": {
			func(_ *testing.T, path string) error { return os.WriteFile(path, []byte("terms:\n\tx: [y1]\n"), 0o600) },
			"packs/x.yaml:2:1: invalid YAML",
		},
		"a pipe": {
			func(_ *testing.T, path string) error { os.Remove(path); return syscall.Mkfifo(path, 0o600) },
			"config.yaml:1:11: include packs/x.yaml: this is a named pipe, not a file",
		},
		"too large": {
			func(_ *testing.T, path string) error { return os.Truncate(path, maxFile+1) },
			"config.yaml:1:11: include packs/x.yaml: this is larger than 4 MiB",
		},
		"a file without permission": {
			func(_ *testing.T, path string) error { return os.Chmod(path, 0) },
			"config.yaml:1:11: include packs/x.yaml: no permission to read this file",
		},
		"a folder without permission": {
			func(t *testing.T, path string) error {
				t.Cleanup(func() { os.Chmod(filepath.Dir(path), 0o700) })
				return os.Chmod(filepath.Dir(path), 0)
			},
			"config.yaml:1:11: include packs/*.yaml: no permission to read this file",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasSuffix(name, "permission") && os.Geteuid() == 0 {
				t.Skip("root reads everything")
			}
			inFolder(t, map[string]string{"config.yaml": main, "packs/x.yaml": "terms: {x: [y1]}\n"})
			if _, err := Load("config.yaml"); err != nil {
				t.Fatal(err)
			}
			if err := c.spoil(t, "packs/x.yaml"); err != nil {
				t.Fatal(err)
			}
			_, err := Load("config.yaml")
			if ms, ok := err.(oped.Diagnostics); !ok || len(ms) != 1 || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v\nwant %s", err, c.want)
			}
		})
	}
}

// TestAddFeedsToAnIncludedList: feeds go where the list is; other files stay as they are.
func TestAddFeedsToAnIncludedList(t *testing.T) {
	feeds := map[string]string{
		"config.yaml":     "include: [topics/*.yaml, feeds.yaml]\n# feeds: elsewhere\n",
		"feeds.yaml":      "\ufefffeeds: # mine\n  - https://a.example/feed\n",
		"topics/all.yaml": topicT,
	}
	inFolder(t, feeds)
	path, err := AddFeeds("config.yaml", []oped.Feed{{Name: "b", URL: "https://b.example/rss", Enabled: true}})
	if err != nil || path != "feeds.yaml" {
		t.Fatal(path, err)
	}
	feeds["feeds.yaml"] += "  - name: b\n    url: \"https://b.example/rss\"\n"
	for path, want := range feeds {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s: %v\n%s", path, err, got)
		}
	}
	path, err = AddFeeds("config.yaml", []oped.Feed{{URL: "https://b.example/rss", Enabled: true}})
	if err == nil || path != "" || !strings.Contains(err.Error(), "feeds.yaml:6:11: duplicate feed address") {
		t.Error(path, err)
	}
}

// TestShippedPiecesAreTheFormerFile: the shipped files hold the values of onefile.yaml, the one file of release 0.1.0,
// apart from the rules and lists of topics. A later change of a shipped feed is made in onefile.yaml too.
func TestShippedPiecesAreTheFormerFile(t *testing.T) {
	former, err := Load("testdata/onefile.yaml")
	if err != nil {
		t.Fatal(err)
	}
	now, err := Load("../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(former.Feeds, now.Feeds) || !reflect.DeepEqual(former.Editions, now.Editions) {
		t.Error("other feeds or editions")
	}
	titles := func(c *Config) map[string]string {
		all := map[string]string{}
		for _, x := range c.Topics {
			all[x.Name] = x.Title + "\n" + x.Describe
		}
		return all
	}
	if a, b := titles(former), titles(now); !reflect.DeepEqual(a, b) {
		t.Errorf("%v\n%v", a, b)
	}
	if former.Publish.Excerpt != now.Publish.Excerpt || !reflect.DeepEqual(former.Fetch, now.Fetch) ||
		former.BaseURL != now.BaseURL || former.Listen != now.Listen {
		t.Error("other settings")
	}
}

// TestShippedTopicsAreIndependent: each file of a topic works without the other topics.
func TestShippedTopicsAreIndependent(t *testing.T) {
	paths, err := filepath.Glob("../topics/*.yaml")
	if err != nil || len(paths) != 7 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		c := parsed(t, "include: ["+filepath.ToSlash(filepath.Join("..", path))+", ../../topics/packs/*.yaml]\n")
		if err := c.Tagger.Test().Err(); err != nil || len(c.Topics) != 1 {
			t.Error(path, err)
		}
	}
}
