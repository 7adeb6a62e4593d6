package publish

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	bcp47 "golang.org/x/text/language"

	"oped"
)

// words are what we say ourselves, in one language.
type words struct {
	lang      string
	months    [12]string
	fewer     [12]string // the same, shorter where people write them so
	alsoIn    string
	untitled  string
	subscribe string
	all       string // the way back to the index
	one       string // piece
	count     string // of pieces, with %d
	newest    string // what of them is shown, with %d twice: shown, all
	changed   string
	nothing   string
	belongs   string
	whyHere   string // what leads from a piece to its page
	piece     pieceWords
	site      siteWords
}

var english = words{
	lang: "en",
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		"November", "December"},
	fewer:  [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	alsoIn: "also in:", untitled: "(untitled)", subscribe: "Subscribe", all: "All editions", one: "1 piece", count: "%d pieces",
	newest: "The newest %d of %d pieces", changed: "last changed", nothing: "Nothing stands here yet.",
	belongs: "Every piece belongs to its author and publisher; the title leads to the original.", whyHere: "why here?",
	piece: englishPiece, site: englishSite,
}

// urduMonths have no shorter form.
var urduMonths = [12]string{"جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر"}

var urdu = words{
	lang: "ur", months: urduMonths, fewer: urduMonths,
	alsoIn: "یہاں بھی شائع:", untitled: "(بلا عنوان)", subscribe: "فیڈ کا پتا", all: "تمام ایڈیشن", one: "مضامین: 1", count: "مضامین: %d",
	newest: "تازہ ترین مضامین: %d (کل %d)", changed: "آخری تبدیلی", nothing: "ابھی یہاں کچھ نہیں ہے۔",
	belongs: "ہر مضمون اپنے مصنف اور ناشر کی ملکیت ہے؛ عنوان اصل مضمون تک لے جاتا ہے۔", whyHere: "یہاں کیوں؟",
	piece: urduPiece, site: urduSite,
}

// wordsIn gives the words of a language, English if we do not speak it.
func wordsIn(lang string) *words {
	if oped.PrimaryLang(lang) == "ur" {
		return &urdu
	}
	return &english
}

// date is a day as people write it, in UTC, so that it depends on nothing but the time itself.
func (w *words) date(t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("%d %s %d", t.Day(), w.months[t.Month()-1], t.Year())
}

// short is a day in a few letters, beside another one: with its year only where that is another year.
func (w *words) short(t, beside time.Time) string {
	t = t.UTC()
	s := fmt.Sprintf("%d %s", t.Day(), w.fewer[t.Month()-1])
	if t.Year() != beside.UTC().Year() {
		s += fmt.Sprintf(" %d", t.Year())
	}
	return s
}

// languageTag is the form of a language tag (RFC 5646 §2.1), but for private and grandfathered ones.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

// language is the first of the tags that names a language there is; "" if none does. What follows the language is left out where it
// means nothing.
func language(tags ...string) string {
	for _, t := range tags {
		t = strings.ReplaceAll(strings.TrimSpace(t), "_", "-")
		if !languageTag.MatchString(t) {
			continue
		}
		if _, err := bcp47.Parse(t); err == nil {
			return t
		}
		first, _, _ := strings.Cut(t, "-")
		if _, err := bcp47.ParseBase(first); err == nil {
			return first
		}
	}
	return ""
}

// rightToLeft are the languages that are usually written so.
var rightToLeft = map[string]bool{
	"ar": true, "fa": true, "ur": true, "ps": true, "sd": true, "ckb": true, "ug": true, "he": true, "yi": true, "dv": true, "ks": true, "pnb": true,
}

// direction is the value of a dir attribute, "rtl" or "ltr". The letters themselves tell, since newspapers often leave the
// language of their software in their feeds; where there are none, the language does.
func direction(lang, sample string) string {
	rtl, ltr := 0, 0
	for _, r := range sample {
		switch {
		case unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Thaana, unicode.Syriac):
			rtl++
		case unicode.IsLetter(r):
			ltr++
		}
	}
	if rtl > ltr || rtl == 0 && ltr == 0 && rightToLeft[oped.PrimaryLang(lang)] {
		return "rtl"
	}
	return "ltr"
}
