package page

import (
	_ "embed"
	"html/template"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
	"golang.org/x/text/number"

	"oped"
)

// urdu has one message per line: its English text, which is the key, and its Urdu text.
//
//go:embed ur.tsv
var urdu string

// Words holds our own messages in English and Urdu. It is safe for concurrent use.
type Words struct{ english, urdu catalogue }

// catalogue holds the messages of one language.
type catalogue struct {
	*message.Printer
	plain map[string]string // messages without arguments, by key
}

// NewWords parses the catalogs.
func NewWords() *Words {
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	var keys []string
	for line := range strings.Lines(urdu) {
		key, translation, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		must(b.SetString(language.Urdu, key, translation))
		keys = append(keys, key)
	}
	pieces := plural.Selectf(1, "%d", plural.One, "%d piece", plural.Other, "%d pieces")
	must(b.Set(language.English, "%d pieces", pieces))
	// These are errors, shown as sentences.
	must(b.SetString(language.English, "no such page of results", "No such page of results."))
	must(b.SetString(
		language.English, "a query may have at most 500 characters", "A query may have at most 500 characters.",
	))
	// These have the same English text as another message.
	must(b.SetString(language.English, "the news", "news"))
	must(b.SetString(language.English, "example on the topic", "on the topic"))
	in := func(lang language.Tag) catalogue {
		c := catalogue{message.NewPrinter(lang, message.Catalog(b)), map[string]string{}}
		for _, key := range keys {
			if !strings.Contains(key, "%") {
				c.plain[key] = c.Sprintf(key)
			}
		}
		return c
	}
	return &Words{in(language.English), in(language.Urdu)}
}

// must panics on an error in our own catalogs or templates.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Spoken returns the language of a page's own words for a text in lang: Urdu, or English for every other language.
func Spoken(lang string) string {
	if oped.PrimaryLang(lang) == "ur" {
		return "ur"
	}
	return "en"
}

// Say returns a message without arguments. An unknown one stays English.
func (w *Words) Say(lang, key string) string {
	if said, ok := w.in(lang).plain[key]; ok {
		return said
	}
	return key
}

// Sayf returns a message with arguments. Numbers have no separators.
func (w *Words) Sayf(lang, key string, args ...any) string {
	for i, a := range args {
		if n, ok := a.(int); ok {
			args[i] = number.Decimal(n, number.NoSeparator())
		}
	}
	return w.in(lang).Sprintf(key, args...)
}

func (w *Words) in(lang string) *catalogue {
	if Spoken(lang) == "ur" {
		return &w.urdu
	}
	return &w.english
}

// Date formats a day for people, in UTC, so that it depends on nothing but the time.
func (w *Words) Date(lang string, t time.Time) string {
	t = t.UTC()
	return strconv.Itoa(t.Day()) + " " + w.Month(lang, t)
}

// dayName names a day: Today, Yesterday, or its weekday and date, with the year only if it is not that of today.
func (w *Words) dayName(lang string, day, today time.Time) string {
	switch today.Sub(day) {
	case 0:
		return w.Say(lang, "Today")
	case 24 * time.Hour:
		return w.Say(lang, "Yesterday")
	}
	date := w.Date(lang, day)
	if day.Year() == today.Year() {
		date = strconv.Itoa(day.Day()) + " " + w.Say(lang, day.Month().String())
	}
	return w.Sayf(lang, "%s, %s", w.Say(lang, day.Weekday().String()), date)
}

// Month formats a month with its year.
func (w *Words) Month(lang string, t time.Time) string {
	t = t.UTC()
	return w.Say(lang, t.Month().String()) + " " + strconv.Itoa(t.Year())
}

// Short formats a day briefly. It includes the year only if it differs from the year of beside.
func (w *Words) Short(lang string, t, beside time.Time) string {
	t = t.UTC()
	s := strconv.Itoa(t.Day()) + " " + w.Say(lang, t.Month().String()[:3])
	if t.Year() != beside.UTC().Year() {
		s += " " + strconv.Itoa(t.Year())
	}
	return s
}

// Comma returns the separator of names in a list, for a direction of text.
func Comma(dir string) string {
	if dir == "rtl" {
		return "، "
	}
	return ", "
}

// day formats a day as an HTML element.
func (w *Words) day(lang string, t time.Time) template.HTML { return timeElement(t, w.Date(lang, t)) }

// hour returns an HTML element for a time of a day with its text, of ours.
func hour(t time.Time, text string) template.HTML {
	return template.HTML(`<time datetime="` + t.Format("2006-01-02T15:04") + `">` + text + `</time>`)
}

func (w *Words) short(lang string, t, beside time.Time) template.HTML {
	return timeElement(t, w.Short(lang, t, beside))
}

func timeElement(t time.Time, text string) template.HTML {
	return template.HTML(`<time datetime="` + t.UTC().Format(time.DateOnly) + `">` + text + `</time>`)
}

// count returns the number of pieces and, if not all are shown, of shown ones.
func (w *Words) count(lang string, shown, all int) string {
	if 0 < shown && shown < all {
		return w.Sayf(lang, "The newest %d of %d pieces", shown, all)
	}
	return w.Sayf(lang, "%d pieces", shown)
}

// functions returns the functions available to templates.
func (w *Words) functions() template.FuncMap {
	return template.FuncMap{
		"say": w.Say, "sayf": w.Sayf, "date": w.Date, "day": w.day, "hour": hour, "short": w.short, "count": w.count,
		"comma": Comma, "ours": func(s string) template.HTML { return template.HTML(s) },
		"kind": w.Kind, "language": w.Language, "outcome": w.outcome, "textKind": w.textKind,
		"dateline": w.dateline, "differing": differing, "isolate": isolate, "ris": risURL,
		"maker": func(version string) string { return strings.TrimSpace("oped " + version) },
		"spark": w.spark, "stack": w.stack, "swatch": swatch, "share": share, "percent": percent, "rhythm": w.rhythm,
	}
}
