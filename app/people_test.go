package app

import (
	"crypto/sha256"
	"oped"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped/internal/testkit"
)

// TestPeoplePages_OfOtherAuthors: when the author of a piece changes, the page of the former author follows in
// the same publication, and goes with its last piece; in a daemon and in a run without serving.
func TestPeoplePages_OfOtherAuthors(t *testing.T) {
	testkit.NotShort(t)
	for name, serves := range map[string]bool{"daemon": true, "once": false} {
		t.Run(name, func(t *testing.T) {
			y := newYear(t, "base_url: https://editions.example\nfetch: {spacing: 0s}\neditions: {everything: {limit: 2}}\nfeeds:\n  - {url: \"https://paper.example/rss\", publisher: Paper}\n")
			by := func(e *oped.Entry, author string) {
				t.Helper()
				e.Authors, e.Title = []oped.Person{{Name: author}}, e.Title+" again"
				states, err := y.p.store.Feeds.All(t.Context())
				must(t, err)
				e.FeedURL, e.Hash = states[0].URL, sha256.Sum256([]byte(e.ID+e.Title))
				y.now = y.now.Add(time.Hour)
				_, err = y.p.handle(t.Context(), oped.Fetched{
					Feed:    states[0],
					At:      y.now,
					URL:     states[0].URL,
					Status:  200,
					Next:    y.now.Add(time.Hour),
					Entries: []oped.Entry{*e},
				})
				must(t, err)
				if serves {
					must(t, y.p.publish(t.Context()))
				} else {
					must(t, y.p.store.Close())
					y.o.serves = false
					y.open()
				}
			}
			pieces := func(author string) int {
				t.Helper()
				path := "/author/" + author + "/"
				file, err := os.ReadFile(filepath.Join(y.cfg.Publish.Dir, path, "index.html"))
				code, _, page := y.get(path)
				if err != nil {
					if _, err := os.Stat(filepath.Join(y.cfg.Publish.Dir, path)); err == nil || code != 404 {
						t.Errorf("%s has no file, but a folder, or answers %d", path, code)
					}
					return 0
				}
				if string(page) != string(file) {
					t.Errorf("the file of %s is not what is served", path)
				}
				return strings.Count(string(file), "</li>")
			}
			want := func(amina, bilal int) {
				t.Helper()
				if a, b := pieces("amina-qureshi"), pieces("bilal-khan"); a != amina || b != bilal {
					t.Errorf("%d and %d pieces, want %d and %d", a, b, amina, bilal)
				}
			}
			below, one, two := y.entry(72*time.Hour), y.entry(time.Hour), y.entry(time.Hour)
			by(&below, "Amina Qureshi")
			by(&one, "Amina Qureshi")
			by(&two, "Amina Qureshi")
			want(3, 0)
			by(&one, "Bilal Khan")
			want(2, 1)
			by(&two, "Bilal Khan")
			want(1, 2) // at the head there is none of hers
			by(&below, "Bilal Khan")
			want(0, 3)
			by(&two, "Amina Qureshi")
			want(1, 2)
			y.oped("piece", "withdraw", two.ID)
			want(0, 2)
		})
	}
}
