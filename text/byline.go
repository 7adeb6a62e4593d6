package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"oped"
)

// maxSlug is the largest length of a slug in bytes: it becomes the name of a folder.
const maxSlug = 96

// Slug returns a name as a part of an address: the folded name, its words joined by "-", with letters and
// digits only. Names that differ only in case, marks, dots, spaces or Urdu variants of letters have the same
// slug: "A. B. Khan" and "AB Khan". Slug returns "" if nothing is left, or if the slug is longer than 96 bytes.
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
		if r == '\'' || r == '`' || r == 'ʼ' || unicode.In(r, unicode.Mn, unicode.Me) {
			return -1 // O'Brien is one word, and an address has no marks
		}
		return r
	}, Fold(name))
	for _, w := range strings.FieldsFunc(unquoted, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
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

// AuthorSlug returns the slug of an author's name as given by a paper. It returns "" if the name is no
// person's: the paper itself, an agency, a desk, an address.
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

// isDomain reports whether a name is the address of a site: dawn.com.
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

// noPerson are bylines that name no person.
var noPerson = map[string]bool{
	"": true, "editorial": true, "editor": true, "editors": true, "the-editor": true, "editorials": true,
	"opinion": true, "op-ed": true, "oped": true, "staff": true, "admin": true, "administrator": true,
	"webmaster": true,
	"reuters":   true, "afp": true, "ap": true, "app": true, "associated-press": true, "the-associated-press": true,
	"agence-france-presse": true, "bloomberg": true, "ani": true, "pti": true, "ians": true, "xinhua": true,
	"dpa": true, "inp": true, "nni": true, "online": true, "news": true, "web": true, "webdesk": true, "newsdesk": true,
	"guest": true, "guest-author": true, "contributor": true, "contributors": true, "columnist": true,
	"anonymous": true, "unknown": true, "letters": true, "letters-to-the-editor": true, "newspaper": true,
	"press-release": true, "na": true, "none": true,
	"اداریہ": true, "اداریا": true, "ادارہ": true, "ایڈیٹر": true, "ایڈیٹوریل": true, "نیوز": true, "رایٹرز": true,
	"مہمان": true,
}

// lastWords end the bylines of parts of a paper: News Desk, Our Correspondent, Editorial Board.
var lastWords = map[string]bool{
	"desk": true, "team": true, "staff": true, "bureau": true, "board": true, "correspondent": true,
	"correspondents": true, "reporter": true, "reporters": true, "report": true, "agencies": true, "agency": true,
	"writer": true, "writers": true, "editorial": true, "editors": true, "monitoring": true, "service": true,
	"newsroom": true,
	"ڈیسک":     true, "نگار": true, "رپورٹر": true, "رپورٹ": true, "ٹیم": true, "بیورو": true, "بورڈ": true,
}

// Names returns the names in a byline, at most oped.MaxPeople. "A. Khan and B. Ali" are two, since each has a
// first and a last name.
func Names(byline string) []string {
	names, _ := split(byline, oped.MaxPeople)
	return names
}

// Bylines returns the names in the bylines of an entry, at most oped.MaxPeople.
func Bylines(authors []oped.Person) (all []string) {
	for _, a := range authors {
		some, _ := split(a.Name, oped.MaxPeople-len(all))
		all = append(all, some...)
	}
	return all
}

// FirstPeople returns the first authors of an entry, up to oped.MaxPeople names, the last byline cut off after
// its last name. whole reports whether these are all authors.
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

// ClipByline returns the beginning of a byline, at most n bytes. Of a byline with several names it keeps whole
// names only.
func ClipByline(byline string, n int) string {
	if len(byline) <= n {
		return byline
	}
	byline = Clip(byline, n)
	end := -1
	for _, sep := range nameSeparators {
		end = max(end, strings.LastIndex(byline, sep))
	}
	if end > 0 {
		byline = byline[:end]
	}
	return byline
}

// nameSeparators are the separators of the names in a byline.
var nameSeparators = []string{" and ", " & ", " اور "}

// split returns the first n names in a byline, and the end of the last of them.
func split(byline string, n int) (some []string, end int) {
	if n <= 0 {
		return nil, 0
	}
	parts := []string{byline}
	for _, sep := range nameSeparators {
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

// separator returns the length of the separator at the beginning of s; 0 if there is none.
func separator(s string) int {
	for _, sep := range nameSeparators {
		if strings.HasPrefix(s, sep) {
			return len(sep)
		}
	}
	return 0
}

func twoWords(s string) bool { return strings.ContainsFunc(s, unicode.IsSpace) }
