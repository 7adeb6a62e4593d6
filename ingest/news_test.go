package ingest_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"oped"
	"oped/ingest"
)

func TestNews(t *testing.T) {
	body := essay(1, 400)
	by := func(names ...string) (all []oped.Person) {
		for _, n := range names {
			all = append(all, oped.Person{Name: n})
		}
		return all
	}
	base := oped.Entry{
		Title:     "The river’s “new” course",
		Text:      body + "\n\nThe end.",
		Authors:   by("A. Writer", "B. Other"),
		URL:       "https://dawn.example/1",
		Publisher: "Dawn",
	}
	for name, c := range map[string]struct {
		edit func(e *oped.Entry)
		want oped.NewsPart
	}{
		"nothing":           {func(*oped.Entry) {}, ""},
		"quotes and dashes": {func(e *oped.Entry) { e.Title = `The River's "new" course` }, ""},
		"a hyphen":          {func(e *oped.Entry) { e.Title = "The river’s “new”-course" }, ""},
		"the headline":      {func(e *oped.Entry) { e.Title = "The river's old course" }, "title"},
		"headline and text": {func(e *oped.Entry) { e.Title, e.Text = "Another", prose(7, 300) }, "title"},
		"a typing error":    {func(e *oped.Entry) { e.Text = "The" + e.Text }, ""},
		"no text any more":  {func(e *oped.Entry) { e.Text = "" }, ""},
		"an apostrophe":     {func(e *oped.Entry) { e.Title = "The rivers “new” course" }, ""},
		"nine words":        {func(e *oped.Entry) { e.Text += " " + prose(2, 9) }, ""},
		"ten words":         {func(e *oped.Entry) { e.Text += " " + prose(2, 10) }, "text"},
		"paragraphs":        {func(e *oped.Entry) { e.Text = strings.ReplaceAll(e.Text, " ", "\n") }, ""},
		"an author's note": {func(e *oped.Entry) {
			e.Text += "\n\nThe writer is a former ambassador who lives and teaches in Islamabad and in Lahore."
		}, ""},
		"furniture": {func(e *oped.Entry) {
			e.Text += "\n\n" + prose(2, 20)
			e.Boilerplate = [][2]int{{len(body) + 12, len(e.Text)}}
		}, ""},
		"names in another order": {func(e *oped.Entry) { e.Authors = by("B. Other", "A. WRITER") }, ""},
		"names in one":           {func(e *oped.Entry) { e.Authors = by("By A. Writer and B. Other") }, ""},
		"initials":               {func(e *oped.Entry) { e.Authors = by("Dr AWriter", "BOther") }, ""},
		"one name less":          {func(e *oped.Entry) { e.Authors = by("A. Writer") }, "author"},
		"one name more": {
			func(e *oped.Entry) { e.Authors = by("A. Writer, B. Other, Čapek Third") }, "author",
		},
		"another name":              {func(e *oped.Entry) { e.Authors = by("A. Writer", "Č. Other") }, "author"},
		"initials together":         {func(e *oped.Entry) { e.Authors = by("A Writer", "B.Other") }, ""},
		"a title":                   {func(e *oped.Entry) { e.Authors = by("Dr A. Writer", "B. Other") }, ""},
		"a first name for initials": {func(e *oped.Entry) { e.Authors = by("Amina Writer", "B. Other") }, ""},
		"a name mistyped":           {func(e *oped.Entry) { e.Authors = by("A. Wrietr", "B. Other") }, ""},
		"no names":                  {func(e *oped.Entry) { e.Authors = nil }, ""},
		"a mail address":            {func(e *oped.Entry) { e.Authors[0].Email = "a@dawn.example" }, ""},
		"categories":                {func(e *oped.Entry) { e.Categories = []string{"Opinion"} }, ""},
		"another address":           {func(e *oped.Entry) { e.URL = "https://dawn.example/2" }, ""},
		"a correction":              {func(e *oped.Entry) { e.Text += "\n\nCorrection: It was ten." }, "correction"},
		"a correction with its day": {
			func(e *oped.Entry) { e.Text = "Correction, March 3, 2026: It was ten.\n\n" + e.Text },
			"correction",
		},
		"a clarification": {
			func(e *oped.Entry) { e.Text += "\n\nClarification — It was ten." }, "correction",
		},
		"an editor's note": {
			func(e *oped.Entry) { e.Text = "Editor’s Note: The number given was wrong.\n\n" + e.Text },
			"correction",
		},
		"an editor's note of who": {
			func(e *oped.Entry) { e.Text = "Editor’s Note: She teaches law.\n\n" + e.Text }, "",
		},
		"an earlier version": {func(e *oped.Entry) {
			e.Text += "\n\n* An earlier version of this column said nine.\n\nThe writer is a lawyer."
		}, "correction"},
		"amended": {
			func(e *oped.Entry) { e.Text += "\n\n• This article was amended on 3 March." }, "correction",
		},
		"in Urdu":                 {func(e *oped.Entry) { e.Text += "\n\nتصحیح: وہ دس تھے۔" }, "correction"},
		"clarified in Urdu":       {func(e *oped.Entry) { e.Text = "وضاحت: وہ دس تھے۔\n\n" + e.Text }, "correction"},
		"in the headline":         {func(e *oped.Entry) { e.Title += " (Corrected)" }, "correction"},
		"before the headline":     {func(e *oped.Entry) { e.Title = "CORRECTION: " + e.Title }, "correction"},
		"of a market":             {func(e *oped.Entry) { e.Text += "\n\nCorrections of the market are healthy." }, ""},
		"a market's, as headline": {func(e *oped.Entry) { e.Title = "Time for a correction" }, "title"},
	} {
		t.Run(name, func(t *testing.T) {
			after := base
			after.Authors = slices.Clone(base.Authors)
			c.edit(&after)
			if got := ingest.News(&base, &after); got != c.want {
				t.Errorf("%q is news, want %q", got, c.want)
			}
			if got := ingest.News(&after, &after); got != "" {
				t.Errorf("%q is news of itself", got)
			}
		})
	}
	for _, c := range [][2]string{
		{"A rise of 1.5 degrees", "A rise of 15 degrees"},
		{"The £5m question", "The $5m question"},
		{"یہ دریا", "وہ دریا"},
	} {
		if got := ingest.News(&oped.Entry{Title: c[0]}, &oped.Entry{Title: c[1]}); got != oped.NewsTitle {
			t.Errorf("%q is news of %q", got, c)
		}
	}
	many := edited(base, func(e *oped.Entry) { e.Text += prose(3, 600) })
	if got := ingest.News(&many, ptr(edited(many, func(e *oped.Entry) { e.Text += " " + prose(2, 10) }))); got != "" {
		t.Errorf("ten words of a thousand: %q is news", got)
	}
	long := oped.Entry{Text: "Editor’s note: This is part of a series. " + essay(1, 100)}
	if got := ingest.News(
		&long,
		ptr(edited(long, func(e *oped.Entry) { e.Text = strings.Replace(e.Text, " series", " Series of essays", 1) })),
	); got != "" {
		t.Errorf("a typing error in a note: %q is news", got)
	}
	ten := oped.Entry{Text: "Correction: It was ten."}
	if got := ingest.News(&ten, &oped.Entry{Text: "Correction: It was eleven."}); got != oped.NewsCorrection {
		t.Errorf("another correction: %q is news", got)
	}
	moved := edited(base, func(e *oped.Entry) { e.Text = "Correction: It was ten.\n\n" + e.Text })
	if got := ingest.News(
		&moved, ptr(edited(base, func(e *oped.Entry) { e.Text += "\n\nCORRECTION: It was ten." })),
	); got != "" {
		t.Errorf("a correction that moved: %q is news", got)
	}
}

