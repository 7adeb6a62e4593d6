package publish

import (
	"context"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/publish/page"
)

// TestCalendar: the calendar of an edition counts its pieces by month, and each month leads to its latest pieces.
func TestCalendar(t *testing.T) {
	p := published(t, example(), options())
	name := "pak-us/archive/index.html"
	f := p.Find(name)
	if f.Kind == nil {
		t.Fatal("there is no calendar")
	}
	pages, err := f.Kind.Pages(t.Context(), []string{name})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := pages[0].Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	want := `<li><a href="/pak-us/">March</a> <span>3</span></li>`
	if !strings.Contains(b.String(), want) {
		t.Errorf("the calendar has no %s:\n%s", want, b.String())
	}
	v := calendarKind{p.site.Load()}.view(&oped.EditionState{Edition: oped.Edition{Name: "x"}}, []oped.DayCount{
		{Day: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Pieces: 2},
		{Day: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Pieces: 1, Archive: 2},
		{Day: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), Pieces: 4, Archive: 1},
	})
	if len(v.Years) != 2 || v.Years[0].Pieces != 3 || v.Years[0].Months[0].URL != "https://editions.example/x/" ||
		v.Years[1].Months[0] != (page.Month{Name: "January", URL: "https://editions.example/x/archive/1/", Pieces: 4}) {
		t.Errorf("%+v", v.Years)
	}
}
