package desk

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped"
	"oped/app"
	"oped/topic"
)

func searchRoutes() []route {
	return []route{{"GET", "search", oped.RoleReader, (*visit).searchPage}}
}

const (
	foundOnPage = 50
	searchTime  = 5 * time.Second
	maxAsked    = 500 // bytes of a query
)

// searchView is the page of the search.
type searchView struct {
	Query  string
	Fields []field
	Author string
	Since  string
	Until  string
	Wrong  diagnostic
	Asked  bool
	*app.Results
	All   bool   // every box is ticked
	More  string // this page with more results; "": there are none
	Older string // the next page; "": there is none
	Tick  string // this page with every box ticked

	Editions []choice // to decide on
	Chosen   string   // the first curated one
	Curated  []choice
	Topics   []choice
}

// field is a filter with a choice of values.
type field struct {
	Name, Label, Any string
	Value            string // the chosen one
	Choices          []choice
}

func (v *visit) searchPage() error {
	q := v.r.URL.Query()
	x := searchView{
		Query: strings.TrimSpace(q.Get("q")), Fields: v.fields(q), Author: q.Get("author"),
		Since: q.Get("since"), Until: q.Get("until"), All: q.Get("all") != "", Results: &app.Results{},
		Editions: v.editions(false), Curated: v.editions(true), Topics: v.topics(),
	}
	if len(x.Curated) > 0 {
		x.Chosen = x.Curated[0].Value
	}
	query := x.Query
	var filters []string
	for _, name := range append(topic.Filters(), "author") {
		if value := strings.Join(strings.Fields(q.Get(name)), " "); value != "" {
			filters = append(filters, topic.Filtered(name, value))
		}
	}
	if query = topic.And(query, filters); query != "" {
		x.Asked = true
		if err := v.search(&x, query, q); err != nil {
			return err
		}
	}
	v.show("search", &view{Title: "Search", Section: "search", Body: x})
	return nil
}

// search finds the pieces of a page of results.
func (v *visit) search(x *searchView, query string, q url.Values) (err error) {
	if len(query) > maxAsked {
		x.Wrong = diagnostic{Message: fmt.Sprintf("A query may have at most %d characters.", maxAsked)}
		return nil
	}
	ctx, cancel := context.WithTimeout(v.r.Context(), searchTime)
	defer cancel()
	n := foundOnPage
	if q.Get("n") != "" {
		n = app.MaxBulk
	}
	found, err := v.app.Pieces().Search(ctx, query, cursorOf(q.Get("before")), n)
	if x.Wrong, err = diagnosticOf(err); err != nil || found == nil {
		return err
	}
	x.Results = found
	q.Del("done")
	with := func(name, value string) string {
		to, _ := url.ParseQuery(q.Encode())
		to.Set(name, value)
		return "search?" + to.Encode()
	}
	x.Tick = with("all", "1")
	if found.Next != (oped.Cursor{}) {
		x.Older = with("before", fmt.Sprintf("%d.%d", found.Next.Date, found.Next.Piece))
		if n < app.MaxBulk {
			x.More = with("n", strconv.Itoa(app.MaxBulk))
		}
	}
	return nil
}

// cursorOf returns a place in the archive; the beginning for a malformed one.
func cursorOf(written string) (c oped.Cursor) {
	date, id, _ := strings.Cut(written, ".")
	n, err := strconv.ParseInt(id, 10, 64)
	if c.Date, _ = strconv.ParseInt(date, 10, 64); err != nil {
		return oped.Cursor{}
	}
	c.Piece = oped.PieceID(n)
	return c
}

// fields returns the filters with a choice of values, as chosen.
func (v *visit) fields(q url.Values) (fields []field) {
	cfg := v.app.Config()
	known := topic.KnownOf(cfg.Feeds, cfg.Topics)
	for _, of := range [][3]string{
		{"topic", "Topic", "any topic"}, {"publisher", "Paper", "any paper"}, {"country", "Country", "any country"},
		{"kind", "Kind", "all opinion"}, {"lang", "Language", "any language"},
	} {
		f := field{Name: of[0], Label: of[1], Any: of[2], Value: q.Get(of[0])}
		for _, n := range known[of[0]] {
			f.Choices = append(f.Choices, choice{n.Name, cmp.Or(n.Title, n.Name)})
		}
		if f.Name != "kind" {
			slices.SortStableFunc(f.Choices, func(a, b choice) int {
				return cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
			})
		}
		if len(f.Choices) > 0 {
			fields = append(fields, f)
		}
	}
	return append(fields, field{
		Name: "length", Label: "Length", Any: "any length", Value: q.Get("length"),
		Choices: []choice{
			{"<500", "under 500 words"}, {"500..1000", "500 to 1,000 words"}, {">1000", "over 1,000 words"},
		},
	})
}
