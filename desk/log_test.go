package desk

import (
	"net/url"
	"strings"
	"testing"

	"oped"
)

// TestLog: the log says who decided what and why, with headlines, and takes decisions back.
func TestLog(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string]string{
		"/feed-a": rss("A", item(1, "The river rises "+attack, "words"), item(2, "Of tea", "words")),
	})
	aisha := o.as("aisha", oped.RoleCurator)
	aisha.post("decide", url.Values{
		"action": {"approve"}, "piece": {"1"}, "edition": {"picks"}, "why": {"timely " + attack},
	})
	aisha.post("decide", url.Values{"action": {"tag"}, "piece": {"2"}, "topic": {"water"}})
	_, page := aisha.get("log/")
	aisha.has(page, "Approved in Our picks", "The river rises &lt;script&gt;", "timely &lt;script&gt;", "Put on Water",
		"aisha", "the configuration</bdi>")
	if strings.Contains(page, "<script>") || strings.Contains(page, "<img src=x") {
		t.Error("markup of a headline or a reason reaches the page")
	}
	for query, want := range map[string]int{
		"by=aisha": 2, "by=omar": 0, "action=tag": 1, "of=edition:picks": 1, "of=topic:water": 2, "piece=2": 1,
		"since=2020-01-01": 3, "until=2020-01-01": 0, "before=2": 1,
	} {
		if _, page := aisha.get("log/?" + query); strings.Count(page, "<tr id=") != want {
			t.Errorf("%s: %d decisions, want %d", query, strings.Count(page, "<tr id="), want)
		}
	}
	for _, query := range []string{"piece=nowhere", "since=soon"} {
		code, page := aisha.get("log/?" + query)
		if aisha.has(page, `class="mistake"`); code != 200 {
			t.Errorf("%s: %d", query, code)
		}
	}
	reader := o.as("rashid", oped.RoleReader)
	if _, page := reader.get("log/"); strings.Contains(page, "<button>Undo") {
		t.Error("a reader is offered an undo")
	}
	_, page = aisha.post("decide", url.Values{"action": {"undo"}, "decision": {"2"}, "back": {"log/"}})
	aisha.has(page, "Undone: approved in Our picks", "undone by decision 4",
		"an undo: decide again instead")
}
