package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oped"
	"oped/app"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// TestFeedsReportsHowEachIs: every way to fail has its own diagnosis, and the others go on (the beginning of journey
// J8).
func TestFeedsReportsHowEachIs(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/good", "The Good", newstest.Items("https://good.example", 0, 3)...)
	paper.Serve("/wait", newstest.Answer{
		Status: http.StatusTooManyRequests,
		Header: http.Header{"Retry-After": {"7200"}},
	})
	paper.Serve("/gone", newstest.Answer{Status: http.StatusGone})
	paper.Serve("/broken", newstest.Answer{Status: http.StatusInternalServerError})
	paper.Serve("/page", newstest.Answer{
		Body:        []byte("<!doctype html><html><body>Hello</body></html>"),
		ContentType: "text/html",
	})
	paper.Serve("/challenge", newstest.Answer{
		Status: http.StatusForbidden,
		Header: http.Header{"Cf-Mitigated": {"challenge"}},
	})
	paper.Serve("/cut", newstest.Answer{Body: []byte("<rss version=\"2.0\"><channel><title>T</title><item><title>One</title><link>https://cut.example/1</link></item><item><title>Tw")})
	var feeds strings.Builder
	for _, name := range []string{"good", "gone", "broken", "page", "challenge", "cut", "missing", "wait"} {
		fmt.Fprintf(&feeds, "  - {name: %s, url: \"%s/%s\"}\n", name, paper.URL, name)
	}
	feeds.WriteString("  - {name: inside, url: \"http://10.0.0.1/feed\"}\n" +
		"  - {name: off, url: \"https://off.example/feed\", enabled: false}\n")
	config := testkit.WriteConfig(
		t, "fetch: {spacing: 0s, per_host: 1, allow_private: [127.0.0.0/8]}\n"+
			"feeds:\n"+feeds.String()+"editions: {all: {}}\n")
	out := mustOped(t, "--config", config, "once")
	for _, want := range []string{
		"failed broken: server: ", "failed challenge: client: 403 Forbidden: Cloudflare sends a challenge page",
		"failed gone: gone: ", "failed inside: refused: ",
		"failed missing: client: ", "failed page: not_feed: this is an HTML page",
		"failed wait: throttled: 429 Too Many Requests: asks us to wait 2h0m0s",
		"9 feeds fetched (0 unchanged, 7 failed)",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("once does not say %q:\n%s", want, out)
		}
	}
	var rows []app.FeedHealth
	if err := json.Unmarshal([]byte(mustOped(t, "--config", config, "feeds", "--json")), &rows); err != nil {
		t.Fatal(err)
	}
	states := map[string]string{}
	for _, r := range rows {
		states[r.Name] = r.State + ": " + r.Diagnosis
	}
	for name, want := range map[string]string{
		"good":    "ok: ",
		"gone":    "never: has never delivered: gone; remove it",
		"page":    "answers",
		"off":     "disabled: ",
		"inside":  "refused by our own rules",
		"wait":    "asks us to wait until",
		"missing": "check the address", "challenge": "Cloudflare", "cut": "ok: ",
	} {
		if name == "page" {
			want = "this is an HTML page"
		}
		if !strings.Contains(states[name], want) {
			t.Errorf("%s: %q, want %q", name, states[name], want)
		}
	}
	if !strings.Contains(states["cut"], "read in part: ") {
		t.Errorf("a truncated document is not reported: %q", states["cut"])
	}
	table := mustOped(t, "--config", config, "feeds")
	t.Log("\n" + table)
	if one := mustOped(t, "--config", config, "feeds", "wait"); !strings.Contains(one, "asks us to wait") {
		t.Error(one)
	}
}

