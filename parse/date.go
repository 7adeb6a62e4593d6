package parse

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Time parses a date of a feed: RFC 822 with its many misspellings, RFC 3339, W3CDTF, asctime, Unix time, dates
// with names in seventeen languages; Arabic, Persian, Hindi and Bengali digits too. country, a plain word such
// as "Pakistan", gives the order of day and month in 03/04/2026, and the meaning of ambiguous zone names such as
// IST. Without a country these are none and India. A date without a zone is in the given one, as of [FeedZone];
// nil means UTC. Time returns false for an impossible or ambiguous date, never the current time. It also returns
// false for the zero time of common systems, written in place of a missing date. The result is in UTC.
func Time(s, country string, zone *time.Location) (time.Time, bool) {
	return newCalendar(country, zone, s).time(s)
}

// calendar is the context of the dates of a document.
type calendar struct {
	country string         // in lower case
	zone    *time.Location // of dates without one; nil: UTC
	order   order
	places  places
}

// order is the order of day and month in dates such as 03/04/2026.
type order int

const (
	noOrder order = iota
	dayFirst
	monthFirst
)

// newCalendar returns the context of the given dates. A document has one order of day and month: the one of
// its dates with a weekday, or with a number beyond 12; else the American one beside AM or PM; else its
// country's. Where dates contradict each other, ambiguous ones have none.
func newCalendar(country string, zone *time.Location, written ...string) calendar {
	c := calendar{country: lower(country), zone: zone, places: places{}}
	var proofs [monthFirst + 1]int
	half := false
	for _, s := range written {
		if strings.Count(s, "/") != 2 && strings.Count(s, "-") < 2 && strings.Count(s, ".") < 2 {
			continue // no date of numbers
		}
		if d, ok := c.read(s); ok && d.numbers {
			proofs[d.proof()]++
			half = half || d.half
		}
	}
	switch {
	case proofs[dayFirst] > 0 && proofs[monthFirst] > 0:
	case proofs[dayFirst] > 0:
		c.order = dayFirst
	case proofs[monthFirst] > 0 || half:
		c.order = monthFirst
	default:
		c.order = orderIn(c.country)
	}
	return c
}

// orderIn returns the order of day and month in a country.
func orderIn(country string) order {
	switch country {
	case "us", "usa", "u.s.", "united states", "united states of america", "america", "philippines", "palau", "guam":
		return monthFirst
	case "", "canada", "intl", "international", "global", "world":
		return noOrder // or several
	}
	if strings.ContainsAny(country, "/,&") {
		return noOrder
	}
	return dayFirst
}

// time parses a date of the document.
func (c calendar) time(s string) (time.Time, bool) {
	d, ok := c.read(s)
	if !ok {
		return time.Time{}, false
	}
	if d.numbers {
		use := d.proof()
		if use == noOrder {
			use = c.order
			if d.dotted {
				use = dayFirst
			}
		}
		switch {
		case use == monthFirst:
			d.day, d.month = d.month, d.day
		case use == noOrder && d.day != d.month:
			return time.Time{}, false
		}
	}
	return d.time()
}

// date is a date during parsing.
type date struct {
	country           string
	year, month, day  int
	hour, minute      int
	second, nano      int
	offset            int // seconds east of UTC
	zoned             bool
	home              *time.Location // its zone if it is not zoned; nil: UTC
	places            places
	place             *time.Location // instead of an offset; nil for none
	hasYear, hasClock bool
	half              bool   // it has AM or PM
	periods           string // of the day named in it
	strange           bool   // an unknown word stands beside the clock
	numbers           bool   // day and month are numbers and may be in the other order
	dotted            bool   // 31.1.2026
	weekday           time.Weekday
	hasWeekday        bool
	either            dateName // a word for a month or a weekday
	rest              []string // unknown words after the date
	unknowns          int      // number of unknown words in other scripts than Latin
}

// spacedHalves joins AM and PM as written in Spanish.
var spacedHalves = strings.NewReplacer("p. m.", "pm", "a. m.", "am", "P. M.", "pm", "A. M.", "am")

// spacedDots matches a date of numbers with blanks after its dots.
var spacedDots = regexp.MustCompile(`\b(\d{1,2})\. *(\d{1,2})\. *(\d{4})\b`)

// complete reports whether the day is known.
func (d *date) complete() bool { return (d.month > 0 || d.either.month > 0) && d.day > 0 && d.hasYear }

