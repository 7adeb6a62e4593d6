package desk

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"oped"
	"oped/app"
	"oped/publish/chart"
	"oped/text"
)

func feedRoutes() []route {
	return []route{
		{"GET", "feeds/", oped.RoleReader, (*visit).feedsPage},
		{"GET", "add-feed", oped.RoleOperator, (*visit).addPage},
		{"POST", "add-feed", oped.RoleOperator, (*visit).find},
		{"POST", "add-feed/{found}", oped.RoleOperator, (*visit).add},
		{"GET", "feeds/{feed}/", oped.RoleReader, (*visit).feedPage},
		{"POST", "feeds/{feed}/fetch", oped.RoleCurator, (*visit).fetch},
		{"POST", "feeds/{feed}/pause", oped.RoleOperator, (*visit).pause},
		{"POST", "feeds/{feed}/resume", oped.RoleOperator, (*visit).pause},
		{"POST", "feeds/{feed}/group", oped.RoleOperator, (*visit).group},
		{"POST", "feeds/{feed}/remove", oped.RoleOperator, (*visit).remove},
		{"POST", "undo-feed/{change}", oped.RoleOperator, (*visit).undoFeed},
	}
}

// feedsView is the page with the feeds.
type feedsView struct {
	Q, Group, State string // the filters
	Groups, States  []string
	All             int
	Offline         time.Time // since when there is no network; zero: there is
	Tables          []feedTable
}

// feedTable is a part of the feeds.
type feedTable struct {
	Title string
	Rows  []feedRow
}

// Sick reports whether something is wrong with a feed of the table.
func (t *feedTable) Sick() bool {
	return slices.ContainsFunc(t.Rows, func(r feedRow) bool { return r.Wrong != "" })
}

// feedRow is a feed in the table.
type feedRow struct {
	app.FeedHealth
	Condition string // in a word
	Wrong     string // sentences; "": nothing
	Removed   bool   // from the configuration
}

// conditions are the states of feeds, in words for people.
var conditions = map[string]string{
	"ok":       "works",
	"failing":  "fails",
	"never":    "never worked",
	"new":      "new",
	"paused":   "paused",
	"disabled": "switched off",
	"removed":  "removed",
}

func (v *visit) feedsPage() error {
	q := v.r.URL.Query()
	x := feedsView{Q: strings.TrimSpace(q.Get("q")), Group: q.Get("group"), State: q.Get("state")}
	_, rows, err := v.health()
	if err != nil {
		return err
	}
	if x.Offline, err = v.app.Feeds().Offline(v.r.Context()); err != nil {
		return err
	}
	x.All = len(rows)
	sick, gone := feedTable{Title: "In need of attention"}, feedTable{Title: "Removed"}
	var groups []feedTable
	for _, h := range app.SickFirst(rows) {
		if h.Group != "" && !slices.Contains(x.Groups, h.Group) {
			x.Groups = append(x.Groups, h.Group)
		}
		if !slices.Contains(x.States, h.State) {
			x.States = append(x.States, h.State)
		}
		if !x.selects(&h) {
			continue
		}
		row := newFeedRow(h)
		if row.Removed {
			gone.Rows = append(gone.Rows, row)
			continue
		}
		if h.Fails() || h.State == "ok" && h.Diagnosis != "" {
			sick.Rows = append(sick.Rows, row)
			continue
		}
		title := cmp.Or(h.Group, "Without a group")
		i := slices.IndexFunc(groups, func(t feedTable) bool { return t.Title == title })
		if i < 0 {
			i, groups = len(groups), append(groups, feedTable{Title: title})
		}
		groups[i].Rows = append(groups[i].Rows, row)
	}
	slices.Sort(x.Groups)
	slices.SortStableFunc(groups, func(a, b feedTable) int { return cmp.Compare(a.Title, b.Title) })
	if len(sick.Rows) > 0 {
		x.Tables = append(x.Tables, sick)
	}
	if x.Tables = append(x.Tables, groups...); len(x.Groups) == 0 && len(groups) > 0 {
		x.Tables[len(x.Tables)-1].Title = "All others"
	}
	if len(gone.Rows) > 0 {
		x.Tables = append(x.Tables, gone)
	}
	v.show("feeds", &view{Title: "Feeds", Section: "feeds", Body: x})
	return nil
}

