package publish

import (
	"strings"
	"unicode"
	"unicode/utf8"

	bcp47 "golang.org/x/text/language"

	"oped"
	"oped/text"
)

// languageTag matches a language tag (RFC 5646 §2.1), except private and grandfathered ones.
var languageTag = text.Pattern(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

// language returns the first valid language of the tags, or "". Meaningless subtags are dropped.
func language(tags ...string) string {
	for _, t := range tags {
		t = strings.ReplaceAll(strings.TrimSpace(t), "_", "-")
		if !languageTag().MatchString(t) {
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

// rightToLeft holds the languages usually written from right to left.
var rightToLeft = map[string]bool{
	"ar": true, "fa": true, "ur": true, "ps": true, "sd": true, "ckb": true, "ug": true, "he": true, "yi": true,
	"dv": true, "ks": true, "pnb": true,
}

// Direction returns the value of a dir attribute, "rtl" or "ltr". The letters decide, since newspapers
// often leave the language of their software in their feeds. Without letters, the language decides.
func Direction(lang, sample string) string {
	rtl, ltr := 0, 0
	for _, r := range sample {
		switch {
		case r < utf8.RuneSelf:
			if lower := r | 0x20; 'a' <= lower && lower <= 'z' {
				ltr++
			}
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
