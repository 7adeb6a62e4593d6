package parse

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed names.tsv
var nameTable string

// dateName is the meaning of a word in a date. "mar" has two: a month, and a weekday of French and Italian.
type dateName struct {
	month   int
	weekday time.Weekday
	isDay   bool
	anyDay  bool   // of different weekdays in different languages
	half    int    // of the day: 1 before noon, 2 after it
	periods string // of the day; its hours, each FROM-BEFORE, parted by blanks
}

// dateWords are the words in dates: names by their spelling, and zones by their whole name.
type dateWords struct {
	names map[string]dateName
	zones map[string]string // an offset, or a zone of the IANA
}

// wordsOfDates is the table of names, read on first use. A test checks that no line is invalid.
var wordsOfDates = sync.OnceValue(func() dateWords {
	words, _ := readNames(nameTable)
	return words
})

// readNames reads a table of names. It returns the invalid lines as well.
func readNames(table string) (words dateWords, invalid []string) {
	words = dateWords{map[string]dateName{}, map[string]string{}}
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), "\t")
		value, names, _ := strings.Cut(rest, "\t")
		n, err := strconv.Atoi(value)
		for name := range strings.SplitSeq(names, "|") {
			meaning := words.names[name]
			switch {
			case kind == "zone":
				words.zones[name] = value
			case kind == "period" && isPeriod(value):
				meaning.periods = strings.TrimSpace(meaning.periods + " " + value)
			case err != nil || name == "":
				invalid = append(invalid, line)
			case kind == "month":
				meaning.month = n
			case kind == "weekday":
				meaning.weekday, meaning.isDay, meaning.anyDay = time.Weekday(n%7), true, n == 0
			case kind == "half":
				meaning.half = n
			default:
				invalid = append(invalid, line)
			}
			if kind != "zone" {
				words.names[name] = meaning
			}
		}
	}
	return words, invalid
}

// isPeriod reports whether a value is FROM-BEFORE, in hours.
func isPeriod(value string) bool {
	from, before, ok := strings.Cut(value, "-")
	a, err := strconv.Atoi(from)
	b, fault := strconv.Atoi(before)
	return ok && err == nil && fault == nil && 0 <= a && a < 24 && 0 < b && b <= 24 && a != b
}

// inPeriods returns the hour of the day of a clock of twelve hours: the one within or nearer to the periods.
func inPeriods(hour int, periods string) int {
	best, least := hour, 25
	for period := range strings.FieldsSeq(periods) {
		from, before, _ := strings.Cut(period, "-")
		a, _ := strconv.Atoi(from)
		b, _ := strconv.Atoi(before)
		length := (b - a + 24) % 24
		for _, h := range []int{hour % 12, hour%12 + 12} {
			distance := 0
			if ahead := (h - a + 24) % 24; ahead >= length {
				distance = min(ahead-length+1, 24-ahead)
			}
			if distance < least {
				best, least = h, distance
			}
		}
	}
	return best
}

// nameOf returns the meaning of a word in a date.
func nameOf(word string) dateName {
	word = strings.ToLower(word)
	if strings.ContainsAny(word, ".॰ـ:\u064b") {
		word = strings.TrimRight(plainName.Replace(word), ":")
	}
	if name, ok := wordsOfDates().names[word]; ok {
		return name
	}
	if len(word) > 3 {
		for name := range strings.FieldsSeq(longMonths) {
			if strings.HasPrefix(name, word) {
				return wordsOfDates().names[name]
			}
		}
	}
	return dateName{}
}

// longMonths are the months of English with more than three letters.
const longMonths = "january february march april june july august september october november december"

// plainName removes the signs of abbreviations and the joiners.
var plainName = strings.NewReplacer(".", "", "॰", "", "ـ", "", "\u064b", "")