// TestFeedsNamesTheLimits (S6): a document kept in part is no failure, and the exceeded limits are named, for
// the feed and for the entry.
func TestFeedsNamesTheLimits(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	var by []string
	for i := range 1000 {
		by = append(by, fmt.Sprintf("Aba%c Khan%c", 'a'+i%26, 'a'+i/26%26))
	}
	paper.Serve("/feed", newstest.Answer{Body: []byte(`<rss version="2.0"><channel><title>T</title><item><title>One</title><link>https://a.example/1</link><guid>1</guid><author>` +
		strings.Join(by, " and ") + "</author><description>" + strings.Repeat("word ", 200_000) +
		"</description></item></channel></rss>")})
	config := testkit.WriteConfig(
		t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds:\n"+
			"  - {name: long, url: \""+paper.URL+"/feed\"}\neditions: {all: {}}\n")
	mustOped(t, "--config", config, "--quiet", "once")
	var rows []app.FeedHealth
	if err := json.Unmarshal([]byte(mustOped(t, "--config", config, "feeds", "--json")), &rows); err != nil {
		t.Fatal(err)
	}
	want := oped.Limits{oped.FieldLimit, oped.ContentLimit, oped.PeopleLimit, oped.FlightLimit}
	if rows[0].State != "ok" || !slices.Equal(rows[0].Limits, want) ||
		!strings.Contains(rows[0].Diagnosis, oped.PeopleLimit.Meaning()) {
		t.Errorf("%+v", rows[0])
	}
	for _, command := range [][]string{{"explain", "1"}, {"piece", "show", "1"}} {
		command = append([]string{"--config", config}, command...)
		if known := strings.Join(strings.Fields(mustOped(t, command...)), " "); !strings.Contains(known, "cut: ") ||
			!strings.Contains(known, oped.ContentLimit.Meaning()) {
			t.Errorf("%q names no limit:\n%s", command, known)
		}
		if known := mustOped(t, append(command, "--json")...); !strings.Contains(known, `"people"`) {
			t.Errorf("%q names no limit as JSON:\n%s", command, known)
		}
	}
}

func TestFeedsPauseResumeFetch(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	config := testkit.WriteConfig(
		t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n"+
			"feeds: [{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {}}\n")
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{"feeds", "pause", "paper"}, "paper is paused"},
		{[]string{"once", "--all"}, "0 feeds fetched"},
		{[]string{"feeds"}, "by the operator; oped feeds resume paper"},
		{[]string{"feeds", "resume", "paper"}, "paper is fetched again"},
		{[]string{"feeds", "fetch", "paper"}, "paper: status 200, 3 entries (3 new, 0 joined, 0 changed)"},
		{[]string{"feeds", "fetch", "paper"}, "paper: status 304, 0 entries"},
		{[]string{"once"}, "0 feeds fetched"},
		{[]string{"feeds", "paper"}, "The Paper"},
	} {
		if out := mustOped(t, append([]string{"--config", config}, step.args...)...); !strings.Contains(out,
			step.want) {
			t.Errorf("oped %s: %s\nwant %q", strings.Join(step.args, " "), out, step.want)
		}
	}
	if _, stderr, code := runOped(t, t.Context(), "--config", config, "feeds", "fetch", "papr"); code != exitUsage ||
		!strings.Contains(stderr, `there is no feed "papr"`) {
		t.Errorf("exit %d, %s", code, stderr)
	}
}

