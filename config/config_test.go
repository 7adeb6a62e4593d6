package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/topic"
)

func TestShippedConfig(t *testing.T) {
	c, err := Load("../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Tagger.Test().Err(); err != nil {
		t.Error(err)
	}
	enabled := 0
	for _, f := range c.Feeds {
		if f.Enabled {
			enabled++
		}
		if f.Enabled && f.Country == "Pakistan" && (len(f.Implies) != 1 || f.Implies[0] != "pakistan") {
			t.Errorf("%s does not imply its country", f.Name)
		}
	}
	if len(c.Feeds) != 102 || len(c.Topics) != 7 || len(c.Editions) != 8 || enabled < 60 {
		t.Errorf("%d feeds, %d of them enabled, %d topics, %d editions", len(c.Feeds), enabled, len(c.Topics),
			len(c.Editions))
	}
	if c.Store != "../oped.db" || c.Publish.Dir != "../public" {
		t.Errorf("paths do not start from the file's folder: %s, %s", c.Store, c.Publish.Dir)
	}
}

// parsed returns a parsed configuration and fails the test on a mistake.
func parsed(t testing.TB, text string) *Config {
	t.Helper()
	c, err := Parse("dir/config.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestValues(t *testing.T) {
	c := parsed(t, `
base_url: https://feeds.example.org/
listen: :9000
store: /var/oped.db
publish: {dir: "", excerpt: 30, limit: 10, health: false, min_poll: 90s,
  trusted_proxies: [10.0.0.0/8, "fd00::/8"], precompress: true}
fetch: {every: 90s, max_every: 2d, spacing: 0s, concurrency: 3, allow_private: [127.0.0.0/8, "::1/128"], ports: [8443]}
feeds:
  - https://a.example/feed
  - url: https://a.example/other
    publisher: The A
  - {url: https://b.example/rss, publisher: The A, name: b, opinion: "category:Opinion", implies: pakistan, kind: analysis, every: 30m, enabled: no, timezone: Asia/Karachi}
terms: {pakistan: [Pakistan]}
topics:
  pk: {title: Pakistan, describe: About it., score: {$pakistan: 1}, threshold: 1}
editions:
  pk: {topics: pk}
  b: {title: B, feeds: [b], kinds: [opinion, news], langs: ur, limit: 5, excerpt: 7, full: true}
`)
	if c.BaseURL != "https://feeds.example.org" || c.Listen != ":9000" || c.Store != "/var/oped.db" ||
		c.Publish.Dir != "" {
		t.Errorf("%+v", c)
	}
	if p := c.Publish; p.MinPoll != 90*time.Second || len(p.TrustedProxies) != 2 ||
		p.TrustedProxies[1].String() != "fd00::/8" || !p.Precompress || p.Health {
		t.Errorf("%+v", p)
	}
	f := c.Fetch
	if f.Every != 90*time.Second || f.MaxEvery != 48*time.Hour || f.Spacing >= 0 || f.Concurrency != 3 ||
		len(f.AllowPrivate) != 2 || f.Ports[0] != 8443 {
		t.Errorf("%+v", f)
	}
	if c.Feeds[0].Name != "a-example" || c.Feeds[1].Name != "the-a" || c.Feeds[0].Publisher != "a.example" ||
		!c.Feeds[0].Enabled {
		t.Errorf("%+v", c.Feeds)
	}
	if b := c.Feeds[2]; b.Enabled || b.Implies[0] != "pakistan" || b.Kind != oped.Analysis ||
		b.Every != 30*time.Minute || b.Timezone != "Asia/Karachi" || c.Opinion[b.URL] == nil {
		t.Errorf("%+v", b)
	}
	if e := c.Editions[0]; e.Title != "Pakistan" || e.Subtitle != "About it." || e.Limit != 10 || e.Excerpt != 30 ||
		e.Lang != "en" {
		t.Errorf("%+v", e)
	}
	if e := c.Editions[1]; e.Filter.Feeds[0] != "https://b.example/rss" || len(e.Filter.Kinds) != 2 ||
		e.Filter.Langs[0] != "ur" || e.Limit != 5 || e.Excerpt != 7 || !e.Full {
		t.Errorf("%+v", e)
	}
}

// TestMoreEditions covers unions, intersections, queries, authors, and editions for publishers with fetched feeds.
func TestMoreEditions(t *testing.T) {
	c := parsed(t, `
publish: {publishers: true, limit: 20}
feeds:
  - {url: "https://a.example/1", publisher: "The Dawn & Dusk", lang: en}
  - {url: "https://a.example/2", publisher: "The Dawn & Dusk"}
  - {url: "https://b.example/", publisher: "the dawn, dusk"}
  - {url: "https://c.example/", publisher: دنیا, lang: ur}
  - {url: "https://d.example/", publisher: Off, enabled: false}
terms: {us: [US/caps]}
topics: {pk: {score: {pakistan: 1}, threshold: 1}, us: {score: {$us: 1}, threshold: 1}}
editions:
  either: {topics: [pk, us]}
  both: {all_topics: [pk, us]}
  asked: {query: "title:water AND $us"}
  hers: {authors: [Amina Qureshi]}
`)
	var names []string
	for _, e := range c.Editions {
		names = append(names, e.Name)
	}
	const want = "either both asked hers publisher-the-dawn-dusk-da40d0a7 publisher-the-dawn-dusk-19f4b69d " +
		"publisher-92ed3b3f"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("editions %s", got)
	}
	if len(c.Editions[1].Filter.AllTopics) != 2 || c.Editions[2].Filter.Query != "title:water AND $us" ||
		c.Queries["asked"] == nil || c.Queries["both"] != nil || c.Editions[3].Filter.Authors[0] != "Amina Qureshi" {
		t.Errorf("%+v", c.Editions)
	}
	if e := c.Editions[4]; e.Title != "The Dawn & Dusk" || e.Filter.Publishers[0] != e.Title || e.Limit != 20 ||
		e.Lang != "en" || c.Editions[6].Lang != "ur" {
		t.Errorf("%+v", e)
	}
}

