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

// TestEditionsAreCounted: the list of editions says of each what is published, for review and held, and when a piece
// last entered.
func TestEditionsAreCounted(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed": candidates(4)})
	aisha := o.as("aisha", oped.RoleCurator)
	_, page := aisha.get("edition/")
	for words, want := range map[string][]string{
		"Our picks":   {"Our picks", "curated", "0", "4", "0", "–", "Atom"},
		"All opinion": {"All opinion", "automatic", "4", "", "", "just now", "Atom"},
	} {
		if got := rowOf(t, page, words); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	aisha.submit("queue/picks/", "piece-1", "Approve")
	aisha.submit("queue/picks/", "piece-2", "Hold", "day", "tomorrow")
	_, page = aisha.get("edition/")
	want := []string{"Our picks", "curated", "1", "2", "1", "just now", "Atom"}
	if got := rowOf(t, page, "Our picks"); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	aisha.has(page, `href="/desk/queue/picks/"`, `href="http://localhost/picks.atom"`, `href="/desk/edition/picks/"`)
	if all := strings.Index(page, "All opinion"); all < strings.Index(page, "Our picks") {
		t.Error("a curated edition is not the first")
	}
}