// TestFeedsAdd: oped finds the feed of a page and writes it to the configuration, comments kept. It makes one
// request for the page and one for the feed (F30).
func TestFeedsAdd(t *testing.T) {
	paper := newstest.New(t)
	paper.Edition("/opinion.xml", "The Paper – Opinion", newstest.Items("https://paper.example", 0, 3)...)
	paper.Serve("/", newstest.Answer{
		ContentType: "text/html",
		Body: []byte(
			`<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/opinion.xml">` +
				`<link rel="alternate" type="application/rss+xml" href="/news.xml"></head></html>`),
	})
	config := testkit.WriteConfig(
		t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\n# mine\nfeeds: []\neditions: {all: {}}\n")
	out := mustOped(t, "--config", config, "feeds", "add", paper.URL+"/")
	if !strings.Contains(out, "added the-paper (The Paper – Opinion), with 3 entries from its first fetch\n  address: "+
		paper.URL+"/opinion.xml\n") {
		t.Error(out)
	}
	if !strings.Contains(out, "another feed of the page: "+paper.URL+"/news.xml") ||
		!strings.Contains(out, "opinion: always") || strings.Count(out, "  opinion  ") != 3 {
		t.Errorf("no name, other feed or guess of the kinds: %s", out)
	}
	if n := len(paper.Requests("")); n != 2 {
		t.Errorf("%d requests", n)
	}
	text, err := os.ReadFile(config)
	if err != nil || !strings.Contains(string(text), "# mine") || !strings.Contains(string(text), "name: the-paper\n") {
		t.Errorf("%v\n%s", err, text)
	}
	feed := strings.Replace(paper.URL, "http", "feed", 1) + "/opinion.xml"
	for _, given := range []string{feed, "feed:" + paper.URL + "/opinion.xml"} {
		if _, stderr, code := runOped(t, t.Context(), "--config", config, "feeds", "add", given); code != exitUsage ||
			!strings.Contains(stderr, "is already configured, as the-paper") {
			t.Errorf("%s: exit %d, %s", given, code, stderr)
		}
	}
	if _, stderr, code := runOped(t, t.Context(), "--config", config, "feeds", "add", paper.URL+"/"); code != exitUsage || !strings.Contains(stderr, "is already configured, as the-paper") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if _, stderr, code := runOped(t, t.Context(), "--config", config, "feeds", "add", paper.URL+"/nothing"); code != exitFailed || !strings.Contains(stderr, "404 Not Found") ||
		!strings.Contains(stderr, "hint: open the address in a browser") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	paper.Edition("/news.xml", "The Paper – News", newstest.Items("https://news.example", 0, 1)...)
	news := paper.URL + "/news.xml"
	out = mustOped(t, "--config", config, "feeds", "add", news, "--opinion", "never", "--group", "North")
	text, err = os.ReadFile(config)
	if err != nil || !strings.Contains(out, "opinion: never\n  news ") || strings.Contains(out, "guess") ||
		!strings.Contains(string(text), "group: \"North\"\n") ||
		!strings.Contains(string(text), "opinion: \"never\"\n") {
		t.Errorf("%v: %s\n%s", err, out, text)
	}
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{"once"}, "0 feeds fetched"},
		{[]string{"once"}, "in store: 4 entries"},
		{[]string{"feeds", "fetch", "the-paper"}, "the-paper: status 304, 0 entries"},
	} {
		out := mustOped(t, append([]string{"--config", config}, step.args...)...)
		if !strings.Contains(out, step.want) {
			t.Errorf("oped %s: %s", strings.Join(step.args, " "), out)
		}
	}
	paper.Serve("/busy", newstest.Answer{Status: 429, Header: http.Header{"Retry-After": {"7200"}}})
	asked := len(paper.Requests(""))
	for _, path := range []string{"/busy", "/other"} { // the second costs no request
		_, stderr, code := runOped(t, t.Context(), "--config", config, "feeds", "add", paper.URL+path)
		if code != exitFailed || !strings.Contains(stderr, "throttled: ") ||
			!strings.Contains(stderr, "hint: add the feed after that") {
			t.Errorf("%s: exit %d, %s", path, code, stderr)
		}
	}
	if n := len(paper.Requests("")) - asked; n != 1 {
		t.Errorf("%d requests to a site that asks us to wait", n)
	}
}

// TestFeedsAfterAClockThatWasAhead: oped feeds says so once, and the next round puts it right.
func TestFeedsAfterAClockThatWasAhead(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/a", "A", newstest.Items("https://paper.example", 0, 1)...)
	paper.Edition("/b", "B", newstest.Items("https://paper.example", 1, 1)...)
	config := testkit.WriteConfig(t, "fetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\neditions: {all: {}}\n"+
		"feeds: [{name: a, url: \""+paper.URL+"/a\"}, {name: b, url: \""+paper.URL+"/b\"}]\n")
	const says = "the clock was ahead: the next fetch of 2 feeds is too far away"
	mustOped(t, "--config", config, "once")
	db, err := sql.Open("sqlite", filepath.Join(filepath.Dir(config), "oped.db"))
	must(t, err)
	_, err = db.Exec("UPDATE feed SET next_fetch = next_fetch + 315360000000")
	must(t, err)
	must(t, db.Close())
	if out := mustOped(t, "--config", config, "feeds"); strings.Count(out, says) != 1 {
		t.Error(out)
	}
	if out := mustOped(t, "--config", config, "once"); !strings.Contains(out, "2 feeds fetched") {
		t.Error(out)
	}
	if out := mustOped(t, "--config", config, "feeds"); strings.Contains(out, says) {
		t.Error(out)
	}
}
