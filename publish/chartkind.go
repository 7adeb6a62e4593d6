package publish

import (
	"context"
	"io"
	"iter"
	"time"

	"oped"
	"oped/publish/page"
)

// chartKind is the kind of the page with charts: the pieces of each topic, week by week.
type chartKind struct{ site *site }

const (
	chartFolder = "charts/"
	chartsFile  = chartFolder + "index.html"
	chartWeeks  = 52
)

func (chartKind) Match(name string) bool { return name == chartsFile }

func (k chartKind) Pages(_ context.Context, names []string) ([]Page, error) {
	var d hasher
	d.strings(k.site.rendering)
	d.times(k.site.today)
	for _, e := range k.site.sections() {
		d.edition(e)
		d.numbers(boolToInt(isTopical(e)))
		k.site.hashRows(&d, e.Version)
	}
	return mapped(names, func(name string) Page {
		return Page{
			Name:    name,
			Version: d.version(),
			Meta:    k.site.html(time.Time{}),
			Render: func(ctx context.Context, w io.Writer) error {
				v, err := k.view(ctx)
				if err != nil {
					return err
				}
				return k.site.pages.Write(w, v)
			},
		}
	}), nil
}

func (k chartKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	if len(c.Editions) == 0 && !c.NewDay {
		return each[string](nil)
	}
	return k.All(ctx)
}

func (chartKind) All(context.Context) iter.Seq2[string, error] { return each([]string{chartsFile}) }

// view builds the page.
func (k chartKind) view(ctx context.Context) (*page.Charts, error) {
	s, lang := k.site, k.site.language()
	v := &page.Charts{
		Head:  head(lang, s.words.Say(lang, "Charts of the year"), s.at.base+"/"+chartFolder),
		Today: s.today,
		First: s.firstWeek(chartWeeks),
	}
	layers := 0
	for _, e := range s.sections() {
		weeks, err := s.weeks(ctx, e, chartWeeks)
		if err != nil {
			return nil, err
		}
		title, lang := titleOf(e), language(e.Lang, "en")
		v.Topics = append(v.Topics, page.Charted{
			Title: title,
			Lang:  lang,
			Dir:   Direction(lang, title),
			Page:  s.at.pageURL(e.Name),
			Weeks: weeks,
		})
		if isTopical(e) && layers < maxSections {
			layers++
			v.Topics[len(v.Topics)-1].Layer = layers
		}
	}
	return v, nil
}

// isTopical reports whether an edition selects its pieces by subject. The pieces of others, such as digests and editions
// of all opinion, would count twice in a sum of topics.
func isTopical(e *oped.EditionState) bool {
	return e.Digest == oped.NoDigest && len(e.Filter.Topics)+len(e.Filter.AllTopics)+len(e.Filter.Query) > 0
}
