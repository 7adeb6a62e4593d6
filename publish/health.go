package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"oped"
	"oped/publish/feed"
	"oped/publish/page"
)

const (
	healthName = "health"
	healthFile = healthName + ".atom"
	healthPage = healthName + "/index.html"
	silent     = "silent" // the kind of a silence
	maxHealth  = 200      // entries: when our own line is cut, every feed fails
)

// HealthMayDiffer reports whether a fetch can have changed the feed of the feeds' health. It is cheap,
// and errs on the side of true.
func HealthMayDiffer(f *oped.Fetched) bool {
	return f.Err != nil || f.Feed.Failures > 0 || f.At.Sub(f.Feed.LastNew) >= minPause
}

// trouble is one entry of the health feed about one feed: an outage, or a silence. The entry stays the
// same as long as the trouble lasts.
type trouble struct {
	feed    *oped.FeedState
	kind    string    // an oped.Kind, or silent
	since   time.Time // when it began; the entry's id is made of it and the feed
	at      time.Time // when it reached its present state
	message string
	more    string
}

// troubles returns the troubles of the feeds, the latest first. Feeds that are paused or disabled are
// as intended, and left out. days holds the days with an entry, by URL, of feeds that may be silent.
func troubles(states []oped.FeedState, days map[string][]time.Time) []trouble {
	var all []trouble
	for i := range states {
		s := &states[i]
		if t, ok := outage(s); ok {
			all = append(all, t)
		} else if at, usual := fellSilent(s, days[s.URL]); !at.IsZero() {
			all = append(all, trouble{
				feed: s, kind: silent, since: s.LastNew, at: at, message: "silent since " + dayText(s.LastNew),
				more: fmt.Sprintf(
					"It answers, but has had no new entry since then. Before, it paused for %s at most, as a rule.",
					daysText(usual),
				),
			})
		}
	}
	slices.SortStableFunc(all, func(a, b trouble) int { return b.at.Compare(a.at) })
	return all[:min(len(all), maxHealth)]
}

// outage returns the trouble of a failing feed. A failure that may pass by itself is reported after two
// in a row, so that nothing flaps.
func outage(s *oped.FeedState) (trouble, bool) {
	d := oped.Diagnose(s)
	if d.Steady == "" || s.FailingSince.IsZero() || s.Failures < 2 && s.LastKind.Passes() {
		return trouble{}, false
	}
	t := trouble{
		feed:    s,
		kind:    string(s.LastKind),
		since:   s.FailingSince,
		at:      s.FailingSince,
		message: d.Steady,
	}
	t.more = "It has failed since " + minuteText(s.FailingSince) + "."
	if s.LastKind == oped.Gone && s.NextFetch.IsZero() {
		t.at = s.LastFetch // the last there will be
		t.more += " It said so twice, a day apart, and is not fetched any more."
	}
	if s.LastSuccess.IsZero() {
		return t, true
	}
	t.more += " It answered last on " + minuteText(s.LastSuccess)
	if !s.LastNew.IsZero() {
		t.more += ", and had a new entry last on " + dayText(s.LastNew)
	}
	t.more += "."
	return t, true
}

