package desk

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oped"
)

// TestFeeds: sick feeds come first, with a sentence; filters choose, and a page has all about one feed.
func TestFeeds(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string]string{
		"/feed-a": rss("The A "+attack, item(1, "One", "words")),
		"/feed-b": "no feed at all " + attack,
	})
	rashid := o.as("rashid", oped.RoleReader)
	_, page := rashid.get("feeds/")
	rashid.has(page, "In need of attention", "never worked", "feed-a", "works", "morning")
	if strings.Index(page, "/desk/feeds/feed-b/") > strings.Index(page, "/desk/feeds/feed-a/") {
		t.Error("a sick feed comes after a healthy one")
	}
	if strings.Contains(page, "Add a feed") {
		t.Error("a reader is offered to add a feed")
	}
	for query, want := range map[string]int{"q=FEED-A": 1, "state=never": 1, "group=morning": 2, "group=evening": 0} {
		_, page := rashid.get("feeds/?" + query)
		if got := strings.Count(page, `data-label="Feed"`); got != want {
			t.Errorf("%s: %d feeds, want %d", query, got, want)
		}
	}
	_, page = rashid.get("feeds/feed-b/")
	rashid.has(page, "What to do", "Last error", "so far there are none", o.papers.URL+`/feed-b" target=`)
	if words, _, _ := strings.Cut(page, "<table"); strings.Contains(words, "Content-Type") {
		t.Error("the fault of a feed is in the words of HTTP")
	}
	if _, page = rashid.get("feeds/feed-a/"); strings.Contains(page, "<script>alert") {
		t.Error("markup of a feed reaches the page")
	}
	if code, _ := rashid.get("feeds/nowhere/"); code != 404 {
		t.Errorf("an unknown feed: %d", code)
	}
}

// TestFeedActs: a curator fetches a feed now; an operator pauses and resumes it.
func TestFeedActs(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string]string{"/feed-a": rss("A", item(1, "One", "words"))})
	aisha, omar := o.as("aisha", oped.RoleCurator), o.as("omar", oped.RoleOperator)
	o.mu.Lock()
	o.bodies["/feed-a"] = rss("A", item(1, "One", "words"), item(2, "Two", "words"))
	o.mu.Unlock()
	_, page := aisha.post("feeds/feed-a/fetch", nil)
	aisha.has(page, "It answered with 2 entries: 1 new")
	if code, _ := aisha.post("feeds/feed-a/pause", nil); code != 403 {
		t.Errorf("a curator pauses a feed: %d", code)
	}
	_, page = omar.post("feeds/feed-a/pause", nil)
	omar.has(page, "Paused: oped no longer fetches this feed.", "Resume</button>")
	_, page = omar.post("feeds/feed-a/resume", nil)
	omar.has(page, "Resumed", "Pause</button>")
}

// TestFetch_SlowPaper: a paper that does not answer holds up neither decisions nor the page of the curator.
func TestFetch_SlowPaper(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string]string{"/feed-a": rss("A", item(1, "One", "words"))})
	aisha := o.as("aisha", oped.RoleCurator)
	o.mu.Lock()
	o.holding["/feed-a"] = make(chan struct{})
	o.mu.Unlock()
	_, page := aisha.post("feeds/feed-a/fetch", nil)
	aisha.has(page, "The paper is slow.", "under way")
	_, page = aisha.post("decide", url.Values{
		"action": {"approve"}, "piece": {"1"}, "edition": {"picks"}, "back": {"log/"},
	})
	aisha.has(page, "Approved in Our picks")
	_, page = aisha.post("feeds/feed-a/fetch", nil)
	aisha.has(page, "under way already")
	o.mu.Lock()
	close(o.holding["/feed-a"])
	delete(o.holding, "/feed-a")
	o.mu.Unlock()
	aisha.until("feeds/feed-a/", "It answered")
}

