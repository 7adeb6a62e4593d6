package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/publish/feed"
)

// digested returns the example with a weekly edition: its pieces came in on 7, 8 and 9 March 2026, a
// Saturday, a Sunday and a Monday.
func digested() *fakeRows {
	s := example()
	s.editions = append(s.editions, oped.EditionState{
		Edition: oped.Edition{
			Name:     "weekly",
			Title:    "The week <in> water",
			Subtitle: "Every Monday",
			Lang:     "en",
			Digest:   "weekly",
			Limit:    10,
		},
		AtomID: "tag:editions.example,2026-03-01:edition/weekly", Created: at(1, 0), Updated: at(9, 9), Pieces: 3,
	})
	s.pieces["weekly"] = s.pieces["pak-us"]
	s.close(at(16, 0))
	return s
}

// close notes until when the weeks of the weekly edition are over.
func (s *fakeRows) close(at time.Time) { s.editions[len(s.editions)-1].Closed = at }

func TestDigest_Golden(t *testing.T) {
	p := published(t, digested(), options())
	golden(t, "weekly.atom", p.document("weekly.atom"))
	golden(t, "weekly.json", p.document("weekly.json"))
	golden(t, "weekly.rss", p.document("weekly.rss"))
	golden(t, "weekly-2026-W10.html", p.document("weekly/2026-W10/index.html"))
	golden(t, "weekly-2026-W10.atom", []byte(body(t, ask(p, "GET", "/weekly/2026-W10.atom"))))
	golden(t, "weekly-2026-W10.json", []byte(body(t, ask(p, "GET", "/weekly/2026-W10.json"))))
	t.Run("jing", func(t *testing.T) {
		jing(t, schema(t), "testdata/weekly.atom", "testdata/weekly-2026-W10.atom")
	})
	for path, f := range map[string]feed.Format{
		"weekly.atom":          feed.Atom,
		"weekly.rss":           feed.RSS,
		"weekly.json":          feed.JSON,
		"weekly/2026-W10.atom": feed.Atom,
		"weekly/2026-W10.json": feed.JSON,
	} {
		if wrong := faults(output{format: f, doc: []byte(body(t, ask(p, "GET", "/"+path))),
			self: "https://editions.example/" + path}); len(wrong) > 0 {
			t.Errorf("%s: %v", path, wrong)
		}
	}
}

// TestDigest_HeadNamesItsPeriod: the page of a digest edition names the period of its pieces.
func TestDigest_HeadNamesItsPeriod(t *testing.T) {
	s := digested()
	for _, want := range []string{
		`<p class="subtitle">Every Monday · 9 March 2026 – 15 March 2026</p>`,
		`<p class="subtitle">9 March 2026 – 15 March 2026</p>`,
	} {
		if page := string(published(t, s, options()).document("weekly/index.html")); !strings.Contains(page, want) {
			t.Errorf("there is no %s", want)
		}
		s.editions[len(s.editions)-1].Subtitle = ""
	}
	s.close(at(8, 0)) // no week is over
	if page := string(
		published(t, s, options()).document("weekly/index.html"),
	); strings.Contains(page, `class="subtitle"`) {
		t.Error("without an issue there is a period")
	}
}