// selects reports whether a feed passes the filters.
func (x *feedsView) selects(h *app.FeedHealth) bool {
	words := text.Fold(h.Name + " " + h.Publisher + " " + h.URL)
	return (x.Group == "" || h.Group == x.Group) && (x.State == "" || h.State == x.State) &&
		strings.Contains(words, text.Fold(x.Q))
}

// health returns the state of all feeds, or of one. The state of removed feeds is "removed".
func (v *visit) health(only ...string) ([]oped.FeedState, []app.FeedHealth, error) {
	states, rows, err := v.app.Feeds().Health(v.r.Context(), only...)
	for i := range rows {
		if states[i].Removed {
			rows[i].State = "removed"
		}
	}
	return states, rows, err
}

func newFeedRow(h app.FeedHealth) feedRow {
	row := feedRow{h, cmp.Or(conditions[h.State], h.State), sentence(h.Trouble), h.State == "removed"}
	switch h.State {
	case "removed":
		row.Wrong = "It is no longer in the configuration. Its pieces stay."
	case "paused":
		row.Wrong = "An operator can resume it."
	case "new":
		row.Wrong = "It is not fetched yet."
	}
	return row
}

// feedView is the page of a feed.
type feedView struct {
	feedRow
	State  *oped.FeedState
	Advice string
	Chart  template.HTML // its rhythm; "": too few entries
	Dated  int           // entries of the chart
	Needed int           // of Dated, for a chart
	Last   fetchNote     // the last fetch by a curator
	Groups []string      // of all feeds
}

// LastError returns the last error or warning, without its kind.
func (x feedView) LastError() string {
	return strings.TrimPrefix(x.State.LastError, string(x.State.LastKind)+": ")
}

// Answer returns the last answer in words; "" for a new document.
func (x feedView) Answer() string {
	switch status := x.State.LastStatus; status {
	case 0, http.StatusOK:
		return ""
	case http.StatusNotModified:
		return "nothing has changed"
	default:
		return strings.TrimSpace(fmt.Sprintf("status %d %s", status, http.StatusText(status)))
	}
}

// minRhythm is the number of entries for a chart of the rhythm.
const minRhythm = 20

func (v *visit) feedPage() error {
	s, h, err := v.feed()
	if err != nil {
		return err
	}
	x := feedView{
		feedRow: newFeedRow(h),
		State:   s,
		Advice:  app.Advice(s),
		Last:    v.fetches.of(s.Name),
		Groups:  v.groups(),
	}
	counts, n, err := v.app.Feeds().Rhythm(v.r.Context(), &s.Feed)
	if err != nil {
		return err
	}
	if x.Dated, x.Needed = n, minRhythm; n >= minRhythm {
		x.Chart = rhythm(counts)
	}
	v.show("feed", &view{Title: cmp.Or(s.Title, s.DocTitle, s.Publisher, s.Name), Section: "feeds", Body: x})
	return nil
}

// feed returns the feed in the address of the page.
func (v *visit) feed() (*oped.FeedState, app.FeedHealth, error) {
	states, rows, err := v.health(v.r.PathValue("feed"))
	if err != nil {
		return nil, app.FeedHealth{}, missing(err)
	}
	return &states[0], rows[0], nil
}

// rhythm draws the hours of a week.
func rhythm(counts [7][24]int) template.HTML {
	days := [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	best, at := 0, ""
	for d := range counts {
		for hour, n := range counts[d] {
			if n > best {
				best, at = n, fmt.Sprintf("%s, %d:00", days[d], hour)
			}
		}
	}
	return template.HTML(chart.Rhythm(chart.Text{Title: "When it publishes", Desc: "Most often: " + at}, counts, days))
}

// fetches are the fetches begun by curators.
type fetches struct {
	mu  sync.Mutex
	all map[string]fetchNote // by feed
}

// fetchNote is a fetch begun by a curator: the zero value is none.
type fetchNote struct {
	By    string
	At    time.Time
	Words string // its result; "": it is under way
}

func (f *fetches) of(feed string) fetchNote {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.all[feed]
}

// begin notes a fetch, unless one is under way.
func (f *fetches) begin(feed string, n fetchNote) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if was, ok := f.all[feed]; ok && was.Words == "" {
		return false
	}
	f.all[feed] = n
	return true
}

func (f *fetches) end(feed, words string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.all[feed]
	n.Words = words
	f.all[feed] = n
}

