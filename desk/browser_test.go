package desk

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdpnetwork "github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"oped"
	"oped/app"
	"oped/internal/testkit"
)

// window is a window of a browser, with a person signed in.
type window struct {
	*person
	ctx context.Context
}

// newBrowser starts a browser, or skips the test without one.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	testkit.NotShort(t)
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium: no key is pressed")
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	must(t, chromedp.Do(ctx))
	return ctx
}

// in opens a window of a browser for a person.
func (p *person) in(browser context.Context) *window {
	p.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	p.Cleanup(cancel)
	at, err := url.Parse(p.base)
	must(p.T, err)
	for _, c := range p.client.Jar.Cookies(at) {
		cookie := cdpnetwork.SetCookieParams{Name: c.Name, Value: c.Value, URL: p.base}
		_, err := chromedp.Call(ctx, cdpnetwork.SetCookie, cookie)
		must(p.T, err)
	}
	return &window{p, ctx}
}

// run carries out an action within half a minute.
func run[T any](w *window, action chromedp.Action[T]) T {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
		defer cancel()
		text, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
		w.Fatalf("%v\n%s", err, text)
	}
	return value
}

func (w *window) open(page string) {
	w.Helper()
	run(w, chromedp.Navigate(w.base+page))
	w.wants("document.documentElement.classList.contains('js')")
}

// press presses keys. As on a keyboard, a key that the page takes types nothing.
func (w *window) press(keys ...string) {
	w.Helper()
	for _, key := range strings.Join(keys, "") {
		events := kb.Encode(key)
		for i, k := range events {
			if k.Type == kb.KeyChar {
				continue
			}
			if i+1 < len(events) && events[i+1].Type == kb.KeyChar {
				k.Type, k.Text = kb.KeyDown, events[i+1].Text
			}
			_, err := chromedp.Call(w.ctx, input.DispatchKeyEvent, *k)
			must(w.T, err)
		}
	}
}

// wants waits until an expression holds in the page.
func (w *window) wants(expression string) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool]("Boolean("+expression+")")); err != nil {
		w.Fatalf("never: %s\n%s", expression, w.eval("document.body.innerText"))
	}
}

// wantsState waits until the row of a piece says something.
func (w *window) wantsState(piece, words string) {
	w.Helper()
	w.wants(fmt.Sprintf("document.querySelector('#piece-%s .state')?.innerText.includes(%q)", piece, words))
}

func (w *window) eval(expression string) string {
	w.Helper()
	return run(w, chromedp.Evaluate[string](expression))
}

// fill writes a value into a field, as a person pastes it.
func (w *window) fill(field, value string) {
	w.Helper()
	w.eval(fmt.Sprintf("(document.querySelector(%q).value = %q)", field, value))
}

func (w *window) focus(field string) {
	w.Helper()
	w.eval(fmt.Sprintf("String(document.querySelector(%q).focus())", field))
}

// current returns the number of the current piece.
func (w *window) current() string {
	w.Helper()
	return w.eval("document.querySelector('[aria-current].candidate')?.dataset.piece || ''")
}

// candidates returns the body of a feed with some pieces for the topic.
func candidates(n int) string {
	var items []string
	for i := range n {
		items = append(items, item(i+1, fmt.Sprintf("The river and the %d towns", i+1),
			fmt.Sprintf("The river rose over town number %d, and its people left.", i+1)))
	}
	return rss("The Paper", items...)
}

// feed returns the published feed of an edition.
func (o *office) feed(edition string) string {
	return testkit.Get(o.T, strings.TrimSuffix(o.base, "desk/")+edition+".atom")
}

// publishes waits until the feed of an edition has some entries.
func (o *office) publishes(edition string, want int) {
	o.Helper()
	began := time.Now()
	for tick := time.NewTicker(50 * time.Millisecond); ; <-tick.C {
		n := strings.Count(o.feed(edition), "<entry")
		if n == want {
			return
		}
		if time.Since(began) > 90*time.Second {
			o.Fatalf("%s has %d entries, want %d", edition, n, want)
		}
	}
}

