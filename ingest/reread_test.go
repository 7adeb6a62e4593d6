package ingest_test

import (
	"strings"
	"testing"
	"time"

	"oped"
	"oped/ingest"
)

// read takes in a document of dawn, as read by a version of the parser.
func (h *house) read(parser string, at time.Time, entries ...oped.Entry) oped.Changes {
	h.t.Helper()
	return h.handle(oped.Fetched{
		Feed:     oped.FeedState{Feed: h.rules.Feeds[dawn]},
		At:       at,
		Status:   200,
		Document: oped.Document{Parser: parser},
		Entries:  entries,
	})
}

// rereadings are the kinds of changes that a new parser makes: from the old reading to the new one.
var rereadings = map[string]struct{ old, now func(*oped.Entry) }{
	"an enclosure and the zone of a date": {
		old: func(*oped.Entry) {},
		now: func(e *oped.Entry) {
			e.Enclosures, e.Zone = []oped.Enclosure{{URL: "https://dawn.example/a.mp3"}}, 300
		},
	},
	"references in a title": {
		old: func(e *oped.Entry) { e.Title = "Water &amp;amp; power" },
		now: func(e *oped.Entry) { e.Title = "Water & power" },
	},
	"invisible characters in a title": {
		old: func(e *oped.Entry) { e.Title = "The In\u00addus runs dry" },
		now: func(e *oped.Entry) { e.Title = "The Indus runs dry" },
	},
	"marks of CDATA": {
		old: func(e *oped.Entry) {
			e.ID, e.URL = "<![CDATA["+e.ID+"]]>", ""
		},
		now: func(*oped.Entry) {},
	},
	"marks of CDATA around the guid": {
		old: func(e *oped.Entry) { e.ID = "<![CDATA[" + e.ID + "]]>" },
		now: func(*oped.Entry) {},
	},
	"marks of CDATA around a guid without a date": {
		old: func(e *oped.Entry) {
			e.ID, e.URL, e.Published = "<![CDATA["+e.ID+"]]>", "", time.Time{}
		},
		now: func(e *oped.Entry) { e.Published = time.Time{} },
	},
	"an empty link": {
		old: func(e *oped.Entry) { e.URL = dawn },
		now: func(e *oped.Entry) { e.URL = "" },
	},
	"an empty link without a guid": {
		old: func(e *oped.Entry) { e.ID, e.URL = "", dawn },
		now: func(e *oped.Entry) { e.ID, e.URL = "", "" },
	},
	"an empty guid": {
		old: func(e *oped.Entry) { e.ID = dawn },
		now: func(e *oped.Entry) { e.ID = "" },
	},
	"another link": {
		old: func(e *oped.Entry) { e.ID = "" },
		now: func(e *oped.Entry) { e.ID, e.URL = "", "https://dawn.example/page" },
	},
	"a date": {
		old: func(e *oped.Entry) { e.Published = time.Time{} },
		now: func(*oped.Entry) {},
	},
	"a date without a guid": {
		old: func(e *oped.Entry) { e.ID, e.Published = "", time.Time{} },
		now: func(e *oped.Entry) { e.ID = "" },
	},
	"a date without a guid and a link": {
		old: func(e *oped.Entry) { e.ID, e.URL, e.Published = "", "", time.Time{} },
		now: func(e *oped.Entry) { e.ID, e.URL = "", "" },
	},
	"another date without a guid and a link": {
		old: func(e *oped.Entry) { e.ID, e.URL, e.Published = "", "", e.Published.AddDate(0, -1, 0) },
		now: func(e *oped.Entry) { e.ID, e.URL = "", "" },
	},
	"another date": {
		old: func(e *oped.Entry) { e.Published = e.Published.AddDate(0, -1, 0) },
		now: func(*oped.Entry) {},
	},
	"another hour without a guid and a link": {
		old: func(e *oped.Entry) { e.ID, e.URL, e.Published = "", "", e.Published.Add(-5*time.Hour) },
		now: func(e *oped.Entry) { e.ID, e.URL = "", "" },
	},
	"no date": {
		old: func(*oped.Entry) {},
		now: func(e *oped.Entry) { e.Published = time.Time{} },
	},
	"no date without a guid and a link": {
		old: func(e *oped.Entry) { e.ID, e.URL = "", "" },
		now: func(e *oped.Entry) { e.ID, e.URL, e.Published = "", "", time.Time{} },
	},
	"a summary behind blank content": {
		old: func(e *oped.Entry) { e.Content = "" },
		now: func(e *oped.Entry) { e.Summary, e.Content = e.Content, "" },
	},
	"content beside the summary": {
		old: func(e *oped.Entry) { e.Summary, e.Content = "<p>"+essay(77, 30)+"</p>", "" },
		now: func(e *oped.Entry) { e.Summary = "<p>" + essay(77, 30) + "</p>" },
	},
	"a charset": {
		old: func(e *oped.Entry) {
			e.ID, e.Title, e.Authors[0].Name = e.URL, "RÃ©publique", "RenÃ© Ã‰tÃ©"
			e.Content = "<p>" + strings.Repeat("lâ€™Ã©tÃ© ", 40) + "</p>"
		},
		now: func(e *oped.Entry) {
			e.ID, e.Title, e.Authors[0].Name = e.URL, "République", "René Été"
			e.Content = "<p>" + strings.Repeat("l’été ", 40) + "</p>"
		},
	},
	"a charset of another script": {
		old: func(e *oped.Entry) {
			e.ID, e.Title, e.Authors[0].Name = e.URL, "Ïðàâäà î âîäå", "È. Èâàíîâ"
			e.Content = "<p>" + strings.Repeat("Âîäà è çåìëÿ, ", 20) + "</p>"
		},
		now: func(e *oped.Entry) {
			e.ID, e.Title, e.Authors[0].Name = e.URL, "Правда о воде", "И. Иванов"
			e.Content = "<p>" + strings.Repeat("Вода и земля, ", 20) + "</p>"
		},
	},
	"an author": {
		old: func(e *oped.Entry) { e.Authors[0].Name = "map[name:A. Writer]" },
		now: func(*oped.Entry) {},
	},
	"another author, without a guid": {
		old: func(e *oped.Entry) { e.ID, e.Authors[0].Name = "", "Web Desk" },
		now: func(e *oped.Entry) { e.ID = "" },
	},
	"the rest of the text": {
		old: func(e *oped.Entry) { e.Content = e.Content[:len(e.Content)/2] },
		now: func(*oped.Entry) {},
	},
	"categories, language, rights": {
		old: func(*oped.Entry) {},
		now: func(e *oped.Entry) { e.Categories, e.Lang, e.Rights = []string{"Opinion"}, "en", "All rights reserved" },
	},
}

