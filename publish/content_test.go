package publish

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"oped"
	"oped/publish/feed"
)

// content is the expected content of an entry, whatever the format of its document.
type content struct {
	ID, Title, URL     string
	Authors            []string
	Published, Updated string // RFC 3339, in UTC, to the second
}

// output is one document, and its expected content.
type output struct {
	format feed.Format
	doc    []byte
	self   string // its own address
	want   []content
}

// wanted returns the expected content of a piece in a document.
func (r renderer) wanted(s *document, feeds feedStates, p *oped.Piece) content {
	it := r.with(feeds).items.item(&s.Edition, p)
	w := content{
		ID:        p.AtomID,
		Title:     it.title,
		URL:       it.url,
		Published: second(it.date),
		Updated:   second(believable(p.Updated, it.date)),
	}
	for _, a := range it.authors {
		w.Authors = append(w.Authors, a.Name)
	}
	if len(w.Authors) == 0 {
		w.Authors = []string{cmp.Or(it.publisher, r.items.at.host())}
	}
	return w
}

func second(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }

// outputs renders the pieces in every format.
func outputs(t tester, r renderer, s *document, feeds feedStates, pieces []oped.Piece) (all []output) {
	t.Helper()
	var want []content
	for i := range pieces {
		want = append(want, r.wanted(s, feeds, &pieces[i]))
	}
	for _, f := range feed.Formats() {
		var doc bytes.Buffer
		n, err := r.write(&doc, f, feeds, s, each(pieces), 0)
		if err != nil || n != len(pieces) {
			t.Fatalf("%s: %d entries of %d pieces: %v", f, n, len(pieces), err)
		}
		all = append(all, output{f, doc.Bytes(), r.items.at.meta(s, f, "").Self, want})
	}
	return all
}

// readContent reads a document without any library of readers, strictly at the specified elements.
func readContent(o output) ([]content, error) {
	switch o.format {
	case feed.Atom:
		return readAtom(o.doc)
	case feed.RSS:
		return readRSS(o.doc)
	case feed.JSON:
		return readJSON(o.doc)
	}
	return nil, fmt.Errorf("no format %q", o.format)
}

func readAtom(doc []byte) (all []content, _ error) {
	var f parsed
	if err := xml.Unmarshal(doc, &f); err != nil {
		return nil, err
	}
	for _, e := range f.Entries {
		entry := content{
			ID:        only(e.ID),
			Published: secondOf(time.RFC3339, only(e.Published)),
			Updated:   secondOf(time.RFC3339, only(e.Updated)),
			Authors:   e.Author,
		}
		if len(e.Title) == 1 {
			entry.Title = e.Title[0].Text
		}
		for _, l := range e.Links {
			if l.Rel == "alternate" {
				entry.URL = l.Href
			}
		}
		all = append(all, entry)
	}
	return all, nil
}

func readRSS(doc []byte) (all []content, _ error) {
	var f struct {
		Items []struct {
			GUID     []string `xml:"guid"`
			Title    []string `xml:"title"`
			Link     []string `xml:"link"`
			PubDate  []string `xml:"pubDate"`
			Updated  []string `xml:"http://www.w3.org/2005/Atom updated"`
			Creators []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(doc, &f); err != nil {
		return nil, err
	}
	for _, i := range f.Items {
		all = append(all, content{
			only(i.GUID), only(i.Title), strings.Join(i.Link, " "), i.Creators,
			secondOf(time.RFC1123Z, only(i.PubDate)), secondOf(time.RFC3339, only(i.Updated)),
		})
	}
	return all, nil
}

// jsonItem is an item of a JSON Feed.
type jsonItem struct {
	ID, URL, Title string
	Published      string `json:"date_published"`
	Modified       string `json:"date_modified"`
	Authors        []struct{ Name string }
}

func readJSON(doc []byte) (all []content, _ error) {
	var f struct{ Items []jsonItem }
	if err := json.Unmarshal(doc, &f); err != nil {
		return nil, err
	}
	for _, i := range f.Items {
		entry := content{
			ID:        i.ID,
			Title:     i.Title,
			URL:       i.URL,
			Published: secondOf(time.RFC3339, i.Published),
			Updated:   secondOf(time.RFC3339, i.Modified),
		}
		for _, a := range i.Authors {
			entry.Authors = append(entry.Authors, a.Name)
		}
		all = append(all, entry)
	}
	return all, nil
}

// only returns the single string of all, or a message.
func only(all []string) string {
	if len(all) != 1 {
		return fmt.Sprintf("%d of them: %q", len(all), all)
	}
	return all[0]
}

func secondOf(layout, s string) string {
	t, err := time.Parse(layout, s)
	if err != nil {
		return err.Error()
	}
	return second(t)
}

// readWithGofeed reads a document with gofeed. Content unknown to gofeed is taken from the expected
// content.
func readWithGofeed(o output) (all []content, _ error) {
	f, err := gofeed.NewParser().Parse(bytes.NewReader(o.doc))
	if err != nil {
		return nil, err
	}
	for i, item := range f.Items {
		entry := content{ID: item.GUID, Title: item.Title, URL: item.Link}
		for j, a := range item.Authors {
			if i < len(o.want) && j < len(o.want[i].Authors) && strings.ContainsAny(o.want[i].Authors[j], "@()") {
				a.Name = o.want[i].Authors[j] // gofeed splits a text that looks like a name with an address
			}
			entry.Authors = append(entry.Authors, a.Name)
		}
		if item.PublishedParsed != nil {
			entry.Published = second(*item.PublishedParsed)
		}
		if item.UpdatedParsed != nil {
			entry.Updated = second(*item.UpdatedParsed)
		}
		if i < len(o.want) && o.format == feed.RSS {
			// of RSS it reads no atom:updated, and only one dc:creator, as an address
			entry.Updated, entry.Authors = o.want[i].Updated, o.want[i].Authors
		}
		all = append(all, entry)
	}
	return all, nil
}
