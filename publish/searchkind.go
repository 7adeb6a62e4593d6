package publish

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
	"oped/text"
)

// searchKind is the kind of the page of a search without a server, and of the parts of its index: one for each month of
// the pieces' dates. A finished month keeps its bytes while its pieces keep their headlines, names and topics.
type searchKind struct{ site *site }

const (
	finderFile  = SearchName + "/index.html"
	indexPrefix = SearchName + "/index-"
	monthLayout = "2006-01"
)

func monthFile(month time.Time) string { return indexPrefix + month.Format(monthLayout) + ".json" }

// monthOf returns the month of a part of the index.
func monthOf(name string) (month time.Time, ok bool) {
	rest, ok := strings.CutPrefix(name, indexPrefix)
	rest, isPart := strings.CutSuffix(rest, ".json")
	month, err := time.Parse(monthLayout, rest)
	return month, ok && isPart && err == nil
}

// hasIndex reports whether the pages have a search without a server.
func (s *site) hasIndex() bool { return s.options.Catalog != nil && s.options.Search == IndexSearch }

func (searchKind) Match(name string) bool {
	_, ok := monthOf(name)
	return ok || name == finderFile
}

func (k searchKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	months, err := k.site.options.Catalog.Months.Months(ctx)
	if err != nil {
		return nil, err
	}
	return pagesOf(names, func(name string) (Page, error) {
		if name == finderFile {
			return k.finder(months), nil
		}
		if month, _ := monthOf(name); slices.Contains(months, month) {
			return k.part(ctx, name, month)
		}
		return Page{Name: name}, nil
	})
}

// finder returns the page of the search.
func (k searchKind) finder(months []time.Time) Page {
	v := &page.Finder{
		Head:   head("en", "Search the archive", k.site.at.base+"/"+SearchName+"/"),
		Months: mapped(months, func(m time.Time) string { return m.Format(monthLayout) }),
	}
	var d hasher
	d.strings(k.site.rendering)
	d.strings(v.Months...)
	p := Page{Name: finderFile, Version: d.version(), Meta: k.site.html(time.Time{})}
	p.Meta.Policy = k.site.pages.FinderPolicy()
	p.Render = func(_ context.Context, w io.Writer) error { return k.site.pages.Write(w, v) }
	return p
}

// part returns the part of the index for a month.
func (k searchKind) part(ctx context.Context, name string, month time.Time) (Page, error) {
	list, err := k.site.options.Catalog.Months.MonthVersion(ctx, month)
	if err != nil {
		return Page{}, err
	}
	var d hasher
	d.strings(k.site.rendering, name)
	d.numbers(int64(list.Pieces))
	k.site.hashRows(&d, list.Version)
	for i := range k.site.feedList {
		f := &k.site.feedList[i]
		d.strings(f.URL, f.Publisher, f.Title, f.DocTitle, f.Lang, f.DocLang, f.Country, f.Timezone)
	}
	said := new(oped.Signals)
	return Page{
		Name:    name,
		Version: d.version(),
		Meta:    Meta{Status: http.StatusOK, MediaType: jsonType, Policy: dataPolicy},
		said:    said,
		Render: func(ctx context.Context, w io.Writer) error {
			pieces, err := k.site.options.Catalog.Months.MonthPieces(ctx, month)
			if err != nil {
				return err
			}
			items := k.site.items.all(&oped.EditionState{}, pieces)
			*said = signals(items)
			return k.write(w, items)
		},
	}, nil
}

// write writes the rows of a part of the index, one a line.
func (k searchKind) write(w io.Writer, items []*item) error {
	b := bytes.NewBufferString("[")
	for i, it := range items {
		row, err := json.Marshal(k.row(it))
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(row)
	}
	b.WriteString("\n]\n")
	_, err := w.Write(b.Bytes())
	return err
}

// row returns a piece for the script of the search: id, headline, paper, authors, day and topics; then language,
// direction and kind, as far as one of them is not that of most pieces.
func (k searchKind) row(it *item) []any {
	authors := mapped(it.authors, func(a feed.Person) oped.Person { return oped.Person{Name: a.Name} })
	row := []any{
		it.piece.ID,
		it.title,
		it.publisher,
		append([]string{}, text.Bylines(authors)...),
		it.day.Format(time.DateOnly),
		append([]string{}, mapped(it.topics, func(t topicTag) string { return t.title })...),
	}
	rest, usual := []string{it.lang, it.dir, k.site.words.Kind(it.lang, shownKind(it))}, []string{"en", "ltr", ""}
	for len(rest) > 0 && rest[len(rest)-1] == usual[len(rest)-1] {
		rest = rest[:len(rest)-1]
	}
	for _, one := range rest {
		row = append(row, one)
	}
	return row
}

// Affected returns all of them: a piece with another date leaves no trace in its former month. Exports compare versions.
func (k searchKind) Affected(ctx context.Context, _ *oped.ChangeSet) iter.Seq2[string, error] {
	return k.All(ctx)
}

func (k searchKind) All(ctx context.Context) iter.Seq2[string, error] {
	months, err := k.site.options.Catalog.Months.Months(ctx)
	if err != nil {
		return failing(err)
	}
	return each(append(mapped(months, monthFile), finderFile))
}

// withFormer adds the recorded pages that are not among some names: a month without its last piece is gone.
func (k searchKind) withFormer(names iter.Seq2[string, error], recorded map[string]Version) iter.Seq2[string, error] {
	all, err := gathered(names)
	if err != nil {
		return failing(err)
	}
	for _, name := range slices.Sorted(maps.Keys(recorded)) {
		if k.Match(name) && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return each(all)
}