func TestDefaults(t *testing.T) {
	c := parsed(t, "feeds: [https://a.example/feed]\n")
	if c.BaseURL != "http://127.0.0.1:8080" || c.Listen != "127.0.0.1:8080" ||
		c.Store != filepath.Join("dir", "oped.db") || c.Publish.Dir != filepath.Join("dir", "public") {
		t.Errorf("%+v", c)
	}
	if p := c.Publish; p.MinPoll != time.Minute || len(p.TrustedProxies) != 2 ||
		p.TrustedProxies[0].String() != "127.0.0.0/8" || p.Precompress || !p.Health {
		t.Errorf("%+v", p)
	}
	if p := parsed(t, "publish: {min_poll: 0s, trusted_proxies: []}\n").Publish; p.MinPoll != 0 ||
		len(p.TrustedProxies) != 0 {
		t.Errorf("%+v", p)
	}
	if c := parsed(t, "listen: 127.0.0.1:9999\n"); c.BaseURL != "http://127.0.0.1:9999" {
		t.Errorf("base_url does not follow listen: %s", c.BaseURL)
	}
}

// TestDiagnosticsNameTheirPosition: each mistake has the exact line and column of its value, even in quoted rules.
func TestDiagnosticsNameTheirPosition(t *testing.T) {
	for _, c := range []struct {
		text      string
		line, col int
		message   string
	}{
		{"a: 1\n", 1, 1, "unknown key a"},
		{"editions:\n  a: {query: \"x AND (\"}\n", 2, 22, "missing"},
		{"editions:\n  a: {all_topics: [none]}\n", 2, 20, "unknown topic"},
		{"editions:\n  publisher-a: {}\n", 2, 3, "reserved for editions of one publisher"},
		{"publish: {authors: true}\neditions:\n  author-a: {}\n", 3, 3, "reserved for editions of one author"},
		{"editions:\n  health: {}\n", 2, 3, "taken by health.atom"},
		{"editions:\n  a: {all_topics: [], query: x}\n", 2, 3, "empty list of all_topics"},
		{"editions:\n  wat:\n    topics:\n      # - wat\n    title: Water\n", 2, 3, "empty list of topics"},
		{"editions:\n  wat:\n    query:\n    title: Water\n", 3, 11, "edition wat: empty query"},
		{"editions:\n  a: {authors: [\" \"]}\n", 2, 18, "empty value in authors"},
		{"editions:\n  a: {query: \"\"}\n", 2, 15, "edition a: empty query"},
		{"editions:\n  a: {publishers: [Dwan]}\nfeeds:\n  - {url: https://a/, publisher: Dawn}\n", 2, 20,
			"no feed has the publisher Dwan"},
		{"feeds:\n  - {url: https://a/, timezone: Asia/Lahore}\n", 2, 33, "unknown zone \"Asia/Lahore\""},
		{"feeds:\n  - {url: https://a/, timezone: Local}\n", 2, 33, "unknown zone"},
		{"publish: {timezone: Mars/Olympus}\n", 1, 21, "unknown zone \"Mars/Olympus\""},
		{"publish: {search: files}\n", 1, 19, "search: unknown value \"files\""},
		{"publish: {authors: [a]}\n", 1, 20, "expected true or false"},
		{"publish: {precompress: 7}\n", 1, 24, "neither true nor false"},
		{"base_url: ftp://x\n", 1, 1, "not an http or https address"},
		{"listen: nowhere\n", 1, 1, "not host:port"},
		{"publish:\n  trusted_proxies: [10.0.0.1]\n", 2, 21, "trusted_proxies: \"10.0.0.1\" is not a network"},
		{"desk: {proxy_header: X-User}\npublish: {trusted_proxies: []}\n", 1, 22, "there is no trusted proxy"},
		{"desk: {}\neditions: {desk: {}}\n", 2, 12, "taken by the pages of the curators"},
		{"feeds: {a: b}\n", 1, 8, "expected a list"},
		{"feeds:\n  - url: [x]\n", 2, 10, "expected a text"},
		{"feeds:\n  - url: https://a/\n    every: often\n", 3, 12, "not a duration"},
		{"feeds:\n  - url: https://a/\n    excerpt: -1\n", 3, 14, "not a whole number"},
		{"feeds:\n  - url: https://a/\n    enabled: perhaps\n", 3, 14, "neither true nor false"},
		{"feeds:\n  - url: https://a/\n    opinion: \"url:x AND (\"\n", 3, 26, "something is missing"},
		{"feeds:\n  - {name: a, url: https://a/}\n  - {name: a, url: https://b/}\n", 3, 12, "duplicate"},
		{"terms:\n  us: ['US/cpas']\n", 2, 11, "no flag"},
		{"topics:\n  t: {score: {a1: x}, threshold: 1}\n", 2, 19, "is not a number"},
		{"topics:\n  t: {score: {a1: .nan}, threshold: 1}\n", 2, 19, "is not a number"},
		{"topics:\n  t: {score: {\"a1 OR\": 1}, threshold: 1}\n", 2, 21, "missing"},
		{"topics:\n  t: {score: {a1: 1}}\n", 2, 3, "no threshold"},
		{"topics:\n  t: {threshold: 1}\n", 2, 3, "scores nothing"},
		{"topics:\n  t: {score: {a1: 1}, threshold: 1, review: 2}\n", 2, 3, "above threshold"},
		{"editions:\n  e: {topics: none}\n", 2, 15, "unknown topic none"},
		{"editions:\n  e: {kinds: [news, op]}\n", 2, 21, "unknown kind op"},
		{"editions:\n  ../e: {}\n", 2, 3, "is not a valid name"},
		{"fetch: {allow_private: [10.0.0.1]}\n", 1, 25, "not a network"},
		{"a: &a [*a, *a]\n", 1, 0, ""},
	} {
		_, err := Parse("config.yaml", []byte(c.text))
		ms, ok := err.(oped.Diagnostics)
		if !ok {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		m := ms[0]
		if m.Pos.File != "config.yaml" || m.Pos.Line != c.line || c.col > 0 && m.Pos.Col != c.col ||
			!strings.Contains(m.Message, c.message) {
			t.Errorf("%q: %v\nwant %q at %d:%d", c.text, err, c.message, c.line, c.col)
		}
	}
}

// TestS22GrowingAliasesAreRefused: a short file expanding to millions of values is refused quickly.
func TestS22GrowingAliasesAreRefused(t *testing.T) {
	text := "terms:\n  a0: &a0 [x1, x2, x3, x4, x5, x6, x7, x8, x9]\n"
	for i := range 9 {
		ref := strings.Repeat(", *a"+string(rune('0'+i)), 9)[2:]
		text += "  a" + string(rune('1'+i)) + ": &a" + string(rune('1'+i)) + " [" + ref + "]\n"
	}
	if _, err := Parse("config.yaml", []byte(text)); err == nil {
		t.Error("it was taken")
	}
}

func TestAddFeeds(t *testing.T) {
	const added = "  - name: the-b\n    url: \"https://b.example/rss\"\n    title: \"The B\"\n"
	for name, c := range map[string]struct{ before, after string }{
		"at the end of the block": {
			"# mine\nfeeds:\n- url: https://a.example/feed # first\n  lang: en\n\n# topics follow\nterms: {x: [y1]}\n",
			"# mine\nfeeds:\n- url: https://a.example/feed # first\n  lang: en\n" +
				"- name: the-b\n  url: \"https://b.example/rss\"\n  title: \"The B\"\n" +
				"\n# topics follow\nterms: {x: [y1]}\n",
		},
		"as the first":    {"feeds: []\n", "feeds: \n" + added},
		"without a block": {"listen: :9000", "listen: :9000\nfeeds:\n" + added},
		"without a line end": {
			"feeds:\n    - https://a.example/feed",
			"feeds:\n    - https://a.example/feed\n" +
				"    - name: the-b\n      url: \"https://b.example/rss\"\n      title: \"The B\"\n",
		},
		"beside a feed of the same name": {
			"feeds:\n  - {name: the-b, url: https://a.example/}\n",
			"feeds:\n  - {name: the-b, url: https://a.example/}\n" + strings.Replace(added, "the-b", "the-b-2", 1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "config.yaml")
			if err := os.WriteFile(path, []byte(c.before), 0o600); err != nil {
				t.Fatal(err)
			}
			feed := oped.Feed{URL: "https://b.example/rss", Title: "The B", Enabled: true}
			if _, err := AddFeeds(path, []oped.Feed{feed}); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil || string(got) != c.after {
				t.Errorf("%v\n%s\nwant\n%s", err, got, c.after)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("the file's mode has changed: %v", info.Mode())
			}
		})
	}
}

