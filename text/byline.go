package text

import (
	"cmp"
	"slices"
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
		if r == '\'' || r == '`' || r == 'ʼ' || r >= utf8.RuneSelf && unicode.In(r, unicode.Mn, unicode.Me) {
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
		if start, ok := strings.CutSuffix(w, "σ"); ok {
			w = start + "ς" // as in the addresses of release 0.1
		}
		words = append(words, w)
	}
	flush()
	slug := strings.Join(words, "-")
	if len(slug) > maxSlug {
		return ""
	}
	return slug
}

// AuthorSlug returns the slug of an author's name as given by a paper, without titles and descriptions: "Dr Jane Mill"
// and "Jane Mill, Professor of Law" are one person. It returns "" if the name is no person's: the paper itself, an
// agency, a desk, an address.
func AuthorSlug(name string, papers ...string) string { return nameSlug(personIn(name), papers...) }

// AuthorSlugs returns the [AuthorSlug] of a name, then the slug of the whole name if that is another one. Release 0.1
// made pages and editions under the latter; they stay.
func AuthorSlugs(name string, papers ...string) (slugs []string) {
	for _, slug := range []string{AuthorSlug(name, papers...), nameSlug(name, papers...)} {
		if slug != "" && !slices.Contains(slugs, slug) {
			slugs = append(slugs, slug)
		}
	}
	return slugs
}

