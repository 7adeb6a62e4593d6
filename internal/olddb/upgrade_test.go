package olddb_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"oped/internal/olddb"
)

// TestReleases: the table has every version of the changelog with a date, and its commit.
func TestReleases(t *testing.T) {
	text, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	var want []olddb.Release
	for _, m := range regexp.MustCompile(`(?m)^## \[([0-9.]+)\]: \d{4}-\d\d-\d\d\n\nCommit ([0-9a-f]+)\.$`).
		FindAllStringSubmatch(string(text), -1) {
		want = append(want, olddb.Release{Version: m[1], Commit: m[2]})
	}
	slices.Reverse(want) // the changelog has the newest first
	if got := olddb.Releases(); !slices.Equal(got, want) {
		t.Errorf("releases %v, the changelog has %v", got, want)
	}
	if n := strings.Count(string(text), "\n## ["); n != len(want)+1 {
		t.Errorf("%d headings of versions in the changelog, %d with a commit", n, len(want))
	}
}

// named matches the ids and the times of updates in any format of a feed.
var named = regexp.MustCompile(`<id>[^<]*</id>|<updated>[^<]*</updated>|<guid[^>]*>[^<]*</guid>|"id": ?"[^"]*"`)

// source matches the feed that an entry was taken from, in any format: it is that of the shown copy.
var source = regexp.MustCompile(`(?s)<source.*?</source>|"source": ?\{[^}]*\}`)

// linked matches a link to the page of a piece in an entry.
var linked = regexp.MustCompile(`/piece/[0-9]+/`)

// names returns the ids and the times of updates of a feed, in alphabetical order.
func names(body []byte) []string {
	all := named.FindAllString(source.ReplaceAllString(string(body), ""), -1)
	slices.Sort(all)
	return all
}

// TestUpgrade: the present program opens the database of each release and exports the same bytes of every archive, and
// the same ids and times of updates in every feed: no tag moves. It keeps the curator's decisions, shows no piece
// twice, exports nothing on the second run, and goes on fetching.
func TestUpgrade(t *testing.T) {
	for _, r := range olddb.Releases() {
		t.Run(r.Version, func(t *testing.T) {
			d := olddb.Build(t, r)
			program := olddb.Program(t, olddb.Root(t))
			released, before := published(t, d), decided(t, d, d.Program)

			d.Run(program, "once", "--all")
			upgraded := published(t, d)
			for name := range released {
				head := !strings.Contains(strings.TrimPrefix(name, "/"), "/")
				was, is := released[name], upgraded[name]
				same := bytes.Equal(was, is) || head && slices.Equal(names(was), names(is))
				if isFeed(name) && !same {
					t.Errorf("%s changed with the upgrade", name)
				}
				if isFeed(name) && linked.Match(is) {
					t.Errorf("an entry of the release in %s links to the page of its piece now", name)
				}
			}
			if after := decided(t, d, program); !reflect.DeepEqual(after, before) {
				t.Errorf("the decisions were\n%+v\nand are\n%+v", before, after)
			}
			was := ids(t, upgraded)
			t.Logf("%d files, %d pieces", len(upgraded), len(was))

			d.Run(program, "publish")
			for name, body := range published(t, d) {
				if !bytes.Equal(upgraded[name], body) {
					t.Errorf("%s changed with the second export", name)
				}
			}

			d.Advance(time.Hour)
			d.Run(program, "once", "--all")
			later := published(t, d)
			is := ids(t, later)
			if !linked.Match(later["everything.atom"]) {
				t.Error("no new entry links to the page of its piece")
			}
			if len(is) <= len(was) {
				t.Errorf("%d pieces before the press went on, %d after", len(was), len(is))
			}
			for id := range was {
				if !is[id] {
					t.Errorf("%s is no longer in the edition", id)
				}
			}
			for name := range upgraded {
				if strings.Contains(name, "/archive/") && isFeed(name) && !bytes.Equal(upgraded[name], later[name]) {
					t.Errorf("archive %s changed", name)
				}
			}
		})
	}
}

// isFeed reports whether a file is a feed for readers. The health of the feeds changes with each fetch.
func isFeed(name string) bool {
	return slices.Contains([]string{".atom", ".rss", ".json"}, path.Ext(name)) && name != "health.atom"
}

// ids returns the ids of the pieces in the longest edition, with its archives. It fails the test if one is there
// twice, under one id or one title.
func ids(t *testing.T, files map[string][]byte) map[string]bool {
	t.Helper()
	all, titles := map[string]bool{}, map[string]bool{}
	for name, body := range files {
		if path.Ext(name) != ".atom" || !strings.HasPrefix(name, "everything") {
			continue
		}
		var f struct {
			Entries []struct {
				ID    string `xml:"id"`
				Title string `xml:"title"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(body, &f); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, e := range f.Entries {
			if all[e.ID] || titles[e.Title] {
				t.Errorf("%s (%s) is published twice", e.ID, e.Title)
			}
			all[e.ID], titles[e.Title] = true, true
		}
	}
	return all
}

// decision is what a curator's decisions leave of a piece.
type decision struct {
	Piece     int
	AtomID    string `json:"atom_id"`
	Aliases   []any
	Withdrawn bool
	Topics    []struct{ Topic, Outcome, By string }
}

// decided returns the pieces with decisions, as a program shows them.
func decided(t *testing.T, d *olddb.Database, program string) []decision {
	t.Helper()
	out := make([]decision, 3)
	for i, ref := range []string{olddb.Merged, olddb.Tagged, olddb.Withdrawn} {
		if err := json.Unmarshal([]byte(d.Run(program, "piece", "show", ref, "--json")), &out[i]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// published returns the published files, by name.
func published(t *testing.T, d *olddb.Database) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	public := os.DirFS(filepath.Join(d.Dir, "public"))
	err := fs.WalkDir(public, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return err
		}
		files[name], err = fs.ReadFile(public, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