func ptr[T any](v T) *T { return &v }

// anyEntry draws an entry of a feed, with notes, corrections and characters with a fold of several words
// among its paragraphs.
func anyEntry(t *rapid.T, label string) oped.Entry {
	words := rapid.SampledFrom([]string{
		"the", "river's", "“court”", "re-run", "1,000", "U.S.", "خشک", "ﷺ", "ـ", "É", "said.",
		"Correction:",
	})
	paragraph := rapid.Map(rapid.SliceOfN(words, 1, 30), func(w []string) string { return strings.Join(w, " ") })
	special := rapid.SampledFrom([]string{
		"Correction: ten.", "The writer is a lawyer.", "An earlier version of this essay erred.",
		"تصحیح: دس",
	})
	name := rapid.SampledFrom([]string{"A. Writer", "B. Other", "Čapek", ""})
	var e oped.Entry
	e.Title = paragraph.Draw(t, label+" title")
	e.Text = strings.Join(rapid.SliceOfN(rapid.OneOf(paragraph, special), 0, 12).Draw(t, label+" text"), "\n\n")
	for _, n := range rapid.SliceOfN(name, 0, 3).Draw(t, label+" authors") {
		e.Authors = append(e.Authors, oped.Person{Name: n})
	}
	return e
}

func TestNewsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 40 { // see TestMain: nothing here is slow
			a, b := anyEntry(t, "a"), anyEntry(t, "b")
			if got := ingest.News(&a, &a); got != "" {
				t.Fatalf("%q is news of itself: %+v", got, a)
			}
			set := a
			set.Title, set.Text = typeset.Replace(a.Title), typeset.Replace(a.Text)
			if got, back := ingest.News(&a, &set), ingest.News(&set, &a); got != "" || back != "" {
				t.Fatalf("typography is news: %q, %q\n%+v\n%+v", got, back, a, set)
			}
			spaced := a
			spaced.Text = strings.Join(
				strings.FieldsFunc(a.Text, unicode.IsSpace),
				rapid.SampledFrom([]string{" ", "\n", "\n\n", "\u2003", " \n"}).Draw(t, "space"),
			)
			if got := ingest.News(&a, &spaced); got != "" {
				t.Fatalf("white space is news: %q\n%+v\n%+v", got, a, spaced)
			}
			for name, only := range map[string]oped.Entry{
				"title":  {Title: b.Title, Text: a.Text, Authors: a.Authors},
				"author": {Title: a.Title, Text: a.Text, Authors: b.Authors},
			} {
				there, back := ingest.News(&a, &only), ingest.News(&only, &a)
				if there != back && there != oped.NewsCorrection && back != oped.NewsCorrection {
					t.Fatalf("%s: %q there, %q back\n%+v\n%+v", name, there, back, a, only)
				}
			}
			ingest.News(&a, &b)
		}
	})
}