// TestDigest_Issues: a week is published when it is over, once, with the same id and the same bytes
// however often it is rendered; a withdrawn piece leaves it.
func TestDigest_Issues(t *testing.T) {
	s := digested()
	s.close(at(8, 23))
	if f := parseAtom(t, published(t, s, options()).document("weekly.atom")); len(f.Entries) != 0 {
		t.Errorf("%d issues before the first week is over", len(f.Entries))
	}
	s.close(at(9, 0))
	first := parseAtom(t, published(t, s, options()).document("weekly.atom"))
	if len(first.Entries) != 1 ||
		first.Entries[0].ID[0] != "tag:editions.example,2026-03-01:edition/weekly/2026-W10" ||
		first.Entries[0].Title[0].Text != "The week <in> water: 2 March 2026 – 8 March 2026" {
		t.Fatalf("%+v", first.Entries)
	}
	s.close(at(17, 0))
	p := published(t, s, options())
	second := parseAtom(t, p.document("weekly.atom"))
	if len(second.Entries) != 2 || second.Entries[1].ID[0] != first.Entries[0].ID[0] ||
		second.Entries[1].Content[0] != first.Entries[0].Content[0] ||
		second.Entries[1].Updated[0] != "2026-03-09T00:00:00Z" {
		t.Fatalf("%+v", second.Entries)
	}
	content, plain := second.Entries[1].Content[0].Text, second.Entries[1].Summary[0].Text
	for _, want := range []string{"دریا کے دو نوٹ", "https://sahil.example/?p=7", "8 مارچ 2026",
		"Two rivers, one treaty", "7 March 2026", "Hill Institute"} {
		if !strings.Contains(content, want) || !strings.Contains(plain, want) {
			t.Errorf("no %s in %s\n%s", want, content, plain)
		}
	}
	var doc struct{ Items []map[string]any }
	if err := json.Unmarshal(p.document("weekly.json"), &doc); err != nil || len(doc.Items) != 2 ||
		doc.Items[1]["content_text"] != plain {
		t.Errorf("%v %v", err, doc.Items)
	}
	s.pieces["weekly"] = s.pieces["weekly"][:2] // a piece left
	third := parseAtom(t, published(t, s, options()).document("weekly.atom"))
	if strings.Contains(third.Entries[1].Content[0].Text, "Two rivers") ||
		third.Entries[1].ID[0] != first.Entries[0].ID[0] {
		t.Errorf("%+v", third.Entries[1])
	}
}

// TestDigest_PeriodClosesWithoutARestart: the week is over once that is stored, whatever else changes.
func TestDigest_PeriodClosesWithoutARestart(t *testing.T) {
	s := digested()
	s.close(at(8, 23))
	p := published(t, s, options())
	s.close(at(9, 1))
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f := parseAtom(t, p.document("weekly.atom")); len(f.Entries) != 1 {
		t.Errorf("%d issues", len(f.Entries))
	}
}

// TestDigest_Moves: the pieces and the last change of an issue follow from the record of the edition.
func TestDigest_Moves(t *testing.T) {
	// Mondays: 2, 9, 16, 23 March
	e := &oped.EditionState{Edition: oped.Edition{Digest: "weekly"}, Created: at(2, 0), Closed: at(23, 0)}
	in := func(id oped.PieceID, day int, present bool) oped.MembershipChange {
		return oped.MembershipChange{
			Piece:   id,
			Date:    at(day-1, 0).Add(time.Duration(id)),
			At:      at(day, 0),
			Enters:  true,
			Present: present,
			News:    true,
		}
	}
	out := func(id oped.PieceID, day int) oped.MembershipChange {
		return oped.MembershipChange{Piece: id, At: at(day, 0), News: true}
	}
	silent := func(m oped.MembershipChange) oped.MembershipChange { m.News = false; return m }
	for name, c := range map[string]struct {
		moves []oped.MembershipChange
		want  string // of each issue, the newest first: its pieces, the day of its change
	}{
		"newest first": {
			[]oped.MembershipChange{in(1, 3, true), in(2, 4, true), in(3, 10, true)},
			"W11 [3] 0, W10 [2 1] 0",
		},
		"not over":            {[]oped.MembershipChange{in(1, 10, true), in(2, 24, true)}, "W11 [1] 0"},
		"before the edition":  {[]oped.MembershipChange{in(1, 1, true), in(2, 3, true)}, "W10 [2] 0"},
		"left before the end": {[]oped.MembershipChange{in(1, 3, true), in(2, 4, false), out(2, 5)}, "W10 [1] 0"},
		"left after the end": {
			[]oped.MembershipChange{in(1, 3, true), in(2, 4, false), out(2, 17)}, "W10 [1] 17",
		},
		"left, and came back": {
			[]oped.MembershipChange{in(1, 3, true), out(1, 11), in(1, 17, true)}, "W10 [1] 17",
		},
		"all left": {[]oped.MembershipChange{in(1, 3, false), out(1, 11)}, "W10 [] 11"},
		"a rule that was undone": {
			[]oped.MembershipChange{in(1, 3, true), silent(out(1, 11)), silent(in(1, 17, true))},
			"W10 [1] 0",
		},
		"an old piece by a rule": {[]oped.MembershipChange{in(1, 3, true), {
			Piece:   2,
			Date:    at(1, 0),
			At:      at(18, 0),
			Enters:  true,
			Present: true,
			News:    true,
		}}, "W10 [1] 0"},
		"another issue's is apart": {
			[]oped.MembershipChange{in(1, 3, true), in(2, 10, false), out(2, 17)}, "W11 [] 17, W10 [1] 0",
		},
	} {
		var got []string
		for _, n := range issuesOf(e, c.moves) {
			day := 0
			if !n.changed.IsZero() {
				day = n.changed.Day()
			}
			got = append(got, fmt.Sprint(n.Name[5:], " ", n.ids, " ", day))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %s, want %s", name, strings.Join(got, ", "), c.want)
		}
	}
}