// proof returns the only possible order of day and month. The day is the first number.
func (d *date) proof() order {
	first, second := d.isDay(d.day, d.month), d.isDay(d.month, d.day)
	switch {
	case first && !second:
		return dayFirst
	case second && !first:
		return monthFirst
	case !d.hasWeekday || !first:
		return noOrder
	}
	on := func(day, month int) bool {
		return time.Date(d.year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday() == d.weekday
	}
	switch first, second = on(d.day, d.month), on(d.month, d.day); {
	case first && !second:
		return dayFirst
	case second && !first:
		return monthFirst
	}
	return noOrder
}

// isDay reports whether a day exists.
func (d *date) isDay(day, month int) bool {
	t := time.Date(d.year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return 1 <= month && month <= 12 && 1 <= day && t.Day() == day
}

// time assembles the parts, if they are an existing day and time.
func (d *date) time() (time.Time, bool) {
	if d.hour > 24 || d.minute > 59 || d.second > 60 || d.year < 1 || d.year > 9999 || !d.isDay(d.day, d.month) {
		return time.Time{}, false
	}
	if d.hour == 24 && (d.minute > 0 || d.second > 0) {
		return time.Time{}, false
	}
	place := d.place
	if !d.zoned {
		place = d.home
	}
	if place == nil {
		place = time.FixedZone("", d.offset)
	}
	t := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, d.second, d.nano, place).UTC()
	if t.Year() < 1 || t.Year() > 9999 || unset(t) {
		return time.Time{}, false
	}
	return t, true
}

// unset reports whether t is the zero time of a system, in any zone: the first day of the year 1, or midnight
// before 1970.
func unset(t time.Time) bool {
	for _, zero := range []time.Time{{}, time.Unix(0, 0)} {
		if d := t.Sub(zero).Abs(); d <= 14*time.Hour && d%(15*time.Minute) < time.Second {
			return true
		}
	}
	return false
}

// maxDate is the length of a date, in bytes: one with names of Hindi and a zone in words.
const maxDate = 250

// read parses a date as written.
func (c calendar) read(s string) (d date, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) < 4 || len(s) > maxDate {
		return d, false
	}
	s = strings.TrimSpace(westernDigits(s))
	d = date{country: c.country, home: c.zone, places: c.places, month: -1, day: -1}
	if d.unix(s) {
		return d, true
	}
	if year, rest, digits := number(s, 4); digits == 4 && rest == "" && year > 1900 { // W3CDTF
		d.year, d.month, d.day, d.hasYear = year, 1, 1, true
		return d, true
	}
	if strings.Contains(s, ". ") {
		s = spacedDots.ReplaceAllString(s, "$1.$2.$3")
	}
	s, comment, _ := strings.Cut(strings.ReplaceAll(s, "[", "("), "(")
	words := strings.FieldsFunc(spacedHalves.Replace(s), func(r rune) bool {
		return r <= ' ' || strings.ContainsRune(",;|،", r)
	})
	const other, clock, unknown = 0, 1, 2
	for last := other; len(words) > 0; {
		hadClock, unknowns := d.hasClock, d.unknowns
		n := d.take(words)
		if n == 0 {
			return d, false
		}
		switch {
		case d.hasClock && !hadClock:
			d.strange = d.strange || last == unknown
			last = clock
		case d.unknowns > unknowns:
			d.strange = d.strange || last == clock
			last = unknown
		case !fillers[lower(words[0])]:
			last = other
		}
		words = words[n:]
	}
	d.adjustClock()
	if d.month < 0 {
		d.month = d.either.month
	} else if d.either.isDay {
		d.weekday, d.hasWeekday = d.either.weekday, !d.either.anyDay
	}
	if !d.zoned {
		d.wordedZone(strings.Trim(comment, ")] "))
		d.wordedZone(strings.Join(d.rest, " "))
	}
	return d, d.complete()
}

// adjustClock applies the period of the day to the clock. Beside an unknown word, a clock of twelve hours is none.
func (d *date) adjustClock() {
	switch {
	case !d.hasClock && d.periods == "12-13": // noon
		d.hour, d.hasClock = 12, true
	case !d.hasClock:
	case d.periods != "" && !d.half && 1 <= d.hour && d.hour <= 12:
		d.hour = inPeriods(d.hour, d.periods)
	case d.strange && !d.half && !d.zoned && 1 <= d.hour && d.hour <= 12:
		d.hour, d.minute, d.second, d.nano = 0, 0, 0, 0
	}
}

// foreign reports whether a word is in another script than Latin.
func foreign(w string) bool {
	return strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
}

