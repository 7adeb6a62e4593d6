package app

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"oped/config"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestList: the newest pieces come first; an edition, a query and the kind select.
func TestList(t *testing.T) {
	press := newstest.New(t)
	item := func(n int, title string, categories ...string) newstest.Item {
		at := fmt.Sprintf("https://paper.example/%d", n)
		return newstest.Item{
			GUID:       at,
			Link:       at,
			Title:      title,
			Author:     "Amina Qureshi",
			Categories: categories,
			HTML:       "<p>" + newstest.Words(n, 40) + "</p>",
			Published:  time.Date(2026, 1, n, 9, 0, 0, 0, time.UTC),
		}
	}
	press.Edition("/feed", "The Paper", item(1, "The river"), item(2, "The garden"), item(3, "A river of news", "News"),
		item(4, "The river again"))
	path := testkit.WriteConfig(t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
		"terms: {waters: [river]}\ntopics: {rivers: {score: {river: 1}, threshold: 1}}\n"+
		"editions: {rivers: {topics: rivers}}\nfeeds: [{name: paper, url: \""+press.URL+
		"/feed\", publisher: The Paper, opinion: \"NOT category:news\"}]\n")
	cfg, err := config.Load(path)
	must(t, err)
	p, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, Version: "dev"})
	must(t, err)
	defer p.Close()
	_, err = p.Once(t.Context(), true)
	must(t, err)
	for _, tt := range []struct {
		l    Listing
		want string
	}{
		{Listing{}, "The river again, The garden, The river"},
		{Listing{Limit: 2}, "The river again, The garden"},
		{Listing{News: true}, "The river again, A river of news, The garden, The river"},
		{Listing{Of: "rivers"}, "The river again, The river"},
		{Listing{Of: "rivers", Limit: 1}, "The river again"},
		{Listing{Of: "title:garden OR again"}, "The river again, The garden"},
		{Listing{Of: "$waters AND NOT again", News: true}, "A river of news, The river"},
		{Listing{Of: "monsoon"}, ""},
		{Listing{Of: "topic:rivers publisher:paper since:2026-01-04 until:2026-01-04 length:>10"}, "The river again"},
		{Listing{Of: "kind:news"}, "A river of news"},
		{Listing{Of: "kind:opinion garden"}, "The garden"},
	} {
		list, err := p.Pieces().List(t.Context(), tt.l)
		must(t, err)
		var titles []string
		for _, x := range list {
			titles = append(titles, x.Title)
		}
		if got := strings.Join(titles, ", "); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.l, got, tt.want)
		}
	}
	if _, err := p.Pieces().List(t.Context(), Listing{Of: "(a"}); err == nil {
		t.Error("a faulty query lists something")
	}
	x, err := p.Pieces().Read(t.Context(), "https://paper.example/4")
	must(t, err)
	if x.Title != "The river again" || x.Date != "2026-01-04" || !slices.Equal(x.Authors, []string{"Amina Qureshi"}) ||
		!slices.Equal(x.Topics, []string{"rivers"}) || !strings.HasSuffix(x.Text, newstest.Words(4, 40)) {
		t.Errorf("%+v", x)
	}
	id, address, err := p.Pieces().Address(t.Context(), fmt.Sprint(x.Piece))
	must(t, err)
	if id != x.Piece || address != "https://paper.example/4" {
		t.Errorf("%d, %s", id, address)
	}
}

func ExampleSickFirst() {
	for _, h := range SickFirst([]FeedHealth{
		{Name: "off", State: "disabled"},
		{Name: "dawn", State: "ok"},
		{Name: "cut", State: "ok", Diagnosis: "read in part"},
		{Name: "nation", State: "failing", Diagnosis: "403 Forbidden"},
	}) {
		fmt.Println(h.State, h.Name)
	}
	// Output:
	// failing nation
	// ok cut
	// ok dawn
	// disabled off
}
