package config

import (
	"fmt"
	"regexp"
	"strings"

	"oped"
)

// languageForm is what a language tag looks like (RFC 5646 §2.1): a primary subtag of two or three letters, then perhaps extended ones, a script, a region, variants,
// extensions and what is private; or all of it private; or one of those that are older than the form. A longer primary subtag is registered nowhere.
var languageForm = regexp.MustCompile(`^(?i:[a-z]{2,3}(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?` +
	`|x(?:-[a-z0-9]{1,8})+|i-[a-z]{2,8}|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de))$`)

// isLanguage tells whether a text may be a language tag (BCP 47). Whether it is registered is not looked up.
func isLanguage(tag string) bool { return languageForm.MatchString(tag) }

// language wants a value to be a language tag, if it says anything.
func (b *builder) language(t textValue, of string) {
	if t.value != "" && !isLanguage(t.value) {
		hint := "write a tag of BCP 47, such as en, ur, en-GB or zh-Hans"
		if mended := strings.ReplaceAll(strings.TrimSpace(t.value), "_", "-"); isLanguage(mended) {
			hint = "write " + mended
		}
		b.wrong(t.pos, fmt.Sprintf("%s: %q is no language tag", of, t.value), hint)
	}
}

// primary are the primary subtags of language tags, by which pieces are told apart.
func primary(tags []textValue) (langs []string) {
	for _, t := range tags {
		langs = append(langs, oped.PrimaryLang(t.value))
	}
	return langs
}
