package text

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"oped"
)

func TestSlug(t *testing.T) {
	for _, same := range [][]string{
		{"maleeha-lodhi", "Maleeha Lodhi", "MALEEHA LODHI", "  Maleeha\u00a0 Lodhi.", "Maleeha-Lodhi"},
		{"ab-khan", "A. B. Khan", "A.B. Khan", "AB Khan", "a b khan"},
		{"obrien", "O'Brien", "O’Brien"},
		{"زینب-ملک", "زینب ملک", "زینب ملك", "زَینب  ملک۔"},
		{"erdogan", "Erdoğan"},
		{"σταματης-παπαδοπουλος", "Σταμάτης Παπαδόπουλος", "ΣΤΑΜΑΤΗΣ ΠΑΠΑΔΟΠΟΥΛΟΣ"},
		{"", "", "—", "…", strings.Repeat("long ", 40)},
	} {
		for _, name := range same[1:] {
			if got := Slug(name); got != same[0] {
				t.Errorf("Slug(%q) = %q, want %q", name, got, same[0])
			}
		}
	}
}

func TestAuthorSlug(t *testing.T) {
	for _, c := range []struct{ name, paper, want string }{
		{"By Maleeha Lodhi", "Dawn", "maleeha-lodhi"}, {"Editorial", "", ""}, {"EDITORIAL BOARD", "", ""},
		{"Reuters", "", ""}, {"AFP", "", ""}, {"Web Desk", "", ""}, {"Our Correspondent", "", ""},
		{"Dawn", "Dawn", ""}, {"The Nation", "Nation", ""}, {"dawn.com", "", ""}, {"Dawn.com", "", ""},
		{"editor@dawn.com", "", ""},
		{"https://dawn.com/x", "", ""}, {"123", "", ""}, {"", "", ""},
		{"اداریہ", "", ""}, {"ویب ڈیسک", "", ""}, {"از زینب ملک", "", "زینب-ملک"}, {"روزنامہ ساحل", "روزنامہ ساحل", ""},
		{"Newspaper's Staff Reporter", "", ""}, {"Dr. A. Q. Desk-Khan", "", "aq-desk-khan"},
		{"Dr Jane Mill", "", "jane-mill"}, {"Prof. Dr. Jane Mill", "", "jane-mill"}, {"Dr Mill", "", "dr-mill"},
		{"Gen (retd) Jane Mill", "", "jane-mill"}, {"Lt. Gen. (R) J. A. Mill", "", "ja-mill"},
		{"Ambassador Jane Mill", "", "jane-mill"}, {"ڈاکٹر زینب ملک", "", "زینب-ملک"}, {"جنرل (ر) زینب ملک", "", "زینب-ملک"},
		{"Mill, Jane", "", "jane-mill"}, {"Mill, Jane A.", "", "jane-a-mill"}, {"Mill, jane", "", "mill-jane"},
		{"Mill, Professor", "", "mill-professor"}, {"By Jane Mill in London", "", "jane-mill"},
		{"Jane Mill, Professor of Law", "", "jane-mill"}, {"Dr Jane Mill, Islamabad", "", "jane-mill"},
		{"Jane Mill | Gazette", "Gazette", "jane-mill"}, {"Jane Mill - Gazette", "", "jane-mill"},
		{"Jane Mill (Gazette)", "", "jane-mill"}, {"Jane Mill with agencies", "", "jane-mill"},
		{"Jane Mill and agencies", "", "jane-mill"}, {"Jane Mill, Staff Writer", "", "jane-mill"},
		{"Par Jane Mill", "", "jane-mill"}, {"Por Jane Mill", "", "jane-mill"}, {"Von Jane Mill", "", "jane-mill"},
		{"von Jane Mill", "", "jane-mill"}, {"Von der Leyen", "", "von-der-leyen"}, {"Von Trapp", "", "von-trapp"},
		{"Ursula von der Leyen", "", "ursula-von-der-leyen"}, {"Gazette | Opinion", "", "gazette-opinion"},
		{"Justice Delayed", "", "justice-delayed"}, {"Jane In", "", "jane-in"}, {"News Desk, Islamabad", "", "news-desk-islamabad"},
		{"Staff", "", ""}, {"By Staff", "", ""}, {"Guest", "", ""}, {"Editor", "", ""}, {"Par Staff Reporter", "", ""},
	} {
		if got := AuthorSlug(c.name, c.paper); got != c.want {
			t.Errorf("AuthorSlug(%q, %q) = %q, want %q", c.name, c.paper, got, c.want)
		}
	}
	for _, list := range []map[string]bool{noPerson, lastWords} {
		for word := range list {
			if got := Slug(word); got != word {
				t.Errorf("%q is never met: its slug is %q", word, got)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for byline, want := range map[string]string{
		"Amina Qureshi and J. Briain":             "Amina Qureshi|J. Briain",
		"Amina Qureshi & Sons":                    "Amina Qureshi & Sons",
		"Trade and Development":                   "Trade and Development",
		"Amina Qureshi":                           "Amina Qureshi",
		"By Amina Qureshi":                        "Amina Qureshi",
		"by: Amina Qureshi":                       "Amina Qureshi",
		"Written by Amina Qureshi and J. Briain":  "Amina Qureshi|J. Briain",
		"تحریر: زینب ملک":                         "زینب ملک",
		"Byron Katie":                             "Byron Katie",
		"Jane Mill, Ayla Brook":                   "Jane Mill|Ayla Brook",
		"Jane Mill, Ayla Brook and J. Briain":     "Jane Mill|Ayla Brook|J. Briain",
		"Jane Mill, Ayla Brook, and J. Briain":    "Jane Mill|Ayla Brook|J. Briain",
		"Jane Mill; Ludwig van Beek | Ayla Brook": "Jane Mill|Ludwig van Beek|Ayla Brook",
		"Mill, Jane":                              "Mill, Jane",
		"Jane Mill, Islamabad":                    "Jane Mill, Islamabad",
		"Jane Mill, New York":                     "Jane Mill, New York",
		"Jane Mill, former ambassador":            "Jane Mill, former ambassador",
		"Jane Mill, Staff Writer":                 "Jane Mill, Staff Writer",
		"Jane Mill, Professor of Law":             "Jane Mill, Professor of Law",
		"Jane Mill, The Hill Post":                "Jane Mill, The Hill Post",
		"Jane Mill with Ayla Brook":               "Jane Mill|Ayla Brook",
		"Jane Mill · Ayla Brook":                  "Jane Mill|Ayla Brook",
		"Dr Jane Mill and Ayla Brook":             "Dr Jane Mill|Ayla Brook",
		"Jane Mill | Gazette":                     "Jane Mill | Gazette",
		"Interview with Jane Mill":                "Interview with Jane Mill",
		"Jane Mill with agencies":                 "Jane Mill with agencies",
		"Von Jane Mill":                           "Jane Mill",
		"":                                        "",
		"زینب ملک اور علی رضا":                    "زینب ملک|علی رضا", "A B and C D & E F": "A B|C D|E F",
	} {
		if got := strings.Join(Names(byline), "|"); got != want {
			t.Errorf("%q: %s", byline, got)
		}
	}
}

// TestSlugProperties checks that a slug is its own slug, has only letters, digits and single hyphens between
// them, and is no longer than a folder's name may be.
func TestSlugProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		slug := Slug(name)
		if Slug(strings.ToUpper(slug)) != Slug(strings.ToUpper(Slug(strings.ToUpper(slug)))) || len(slug) > maxSlug {
			t.Fatalf("%q → %q", name, slug)
		}
		for part := range strings.SplitSeq(slug, "-") {
			if slug != "" && (part == "" || strings.ContainsFunc(part, func(r rune) bool {
				return !unicode.IsLetter(r) && !unicode.IsDigit(r)
			})) {
				t.Fatalf("%q → %q", name, slug)
			}
		}
		if Slug(slug) != slug {
			t.Fatalf("%q → %q → %q", name, slug, Slug(slug))
		}
		if a := AuthorSlug(name); a != Slug(a) {
			t.Fatalf("%q is %q as an author, and its slug %q", name, a, Slug(a))
		}
	})
}

