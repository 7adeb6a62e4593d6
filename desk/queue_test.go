package desk

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"oped"
	"oped/app"
	"oped/internal/testkit"
)

// form returns the fields of the form with a button, among those of a piece, as a browser without script sends them.
func (p *person) form(page, body, button string, inside string) (action string, f url.Values) {
	p.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	must(p.T, err)
	for form := range doc.Descendants() {
		if form.Data != "form" || !within(form, inside) {
			continue
		}
		f = url.Values{}
		pressed := false
		for e := range form.Descendants() {
			switch name, value := attr(e, "name"), attr(e, "value"); {
			case e.Data == "input" && attr(e, "type") != "checkbox" && name != "":
				f.Add(name, value)
			case e.Data == "select":
				f.Add(name, selected(e))
			case e.Data == "button" && !pressed && button == strings.TrimSpace(textOf(e)):
				if pressed = true; name != "" {
					f.Add(name, value)
				}
			}
		}
		if pressed {
			return strings.TrimPrefix(attr(form, "action"), app.DeskPath), f
		}
	}
	p.Fatalf("%s has no form with the button %q in %q", page, button, inside)
	return "", nil
}

func within(n *html.Node, id string) bool {
	for ; n != nil; n = n.Parent {
		if attr(n, "id") == id {
			return true
		}
	}
	return id == ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for e := range n.Descendants() {
		if e.Type == html.TextNode {
			b.WriteString(e.Data)
		}
	}
	return b.String()
}

func selected(n *html.Node) (value string) {
	for e := range n.Descendants() {
		if e.Data == "option" && (value == "" || strings.Contains(fmt.Sprint(e.Attr), "selected")) {
			value = attr(e, "value")
		}
	}
	return value
}

// submit presses a button of a piece on a page, after writing into some fields.
func (p *person) submit(page, inside, button string, fields ...string) (int, string) {
	p.Helper()
	_, body := p.get(page)
	action, f := p.form(page, body, button, inside)
	for i := 0; i+1 < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	return p.post(action, f)
}

// TestActsWithoutScript carries out every act by forms. Each leads back to a page with what was done and an undo.
func TestActsWithoutScript(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string]string{"/feed": candidates(9)})
	p := o.as("Aisha", oped.RoleCurator)
	for i, x := range []struct {
		button, says string
		fields       []string
	}{
		{"Approve", "Approved in Our picks", nil},
		{"4 Poor", "Rejected from Our picks: poor (dull)", []string{"why", "dull"}},
		{"Hold", "Held for Our picks until 23:59", []string{"until", "23:59", "day", "tomorrow"}},
		{"Pin", "Pinned in Our picks at place 2", []string{"place", "2"}},
		{"Save", "Note saved in Our picks", []string{"note", "Read this."}},
		{"Put on", "Put on Water", nil},
		{"Take off", "Taken off Water", nil},
		{"Withdraw", "Withdrawn from all editions", nil},
	} {
		status, body := p.submit("queue/picks/", fmt.Sprintf("piece-%d", i+1), x.button, x.fields...)
		if status != http.StatusOK {
			t.Errorf("%s: status %d", x.button, status)
		}
		p.has(body, "<b>"+x.says, "</b>, by <bdi>Aisha</bdi>", ">Undo</button>")
	}
	_, body := p.get("queue/picks/")
	p.has(body, "<b>Note</b> <span dir=\"auto\">Read this.</span>", `id="piece-9"`)
	_, body = p.submit("queue/picks/", "piece-9", "Merge", "piece", "1 4")
	p.has(body, "Merged 2 pieces into one</b>", ">Undo</button>")
	_, body = p.post("decide", url.Values{"action": {"split"}, "piece": {"1#2"}, "back": {"piece/1/"}})
	p.has(body, "<b>1 appearance split off</b>", ">Undo</button>")
	status, body := p.submit("queue/picks/", "piece-5", "Hold", "until", "soon")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a hold until soon: status %d", status)
	}
	p.has(body, "is no time")
}

