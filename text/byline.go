package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSlug is how many bytes a slug has at most: it becomes the name of a folder.
const maxSlug = 96

// Slug is a name as a part of an address: the folded name, its words joined by "-", with letters and digits only. Names that differ in case, marks,
// dots, spaces or Urdu variants of letters have one slug: "A. B. Khan" and "AB Khan". "" if nothing is left, or it is longer than a name is.
func Slug(name string) string {
	var words []string
	var initials strings.Builder
	flush := func() {
		if initials.Len() > 0 {
			words = append(words, initials.String())
			initials.Reset()
		}
	}
	unquoted := strings.Map(func(r rune) rune {
		if r == '\'' || r == '`' || r == 'ʼ' {
			return -1 // O'Brien is one word
		}
		return r
	}, Fold(name))
	for _, w := range strings.FieldsFunc(unquoted, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if utf8.RuneCountInString(w) == 1 {
			initials.WriteString(w)
			continue
		}
		flush()
		words = append(words, w)
	}
	flush()
	slug := strings.Join(words, "-")
	if len(slug) > maxSlug {
		return ""
	}
	return slug
}

// AuthorSlug is the slug of an author's name as a paper gives it; "" if it names no person: the paper itself, an agency, a desk, an address.
func AuthorSlug(name string, papers ...string) string {
	name = strings.TrimSpace(name)
	if strings.ContainsAny(name, "@/<>") || isDomain(name) {
		return ""
	}
	slug := Slug(name)
	slug = strings.TrimPrefix(strings.TrimPrefix(slug, "by-"), "از-")
	words := strings.Split(slug, "-")
	if noPerson[slug] || lastWords[words[len(words)-1]] || !strings.ContainsFunc(slug, unicode.IsLetter) {
		return ""
	}
	bare := strings.TrimPrefix(slug, "the-")
	for _, paper := range papers {
		if own := strings.TrimPrefix(Slug(paper), "the-"); own != "" && own == bare {
			return ""
		}
	}
	return slug
}

// isDomain tells a name that is the address of a site: dawn.com.
func isDomain(name string) bool {
	i := strings.LastIndexByte(name, '.')
	if i <= 2 || strings.ContainsAny(name, " \t") {
		return false
	}
	switch strings.ToLower(name[i+1:]) {
	case "com", "net", "org", "pk", "in", "tv", "info", "co", "uk":
		return true
	}
	return false
}

// noPerson are bylines that name nobody.
var noPerson = map[string]bool{
	"": true, "editorial": true, "editor": true, "editors": true, "the-editor": true, "editorials": true, "opinion": true, "op-ed": true, "oped": true, "staff": true, "admin": true, "administrator": true, "webmaster": true,
	"reuters": true, "afp": true, "ap": true, "app": true, "associated-press": true, "the-associated-press": true, "agence-france-presse": true, "bloomberg": true, "ani": true, "pti": true, "ians": true, "xinhua": true,
	"dpa": true, "inp": true, "nni": true, "online": true, "news": true, "web": true, "webdesk": true, "newsdesk": true, "guest": true, "guest-author": true, "contributor": true, "contributors": true, "columnist": true,
	"anonymous": true, "unknown": true, "letters": true, "letters-to-the-editor": true, "newspaper": true, "press-release": true, "na": true, "none": true,
	"اداریہ": true, "اداریا": true, "ادارہ": true, "ایڈیٹر": true, "ایڈیٹوریل": true, "نیوز": true, "رایٹرز": true, "مہمان": true,
}

// lastWords end bylines that name a part of a paper: News Desk, Our Correspondent, Editorial Board.
var lastWords = map[string]bool{
	"desk": true, "team": true, "staff": true, "bureau": true, "board": true, "correspondent": true, "correspondents": true, "reporter": true, "reporters": true, "report": true, "agencies": true, "agency": true,
	"writer": true, "writers": true, "editorial": true, "editors": true, "monitoring": true, "service": true, "newsroom": true,
	"ڈیسک": true, "نگار": true, "رپورٹر": true, "رپورٹ": true, "ٹیم": true, "بیورو": true, "بورڈ": true,
}

// Names are the names in a byline: "A. Khan and B. Ali" are two, where each has a first and a last name.
func Names(byline string) []string {
	parts := []string{byline}
	for _, between := range []string{" and ", " & ", " اور "} {
		var more []string
		for _, p := range parts {
			more = append(more, strings.Split(p, between)...)
		}
		parts = more
	}
	for i, p := range parts {
		if parts[i] = strings.TrimSpace(p); len(strings.Fields(p)) < 2 {
			return []string{byline}
		}
	}
	return parts
}
