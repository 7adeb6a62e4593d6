package publish

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"oped"
	"oped/publish/coding"
)

// TestS4_S28_NoAddressOfAFeedGoesOut: no document contains data that identifies the operator to a
// newspaper, or names of the operator's own network, in any form of the address. Nor does it link to an
// entry's page on a private network.
func TestS4_S28_NoAddressOfAFeedGoesOut(t *testing.T) {
	for name, c := range map[string]struct {
		feed   oped.Feed
		public string // as it may go out; "": not at all
	}{
		"credentials": {oped.Feed{URL: "https://jinnah:s3cret@harbour.example/feed"},
			"https://harbour.example/feed"},
		"a key": {oped.Feed{URL: "https://harbour.example/feed?key=s3cret&amp=1"},
			"https://harbour.example/feed?key=***&amp=1"},
		"a private address": {oped.Feed{URL: "http://10.99.7.7:8081/s3cret"}, ""},
		"a private name":    {oped.Feed{URL: "http://jinnah.local/s3cret"}, ""},
		"a secret path":     {oped.Feed{URL: "https://harbour.example/s3cret/feed", Secret: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := example()
			was, f := s.feeds[0].URL, &s.feeds[0]
			f.URL, f.Secret, f.DocID, f.SiteURL, f.DocSite = c.feed.URL, c.feed.Secret, c.feed.URL, c.feed.URL,
				c.feed.URL
			f.Enabled, f.Failures, f.LastKind, f.LastStatus, f.LastFetch, f.FailingSince = true, 3, oped.Client, 404,
				at(5, 0), at(4, 0)
			f.LastError = "client: 404 Not Found at " + c.feed.URL
			inside := []string{"http://192.168.99.7/post", "http://nas.lan/post", "http://[fd12:99::7]/post",
				"https://jinnah:s3cret@harbour.example/post", c.feed.URL, c.feed.URL + "#item"}
			for i := range 12 {
				more := oped.Piece{
					ID:        oped.PieceID(2000 + i),
					AtomID:    fmt.Sprintf("tag:x,2026:%d", i),
					Kind:      oped.Opinion,
					FirstSeen: at(2, i),
					Updated:   at(2, i),
					Revision:  1,
				}
				for _, from := range []string{was, s.feeds[1].URL} {
					more.Entries = append(more.Entries, oped.Entry{
						FeedURL:   from,
						Publisher: "The Harbour Courier",
						Title:     "The ferry",
						Text:      "The ferry leaves.",
						Published: at(1, i),
						FirstSeen: at(2, i),
					})
				}
				s.pieces["pak-us"] = append(s.pieces["pak-us"], more)
			}
			n := 0
			for _, pieces := range s.pieces {
				for i := range pieces {
					for j := range pieces[i].Entries {
						e := &pieces[i].Entries[j]
						if e.FeedURL != was {
							continue
						}
						e.FeedURL, e.URL = c.feed.URL, inside[n%len(inside)]
						e.Authors = append(e.Authors, oped.Person{Name: "Somebody", URL: "http://10.99.7.7/somebody"})
						e.Content += `<p><a href="http://10.99.7.7/a">a</a> <img src="http://nas.lan/set?dns=6.6.6.6" alt="x"></p>`
						n++
					}
				}
			}
			if n < 3 {
				t.Fatalf("%d entries", n)
			}
			for i := range s.editions {
				if i > 0 {
					s.editions[i].Filter.Feeds = []string{c.feed.URL}
				}
			}
			o, _ := withCatalog(t, s)
			o.Health, o.Dir = true, ""
			p := published(t, s, o)
			files := p.all()
			for _, path := range []string{"/publisher/the-harbour-courier/", "/search?q=harbour", "/search?q=the"} {
				rep := &Rendered{}
				rep.body[coding.Identity] = []byte(body(t, ask(p, "GET", path)))
				files["page "+path] = rep
			}
			said := 0
			for file, rep := range files {
				said += bytes.Count(rep.Plain(), []byte(strings.ReplaceAll(c.public, "&", "&amp;")))
				for _, word := range []string{"jinnah", "s3cret", "10.99.7.7", "192.168.99.7", "nas.lan", "fd12:99"} {
					if i := bytes.Index(rep.Plain(), []byte(word)); i >= 0 {
						t.Errorf("%s: %s", file, rep.Plain()[max(0, i-200):min(len(rep.Plain()), i+100)])
					}
				}
			}
			if c.public != "" && said < 4 {
				t.Errorf("its public form goes out %d times", said)
			}
			if c.public != "" && !bytes.Contains(
				files["feeds.opml"].Plain(), []byte(strings.ReplaceAll(c.public, "&", "&amp;")),
			) {
				t.Errorf("%s", files["feeds.opml"].Plain())
			}
			if !bytes.Contains(files["health.atom"].Plain(), []byte("404")) {
				t.Error("the outage is not in health.atom")
			}
			var backup bytes.Buffer
			if err := WriteBackup(&backup, "all", s.feeds); err != nil ||
				!bytes.Contains(backup.Bytes(), []byte(strings.ReplaceAll(c.feed.URL, "&", "&amp;"))) {
				t.Errorf("the backup: %v %s", err, backup.Bytes())
			}
		})
	}
}

// TestS28_ATrialOnOneMachineLeadsToItsPapers: readers of a private address may be led to pages on the same host, and
// to no other.
func TestS28_ATrialOnOneMachineLeadsToItsPapers(t *testing.T) {
	for link, out := range map[string]bool{"http://127.0.0.1:8081/post": true, "http://127.0.0.2:8081/post": false,
		"http://10.0.0.1/post": false} {
		s, o := example(), options()
		o.BaseURL = "http://127.0.0.1:8080"
		s.pieces["pak-us"][0].Entries[0].URL = link
		p := published(t, s, o)
		if got := strings.Contains(body(t, ask(p, "GET", "/pak-us.atom")), link); got != out {
			t.Errorf("%s goes out: %v, want %v", link, got, out)
		}
	}
}
