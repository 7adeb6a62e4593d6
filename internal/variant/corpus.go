// Package variant forges copies: real op-eds as another paper or another feed would print them, and pairs that only look like copies. It serves
// the tests that measure how copies are recognised. Everything it makes follows from the random source that it is given.
package variant

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"oped/text"
)

// Text is a real op-ed or news piece.
type Text struct {
	Title  string // "" if the data has none
	Author string // "" if the data has none
	Body   string // plain text, its paragraphs set apart by an empty line
	Lang   string // en or ur

	words []string // as they are compared
}

const (
	minWords  = 150 // of a text that copies are made of
	alike     = .2  // two texts of which the shorter stands so far in the longer are versions of one, or pages with more furniture than text: one is enough
	runLength = 5   // words
	opening   = 40  // words
)

// record is a line of topics/dev.jsonl, a side of one of duplicates/dev.jsonl, or such a line itself.
type record struct {
	Title    string  `json:"title"`
	Author   string  `json:"author"`
	Text     string  `json:"text"`
	TextKind string  `json:"text_kind"`
	A        *record `json:"a"`
	B        *record `json:"b"`
}

// Corpus reads the labelled texts of at least 150 words under the folder of test data, longest first, each in one version only.
func Corpus(dir string) ([]Text, error) {
	var all []Text
	for _, name := range []string{"topics/dev.jsonl", "duplicates/dev.jsonl"} {
		err := eachRecord(filepath.Join(dir, name), func(r *record) {
			for _, side := range []*record{r, r.A, r.B} {
				if side != nil && (side.TextKind == "" || side.TextKind == "full") {
					if t := newText(side); len(t.words) >= minWords {
						all = append(all, t)
					}
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b Text) int { return len(b.words) - len(a.words) })
	return distinct(all), nil
}

func eachRecord(path string, f func(*record)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return err
		}
		f(&r)
	}
	return lines.Err()
}

func newText(r *record) Text {
	t := Text{Title: r.Title, Author: r.Author, Lang: "en", Body: strings.Join(paragraphs(r.Text), "\n\n")}
	if strings.Count(t.Body, "ا")*20 > len(t.Body)/2 { // every tenth letter or so of Urdu
		t.Lang = "ur"
	}
	t.words = text.FoldedWords(t.Body)
	return t
}

// distinct keeps the first of all versions of a text. News that was carried on begins as it began.
func distinct(all []Text) []Text {
	var kept []Text
	holders := map[string][]int{} // of a run of words: which of the kept texts have it
	for _, t := range all {
		runs := runsOf(t.words)
		if stands(runs, holders) || stands(runsOf(t.words[:opening]), holders) {
			continue
		}
		for run := range runs {
			holders[run] = append(holders[run], len(kept))
		}
		kept = append(kept, t)
	}
	return kept
}

// stands tells whether so many of the runs stand in one of the texts.
func stands(runs map[string]bool, holders map[string][]int) bool {
	common := map[int]int{}
	for run := range runs {
		for _, k := range holders[run] {
			if common[k]++; float64(common[k]) >= alike*float64(len(runs)) {
				return true
			}
		}
	}
	return false
}

// runsOf are the runs of five words.
func runsOf(words []string) map[string]bool {
	runs := map[string]bool{}
	for i := runLength; i <= len(words); i++ {
		runs[strings.Join(words[i-runLength:i], " ")] = true
	}
	return runs
}

// paragraphs are the lines of a text that say something.
func paragraphs(s string) []string {
	return slices.DeleteFunc(strings.Split(s, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
}

// sentences are the sentences of a text, each with the white space after it.
func sentences(s string) []string {
	var out []string
	start := 0
	for i, r := range s {
		if !strings.ContainsRune(" \n", r) || i == start {
			continue
		}
		if r == '\n' || strings.ContainsRune(".!?۔؟”\"", lastRune(s[:i])) {
			out = append(out, s[start:i+1])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

func lastRune(s string) rune {
	runes := []rune(s[max(0, len(s)-4):])
	return runes[len(runes)-1]
}

// head is the beginning of a text, of n words as they are counted when texts are compared.
func head(s string, n int) string {
	var ts text.Tokens
	ts.Scan(s)
	if len(ts.List) <= n {
		return s
	}
	return s[:ts.List[n-1].End]
}

// headline is what a text is called: one without a title by its first words.
func (t *Text) headline() string {
	if t.Title != "" {
		return t.Title
	}
	return head(strings.ReplaceAll(t.Body, "\n", " "), 8)
}
