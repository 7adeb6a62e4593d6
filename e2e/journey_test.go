package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestJ3SixtyNewspapersEachArgumentOnce is journey J3 in small. One column appears in four papers under other
// headlines over five days; one copy is cut, one has a new first paragraph. It is one entry with four
// publishers, and its id stays. A reply with a third of it quoted is a piece of its own, and so is each day's
// Editorial. A split by a curator stays.
func TestJ3SixtyNewspapersEachArgumentOnce(t *testing.T) {
	testkit.NotShort(t)
	const papers = 4
	names := []string{"Dawn", "The News", "The Nation", "The Tribune"}
	first := time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC)
	press := newstest.New(t)
	var feeds strings.Builder
	for i := range papers {
		fmt.Fprintf(&feeds, "  - {name: paper-%d, url: \"%s/%d\", publisher: %s}\n", i, press.URL, i, names[i])
	}
	config := testkit.WriteConfig(
		t, "fetch: {every: 1h, spacing: 0s, concurrency: 1, allow_private: [127.0.0.0/8]}\ntopics: {trade: {score: "+
			"{word0x1: 1}, threshold: 1}}\neditions: {all: {}}\nfeeds:\n"+feeds.String())

	paragraphs := make([]string, 8)
	for i := range paragraphs {
		paragraphs[i] = newstest.Words(i, 90)
	}
	column := func(paper, day int, title string, body []string) newstest.Item {
		link := fmt.Sprintf("https://paper-%d.example/opinion/%d-%d", paper, day, len(body))
		return newstest.Item{
			GUID:      link,
			Link:      link,
			Title:     title,
			Author:    "Amina Rahman",
			HTML:      "<p>" + strings.Join(body, "</p>\n<p>") + "</p>",
			Published: first.AddDate(0, 0, day),
		}
	}
	other := func(seed int) []string { return []string{newstest.Words(seed, 200), newstest.Words(seed+1, 200)} }
	reply := column(
		0, 3, "What she gets wrong", append(append([]string{newstest.Words(50, 250)}, paragraphs[1:3]...),
			newstest.Words(51, 250)))
	reply.Author = "Bilal Khan"
	editorial := func(day int) newstest.Item {
		e := column(1, day, "Editorial", other(60+2*day))
		e.Author = ""
		return e
	}
	rows := make([][]newstest.Item, papers)
	atomID := ""
	for _, day := range [][]newstest.Item{
		{column(0, 0, "A river for two", paragraphs), editorial(0)},
		{column(1, 1, "Whose water is it?", paragraphs), editorial(1)},
		{column(2, 2, "The delta waits", paragraphs[:4])},
		{reply},
		{column(3, 4, "Sharing what is left", append([]string{newstest.Words(70, 90)}, paragraphs[1:]...))},
	} {
		for _, item := range day {
			var paper int
			fmt.Sscanf(item.Link, "https://paper-%d.", &paper)
			rows[paper] = append(rows[paper], item)
		}
		for i := range rows {
			press.Edition(fmt.Sprint("/", i), names[i], rows[i]...)
		}
		mustOped(t, "--config", config, "--quiet", "once", "--all")
		eachPiece(t, config, func(p oped.Piece) {
			if p.Entries[0].Row == 1 || len(p.Entries) > 1 {
				if atomID != "" && p.AtomID != atomID {
					t.Errorf("the id was %s and is %s", atomID, p.AtomID)
				}
				atomID = p.AtomID
			}
		})
	}
	appearances := map[int]int{} // of how many pieces
	eachPiece(t, config, func(p oped.Piece) { appearances[len(p.Entries)]++ })
	if len(appearances) != 2 || appearances[4] != 1 || appearances[1] != 3 {
		t.Errorf("pieces by appearances: %v, want one of 4, and 3 of one", appearances)
	}
	feed, err := os.ReadFile(filepath.Join(filepath.Dir(config), "public", "all.atom"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(feed), "<entry"); n != 4 {
		t.Errorf("%d entries in the edition, want 4", n)
	}
	for _, want := range []string{"The News</a> (2 Oct)", "The Nation</a> (3 Oct)", "The Tribune</a> (5 Oct)",
		`title="The Tribune"`} {
		if !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(string(feed), "&lt;", "<"), "&gt;", ">"), want) {
			t.Errorf("the edition does not say %q", want)
		}
	}
	mustOped(t, "--config", config, "--quiet", "piece", "split", rows[3][0].Link, "--why", "for the test")
	rows[3][0].HTML += "<p>A line more.</p>"
	press.Edition("/3", names[3], rows[3]...)
	mustOped(t, "--config", config, "--quiet", "once", "--all")
	appearances = map[int]int{}
	eachPiece(t, config, func(p oped.Piece) { appearances[len(p.Entries)]++ })
	if appearances[3] != 1 || appearances[1] != 4 {
		t.Errorf("after a split, pieces by appearances: %v", appearances)
	}
}