// TestNewsOfNames has bylines changed by a real paper.
func TestNewsOfNames(t *testing.T) {
	for _, c := range []struct {
		before, after string
		want          oped.NewsPart
	}{
		{"Jawahar Sircar", "Jawhar Sircar", ""}, {"Ashwani Kumar", "Dr Ashwani Kumar", ""},
		{"Anusree K C", "Anusree KC", ""}, {"SY Quraishi", "S Y Quraishi", ""},
		{"Devdutt Pattanaik", "Devdutt", ""}, {"Yashovardhan Jha Azad", "Yashovardhan Azad", ""},
		{"Amna Khan", "Asma Khan", "author"}, {"Ayesha Khan", "Omar Khan", "author"},
		{"Ayesha Khan, Omar Khan", "Ayesha Khan", "author"},
		{"Shaveta Sharma Kukreja", "Indrani Bhaduri, Shaveta Sharma Kukreja", "author"},
		{"Subimal Bhattacharjee", "Subimal Bhattacharjee, Gaurav Kumar", "author"},
	} {
		a, b := &oped.Entry{
			Authors: []oped.Person{{Name: c.before}},
		}, &oped.Entry{Authors: []oped.Person{{Name: c.after}}}
		if there, back := ingest.News(a, b), ingest.News(b, a); there != c.want || back != c.want {
			t.Errorf("%s, %s: %q, and back %q, want %q", c.before, c.after, there, back, c.want)
		}
	}
}

