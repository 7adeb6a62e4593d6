package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"oped"
)

// TestS16_SelfDescriptionsAreWrittenAsPlainText: control characters, YAML markup and long texts stay out of the file,
// and so do invalid addresses.
func TestS16_SelfDescriptionsAreWrittenAsPlainText(t *testing.T) {
	for title, want := range map[string]string{
		"<img src=x onerror=alert(1)>;pwn\a\x1b[31mRed" +
			"\n- x \u202e | Y": "<img src=x onerror=alert(1)>;pwn[31mRed - x | Y",
		"x\"\nstore: /etc/passwd\n" +
			"feeds: [\"https://evil.example/\"]\n#": `x" store: /etc/passwd feeds: ["https://evil.example/"] #`,
		"\u0085---\u2028!!binary |\r\n  &a *a %TAG \\\\ \\n {{x}} ' \x00\x9b31m\xff": `--- !!binary | &a *a %TAG \\ \n {{x}} ' 31m`,
		"پاکستان\u200cمیں \u200fرائے\u200d":                                          "پاکستان\u200cمیں \u200fرائے\u200d",
	} {
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, []byte("# mine\nfeeds: []\neditions: {all: {}}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		feed := oped.Feed{
			URL:       "https://b.example/rss",
			Title:     title,
			Publisher: title,
			SiteURL:   "javascript:alert(1)",
			Lang:      "en\nx",
			Name:      "../x",
			Enabled:   true,
		}
		if _, err := AddFeeds(path, []oped.Feed{feed}); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path)
		if err != nil || len(c.Feeds) != 1 {
			t.Fatalf("%v %+v", err, c)
		}
		f := c.Feeds[0]
		if f.Title != want || f.Publisher != want || f.SiteURL != "" || f.Lang != "" ||
			f.URL != "https://b.example/rss" ||
			!nameForm().MatchString(f.Name) || c.Store != filepath.Join(filepath.Dir(path), "oped.db") {
			t.Errorf("%q, want %q: %+v", f.Title, want, f)
		}
	}
	for _, n := range []int{1000, 2000, 4000} {
		title, site := strings.Repeat("ر ", n*100), "https://a.example/"+strings.Repeat("x", n*100)
		if f := Plain(oped.Feed{Title: title, SiteURL: site}); len(f.Title) > maxSaid || f.SiteURL != "" {
			t.Errorf("%d bytes of a title, %d of a site", len(f.Title), len(f.SiteURL))
		}
	}
}

// TestS16_ManyFeedsOfOnePublisher: each feed tries one name, however many there are.
func TestS16_ManyFeedsOfOnePublisher(t *testing.T) {
	for _, n := range []int{500, 1000, 2000} {
		taken, next := map[string]oped.Position{"paper-7": {}}, map[string]int{}
		for range n {
			name := freeName(oped.Feed{Publisher: "Paper"}, taken, next)
			if _, twice := taken[name]; twice {
				t.Fatalf("%s is assigned twice", name)
			}
			taken[name] = oped.Position{}
		}
		if next["paper"] != n+1 {
			t.Errorf("%d names tried for %d feeds with one name taken", next["paper"], n)
		}
	}
}

// FuzzAddFeeds checks that any self-description adds exactly one feed, and little text, to the file.
func FuzzAddFeeds(f *testing.F) {
	f.Add("https://b.example/rss", "Title", "https://b.example/", "en")
	f.Add("https://b.example/\"\nx: y", "<b>\x1b[31m\n- x \u202e | Y", "javascript:alert(1)", "en\nx")
	f.Add("https://b.example/#: *a &b !!x", "\u0085\u2028%TAG ! --- ...\n", "http://[::1", "ur_PK")
	dir := f.TempDir()
	const before = "# mine\nfeeds:\n  - {name: a, url: https://a.example/}\n# last\neditions: {all: {}}\n"
	f.Fuzz(func(t *testing.T, url, title, site, lang string) {
		path := filepath.Join(dir, fmt.Sprintf("config-%d.yaml", os.Getpid()))
		if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := AddFeeds(path,
			[]oped.Feed{{URL: url, Title: title, Publisher: title, SiteURL: site, Lang: lang, Enabled: true}})
		after, readErr := os.ReadFile(path)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if err != nil {
			if string(after) != before {
				t.Fatalf("refused, yet written: %s", after)
			}
			return
		}
		c, err := Load(path)
		if err != nil || len(c.Feeds) != 2 || len(c.Editions) != 1 || c.Feeds[0].URL != "https://a.example/" {
			t.Fatalf("%v\n%s", err, after)
		}
		added := strings.TrimSuffix(strings.TrimPrefix(string(after), before[:strings.Index(before, "# last")]),
			before[strings.Index(before, "# last"):])
		if strings.ContainsFunc(added,
			func(r rune) bool { return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) ||
			!utf8.ValidString(added) {
			t.Errorf("controls: %q", added)
		}
		if strings.Count(added, "\n") > 6 || len(added) > 10*(len(url)+oped.MaxAddress+2*maxSaid+200) {
			t.Errorf("%d bytes were added: %q", len(added), added)
		}
	})
}