// TestAddFeedsWritesValidLanguages: AddFeeds drops an invalid declared language.
func TestAddFeedsWritesValidLanguages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte("listen: :9000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := AddFeeds(path, []oped.Feed{
		{URL: "https://b.example/", Lang: "English"},
		{URL: "https://c.example/", Lang: "en_US"},
		{URL: "https://d.example/", Lang: "ur"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil || c.Feeds[0].Lang != "" || c.Feeds[1].Lang != "en-US" || c.Feeds[2].Lang != "ur" {
		t.Errorf("%v %+v", err, c)
	}
}

// TestAddFeedsWritesNoInvalidFile: if the result would be invalid, the file stays unchanged.
func TestAddFeedsWritesNoInvalidFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	const before = "feeds:\n  - https://a.example/feed\n"
	if err := os.WriteFile(path, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := AddFeeds(path, []oped.Feed{{URL: "https://a.example/feed", Enabled: true}}); err == nil {
		t.Error("the same feed was added twice")
	}
	if got, _ := os.ReadFile(path); string(got) != before {
		t.Errorf("the file reads %s", got)
	}
}

// FuzzParse checks that every text, also of an included file, yields a configuration or a printable mistake.
func FuzzParse(f *testing.F) {
	shipped, err := os.ReadFile("../config.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		"", "feeds:", "a: &a [*a]", "feeds: [{}]",
		"topics: {t: {score: {x1: 1}, threshold: 1, tests: {yes: [x]}}}",
		"feeds: !!binary x", "? [a]\n: b", "terms: {a: [b, ~]}", string(shipped),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		only := func(path string) ([]byte, error) { // reads no real file
			switch path {
			case "config.yaml", "more.yaml":
				return data, nil
			case "main.yaml":
				return []byte("include: [more.yaml]\n"), nil
			}
			return nil, fs.ErrNotExist
		}
		for _, path := range []string{"config.yaml", "main.yaml"} {
			c, err := load(path, only).done()
			if err == nil && c == nil {
				t.Fatal("neither a configuration nor a mistake")
			}
			if err != nil && err.Error() == "" {
				t.Fatal("an empty message")
			}
		}
		insertFeeds(string(data), []oped.Feed{{URL: "https://b.example/rss"}})
	})
}

