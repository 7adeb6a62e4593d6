package parse

import (
	"strconv"
	"strings"
	"time"
)

// Time parses a date of a feed: RFC 822 with its many misspellings, RFC 3339, W3CDTF, asctime; Arabic and
// Persian digits too. country, a plain word such as "Pakistan", gives the zone of a date without one, and the
// meaning of ambiguous zone names such as IST. Without a country these are UTC and India. Time returns false
// for an impossible date, never the current time. It also returns false for the zero time of common systems,
// written in place of a missing date. The result is in UTC.
func Time(s, country string) (time.Time, bool) {
	s = strings.TrimSpace(westernDigits(s))
	if len(s) < 4 || len(s) > 100 {
		return time.Time{}, false
	}
	country = lower(country)
	if d := (date{country: country, month: -1, day: -1}); d.numeric(s) {
		return d.time()
	}
	if d := (date{country: country, month: -1, day: -1}); d.worded(s) {
		return d.time()
	}
	return time.Time{}, false
}

// date is a date during parsing.
type date struct {
	country           string
	year, month, day  int
	hour, minute      int
	second, nano      int
	offset            int // seconds east of UTC
	zoned             bool
	hasYear, hasClock bool
}

// time assembles the parts, if they are an existing day and time.
func (d *date) time() (time.Time, bool) {
	if d.month < 1 || d.month > 12 || d.day < 1 || d.hour > 24 || d.minute > 59 || d.second > 60 || d.year < 1 ||
		d.year > 9999 {
		return time.Time{}, false
	}
	if d.hour == 24 && (d.minute > 0 || d.second > 0) {
		return time.Time{}, false
	}
	midnight := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	if midnight.Day() != d.day {
		return time.Time{}, false
	}
	if !d.zoned {
		d.offset = offsetOf(d.country)
	}
	t := midnight.Add(time.Duration(d.hour)*time.Hour + time.Duration(d.minute)*time.Minute +
		time.Duration(d.second)*time.Second +
		time.Duration(d.nano) - time.Duration(d.offset)*time.Second)
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

// westernDigits converts Arabic and Persian digits to 0 to 9.
func westernDigits(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return strings.Map(func(r rune) rune {
				switch {
				case '٠' <= r && r <= '٩':
					return '0' + r - '٠'
				case '۰' <= r && r <= '۹':
					return '0' + r - '۰'
				case r == '\u00a0' || r == '\u202f' || r == '،':
					return ' '
				case r == '\u200e' || r == '\u200f' || r == '\ufeff':
					return -1
				}
				return r
			}, s)
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

// numeric parses dates beginning with a year: RFC 3339, W3CDTF, ISO 8601 with and without hyphens, 2026/1/31.
func (d *date) numeric(s string) bool {
	n, rest, digits := number(s, 8)
	switch digits {
	case 8:
		d.year, d.month, d.day = n/10000, n/100%100, n%100
		return d.clockAfter(rest)
	case 4:
		d.year = n
	default:
		return false
	}
	d.month, d.day = 1, 1
	if rest == "" {
		return d.year > 1900
	}
	separator := rest[0]
	if separator != '-' && separator != '/' && separator != '.' {
		return false
	}
	rest = rest[1:]
	if day, after, digits := number(rest, 3); digits == 3 && separator == '-' { // an ordinal date
		t := time.Date(d.year, 1, day, 0, 0, 0, 0, time.UTC)
		if day < 1 || t.Year() != d.year {
			return false
		}
		d.month, d.day = int(t.Month()), t.Day()
		return d.clockAfter(after)
	}
	if d.month, rest, digits = number(rest, 2); digits == 0 {
		return false
	}
	if rest == "" || rest[0] != separator {
		return d.clockAfter(rest)
	}
	if d.day, rest, digits = number(rest[1:], 2); digits == 0 {
		return false
	}
	return d.clockAfter(rest)
}

// clockAfter parses the time of day and the zone after a numeric day.
func (d *date) clockAfter(s string) bool {
	s = strings.TrimLeft(s, " Tt,")
	if s == "" {
		return true
	}
	if rest, ok := d.clock(s); ok {
		s = rest
	} else if d.compactClock(&s); s == "" {
		return true
	}
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		word, rest, _ := strings.Cut(s, " ")
		if !d.afternoon(word) && !d.zone(word) {
			return false
		}
		s = rest
	}
	return true
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

// clock parses h:mm, hh:mm:ss or hh:mm:ss.fff at the beginning of s.
func (d *date) clock(s string) (rest string, ok bool) {
	hour, rest, digits := number(s, 2)
	if digits == 0 || rest == "" || rest[0] != ':' || d.hasClock {
		return s, false
	}
	minute, rest, digits := number(rest[1:], 2)
	if digits == 0 {
		return s, false
	}
	second := 0
	if strings.HasPrefix(rest, ":") {
		if second, rest, digits = number(rest[1:], 2); digits == 0 {
			return s, false
		}
	}
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && rest[1] >= '0' && rest[1] <= '9' {
		fraction, after, digits := number(rest[1:], 9)
		for range 9 - digits {
			fraction *= 10
		}
		for after != "" && after[0] >= '0' && after[0] <= '9' {
			after = after[1:]
		}
		d.nano, rest = fraction, after
	}
	d.hour, d.minute, d.second, d.hasClock = hour, minute, second, true
	return rest, true
}

// afternoon parses AM and PM.
func (d *date) afternoon(word string) bool {
	switch strings.ToUpper(strings.ReplaceAll(word, ".", "")) {
	case "AM":
		if d.hour == 12 {
			d.hour = 0
		}
	case "PM":
		if d.hour < 12 {
			d.hour += 12
		}
	default:
		return false
	}
	return d.hasClock
}

// worded parses dates with the name of a month, in any order, and dates of numbers beginning with the day.
func (d *date) worded(s string) bool {
	if day, rest, ok := strings.Cut(s, ","); ok && monthOf(day) == 0 && !strings.ContainsAny(day, "0123456789 ") {
		s = rest // the day of the week, in any language
	}
	s = strings.NewReplacer(",", " ", "(", " ", ")", " ", "|", " ", ";", " ").Replace(s)
	words := strings.Fields(s)
	if len(words) > 12 {
		return false
	}
	for i := 0; i < len(words); i++ {
		if !d.word(words[i], i > 0 && d.hasClock) {
			return false
		}
	}
	return d.month > 0 && d.day > 0 && d.hasYear
}

// word processes one word of a date: a day, month, year, time, zone, or a word without meaning.
func (d *date) word(w string, late bool) bool {
	if rest, ok := d.clock(w); ok {
		return rest == "" || d.afternoon(rest) || d.zone(rest)
	}
	if m := monthOf(w); m > 0 && d.month < 0 {
		d.month = m
		return true
	}
	if n, rest, digits := number(w, 4); digits > 0 {
		switch {
		case rest == "" && digits == 4 && d.hasYear && !d.hasClock:
			d.hour, d.minute, d.hasClock = n/100, n%100, true
			return true
		case rest == "":
			return d.plainNumber(n, digits)
		case digits <= 2 && ordinal[lower(rest)] && d.day < 0:
			d.day = n
			return true
		case rest[0] == '-' || rest[0] == '/' || rest[0] == '.':
			return d.joined(w)
		}
		return false
	}
	if weekdays[lower(strings.TrimSuffix(w, "."))] || lower(w) == "at" || lower(w) == "of" || w == "-" ||
		lower(w) == "on" {
		return true
	}
	return d.afternoon(w) || d.zone(w)
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
	case d.hasYear && digits <= 2 && d.day < 0:
		d.day = n
	default:
		return false
	}
	return true
}

// joined parses 31-Jan-2026, 31/01/2026 and 31.01.2026. The day comes first, as in South Asia and Europe,
// unless only the second number can be a day. It fails if neither number can be a month.
func (d *date) joined(w string) bool {
	parts := strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 || d.day > 0 || d.hasYear {
		return false
	}
	day, rest, _ := number(parts[0], 2)
	if rest != "" {
		return false
	}
	year, rest, digits := number(parts[2], 4)
	if rest != "" || digits != 2 && digits != 4 {
		return false
	}
	if digits == 2 {
		year = century(year)
	}
	month := monthOf(parts[1])
	if month == 0 {
		if month, rest, _ = number(parts[1], 2); rest != "" {
			return false
		}
		if month > 12 && day <= 12 {
			month, day = day, month
		}
	}
	d.day, d.month, d.year, d.hasYear = day, month, year, true
	return true
}

// century completes a year of two digits (RFC 2822 §4.3).
func century(n int) int {
	if n < 50 {
		return 2000 + n
	}
	return 1900 + n
}

// monthOf returns the number of the month named by a word, in English or Urdu; 0 if there is none.
func monthOf(w string) int {
	w = strings.TrimSuffix(lower(w), ".")
	if n, ok := months[w]; ok {
		return n
	}
	if len(w) > 3 && w[0] < 0x80 { // "Janry", "Sept": the first three letters decide
		for name, n := range months {
			if len(name) > len(w) && strings.HasPrefix(name, w) {
				return n
			}
		}
	}
	return 0
}
