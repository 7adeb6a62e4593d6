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

// urdu has a message a line: in English, which is its key, and in Urdu.
//
//go:embed ur.tsv
var urdu string

// Words are what we say ourselves, in the languages that we speak: English and Urdu. Several goroutines may use them.
type Words struct{ english, urdu catalogue }

// catalogue has the messages of one language.
type catalogue struct {
	*message.Printer
	plain map[string]string // those without arguments, by key
}

// NewWords reads the catalogs.
func NewWords() *Words {
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	var keys []string
	for line := range strings.Lines(urdu) {
		key, said, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		must(b.SetString(language.Urdu, key, said))
		keys = append(keys, key)
	}
	pieces := plural.Selectf(1, "%d", plural.One, "%d piece", plural.Other, "%d pieces")
	must(b.Set(language.English, "%d pieces", pieces))
	// These say the same in English as another message does.
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

// must ends the program for a catalog of ours that cannot be read.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Spoken is the language in which a page says its own words beside a text in another language: English if we do not
// speak that.
func Spoken(lang string) string {
	if oped.PrimaryLang(lang) == "ur" {
		return "ur"
	}
	return "en"
}

// Say gives a message without arguments.
func (w *Words) Say(lang, key string) string {
	c := w.in(lang)
	if said, ok := c.plain[key]; ok {
		return said
	}
	return c.Sprintf(key)
}

// Sayf gives a message with arguments. Numbers have no separators.
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

// Date is a day as people write it, in UTC, so that it depends on nothing but the time itself.
func (w *Words) Date(lang string, t time.Time) string {
	t = t.UTC()
	return strconv.Itoa(t.Day()) + " " + w.Month(lang, t)
}

// Month is a month of a year.
func (w *Words) Month(lang string, t time.Time) string {
	t = t.UTC()
	return w.Say(lang, t.Month().String()) + " " + strconv.Itoa(t.Year())
}

// Short is a day in a few letters, beside another one: with its year only where that is another year.
func (w *Words) Short(lang string, t, beside time.Time) string {
	t = t.UTC()
	s := strconv.Itoa(t.Day()) + " " + w.Say(lang, t.Month().String()[:3])
	if t.Year() != beside.UTC().Year() {
		s += " " + strconv.Itoa(t.Year())
	}
	return s
}

// Comma is what is between the names in a list, by the direction of the text.
func Comma(dir string) string {
	if dir == "rtl" {
		return "، "
	}
	return ", "
}

// day is a day as an element of a page.
func (w *Words) day(lang string, t time.Time) template.HTML { return timeElement(t, w.Date(lang, t)) }

func (w *Words) short(lang string, t, beside time.Time) template.HTML {
	return timeElement(t, w.Short(lang, t, beside))
}

func timeElement(t time.Time, said string) template.HTML {
	return template.HTML(`<time datetime="` + t.UTC().Format(time.DateOnly) + `">` + said + `</time>`)
}

// count says how many pieces there are, and how many of them are shown.
func (w *Words) count(lang string, shown, all int) string {
	if 0 < shown && shown < all {
		return w.Sayf(lang, "The newest %d of %d pieces", shown, all)
	}
	return w.Sayf(lang, "%d pieces", shown)
}

// functions are what templates call.
func (w *Words) functions() template.FuncMap {
	return template.FuncMap{
		"say": w.Say, "sayf": w.Sayf, "date": w.Date, "day": w.day, "short": w.short, "count": w.count, "comma": Comma,
		"kind": w.Kind, "language": w.Language, "outcome": w.outcome, "textKind": w.textKind,
	}
}