// TestAddFeed: an operator sees what a feed is before it is added, with the rule for its opinion pieces.
func TestAddFeed(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string]string{"/feed-a": rss("A", item(1, "One", "words"))})
	o.mu.Lock()
	o.bodies["/new"] = rss("The Gazette "+attack, item(3, "Editorial: the river", "words"),
		item(4, "Rain at noon", "words"))
	o.bodies["/site"] = `<html><head><link rel="alternate" type="application/rss+xml" href="/new"></head></html>`
	o.mu.Unlock()
	omar := o.as("omar", oped.RoleOperator)
	aisha := o.as("aisha", oped.RoleCurator)
	if code, _ := aisha.post("add-feed", url.Values{"url": {o.papers.URL + "/site"}}); code != 403 {
		t.Errorf("a curator adds a feed: %d", code)
	}
	_, page := omar.get("add-feed")
	omar.has(page, "Address of a feed")
	_, page = omar.post("add-feed", url.Values{"url": {o.papers.URL + "/site"}})
	omar.has(page, "The Gazette &lt;script&gt;", "Rain at noon", o.papers.URL+"/new", "opinion by this rule")
	before, err := os.ReadFile(o.config)
	must(t, err)
	if strings.Contains(string(before), "/new") {
		t.Fatal("a preview adds the feed")
	}
	at := page[strings.Index(page, "add-feed/"):]
	at = at[:strings.Index(at, `"`)]
	_, page = omar.post(at, url.Values{"opinion": {"expression"}, "expr": {"editorial"}, "do": {"look"}})
	omar.has(page, "1 of 2 are opinion by this rule")
	code, page := omar.post(at, url.Values{"opinion": {"expression"}, "expr": {"(editorial"}, "do": {"add"}})
	if omar.has(page, `class="mistake"`, "^"); code != 422 {
		t.Errorf("a faulty expression: %d", code)
	}
	_, page = omar.post(at, url.Values{
		"opinion": {"expression"}, "expr": {"editorial"}, "group": {"evening " + attack}, "do": {"add"},
	})
	omar.has(page, "Added ", "with 2 entries")
	page = omar.until("feeds/", "The Gazette")
	if strings.Contains(page, "<script>alert") {
		t.Error("markup of a feed reaches the page")
	}
	omar.until("feeds/", "evening")
	_, page = omar.post("add-feed", url.Values{"url": {o.papers.URL + "/site"}})
	omar.has(page, "is already configured")
}

// TestAddFeed_PrivateAddress: the desk asks no address of a private network for a feed.
func TestAddFeed_PrivateAddress(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed-a": rss("A", item(1, "One", "words"))})
	omar := o.as("omar", oped.RoleOperator)
	for _, address := range []string{
		"http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::1]/", "file:///etc/passwd",
		"gopher://x/", "",
	} {
		code, page := omar.post("add-feed", url.Values{"url": {address}})
		if omar.has(page, `class="mistake"`); code != 422 {
			t.Errorf("%s: %d", address, code)
		}
	}
}

// TestRemoveFeed: an operator removes a feed after a preview. Its pieces stay, and the undo restores the configuration
// to the byte.
func TestRemoveFeed(t *testing.T) {
	o := newOffice(t, map[string]string{
		"/feed-a": rss("A", item(1, "One "+attack, "the river")), "/feed-b": rss("B", item(2, "Two", "words")),
	})
	aisha, omar := o.as("aisha", oped.RoleCurator), o.as("omar", oped.RoleOperator)
	before, err := os.ReadFile(o.config)
	must(t, err)
	for _, act := range []string{"feeds/feed-a/remove", "feeds/feed-a/group", "undo-feed/X"} {
		if code, _ := aisha.post(act, nil); code != 403 {
			t.Errorf("%s by a curator: %d", act, code)
		}
	}
	_, page := omar.get("feeds/feed-a/")
	omar.has(page, "Its 1 entry and its piece stay, in every edition.", "Remove this feed</button>")
	_, page = omar.post("feeds/feed-a/remove", nil)
	omar.has(page, "Removed feed-a: oped no longer fetches this feed. Its pieces stay.", "feed-b")
	if row := strings.Join(rowOf(t, omar.until("feeds/", ">removed<"), "feed-a"), "|"); !strings.Contains(row, "|removed|") {
		t.Errorf("the feed is listed as %s", row)
	}
	_, gone := omar.get("feeds/feed-a/")
	omar.has(gone, "Add it again</a>", "removed", "Its pieces stay")
	if strings.Contains(gone, "Fetch now") {
		t.Error("a removed feed is offered for a fetch")
	}
	for _, act := range []string{"fetch", "pause", "resume", "group", "remove"} {
		code, page := omar.post("feeds/feed-a/"+act, nil)
		if omar.has(page, "The configuration no longer has the feed feed-a."); code != 422 {
			t.Errorf("%s of a removed feed: %d", act, code)
		}
	}
	if _, some := omar.get("feeds/?state=removed"); strings.Count(some, `data-label="Feed"`) != 1 {
		t.Error("no filter finds the removed feed alone")
	}
	_, all := omar.get("search?q=river")
	omar.has(all, "One &lt;script&gt;")
	undo, _ := omar.form("feeds/", page, "Undo", "")
	_, page = omar.post(undo, nil)
	omar.has(page, "Undone: feed-a is as before.", "/desk/feeds/feed-a/")
	if after, err := os.ReadFile(o.config); err != nil || string(after) != string(before) {
		t.Errorf("the configuration is\n%s\nand was\n%s", after, before)
	}
	_, page = omar.post(undo, nil)
	omar.has(page, "The file "+o.config+" has changed since.")
	_, page = omar.post("undo-feed/unknown", nil)
	omar.has(page, "no longer knows this change")
}