// typeset replaces typewriter signs as an editor's program does.
var typeset = strings.NewReplacer("'", "’", "“", `"`, "”", `"`, "-", "–", " ", "\u00a0")

// TestUpdatedMovesForNews: readers get every edit, and the time of the piece advances with news alone.
func TestUpdatedMovesForNews(t *testing.T) {
	h := newHouse(t)
	e := column(dawn, 1)
	h.fetch(dawn, epoch, e)
	for i, c := range []struct {
		edit     func(e *oped.Entry)
		revision int
		news     oped.NewsPart
	}{
		{func(e *oped.Entry) { e.Content = strings.Replace(e.Content, " the ", " teh ", 1) }, 1, ""},
		{func(e *oped.Entry) { e.Categories = []string{"Columns"} }, 1, ""},
		{func(e *oped.Entry) { e.URL += "?utm_source=rss" }, 1, ""},
		{func(e *oped.Entry) { e.Content += "<p>" + prose(3, 12) + "</p>" }, 2, "text"},
		{func(e *oped.Entry) { e.Content = strings.Replace(e.Content, " teh ", " the ", 1) }, 2, ""},
		{func(e *oped.Entry) { e.Content += "<p>Correction: It was ten.</p>" }, 3, "correction"},
		{func(e *oped.Entry) { e.Title = "Column one" }, 4, "title"},
		{func(e *oped.Entry) { e.Authors = []oped.Person{{Name: "C. Third"}} }, 5, "author"},
	} {
		before := h.all()[0]
		at := epoch.Add(time.Duration(i+1) * time.Hour)
		e = edited(e, c.edit)
		changes := h.fetch(dawn, at, e)
		p := h.all()[0]
		if !slices.Contains(changes.Editions, "all") {
			t.Errorf("edit %d: readers do not get it", i)
		}
		if want := before.Updated; p.Revision != c.revision || c.news == "" && !p.Updated.Equal(want) ||
			c.news != "" && !p.Updated.Equal(at) {
			t.Errorf("edit %d: revision %d of %v, which was of %v", i, p.Revision, p.Updated, want)
		}
		versions, err := h.store.Entries.Revisions(t.Context(), p.Lead().Row)
		check(t, err)
		if len(versions) != i+1 || versions[i].News != c.news || versions[i].Text != before.Lead().Text {
			t.Errorf("edit %d: %d versions, %+v", i, len(versions), versions[len(versions)-1])
		}
	}
}

// TestOtherPublisherLeads: the same words with a link elsewhere are news, since readers of the old link know
// another page.
func TestOtherPublisherLeads(t *testing.T) {
	h := newHouse(t)
	full := column(nation, 1)
	stub := edited(full, func(e *oped.Entry) { e.FeedURL, e.Content = dawn, "<p>"+essay(1, 30)+"</p>" })
	h.fetch(dawn, epoch, stub)
	h.fetch(nation, epoch.Add(time.Hour), full)
	if p := h.all()[0]; len(h.all()) != 1 || p.Revision != 2 || p.Lead().FeedURL != nation {
		t.Errorf("%d pieces, revision %d, led by %s", len(h.all()), p.Revision, p.Lead().FeedURL)
	}
}

func FuzzNews(f *testing.F) {
	f.Add("A title", "One.\n\nTwo.", "A title", "One.\n\nCorrection: two.")
	f.Add("ﷺ", "ﷺ ـ", "(Corrected)", "تصحیح:\nﷺ")
	f.Fuzz(func(t *testing.T, title, text, titleAfter, textAfter string) {
		a, b := oped.Entry{Title: title, Text: text}, oped.Entry{Title: titleAfter, Text: textAfter}
		news := ingest.News(&a, &b)
		if itself := ingest.News(&a, &a); itself != "" ||
			!slices.Contains([]oped.NewsPart{"", "title", "text", "correction"}, news) {
			t.Errorf("%q, %q of itself", news, itself)
		}
	})
}