// westernDigits converts other digits to 0 to 9, and composes letters.
func westernDigits(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return strings.Map(func(r rune) rune {
				for _, zero := range "٠۰०০" {
					if zero <= r && r <= zero+9 {
						return '0' + r - zero
					}
				}
				switch r {
				case '\u00a0', '\u202f', '\u2009':
					return ' '
				case '\u2212':
					return '-'
				case '\u200e', '\u200f', '\ufeff', '\u200c', '\u200d':
					return -1
				}
				return r
			}, norm.NFC.String(s))
		}
	}
	return s
}

// number reads up to limit digits at the beginning of s.
func number(s string, limit int) (n int, rest string, digits int) {
	for digits < len(s) && digits < limit && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	n, _ = strconv.Atoi(s[:digits])
	return n, s[digits:], digits
}

// nanoseconds parses the digits of a fraction of a second.
func nanoseconds(s string) (nano int, rest string) {
	nano, rest, digits := number(s, 9)
	for range 9 - digits {
		nano *= 10
	}
	return nano, strings.TrimLeft(rest, "0123456789")
}

// unix parses seconds since 1970, of 9 or 10 digits, and milliseconds, of 13.
func (d *date) unix(s string) bool {
	whole, fraction, _ := strings.Cut(s, ".")
	n, rest, digits := number(whole, 13)
	nano, more := nanoseconds(fraction)
	if rest != "" || more != "" || digits != 9 && digits != 10 && digits != 13 {
		return false
	}
	t := time.Unix(int64(n), int64(nano)).UTC()
	if digits == 13 {
		t = time.UnixMilli(int64(n)).UTC()
	}
	d.year, d.month, d.day, d.hasYear = t.Year(), int(t.Month()), t.Day(), true
	d.hour, d.minute, d.second, d.nano = t.Hour(), t.Minute(), t.Second(), t.Nanosecond()
	d.hasClock, d.zoned = true, true
	return true
}

// take processes the next words of a date: a day, month, year, time, zone, or a word without meaning. It
// returns their number; 0 for a contradiction.
func (d *date) take(words []string) int {
	w := words[0]
	if '0' <= w[0] && w[0] <= '9' {
		return d.takeNumber(words)
	}
	if d.hasClock {
		for n := min(len(words), 6); n > 1; n-- {
			if d.wordedZone(strings.Join(words[:n], " ")) {
				return n
			}
		}
		if d.zone(w) {
			return 1
		}
	}
	if len(words) > 1 {
		if name := nameOf(w + " " + words[1]); name != (dateName{}) && d.takeName(name) {
			return 2
		}
	}
	switch name := nameOf(w); {
	case w == "م" && !d.hasClock: // the Christian era
		return 1
	case name.half > 0 && !d.hasClock && foreign(w): // "am 5. Mai um 12:30" is German
		d.periods = []string{1: "0-12", 2: "12-24"}[name.half]
		return 1
	case name != (dateName{}):
		if d.takeName(name) {
			return 1
		}
	case fillers[strings.TrimSuffix(lower(w), ".")]:
		return 1
	}
	switch {
	case (w[0] == 'T' || w[0] == 't') && len(w) > 1 && '0' <= w[1] && w[1] <= '9':
		return d.takeNumber(append([]string{w[1:]}, words[1:]...))
	case d.zone(w):
		return 1
	case d.complete() || d.day < 0 && !d.hasYear && (!d.hasClock || foreign(w)):
		if foreign(w) {
			d.unknowns++
		}
		if d.complete() {
			d.rest = append(d.rest, w) // an unknown zone costs the zone
		}
		return 1
	}
	return 0
}

// fillers are words without meaning between the parts of a date.
var fillers = map[string]bool{
	"at": true, "of": true, "on": true, "the": true, "-": true, "–": true, "—": true, "/": true, "·": true,
	"de": true, "del": true, "du": true, "le": true, "la": true, "den": true, "der": true, "em": true, "às": true,
	"as": true, "à": true, "a": true, "las": true, "um": true, "uhr": true, "alle": true, "ore": true,
	"kl": true, "om": true,
	"г": true, "года": true, "в": true, "r": true, "o": true, "godz": true, "h": true, "pukul": true, "saat": true,
	"in": true, "’s": true, "'s": true, "w": true, "da": true, "jam": true,
	"को": true, "बजे": true, "الساعة": true, "في": true, "بجے": true, "کو": true, "ساعت": true, "م": true,
	"часа": true, "часов": true, "час": true, "में": true, "میں": true, "ء": true, "عیسوی": true, "بج": true,
	"کر": true, "منٹ": true, "बजकर": true, "मिनट": true, "টা": true, "টায\u09bc": true, "টার": true, "মিনিট": true,
	"بوقت": true, "وقت": true, "समय": true, "সময\u09bc": true,
}

