package publish

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/publish/page"
	"oped/topic"
)

// recently is the period counted separately on the page about an edition. It ends with the edition's
// last change.
const recently = 30 * 24 * time.Hour

// aboutFacts holds the facts on the page about an edition beyond the edition itself.
type aboutFacts struct {
	Recent      int               // pieces dated within 30 days before the last change
	Evaluations []oped.Evaluation // by topic, the latest first
}

func aboutFile(edition string) string { return edition + "/about/index.html" }

// view builds the page about an edition: its criteria, its numbers of pieces, and the active rules with
// their measured quality.
func (k aboutKind) view(e *oped.EditionState, s aboutFacts) *page.About {
	lang, title := language(e.Lang, "en"), titleOf(e)
	contact := strings.TrimSpace(k.site.options.Contact)
	v := &page.About{
		Head:       head(lang, title+": "+k.site.words.Say(lang, "About this feed"), k.site.at.aboutURL(e.Name)),
		Edition:    title,
		EditionURL: k.site.at.pageURL(e.Name),
		Atom:       k.site.at.atomURL(e.Name),
		Formats:    k.site.at.formatLinks(e.Name),
		Criteria:   k.criteria(lang, e),
		Total:      e.Pieces,
		Changed:    believable(e.Updated, e.Created),
		Recent:     s.Recent,
		Contact:    line(contact),
		ContactURL: uri(contact),
	}
	v.Dir, v.Feeds = Direction(lang, ""), k.site.at.feedLinks(title, e.Name)
	if v.ContactURL == "" && strings.Contains(contact, "@") && !strings.ContainsAny(contact, " /?&") {
		v.ContactURL = "mailto:" + contact
	}
	if k.site.options.Judge != nil {
		tagger, wanted := k.site.options.Judge(), slices.Concat(e.Filter.Topics, e.Filter.AllTopics)
		v.Topics, v.Quality = topicsOf(tagger, wanted, s.Evaluations), k.quality(tagger, wanted)
	}
	return v
}

// quality returns the figures of the fitted ones among some topics.
func (k aboutKind) quality(tagger *topic.Tagger, wanted []string) (all []page.Quality) {
	if k.site.options.Quality == nil {
		return nil
	}
	for _, t := range tagger.Topics() {
		if slices.Contains(wanted, t.Name) && t.Fitted() {
			q := k.site.options.Quality(&t, tagger)
			q.Title = cmp.Or(line(t.Title), t.Name)
			all = append(all, q)
		}
	}
	return all
}

// criteria describes the filter of an edition in plain words.
func (k aboutKind) criteria(lang string, e *oped.EditionState) (rows []page.Row) {
	f, say := e.Filter, func(key string) string { return k.site.words.Say(lang, key) }
	add := func(label string, of []page.Labelled, otherwise string) {
		if len(of) == 0 && otherwise != "" {
			of = []page.Labelled{{Text: say(otherwise)}}
		}
		for i := range of {
			if of[i].Dir = "ltr"; !of[i].Code {
				of[i].Dir = Direction(page.Spoken(lang), of[i].Text)
			}
			of[i].Lang = langOf(of[i].Dir)
		}
		if len(of) > 0 {
			rows = append(rows, page.Row{Label: say(label), Of: of})
		}
	}
	titled := func(name string) page.Labelled { return page.Labelled{Text: cmp.Or(k.site.items.titles[name], name)} }
	plain := func(name string) page.Labelled { return page.Labelled{Text: line(name)} }
	everything := ""
	if len(f.AllTopics) == 0 {
		everything = "all"
	}
	add("Topics", mapped(f.Topics, titled), everything)
	add("On all of these topics", mapped(f.AllTopics, titled), "")
	if f.Query != "" {
		add("Query", []page.Labelled{{Text: asWritten(f.Query), Code: true}}, "")
	}
	add("Kinds", mapped(f.Kinds, func(kind oped.PieceKind) page.Labelled {
		return plain(k.site.words.Kinds(lang, string(kind)))
	}), "all opinion, no news")
	add("Publishers", mapped(f.Publishers, func(name string) page.Labelled {
		return page.Labelled{Text: line(name), URL: k.site.people.publisherURL(name)}
	}), "all")
	add("Authors", append(mapped(f.Authors, plain), k.authorTaken(e)...), "")
	add("Languages", mapped(f.Langs, func(l string) page.Labelled {
		return page.Labelled{Text: k.site.words.Language(lang, line(l))}
	}), "all")
	add("Feeds", mapped(f.Feeds, k.feedTaken), "")
	if f.Curated {
		add("Chosen by", []page.Labelled{{Text: say("a curator, piece by piece")}}, "")
	}
	excerpt := k.site.words.Sayf(lang, "at most %d words of each piece, or fewer if its publisher allows fewer",
		k.site.items.excerptWords(e, oped.FeedState{}))
	if e.Full {
		excerpt = say("whole texts, by permission")
	}
	add("Excerpt", []page.Labelled{{Text: excerpt}}, "")
	return rows
}

