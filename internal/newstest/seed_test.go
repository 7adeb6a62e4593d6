package newstest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

// TestSeedHasItsTraps checks the fixture of the end-to-end tests: one op-ed on Pak–US relations with countries in
// its author's note and its navigation lines, five decoys, and an Urdu piece in each spelling of ye and kaf.
func TestSeedHasItsTraps(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "e2e", "testdata", "seed.xml"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := gofeed.NewParser().ParseString(string(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Items) != 8 {
		t.Fatalf("%d entries, want 8", len(f.Items))
	}
	lead := f.Items[0]
	if lead.Title != "Rebuilding the Pak-US training bridge ?" ||
		strings.Count(lead.Title+lead.Content, "Pak-US") != 3 {
		t.Errorf("%q says Pak-US %d times", lead.Title, strings.Count(lead.Title+lead.Content, "Pak-US"))
	}
	text, note, ok := strings.Cut(lead.Content, "—The writer, ")
	if !ok || !strings.Contains(note, "Washington Maritime Law Society") ||
		!strings.Contains(note, "<span>Previous article</span><a") ||
		!strings.Contains(note, "<span>Next article</span><a") {
		t.Errorf("the end of the op-ed reads %q", note)
	}
	if n := len(strings.Fields(text)); n < 900 || n > 1100 {
		t.Errorf("the op-ed has %d words", n)
	}
	for _, city := range []string{"Washington", "Islamabad"} {
		if strings.Count(text, city) < 4 {
			t.Errorf("%s appears in it %d times", city, strings.Count(text, city))
		}
	}
	modern, arabic := f.Items[6].Title+f.Items[6].Content, f.Items[7].Title+f.Items[7].Content
	if !strings.ContainsAny(modern, "یک") || strings.ContainsAny(modern, "يك") || !strings.ContainsAny(arabic, "يك") ||
		strings.ContainsAny(arabic, "یک") {
		t.Error("the Urdu pieces do not keep to one writing each")
	}
}
