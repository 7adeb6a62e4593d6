package desk

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"oped"
)

// twin is an entry with the headline of all twins, and few words.
func twin(n int) string { return item(n, "The river takes the road "+attack, "A few words only.") }

// TestPairs: two texts that a guard kept apart stand side by side; a curator joins them, or keeps them apart for good.
func TestPairs(t *testing.T) {
	o := newOffice(t, map[string]string{
		"/feed-a": rss("A", twin(1)),
		"/feed-b": rss("B", strings.ReplaceAll(twin(2), "A few words only.", "Other words here.")),
	})
	aisha := o.as("aisha", oped.RoleCurator)
	_, page := aisha.get("pairs/")
	aisha.has(page, "Pair 1 of 1",
		"They are apart now: headline and day are the same, but one text is too short to be compared.", "The river takes the road &lt;script&gt;", "The same piece</button>",
		"<mark>Other", "feed-a", "feed-b")
	if strings.Contains(page, "<script>alert") {
		t.Error("markup of a headline reaches the page")
	}
	_, page = aisha.get("pairs/all/1/")
	aisha.has(page, "This was the last pair.")
	for _, path := range []string{"pairs/G99/0/", "pairs/all/-1/", "pairs/all/x/"} {
		if code, _ := aisha.get(path); code != 404 {
			t.Errorf("%s: %d", path, code)
		}
	}
	_, page = aisha.get("pairs/G9/0/")
	_, split := aisha.form("pairs/G9/0/", page, "Different pieces", "")
	_, page = aisha.post("decide", split)
	aisha.has(page, "No pairs to review.", "Kept apart")
	_, page = aisha.get("log/")
	_, last, _ := strings.Cut(page, `name="decision" value="`)
	last, _, _ = strings.Cut(last, `"`)
	aisha.post("decide", url.Values{"action": {"undo"}, "decision": {last}})
	_, page = aisha.get("pairs/")
	_, merge := aisha.form("pairs/", page, "The same piece", "")
	_, page = aisha.post("decide", merge)
	aisha.has(page, "No pairs to review.", "Merged")
}

func TestAPaperIsNoAuthorBesideItself(t *testing.T) {
	got := authorsBeside([]string{"THE RIVER POST", "Amina Qureshi"}, []string{"The Hill", "The River Post"})
	if want := []string{"Amina Qureshi"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
