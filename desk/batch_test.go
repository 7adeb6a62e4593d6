package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"oped"
)

// TestBatch_AfterARestart: the page of a batch cut off by a restart says how far it came.
func TestBatch_AfterARestart(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed": candidates(3)})
	aisha := o.as("aisha", oped.RoleCurator)
	name := strings.Repeat("A", 26)
	for _, piece := range []string{"1", "2"} { // as a batch decides, which the desk does not remember
		aisha.post("decide", url.Values{
			"action": {"approve"}, "piece": {piece}, "edition": {"picks"}, "request": {name + "-" + piece},
		})
	}
	_, page := aisha.get("batch/" + name + "/?of=3")
	aisha.has(page, "oped was restarted since: 2 of 3 decisions were made.", "Undo all 2")
	for _, of := range []string{"?of=2", "?of=x", "?of=999999999", ""} {
		if _, page := aisha.get("batch/" + name + "/" + of); strings.Contains(page, "was restarted") {
			t.Errorf("%q: decisions are missing", of)
		}
	}
}

// TestBulk_AnHourMeansThePreviewedDay: the confirmation of a bulk hold until an hour has the time of its preview.
func TestBulk_AnHourMeansThePreviewedDay(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed": candidates(1)})
	aisha := o.as("aisha", oped.RoleCurator)
	form := url.Values{"action": {"hold"}, "edition": {"picks"}, "until": {"12:00"}, "piece": {"1"}}
	_, page := aisha.post("bulk", form)
	aisha.has(page, "to wait until 12:00 on ")
	_, f := aisha.form("bulk", page, "Make 1 decision", "")
	if until := f.Get("until"); !strings.HasSuffix(until, "T12:00:00Z") {
		t.Fatalf("the confirmation has the time %q", until)
	}
	if f.Set("until", "2001-01-01T12:00:00Z"); f.Get("confirm") != "yes" {
		t.Errorf("%v", f)
	}
	_, page = aisha.post("bulk", f)
	aisha.has(page, "2001-01-01T12:00:00Z is over.", "approve publishes now")
}

// TestAddressesWithAnotherSlash: a page answers with and without a slash at the end; HEAD of the events ends at once.
func TestAddressesWithAnotherSlash(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed": candidates(1)})
	omar := o.as("omar", oped.RoleOperator)
	for address, want := range map[string]string{
		"search/?q=river": "/desk/search?q=river", "own/": "/desk/own", "accounts/": "/desk/accounts",
		"feeds": "/desk/feeds/", "edition/picks": "/desk/edition/picks/",
	} {
		res, err := omar.client.Get(omar.base + address)
		must(t, err)
		res.Body.Close()
		if got := res.Request.URL.RequestURI(); got != want || res.StatusCode != 200 {
			t.Errorf("%s leads to %s, status %d, want %s", address, got, res.StatusCode, want)
		}
	}
	for range maxStreams + 1 {
		res, err := omar.client.Head(omar.base + "events")
		must(t, err)
		if res.Body.Close(); res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("HEAD events: %d %s", res.StatusCode, res.Header.Get("Content-Type"))
		}
	}
	if _, err := omar.client.Head(omar.base + "search/"); err != nil {
		t.Error(err)
	}
	if res, err := http.Get(omar.base + "search/"); err != nil || res.StatusCode != 200 {
		t.Error("without a session:", err)
	} else if body := res.Body; !strings.Contains(res.Request.URL.Path, "sign-in") {
		t.Errorf("a visitor without a session reads %s", res.Request.URL)
		body.Close()
	}
}
