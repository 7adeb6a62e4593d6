package desk

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"oped"
)

// rowOf returns the cells of the row of a table with a link or text, each as its words; nil if there is none.
func rowOf(t *testing.T, page, words string) (cells []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	must(t, err)
	for tr := range doc.Descendants() {
		if tr.Data != "tr" || !strings.Contains(textOf(tr), words) {
			continue
		}
		for cell := range tr.ChildNodes() {
			if cell.Data == "th" || cell.Data == "td" {
				cells = append(cells, strings.Join(strings.Fields(textOf(cell)), " "))
			}
		}
		return cells
	}
	return nil
}

// TestEditionsAreCounted: the list of editions says of each what is published, for review and held, and when the last
// of its pieces entered. An edition in one language has no queue: that of its topic asks for all languages.
func TestEditionsAreCounted(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed": candidates(4)})
	aisha := o.as("aisha", oped.RoleCurator)
	counts := func(want ...string) string {
		t.Helper()
		_, page := aisha.get("edition/")
		if got := rowOf(t, page, want[0]); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		return page
	}
	counts("Our picks", "curated", "0", "4", "0", "–", "Atom")
	counts("All opinion", "automatic", "4", "", "", "just now", "Atom")
	counts("Water news", "automatic", "4", "0", "", "just now", "Atom")
	counts("Water in Urdu", "automatic", "0", "", "", "–", "Atom")
	counts("The week", "automatic weekly digest, 4 in the next issue", "0", "", "", "just now", "Atom")
	aisha.submit("queue/picks/", "piece-1", "Approve")
	aisha.submit("queue/picks/", "piece-2", "Hold", "day", "tomorrow")
	page := counts("Our picks", "curated", "1", "2", "1", "just now", "Atom")
	aisha.has(page, `href="/desk/queue/picks/"`, `href="http://localhost/picks.atom"`, `href="/desk/edition/picks/"`)
	if all := strings.Index(page, "All opinion"); all < strings.Index(page, "Our picks") {
		t.Error("a curated edition is not the first")
	}
	aisha.submit("edition/picks/", "piece-1", "Undo")
	counts("Our picks", "curated", "0", "3", "1", "–", "Atom")

	_, page = aisha.get("edition/water/")
	aisha.has(page, `href="/desk/queue/topic/water/">Queue`)
	_, page = aisha.get("edition/week/")
	aisha.has(page, "In the next issue", "Nothing is published yet.")
	_, page = aisha.get("search?q=river")
	aisha.has(page, "The week (next issue)")
	_, page = aisha.get("piece/1/")
	aisha.has(page, "<bdi>The week</bdi> (next issue)")
}
