package publish

import (
	"context"
	"io"
	"iter"
	"strings"

	"oped"
	"oped/publish/page"
)

// calendarKind is the kind of the calendars of editions: their months, or the issues of a digest, with the number of
// pieces of each.
type calendarKind struct{ site *site }

func (k calendarKind) editionAt(name string) *oped.EditionState {
	edition, ok := strings.CutSuffix(name, calendarFile(""))
	if !ok {
		return nil
	}
	return k.site.edition(edition)
}

func (k calendarKind) Match(name string) bool { return k.editionAt(name) != nil }

func (k calendarKind) Pages(_ context.Context, names []string) ([]Page, error) {
	return pagesOf(names, func(name string) (Page, error) {
		e := k.editionAt(name)
		if e == nil {
			return Page{Name: name}, nil
		}
		var d hasher
		d.strings(k.site.rendering, name)
		d.edition(e)
		k.site.hashRows(&d, e.Version)
		issues := k.site.digests[e.Name]
		if issues != nil {
			for _, n := range issues.all {
				d.strings(n.Name)
				d.numbers(int64(len(n.ids)))
			}
		}
		return Page{
			Name:    name,
			Version: d.version(),
			Meta:    k.site.html(believable(e.Updated, e.Created)),
			Render: func(ctx context.Context, w io.Writer) error {
				if issues != nil {
					return k.site.pages.Write(w, k.issues(e, issues.all))
				}
				days, err := k.site.rows.Editions.Days(ctx, e.Name)
				if err != nil {
					return err
				}
				return k.site.pages.Write(w, k.view(e, days))
			},
		}, nil
	})
}

// empty returns the calendar of an edition without a year.
func (k calendarKind) empty(e *oped.EditionState) *page.Calendar {
	lang, title := language(e.Lang, "en"), titleOf(e)
	v := &page.Calendar{
		Head:       head(lang, title+": "+k.site.words.Say(lang, "Archive"), k.site.at.calendarURL(e.Name)),
		Edition:    title,
		EditionURL: k.site.at.pageURL(e.Name),
	}
	v.Section = e.Name
	return v
}

// issues returns the calendar of a digest with these issues, the newest first.
func (k calendarKind) issues(e *oped.EditionState, all []issue) *page.Calendar {
	v := k.empty(e)
	for _, n := range all {
		y := v.In(n.Start.Year())
		y.Months = append(y.Months, page.Month{
			Name:   k.site.items.periodIn(v.Lang, e.Digest, n.Period),
			URL:    k.site.at.issueURL(e.Name, n.Name),
			Pieces: len(n.ids),
		})
		y.Pieces += len(n.ids)
		v.All += len(n.ids)
	}
	return v
}

// view returns the calendar of an edition with pieces on some days, the latest first.
func (k calendarKind) view(e *oped.EditionState, days []oped.DayCount) *page.Calendar {
	v := k.empty(e)
	v.All = e.Pieces
	for _, d := range days {
		y := v.In(d.Day.Year())
		name := k.site.words.Say(v.Lang, d.Day.Month().String())
		if n := len(y.Months); n == 0 || y.Months[n-1].Name != name {
			y.Months = append(y.Months, page.Month{Name: name, URL: k.placeOf(e, d)})
		}
		y.Months[len(y.Months)-1].Pieces += d.Pieces
		y.Pieces += d.Pieces
	}
	return v
}

// placeOf returns the address of the page with the latest pieces of a day.
func (k calendarKind) placeOf(e *oped.EditionState, d oped.DayCount) string {
	if d.Archive > 0 {
		return k.site.at.archivePageURL(e.Name, d.Archive)
	}
	return k.site.at.pageURL(e.Name)
}

func (k calendarKind) Affected(_ context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	return k.of(k.site.changedEditions(c))
}

func (k calendarKind) All(context.Context) iter.Seq2[string, error] {
	return k.of(k.site.editionNames())
}

func (k calendarKind) of(editions []string) iter.Seq2[string, error] {
	return each(mapped(editions, calendarFile))
}
