package publish

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
)

// fronted returns the example with a front page.
func fronted(t testing.TB, change func(*fakeRows, *Options)) (*Publisher, *fakeRows) {
	s := example()
	o, _ := withCatalog(t, s)
	s.feeds[0].Timezone = "Asia/Karachi"
	o = sectioned(o, s)
	o.Title, o.Description = "The Quay", "Opinion from both banks, by topic."
	if change != nil {
		change(s, &o)
	}
	return published(t, s, o), s
}

func TestFront_Golden(t *testing.T) {
	p, _ := fronted(t, nil)
	golden(t, "index.html", p.document("index.html"))
	p, _ = fronted(t, func(s *fakeRows, o *Options) { o.Sections = o.Sections[1:2] })
	golden(t, "index-urdu.html", p.document("index.html"))
}

// TestFront_FirstRun: without a piece, the page reports the progress of the first fetches.
func TestFront_FirstRun(t *testing.T) {
	empty := func(s *fakeRows, _ *Options) {
		s.pieces = nil
		for i := range s.editions {
			s.editions[i].Pieces = 0
		}
		for i := range s.feeds {
			s.feeds[i].Enabled = true
		}
	}
	for want, change := range map[string]func(*fakeRows, *Options){
		"Fetching 3 feeds for the first time: 1 answered, 1 failed.": func(s *fakeRows, o *Options) {
			empty(s, o)
			s.feeds[0].LastSuccess, s.feeds[1].Failures = at(9, 1), 1
		},
		"No opinion pieces yet. Feeds: 2, answered: 1, failed: 1.": func(s *fakeRows, o *Options) {
			empty(s, o)
			s.feeds[0].LastSuccess, s.feeds[1].Failures, s.feeds[2].Paused = at(9, 1), 1, true
		},
		"No network since 9 March 2026, 03:30 UTC. New pieces come when it is back.": func(s *fakeRows, _ *Options) {
			s.waits = []oped.Wait{{Since: at(9, 3)}}
		},
		"": nil,
	} {
		p, _ := fronted(t, change)
		page := string(p.document("index.html"))
		_, said, _ := strings.Cut(page, `<p class="notice" role="status">`)
		if said, _, _ = strings.Cut(said, "</p>"); said != want {
			t.Errorf("it says %q, want %q", said, want)
		}
	}
}

// TestFront_ReadsWhatChanged: a build reads the pieces of changed editions only, and of all of them on a new day.
func TestFront_ReadsWhatChanged(t *testing.T) {
	p, s := fronted(t, nil)
	s.read = map[string]int{}
	build := func(want string) {
		t.Helper()
		clear(s.read)
		if err := p.publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		var read []string
		for _, e := range s.editions {
			if s.read[e.Name] > 0 {
				read = append(read, e.Name)
			}
		}
		if got := strings.Join(read, " "); got != want {
			t.Errorf("read %q, want %q", got, want)
		}
	}
	build("")
	s.pieces["pak-us"][0].Entries[0].Title = "Another headline" // of a piece that is in no other edition
	s.pieces["pak-us"][0].Updated = at(9, 10)
	build("pak-us")
	if page := string(p.document("index.html")); !strings.Contains(page, "Another headline") {
		t.Error("the page lacks the new headline")
	}
	s.today = at(10, 0)
	build("pak-us adaria empty")
	if page := string(p.document("index.html")); !strings.Contains(page, "Tuesday, 10 March 2026") {
		t.Error("the page has another day")
	}
}

// TestFront_Size: eight topics are at most 20 KB, and further ones have no pieces.
func TestFront_Size(t *testing.T) {
	p, _ := fronted(t, func(s *fakeRows, o *Options) {
		o.BaseURL = "https://opinion.example.org"
		e, pieces := s.editions[0], slices.Concat(s.pieces["pak-us"], s.pieces["pak-us"])
		s.editions, s.pieces = nil, map[string][]oped.Piece{}
		for i := range 10 {
			e.Name = fmt.Sprint("topic-", i)
			s.editions, s.pieces[e.Name] = append(s.editions, e), pieces
		}
		*o = sectioned(*o, s)
	})
	page := string(p.document("index.html"))
	if n := strings.Count(page, "<h3>"); n != 8*frontPieces {
		t.Errorf("%d pieces", n)
	}
	if _, more, _ := strings.Cut(page, `<section class="more">`); strings.Count(more, "<li") != 2 {
		t.Errorf("other topics: %s", more)
	}
	if len(page) > 20<<10 {
		t.Errorf("%d bytes", len(page))
	}
	t.Logf("%d bytes", len(page))
}

// TestCharts_Golden also checks the version of the page: it differs with its counts, and on another day.
func TestCharts_Golden(t *testing.T) {
	p, s := fronted(t, nil)
	golden(t, "charts.html", p.document(chartsFile))
	seen := map[Version]bool{}
	for i, change := range []func(){
		func() {},
		func() { s.pieces["adaria"] = s.pieces["pak-us"] },
		func() { s.today = at(10, 0) },
		func() { s.editions[0].Title = "Both banks" },
	} {
		change()
		if err := p.publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		v := p.page(chartsFile).Page.Version
		if seen[v] {
			t.Errorf("change %d leaves the version", i)
		}
		seen[v] = true
	}
}