// TestJ5_AMorningByKeyboard: forty candidates are decided by keys alone. Each key shows its effect on the row, and every
// decision is in the record with the name of the curator.
func TestJ5_AMorningByKeyboard(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": candidates(40)})
	w := o.as("Aisha", oped.RoleCurator).in(browser)
	w.open("queue/picks/")
	w.wants("document.querySelectorAll('.candidate').length === 40")
	decided := 0
	act := func(says string, keys ...string) {
		t.Helper()
		piece := w.current()
		w.press(keys...)
		w.wantsState(piece, says)
		decided++
	}
	act("Approved in Our picks, by Aisha", "a")
	act("Rejected from Our picks: off topic, by Aisha", "r", "1")
	own := w.current()
	w.press("r", kb.Enter) // no reason is chosen
	w.focus("#piece-" + own + " [data-act=reject] [name=why]")
	act("Rejected from Our picks: dull, by Aisha", "dull", kb.Enter)
	pinned := w.current()
	w.press("p", kb.Enter)
	w.wantsState(pinned, "Pinned in Our picks at place 1")
	w.press("n", "Why", kb.Enter)
	w.wantsState(pinned, "Note saved in Our picks")
	act("Approved in Our picks", "a")
	act("Held for Our picks until 12:00", "h", kb.Enter)
	act("Withdrawn from all editions", "w", kb.Enter, "a hoax", kb.Enter)
	marked := w.current()
	w.press("x", "j")
	target := w.current()
	w.press("m", kb.Enter)
	w.wants(fmt.Sprintf("document.querySelectorAll('#piece-%s[data-decided], #piece-%s[data-decided]').length === 1",
		marked, target))
	decided++
	w.press("t", kb.Enter, "W", kb.Enter)
	w.wants("document.querySelector('#status').innerText.includes('Put on Water')")
	last := w.current()
	act("Approved in Our picks", "a")
	w.press("u")
	w.wants(fmt.Sprintf("!document.querySelector('#piece-%s').dataset.decided", last))
	decided--
	if got := w.current(); got != last {
		t.Errorf("after the undo the piece is %s, want %s", got, last)
	}
	for decided < 40 {
		act("Approved in Our picks", "a")
	}
	w.wants("document.getElementById('waiting').value === '0'")
	all, err := o.desk.live.App().Decisions(t.Context(), 0)
	must(t, err)
	mine := 0
	for _, d := range all {
		if d.By == "Aisha" {
			mine++
		}
	}
	if want := 40 + 5; mine != want { // and a pin, a note, a topic, an approval and its undo
		t.Errorf("%d decisions of Aisha, want %d", mine, want)
	}
	o.publishes("picks", 35)
}

// TestCuratorsSeeEachOther: a decision of one curator appears on the page of the other, with the name, and the other
// decides on it again only by a second press.
func TestCuratorsSeeEachOther(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": candidates(3)})
	aisha, bilal := o.as("Aisha", oped.RoleCurator).in(browser), o.as("Bilal", oped.RoleCurator).in(browser)
	aisha.open("queue/picks/")
	bilal.open("queue/picks/")
	piece := aisha.current()
	bilal.press("r", "2")
	aisha.wantsState(piece, "Rejected from Our picks: duplicate, by Bilal")
	aisha.wants("document.getElementById('waiting').value === '2'")
	if got := aisha.current(); got != piece {
		t.Errorf("the piece of Aisha changed to %s", got)
	}
	aisha.press("a")
	aisha.wants("document.querySelector('#status').innerText.includes('Press the key again')")
	aisha.press("a")
	aisha.wantsState(piece, "Approved in Our picks, by Aisha")
	bilal.wantsState(piece, "Approved in Our picks, by Aisha")
	aisha.press("u")
	bilal.wantsState(piece, "Rejected from Our picks: duplicate, by Bilal")
}

// TestAFailedActLosesNothing: the row says why the act failed, and the form is open with the words.
func TestAFailedActLosesNothing(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": candidates(2)})
	w := o.as("Aisha", oped.RoleCurator).in(browser)
	w.open("queue/picks/")
	piece := w.current()
	w.press("h")
	w.fill("#piece-"+piece+" [name=until]", "soon")
	w.press(kb.Enter)
	w.wants(fmt.Sprintf("document.querySelector('#piece-%s .mistake')?.innerText.includes('no time')", piece))
	w.wants(fmt.Sprintf("document.querySelector('#piece-%s [data-act=hold]').open && "+
		"document.querySelector('#piece-%[1]s [name=until]').value === 'soon'", piece))
	w.wants("document.getElementById('waiting').value === '2'")
	if got := w.current(); got != piece { // nothing was done since
		t.Errorf("after the failure the piece is %s, want %s", got, piece)
	}
	w.press(kb.Escape, "s")
	w.wants("document.querySelector('#status').innerText.includes('“Split appearances off” is not possible here')")
	w.press(kb.Escape)
	w.wants("!document.querySelector('#status').innerText")
}