// TestUpgradeIsNoRevision: entries read differently by a new version of the parser are the same entries. Their pieces
// keep ids and times; no revision is stored, no edition records anything. The newspaper's next edit is news again.
func TestUpgradeIsNoRevision(t *testing.T) {
	for name, kind := range rereadings {
		for _, text := range []string{"long", "short"} {
			if text == "short" && strings.Contains(name, "charset") {
				continue // a few words say nothing about charsets
			}
			t.Run(name+", "+text, func(t *testing.T) {
				h := newHouse(t)
				var old, now []oped.Entry
				for n := range 3 {
					e := column(dawn, n+1)
					e.Title = []string{"Water and the people of Thar", "The price of wheat this year", "Who pays for the war"}[n]
					if text == "short" {
						e.Content = "<p>" + essay(n+1, 5) + "</p>"
					}
					old, now = append(old, e), append(now, e)
				}
				old[1], now[1] = edited(old[1], kind.old), edited(now[1], kind.now)
				h.read("1", epoch, old...)
				h.want(3, 3)
				before, record := h.all(), h.record()
				c := h.read("2", epoch.Add(time.Hour), now...)
				h.want(3, 3)
				if c.New+c.Joined+c.Changed > 0 || c.Reread != 1 || c.Unchanged != 2 || h.record() != record {
					t.Errorf("%+v; the record was\n%s and is\n%s", c, record, h.record())
				}
				h.stays(before)
				if kept, revised := h.versions(); kept != 0 || revised != 0 {
					t.Errorf("%d versions kept, %d revisions", kept, revised)
				}
				if c := h.read("2", epoch.Add(2*time.Hour), now...); c.Unchanged != 3 {
					t.Errorf("the second time: %+v", c)
				}
				news := 0
				for i := range now {
					if text == "long" || now[i].ID+now[i].URL != "" { // others have no name but their title
						now[i] = edited(now[i], func(e *oped.Entry) { e.Title += ", they say" })
						news++
					}
				}
				c = h.read("2", epoch.Add(3*time.Hour), now...)
				if _, revised := h.versions(); c.Changed != news || revised != news {
					t.Errorf("edited by the newspaper: %+v, %d revisions", c, revised)
				}
			})
		}
	}
}