// fetchPatience is the time until a slow fetch goes on without its curator.
const fetchPatience = 3 * time.Second

// fetch fetches a feed now.
func (v *visit) fetch() error {
	s, _, err := v.feed()
	if err != nil {
		return err
	}
	if _, err := v.app.Feeds().Configured(v.r.Context(), s.Name); err != nil {
		return err
	}
	name := s.Name
	if !v.fetches.begin(name, fetchNote{By: v.account.Name, At: v.live.Now()}) {
		v.notify("A fetch of this feed is under way already.")
		return v.redirect(feedPath(name))
	}
	done := make(chan string, 1)
	v.live.Go(func(ctx context.Context) {
		result, err := app.Do(ctx, v.live, app.FetchFeed, name)
		words := fmt.Sprintf("It answered with %s: %d new, %d joined to known pieces, %d changed.",
			text.Count(result.Entries, "entry"), result.New, result.Joined, result.Changed)
		if err != nil {
			words = "The fetch failed: " + app.Cause(err)
		} else if result.Status == http.StatusNotModified {
			words = "It answered that nothing has changed."
		}
		v.act("fetched by a curator", "feed", name, "err", err)
		v.fetches.end(name, words)
		done <- words
	})
	select {
	case words := <-done:
		v.notify(words)
	case <-time.After(fetchPatience):
		v.notify("The paper is slow. The fetch goes on; its result will be on this page.")
	case <-v.r.Context().Done():
	}
	return v.redirect(feedPath(name))
}

// reloaded sends the browser to a page once the daemon has its changed configuration, or after a while.
func (v *visit) reloaded(page string) error {
	ctx, cancel := context.WithTimeout(v.r.Context(), fetchPatience)
	defer cancel()
	v.live.AwaitReload(ctx, v.app)
	return v.redirect(page)
}

func feedPath(name string) string { return "feeds/" + url.PathEscape(name) + "/" }

// pause pauses a feed, or resumes it.
func (v *visit) pause() error {
	s, _, err := v.feed()
	if err != nil {
		return err
	}
	paused := strings.HasSuffix(v.r.URL.Path, "/pause")
	if _, err := app.Do(v.r.Context(), v.live, app.PauseFeed, app.Pause{Feed: s.Name, Paused: paused}); err != nil {
		return err
	}
	v.act("feed paused or resumed", "feed", s.Name, "paused", paused)
	if paused {
		v.notify("Paused: oped no longer fetches this feed.")
	} else {
		v.notify("Resumed: oped fetches this feed again.")
	}
	return v.redirect(feedPath(s.Name))
}

func groupWords(group string) string {
	if group == "" {
		return "no group"
	}
	return "the group “" + group + "”"
}

// group puts a feed into another group.
func (v *visit) group() error {
	s, h, err := v.feed()
	if err != nil {
		return err
	}
	x := app.Grouping{Feed: s.Name, Group: strings.TrimSpace(v.r.PostFormValue("group"))}
	changed, err := app.Do(v.r.Context(), v.live, app.GroupFeed, x)
	if err != nil {
		return err
	}
	v.act("group of a feed changed", "feed", s.Name, "was", h.Group, "is", changed.Group)
	v.notifyUndo(fmt.Sprintf("%s is in %s now. It was in %s.", cmp.Or(s.Publisher, s.Name), groupWords(changed.Group),
		groupWords(h.Group)), "undo-feed/"+v.changed.keep(changed))
	return v.reloaded(feedPath(s.Name))
}

// remove removes a feed from the configuration.
func (v *visit) remove() error {
	s, h, err := v.feed()
	if err != nil {
		return err
	}
	changed, err := app.Do(v.r.Context(), v.live, app.RemoveFeed, s.Name)
	if err != nil {
		return err
	}
	v.act("feed removed", "feed", s.Name, "address", h.URL)
	v.notifyUndo(fmt.Sprintf("Removed %s: oped no longer fetches this feed. Its pieces stay.",
		cmp.Or(s.Publisher, s.Name)), "undo-feed/"+v.changed.keep(changed))
	return v.reloaded("feeds/")
}

// undoFeed undoes the change of a feed.
func (v *visit) undoFeed() error {
	f, known := v.changed.get(v.r.PathValue("change"))
	if !known {
		return oped.Invalid("the desk no longer knows this change", "change the feed, or add it, again")
	}
	if err := v.live.Restore(v.r.Context(), f); err != nil {
		return err
	}
	v.act("change of a feed undone", "feed", f.Feed)
	v.notify("Undone: " + f.Feed + " is as before.")
	return v.reloaded("feeds/")
}

