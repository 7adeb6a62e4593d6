package publish

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/topic"
)

// recently is what the page about an edition counts apart, up to the edition's last change.
const recently = 30 * 24 * time.Hour

// Standing is what the page about an edition tells beside the edition itself.
type Standing struct {
	Recent   int            // pieces dated within 30 days before the last change
	Measures []oped.Measure // by topic, the latest first
}

type aboutPage struct {
	frame
	Edition, EditionURL string
	Atom                string
	Formats             []formatLink
	Takes               []aboutRow
	Total, Recent       string
	Topics              []aboutTopic
	Contact, ContactURL string
}

// aboutRow is one line of what an edition takes.
type aboutRow struct {
	Label string
	Of    []labelled
}

type labelled struct {
	Text, URL, Dir, Lang string
	Code                 bool
}

// aboutTopic is a topic as people are told of it.
type aboutTopic struct {
	Title, Dir, Describe, Version string
	Rules                         []ruleLine
	Require, Exclude              string
	Threshold, Review             string
	Lists                         []listLine
	Yes, No                       []sampleText
	Measured, Other               string // when and on what; that it was another version
	Kinds                         []kindLine
	Words                         *pageWords
}

type (
	ruleLine struct{ Expr, Weight string }
	listLine struct {
		Name  string
		Terms []string
	}
	sampleText struct{ Text, Dir, Lang string }
	kindLine   struct{ Kind, Precision, Recall, F1 string }
)

func aboutFile(edition string) string { return edition + "/about/index.html" }

func (r *Renderer) aboutURL(edition string) string { return r.base + "/" + edition + "/about/" }

// RenderAbout writes the page about an edition: what it takes, how much there is, and the rules in force, with how well they were measured to work. The same
// arguments give the same bytes.
func (r *Renderer) RenderAbout(w io.Writer, from Feeds, e oped.EditionState, s Standing) error {
	return r.renderAbout(w, from, publishersOf(from), e, s)
}

func (r *Renderer) renderAbout(w io.Writer, from Feeds, in slugs, e oped.EditionState, s Standing) error {
	lang := language(e.Lang, "en")
	said := wordsIn(lang)
	title := orName(line(e.Title), e.Name)
	page := aboutPage{
		frame: r.frame(lang, title+": "+said.site.AboutTitle, "", r.aboutURL(e.Name)), Edition: title, EditionURL: r.pageURL(e.Name), Atom: r.atomURL(e.Name), Formats: r.formatLinks(e.Name),
		Takes: r.takes(said, from, in, &e), Total: fmt.Sprintf(said.site.total, e.Pieces), Recent: fmt.Sprintf(said.site.recent, said.date(believable(e.Updated, e.Created)), s.Recent),
	}
	page.Dir, page.Feeds = direction(lang, ""), r.feedLinks(title, e.Name)
	page.Contact, page.ContactURL = line(r.contact), uri(r.contact)
	if page.ContactURL == "" && strings.Contains(r.contact, "@") && !strings.ContainsAny(r.contact, " /?&") {
		page.ContactURL = "mailto:" + r.contact
	}
	page.Topics = r.aboutTopics(said, &e, s.Measures)
	return r.pages.ExecuteTemplate(w, "about", &page)
}

// takes says in plain words what an edition takes.
func (r *Renderer) takes(w *words, from Feeds, in slugs, e *oped.EditionState) (rows []aboutRow) {
	f := e.Filter
	add := func(label string, of []labelled, otherwise string) {
		if len(of) == 0 && otherwise != "" {
			of = []labelled{{Text: otherwise}}
		}
		for i := range of {
			if of[i].Dir = "ltr"; !of[i].Code {
				of[i].Dir = direction(w.lang, of[i].Text)
			}
			of[i].Lang = langOf(of[i].Dir)
		}
		if len(of) > 0 {
			rows = append(rows, aboutRow{label, of})
		}
	}
	each := func(names []string, shown func(string) labelled) (of []labelled) {
		for _, name := range names {
			of = append(of, shown(name))
		}
		return of
	}
	titled := func(name string) labelled { return labelled{Text: orName(r.topics[name], name)} }
	plain := func(name string) labelled { return labelled{Text: line(name)} }
	any := ""
	if len(f.AllTopics) == 0 {
		any = w.site.everything
	}
	add(w.site.topics, each(f.Topics, titled), any)
	add(w.site.allTopics, each(f.AllTopics, titled), "")
	if f.Query != "" {
		add(w.site.query, []labelled{{Text: asWritten(f.Query), Code: true}}, "")
	}
	var kinds []string
	for _, k := range f.Kinds {
		kinds = append(kinds, orName(w.site.kindNames[k], string(k)))
	}
	add(w.site.kinds, each(kinds, plain), w.site.opinionOnly)
	add(w.site.publishers, each(f.Publishers, func(name string) labelled { return labelled{Text: line(name), URL: r.publisherURL(in, name)} }), w.site.everyPublisher)
	authors := each(f.Authors, plain)
	if f.Author != "" {
		author := labelled{Text: orName(line(e.Title), f.Author)}
		if e.Pieces > 0 { // else there may be no page
			author.URL = r.authorURL(f.Author)
		}
		authors = append(authors, author)
	}
	add(w.site.authors, authors, "")
	add(w.site.langs, each(f.Langs, func(l string) labelled {
		return labelled{Text: orName(w.piece.languages[oped.PrimaryLang(l)], line(l))}
	}), w.site.everyLang)
	add(w.site.feeds, each(f.Feeds, func(u string) labelled {
		feed := from[u]
		feed.URL = u
		public := feedURL(&feed.Feed)
		title := cmp.Or(line(orName(feed.Title, feed.DocTitle)), line(feed.Publisher), public, line(feed.Name))
		return labelled{Text: title, URL: public}
	}), "")
	excerpt := fmt.Sprintf(w.site.excerptOf, r.excerptWords(e, oped.FeedState{}))
	if e.Full {
		excerpt = w.site.wholeTexts
	}
	add(w.site.Excerpt, []labelled{{Text: excerpt}}, "")
	return rows
}