// stays checks that pieces keep their ids, times and revisions.
func (h *house) stays(before []oped.Piece) {
	h.t.Helper()
	after := h.all()
	for i, was := range before {
		is := after[i]
		if is.ID != was.ID || is.AtomID != was.AtomID || !is.Updated.Equal(was.Updated) || is.Revision != was.Revision {
			h.t.Errorf("%s (%v, revision %d) is %s (%v, revision %d)", was.AtomID, was.Updated, was.Revision, is.AtomID,
				is.Updated, is.Revision)
		}
	}
}

// TestAnotherZoneMovesNothing: the dates of a document are read in another zone. Its stored entries keep their times, and
// new ones have those of the zone.
func TestAnotherZoneMovesNothing(t *testing.T) {
	for name, named := range map[string]func(*oped.Entry){
		"all names":     func(*oped.Entry) {},
		"without names": func(e *oped.Entry) { e.ID, e.URL = "", "" },
	} {
		h := newHouse(t)
		at := time.Date(epoch.Year(), epoch.Month(), epoch.Day(), 2, 30, 0, 0, time.UTC) // in Karachi, the day before
		clock := func(n int) oped.Entry {
			return edited(edited(column(dawn, n), named), func(e *oped.Entry) { e.Published, e.Updated = at, at })
		}
		there := func(e *oped.Entry) {
			e.Published, e.Updated = e.Published.Add(-5*time.Hour), e.Updated.Add(-5*time.Hour)
		}
		h.read("2", epoch, clock(1))
		before := h.all()
		fresh := edited(clock(2), there)
		c := h.read("2 zone=Asia/Karachi", epoch.Add(time.Hour), edited(clock(1), there), fresh)
		h.want(2, 2)
		if c.New != 1 || c.Reread != 1 || c.Changed+c.Joined > 0 {
			t.Errorf("%s: %+v", name, c)
		}
		h.stays(before)
		if kept, revised := h.versions(); kept != 0 || revised != 0 {
			t.Errorf("%s: %d versions kept, %d revisions", name, kept, revised)
		}
		for i, want := range []oped.Entry{clock(1), fresh} {
			if e := h.all()[i].Entries[0]; !e.Published.Equal(want.Published) || !e.Updated.Equal(want.Updated) {
				t.Errorf("%s: published %v, updated %v, want %v", name, e.Published, e.Updated, want.Published)
			}
		}
		if c := h.read("2 zone=Asia/Karachi", epoch.Add(2*time.Hour), edited(clock(1), there), fresh); c.Unchanged != 2 {
			t.Errorf("%s, again: %+v", name, c)
		}
	}
}

// TestReplacedTextIsNews: a text replaced by its newspaper between the last reading of the old parser and the first of
// the new one is news.
func TestReplacedTextIsNews(t *testing.T) {
	h := newHouse(t)
	h.read("1", epoch, column(dawn, 1))
	c := h.read("2", epoch.Add(time.Hour), edited(column(dawn, 1), func(e *oped.Entry) { e.Content = prose(9, 60) }))
	if kept, revised := h.versions(); c.Changed != 1 || kept != 1 || revised != 1 {
		t.Errorf("%+v, %d versions, %d revisions", c, kept, revised)
	}
}