// takeName processes a month, a weekday, AM and PM, or a period of the day.
func (d *date) takeName(name dateName) bool {
	switch {
	case name.periods != "" && name.half == 0 && name.month == 0 && !name.isDay:
		d.periods = name.periods
	case name.half > 0 && d.hasClock:
		d.half = true
		if name.half == 1 && d.hour == 12 {
			d.hour = 0
		} else if name.half == 2 && d.hour < 12 {
			d.hour += 12
		}
	case name.month > 0 && name.isDay && d.month < 0 && d.either == (dateName{}):
		d.either = name
	case name.isDay:
		d.weekday, d.hasWeekday = name.weekday, !name.anyDay
	case name.month > 0 && d.month < 0:
		d.month = name.month
	default:
		return name.half > 0 || name.month == d.month
	}
	return true
}

// takeNumber processes words beginning with a number.
func (d *date) takeNumber(words []string) int {
	w := words[0]
	if rest, ok := d.clock(w); ok {
		if rest == "" || d.takeHalf(rest) || d.zone(rest) {
			return 1
		}
		return 0
	}
	if rest, ok := d.yearFirst(w); ok {
		if rest == "" {
			return 1
		}
		return d.take(append([]string{rest}, words[1:]...))
	}
	n, rest, digits := number(w, 4)
	switch {
	case digits <= 2 && !d.hasClock && (d.isHour(rest) || rest == "" && d.hourAhead(words[1:])):
		d.hour, d.hasClock = n, true
		if rest == "" || d.takeHalf(rest) || fillers[lower(rest)] {
			return 1
		}
	case rest == "" && digits == 4 && d.hasYear && !d.hasClock:
		d.hour, d.minute, d.hasClock = n/100, n%100, true
		return 1
	case rest == "" && digits == 2 && d.complete() && d.hasClock && d.minute == 0: // 10 Uhr 30
		d.minute = n
		return 1
	case rest == "" || suffixes[lower(rest)]:
		if d.plainNumber(n, digits) {
			return 1
		}
	case rest[0] == '-' || rest[0] == '/' || rest[0] == '.':
		if after, ok := d.joined(w); ok {
			if after == "" {
				return 1
			}
			return d.take(append([]string{after}, words[1:]...))
		}
	}
	return 0
}

// hourWords follow the number of an hour. They are o'clock, and the hour in "10 hours 30".
var hourWords = []string{
	"uhr", "h", "बजे", "बजकर", "بجے", "بج", "টা", "টায\u09bc", "টার", "час", "часа", "часов",
}

// hourAhead reports whether the words behind a number make it an hour: "5 in the morning", but not in "May 5, evening
// 6:30".
func (d *date) hourAhead(words []string) bool {
	for d.complete() && len(words) > 1 && fillers[lower(words[0])] && !d.isHour(words[0]) {
		words = words[1:]
	}
	return len(words) > 0 && d.isHour(words[0]) && (len(words) < 2 || !strings.Contains(words[1], ":"))
}

// isHour reports whether a word makes the number before it an hour.
func (d *date) isHour(w string) bool {
	w = lower(w)
	if slices.Contains(hourWords, w) {
		return true
	}
	name := nameOf(w)
	return (name.half > 0 || name.periods != "") && name.month == 0 && !name.isDay
}

// takeHalf processes AM and PM, or a period of the day.
func (d *date) takeHalf(w string) bool {
	name := nameOf(w)
	return (name.half > 0 || name.periods != "") && d.takeName(name)
}

// suffixes follow the number of a day or year.
var suffixes = map[string]bool{
	"st": true, "nd": true, "rd": true, "th": true, "er": true, "º": true, "ª": true, "°": true, ".": true, "-й": true,
	"م": true, "г": true, "г.": true, "r.": true, "ء": true,
}

