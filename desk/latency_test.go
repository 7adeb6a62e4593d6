package desk

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"oped"
)

// TestLatencyOfKeys reports, for each of forty candidates, the time from a key to the changed row, and to the row that
// shows the decision. It asserts nothing of them.
func TestLatencyOfKeys(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": candidates(40)})
	w := o.as("Aisha", oped.RoleCurator).in(browser)
	w.open("queue/picks/")
	w.eval(`(addEventListener("keydown", () => { window.pressed = performance.now(); window.painted = window.shown = 0; }, true),
		new MutationObserver((all) => {
			window.painted ||= performance.now() - pressed;
			if (all.some((m) => m.target.textContent.includes("Approved in"))) window.shown ||= performance.now() - pressed;
		}).observe(document.getElementById("candidates"), {subtree: true, childList: true, attributes: true}), "")`)
	var painted, shown []float64
	for range 40 {
		piece := w.current()
		w.press("a")
		w.wantsState(piece, "Approved in")
		painted = append(painted, run(w, chromedp.Evaluate[float64]("window.painted")))
		shown = append(shown, run(w, chromedp.Evaluate[float64]("window.shown")))
	}
	say := func(times []float64) string {
		slices.Sort(times)
		return fmt.Sprintf("p50 %.0f ms, p95 %.0f ms", times[len(times)/2], times[len(times)*95/100])
	}
	t.Logf("a key changes the page: %s; its decision is confirmed: %s", say(painted), say(shown))
}