// TestDigest_ShortHead: issues beyond the head follow it, and a failed folder gets the missing files.
func TestDigest_ShortHead(t *testing.T) {
	s := digested()
	s.editions[3].Limit = 1
	o := options()
	o.Dir = filepath.Join(t.TempDir(), "site")
	p := published(t, s, o)
	for path, want := range map[string]string{
		"weekly.atom":                `rel="prev-archive" type="application/atom+xml" href="https://editions.example/weekly/2026-W10.atom"`,
		"weekly.rss":                 `href="https://editions.example/weekly/2026-W10.atom"`,
		"weekly.json":                `"next_url":"https://editions.example/weekly/2026-W10.json"`,
		"weekly/2026-W10.atom":       `href="https://editions.example/weekly/2026-W11.atom"`,
		"weekly/2026-W11.json":       `"next_url":"https://editions.example/weekly/2026-W10.json"`,
		"weekly/index.html":          ownLink("weekly/2026-W10/"),
		"weekly/2026-W10/index.html": ownLink("weekly/archive/"),
		"weekly/archive/index.html":  ownLink("weekly/2026-W10/"),
	} {
		served := body(t, ask(p, "GET", "/"+path))
		file, err := os.ReadFile(filepath.Join(o.Dir, path))
		if !strings.Contains(served, want) || err != nil || string(file) != served {
			t.Errorf("%s: no %s, or another file (%v)\n%s", path, want, err, served)
		}
	}
	if f := parseAtom(t, p.document("weekly.atom")); len(f.Entries) != 1 {
		t.Errorf("%d issues", len(f.Entries))
	}

	if err := errors.Join(os.RemoveAll(o.Dir), os.WriteFile(o.Dir, []byte("a file"), 0o644)); err != nil {
		t.Fatal(err)
	}
	s.pieces["weekly"] = s.pieces["weekly"][:2]
	if err := p.publish(t.Context()); !errors.As(err, new(*DirError)) {
		t.Errorf("a folder that is a file: %v", err)
	}
	if err := errors.Join(os.Remove(o.Dir), p.publish(t.Context())); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(o.Dir, "weekly/2026-W10/index.html"))
	if served := body(t, ask(p, "GET", "/weekly/2026-W10/")); err != nil || string(file) != served ||
		strings.Contains(served, "Two rivers") {
		t.Errorf("%v %s", err, file)
	}
}

// TestDigest_LongIssues: issues too long for one document are split into several, each short enough for
// readers.
func TestDigest_LongIssues(t *testing.T) {
	s := digested()
	one := s.pieces["weekly"][0]
	s.pieces["weekly"] = nil
	for i := range 160 {
		p := one
		p.ID, p.AtomID = oped.PieceID(100+i), fmt.Sprintf("tag:harbour.example,2020:long-%d", i)
		p.FirstSeen = at(4+7*(i%2), 8)
		p.Entries = []oped.Entry{one.Entries[0]}
		p.Entries[0].Text = strings.Repeat(strings.Repeat("x", 48)+" ", 70)
		p.Entries[0].Published = p.FirstSeen
		s.pieces["weekly"] = append(s.pieces["weekly"], p)
	}
	s.pieces["elsewhere"] = s.pieces["weekly"]
	p := published(t, s, options())
	for path, want := range map[string]string{
		"weekly.atom":          `rel="prev-archive"`,
		"weekly.json":          `"next_url":`,
		"weekly.rss":           `rel="prev-archive"`,
		"weekly/2026-W10.atom": "2 March 2026",
	} {
		doc := body(t, ask(p, "GET", "/"+path))
		if len(doc) > maxBytes || len(doc) < maxBytes/4 || !strings.Contains(doc, want) {
			t.Errorf("%s has %d bytes, and %s: %v", path, len(doc), want, strings.Contains(doc, want))
		}
	}
	if f := parseAtom(t, p.document("weekly.atom")); len(f.Entries) != 1 ||
		!strings.HasSuffix(f.Entries[0].ID[0], "/2026-W11") {
		t.Errorf("%d issues", len(f.Entries))
	}
}
