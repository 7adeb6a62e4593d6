package desk

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"oped"
)

// TestPaperHasNoControls: a printed page shows nothing to press, a head over each column, and exact times. A long piece
// begins on the first sheet.
func TestPaperHasNoControls(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": candidates(3)})
	w := o.as("Omar", oped.RoleOperator).in(browser)
	w.open("queue/picks/")
	piece := w.current()
	_, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	must(t, err)
	pages := []string{"", "piece/" + piece + "/", "edition/", "feeds/", "feeds/feed/", "search?q=river", "log/"}
	for _, page := range pages {
		w.open(page)
		for _, x := range run(w, chromedp.Evaluate[[]string](`[
			...[...document.querySelectorAll("button, select, input:not(.facts *), .tick")]
				.filter((e) => e.checkVisibility()).map((e) => "has a control: " + e.outerHTML.slice(0, 200)),
			...[...document.querySelectorAll("table.rows")].filter((t) => {
				const shown = (row) => [...row.cells].filter((c) => c.checkVisibility()).length;
				const first = t.tBodies[0].rows[0];
				return first && shown(t.tHead.rows[0]) !== shown(first);
			}).map((t) => "has another number of heads than of columns: " + t.tHead.innerText),
			...[...document.querySelectorAll("time > .screen")]
				.filter((e) => e.checkVisibility()).map((e) => "has " + e.innerText),
		]`)) {
			t.Errorf("%s %s", page, x)
		}
	}
	w.open("piece/" + piece + "/")
	if got := w.eval("getComputedStyle(document.querySelector('article')).breakInside"); got != "auto" {
		t.Errorf("a piece on paper has break-inside: %s", got)
	}
}

// TestPhoneShowsTheTop: the queue opens at its beginning, and nothing is wider than the window.
func TestPhoneShowsTheTop(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": candidates(3)})
	w := o.as("Aisha", oped.RoleCurator).in(browser)
	run(w, chromedp.EmulateViewport(390, 500))
	w.open("queue/picks/")
	w.wants("document.activeElement === document.querySelector('.candidate[aria-current]')")
	if y := run(w, chromedp.Evaluate[float64]("scrollY")); y != 0 {
		t.Errorf("the queue opens %v px below its beginning", y)
	}
	if wide := run(w, chromedp.Evaluate[float64]("document.documentElement.scrollWidth")); wide > 390 {
		t.Errorf("the queue is %v px wide on a screen of 390", wide)
	}
}

// TestALongNote: a note has a field of several lines. Enter saves it, and it stays one line.
func TestALongNote(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": candidates(1)})
	w := o.as("Aisha", oped.RoleCurator).in(browser)
	w.open("queue/picks/")
	piece := w.current()
	w.press("n")
	w.fill(".candidate [name=note]", "Two lines\nof a note.")
	w.press(kb.Enter)
	w.wantsState(piece, "Note saved")
	if got := w.eval("document.querySelector('.candidate .note span').textContent"); got != "Two lines of a note." {
		t.Errorf("the note is %q", got)
	}
}