func dayText(t time.Time) string    { return t.UTC().Format("2 January 2006") }
func minuteText(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

func daysText(d time.Duration) string {
	if n := int(d.Hours() / 24); n != 1 {
		return fmt.Sprintf("%d days", n)
	}
	return "a day"
}

// healthEntries returns the entries of the health feed. Rows with the same troubles give the same entries.
func (s *site) healthEntries() (entries []*feed.Entry) {
	if f := s.failure; f != nil {
		entries = append(entries, s.at.ownEntry("export", f.since, "Files not written: "+f.why,
			"The files have been older than the database since "+minuteText(believable(f.since))+
				". Nothing is lost: oped tries again, and writes all that is missing."))
	}
	if !s.offline.IsZero() {
		entries = append(entries, s.at.ownEntry("offline", s.offline, "No network",
			"No host of any feed has been reached since "+minuteText(believable(s.offline))+
				". No feed counts as failed: oped tries again, and fetches all that are due."))
	}
	for _, t := range troubles(s.feedList, s.rhythms) {
		entries = append(entries, s.at.healthEntry(&t))
	}
	return entries
}

// writeHealth writes the feed of the feeds' health. Its updated element is that of the latest entry, or else the
// time of the first edition.
func (k healthKind) writeHealth(w io.Writer, entries []*feed.Entry) error {
	at, updated := k.site.at, believable(k.opened())
	for _, e := range entries {
		if e.Updated.After(updated) {
			updated = e.Updated
		}
	}
	_, err := feed.Write(w, feed.Atom, &feed.FeedMeta{
		ID:       at.base + "/" + healthFile,
		Title:    "Health of the feeds behind " + at.host(),
		Subtitle: "Feeds that fail, and feeds that fell silent",
		Lang:     "en",
		Updated:  updated,
		Author:   at.author(),
		Version:  clean(k.site.options.Version),
		Page:     at.base + "/" + healthName + "/",
		Self:     at.base + "/" + healthFile,
		Style:    at.base + "/" + feedStyles,
	}, each(entries), 0)
	return err
}

// page returns the page for people, with the entries of the feed.
func (k healthKind) page(entries []*feed.Entry) *page.Health {
	v := &page.Health{
		Head: head("en", "Health of the feeds", k.site.at.base+"/"+healthName+"/"),
		Atom: k.site.at.base + "/" + healthFile,
		All:  len(k.site.feedList),
	}
	v.Section = healthName
	for i := range k.site.feedList {
		if k.site.feedList[i].Failures > 0 {
			v.Failing++
		}
	}
	v.Feeds = []page.FeedLink{{Title: v.Title, URL: v.Atom, Format: string(feed.Atom)}}
	for _, e := range entries {
		more, _ := strings.CutPrefix(e.Whole, said(e.Title))
		v.Troubles = append(v.Troubles, page.Trouble{
			Title: e.Title,
			Since: e.Published,
			More:  more, // ours, and escaped
		})
	}
	return v
}

// said returns a title as the first sentence of an entry, in HTML.
func said(title string) string { return "<p>" + html.EscapeString(title) + ".</p>" }

// ownEntry reports a trouble of this machine: files that cannot be written, or a lost network. It reaches readers
// served by oped itself.
func (a addresses) ownEntry(kind string, since time.Time, title, more string) *feed.Entry {
	since = believable(since)
	return &feed.Entry{
		ID: fmt.Sprintf("tag:%s,%s:health/%s/%d", a.host(), since.Format(time.DateOnly), kind,
			since.UnixMilli()),
		Title:      title,
		Updated:    since,
		Published:  since,
		Categories: []feed.Category{{Term: kind, Scheme: a.base + "/#" + healthName, Label: kind}},
		Whole:      said(title) + "<p>" + more + "</p>",
	}
}

// healthEntry makes an entry. Its id is a tag: URI (RFC 4151), made of the beginning and a hash of
// the feed's address. The hash hides credentials in the address.
func (a addresses) healthEntry(t *trouble) *feed.Entry {
	sum := sha256.Sum256([]byte(t.feed.URL))
	began := believable(t.since)
	e := &feed.Entry{
		ID: fmt.Sprintf(
			"tag:%s,%s:health/%s/%d", a.host(), began.Format(time.DateOnly), hex.EncodeToString(sum[:8]),
			began.UnixMilli(),
		),
		URL:        feedURL(&t.feed.Feed),
		Title:      headlineOf(t),
		Updated:    believable(t.at),
		Published:  began,
		Categories: []feed.Category{{Term: t.kind, Scheme: a.base + "/#" + healthName, Label: t.kind}},
	}
	e.Whole = said(e.Title)
	if t.kind != silent { // its message says no more than the title
		message := line(t.feed.PublicText(t.message))
		e.Whole += "<p>Diagnosis: " + html.EscapeString(message) + ".</p>"
	}
	e.Whole += "<p>" + html.EscapeString(t.more) + "</p>"
	if e.URL != "" {
		e.Whole += "<p>" + anchor(e.URL, e.URL) + "</p>"
	}
	if name := line(t.feed.Name); name != "" {
		e.Whole += "<p>More for its operator: <code>oped feeds " + html.EscapeString(name) + "</code></p>"
	}
	return e
}

// healthKind is the kind of the health feed and of its page, published if wanted and if no edition has their name.
type healthKind struct{ site *site }

func (healthKind) Match(name string) bool { return name == healthFile || name == healthPage }

// Pages renders the feed and the page. They have no Last-Modified: troubles that are over leave them, and would set
// it back.
func (k healthKind) Pages(_ context.Context, names []string) ([]Page, error) {
	entries := k.site.healthEntries()
	return pagesOf(names, func(name string) (Page, error) {
		var b bytes.Buffer
		if name == healthPage {
			err := k.site.pages.Write(&b, k.page(entries))
			return finished(name, k.site.html(time.Time{}), b.Bytes()), err
		}
		err := k.writeHealth(&b, entries)
		return finished(name, k.site.feed(feed.Atom, time.Time{}), b.Bytes()), err
	})
}

// Affected returns both in any case: a failed fetch changes nothing else on the site.
func (k healthKind) Affected(ctx context.Context, _ *oped.ChangeSet) iter.Seq2[string, error] {
	return k.All(ctx)
}

func (healthKind) All(context.Context) iter.Seq2[string, error] {
	return each([]string{healthFile, healthPage})
}

// readRhythms reads the publication days of possibly silent feeds, once for each silence.
func (k healthKind) readRhythms(ctx context.Context, before *site) error {
	k.site.rhythms = map[string][]time.Time{}
	if !k.site.options.Health {
		return nil
	}
	for i := range k.site.feedList {
		f := &k.site.feedList[i]
		if !mayBeSilent(f) {
			continue
		}
		if before != nil {
			if have, ok := before.rhythms[f.URL]; ok && before.items.feeds[f.URL].LastNew.Equal(f.LastNew) {
				k.site.rhythms[f.URL] = have
				continue
			}
		}
		var err error
		if k.site.rhythms[f.URL], err = k.site.rows.Feeds.PublicationDays(ctx, f.URL, rhythmDays); err != nil {
			return err
		}
	}
	return nil
}

// opened returns the time the first edition was created.
func (k healthKind) opened() (began time.Time) {
	for i := range k.site.editions {
		if t := k.site.editions[i].Created; began.IsZero() || t.Before(began) {
			began = t
		}
	}
	return began
}