// findTime limits the time for finding a feed.
const findTime = time.Minute

// addView is the page for adding a feed.
type addView struct {
	Address string
	Wrong   diagnostic
	Token   string         // of the found feed
	Found   *app.FoundFeed // nil: nothing is found yet

	Opinion   string // always, never or expression
	Expr      string
	Group     string
	Groups    []string
	Headlines []app.Headline
	Taken     int // headlines of opinion
}

func (v *visit) addPage() error {
	v.showAdd(addView{Address: v.r.URL.Query().Get("url")})
	return nil
}

// groups returns the groups of all feeds.
func (v *visit) groups() (all []string) {
	for _, f := range v.app.Config().Feeds {
		if f.Group != "" && !slices.Contains(all, f.Group) {
			all = append(all, f.Group)
		}
	}
	slices.Sort(all)
	return all
}

func (v *visit) showAdd(x addView) {
	x.Groups = v.groups()
	for _, h := range x.Headlines {
		if h.Opinion {
			x.Taken++
		}
	}
	if x.Wrong.Message != "" {
		v.w.WriteHeader(http.StatusUnprocessableEntity)
	}
	v.show("addfeed", &view{Title: "Add a feed", Section: "feeds", Body: x})
}

// find looks for the feed of an address, and shows what it would be. The guard of the fetcher holds: no address of a
// private network is asked, unless the configuration allows it.
func (v *visit) find() error {
	x := addView{Address: strings.TrimSpace(v.r.PostFormValue("url"))}
	if x.Address == "" {
		x.Wrong = diagnostic{
			Message: "The address is empty.",
			Hint:    "Write the address of a feed, or of a page of the paper.",
		}
		v.showAdd(x)
		return nil
	}
	ctx, cancel := context.WithTimeout(v.r.Context(), findTime)
	defer cancel()
	found, err := v.app.Feeds().Find(ctx, x.Address)
	v.act("looked for a feed", "address", oped.ShownAddress(x.Address), "err", err)
	if err != nil {
		if x.Wrong, err = diagnosticOf(err); err == nil {
			v.showAdd(x)
		}
		return err
	}
	x.Token, x.Found = v.found.keep(found), found
	x.Opinion, x.Expr = string(found.Feed.Opinion), found.Feed.Opinion.Expr()
	if x.Expr != "" {
		x.Opinion = "expression"
	}
	if x.Headlines, err = found.Headlines(found.Feed.Opinion); err != nil {
		return err
	}
	v.showAdd(x)
	return nil
}

// add shows a found feed with another rule, or adds it.
func (v *visit) add() error {
	x := addView{
		Token:   v.r.PathValue("found"),
		Opinion: v.r.PostFormValue("opinion"),
		Expr:    strings.TrimSpace(v.r.PostFormValue("expr")),
		Group:   strings.TrimSpace(v.r.PostFormValue("group")),
	}
	if x.Found, _ = v.found.get(x.Token); x.Found == nil {
		return oped.Invalid("this preview is too old", "look for the feed again")
	}
	x.Address = x.Found.URL
	rule := oped.OpinionRule(x.Opinion)
	if x.Opinion == "expression" {
		rule = oped.OpinionRule(x.Expr)
	}
	err := error(nil)
	if rule == "" || x.Opinion != "expression" && rule.Expr() != "" {
		err = oped.Invalid("the rule for opinion is missing", "choose always, never, or write an expression")
	} else {
		x.Headlines, err = x.Found.Headlines(rule)
	}
	var added app.AddedFeed
	if err == nil && v.r.PostFormValue("do") == "add" {
		if added, err = v.live.AddFound(v.r.Context(), *x.Found, rule, x.Group); err == nil {
			v.act("added a feed", "feed", added.Name, "address", added.URL)
			v.notify(fmt.Sprintf("Added %s, with %s.", cmp.Or(x.Found.Feed.Publisher, added.Name),
				text.Count(added.Entries, "entry")))
			return v.reloaded(feedPath(added.Name))
		}
	}
	if err != nil {
		if x.Wrong, err = diagnosticOf(err); err != nil {
			return err
		}
	}
	v.showAdd(x)
	return nil
}
