package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/mail"
	"oped/internal/testkit"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// run runs a program to its end, with a folder as its home, and returns its output.
func run(dir, name string, args ...string) ([]byte, error) {
	var stderr strings.Builder
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stderr = dir, &stderr
	cmd.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8")
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s%s", name, err, out, stderr.String())
	}
	return out, err
}

// newsboatAt subscribes newsboat. It keeps the first author and date.
func newsboatAt(t, _ *testing.T, dir, url string) *subscriber {
	testkit.Program(t, "newsboat", "newsboat")
	testkit.Program(t, "sqlite3", "sqlite3")
	must(t, os.WriteFile(filepath.Join(dir, "urls"), []byte(url+"\n"), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "config"), []byte("download-retries 1\n"), 0o644))
	return &subscriber{name: "newsboat", keeps: func(e *listed, first listed) {
		e.Author, e.Date = first.Author, first.Date
	}, poll: func() ([]listed, error) {
		if out, err := run(dir, "newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload",
			"print-unread"); err != nil {
			return nil, fmt.Errorf("%w %s", err, out)
		}
		out, err := run(dir, "sqlite3", "-json", "cache.db",
			"SELECT guid AS ID, title AS Title, author AS Author, url AS Link, pubDate AS At FROM rss_item WHERE "+
				"deleted = 0 ORDER BY id")
		if err != nil {
			return nil, err
		}
		var rows []struct {
			listed
			At int64
		}
		if err := json.Unmarshal(out, &rows); err != nil {
			return nil, err
		}
		var all []listed
		for _, r := range rows {
			r.Date = time.Unix(r.At, 0).UTC()
			all = append(all, r.listed)
		}
		return all, nil
	}}
}

// rss2emailAt subscribes rss2email. It sends a mail for each piece, and none for edits.
func rss2emailAt(t, _ *testing.T, dir, url string) *subscriber { return rss2email(t, dir, url, "") }

// rss2email subscribes rss2email with further settings.
func rss2email(t *testing.T, dir, url, settings string) *subscriber {
	testkit.Program(t, "r2e", "rss2email")
	must(t, os.Mkdir(filepath.Join(dir, "mail"), 0o755))
	must(
		t, os.WriteFile(
			filepath.Join(dir, "c.cfg"),
			[]byte(
				"[DEFAULT]\nfrom = oped@localhost.example\nto = reader@localhost.example\nemail-protocol = "+
					"maildir\nmaildir-path = "+dir+"/mail\n"+
					"maildir-mailbox = INBOX\nname-format = {author}\ndate-header = True\ndate-header-order = "+
					"issued\nhtml-mail = True\n"+settings), 0o644))
	r2e := func(args ...string) error {
		_, err := run(dir, "r2e", append([]string{"-c", "c.cfg", "-d", "d.json"}, args...)...)
		return err
	}
	must(t, r2e("add", "edition", url))
	return &subscriber{name: "rss2email", keeps: func(e *listed, first listed) {
		*e = first
	}, poll: func() ([]listed, error) {
		if err := r2e("run"); err != nil {
			return nil, err
		}
		return mails(filepath.Join(dir, "mail"))
	}}
}

// mails are the pieces in a maildir.
func mails(dir string) (all []listed, err error) {
	var decoder mime.WordDecoder
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		m, err := mail.ReadMessage(f)
		if err != nil {
			return err
		}
		from, err := m.Header.AddressList("From")
		title, err2 := decoder.DecodeHeader(m.Header.Get("Subject"))
		date, err3 := m.Header.Date()
		all = append(all, listed{
			ID:    m.Header.Get("X-RSS-ID"),
			Title: title,
			Link:  m.Header.Get("X-RSS-URL"),
			Date:  date.UTC(),
		})
		if len(from) > 0 {
			all[len(all)-1].Author = from[0].Name
		}
		return errors.Join(err, err2, err3)
	})
	return all, err
}

const rememberingScript = `
import calendar, feedparser, json, os, sys
f = feedparser.parse(sys.argv[1])
if f.bozo: sys.exit(str(f.bozo_exception))
have = json.load(open("memory")) if os.path.exists("memory") else {}
for e in f.entries:
    have[e.id] = {"ID": e.id, "Title": e.title, "Author": e.authors[0].name, "Link": e.link, "At": calendar.timegm(e.published_parsed)}
json.dump(have, open("memory", "w"))
print(json.dumps(list(have.values())))
`

// feedparserAt subscribes a small reader made of feedparser. It remembers pieces by their id and updates them in
// place.
func feedparserAt(t, _ *testing.T, dir, url string) *subscriber {
	if out, err := exec.Command("/usr/bin/python3", "-c", "import feedparser").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: feedparser is not installed; apt-get install python3-feedparser: %s", out)
	}
	return &subscriber{name: "feedparser", poll: func() ([]listed, error) {
		out, err := run(dir, "/usr/bin/python3", "-c", rememberingScript, url)
		if err != nil {
			return nil, err
		}
		var rows []struct {
			listed
			At int64
		}
		err = json.Unmarshal(out, &rows)
		var all []listed
		for _, r := range rows {
			r.Date = time.Unix(r.At, 0).UTC()
			all = append(all, r.listed)
		}
		return all, err
	}}
}