// TestKeysCanChange: a curator gives an act another key, and turns the keys off; the browser keeps both.
func TestKeysCanChange(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": candidates(3)})
	w := o.as("Aisha", oped.RoleCurator).in(browser)
	w.open("queue/picks/")
	w.press("?")
	w.wants("document.getElementById('keys').open")
	run(w, chromedp.Click("#keys tr[data-act=approve] button"))
	w.press("y", kb.Escape)
	w.open("queue/picks/")
	piece := w.current()
	w.press("a", "y")
	w.wantsState(piece, "Approved in Our picks")
	w.press("?")
	run(w, chromedp.Click("#keys-on"))
	w.open("queue/picks/")
	w.press("y", "j")
	if got := w.eval("document.querySelector('.candidate').dataset.piece"); w.current() != got {
		t.Errorf("a key acts though the keys are off")
	}
}

// TestTickedPiecesAreCounted: a bar beside the results counts the chosen pieces. Without any, no act is sent.
func TestTickedPiecesAreCounted(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": candidates(3)})
	w := o.as("Aisha", oped.RoleCurator).in(browser)
	w.open("search?q=river")
	w.wants("document.getElementById('chosen').innerText === '0 of 3 chosen'")
	run(w, chromedp.Click(".bulk [value=approve]"))
	w.wants("document.querySelector('#status').innerText.includes('Choose pieces first')")
	run(w, chromedp.Click(".found input"))
	w.wants("document.getElementById('chosen').innerText === '1 of 3 chosen'")
}

// TestAKeySkipsAPair: the keys for the next and the previous piece follow the links between pairs.
func TestAKeySkipsAPair(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{
		"/feed-a": rss("A", twin(1)),
		"/feed-b": rss("B", strings.ReplaceAll(twin(2), "A few words only.", "Other words here.")),
	})
	w := o.as("Aisha", oped.RoleCurator).in(browser)
	w.open("pairs/")
	w.eval("document.querySelector('[rel=next]').onclick = () => { window.skipped = true; return false }, ''")
	w.press("j")
	w.wants("window.skipped")
}

// TestNoStoredScriptRuns: no script in a title, a note, a name of an author or of a curator, or a reason runs.
func TestNoStoredScriptRuns(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": rss(attack,
		item(1, "The river "+attack, "The river rose."+attack), item(2, "A river too", "The river again."))})
	w := o.as("Eve", oped.RoleCurator).in(browser)
	for _, page := range []string{"", "queue/picks/", "queue/topic/water/"} {
		w.open(page)
	}
	w.open("queue/picks/")
	piece := w.current()
	w.press("n")
	w.fill("#piece-"+piece+" [name=note]", attack)
	w.press(kb.Enter)
	w.wantsState(piece, "Note saved")
	w.press("r")
	w.fill("#piece-"+piece+" [data-act=reject] [name=why]", attack)
	w.press("5")
	w.wantsState(piece, "Rejected from Our picks: "+attack[:8])
	for _, page := range []string{"", "queue/picks/", "piece/" + piece + "/", "edition/picks/", "edition/"} {
		w.open(page)
		if n := w.eval("String(document.querySelectorAll('main script, main img, [onerror]').length)"); n != "0" {
			t.Errorf("%s has %s elements of the attack", page, n)
		}
		if w.eval("String(window.ran)") != "undefined" {
			t.Errorf("%s runs a script of the attack", page)
		}
	}
}

// TestEveryControlIsReachedByTab walks through pages by Tab.
func TestEveryControlIsReachedByTab(t *testing.T) {
	browser := newBrowser(t)
	o := newOffice(t, map[string]string{"/feed": candidates(3)})
	w := o.as("Aisha", oped.RoleCurator).in(browser)
	w.open("queue/picks/")
	w.press("a")
	w.wants("document.getElementById('waiting').value === '2'")
	published := w.eval("document.querySelector('.candidate').dataset.piece")
	for _, page := range []string{"queue/picks/", "piece/" + published + "/", "edition/picks/"} {
		w.open(page)
		w.eval("document.activeElement.blur(), document.body.tabIndex = -1, document.body.focus(), ''")
		reached := map[string]bool{}
		for range 150 {
			w.press(kb.Tab)
			at := w.eval("document.activeElement.matches('body') ? '' : document.activeElement.outerHTML.slice(0, 200)")
			if at == "" {
				break
			}
			reached[at] = true
		}
		all := run(w, chromedp.Evaluate[[]string](`
			[...document.querySelectorAll("a[href], button, summary, input, select, textarea")]
			.filter((e) => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled)
			.map((e) => e.outerHTML.slice(0, 200))`))
		for _, control := range all {
			if !reached[control] {
				t.Errorf("%s: Tab does not reach %s", page, control)
			}
		}
	}
}