func TestContactAndReservedNames(t *testing.T) {
	for text, want := range map[string]string{
		"publish: {contact: editor@example.org}\n":          "",
		"publish: {contact: https://example.org/contact}\n": "",
		"publish: {contact: 'javascript:alert(1)'}\n":       "is neither an e-mail address nor a web address",
		"publish: {contact: call me}\n":                     "is neither",
		"editions: {search: {}}\n":                          "edition search: the name is reserved",
		"editions: {author: {}}\n":                          "the name is reserved",
	} {
		c, err := Parse("config.yaml", []byte(text))
		if want == "" && (err != nil || c.Publish.Contact == "") ||
			want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestContentSignal: without a key, a site reserves training and grants nothing.
func TestContentSignal(t *testing.T) {
	for text, want := range map[string]string{
		"publish: {limit: 50}\n":                                  "ai-train=no",
		"publish: {content_signal: ''}\n":                         "",
		"publish: {content_signal: 'search=yes,  ai-train=no'}\n": "search=yes, ai-train=no",
	} {
		c, err := Parse("config.yaml", []byte(text))
		if err != nil || c.Publish.ContentSignal != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, value := range []string{"ai-train=maybe", "train=no", "search", "search=no,", "yes"} {
		_, err := Parse("config.yaml", []byte("publish: {content_signal: '"+value+"'}\n"))
		if err == nil || !strings.Contains(err.Error(), "is no content signal") {
			t.Errorf("%q: %v", value, err)
		}
	}
}

// TestPublisherEditionsKeepTheirNames: the name of a publisher's edition does not depend on other publishers.
func TestPublisherEditionsKeepTheirNames(t *testing.T) {
	const (
		jang   = `{url: "https://a.example/", publisher: جنگ}`
		waqt   = `{url: "https://b.example/", publisher: نوائے وقت}`
		news   = `{url: "https://c.example/", publisher: Daily News}`
		hyphen = `{url: "https://d.example/", publisher: Daily-News}`
	)
	names := func(feeds ...string) map[string]string {
		byPublisher := map[string]string{}
		c := parsed(t, "publish: {publishers: true}\nfeeds:\n  - "+strings.Join(feeds, "\n  - ")+"\n")
		for _, e := range c.Editions {
			byPublisher[e.Title] = e.Name
		}
		return byPublisher
	}
	off := func(feed string) string { return strings.TrimSuffix(feed, "}") + ", enabled: false}" }
	all := names(jang, waqt, news, hyphen)
	if len(all) != 4 {
		t.Fatalf("%v", all)
	}
	for _, feeds := range [][]string{
		{hyphen, news, waqt, jang}, {off(jang), waqt, off(news), hyphen}, {jang, off(waqt), news, off(hyphen)},
	} {
		for publisher, name := range names(feeds...) {
			if name != all[publisher] {
				t.Errorf("%s is called %s, and was called %s", publisher, name, all[publisher])
			}
		}
	}
}

// TestFreeNames: a name comes from the first of publisher, title and host with a Latin letter, and is unique.
func TestFreeNames(t *testing.T) {
	taken, next := map[string]oped.Position{}, map[string]int{}
	for _, tt := range []struct {
		feed oped.Feed
		want string
	}{
		{oped.Feed{Publisher: "The Dawn", URL: "https://x.example/"}, "the-dawn"},
		{oped.Feed{Publisher: "The Dawn", URL: "https://y.example/"}, "the-dawn-2"},
		{oped.Feed{Publisher: "جنگ", URL: "https://www.jang.example/rss"}, "jang-example"},
		{oped.Feed{Publisher: "جنگ", URL: "https://jang.example/columns"}, "jang-example-2"},
		{oped.Feed{Title: "روزنامہ 92", URL: "https://92.example/"}, "92-example"},
		{oped.Feed{Publisher: "Ведомости", Title: "Vedomosti", URL: "https://v.example/"}, "vedomosti"},
		{oped.Feed{Title: "朝日新聞", URL: "https://朝日.example/"}, "example"},
		{oped.Feed{Title: "جنگ", URL: "http://127.0.0.1/"}, "feed"},
		{oped.Feed{Title: "جنگ", URL: "http://127.0.0.2/"}, "feed-2"},
	} {
		got := freeName(tt.feed, taken, next)
		if taken[got] = (oped.Position{}); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.feed, got, tt.want)
		}
	}
}

// TestOneMistakeForOneValue: a value that cannot be read is not missing as well. Other mistakes are still reported.
func TestOneMistakeForOneValue(t *testing.T) {
	const topics, feeds = "topics:\n  a:\n    score: {x1: 2}\n", "feeds:\n"
	for text, want := range map[string]int{
		topics + "    threshold: twelve\n":                         1,
		topics + "    threshold: twelve\n    review: 6\n":          1,
		topics + "    threshold: [12]\n":                           1,
		topics + "    threshold: 12\n    review: lots\n":           1,
		topics + "    threshold: twelve\n    review: lots\n":       2,
		topics + "    threshold: -1\n":                             1,
		topics:                                                     1,
		topics + "    threshold: 12\n    review: 13\n":             1,
		feeds + "  - url: [https://a.example/]\n":                  1,
		feeds + "  - url: {a: b}\n":                                1,
		feeds + "  - <<: {url: https://a.example/}\n    name: b\n": 1,
		feeds + "  - name: a\n":                                    1,
		feeds + "  - {name: a, quota: many}\n":                     1,
		feeds + "  - {name: A B, url: [x], lang: Urdu}\n":          3,
		feeds + "  - {url: [x]}\n  - {name: b}\n":                  2,

		"---\nfeeds: []\n":                  0,
		"feeds: []\n---\n":                  0,
		"feeds: []\n---\n---\n":             0,
		"feeds: []\n...\n":                  0,
		"feeds: []\n--- # end\n":            0,
		"%YAML 1.2\n---\nfeeds: []\n":       0,
		"# mine\n%YAML 1.1\n---\nfeeds: []": 0,
		"%YAML 1.2\r\n---\r\nfeeds: []\r\n": 0,
		"%FOO bar\n---\nfeeds: []\n":        1,
		"---\n---\n":                        1,
		"feeds: []\n---\nterms: {}\n":       1,
		"feeds: []\n---\n---\nterms: {}\n":  1,
		"%YAML 2.0\n---\nfeeds: []\n":       1,
	} {
		_, err := Parse("config.yaml", []byte(text))
		var all oped.Diagnostics
		if errors.As(err, &all); len(all) != want {
			t.Errorf("%s\n%d mistakes, want %d: %v", text, len(all), want, err)
		}
	}
}

func TestMarkedOpinion(t *testing.T) {
	lists := []oped.List{{Name: "opinion_marks"}}
	const list = "category:$opinion_marks OR url:$opinion_marks"
	for _, tt := range []struct {
		title, url string
		want       oped.OpinionRule
	}{
		{"Dawn", "https://www.dawn.example/feeds/home", list},
		{"Dawn", "https://www.dawn.example/feeds/opinion/", oped.Always},
		{"The B: Opinion", "https://b.example/rss", oped.Always},
		{"جنگ کالم", "https://b.example/rss", oped.Always},
		{"Blogs of B", "https://b.example/rss", oped.Always},
		{"B", "https://blogs.b.example/rss", oped.Always},
		{"Opinionated", "https://b.example/rss", list},
		{"B", "https://b.example/comments.rss", list}, // those of readers
	} {
		if got := MarkedOpinion(&oped.Feed{Title: tt.title, URL: tt.url}, lists); got != tt.want {
			t.Errorf("%s, %s: %s", tt.title, tt.url, got)
		}
	}
	if _, err := topic.CompileExpr(nil, oped.Rule{Expr: string(MarkedOpinion(&oped.Feed{}, nil))}); err != nil {
		t.Errorf("without a list: %v", err)
	}
}

// TestUnknownNamesHint: the hint names the nearest, and otherwise five at most.
func TestUnknownNamesHint(t *testing.T) {
	var terms strings.Builder
	for _, name := range []string{"pakistan", "us", "india", "china", "kashmir", "crime", "army"} {
		fmt.Fprintf(&terms, "  %s: [%s]\n", name, name)
	}
	for name, want := range map[string]string{
		"pakisan":   "did you mean pakistan?",
		"kashmiri_": "did you mean kashmir?",
		"chinese":   "there are china, crime, india, us, pakistan and 2 more",
	} {
		_, err := Parse("config.yaml", []byte("terms:\n"+terms.String()+
			"feeds:\n  - {url: https://a/, implies: ["+name+"]}\n"))
		ms, ok := err.(oped.Diagnostics)
		if !ok || len(ms) != 1 || ms[0].Message != "unknown list of terms "+name || ms[0].Hint != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}
