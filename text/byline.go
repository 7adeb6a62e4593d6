package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"oped"
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

// Names are the names in a byline, at most oped.MaxPeople: "A. Khan and B. Ali" are two, where each has a first and a
// last name.
func Names(byline string) []string {
	names, _ := split(byline, oped.MaxPeople)
	return names
}

// Bylines are the names in the bylines of an entry, at most oped.MaxPeople.
func Bylines(authors []oped.Person) (all []string) {
	for _, a := range authors {
		some, _ := split(a.Name, oped.MaxPeople-len(all))
		all = append(all, some...)
	}
	return all
}

// FirstPeople is as many of the authors of an entry as name oped.MaxPeople people, the last byline cut behind its last
// name. whole reports whether that is all of them.
func FirstPeople(authors []oped.Person) (kept []oped.Person, whole bool) {
	left := oped.MaxPeople
	for i, a := range authors {
		some, end := split(a.Name, left)
		if len(some) == 0 {
			return authors[:i:i], false
		}
		if left -= len(some); end < len(a.Name) {
			kept = append(authors[:i:i], a)
			kept[i].Name = strings.TrimSpace(a.Name[:end])
			return kept, false
		}
	}
	return authors, true
}

// ClipByline is the beginning of a byline, at most n bytes, that ends with a whole name where it names several.
func ClipByline(byline string, n int) string {
	if len(byline) <= n {
		return byline
	}
	byline = Clip(byline, n)
	end := -1
	for _, sep := range between {
		end = max(end, strings.LastIndex(byline, sep))
	}
	if end > 0 {
		byline = byline[:end]
	}
	return byline
}

// between are what parts the names in a byline.
var between = []string{" and ", " & ", " اور "}

// split gives the first n names in a byline, and where the last of them ends.
func split(byline string, n int) (some []string, end int) {
	if n <= 0 {
		return nil, 0
	}
	parts := []string{byline}
	for _, sep := range between {
		var more []string
		for _, p := range parts {
			more = append(more, strings.Split(p, sep)...)
		}
		parts = more
	}
	end = len(byline)
	if len(parts) > n {
		end = 0
	}
	for i, p := range parts {
		if end < len(byline) && i < n {
			if i > 0 {
				end += separator(byline[end:])
			}
			end += len(p)
		}
		if parts[i] = strings.TrimSpace(p); !twoWords(parts[i]) {
			return []string{byline}, len(byline)
		}
	}
	return parts[:min(len(parts), n):len(parts)], end
}

// separator is how long the separator is that s begins with.
func separator(s string) int {
	for _, sep := range between {
		if strings.HasPrefix(s, sep) {
			return len(sep)
		}
	}
	return 0
}

func twoWords(s string) bool { return strings.ContainsFunc(s, unicode.IsSpace) }