// readAxe returns the script of axe-core, or skips the test without it.
func readAxe(t *testing.T) string {
	t.Helper()
	modules := os.Getenv("OPED_AXE")
	if modules == "" {
		modules = filepath.Join("..", "e2e", "axe", "node_modules")
	}
	axe, err := os.ReadFile(filepath.Join(modules, "axe-core", "axe.min.js"))
	if err != nil {
		t.Skip("axe-core is not installed: npm install --ignore-scripts in e2e/axe; no page is looked at")
	}
	return string(axe)
}

// faults returns the serious and critical faults of the page (WCAG 2.2 AA) that axe-core finds.
func (w *window) faults(axe string) []string {
	w.Helper()
	run(w, chromedp.Evaluate[int](axe+"; 0"))
	return run(w, chromedp.Evaluate[[]string](`axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa",
		"wcag22aa", "best-practice"]}).then((r) => r.violations
		.filter((v) => v.impact === "serious" || v.impact === "critical")
		.map((v) => v.id + ": " + v.nodes[0].html.slice(0, 200) + " " + v.nodes[0].failureSummary))`,
		chromedp.EvalAwaitPromise))
}

// TestAxe_Accounts shows the pages of accounts to axe-core, light, dark and on a phone.
func TestAxe_Accounts(t *testing.T) {
	browser := newBrowser(t)
	axe := readAxe(t)
	o := newOffice(t, map[string]string{"/feed": candidates(1)})
	o.as("Aisha", oped.RoleCurator)
	w := o.as("Omar", oped.RoleOperator).in(browser)
	link, err := app.Do(t.Context(), o.desk.live, app.AddAccount, app.NewAccount{Name: "زینب ملک"})
	must(t, err)
	out := (&person{o, newClient(t)}).in(browser)
	must(t, chromedp.Do(out.ctx)) // so that the window outlives its first action
	_, enter, _ := strings.Cut(link.URL, app.DeskPath)
	for _, form := range axeForms() {
		for page, w := range map[string]*window{"own": w, "accounts": w, "nowhere": w, "sign-in": out, enter: out} {
			w.emulate(form)
			run(w, chromedp.Navigate(w.base+page))
			run(w, chromedp.Evaluate[int]("document.querySelectorAll('details').forEach((d) => d.open = true); 0"))
			for _, f := range w.faults(axe) {
				t.Errorf("%s (%s): %s", page, form.name, f)
			}
			if wide := run(w, chromedp.Evaluate[bool]("document.documentElement.scrollWidth > innerWidth")); wide {
				t.Errorf("%s (%s) is wider than its window", page, form.name)
			}
		}
	}
}

// axeForm is a way to show a page.
type axeForm struct {
	name  string
	width int64
	dark  string
}

func axeForms() []axeForm {
	return []axeForm{{"light", 1280, "light"}, {"dark", 1280, "dark"}, {"phone", 400, "light"}}
}

func (w *window) emulate(form axeForm) {
	w.Helper()
	run(w, chromedp.EmulateViewport(form.width, 900))
	_, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: form.dark}},
	})
	must(w.T, err)
}

// TestAxe_Desk shows the pages of the queue to axe-core, light, dark and on a phone.
func TestAxe_Desk(t *testing.T) {
	browser := newBrowser(t)
	axe := readAxe(t)
	o := newOffice(t, map[string]string{"/feed": candidates(5)})
	w := o.as("Aisha", oped.RoleCurator).in(browser)
	w.open("queue/picks/")
	first := w.current()
	w.press("p", kb.Enter)
	w.wantsState(first, "Pinned")
	w.press("a")
	w.wantsState(first, "Approved")
	for _, form := range axeForms() {
		w.emulate(form)
		for _, page := range []string{
			"", "queue/picks/", "queue/topic/water/", "piece/" + first + "/", "edition/picks/", "edition/",
			"queue/picks/ r", "queue/picks/ h", "queue/picks/ t", "queue/picks/ ?", "queue/picks/ a",
		} {
			at, key, _ := strings.Cut(page, " ")
			w.open(at)
			if key != "" {
				w.press(key)
			}
			for _, f := range w.faults(axe) {
				t.Errorf("%s (%s): %s", page, form.name, f)
			}
		}
	}
}
