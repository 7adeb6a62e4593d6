package app

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// listed is a piece as shown by a reader. Fields not kept by the reader are zero.
type listed struct {
	ID, Title, Author, Link string
	Date                    time.Time
}

// subscriber is a reader with a memory of its own, subscribed to one feed.
type subscriber struct {
	name string
	// fetches, and returns all pieces ever shown and not removed; doubled ones twice
	poll func() ([]listed, error)
	// restores the fields that the reader keeps from first sight; nil: it updates all in place
	keeps func(e *listed, first listed)
	id    func(id string) string // by which it knows what has this id; nil: by the id
	walks bool                   // the archives as well, and removes what has a tombstone
}

// document is a parsed feed of any format, for our own readers.
type document struct {
	entries []listed
	gone    map[string]time.Time
	prev    string
}

// poller asks conditionally, as readers do.
type poller struct {
	url, etag string
	parse     func(body []byte) (document, error)
}

// get gives nil where nothing has changed.
func (c *poller) get(url string) (*document, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	if url == c.url && c.etag != "" {
		req.Header.Set("If-None-Match", c.etag)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusNotModified {
		return nil, nil
	}
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, res.Status)
	}
	if err != nil {
		return nil, err
	}
	if url == c.url {
		c.etag = res.Header.Get("ETag")
	}
	doc, err := c.parse(body)
	return &doc, err
}

// head gets the feed, and wants a second request to be answered with 304.
func (c *poller) head() (*document, error) {
	doc, err := c.get(c.url)
	if err != nil || doc == nil {
		return doc, err
	}
	if again, err := c.get(c.url); again != nil || err != nil {
		return nil, fmt.Errorf("%s asked twice: changed %t, %v", c.url, again != nil, err)
	}
	return doc, nil
}

// memory holds the pieces of a reader, by id, in order of arrival.
type memory struct {
	order []string
	by    map[string]listed
}

func (m *memory) put(s listed) {
	if m.by == nil {
		m.by = map[string]listed{}
	}
	if _, had := m.by[s.ID]; !had {
		m.order = append(m.order, s.ID)
	}
	m.by[s.ID] = s
}

func (m *memory) remove(id string) {
	delete(m.by, id)
	m.order = slices.DeleteFunc(m.order, func(one string) bool { return one == id })
}

func (m *memory) all() (out []listed) {
	for _, id := range m.order {
		out = append(out, m.by[id])
	}
	return out
}

// byID is a reader of the head only. It knows pieces by their id, and updates them in place.
func byID(name, url string, parse func([]byte) (document, error)) *subscriber {
	c, m := &poller{url: url, parse: parse}, &memory{}
	return &subscriber{name: name, poll: func() ([]listed, error) {
		doc, err := c.head()
		if err != nil {
			return nil, err
		}
		if doc != nil {
			for _, e := range doc.entries {
				m.put(e)
			}
		}
		return m.all(), nil
	}}
}

// archivist is a reader that follows the archives back to a known one (RFC 5005 §4). It removes entries with a
// tombstone not older than the entry (RFC 6721 §3).
func archivist(url string) *subscriber {
	c, m, known := &poller{url: url, parse: parseAtom}, &memory{}, map[string]bool{}
	return &subscriber{name: "archives", walks: true, poll: func() ([]listed, error) {
		doc, err := c.head()
		if err != nil {
			return nil, err
		}
		var met []*document // the newest first
		for doc != nil {
			met = append(met, doc)
			prev := doc.prev
			if prev == "" || known[prev] {
				break
			}
			known[prev] = true
			if doc, err = c.get(prev); err != nil {
				return nil, err
			}
		}
		for _, doc := range slices.Backward(met) {
			for id := range doc.gone {
				m.remove(id)
			}
			for _, e := range doc.entries {
				m.put(e)
			}
		}
		return m.all(), nil
	}}
}

func parseAtom(body []byte) (d document, err error) {
	var doc struct {
		Links   []atomLink `xml:"http://www.w3.org/2005/Atom link"`
		Entries []struct {
			ID        string     `xml:"http://www.w3.org/2005/Atom id"`
			Title     string     `xml:"http://www.w3.org/2005/Atom title"`
			Authors   []string   `xml:"http://www.w3.org/2005/Atom author>name"`
			Published time.Time  `xml:"http://www.w3.org/2005/Atom published"`
			Links     []atomLink `xml:"http://www.w3.org/2005/Atom link"`
		} `xml:"http://www.w3.org/2005/Atom entry"`
		Gone []struct {
			Ref  string    `xml:"ref,attr"`
			When time.Time `xml:"when,attr"`
		} `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		return d, err
	}
	d.prev, d.gone = (&chained{Links: doc.Links}).link("prev-archive"), map[string]time.Time{}
	for _, e := range doc.Entries {
		d.entries = append(
			d.entries, listed{e.ID, e.Title, first(e.Authors), (&chained{Links: e.Links}).link("alternate"),
				e.Published.UTC()})
	}
	for _, g := range doc.Gone {
		d.gone[g.Ref] = g.When
	}
	return d, nil
}

func parseRSS(body []byte) (d document, err error) {
	var doc struct {
		Items []struct {
			ID      string   `xml:"guid"`
			Title   string   `xml:"title"`
			Authors []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
			Link    string   `xml:"link"`
			Date    string   `xml:"pubDate"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		return d, err
	}
	for _, i := range doc.Items {
		date, err := time.Parse(time.RFC1123Z, i.Date)
		if err != nil {
			return d, err
		}
		d.entries = append(d.entries, listed{i.ID, i.Title, first(i.Authors), i.Link, date.UTC()})
	}
	return d, nil
}

func parseJSON(body []byte) (d document, err error) {
	var doc struct {
		Items []struct {
			ID      string    `json:"id"`
			Title   string    `json:"title"`
			URL     string    `json:"url"`
			Date    time.Time `json:"date_published"`
			Authors []struct {
				Name string `json:"name"`
			} `json:"authors"`
		} `json:"items"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return d, err
	}
	for _, i := range doc.Items {
		s := listed{ID: i.ID, Title: i.Title, Link: i.URL, Date: i.Date.UTC()}
		if len(i.Authors) > 0 {
			s.Author = i.Authors[0].Name
		}
		d.entries = append(d.entries, s)
	}
	return d, nil
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