// yearFirst parses dates beginning with a year: RFC 3339, W3CDTF, ISO 8601 with and without hyphens, 2026/1/31.
// It returns the text behind the day.
func (d *date) yearFirst(s string) (rest string, ok bool) {
	n, rest, digits := number(s, 8)
	switch {
	case d.hasYear || d.month > 0 || d.day > 0:
		return "", false
	case digits == 8:
		d.year, d.month, d.day, d.hasYear = n/10000, n/100%100, n%100, true
		if _, after, digits := number(rest, 6); digits >= 4 {
			d.compactClock(&rest)
			return after, true
		}
		return d.compactAfter(rest), true
	case digits != 4 || rest == "" || rest[0] != '-' && rest[0] != '/' && rest[0] != '.':
		return "", false
	}
	separator := rest[0]
	rest = rest[1:]
	if day, after, digits := number(rest, 3); digits == 3 && separator == '-' { // an ordinal date
		t := time.Date(n, 1, day, 0, 0, 0, 0, time.UTC)
		d.year, d.month, d.day, d.hasYear = n, int(t.Month()), t.Day(), day > 0 && t.Year() == n
		return d.compactAfter(after), d.hasYear
	}
	month, after, digits := number(rest, 2)
	if digits == 0 {
		return "", false
	}
	d.year, d.month, d.day, d.hasYear, rest = n, month, 1, true, after
	if rest != "" && rest[0] == separator {
		if d.day, rest, digits = number(rest[1:], 2); digits == 0 {
			return "", false
		}
	}
	return d.compactAfter(rest), true
}

// compactAfter parses Thhmm or Thhmmss, and returns the text behind it.
func (d *date) compactAfter(s string) string {
	if s != "" && (s[0] == 'T' || s[0] == 't' || s[0] == '-') {
		if rest := s[1:]; rest != "" && !strings.Contains(rest, ":") {
			d.compactClock(&rest)
			return rest
		}
		if s[0] != '-' {
			return s[1:]
		}
	}
	return s
}

// compactClock parses hhmm or hhmmss.
func (d *date) compactClock(s *string) {
	n, rest, digits := number(*s, 6)
	switch digits {
	case 4:
		d.hour, d.minute = n/100, n%100
	case 6:
		d.hour, d.minute, d.second = n/10000, n/100%100, n%100
	default:
		return
	}
	d.hasClock = true
	*s = rest
}

// clock parses h:mm, hh:mm:ss, hh:mm:ss.fff, 10h30 and, after the date, 10.30 at the beginning of s.
func (d *date) clock(s string) (rest string, ok bool) {
	hour, rest, digits := number(s, 2)
	if digits == 0 || rest == "" || d.hasClock ||
		rest[0] != ':' && rest[0] != 'h' && (rest[0] != '.' || !d.complete()) {
		return s, false
	}
	separator := rest[:1]
	minute, rest, digits := number(rest[1:], 2)
	if digits == 0 {
		return s, false
	}
	second := 0
	if strings.HasPrefix(rest, separator) {
		if second, rest, digits = number(rest[1:], 2); digits == 0 {
			return s, false
		}
	}
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && rest[1] >= '0' && rest[1] <= '9' {
		d.nano, rest = nanoseconds(rest[1:])
	}
	d.hour, d.minute, d.second, d.hasClock = hour, minute, second, true
	return rest, true
}

// plainNumber takes a number for the day first, then for the year.
func (d *date) plainNumber(n, digits int) bool {
	switch {
	case digits <= 2 && d.day < 0:
		d.day = n
	case !d.hasYear && digits == 4:
		d.year, d.hasYear = n, true
	case !d.hasYear && digits == 2:
		d.year, d.hasYear = century(n), true
	default:
		return false
	}
	return true
}

// joined parses 31-Jan-2026, 31/01/2026 and 31.01.2026, and returns the text behind it. The first number is
// taken for the day; proof knows better.
func (d *date) joined(w string) (rest string, ok bool) {
	if d.complete() || d.day > 0 {
		return "", false
	}
	day, rest, _ := number(w, 2)
	if rest == "" || strings.IndexByte("-/.", rest[0]) < 0 {
		return "", false
	}
	separator := rest[:1]
	middle, rest, ok := strings.Cut(rest[1:], separator)
	if !ok {
		return "", false
	}
	year, rest, digits := number(rest, 4)
	if digits == 2 {
		year = century(year)
	} else if digits != 4 {
		return "", false
	}
	month, more, digits := number(middle, 2)
	if digits == 0 {
		month, more = nameOf(middle).month, ""
	}
	if month == 0 || more != "" || d.hasYear {
		return "", false
	}
	d.day, d.month, d.year, d.hasYear = day, month, year, true
	d.numbers, d.dotted = digits > 0, separator == "."
	return d.compactAfter(rest), true
}

// century completes a year of two digits (RFC 2822 §4.3).
func century(n int) int {
	if n < 50 {
		return 2000 + n
	}
	return 1900 + n
}