// TestUndoOfEverythingRestoresTheFeed: after the undo of all decisions, the feed of the edition has the same bytes if
// nothing was published meanwhile. An approval was, so its undo leaves a tombstone.
func TestUndoOfEverythingRestoresTheFeed(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string]string{"/feed": candidates(5)})
	p := o.as("Aisha", oped.RoleCurator)
	before := o.feed("picks")
	for i, x := range [][]string{
		{"1 Off topic"}, {"Hold"}, {"Pin", "place", "1"}, {"Save", "note", "Read it."},
	} {
		p.submit("queue/picks/", fmt.Sprintf("piece-%d", i+1), x[0], x[1:]...)
	}
	for range 4 {
		status, body := p.post("decide", url.Values{"action": {"undo"}, "decision": {"last"}})
		if status != http.StatusOK {
			t.Fatalf("undo: status %d\n%s", status, body)
		}
	}
	if status, _ := p.post("decide", url.Values{"action": {"undo"}, "decision": {"last"}}); status != 422 {
		t.Errorf("a fifth undo: status %d", status)
	}
	if after := o.feed("picks"); after != before {
		t.Errorf("the feed after all undos:\n%s\nwant\n%s", after, before)
	}
	p.submit("queue/picks/", "piece-1", "Approve")
	o.publishes("picks", 1)
	p.post("decide", url.Values{"action": {"undo"}, "decision": {"last"}})
	o.publishes("picks", 0)
	if !strings.Contains(o.feed("picks"), "deleted-entry") {
		t.Error("the undo of an approval leaves no tombstone")
	}
}

// TestADecisionMeanwhileIsAConflict: the form of a page made before another curator's decision changes nothing.
func TestADecisionMeanwhileIsAConflict(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed": candidates(2)})
	aisha, bilal := o.as("Aisha", oped.RoleCurator), o.as("Bilal", oped.RoleCurator)
	_, page := aisha.get("queue/picks/")
	bilal.submit("queue/picks/", "piece-1", "2 Duplicate")
	for _, button := range []string{"Approve", "Withdraw"} {
		action, f := aisha.form("queue/picks/", page, button, "piece-1")
		status, body := aisha.post(action, f)
		if status != http.StatusConflict {
			t.Errorf("%s: status %d, want 409", button, status)
		}
		aisha.has(body, "Bilal rejected this piece")
	}
	_, body := aisha.submit("piece/1/", "piece-1", "Approve")
	aisha.has(body, "Approved in Our picks")
}

// TestEventsAfterALostConnection: a page asks for the decisions after the last one that it knows, and gets each once.
func TestEventsAfterALostConnection(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed": candidates(3)})
	p := o.as("Aisha", oped.RoleCurator)
	p.submit("queue/picks/", "piece-1", "Approve")
	all, err := o.desk.live.App().Decisions(t.Context(), 0)
	must(t, err)
	p.submit("queue/picks/", "piece-2", "1 Off topic")
	r, err := http.NewRequestWithContext(t.Context(), "GET", p.base+"events", nil)
	must(t, err)
	r.Header.Set("Last-Event-ID", fmt.Sprint(all[0].ID))
	answer, err := p.client.Do(r)
	must(t, err)
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	next := func() (d doneView) {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: {\""); ok {
				must(t, json.Unmarshal([]byte("{\""+data), &d))
				return d
			}
		}
		t.Fatal("the stream ended")
		return d
	}
	if d := next(); d.Piece != 2 || d.Words != "Rejected from Our picks: off topic" || d.By != "Aisha" {
		t.Errorf("the missed decision is %+v", d)
	}
	p.submit("queue/picks/", "piece-3", "Approve")
	if d := next(); d.Piece != 3 || d.Action != oped.Approve {
		t.Errorf("the next decision is %+v", d)
	}
}

// TestStreamsEndWithTheDaemon: a daemon that ends, ends the streams of open pages. Otherwise it would wait for them, and
// then cut them off.
func TestStreamsEndWithTheDaemon(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed": candidates(2)})
	p := o.as("Aisha", oped.RoleCurator)
	answer, err := p.client.Get(p.base + "events")
	must(t, err)
	defer answer.Body.Close()
	p.submit("queue/picks/", "piece-1", "Approve")
	o.stop()
	said, err := io.ReadAll(answer.Body)
	if err != nil || !strings.Contains(string(said), "event: decision") {
		t.Errorf("the stream ended with %v, after %q", err, said)
	}
}