// authorTaken returns the author an edition was made for.
func (k aboutKind) authorTaken(e *oped.EditionState) []page.Labelled {
	if e.Filter.Author == "" {
		return nil
	}
	author := page.Labelled{Text: cmp.Or(line(e.Title), e.Filter.Author)}
	if e.Pieces > 0 { // else there may be no page
		author.URL = k.site.people.authorURL(e.Filter.Author)
	}
	return []page.Labelled{author}
}

// feedTaken describes a feed in the filter of an edition.
func (k aboutKind) feedTaken(url string) page.Labelled {
	f := k.site.items.feeds[url]
	f.URL = url
	public := feedURL(&f.Feed)
	return page.Labelled{
		Text: cmp.Or(line(cmp.Or(f.Title, f.DocTitle)), line(f.Publisher), public, line(f.Name)),
		URL:  public,
	}
}

// topicsOf describes some topics by the active rules.
func topicsOf(tagger *topic.Tagger, wanted []string, measures []oped.Evaluation) (all []page.Topic) {
	for _, t := range tagger.Topics() {
		if !slices.Contains(wanted, t.Name) {
			continue
		}
		version := tagger.Version(t.Name)
		v := page.Topic{
			Title:      cmp.Or(line(t.Title), t.Name),
			Describe:   line(t.Describe),
			Version:    version,
			Require:    asWritten(t.Require.Expr),
			Exclude:    asWritten(t.Exclude.Expr),
			Lists:      listsIn(tagger.Source(t.Name)),
			Evaluation: evaluationOf(t.Name, version, measures),
			Fitted:     t.Fitted(),
		}
		v.Dir = Direction("en", v.Title)
		tag, review := tagger.Thresholds(t.Name)
		v.Threshold = figure(tag)
		if review != 0 {
			v.Review = figure(review)
		}
		for _, s := range t.Score {
			v.Rules = append(v.Rules, page.Weighed{Expr: asWritten(s.Expr), Weight: decimal(s.Weight)})
		}
		for _, x := range t.Tests {
			dir := Direction("", x.Text)
			shown := page.Sample{Text: cutLine(x.Text, 160), Dir: dir, Lang: langOf(dir)}
			if x.Want {
				v.Yes = append(v.Yes, shown)
			} else {
				v.No = append(v.No, shown)
			}
		}
		all = append(all, v)
	}
	return all
}

// evaluationOf returns the latest evaluation of a version of a topic, else the latest of any version,
// or nil.
func evaluationOf(name, version string, measures []oped.Evaluation) *page.Evaluation {
	var chosen *oped.Evaluation
	for i := range measures {
		m := &measures[i]
		if m.Topic == name && (chosen == nil || chosen.Version != version && m.Version == version) {
			chosen = m
		}
	}
	if chosen == nil {
		return nil
	}
	v := &page.Evaluation{
		At:      believable(chosen.At),
		Version: chosen.Version,
		File:    line(chosen.File),
		Records: chosen.Records,
		Other:   chosen.Version != version,
	}
	for _, k := range chosen.Kinds {
		if k.Found+k.Wrong+k.Missed > 0 {
			v.Kinds = append(v.Kinds, page.KindEvaluation{
				Kind:      line(k.Kind),
				Precision: hundredths(k.Precision()),
				Recall:    hundredths(k.Recall()),
				F1:        hundredths(k.F1()),
			})
		}
	}
	return v
}

// langOf guesses the language of a text from its direction, among the languages of our catalogs.
func langOf(dir string) string {
	if dir == "rtl" {
		return "ur"
	}
	return "en"
}

func hundredths(x float64) string { return strconv.FormatFloat(x, 'f', 3, 64) }

// figure returns a number to two decimals, as people write it.
func figure(x float64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64), "-", "−", 1)
}

// aboutFacts reads the facts for the page about an edition.
func (k aboutKind) aboutFacts(ctx context.Context, e *oped.EditionState) (of aboutFacts, err error) {
	catalog := k.site.options.Catalog
	if catalog == nil {
		return of, nil
	}
	since := believable(e.Updated, e.Created).Add(-recently)
	if of.Recent, err = catalog.Editions.CountSince(ctx, e.Name, since); err != nil {
		return of, err
	}
	of.Evaluations, err = catalog.Topics.Evaluations(ctx)
	return of, err
}

// listsIn returns the lists of terms used by a rule: of a fitted topic those of its sides, as others are many.
func listsIn(source string) (all []page.Terms) {
	t, err := topic.WithSource(oped.Topic{}, source)
	if err != nil {
		return nil // it has none
	}
	for _, l := range t.Lists {
		if t.Fitted() && !topic.OfSides(t, l.Name) {
			continue
		}
		terms := mapped(l.Terms, func(term oped.Term) string { return asWritten(term.Source) })
		all = append(all, page.Terms{Name: "$" + l.Name, Terms: terms})
	}
	return all
}
