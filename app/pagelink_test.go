package app

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// upgraded is oped over one paper, before and after the upgrade to links from entries to the pages of pieces.
type upgraded struct {
	*year
	front *front
	base  string
	paper *newstest.Paper
	items []newstest.Item
}

func newUpgraded(t *testing.T) *upgraded {
	u := &upgraded{front: &front{}, paper: newstest.New(t)}
	server := httptest.NewServer(u.front)
	t.Cleanup(server.Close)
	u.base, u.items = server.URL, newstest.Items("https://paper.example", 0, 9)
	u.year = newYear(t, fmt.Sprintf("base_url: %s\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
		"feeds: [{name: paper, url: %q}]\neditions: {all: {limit: 8}}\n", u.base, u.paper.URL+"/feed"))
	u.now = time.Now().UTC().Truncate(24 * time.Hour)
	u.restart(func() { u.sql("INSERT INTO meta VALUES ('unlinked until', '9999999999999')") }) // as before the links
	return u
}

// restart closes the database, changes it, and opens it again.
func (u *upgraded) restart(meanwhile func()) {
	u.p.store.Close()
	meanwhile()
	u.open()
	u.front.app.Store(u.p)
}

// prints publishes the first n items of the paper.
func (u *upgraded) prints(n int) {
	u.now = u.now.Add(time.Hour)
	u.paper.Edition("/feed", "The Paper", u.items[:n]...)
	must(u, u.p.store.Feeds.MakeDue(u.Context(), u.now))
	_, err := u.p.Once(u.Context(), true)
	must(u, err)
}

var (
	entryOf  = regexp.MustCompile(`(?s:<entry.*?</entry>|<item>.*?</item>)|(?m:^\{"id".*$)`)
	entryKey = regexp.MustCompile(`https://paper\.example/[^"<&]*`)
)

// entries returns the entries in the feeds and archives among the files, by format and address.
func (u *upgraded) entries() map[string]string {
	all := map[string]string{}
	for name, body := range testkit.Files(u, filepath.Join(filepath.Dir(u.cfg.Store), "public")) {
		if format := filepath.Ext(name); slices.Contains([]string{".atom", ".rss", ".json"}, format) {
			for _, e := range entryOf.FindAllString(body, -1) {
				all[format+" "+entryKey.FindString(e)] = strings.TrimSuffix(e, ",")
			}
		}
	}
	return all
}

// TestUpgrade_LinksAreNoNews: with the upgrade to links from entries to the pages of pieces, the entries of an earlier
// release stay as they are, to the byte, at heads and in archives cut later. So no reader shows them again, not even one
// that shows every entry with another text as new.
func TestUpgrade_LinksAreNoNews(t *testing.T) {
	u := newUpgraded(t)
	u.prints(5)
	before := u.entries()
	if len(before) != 15 {
		t.Fatalf("%d entries", len(before))
	}
	readers := u.readers(t)
	for name, shown := range readers {
		if n := shown(); n != 5 {
			t.Errorf("%s shows %d pieces", name, n)
		}
	}
	u.restart(u.beginLinks)
	u.prints(9)
	after := u.entries()
	for key, was := range before {
		if is, ok := after[key]; is != was && (ok || !strings.HasPrefix(key, ".rss")) { // RSS has no archives
			t.Errorf("%s was\n%s\nand is\n%s", key, was, is)
		}
	}
	linked := 0
	for key, e := range after {
		if strings.Contains(e, u.base+"/piece/") {
			linked++
			if before[key] != "" {
				t.Errorf("%s has a link", key)
			}
		}
	}
	if linked != 4*3 {
		t.Errorf("%d of %d entries have a link: %q", linked, len(after), slices.Sorted(maps.Keys(after)))
	}
	for name, shown := range readers {
		if n := shown(); n != 4 {
			t.Errorf("%s shows %d pieces as new, want 4", name, n)
		}
	}
	// The readers would notice: without the memory of the upgrade, old entries change. newsboat keeps their first texts.
	u.restart(func() { u.sql("DELETE FROM meta WHERE key = 'unlinked until'") })
	for name, shown := range readers {
		if n := shown(); n == 0 && name != "newsboat" {
			t.Errorf("%s does not notice other texts", name)
		}
	}
}

// readers subscribes readers that show an entry with another text as new. Each returns the number of entries shown as
// new since the last call.
func (u *upgraded) readers(t *testing.T) map[string]func() int {
	url, all := u.base+"/all.atom", map[string]func() int{}
	texts := map[string]bool{}
	all["one that compares texts"] = func() (n int) {
		doc, err := (&poller{url: url, parse: parseAtom}).get(url)
		must(t, err)
		for key, e := range u.entries() {
			if format, link, _ := strings.Cut(key, " "); format == ".atom" && !texts[e] &&
				slices.ContainsFunc(doc.entries, func(l listed) bool { return l.Link == link }) {
				texts[e] = true
				n++
			}
		}
		return n
	}
	t.Run("rss2email is there", func(inner *testing.T) {
		mails, had := rss2email(inner, t.TempDir(), url, "reply-changes = True\n"), 0
		all["rss2email"] = func() int {
			list, err := mails.poll()
			must(t, err)
			n := len(list) - had
			had = len(list)
			return n
		}
	})
	t.Run("newsboat is there", func(inner *testing.T) {
		dir := t.TempDir()
		paper := newsboatAt(inner, t, dir, url)
		must(t, os.WriteFile(filepath.Join(dir, "config"), []byte("reset-unread-on-update "+url+"\n"), 0o644))
		all["newsboat"] = func() int {
			_, err := paper.poll()
			must(t, err)
			out, err := run(dir, "sqlite3", "cache.db",
				"SELECT count(*) FROM rss_item WHERE unread = 1; UPDATE rss_item SET unread = 0")
			must(t, err)
			var n int
			_, err = fmt.Sscan(string(out), &n)
			must(t, err)
			return n
		}
	})
	return all
}
