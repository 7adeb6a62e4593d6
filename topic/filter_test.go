package topic

import (
	"testing"

	"oped"
)

// TestFilter_Refuses: a filter names the first condition that a piece fails.
func TestFilter_Refuses(t *testing.T) {
	query, err := CompileExpr(nil, oped.Rule{Expr: "river"})
	if err != nil {
		t.Fatal(err)
	}
	piece := oped.Piece{
		Kind: oped.Opinion,
		Tags: []oped.Tag{{Topic: "water", Outcome: oped.Tagged}, {Topic: "trade", Outcome: oped.Review}},
		Entries: []oped.Entry{
			{FeedURL: "https://a.example/rss", Publisher: "A", Lang: "ur-PK"},
			{FeedURL: "https://b.example/rss", Publisher: "B", Authors: []oped.Person{{Name: "Amina Qureshi"}}},
		},
	}
	for _, tt := range []struct {
		filter oped.Filter
		query  *Expr
		want   Refusal
	}{
		{oped.Filter{}, nil, Taken},
		{oped.Filter{Kinds: []oped.PieceKind{oped.News}}, nil, ByKind},
		{oped.Filter{Topics: []string{"trade", "water"}}, nil, Taken},
		{oped.Filter{Topics: []string{"trade"}}, nil, ByTopics},
		{oped.Filter{AllTopics: []string{"trade", "water"}}, nil, ByAllTopics},
		{oped.Filter{Langs: []string{"ur"}}, nil, Taken},
		{oped.Filter{Langs: []string{"en"}}, nil, ByLang},
		{oped.Filter{Authors: []string{"amina qureshi"}}, nil, Taken},
		{oped.Filter{Authors: []string{"Amina"}}, nil, ByAuthors},
		{oped.Filter{Author: "amina-qureshi"}, nil, Taken},
		{oped.Filter{Author: "amina"}, nil, ByAuthor},
		{oped.Filter{Publishers: []string{"B"}}, nil, Taken},
		{oped.Filter{Publishers: []string{"C"}}, nil, ByPublisher},
		{oped.Filter{Feeds: []string{"https://c.example/rss"}}, nil, ByFeed},
		{oped.Filter{Query: "river"}, query, Taken},
		{oped.Filter{Query: "river AND"}, nil, ByQuery},
	} {
		f := NewFilter(tt.filter, tt.query)
		matches := func(q *Expr) bool { return q != nil }
		if got := f.Refuses(&piece, AuthorSlugs(&piece), matches); got != tt.want {
			t.Errorf("%s: refused for %q, want %q", tt.filter.Canonical(), got, tt.want)
		}
	}
	for byline, want := range map[string]Refusal{
		"Jane Mill": Taken, "JANE MILL": Taken, "By Jane Mill": Taken, "Jane Mill and Ayla Brook": Taken,
		"Jane Mill & Ayla Brook": Taken, "Ayla Brook, Jane Mill": Taken, "Ayla Brook, and Jane Mill": Taken,
		"Written by Ayla Brook & Jane Mill": Taken, "Jane  Mill.": Taken,
		"Jane Mill with Ayla Brook": Taken, "Jane Mill · Ayla Brook": Taken, "Jane Mill | Gazette": Taken,
		"Dr Jane Mill": Taken, "Gen (retd) Jane Mill and Ayla Brook": Taken, "Ambassador Jane Mill": Taken,
		"Mill, Jane": Taken, "By Jane Mill in London": Taken, "Jane Mill, Professor of Law": Taken,
		"Par Jane Mill": Taken, "Por Jane Mill": Taken, "von Jane Mill": Taken, "Von Jane Mill": Taken,
		"Jane Miller": ByAuthors, "Mary Jane Mill": ByAuthors, "Jane Mill Brook": ByAuthors, "Jane": ByAuthors,
	} {
		p := oped.Piece{Entries: []oped.Entry{{Authors: []oped.Person{{Name: byline}}}}}
		f := NewFilter(oped.Filter{Authors: []string{"Jane Mill"}}, nil)
		if got := f.Refuses(&p, AuthorSlugs(&p), nil); got != want {
			t.Errorf("%q: refused for %q, want %q", byline, got, want)
		}
	}
	titled := oped.Piece{Entries: []oped.Entry{{Authors: []oped.Person{{Name: "Dr Jane Mill"}}}}}
	for _, filter := range []oped.Filter{
		{Author: "jane-mill"}, {Author: "dr-jane-mill"}, {Authors: []string{"Prof Jane Mill"}},
	} {
		f := NewFilter(filter, nil)
		if got := f.Refuses(&titled, AuthorSlugs(&titled), nil); got != Taken {
			t.Errorf("%s: refused for %q", filter.Canonical(), got)
		}
	}
	news, withdrawn := piece, piece
	news.Kind, withdrawn.Withdrawn = oped.News, true
	all := Filter{}
	if got := all.Refuses(&news, nil, nil); got != ByKind {
		t.Errorf("news is refused for %q", got)
	}
	if got := all.Refuses(&withdrawn, nil, nil); got != Withdrawn {
		t.Errorf("a withdrawn piece is refused for %q", got)
	}
}