// aboutTopics are the topics that an edition takes, by the rules in force.
func (r *Renderer) aboutTopics(w *words, e *oped.EditionState, measures []oped.Measure) (all []aboutTopic) {
	if r.judge == nil {
		return nil
	}
	tagger := r.judge()
	wanted := append(slices.Clone(e.Filter.Topics), e.Filter.AllTopics...)
	for _, t := range tagger.Topics() {
		if !slices.Contains(wanted, t.Name) {
			continue
		}
		a := aboutTopic{
			Title: orName(line(t.Title), t.Name), Describe: line(t.Describe), Version: tagger.Version(t.Name), Require: asWritten(t.Require.Expr), Exclude: asWritten(t.Exclude.Expr),
			Threshold: figure(t.Threshold), Words: w.onPage(),
		}
		a.Dir = direction("en", a.Title)
		if t.Review > 0 {
			a.Review = figure(t.Review)
		}
		for _, s := range t.Score {
			a.Rules = append(a.Rules, ruleLine{asWritten(s.Expr), figure(s.Weight)})
		}
		a.Lists = listsIn(tagger.Source(t.Name))
		for _, x := range t.Tests {
			dir := direction("", x.Text)
			shown := sampleText{cutLine(x.Text, 160), dir, langOf(dir)}
			if x.Want {
				a.Yes = append(a.Yes, shown)
			} else {
				a.No = append(a.No, shown)
			}
		}
		a.measured(w, t.Name, measures)
		all = append(all, a)
	}
	return all
}

// measured tells the latest figures of the version in force, else the latest of any.
func (a *aboutTopic) measured(w *words, name string, measures []oped.Measure) {
	var chosen *oped.Measure
	for i := range measures {
		m := &measures[i]
		if m.Topic == name && (chosen == nil || chosen.Version != a.Version && m.Version == a.Version) {
			chosen = m
		}
	}
	if chosen == nil {
		return
	}
	a.Measured = fmt.Sprintf(w.site.measuredOn, w.date(believable(chosen.At)), chosen.Version, chosen.Records, line(chosen.File))
	if chosen.Version != a.Version {
		a.Other = w.site.otherVersion
	}
	for _, k := range chosen.Kinds {
		if k.Found+k.Wrong+k.Missed > 0 {
			a.Kinds = append(a.Kinds, kindLine{orName(w.site.textKinds[k.Kind], line(k.Kind)), hundredths(k.Precision()), hundredths(k.Recall()), hundredths(k.F1())})
		}
	}
}

// langOf is the language that a text is most likely in, of those that we speak, by its direction.
func langOf(dir string) string {
	if dir == "rtl" {
		return urdu.lang
	}
	return english.lang
}

func hundredths(x float64) string { return strconv.FormatFloat(x, 'f', 3, 64) }
func figure(x float64) string     { return strconv.FormatFloat(x, 'g', -1, 64) }

// standingOf reads what the page about an edition tells.
func (s *site) standingOf(ctx context.Context, e *oped.EditionState) (of Standing, err error) {
	library := s.options.Library
	if library == nil {
		return of, nil
	}
	if of.Recent, err = library.EditionSince(ctx, e.Name, believable(e.Updated, e.Created).Add(-recently)); err != nil {
		return of, err
	}
	of.Measures, err = library.Measures(ctx)
	return of, err
}

// listsIn are the lists of terms that a rule uses.
func listsIn(source string) (all []listLine) {
	t, err := topic.WithSource(oped.Topic{}, source)
	if err != nil {
		return nil // it has none
	}
	for _, l := range t.Lists {
		terms := make([]string, len(l.Terms))
		for i, term := range l.Terms {
			terms[i] = asWritten(term.Source)
		}
		all = append(all, listLine{"$" + l.Name, terms})
	}
	return all
}
