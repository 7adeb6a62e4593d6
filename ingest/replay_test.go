package ingest_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/dedup"
	"oped/ingest"
	"oped/parse"
	"oped/text"
)

// polled is one document of a feed's history.
type polled struct {
	at   time.Time
	body []byte
}

// histories returns the packed histories of feeds with many fetches.
func histories(t *testing.T) []string {
	t.Helper()
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	files, _ := filepath.Glob(filepath.Join(root, "feeds", "polls", "*.tar.xz"))
	if len(files) == 0 {
		t.Skip("SKIPPED: there are no histories of feeds (feeds/polls); set OPED_DATA to the folder with the test data")
	}
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip("SKIPPED: there is no xz to unpack the histories with")
	}
	return files
}

// unpack returns the documents of a history in order of the time in their names.
func unpack(t *testing.T, file string) (all []polled) {
	t.Helper()
	plain, err := exec.Command("xz", "-dc", file).Output()
	check(t, err)
	for archive := tar.NewReader(bytes.NewReader(plain)); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		check(t, err)
		if header.Typeflag != tar.TypeReg {
			continue
		}
		stamp, _, _ := strings.Cut(filepath.Base(header.Name), "_")
		at, err := time.Parse("20060102T150405Z", stamp)
		check(t, err)
		body, err := io.ReadAll(archive)
		check(t, err)
		all = append(all, polled{at, body})
	}
	slices.SortFunc(all, func(a, b polled) int { return a.at.Compare(b.at) })
	return all
}

// TestReplay plays real histories to the real store: every link ever in a document is stored, and no two
// entries have the same link and the same title.
func TestReplay(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	for _, file := range histories(t) {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			in := ingest.New(h.store.Entries, h.rules)
			documents := unpack(t, file)
			if raced { // it does not depend on the number of documents
				documents = documents[:12]
			}
			want := map[string]string{} // titles, by canonical link
			var sum oped.Changes
			items := 0
			for _, d := range documents {
				got, err := parse.Document(t.Context(), parse.Input{Feed: h.rules.Feeds[dawn], Body: d.body, URL: dawn})
				if err != nil {
					t.Logf("%v: %v", d.at, err)
					continue
				}
				items += len(got.Entries)
				for _, e := range got.Entries {
					if at := dedup.CanonicalURL(e.URL); at != "" {
						want[at] = e.Title
					}
				}
				c, err := in.Handle(t.Context(), oped.Fetched{
					Feed:     oped.FeedState{Feed: h.rules.Feeds[dawn]},
					At:       d.at,
					Status:   200,
					Document: got.Document,
					Entries:  got.Entries,
				})
				check(t, err)
				sum.New, sum.Joined = sum.New+c.New, sum.Joined+c.Joined
				sum.Changed, sum.Unchanged = sum.Changed+c.Changed, sum.Unchanged+c.Unchanged
			}
			h.replayed(t, want)
			c, err := h.store.Counts(t.Context())
			check(t, err)
			s := h.state(dawn)
			t.Logf("%d documents with %d items: %d entries in %d pieces under %d links (%d joined, %d changed, %d unchanged), %d of %d guids faulty",
				len(documents), items, c.Entries, c.Pieces, len(want), sum.Joined, sum.Changed, sum.Unchanged,
				s.GUIDFaults, s.GUIDs)
		})
	}
}

// TestReplayReissued: the same without a lasting guid: some of the documents, each with guids of its own,
// make as many entries as there are links.
func TestReplayReissued(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: not in the quick tier (-short)")
	}
	for _, file := range histories(t) {
		if !strings.Contains(file, "consecutive") {
			continue
		}
		h := newHouse(t)
		in := ingest.New(h.store.Entries, h.rules)
		links := map[string]bool{}
		n := 0
		for i, d := range unpack(t, file) {
			if i%8 != 0 || raced && i > 8 {
				continue
			}
			n++
			got, err := parse.Document(t.Context(), parse.Input{Feed: h.rules.Feeds[dawn], Body: d.body, URL: dawn})
			check(t, err)
			entries := reissue(got.Entries, fmt.Sprintf("urn:%d:", i))
			for _, e := range entries {
				links[dedup.CanonicalURL(e.URL)] = true
			}
			_, err = in.Handle(t.Context(), oped.Fetched{
				Feed:     oped.FeedState{Feed: h.rules.Feeds[dawn]},
				At:       d.at,
				Status:   200,
				Document: got.Document,
				Entries:  entries,
			})
			check(t, err)
		}
		h.want(len(links), len(links))
		s := h.state(dawn)
		t.Logf(
			"%s: %d documents, %d links, %d of %d guids faulty", filepath.Base(file), n, len(links),
			s.GUIDFaults, s.GUIDs,
		)
	}
}

// replayed checks that nothing of a history is lost or doubled. want are the links in it. The former link of
// a moved entry is among its earlier versions.
func (h *house) replayed(t *testing.T, want map[string]string) {
	t.Helper()
	links, both := map[string]bool{}, map[string]oped.Entry{}
	revisions, news := 0, map[oped.NewsPart]int{}
	for _, p := range h.all() {
		for _, e := range p.Entries {
			at := dedup.CanonicalURL(e.URL)
			links[at] = true
			key := at + "\n" + text.Fold(e.Title)
			if other, twice := both[key]; twice && at != "" {
				t.Errorf(
					"twice: %q at %s (guids %q and %q, published %v and %v)", e.Title, at, other.ID, e.ID,
					other.Published, e.Published,
				)
			}
			both[key] = e
			versions, err := h.store.Entries.Revisions(t.Context(), e.Row)
			check(t, err)
			revisions += len(versions)
			for _, v := range versions {
				news[v.News]++
				if before := dedup.CanonicalURL(v.Entry.URL); before != at {
					t.Logf("moved: %q from %s to %q at %s", v.Entry.Title, before, e.Title, at)
					links[before] = true
				}
			}
		}
	}
	for at, title := range want {
		if !links[at] {
			t.Errorf("lost: %q at %s", title, at)
		}
	}
	t.Logf("%d earlier versions; what was news when they were replaced: %v", revisions, news)
}
