package config

import (
	"fmt"
	"strings"

	"oped"
	"oped/text"
)

// languageForm matches a language tag (RFC 5646 §2.1). A tag is a primary subtag of two or three letters, followed
// by optional extended subtags, a script, a region, variants, extensions and private subtags; or private subtags
// only; or one of the irregular tags older than this form. No longer primary subtag is registered.
var languageForm = text.Pattern(
	`^(?i:[a-z]{2,3}(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?` +
		`(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?` +
		`|x(?:-[a-z0-9]{1,8})+|i-[a-z]{2,8}|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de))$`,
)

// isLanguage reports whether a text has the form of a language tag (BCP 47). It does not look up the registry.
func isLanguage(tag string) bool { return languageForm().MatchString(tag) }

// language checks that a value is a language tag or empty.
func (b *builder) language(t textValue, of string) {
	if t.value != "" && !isLanguage(t.value) {
		hint := "write a tag of BCP 47, such as en, ur, en-GB or zh-Hans"
		if fixed := strings.ReplaceAll(strings.TrimSpace(t.value), "_", "-"); isLanguage(fixed) {
			hint = "write " + fixed
		}
		b.report(t.pos, fmt.Sprintf("%s: %q is not a language tag", of, t.value), hint)
	}
}

// primary returns the primary subtags of language tags. Editions select pieces by these.
func primary(tags []textValue) (langs []string) {
	for _, t := range tags {
		langs = append(langs, oped.PrimaryLang(t.value))
	}
	return langs
}