// TestUndoOfARemoval_AddedAgain: the undo of a removal refuses to add a feed twice.
func TestUndoOfARemoval_AddedAgain(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed-a": rss("A", item(1, "One", "words"))})
	omar := o.as("omar", oped.RoleOperator)
	more := filepath.Join(filepath.Dir(o.config), "more.yaml")
	must(t, os.WriteFile(more, []byte("feeds:\n- {name: more, url: \""+o.papers.URL+"/more\"}\n"), 0o600))
	before, err := os.ReadFile(o.config)
	must(t, err)
	must(t, os.WriteFile(o.config, append(before, "include: [more.yaml]\n"...), 0o600))
	omar.until("feeds/", "/desk/feeds/more/")
	_, page := omar.post("feeds/more/remove", nil)
	undo, _ := omar.form("feeds/", page, "Undo", "")
	with, err := os.ReadFile(o.config)
	must(t, err)
	again := strings.Replace(string(with), "feeds:\n", "feeds:\n  - {name: more, url: \""+o.papers.URL+"/more\"}\n", 1)
	must(t, os.WriteFile(o.config, []byte(again), 0o600))
	code, page := omar.post(undo, nil)
	if omar.has(page, "the configuration would no longer be valid: duplicate feed name more"); code != 422 {
		t.Errorf("the undo: %d", code)
	}
	if left, err := os.ReadFile(more); err != nil || strings.Contains(string(left), "more") {
		t.Errorf("%v\n%s", err, left)
	}
}

// TestGroupOfAFeed: an operator changes the group of a feed, and undoes that.
func TestGroupOfAFeed(t *testing.T) {
	o := newOffice(t, map[string]string{"/feed-a": rss("A", item(1, "One", "words"))})
	omar := o.as("omar", oped.RoleOperator)
	_, page := omar.post("feeds/feed-a/group", url.Values{"group": {"evening " + attack}})
	omar.has(page, "feed-a is in the group “evening &lt;script&gt;", "It was in the group “morning”.")
	omar.until("feeds/feed-a/", `value="evening `)
	undo, _ := omar.form("feeds/feed-a/", page, "Undo", "")
	omar.post(undo, nil)
	omar.until("feeds/feed-a/", `value="morning"`)
	_, page = omar.post("feeds/feed-a/group", url.Values{"group": {"ev\x00ening \u202e" + strings.Repeat("x", 400)}})
	omar.has(page, "feed-a is in the group “evening x", "xxx…”")
	if strings.ContainsAny(page, "\x00\u202e\ufffd") {
		t.Error("the notice shows the group as it was sent")
	}
	_, page = omar.post("feeds/feed-a/group", url.Values{"group": {" "}})
	omar.has(page, "feed-a is in no group now.")
}