// TestRereadOnReturn: an entry missing from the first document that the new parser read is reread when it returns, once.
func TestRereadOnReturn(t *testing.T) {
	h := newHouse(t)
	away, stays := column(dawn, 1), column(dawn, 2)
	title := func(title string) oped.Entry { return edited(away, func(e *oped.Entry) { e.Title = title }) }
	h.read("1", epoch, title("Water &amp; power"), stays)
	h.read("2", epoch.Add(time.Hour), stays)
	if c := h.read("2", epoch.Add(2*time.Hour), title("Water & power"), stays); c.Reread != 1 {
		t.Errorf("it returned: %+v", c)
	}
	if c := h.read("2", epoch.Add(3*time.Hour), title("Water, power"), stays); c.Changed != 1 {
		t.Errorf("it was edited: %+v", c)
	}
	if c := h.read("3", epoch.Add(4*time.Hour), title("Water and power"), stays); c.Reread != 1 {
		t.Errorf("the third parser: %+v", c)
	}
}

// TestRereadAfterTheBudget: entries deferred at the first reading by a new parser are reread at the next.
func TestRereadAfterTheBudget(t *testing.T) {
	h := newHouse(t)
	h.rules.TopicSteps = 1
	var old, now []oped.Entry
	for n := range 4 {
		old = append(old, column(dawn, n+1))
		now = append(now, edited(old[n], func(e *oped.Entry) { e.Title += ", read again" }))
	}
	for n := range 4 {
		h.read("1", epoch.Add(time.Duration(n)*time.Minute), old...)
	}
	h.want(4, 4)
	before, reread := h.all(), 0
	for n := range 8 { // one a fetch; and a week later, when all entries are noted as seen
		c := h.read("2", epoch.Add(time.Duration(n)*24*time.Hour+time.Hour), now...)
		reread += c.Reread
		if c.Changed > 0 {
			t.Errorf("fetch %d: %+v", n, c)
		}
	}
	if reread != 4 {
		t.Errorf("%d reread", reread)
	}
	h.stays(before)
}

// TestRereadLead: a copy that leads by its new reading moves nothing.
func TestRereadLead(t *testing.T) {
	h := newHouse(t)
	full := column(nation, 1)
	stub := edited(column(dawn, 1), func(e *oped.Entry) { e.URL, e.Content = full.URL, full.Content[:150] })
	h.read("1", epoch, stub)
	h.fetch(nation, epoch.Add(time.Minute), edited(full, func(e *oped.Entry) { e.Content = full.Content[:160] }))
	h.want(2, 1)
	before := h.all()
	h.read("2", epoch.Add(time.Hour), edited(stub, func(e *oped.Entry) { e.Content = full.Content }))
	h.stays(before)
}

// TestRemembersTheParser: only a document read moves the version of a feed's parser.
func TestRemembersTheParser(t *testing.T) {
	f := oped.Fetched{At: epoch, Status: 200, Document: oped.Document{Parser: "1"}}
	s := ingest.Remember(oped.FeedState{}, f)
	f.At, f.NotModified = epoch.Add(time.Hour), true
	s = ingest.Remember(s, f)
	f.At, f.NotModified = epoch.Add(2*time.Hour), false
	if s = ingest.Remember(s, f); s.Parser != "1" || !s.ParserSince.Equal(epoch) {
		t.Errorf("%s since %v", s.Parser, s.ParserSince)
	}
	f.At, f.Document.Parser = epoch.Add(3*time.Hour), "2"
	if s = ingest.Remember(s, f); s.Parser != "2" || !s.ParserSince.Equal(f.At) {
		t.Errorf("%s since %v", s.Parser, s.ParserSince)
	}
}
