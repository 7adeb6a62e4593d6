package publish

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
)

// TestRecoveredPieces: only files newer than their rows give pieces.
func TestRecoveredPieces(t *testing.T) {
	s, o := example(), options()
	o.Dir = t.TempDir()
	p := published(t, s, o)
	outlived := func(p *Publisher) (ids []string) {
		t.Helper()
		known, err := p.RecoveredPieces(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, piece := range known {
			if piece.Withdrawn {
				ids = append(ids, piece.AtomID+" withdrawn")
				continue
			}
			ids = append(ids, piece.AtomID+" at "+strings.Join(piece.Addresses, " "))
		}
		return ids
	}
	if ids := outlived(p); ids != nil {
		t.Errorf("nothing was restored: %q", ids)
	}
	s.editions[0].Updated = s.editions[0].Updated.Add(-time.Minute)
	want := []string{
		"tag:harbour.example,2020:op-1 at https://harbour.example/a-quiet-channel?id=1&p=2 https://hill.example/reprint",
		"https://sahil.example/?p=7 at https://sahil.example/?p=7",
		"tag:hill.example,2026:3 at https://hill.example/waters",
	}
	if ids := outlived(p); !slices.Equal(ids, want) {
		t.Errorf("an older database was restored: %q", ids)
	}
	if err := os.MkdirAll(filepath.Join(o.Dir, "pak-us/archive"), 0o755); err != nil {
		t.Fatal(err)
	}
	file := func(name string) string {
		t.Helper()
		doc, err := os.ReadFile(filepath.Join(o.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(doc)
	}
	for name, content := range map[string]string{
		"pak-us/archive/1.atom": strings.Replace(
			file("pak-us.atom"), "<id>tag:harbour.example,2020:op-1<", "<id> no IRI<", 1,
		),
		"pak-us/archive/2.atom": file("adaria.atom"), "pak-us.atom": "<feed",
	} {
		if err := os.WriteFile(filepath.Join(o.Dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if ids := outlived(p); !slices.Equal(ids, want[1:]) {
		t.Errorf(
			"an archive that the rows do not know, with what is no id, one of another edition, and a broken file: %q",
			ids,
		)
	}
	s.gone = map[string][]oped.Tombstone{
		"pak-us": {{AtomID: "urn:withdrawn", At: at(9, 9), Withdrawn: true}, {AtomID: "urn:left", At: at(9, 9)}},
	}
	withdrawn := published(t, s, o)
	s.editions[0].Updated = s.editions[0].Updated.Add(-time.Minute)
	if ids := outlived(withdrawn); !slices.Contains(ids, "urn:withdrawn withdrawn") ||
		slices.Contains(ids, "urn:left withdrawn") {
		t.Errorf("of one that was withdrawn and one that left: %q", ids)
	}
	if err := os.Remove(filepath.Join(o.Dir, "pak-us.atom")); err != nil {
		t.Fatal(err)
	}
	s.editions[0].AtomID = strings.Replace(s.editions[0].AtomID, "2026-03-01", "2026-05-01", 1)
	if ids := outlived(p); !slices.Equal(ids, want[1:]) {
		t.Errorf("the same after a new start of the database: %q", ids)
	}
	o.Dir = filepath.Join(o.Dir, "none")
	if ids := outlived(New(o, rowsOf(s))); ids != nil {
		t.Errorf("of no folder: %q", ids)
	}
}

func FuzzReadRecovered(f *testing.F) {
	for _, name := range []string{"pak-us.atom", "adaria.atom", "pak-us.rss"} {
		doc, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(doc))
	}
	f.Add("<feed xmlns='http://www.w3.org/2005/Atom'><updated>x</updated><entry/></feed>")
	edition := example().editions[0]
	f.Fuzz(func(t *testing.T, doc string) {
		known, err := readRecovered(strings.NewReader(doc), &edition, time.Time{})
		if err != nil && known != nil {
			t.Errorf("%d pieces and %v", len(known), err)
		}
	})
}
