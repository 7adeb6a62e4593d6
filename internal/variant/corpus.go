// Package variant forges copies: real op-eds as another paper or feed would print them, and pairs that only
// resemble copies. It serves tests that measure the recognition of copies. Its results depend only on the given
// random source.
//
// To load real texts, call [Corpus]. To forge a copy, call [Copy]; for a group of pieces with copies, call
// [NewGroup].
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
	Title  string // "" if missing in the data
	Author string // "" if missing in the data
	Body   string // plain text, with an empty line between paragraphs
	Lang   string // en or ur

	words []string // normalized for comparison
}

const (
	minWords = 150 // minimum length of a text to copy
	// alike is the shared part of the shorter text from which two texts count as versions of one. They may also be
	// pages with more boilerplate than text. The corpus keeps one of them.
	alike     = .2
	runLength = 5  // words
	opening   = 40 // words
)

// record is a line of topics/dev.jsonl or of duplicates/dev.jsonl, or one side of the latter.
type record struct {
	Title    string  `json:"title"`
	Author   string  `json:"author"`
	Text     string  `json:"text"`
	TextKind string  `json:"text_kind"`
	A        *record `json:"a"`
	B        *record `json:"b"`
}

// Corpus reads the labelled texts of at least 150 words in the folder of test data, longest first. It keeps one
// version of each text.
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
	t := Text{
		Title:  r.Title,
		Author: r.Author,
		Lang:   "en",
		Body:   strings.Join(paragraphs(r.Text), "\n\n"),
	}
	if strings.Count(t.Body, "ا")*20 > len(t.Body)/2 { // about every tenth letter of Urdu
		t.Lang = "ur"
	}
	t.words = text.FoldedWords(t.Body)
	return t
}

// distinct keeps the first of all versions of a text. Continued news shares its beginning.
func distinct(all []Text) []Text {
	var kept []Text
	holders := map[string][]int{} // kept texts by run of words
	for _, t := range all {
		runs := runsOf(t.words)
		if sharesRuns(runs, holders) || sharesRuns(runsOf(t.words[:opening]), holders) {
			continue
		}
		for run := range runs {
			holders[run] = append(holders[run], len(kept))
		}
		kept = append(kept, t)
	}
	return kept
}

// sharesRuns reports whether one of the kept texts has a sufficient share of the runs.
func sharesRuns(runs map[string]bool, holders map[string][]int) bool {
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

// runsOf returns the runs of five words.
func runsOf(words []string) map[string]bool {
	runs := map[string]bool{}
	for i := runLength; i <= len(words); i++ {
		runs[strings.Join(words[i-runLength:i], " ")] = true
	}
	return runs
}

// paragraphs returns the non-empty lines of a text.
func paragraphs(s string) []string {
	return slices.DeleteFunc(strings.Split(s, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
}

// sentences splits a text into sentences, each with its trailing white space.
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

// head returns the beginning of a text with n words, counted as in comparisons.
func head(s string, n int) string {
	var ts text.Tokens
	ts.Scan(s)
	if len(ts.List) <= n {
		return s
	}
	return s[:ts.List[n-1].End]
}

// headline returns the title of a text, or else its first words.
func (t *Text) headline() string {
	if t.Title != "" {
		return t.Title
	}
	return head(strings.ReplaceAll(t.Body, "\n", " "), 8)
}
