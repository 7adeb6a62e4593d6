package page

import (
	"html/template"
	"strings"
	"unicode"

	"oped"
)

// differing returns the attributes of an element whose text has another language or direction than the element around
// it. A variety of English is no other language.
func differing(lang, dir, aroundLang, aroundDir string) template.HTMLAttr {
	english := oped.PrimaryLang(lang) == "en" && oped.PrimaryLang(aroundLang) == "en"
	if dir == aroundDir && (lang == "" || lang == aroundLang || english) {
		return ""
	}
	attributes := ` dir="` + dir + `"`
	if lang != "" {
		attributes = ` lang="` + template.HTMLEscapeString(lang) + `"` + attributes
	}
	return template.HTMLAttr(attributes)
}

// isolate returns a name within a text of a direction. Letters of the other direction would move its surroundings.
func isolate(dir, name string) template.HTML {
	escaped := template.HTMLEscapeString(name)
	differs := func(r rune) bool { return unicode.IsLetter(r) && isRightToLeft(r) != (dir == "rtl") }
	if strings.ContainsFunc(name, differs) {
		escaped = "<bdi>" + escaped + "</bdi>"
	}
	return template.HTML(escaped)
}

func isRightToLeft(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Thaana, unicode.Syriac)
}
