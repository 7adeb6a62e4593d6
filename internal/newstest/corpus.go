package newstest

import (
	"bytes"
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"oped/text"
)

// Text is an op-ed or a news piece, real or invented.
type Text struct {
	Title  string // "" if missing
	Author string // "" if missing
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
	data, err := os.ReadFile(path)
	for lines := json.NewDecoder(bytes.NewReader(data)); err == nil && lines.More(); {
		var r record
		err = lines.Decode(&r)
		f(&r)
	}
	return err
}

func newText(r *record) Text {
	lines := slices.DeleteFunc(strings.Split(r.Text, "\n"),
		func(line string) bool { return strings.TrimSpace(line) == "" })
	t := Text{
		Title:  r.Title,
		Author: r.Author,
		Lang:   "en",
		Body:   strings.Join(lines, "\n\n"),
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

// paragraphs returns a text as HTML.
func paragraphs(s string) string {
	return "<p>" + strings.ReplaceAll(html.EscapeString(s), "\n\n", "</p>\n<p>") + "</p>"
}

var sentence = regexp.MustCompile(`(?s)[.!?۔؟”"] |..*?(?:[.!?۔؟”"] |\n)`)

// sentences splits a text into sentences, each with its trailing white space.
func sentences(s string) []string {
	out := sentence.FindAllString(s, -1)
	return append(out, s[len(strings.Join(out, "")):])
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