// TestPeople checks the people shown as authors.
func TestPeople(t *testing.T) {
	for _, tt := range []struct{ authors, want string }{
		{"Jane Mill", "Jane Mill"},
		{"Jane Mill+Jane Mill", "Jane Mill"},
		{"JANE MILL+Jane Mill", "Jane Mill"},
		{"Jane Mill+JANE MILL", "Jane Mill"},
		{"By Jane Mill+jane mill", "Jane Mill"},
		{"Jane Mill and Ayla Brook+Ayla Brook", "Jane Mill+Ayla Brook"},
		{"J. A. Mill+JA Mill", "J. A. Mill"},
		{"Dr Jane Mill+Jane Mill", "Dr Jane Mill"},
		{"Jane Mill+Mill, Jane", "Jane Mill"},
		{"Unknown", ""}, {"noreply", ""}, {"no-reply+Jane Mill", "Jane Mill"}, {"Admin", ""}, {"N/A", ""}, {" ", ""},
		{"Editorial", "Editorial"}, {"The Hill Post", "The Hill Post"}, {"雪", "雪"},
	} {
		var authors []oped.Person
		for _, name := range strings.Split(tt.authors, "+") {
			authors = append(authors, oped.Person{Name: name})
		}
		var got []string
		for _, p := range People(authors) {
			got = append(got, p.Name)
		}
		if s := strings.Join(got, "+"); s != tt.want {
			t.Errorf("%q: %q, want %q", tt.authors, s, tt.want)
		}
	}
}