// TestRhythm: a publisher's page shows its hours where the paper is, if enough entries have an hour.
func TestRhythm(t *testing.T) {
	for name, c := range map[string]struct {
		published time.Time
		want      bool
	}{
		"hours": {at(9, 21), true}, // Tuesday in Karachi
		"days":  {at(9, 0).Truncate(24 * time.Hour), false},
	} {
		p, _ := fronted(t, func(s *fakeRows, _ *Options) {
			one := s.pieces["pak-us"][0]
			one.Entries = slices.Clone(one.Entries[:1])
			one.Entries[0].Published = c.published
			s.pieces["more"] = slices.Repeat([]oped.Piece{one}, minRhythm)
		})
		page := string(p.document("publisher/the-harbour-courier/index.html"))
		if strings.Contains(page, "<desc>Most often: Tuesday, 2:00</desc>") != c.want ||
			strings.Contains(page, "When it publishes") != c.want {
			t.Errorf("%s: %s", name, page)
		}
	}
}

// TestAuthors_Golden checks the index of few authors.
func TestAuthors_Golden(t *testing.T) {
	p, _ := fronted(t, nil)
	golden(t, "authors.html", p.document(authorsFile))
	if page := string(p.document("author/letter/q/index.html")); !strings.Contains(page, "Amina Qureshi") ||
		strings.Contains(page, "زینب") || !strings.Contains(page, "Authors: Q") {
		t.Error(page)
	}
	if p.document("author/letter/a/index.html") != nil {
		t.Error("the page of a given name")
	}
}

// TestAuthors_ByFamilyName: a Latin name of two words or more is listed by its last one, others as they are.
func TestAuthors_ByFamilyName(t *testing.T) {
	got := []string{"zainab-malik", "plato", "j-o-briain", "author-3", "زینب-ملک", "amina-qureshi", "aamir-malik", "émile-zola"}
	slices.SortFunc(got, byFamily)
	want := []string{"author-3", "j-o-briain", "aamir-malik", "zainab-malik", "plato", "amina-qureshi", "émile-zola", "زینب-ملک"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestAuthors_Many: the index of many authors has their letters, and their pages have the names.
func TestAuthors_Many(t *testing.T) {
	p, s := fronted(t, func(s *fakeRows, _ *Options) {
		base := s.pieces["pak-us"][0]
		for i := range maxIndexed {
			one := base
			one.ID, one.AtomID = oped.PieceID(1000+i), fmt.Sprint("tag:", i)
			one.Entries = slices.Clone(base.Entries[:1])
			one.Entries[0].Authors = []oped.Person{{Name: fmt.Sprintf("Malik %c%c", 'K'+i/26, 'a'+i%26)}}
			s.pieces["more"] = append(s.pieces["more"], one)
		}
	})
	index := string(p.document(authorsFile))
	if strings.Contains(index, "Malik") || !strings.Contains(index, `/author/letter/k/" dir="auto">K</a>`) {
		t.Error(index)
	}
	if page := string(p.document("author/letter/k/index.html")); strings.Count(page, "Malik") != 26 {
		t.Error(page)
	}
	before := p.page("author/letter/k/index.html").Page.Version
	s.pieces["more"][0].Entries[0].Title = "Another"
	s.pieces["more"][0].Updated = at(9, 20).Add(time.Minute)
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.page("author/letter/k/index.html").Page.Version == before {
		t.Error("a change leaves the version of the letter")
	}
}

func TestAlphabetically(t *testing.T) {
	got := []string{"ی", "ک", "پ", "ب", "zain", "amina", "ا"}
	slices.SortFunc(got, alphabetically)
	if want := []string{"amina", "zain", "ا", "ب", "پ", "ک", "ی"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestLogo: every page shows the logo, its policy allows it, and another logo has another address.
func TestLogo(t *testing.T) {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg"/>`
	addresses := map[string]bool{}
	for _, content := range []string{svg, svg + "\n"} {
		p, _ := fronted(t, func(_ *fakeRows, o *Options) { o.Logo = oped.Logo{Ext: "svg", Content: content} })
		for _, path := range []string{"/", "/pak-us/", "/piece/1/"} {
			r := ask(p, "GET", path)
			_, rest, _ := strings.Cut(body(t, r), `<img src="`)
			address, _, _ := strings.Cut(rest, `" alt="">`)
			addresses[address] = true
			served := ask(p, "GET", strings.TrimPrefix(address, options().BaseURL))
			if !strings.Contains(r.Header.Get("Content-Security-Policy"), "; img-src 'self' "+address+";") ||
				body(t, served) != content || served.Header.Get("Content-Type") != "image/svg+xml" ||
				!strings.Contains(served.Header.Get("Content-Security-Policy"), "default-src 'none'; sandbox") {
				t.Errorf("%s: %s, %v", path, address, served.Header)
			}
		}
	}
	if len(addresses) != 2 {
		t.Errorf("addresses %v", addresses)
	}
}
