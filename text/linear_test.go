package text

import (
	"strings"
	"testing"
)

// TestS6_ParagraphsShareNoWord checks that no word is in two paragraphs, whatever separates them. A function
// looking at each paragraph thus looks at a word once, and at a gap twice.
func TestS6_ParagraphsShareNoWord(t *testing.T) {
	for _, end := range []string{"\n", "\r", "\r\n", "\u2028", "\u2029", " \r\u2028"} {
		for _, n := range []int{1000, 2000, 4000} {
			var ts Tokens
			ts.Scan(strings.Repeat("A word is a word."+end, n))
			ts.MarkZones()
			bytes := 0
			for _, p := range ts.paras {
				bytes += p.end - p.start
			}
			if len(ts.paras) != n || bytes > 2*len(ts.Text) {
				t.Errorf("%q × %d: %d paragraphs of %d bytes, the text has %d", end, n, len(ts.paras), bytes,
					len(ts.Text))
			}
		}
	}
}

// TestMarkLearned_ByWord checks that exactly the words within a learned stretch are boilerplate.
func TestMarkLearned_ByWord(t *testing.T) {
	var ts Tokens
	ts.Scan("one two three four")
	ts.MarkZones([2]int{4, 13}, [2]int{0, 2}, [2]int{17, 18})
	for i, want := range []Zone{Lead, Boilerplate, Boilerplate, Lead} {
		if got := ts.List[i].Zone; got != want {
			t.Errorf("word %d: %s, want %s", i, got, want)
		}
	}
}
