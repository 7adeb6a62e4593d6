package publish

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"time"
)

// jsonHead is what stands before the items of a JSON Feed 1.1.
type jsonHead struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	HomePage    string       `json:"home_page_url"`
	FeedURL     string       `json:"feed_url"`
	Description string       `json:"description,omitempty"`
	NextURL     string       `json:"next_url,omitempty"`
	Authors     []jsonPerson `json:"authors"`
	Language    string       `json:"language,omitempty"`
	Hubs        []jsonHub    `json:"hubs,omitempty"`
	Edition     jsonEdition  `json:"_oped"`
}

// jsonEdition is what the format has no place for, in an extension of our own.
type jsonEdition struct {
	About   string     `json:"about"`
	ID      string     `json:"id"`
	Updated string     `json:"updated"`
	Gone    []jsonGone `json:"gone,omitempty"`
}

type jsonGone struct {
	ID  string `json:"id"`
	At  string `json:"at"`
	Why string `json:"why"`
}

type jsonPerson struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonHub struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url,omitempty"`
	Title     string       `json:"title"`
	HTML      string       `json:"content_html"`
	Summary   string       `json:"summary,omitempty"`
	Published string       `json:"date_published"`
	Modified  string       `json:"date_modified"`
	Authors   []jsonPerson `json:"authors"`
	Tags      []string     `json:"tags,omitempty"`
	Language  string       `json:"language,omitempty"`
	Text      string       `json:"content_text,omitempty"`
	Piece     *jsonPiece   `json:"_oped,omitempty"`
}

// jsonPiece says whose words these are, and where else they stood.
type jsonPiece struct {
	Publisher string      `json:"publisher,omitempty"`
	Kind      string      `json:"kind,omitempty"`
	Rights    string      `json:"rights,omitempty"`
	Source    jsonSource  `json:"source"`
	AlsoIn    []jsonPlace `json:"also_in,omitempty"`
}

type jsonSource struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

type jsonPlace struct {
	Publisher string `json:"publisher"`
	URL       string `json:"url,omitempty"`
	On        string `json:"on,omitempty"`
}

// writeJSON writes the document as a JSON Feed 1.1, item by item.
func (d *document) writeJSON() error {
	head, err := jsonBytes(d.jsonHead())
	if err != nil {
		return err
	}
	if _, err := d.out.Write(append(head[:len(head)-1], ",\n\"items\": ["...)); err != nil {
		return err
	}
	err = d.walk(",", func(it *item, whole bool) ([]byte, error) {
		b, err := jsonBytes(d.jsonItem(it, whole))
		return append([]byte("\n"), b...), err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(d.out, "\n]}\n")
	return err
}

// jsonBytes is a value in one line; < and & stay as they are, for people who read it.
func jsonBytes(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

func (d *document) jsonHead() *jsonHead {
	s, e := d.sheet, &d.sheet.Edition
	head := &jsonHead{
		Version: "https://jsonfeed.org/version/1.1", Title: orName(line(e.Title), e.Name), HomePage: d.r.pageURL(e.Name), FeedURL: d.r.selfURL(s, JSON),
		Description: line(e.Subtitle), Authors: []jsonPerson{{d.r.host(), d.r.base + "/"}}, Language: language(e.Lang),
		Edition: jsonEdition{About: d.r.base + "/", ID: clean(e.AtomID), Updated: stamp(believable(e.Updated, e.Created))},
	}
	head.NextURL = d.r.previousURL(s, JSON)
	if !s.archived() {
		for _, hub := range s.Hubs {
			head.Hubs = append(head.Hubs, jsonHub{"WebSub", hub})
		}
	}
	for _, g := range s.Gone {
		head.Edition.Gone = append(head.Edition.Gone, jsonGone{clean(g.AtomID), stamp(believable(g.At)), said(&g)})
	}
	return head
}

func (d *document) jsonItem(it *item, whole bool) *jsonItem {
	text := it.text(d.r, whole)
	i := &jsonItem{
		ID: clean(it.piece.AtomID), URL: it.URL, Title: it.Title, HTML: cmp.Or(text.whole, text.excerpt, "<p></p>"), Published: it.Date.Format(time.RFC3339),
		Modified: stamp(believable(it.piece.Updated, it.Date)), Language: it.Lang, Text: text.plain,
	}
	if it.issue == nil {
		from := d.r.source(it)
		i.Piece = &jsonPiece{
			Publisher: it.Publisher, Kind: line(string(it.piece.Kind)), Rights: cmp.Or(line(it.lead.Rights), line(it.feed.Rights)),
			Source: jsonSource{from.ID, from.Title, it.feedURL()},
		}
	}
	for _, p := range it.Excerpt {
		i.Summary += " " + p
	}
	i.Summary = line(i.Summary)
	for _, a := range it.Authors {
		i.Authors = append(i.Authors, jsonPerson(a))
	}
	if len(i.Authors) == 0 {
		i.Authors = []jsonPerson{{Name: cmp.Or(it.Publisher, d.r.host())}}
	}
	for _, c := range d.r.categories(it) {
		i.Tags = append(i.Tags, c.Label)
	}
	for _, o := range it.Others {
		i.Piece.AlsoIn = append(i.Piece.AlsoIn, jsonPlace{o.Publisher, o.URL, o.On.ISO})
	}
	return i
}