// TestAHeldPieceIsPublishedOnTime holds a piece for a moment.
func TestAHeldPieceIsPublishedOnTime(t *testing.T) {
	testkit.NotShort(t)
	o := newOffice(t, map[string]string{"/feed": candidates(2)})
	p := o.as("Aisha", oped.RoleCurator)
	until := time.Now().Add(2 * time.Second).Truncate(time.Second).Add(time.Second)
	_, body := p.submit("queue/picks/", "piece-1", "Hold", "until", until.Format(time.RFC3339))
	p.has(body, "Held for Our picks until")
	if strings.Contains(o.feed("picks"), "<entry") && time.Now().Before(until) {
		t.Error("a held piece is published")
	}
	o.publishes("picks", 1)
	if time.Now().Before(until) {
		t.Error("the piece is published early")
	}
	_, body = p.get("edition/picks/")
	p.has(body, "The river and the 1 towns")
}

// TestAWithdrawnPieceOffersItsUndo: its page restores it where it says so, and does not withdraw it again.
func TestAWithdrawnPieceOffersItsUndo(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed": candidates(1)})
	p := o.as("Aisha", oped.RoleCurator)
	_, body := p.submit("piece/1/", "piece-1", "Withdraw")
	_, notice, _ := strings.Cut(body, "It is withdrawn from all editions.")
	notice, _, _ = strings.Cut(notice, "</div>")
	p.has("<main"+notice, `value="undo"`, "<button>Undo</button>")
	if strings.Contains(body, `value="withdraw"`) {
		t.Error("a withdrawn piece is withdrawn again")
	}
	_, body = p.submit("piece/1/", "", "Undo")
	p.has(body, "Undone: withdrawn", `value="withdraw"`)
}

// TestPinsAreOrdered moves pinned pieces of an edition up and down.
func TestPinsAreOrdered(t *testing.T) {
	pins := func(numbers ...int) (all []pin) {
		for i := 0; i < len(numbers); i += 3 {
			all = append(all, pin{oped.PieceID(numbers[i]), numbers[i+1], int64(numbers[i+2])})
		}
		return all
	}
	for name, x := range map[string]struct {
		pins  []pin
		piece oped.PieceID
		to    int
		set   string
	}{
		"up, of different places": {pins(1, 1, 10, 2, 2, 11, 3, 3, 12), 3, 2, "3→2"},
		"up, of one place":        {pins(3, 1, 12, 2, 1, 11, 1, 1, 10), 1, 2, "1→2 2→3"},
		"down":                    {pins(3, 1, 12, 2, 1, 11, 1, 1, 10), 3, 2, "3→2 1→3"},
		"to the front":            {pins(1, 1, 10, 2, 2, 11), 2, 1, "2→1"},
		"beyond the end":          {pins(1, 1, 10, 2, 2, 11), 1, 9, "1→3"},
		"not pinned":              {pins(1, 1, 10), 7, 1, ""},
	} {
		var said []string
		for _, p := range arrange(x.pins, x.piece, x.to) {
			said = append(said, fmt.Sprintf("%d→%d", p.piece, p.place))
		}
		if got := strings.Join(said, " "); got != x.set {
			t.Errorf("%s: %s, want %s", name, got, x.set)
		}
	}
}

// TestTheFirstDecisionOfAllIsSeenByAnother: on a page made before any decision, that of another curator is news too.
func TestTheFirstDecisionOfAllIsSeenByAnother(t *testing.T) {
	h := newHouse(t, "")
	aisha, bilal := h.enter("aisha", oped.RoleCurator), h.enter("bilal", oped.RoleCurator)
	aisha.want(aisha.get("queue/picks/"), http.StatusOK, `name="seen" value="0"`)
	bilal.want(bilal.post("decide", "action", "reject", "piece", "1", "edition", "picks", "reason", "poor", "seen", "0"),
		http.StatusSeeOther)
	aisha.want(aisha.post("decide", "action", "approve", "piece", "1", "edition", "picks", "seen", "0"),
		http.StatusConflict, "bilal rejected this piece")
}

// TestAddressesDoNotSayWhatIsKnown: the last decision known to a page is that of its making, whatever its address says.
func TestAddressesDoNotSayWhatIsKnown(t *testing.T) {
	h := newHouse(t, "")
	g := h.enter("aisha", oped.RoleCurator)
	for _, page := range []string{"edition/picks/", "piece/1/"} {
		w := g.want(g.get(page+"?after=99"), http.StatusOK)
		if strings.Contains(w.Body.String(), `"99"`) {
			t.Errorf("%s knows decision 99", page)
		}
	}
}