// nameSlug returns the slug of a name, "" for no person's.
func nameSlug(name string, papers ...string) string {
	name = strings.TrimSpace(name)
	if strings.ContainsAny(name, "@/<>") || isDomain(name) {
		return ""
	}
	slug := Slug(name)
	slug = strings.TrimPrefix(strings.TrimPrefix(slug, "by-"), "از-")
	words := strings.Split(slug, "-")
	if noPerson[slug] || nobody[slug] || lastWords[words[len(words)-1]] || !strings.ContainsFunc(slug, unicode.IsLetter) {
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

// personIn returns the name of the person in an author's name as given: without "by" and titles, in the usual order, and
// without a description after it.
func personIn(name string) string {
	if strings.ContainsAny(name, "@/<>") {
		return name // an address
	}
	name = withoutTitles(strings.TrimSpace(afterBylineWords(name)))
	for _, sep := range describing {
		before, after, ok := strings.Cut(name, sep)
		if ok && looksLikeName(before) {
			return before
		}
		if ok && sep == ", " && isSurname(before) && isForename(after) {
			return after + " " + before
		}
	}
	for _, and := range nameSeparators {
		before, after, ok := strings.Cut(name, and)
		if ok && nameSlug(after) == "" && looksLikeName(before) {
			return before // "Jane Mill and agencies"
		}
	}
	return name
}

// describing are separators between a name and a description of the person: an office, a paper, a place.
var describing = []string{", ", "، ", "; ", " | ", " · ", " • ", " - ", " – ", " — ", " (", " with ", " in "}

// isSurname reports whether the part of a name before a comma may be a surname: Mill, Jane.
func isSurname(s string) bool { return looksLikeName("X "+s) && !twoWords(s) }

// isForename reports whether the part of a name after a comma may be one or two forenames.
func isForename(s string) bool { return looksLikeName(s+" X") && len(strings.Fields(s)) <= 2 }

// withoutTitles returns a name without the titles before it. At least two words remain.
func withoutTitles(name string) string {
	words := strings.Fields(name)
	n := 0
	for n+2 < len(words) && isTitle(words[n]) {
		n++
	}
	if n == 0 {
		return name
	}
	return strings.Join(words[n:], " ")
}

func isTitle(word string) bool {
	plain := strings.Trim(Fold(word), "().,")
	return titles[plain] || retired[plain] && strings.HasPrefix(word, "(")
}

// titles are the titles before names in newspapers, mostly of Pakistan and India: degrees, ranks, offices.
var titles = map[string]bool{
	"dr": true, "prof": true, "professor": true, "mr": true, "mrs": true, "ms": true, "miss": true, "sir": true,
	"dame": true, "lord": true, "rev": true, "gen": true, "general": true, "lt": true, "lieutenant": true, "lt-gen": true,
	"lieutenant-general": true, "maj": true, "major": true, "maj-gen": true, "major-general": true, "brig": true,
	"brigadier": true, "col": true, "colonel": true, "lt-col": true, "capt": true, "captain": true, "adm": true,
	"admiral": true, "vice": true, "rear": true, "air": true, "marshal": true, "commodore": true, "cdre": true,
	"justice": true, "ambassador": true, "amb": true, "senator": true, "barrister": true, "adv": true, "advocate": true,
	"engr": true, "maulana": true, "mufti": true, "allama": true, "shri": true, "smt": true, "hon": true,
	"ڈاکٹر": true, "پروفیسر": true, "جنرل": true, "لیفٹیننٹ": true, "میجر": true, "بریگیڈیر": true, "بریگیڈییر": true,
	"کرنل": true, "کیپٹن": true, "ایڈمرل": true, "جسٹس": true, "سفیر": true, "سینیٹر": true, "بیرسٹر": true,
	"انجینیر": true, "مولانا": true, "مفتی": true, "علامہ": true,
}

// retired are the words in brackets after a rank.
var retired = map[string]bool{"r": true, "ret": true, "retd": true, "rtd": true, "retired": true, "ر": true}

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
	for _, sep := range slices.Concat(nameSeparators, listSeparators) {
		end = max(end, strings.LastIndex(byline, sep))
	}
	if end > 0 {
		byline = byline[:end]
	}
	return byline
}

// nameSeparators are the separators of the names in a byline, and listSeparators those of the names in a list.
var (
	nameSeparators = []string{", and ", " and ", " & ", " اور "}
	listSeparators = []string{" with ", ", ", "; ", " | ", " · ", " • ", " / ", "، "}
)

// bylineWords are the words before the names in a byline.
var bylineWords = []string{"by", "written by", "words by", "posted by", "از", "تحریر"}

// foreignBy is "by" in French, Spanish, Portuguese and German. "von" begins names as well: Von der Leyen.
var foreignBy = map[string]bool{"par": true, "por": true, "von": true}

// afterBylineWords returns a byline without the words before its names.
func afterBylineWords(byline string) string {
	byline = strings.TrimLeftFunc(byline, unicode.IsSpace)
	for _, words := range bylineWords {
		if len(byline) <= len(words) || !strings.EqualFold(byline[:len(words)], words) {
			continue
		}
		after := byline[len(words):]
		if names := strings.TrimLeft(after, ": \t\r\n\f"); names != after {
			return names
		}
	}
	first, rest, _ := strings.Cut(byline, " ")
	particle, _, _ := strings.Cut(rest, " ")
	if foreignBy[strings.ToLower(first)] && twoWords(rest) && !nameParticles[strings.ToLower(particle)] {
		return rest
	}
	return byline
}

// split returns the first n names in a byline, and the end of the last of them. A list is one of names if each looks
// like a name.
func split(byline string, n int) (some []string, end int) {
	if n <= 0 {
		return nil, 0
	}
	begin := len(byline) - len(afterBylineWords(byline))
	spans := cutSpans(byline, [2]int{begin, len(byline)}, nameSeparators, twoWords)
	var all [][2]int
	for _, span := range spans {
		all = append(all, cutSpans(byline, span, listSeparators, looksLikeName)...)
	}
	for _, span := range all[:min(len(all), n)] {
		some = append(some, strings.TrimSpace(byline[span[0]:span[1]]))
		end = span[1]
	}
	if len(all) <= n {
		end = len(byline)
	}
	return some, end
}

// cutSpans cuts a stretch of s at separators, if all its parts are names; else it returns the stretch.
func cutSpans(s string, whole [2]int, separators []string, isName func(string) bool) [][2]int {
	parts := [][2]int{whole}
	for _, sep := range separators {
		if !strings.Contains(s[whole[0]:whole[1]], sep) {
			continue
		}
		var more [][2]int
		for _, p := range parts {
			for i := strings.Index(s[p[0]:p[1]], sep); i >= 0; i = strings.Index(s[p[0]:p[1]], sep) {
				more = append(more, [2]int{p[0], p[0] + i})
				p[0] += i + len(sep)
			}
			more = append(more, p)
		}
		parts = more
	}
	if len(parts) > 1 {
		for _, p := range parts {
			if !isName(strings.TrimSpace(s[p[0]:p[1]])) {
				return [][2]int{whole}
			}
		}
	}
	return parts
}

func twoWords(s string) bool { return strings.ContainsFunc(s, unicode.IsSpace) }

// looksLikeName reports whether a part of a list is a person's name: two to four words, none in lower case but a
// particle, none of an office or a place.
func looksLikeName(s string) bool {
	words := strings.Fields(s)
	return 2 <= len(words) && len(words) <= 4 && nameSlug(s) != "" && !slices.ContainsFunc(words, func(w string) bool {
		first, _ := utf8.DecodeRuneInString(w)
		slug := Slug(w)
		return unicode.IsLower(first) && !nameParticles[slug] || notNames[slug] || !unicode.IsLetter(first)
	})
}

// nameParticles are words of names in lower case.
var nameParticles = map[string]bool{
	"al": true, "bin": true, "da": true, "de": true, "del": true, "der": true, "di": true, "du": true, "e": true,
	"el": true, "ibn": true, "la": true, "le": true, "ul": true, "van": true, "von": true, "y": true, "zu": true,
}

// notNames are words of offices and places. A list with one of them after a name describes the person.
var notNames = map[string]bool{
	"the": true, "of": true, "ambassador": true, "analyst": true, "chief": true, "city": true, "college": true,
	"correspondent": true, "director": true, "east": true, "economist": true, "editor": true, "fellow": true,
	"former": true, "institute": true, "judge": true, "member": true, "minister": true, "new": true, "news": true,
	"north": true, "post": true, "president": true, "professor": true, "retired": true, "school": true,
	"secretary": true, "south": true, "special": true, "states": true, "times": true, "united": true,
	"university": true, "west": true,
}

// People returns the authors of an entry as they are shown: a person for each name, each once, in the order of their
// first mention. An author without a name has none. Of two spellings, the one with lower case wins.
func People(authors []oped.Person) (people []oped.Person) {
	at := map[string]int{}
	for _, a := range authors {
		names := Names(a.Name)
		for _, name := range names {
			slug := cmp.Or(AuthorSlug(name), Slug(name))
			i, known := at[slug]
			switch {
			case nobody[slug] || slug == "" && strings.TrimSpace(name) == "":
			case !known || slug == "":
				p := oped.Person{Name: name}
				if len(names) == 1 {
					p = oped.Person{Name: name, Email: a.Email, URL: a.URL}
				}
				at[slug] = len(people)
				people = append(people, p)
			default:
				if p := &people[i]; p.Name == strings.ToUpper(p.Name) {
					p.Name = name
				}
				if len(names) == 1 {
					people[i].URL = cmp.Or(people[i].URL, a.URL)
				}
			}
		}
	}
	return people
}

// nobody are names that programs put in for a missing one.
var nobody = map[string]bool{
	"unknown": true, "anonymous": true, "noreply": true, "no-reply": true, "donotreply": true, "do-not-reply": true,
	"unknown-author": true, "no-author": true, "author": true, "none": true, "null": true, "undefined": true,
	"nobody": true, "na": true, "admin": true, "administrator": true, "webmaster": true, "root": true, "user": true,
}
