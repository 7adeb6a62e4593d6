package desk

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"oped"
)

var hidden = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)

// confirmed returns the form of a preview, confirmed.
func confirmed(page string) url.Values {
	form := url.Values{"confirm": {"yes"}}
	_, page, _ = strings.Cut(page, "<main")
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		form.Add(m[1], m[2])
	}
	return form
}

// TestBulk: a search finds pieces; an act on many says what it would do, does it once, and is undone as a whole.
func TestBulk(t *testing.T) {
	var items []string
	for n := range 12 {
		title, words := fmt.Sprintf("River %d %s", n+1, attack), fmt.Sprint("Different words about the river ", n)
		items = append(items, item(n+1, title, words))
	}
	o := newOffice(t, map[string]string{"/feed-a": rss("A", items...)})
	aisha := o.as("aisha", oped.RoleCurator)
	_, page := aisha.get("search?q=river")
	aisha.has(page, "12 pieces", "River 3 &lt;script&gt;", "Approve</button>")
	if strings.Contains(page, "<script>alert") {
		t.Error("markup of a headline reaches the page")
	}
	aisha.post("decide", url.Values{"action": {"approve"}, "piece": {"1"}, "edition": {"picks"}})
	aisha.post("decide", url.Values{"action": {"withdraw"}, "piece": {"2"}})
	form := url.Values{"action": {"approve"}, "edition": {"picks"}, "why": {"a " + attack}}
	for n := range 12 {
		form.Add("piece", fmt.Sprint(n+1))
	}
	_, page = aisha.post("bulk", form)
	aisha.has(page, "12 pieces", `<data value="10">10</data> <bdi>to be published in Our picks`,
		`<data value="1">1</data> <bdi>in Our picks already`, `<data value="1">1</data> <bdi>withdrawn: left alone`,
		"Make 10 decisions")
	if _, page := aisha.get("log/?action=approve"); strings.Count(page, "<tr id=") != 1 {
		t.Error("a preview decides")
	}
	again := confirmed(page)
	aisha.post("bulk", again)
	page = aisha.until("batch/"+again.Get("request")+"/", "Undo all 10") // a slow one goes on without its curator
	aisha.has(page, "10 decisions", "Approved in Our picks")
	aisha.post("bulk", again)
	if _, page := aisha.get("log/?action=approve"); strings.Count(page, "<tr id=") != 11 {
		t.Error("the same act, sent again, decides again")
	}
	at := page[strings.Index(page, "/desk/batch/")+len("/desk/"):]
	at = at[:strings.Index(at, `"`)]
	if code, _ := o.as("rashid", oped.RoleReader).post(at, nil); code != 403 {
		t.Errorf("a reader undoes a batch: %d", code)
	}
	undo := rand.Text()
	aisha.post(at, url.Values{"request": {undo}})
	aisha.has(aisha.until("batch/"+undo+"/", "10 decisions"), "Undone: approved")
	_, page = aisha.post("bulk", form)
	aisha.has(page, "Make 10 decisions")
}

// TestBulk_Merge: the preview of a merge refuses strangers, as the merge does, unless it is forced.
func TestBulk_Merge(t *testing.T) {
	o := newOffice(t, map[string]string{
		"/feed-a": rss("A", item(1, "The river", "Water rose over the bank")),
		"/feed-b": rss("B", item(2, "Trains", "No engine left its shed today")),
	})
	aisha := o.as("aisha", oped.RoleCurator)
	form := url.Values{"action": {"merge"}, "piece": {"1", "2"}}
	_, page := aisha.post("bulk", form)
	aisha.has(page, "share no author, address, word of a headline or phrase", "merge them by force")
	if strings.Contains(page, "to become one piece") || strings.Contains(page, `name="confirm"`) {
		t.Error("the preview offers what the merge refuses")
	}
	for _, gone := range []string{"8", "1"} { // merged into another meanwhile, or never there
		_, page := aisha.post("bulk", url.Values{"action": {"merge"}, "piece": {gone, "9"}})
		aisha.has(page, "A merge needs several pieces")
	}
	form.Set("force", "1")
	_, page = aisha.post("bulk", form)
	aisha.has(page, `<data value="2">2</data> <bdi>to become one piece with the others`, "Make 1 decision")
}

// TestBulk_Mistakes: an act that is not complete says what is missing.
func TestBulk_Mistakes(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed-a": rss("A", item(1, "One", "words"))})
	aisha := o.as("aisha", oped.RoleCurator)
	many := make([]string, 201)
	for i := range many {
		many[i] = fmt.Sprint(i + 1)
	}
	for want, form := range map[string]url.Values{
		"No piece is chosen":     {"action": {"approve"}, "edition": {"picks"}},
		"201 pieces are too":     {"action": {"approve"}, "edition": {"picks"}, "piece": many},
		"There is no curated":    {"action": {"approve"}, "edition": {"all"}, "piece": {"1"}},
		"is no act on several":   {"action": {"undo"}, "piece": {"1"}},
		"pin&#34; is no act on":  {"action": {"pin"}, "edition": {"picks"}, "piece": {"1"}},
		"is no reason of":        {"action": {"reject"}, "edition": {"picks"}, "reason": {"dull"}, "piece": {"1"}},
		"is no time":             {"action": {"hold"}, "edition": {"picks"}, "until": {"soon"}, "piece": {"1"}},
		"A merge needs several":  {"action": {"merge"}, "piece": {"1"}},
		"There is no topic fire": {"action": {"tag"}, "topic": {"fire"}, "piece": {"1"}},
	} {
		form.Set("confirm", "yes")
		_, page := aisha.post("bulk", form)
		aisha.has(page, want, `class="mistake"`)
	}
	for _, query := range []string{"q=" + url.QueryEscape(`river AND (`), "q=topic:fire"} {
		_, page := aisha.get("search?" + query)
		aisha.has(page, `class="mistake"`, "^</pre>")
	}
}
